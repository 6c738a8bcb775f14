"""An entity of an open store: its events, its snapshots, its states, and what can be changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from es_desktop.app.runtime import places
from es_desktop.app.runtime.errors import Progress, no_progress
from es_desktop.app.text import json_objects
from es_desktop.app.text.json_objects import JsonObject
from es_desktop.app.text.json_view import utc_time

from .rows import Rows, reading
from .values import Check, Event, RebuiltState, Snapshot, State, Value

if TYPE_CHECKING:
    from es_desktop.app.entity.commands import Changes, Commands
    from es_desktop.app.entity.facts import EntityFacts
    from es_desktop.app.entity.verdict import BaseChoice
    from es_desktop.app.store.session import Session
    from es_desktop.core import EntityId
    from es_desktop.replay.watch import Crossing

Base = Literal["nearest", "zero"] | int
"""What a rebuild starts from: the nearest snapshot that can be used, zero, or the snapshot at a version."""
_PAGE = 500


class Entity(Value):
    """An entity, as it was when it was read. Its rows and states are read when they are asked for."""

    __slots__ = ("_session", "facts")

    def __init__(self, session: Session, facts: EntityFacts) -> None:
        self._session = session
        self.facts = facts
        """Its type, counts and times."""

    @property
    def id(self) -> EntityId:
        """A UUID, or a text in stores that have texts as ids."""
        return self.facts.id

    @property
    def type(self) -> str:
        """The name of its entity type."""
        return self.facts.type

    @property
    def version(self) -> int:
        """Of its last event."""
        return self.facts.version

    @property
    def created(self) -> dt.datetime | None:
        """The time of its first event, in UTC; ``None`` if it has none."""
        return utc_time(self.facts.created)

    @property
    def modified(self) -> dt.datetime | None:
        """The time of its last event, in UTC; ``None`` if it has none."""
        return utc_time(self.facts.modified)

    @property
    def is_discarded(self) -> bool:
        """Whether it was discarded; its events stay."""
        return self.facts.discarded

    def to_dict(self) -> JsonObject:
        return json_objects.entity_json(self.facts)

    def __repr__(self) -> str:
        mark = f", {self.facts.mark}" if self.facts.mark else ""
        return f"<{self.type} {self.id} at version {self.version}{mark}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entity) and (self._session, self.facts) == (other._session, other.facts)

    def __hash__(self) -> int:
        return hash(self.id)

    # Looking ------------------------------------------------------------------------------------------------------

    @property
    def events(self) -> Rows[Event]:
        """Its events, by version."""

        def read() -> Iterator[Event]:
            after, page = None, self._session.events(self.id, limit=_PAGE)
            while page:
                yield from (Event(self.id, self.type, each) for each in page)
                after = page[-1].version
                page = self._session.events(self.id, after, _PAGE) if len(page) == _PAGE else []

        return Rows(read, Event.to_dict, f"events of {self.type} {self.id}")

    @property
    def snapshots(self) -> Rows[Snapshot]:
        """Its snapshots, by version."""

        def read() -> Iterator[Snapshot]:
            yield from (Snapshot(self.id, self.type, each) for each in self._session.snapshots(self.id))

        return Rows(read, Snapshot.to_dict, f"snapshots of {self.type} {self.id}")

    @property
    def checks(self) -> Rows[Check]:
        """A check of each of its snapshots, by version: whether it is the state that the events lead to."""
        return self.verify()

    def verify(self, *, progress: Progress = no_progress) -> Rows[Check]:
        """Return the ``checks``. ``progress`` counts events."""
        from es_desktop.app.entity.checks import verify_entity

        def read() -> Iterator[Check]:
            yield from map(Check, verify_entity(self._session, self.facts, progress))

        return Rows(read, Check.to_dict, f"checks of the snapshots of {self.type} {self.id}")

    def state(self, at: int | None = None, *, base: Base = "nearest") -> State:
        """Return the state at a version, or the last one. Raises ``UserError`` as ``rebuild`` does."""
        return State.of(self.rebuild(at, base=base))

    def rebuild(
        self, at: int | None = None, *, base: Base = "nearest", progress: Progress = no_progress
    ) -> RebuiltState:
        """Return the state at a version, or the last one, with each step that leads to it.

        The snapshot that it starts from is checked, unless very many events lead to it. ``progress`` counts the events
        that are applied, and anew those that are compared with the snapshot. Raises ``UserError`` if there
        is no event at that version, or no rebuild can start from that base.
        """
        from es_desktop.app.entity.checks import check_base
        from es_desktop.app.entity.verdict import first_failure

        version = self.version if at is None else at
        with reading():
            found = self._session.explain(self.id, version, base=_choice(base), progress=progress)
            check_base(self._session, self.facts, found.base.version, progress)
        failure = first_failure(found.steps)
        verdict = self._session.verdict(self.facts, found.exactness, found.base.version, failure)
        return RebuiltState(self.id, self.type, version, found.state, verdict, self.facts, found)

    def history(self, expression: str, *, progress: Progress = no_progress) -> Rows[Crossing]:
        """Return each version at which the value of a path or a condition changes, with both values.

        Reading raises ``UserError`` for an expression that cannot be used, or that names what no entity has.
        """
        from es_desktop.app.ask.named import require_named
        from es_desktop.app.watch.watchpoints import watch
        from es_desktop.replay.conditions import Condition

        def read() -> Iterator[Crossing]:
            yield from watch(self._session, self.facts, expression, progress)
            require_named(self._session, places.indexes(), Condition(expression).paths, progress)

        return Rows(read, json_objects.crossing_json, f"changes of {expression}")

    # Changing -----------------------------------------------------------------------------------------------------

    def run(self, command: str, **arguments: Any) -> Changes:
        """Run a command of its model, as ``change_attribute`` or one of the model's own, in one transaction.

        Raises ``ConflictError`` if there are newer events than this value knows, and ``UserError`` if the model
        refuses, or the store is only read.
        """
        with reading():
            return self._commands().run(self.id, command, arguments, self.version)

    def change(self, name: str, value: Any) -> Changes:
        """Change an attribute. Raises as ``run`` does."""
        return self.run("change_attribute", name=name, value=value)

    def discard(self) -> Changes:
        """Discard it; its events stay. Raises as ``run`` does."""
        return self.run("discard")

    def take_snapshot(self, at: int | None = None) -> Changes:
        """Take a snapshot at a version, or at the last one. Raises ``UserError`` if that cannot be done."""
        with reading():
            return self._commands().take_snapshot(self.id, at)

    def _commands(self) -> Commands:
        from es_desktop.app.entity.commands import Commands

        return Commands(self._session)


def _choice(base: Base) -> BaseChoice:
    from es_desktop.app.entity.verdict import NEAREST, ZERO, BaseChoice

    return BaseChoice.picked(base) if isinstance(base, int) else {"nearest": NEAREST, "zero": ZERO}[base]
