"""The snapshots of an entity as tables, and the checks that find false ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal

from es_desktop.app.entity.checks import verify_entity, verify_store
from es_desktop.app.entity.commands import Changes
from es_desktop.app.entity.facts import EntityCheck, EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.entity.verdict import FALSE_SNAPSHOT, NEAREST, Bases, SnapshotBase, difference_text
from es_desktop.app.store.reader import Reading
from es_desktop.app.store.session import Session
from es_desktop.app.text.values import format_value
from es_desktop.core import EntityId, RecordedSnapshot
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.search.listed_states import NamedRows
from es_desktop.models.table.model import (
    TIP_ROLE,
    TONE_ROLE,
    Column,
    Index,
    RowsModel,
    time_column,
    version_column,
)
from es_desktop.replay import plain_state
from es_desktop.replay.verify import SnapshotCheck
from es_desktop.system.counts import count_text, format_number

_CHECK_WORDS: Final = {True: "true", False: "false", None: "unknown"}


class SnapshotsModel(RowsModel[RecordedSnapshot]):
    """One row for each snapshot; one that cannot be decoded says why."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                version_column(attrgetter("version")),
                time_column("Taken", lambda row: row.timestamp),
                Column("Check", self._check_text),
                Column("State", self._state_text, value=self._state),
            ),
            row_roles={TONE_ROLE: self._tone, TIP_ROLE: self._tip},
            parent=parent,
        )
        self._used: int | None = None
        self._checks: Mapping[int, SnapshotCheck] = {}

    def set_used(self, version: int | None) -> None:
        """Mark the snapshot that is the base of the state in view."""
        if version != self._used:
            self._used = version
            self.repaint()

    def set_checks(self, checks: Mapping[int, SnapshotCheck]) -> None:
        self._checks = checks
        self.repaint()

    def _difference(self, snapshot: RecordedSnapshot) -> str:
        """Return how a false snapshot differs; empty for any other."""
        check = self._checks.get(snapshot.version)
        return difference_text(check) if check is not None and check.ok is False else ""

    def _state_text(self, snapshot: RecordedSnapshot) -> str:
        state = "discarded" if snapshot.state is None else format_value(plain_state(snapshot.state), 200)
        return snapshot.error or self._difference(snapshot) or state

    def _state(self, snapshot: RecordedSnapshot) -> Any:
        return snapshot.error or (None if snapshot.state is None else plain_state(snapshot.state))

    def _check_text(self, snapshot: RecordedSnapshot) -> str:
        check = self._checks.get(snapshot.version)
        return "" if check is None else _CHECK_WORDS[check.ok]

    def _tone(self, snapshot: RecordedSnapshot) -> str | None:
        if snapshot.error or self._difference(snapshot):
            return "failed"
        return "changed" if snapshot.version == self._used else None

    def _tip(self, snapshot: RecordedSnapshot) -> str:
        check = self._checks.get(snapshot.version)
        if check is None:
            return "Not checked yet: V compares it with the replayed events."
        return self._difference(snapshot) or check.reason or "It is what the events lead to."


class BasesModel(RowsModel[SnapshotBase]):
    """One row for each snapshot, with what it would save in a rebuild, or why it cannot be the base."""

    def __init__(
        self,
        bases: Bases,
        versions: Sequence[int],
        version: int,
        used: int | None,
        parent: QObject | None = None,
        *,
        checks: Mapping[int, SnapshotCheck] = MappingProxyType({}),
    ) -> None:
        """Show the bases for a rebuild of ``version``; ``used`` is the version of the base now.

        ``versions`` are those of the entity's events; ``checks`` the results of checking its snapshots, by version.
        """
        super().__init__(
            (
                version_column(attrgetter("version")),
                Column("Type", lambda base: base.snapshot.type),
                time_column("Taken", lambda base: base.snapshot.timestamp, tip=None),
                Column(f"A rebuild of version {format_number(version)}", lambda base: self._saving(base)[0]),
            ),
            bases.rows,
            row_roles={TONE_ROLE: lambda base: self._saving(base)[1], TIP_ROLE: lambda base: base.error or None},
            parent=parent,
        )
        self._bases = bases
        self._versions = versions
        self._version = version
        self._used = used
        self._false = {each.version for each in checks.values() if each.ok is False}

    def version_at(self, row: int) -> int:
        return self.rows[row].version

    @property
    def first_choice(self) -> int:
        """The row of the base now, or else of the nearest snapshot, or else 0."""
        nearest = self._bases.chosen(NEAREST, self._version)
        wanted = nearest.version if self._used is None and nearest is not None else self._used
        return next((row for row, each in enumerate(self.rows) if each.version == wanted), 0)

    def _saving(self, base: SnapshotBase) -> tuple[str, str | None]:
        """Return what a row says of its base, and the tone of the row."""
        if base.error:
            return base.error, "failed"
        if base.version > self._version:
            return f"later than version {format_number(self._version)}", "faint"
        if base.version in self._false:
            return f"{FALSE_SNAPSHOT}: it is not what the events lead to", "failed"
        skipped = bisect_right(self._versions, base.version)
        steps = bisect_right(self._versions, self._version) - skipped
        saving = f"{count_text(skipped, 'event')} not read, {count_text(steps, 'step')}"
        return saving, "changed" if base.version == self._used else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.row_at(index).error:
            return Qt.ItemFlag.NoItemFlags  # the keyboard skips it
        return super().flags(index)


