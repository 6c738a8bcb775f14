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
class AskedQuestion:
    """A question to the histories, as it is typed; ``app/ask`` reads it."""

    text: str = ""
    as_of: str = ""
    """A time, as it is typed: what came later does not count."""
    columns: tuple[str, ...] = ()
    """Paths whose values are shown beside the answers."""


@dataclass(frozen=True, slots=True)
class StateQuestion:
    """A condition on the states, as files of earlier versions have it: it is a question like any other."""

    condition: str = ""
    as_of: str = ""
    types: frozenset[str] | None = None

    @property
    def asked(self) -> AskedQuestion:
        """The question that it is."""
        from es_desktop.app.ask.tokens import with_types

        return AskedQuestion(with_types(self.types or (), self.condition), self.as_of)


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """A statement to the state history, as it is typed."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """One of the four, under a name."""

    name: str
    entities: EntityFilter | None = None
    log: EventSearch | None = None
    states: StateQuestion | None = None
    """Only in files of earlier versions; it becomes what is ``asked``."""
    asked: AskedQuestion | None = None
    sql: SqlStatement | None = None

    def __post_init__(self) -> None:
        if self.states is not None:
            object.__setattr__(self, "asked", self.states.asked)
            object.__setattr__(self, "states", None)

    @property
    def question(self) -> EntityFilter | EventSearch | AskedQuestion | SqlStatement | None:
        """The one that it is."""
        return self.entities or self.log or self.asked or self.sql

    @property
    def key(self) -> tuple[str, str]:
        """Which of the four it is, and its name: there is at most one search for each."""
        kinds = ("entities", "log", "asked", "sql")
        return next((each for each in kinds if getattr(self, each) is not None), ""), self.name
