"""What a person asks of a store: filters of its lists, and conditions on its states; with a name or without."""

from __future__ import annotations

from dataclasses import dataclass, field

from es_desktop.index import EventSearch as EventSearch


@dataclass(frozen=True, slots=True)
class EntityFilter:
    """What the list of entities is filtered and sorted by, and which values it shows."""

    text: str = ""
    types: frozenset[str] | None = None
    only_marked: bool = False
    """Whether only bookmarked entities are listed."""
    columns: dict[str, str] = field(default_factory=dict)
    """What is typed under the headings, by the key of the column."""
    sort_by: str = "modified"
    """The key of a column."""
    descending: bool = True
    value_paths: tuple[str, ...] = ()
    """Paths of the states that have columns."""


@dataclass(frozen=True, slots=True)
class StateQuestion:
    """A condition on the states, as it is typed."""

    condition: str = ""
    as_of: str = ""
    types: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question to the histories, as it is typed; ``app/ask`` reads it."""

    text: str = ""
    as_of: str = ""
    """A time, as it is typed: what came later does not count."""
    columns: tuple[str, ...] = ()
    """Paths whose values are shown beside the answers."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """One of the four, under a name."""

    name: str
    entities: EntityFilter | None = None
    log: EventSearch | None = None
    states: StateQuestion | None = None
    asked: AskedQuestion | None = None

    @property
    def question(self) -> EntityFilter | EventSearch | StateQuestion | AskedQuestion | None:
        """The one that it is."""
        return self.entities or self.log or self.states or self.asked

    @property
    def key(self) -> tuple[str, str]:
        """Which of the four it is, and its name: there is at most one search for each."""
        kinds = ("entities", "log", "states", "asked")
        return next((each for each in kinds if getattr(self, each) is not None), ""), self.name