ENTITY, NAME, VERSION, REASON = range(4)


class ChecksModel(NamedRows[EntityCheck]):
    """One row for each snapshot that is false, then one for each that cannot be checked, with the reason."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                Column(
                    "Entity",
                    lambda row: f"{row.entity.type} {short_id(row.entity.id)}",
                    value=lambda row: f"{row.entity.type} {row.entity.id}",
                ),
                self.name_column(attrgetter("entity")),
                version_column(attrgetter("check.version")),
                Column("Check", _verdict),
            ),
            row_roles={
                TONE_ROLE: lambda row: "failed" if row.check.ok is False else "faint",
                TIP_ROLE: _verdict,
            },
            parent=parent,
        )

    def entity(self, entity_id: EntityId | None) -> EntityFacts | None:
        """Return the facts of an entity that has a row."""
        return next((each.entity for each in self.rows if each.entity.id == entity_id), None)

    def show(self, found: Sequence[EntityCheck]) -> None:
        """Show the results of a check; true snapshots have no row."""
        false = [each for each in found if each.check.ok is False]
        self.set_rows([*false, *(each for each in found if each.check.ok is None)])


def _verdict(row: EntityCheck) -> str:
    why = difference_text(row.check) if row.check.ok is False else row.check.reason
    return f"{_CHECK_WORDS[row.check.ok]}: {why}"


class SnapshotChecker(QObject):
    """The checks of the snapshots of the open store."""

    changed = Signal()
    message = Signal(object)
    """The result of a check, as a sentence."""
    false_found = Signal()
    """A check has ended, and ``found`` has false snapshots."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found = ChecksModel(self)
        """The snapshots that the last check found not to be true."""
        self.summary = ""
        """The result of the last check, as a sentence; empty without one."""
        self._all: Sequence[EntityCheck] = ()
        self._where = ""
        self._request = LatestRequest(runner)
        self._session: Session | None = None

    def set_session(self, session: Session | None) -> None:
        self.clear()
        self._session = session

    def on_changes(self, changes: Changes) -> None:
        """Forget all checks if events are folded in another way now; check anew what had a false snapshot."""
        session, entity_id = self._session, changes.entity_id
        if changes.alters_folding:
            self.clear()
        elif session is not None and entity_id is not None and changes.snapshots:
            session.checks.forget(entity_id, changes.snapshots)
            self.changed.emit()
            entity = self.found.entity(entity_id)
            if entity is not None and not self._request.is_running:
                self._check_again(session, entity)

    def clear(self) -> None:
        """Cancel a running check, and forget all results."""
        self._request.cancel()
        self.summary, self._all = "", ()
        self.found.show(())
        if self._session is not None and self._session.checks:
            self._session.checks.clear()
            self.changed.emit()

    def checks_of(self, entity_id: EntityId | None) -> Mapping[int, SnapshotCheck]:
        """Return the checks of an entity's snapshots, by version."""
        return {} if self._session is None else self._session.checks.of(entity_id)

    def take(self, found: Sequence[EntityCheck]) -> None:
        """Add checks that were made along with something else; ``found`` and ``summary`` stay."""
        if self._session is not None:
            self._session.checks.add(found)
            self.changed.emit()

    def check_entity(self, reading: Reading, entity: EntityFacts) -> None:
        self._run(reading, lambda job: list(verify_entity(reading, entity, job.report)), f"of {entity.type}")

    def check_store(self, reading: Reading) -> None:
        self._run(reading, lambda job: list(verify_store(reading, job.report)), _OF_STORE)

    def _check_again(self, reading: Reading, entity: EntityFacts) -> None:
        """Check the snapshots of an entity, and show the results in the place of those before."""
        others, where = [each for each in self._all if each.entity.id != entity.id], self._where
        self._run(reading, lambda job: [*others, *verify_entity(reading, entity, job.report)], where)

    def _run(self, reading: Reading, work: Callable[[Job], list[EntityCheck]], where: str) -> None:
        def done(found: list[EntityCheck]) -> None:
            reading.checks.add(found)
            self._all, self._where = found, where
            self.summary = _sentence(found, where, reading.unchecked)
            self.found.show(found)
            self.changed.emit()
            self.message.emit(self.summary)
            if any(each.check.ok is False for each in found):
                self.false_found.emit()

        self._request.start("Checking snapshots", work, done, queue=Queue.SCAN)


_OF_STORE: Final = "of the store"


def _sentence(found: list[EntityCheck], where: str, unchecked: str) -> str:
    false = [each for each in found if each.check.ok is False]
    unknown = sum(each.check.ok is None for each in found)
    more = f" ({unchecked})" if unchecked and where == _OF_STORE else ""
    if not found:
        return f"There is no snapshot {where} to check{more}."
    text = f"{count_text(len(found), 'snapshot')} {where} checked: "
    if false:
        entity, at = false[0].entity, format_number(false[0].check.version)
        text += f"{format_number(len(false))} false, the first of {entity.type} {short_id(entity.id)} at {at}"
    elif unknown == len(found):
        text += "none can be checked, because the model is not here"
    else:
        text += "all are true" if not unknown else f"none is false, {unknown} cannot be checked"
    return f"{text}{more}."
