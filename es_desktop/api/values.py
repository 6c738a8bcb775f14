"""The values that a store gives: frozen, with texts for a prompt and for a notebook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from es_desktop.app.text import json_objects
from es_desktop.app.text.json_objects import JsonObject
from es_desktop.app.text.json_view import utc_time
from es_desktop.replay.diff import ABSENT, value_at

if TYPE_CHECKING:
    from es_desktop.app.compare.compare import ComparisonReport
    from es_desktop.app.entity.facts import EntityCheck, EntityFacts, StoreFacts
    from es_desktop.app.entity.verdict import Verdict
    from es_desktop.app.search.state_scan import StateHit
    from es_desktop.core import EntityId, RecordedEvent, RecordedSnapshot
    from es_desktop.replay import Change, Exactness, Rebuild, Step


class Value:
    """What all values have."""

    __slots__ = ()

    def to_dict(self) -> JsonObject:
        """Return it as a dictionary of plain values, the one that the command line prints as JSON."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        from . import html

        return html.object_table(self.to_dict())


@dataclass(frozen=True, slots=True, repr=False)
class Summary(Value):
    """What a store holds: ``facts`` has the counts, times, types and notes."""

    facts: StoreFacts

    def to_dict(self) -> JsonObject:
        return json_objects.store_json(self.facts)

    def __repr__(self) -> str:
        return f"Summary({self.facts.store}: {', '.join(self.facts.counts)})"


@dataclass(frozen=True, slots=True, repr=False)
class Event(Value):
    """One event of an entity."""

    entity_id: EntityId
    entity_type: str
    recorded: RecordedEvent
    """All that is known of it."""

    @property
    def version(self) -> int:
        """The version of the entity that it leads to, or is of."""
        return self.recorded.version

    @property
    def type(self) -> str:
        """The name of its event type."""
        return self.recorded.type

    @property
    def time(self) -> dt.datetime | None:
        """In UTC; ``None`` if it has none."""
        return utc_time(self.recorded.timestamp)

    @property
    def data(self) -> Mapping[str, Any]:
        """Its attributes; empty if it cannot be decoded."""
        return self.recorded.data

    @property
    def error(self) -> str | None:
        """Why it cannot be decoded."""
        return self.recorded.error

    def to_dict(self) -> JsonObject:
        return json_objects.event_json(self.recorded)

    def __repr__(self) -> str:
        about = f"error={self.error!r}" if self.error else f"data={dict(self.data)!r}"
        return f"Event(version={self.version}, type={self.type!r}, time={_iso(self.time)}, {about})"


@dataclass(frozen=True, slots=True, repr=False)
class LoggedEvent(Event):
    """One event in the log of a store."""

    def to_dict(self) -> JsonObject:
        return json_objects.logged_event_json(self.entity_id, self.entity_type, self.recorded)

    def __repr__(self) -> str:
        return f"{self.entity_type} {self.entity_id}: {Event.__repr__(self)}"


@dataclass(frozen=True, slots=True, repr=False)
class Snapshot(Value):
    """One snapshot of an entity."""

    entity_id: EntityId
    entity_type: str
    recorded: RecordedSnapshot

    @property
    def version(self) -> int:
        """The version of the entity that it leads to, or is of."""
        return self.recorded.version

    @property
    def time(self) -> dt.datetime | None:
        """In UTC; ``None`` if it has none."""
        return utc_time(self.recorded.timestamp)

    @property
    def state(self) -> Any:
        """The state in plain values, as a dictionary; ``None`` if the entity was discarded."""
        return self.to_dict()["state"]

    @property
    def error(self) -> str | None:
        """Why it cannot be decoded."""
        return self.recorded.error

    def to_dict(self) -> JsonObject:
        return json_objects.snapshot_json(self.recorded, self.entity_type)

    def __repr__(self) -> str:
        about = f"error={self.error!r}" if self.error else f"state={self.state!r}"
        return f"Snapshot(version={self.version}, time={_iso(self.time)}, {about})"


