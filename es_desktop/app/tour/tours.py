"""The two tours: five steps with an entity of one's own, and the story of a wrong total (docs/demo.md)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from . import summary
from .steps import Deed, Tour, TourStep, did, shows
from .summary import TourSummary

WRONG_VERSION: Final = 9
"""The version from which on the total is wrong."""
WRONG_COMMAND: Final = "change_quantity"
"""The command that wrote the wrong total."""
CONDITION: Final = "total != sum(line.quantity * line.price for line in lines)"
"""What is true of an order from that version on."""
_CODE: Final = """\
line = next((line for line in self._lines if line["sku"] == sku), None)
total = self._total + (quantity - line["quantity"]) * line["price"]"""

FIVE_STEPS: Final = Tour(
    summary.FIVE_STEPS,
    (
        TourStep(
            "Create an order",
            "An entity is what events are about. Its first event gives it an id and its first values.",
            "press New entity, type a customer, and press Create.",
            ("new-entity",),
            did(Deed.CREATED),
            keys="Ctrl+Shift+N",
            about_subject=False,
        ),
        TourStep(
            "Change it",
            "Nothing that is written is ever changed: a change is one more event behind the others. You see the very "
            "event before it is written.",
            "press Change attribute, type another value, and press Write event. Any other command does as well.",
            ("change_attribute", "commands-menu", "change"),
            did(Deed.CHANGED),
            keys="E in the state",
            lights=("commands", "state"),
            changes=True,
        ),
        TourStep(
            "Take a snapshot",
            "{name} has {events} events. A snapshot keeps the state as it is now, so that the next rebuild can begin "
            "here and not at zero. It is a copy; the events stay.",
            "press Take snapshot.",
            ("snapshot",),
            did(Deed.SNAPSHOT_TAKEN),
            keys="Ctrl+S",
            lights=("timeline",),
            changes=True,
        ),
        TourStep(
            "Rebuild it both ways",
            "A state is worked out from events. From the snapshot no event has to be read; from zero all {events} are. "
            "Both lead to the same state, and Rebuild shows both with what they cost.",
            "choose from zero in Rebuild, look at the steps of the state, then choose from snapshot again.",
            ("rebuild",),
            did(Deed.REBUILT_FROM_ZERO, Deed.REBUILT_FROM_SNAPSHOT),
            keys="Z, then R, in the events",
        ),
        TourStep(
            "Discard it",
            "The last event of an entity ends it: there is no state any more, and it takes no more events. Its history "
            "stays, and you can step back to each version.",
            "press Discard, read the event, and press Discard once more.",
            ("discard", "commands-menu"),
            did(Deed.DISCARDED),
            keys="Ctrl+Del",
            lights=("timeline",),
        ),
    ),
    "You wrote events, and nothing else: created, changed, discarded. Each state was worked out from them, and a "
    "snapshot only made that shorter. Step back through the events to see each state again.",
)

WRONG_TOTAL: Final = Tour(
    summary.WRONG_TOTAL,
    (
        TourStep(
            "Find the order",
            "The accounts say: the order of Zoë Rossi over 256.50 has a wrong total: she paid 3.30 too little.",
            "type her name, Zoë Rossi or only Rossi, into the line above the entities, and choose that order.",
            ("entities-filter",),
            lambda facts: facts.version is not None,
            keys="/",
            lights=("entities",),
            about_subject=False,
        ),
        TourStep(
            "Begin at its first event",
            "The order has 13 events. At the end its total is 256.50, and it is paid and shipped. At some event the "
            "total was right for the last time.",
            "go to the first event.",
            ("first", "timeline"),
            shows(0),
            keys="Home in the events",
            lights=("timeline", "state"),
        ),
        TourStep(
            "Run to a change of total",
            "The total was 0.00, then it changed. You need not look at every event, only at those that changed this "
            "value.",
            "choose total in the state, and press the full stop. Or right-click it: Run to its next change.",
            ("state",),
            did(Deed.RUN_TO_CHANGE),
            keys=".",
            lights=("timeline",),
        ),
        TourStep(
            "Run to where it is wrong",
            "You can go on like this, and add up the lines yourself at each stop. Or let the program do it: this "
            "condition is true where the total is not the sum of its lines.",
            "open Debug ▸ Run ▸ Run to a condition, paste this condition, and run forward.",
            ("run-to-condition",),
            shows(WRONG_VERSION),
            keys="Ctrl+Shift+F8",
            lights=("timeline", "state"),
            code=CONDITION,
        ),
        TourStep(
            "Look at the event",
            "Here it is: event 9, QuantityChanged. The quantity of SEE-0118 became 3, on two lines, and the total went "
            "down by 3.30. One line went from 4 to 3, but the other from 1 to 3.",
            "open the tab Event, and read its quantity and its total.",
            ("event",),
            shows(WRONG_VERSION, "event"),
            lights=("timeline",),
            version=WRONG_VERSION,
        ),
        TourStep(
            "Look at the command",
            "The event carries the wrong total, so the command that wrote it reckoned wrong. It takes the first line "
            "of the product, and its event changes all of them:",
            "choose Change quantity in Commands.",
            (WRONG_COMMAND, "commands", "commands-menu"),
            lambda facts: facts.command == WRONG_COMMAND and facts.version is not None,
            keys="Ctrl+K, then quantity",
            code=_CODE,
        ),
        TourStep(
            "Write a test that fails",
            "The history is true to what the program did, so a test that only rebuilds it would pass. With the "
            "condition it fails at event 9, in your editor and in your debugger.",
            "open Store ▸ Export, import and copy ▸ Export, choose pytest file, which has the condition already, and "
            "choose a file.",
            ("export",),
            did(Deed.TEST_EXPORTED),
            keys="Ctrl+E",
            code=CONDITION,
        ),
    ),
    "From a complaint to the event, the command and a test. There is more to find in the demo: a false snapshot, an "
    "event of an unknown version, and a transfer that arrived twice.",
    subject=UUID("7715f753-f563-425f-b880-a6eaa7c82dd9"),
)

TOURS: Final = (FIVE_STEPS, WRONG_TOTAL)


def tour_of(about: TourSummary) -> Tour:
    """Return the tour that a summary is about."""
    return next(each for each in TOURS if each.summary == about)
