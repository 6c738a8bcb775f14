"""What a finding is, and all findings there are: how serious each is, why it matters, and how it is found."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from es_desktop.core import EntityId
from es_desktop.system.counts import count_text, format_number

from .entity_look import AHEAD_SECONDS, ALIKE_SECONDS, LARGE


class Severity(enum.StrEnum):
    """How serious a finding is, from worst to least."""

    FAULT = "fault"
    """Something is lost or false: states that depend on it cannot be trusted."""
    DOUBT = "doubt"
    """It may be meant, and is most often a mistake."""
    NOTE = "note"
    """Good to know."""


class FindingRow(NamedTuple):
    """An event that shows a finding: of which entity, and at which version; ``None`` for the entity as a whole."""

    entity_id: EntityId
    version: int | None


@dataclass(frozen=True, slots=True)
class FindingWords:
    """What is said of all findings of one name."""

    title: str
    severity: Severity
    unit: str
    """What is counted."""
    why: str
    """Why it matters, in one sentence."""
    rule: str
    """How it is found, in one sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd, with how often and where."""

    name: str
    """Which of ``WORDS`` it is."""
    count: int
    types: Mapping[str, int]
    """How many of each type: ``Order ItemAdded``, or an entity type alone."""
    rows: tuple[FindingRow, ...] = ()
    """Some of them, or all."""
    detail: str = ""
    """What just this one is, in words; empty if the title says it."""

    @property
    def words(self) -> FindingWords:
        """What is said of all findings of its name."""
        return WORDS[self.name]

    @property
    def severity(self) -> Severity:
        """How serious it is."""
        return self.words.severity

    @property
    def title(self) -> str:
        """Its title, such as ``Versions are missing``."""
        return self.words.title

    @property
    def counted(self) -> str:
        """How many there are, such as ``3 events``."""
        return count_text(self.count, self.words.unit)

    @property
    def has_all_rows(self) -> bool:
        """Whether ``rows`` are all of them."""
        return len(self.rows) >= self.count


_FAULT, _DOUBT, _NOTE = Severity

WORDS: Final[Mapping[str, FindingWords]] = {
    "damaged": FindingWords(
        "The file is damaged",
        _FAULT,
        "part",
        "What is on the damaged pages is lost, and nothing else says what it was.",
        "The database's own check, and each page that could not be read.",
    ),
    "unreadable": FindingWords(
        "Records cannot be read",
        _FAULT,
        "event",
        "What they did is in no state, so all states after them lack it.",
        "Each payload is decoded as the window does it; records with the same reason count together.",
    ),
    "not-applied": FindingWords(
        "Events are not applied",
        _FAULT,
        "event",
        "The code that makes the states refuses them, so the states after them are broken.",
        "Each entity is folded from zero, by the trusted code, the model, or without either.",
    ),
    "gap": FindingWords(
        "Versions are missing",
        _FAULT,
        "version",
        "Events between two others are gone, so the states after them lack what they did.",
        "The versions of an entity are whole numbers that follow each other.",
    ),
    "no-start": FindingWords(
        "The first versions are missing",
        _FAULT,
        "version",
        "Without its first events the state of an entity begins in the middle.",
        "The first version of an entity is that of its format.",
    ),
    "same-version": FindingWords(
        "Several events have the same version",
        _FAULT,
        "event",
        "Two writers appended at once, and each did not know what the other one wrote.",
        "An entity has one event at each version.",
    ),
    "no-version": FindingWords(
        "Events have no version",
        _FAULT,
        "event",
        "Their place among the other events of the entity is only a guess.",
        "A version is a whole number.",
    ),
    "no-type": FindingWords(
        "Events have no type",
        _FAULT,
        "event",
        "Nothing says what happened, so no code can apply them.",
        "The column of the event type is empty.",
    ),
    "false-snapshot": FindingWords(
        "Snapshots are false",
        _FAULT,
        "snapshot",
        "A state that is rebuilt from one differs from the state that its events lead to; a stale one lacks events.",
        "Each snapshot is compared with the state from zero at its version, as verify does it.",
    ),
    "unchecked-snapshot": FindingWords(
        "Snapshots cannot be checked",
        _DOUBT,
        "snapshot",
        "Nobody knows whether they are true.",
        "Each snapshot is compared with the state from zero at its version, as verify does it.",
    ),
    "snapshot-without-event": FindingWords(
        "Snapshots are at versions without an event",
        _FAULT,
        "snapshot",
        "The events that led to them are gone, or the snapshot has the version of another entity.",
        "The version of a snapshot is that of an event of its entity, as verify finds it.",
    ),
    "orphan": FindingWords(
        "Snapshots have no entity",
        _FAULT,
        "snapshot",
        "The events of their entities are gone, and no list shows what they hold.",
        "Snapshots whose id no event has.",
    ),
    "left-out": FindingWords(
        "Records are left out",
        _DOUBT,
        "record",
        "They are in the tables, and belong to no entity that could be shown.",
        "What the table format cannot read: the same line stands in the information about the store.",
    ),
    "empty-id": FindingWords(
        "An entity has an empty id",
        _FAULT,
        "entity",
        "Events of several entities may have got mixed up under it.",
        "The id has no character but spaces.",
    ),
    "alike-id": FindingWords(
        "Entities have almost the same id",
        _DOUBT,
        "entity",
        "The history of one thing is most likely divided into two.",
        "The ids differ only in upper and lower case, spaces or dashes.",
    ),
    "time-back": FindingWords(
        "Time goes back",
        _DOUBT,
        "event",
        "Questions about a time, such as as of, may miss what was written with an earlier time.",
        "An event has an earlier time than the event before it of its entity.",
    ),
    "future": FindingWords(
        "The clock was in the future",
        _DOUBT,
        "event",
        "It sorts after everything that comes until then, and as of does not find it.",
        f"The time is more than {AHEAD_SECONDS / 60:.0f} minutes later than the clock of this machine.",
    ),
    "no-time": FindingWords(
        "Events have no time",
        _DOUBT,
        "event",
        "They count as earlier than all others wherever a time is asked for.",
        "Less than half of the events of the type have no time.",
    ),
    "time-unreadable": FindingWords(
        "Times cannot be read",
        _DOUBT,
        "event",
        "They count as earlier than all others wherever a time is asked for.",
        "There is a value where the time should be, and it is no time.",
    ),
    "no-payload": FindingWords(
        "Payloads are NULL or empty",
        _DOUBT,
        "event",
        "What the event held may be lost; of a type whose other events have a payload it most likely is.",
        "Less than half of the events of the type have no payload.",
    ),
    "same-payload": FindingWords(
        "The same event twice in a row",
        _DOUBT,
        "event",
        "A message that was delivered twice counts twice in the state.",
        f"The type and the whole payload are those of the event before, at most {ALIKE_SECONDS:.0f} seconds earlier.",
    ),
    "type-flip": FindingWords(
        "A value has another type",
        _DOUBT,
        "event",
        "Code that expects the usual type fails, or quietly reckons with something else.",
        "One type of value in at most 5 % of the events that have the path, or a type that replaced another one.",
    ),
    "rare-null": FindingWords(
        "A value is NULL, and hardly ever",
        _DOUBT,
        "event",
        "Code that has never met it fails, or takes it for zero.",
        "NULL in at most 1 % of at least 200 events that have the path.",
    ),
    "no-end": FindingWords(
        "Entities have no end",
        _DOUBT,
        "entity",
        "Something that should have been finished was forgotten.",
        "At least 80 % of the entities of the type end with an event that is always the last one; these do not, and "
        "have been silent for longer than 95 % of the ended ones lasted.",
    ),
    "large": FindingWords(
        "Payloads are very large",
        _NOTE,
        "event",
        "Each rebuild reads them again, which takes time and memory.",
        f"The stored payload has more than {format_number(LARGE)} bytes or characters.",
    ),
    "encrypted": FindingWords(
        "Records are encrypted, and there is no key",
        _NOTE,
        "event",
        "Nothing of this report is known of what is in them.",
        "No key was given that opens the payload.",
    ),
}
"""All findings by name, the most serious first."""