@dataclass(frozen=True, slots=True, repr=False)
class State(Value):
    """The state of an entity at a version, in plain values."""

    entity_id: EntityId
    entity_type: str
    version: int
    value: Any
    """A dictionary; ``None`` if the entity is discarded."""
    verdict: Verdict
    """How far it can be trusted."""

    @classmethod
    def of(cls, rebuilt: RebuiltState) -> State:
        """Return the state of a rebuild, without its steps."""
        return State(rebuilt.entity_id, rebuilt.entity_type, rebuilt.version, rebuilt.value, rebuilt.verdict)

    @property
    def exactness(self) -> Exactness:
        """``exact``, ``inferred`` or ``broken``."""
        return self.verdict.exactness

    def __getitem__(self, path: str) -> Any:
        """Return the value at a path such as ``lines[0].sku``. Raises ``KeyError`` if there is none."""
        found = self.get(path, ABSENT)
        if found is ABSENT:
            raise KeyError(path)
        return found

    def get(self, path: str, default: Any = None) -> Any:
        """Return the value at a path, or ``default`` if there is none."""
        found = value_at(self.value, path)
        return default if found is ABSENT else found

    def to_dict(self) -> JsonObject:
        about = {"entity": str(self.entity_id), "type": self.entity_type, "version": self.version}
        return {**about, "exactness": self.exactness.value, "reason": self.verdict.reason, "state": self.value}

    def __repr__(self) -> str:
        return f"State({self.entity_type} at version {self.version}, {self.verdict.word}: {self.value!r})"


@dataclass(frozen=True, slots=True, repr=False)
class RebuiltState(State):
    """A state with how it was made: its base, and the step of each event after it."""

    facts: EntityFacts
    rebuild: Rebuild

    @property
    def base(self) -> int | None:
        """The version of the snapshot that it starts from; ``None`` for zero."""
        return self.rebuild.base.version

    @property
    def skipped(self) -> int:
        """How many events were not read because of the base."""
        return self.rebuild.skipped

    @property
    def steps(self) -> tuple[Step, ...]:
        """What each event after the base changed, and why one failed."""
        return self.rebuild.steps

    @property
    def writers(self) -> Mapping[str, list[int]]:
        """The versions that wrote each path of the state."""
        return self.rebuild.writers

    def to_dict(self) -> JsonObject:
        return json_objects.rebuild_json(self.rebuild, self.facts, self.version, self.verdict)

    def _repr_html_(self) -> str:
        from . import html

        return html.rebuild_table(self.rebuild, State._repr_html_(self))

    def __repr__(self) -> str:
        start = "zero" if self.base is None else f"the snapshot at {self.base}"
        return f"{len(self.steps)} steps from {start}: {State.__repr__(self)}"


@dataclass(frozen=True, slots=True, repr=False)
class Check(Value):
    """The check of one snapshot: ``found.check`` has all that was found out."""

    found: EntityCheck

    @property
    def entity_id(self) -> EntityId:
        """The id of the entity."""
        return self.found.entity.id

    @property
    def version(self) -> int:
        """Of the snapshot."""
        return self.found.check.version

    @property
    def ok(self) -> bool | None:
        """``False`` for a false snapshot; ``None`` if it cannot be checked."""
        return self.found.check.ok

    def to_dict(self) -> JsonObject:
        return json_objects.check_json(self.found)

    def __repr__(self) -> str:
        return f"Check({self.found.entity.type} {self.entity_id}, snapshot at version {self.version}, ok={self.ok})"


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Value):
    """Where two states differ: ``report`` has both, and where two histories differ."""

    report: ComparisonReport

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every path that differs: ``before`` is the left one, ``after`` the right one."""
        return self.report.compared.changes

    @property
    def differs(self) -> bool:
        """Whether the two states differ, or the histories at any version."""
        return self.report.differs

    def to_dict(self) -> JsonObject:
        return json_objects.comparison_json(self.report)

    def _repr_html_(self) -> str:
        from . import html

        return html.changes_table(self.changes)

    def __repr__(self) -> str:
        return f"Comparison({len(self.changes)} changes: {', '.join(each.path for each in self.changes)})"


@dataclass(frozen=True, slots=True, repr=False)
class FoundState(Value):
    """An entity whose state meets a condition: ``hit`` has it, and the values that the condition names."""

    hit: StateHit

    @property
    def entity_id(self) -> EntityId:
        """The id of the entity."""
        return self.hit.entity.id

    @property
    def version(self) -> int:
        """Of the last event that counted."""
        return self.hit.version

    @property
    def values(self) -> Mapping[str, Any]:
        """What the condition names, by its path."""
        return self.hit.values

    def to_dict(self) -> JsonObject:
        return json_objects.found_state_json(self.hit)

    def __repr__(self) -> str:
        return f"FoundState({self.hit.entity.type} {self.entity_id} at version {self.version}: {dict(self.values)!r})"


def _iso(time: dt.datetime | None) -> str:
    return "None" if time is None else time.isoformat()
