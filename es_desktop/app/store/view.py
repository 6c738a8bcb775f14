"""How a store was shown the last time: its filters, columns and tabs. Kept for each store, in the settings."""

from __future__ import annotations

import msgspec

from es_desktop.app.search.questions import AskedQuestion, EntityFilter, EventSearch, StateQuestion
from es_desktop.app.text.json_struct import JsonStruct


class ColumnLayout(msgspec.Struct, frozen=True, omit_defaults=True):
    """The columns of a table by their keys, as far as a person changed them."""

    widths: dict[str, int] = msgspec.field(default_factory=dict)
    """In pixels."""
    order: tuple[str, ...] = ()
    shown: dict[str, bool] = msgspec.field(default_factory=dict)


class StoreView(JsonStruct, frozen=True, omit_defaults=True):
    """What is shown of a store; by default as of one that was never open."""

    entities: EntityFilter = EntityFilter()
    log: EventSearch = EventSearch()
    states: StateQuestion = StateQuestion()
    """Only in settings of earlier versions; it becomes what is ``asked``."""
    columns: ColumnLayout = ColumnLayout()
    in_front: tuple[str, ...] = ()
    """The docks in front of their tabs, by name."""
    asked: AskedQuestion = AskedQuestion()
    """The question that is typed."""
    recent: tuple[AskedQuestion, ...] = ()
    """The questions that were asked, the latest first."""
    view: str = ""
    """The name of the view of the window that was shown; empty for Explore."""

    def __post_init__(self) -> None:
        if self.states.condition:
            asked, field = self.states.asked, "recent" if self.asked.text else "asked"
            msgspec.structs.force_setattr(self, field, (*self.recent, asked) if field == "recent" else asked)
        msgspec.structs.force_setattr(self, "states", StateQuestion())
