"""The watchpoints in the notebook of the open store. Each that is on has a trace through the chosen entity."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.view import EntityView
from es_desktop.app.notes.notebook import Watchpoint
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.values import format_transition
from es_desktop.app.watch.watchpoints import (
    WatchTrace,
    expression_for_path,
    normalised,
    parse_watched,
    refusal,
    watch_traces,
)
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.notes.notes import Notes
from es_desktop.models.runtime.tasks import Job, LatestRequest, TaskRunner
from es_desktop.models.selection import Selection
from es_desktop.models.watch.history_values import HistoryValues
from es_desktop.replay import ABSENT, value_at
from es_desktop.replay.conditions import ConditionError
from es_desktop.replay.diff import PathError
from es_desktop.replay.watch import Crossing, WatchTarget, next_crossing
from es_desktop.system.counts import format_number


class Watchpoints(QObject):
    changed = Signal()
    """A watchpoint or a trace changed."""
    message = Signal(object)
    """The result of a run, as a sentence."""

    def __init__(self, runner: TaskRunner, selection: Selection, inspector: Inspector, notes: Notes) -> None:
        super().__init__(inspector)
        self._run_request = LatestRequest(runner)
        self._selection = selection
        self._inspector = inspector
        self._notes = notes
        self.traces: HistoryValues[WatchTrace] = HistoryValues(runner, "Finding crossings", _traces, self)
        self._current: tuple[Watchpoint, ...] = ()
        self._crossed: list[int] | None = None
        self.last_path: str | None = None
        """The path of the last ``run_to_change`` in the chosen entity."""
        self.last_condition = ""
        self.traces.changed.connect(self._on_changed)
        inspector.outline_changed.connect(self._compute)
        notes.changed.connect(self._on_notes)
        selection.entity_changed.connect(self._on_entity_chosen)
        selection.version_changed.connect(self._run_request.cancel)  # the person chose another version

    @property
    def all(self) -> tuple[Watchpoint, ...]:
        """The watchpoints, in the order in which they were added."""
        return self._notes.notebook.watchpoints

    @property
    def crossed_versions(self) -> Sequence[int]:
        """The versions, ascending, at which a watchpoint that is on is crossed."""
        if self._crossed is None:
            found = (crossing.version for _, trace in self._active() for crossing in trace.crossings)
            self._crossed = sorted(set(found))
        return self._crossed

    def trace(self, watchpoint: Watchpoint) -> WatchTrace | None:
        """Return the trace of a watchpoint; ``None`` if it is off, or not computed."""
        return self.traces.get(watchpoint.expression) if watchpoint.is_on else None

    def is_crossed_at(self, version: int) -> bool:
        """Return whether a watchpoint that is on is crossed at a version."""
        return any(trace.at(version) is not None for _, trace in self._active())

    def report_crossed(self, version: int) -> None:
        """Emit a message with the crossings at a version."""
        crossings = ((each, trace.at(version)) for each, trace in self._active())
        texts = [
            _describe_crossing(each.name or each.expression, found) for each, found in crossings if found is not None
        ]
        self.message.emit(f"Version {format_number(version)}: {' · '.join(texts)}")

    # Watchpoints

    def add(self, expression: str, name: str = "") -> None:
        """Watch a condition or a path, and switch it on. Raises ``UserError``, with the column, for an invalid one."""
        valid = self._valid(expression)
        index = self.index_of(valid)
        if index is None:
            self._keep((*self.all, Watchpoint(valid, name)))
        else:
            self._replace(index, Watchpoint(valid, name or self.all[index].name))

    def validate(self, expression: str) -> str:
        """Return an expression, or a path in view, as it is kept. Raises ``ConditionError`` for an invalid one."""
        try:
            return normalised(expression)
        except ConditionError:
            if not self._is_in_view(expression):
                raise
            return expression_for_path(expression)

    def _valid(self, expression: str) -> str:
        try:
            return self.validate(expression)
        except ConditionError as error:
            raise refusal(error) from error

    def index_of(self, expression: str) -> int | None:
        """Return the index of the watchpoint of an expression; ``None`` if it is not watched."""
        return next((index for index, each in enumerate(self.all) if each.expression == expression), None)

    def remove(self, index: int) -> None:
        self._keep((*self.all[:index], *self.all[index + 1 :]))

    def rename(self, index: int, name: str) -> None:
        """Give a watchpoint a name; an empty one removes it."""
        each = self.all[index]
        self._replace(index, Watchpoint(each.expression, name.strip(), each.is_on))

    def set_on(self, index: int, is_on: bool) -> None:
        each = self.all[index]
        self._replace(index, Watchpoint(each.expression, each.name, is_on))

    # Running

    def run_to_next(self, forward: bool = True, index: int | None = None) -> None:
        """Choose the next or previous crossing of one watchpoint, or of any; computes missing traces first."""
        if index is not None and not self.all[index].is_on:
            self.message.emit("This watchpoint is off: Space switches it on.")
        elif not any(each.is_on for each in self.all):
            self.message.emit("No watchpoint is on. W watches a value or a condition.")
        elif self._selection.version is not None:
            self.traces.when_known(lambda: self._go(forward, index))

    def run_to_change(self, path: str, forward: bool = True) -> None:
        """Choose the next or the previous version whose event changes the value at a path, or a value inside it."""
        self.last_path = path
        self._search(path, path, forward)

    def run_to_condition(self, expression: str, forward: bool = True) -> None:
        """Choose the next or previous version at which a condition changes. Raises ``UserError``, with the column."""
        self.last_condition = valid = self._valid(expression)
        self._search(parse_watched(valid), valid, forward)

    def _go(self, forward: bool, index: int | None) -> None:
        version = self._selection.version
        if version is None:
            return
        wanted = None if index is None else self.all[index]
        among = [trace for each, trace in self._active() if wanted in (None, each)]
        found = [trace.after(version) if forward else trace.before(version) for trace in among]
        versions = [each.version for each in found if each is not None]
        if versions:
            target = min(versions) if forward else max(versions)
            self._selection.go_to(target)
            self.report_crossed(target)
        else:
            self.message.emit(f"Nothing that is watched changes {_side(forward)} version {format_number(version)}.")

    def _search(self, watched: WatchTarget, name: str, forward: bool) -> None:
        view, version = self._inspector.view, self._selection.version
        if view is None or version is None:
            return

        def done(found: Crossing | None) -> None:
            if found is None:
                self.message.emit(f"It does not change {_side(forward)} version {format_number(version)}: {name}")
            else:
                self._selection.go_to(found.version)
                self.message.emit(f"Version {format_number(found.version)}: {_describe_crossing(name, found)}")

        title = f"Running {'to the next' if forward else 'back to the previous'} change"
        self._run_request.start(title, lambda job: _find_crossing(view, watched, version, forward, job), done)

    def _active(self) -> list[tuple[Watchpoint, WatchTrace]]:
        found = ((each, self.traces.get(each.expression)) for each in self.all if each.is_on)
        return [(each, trace) for each, trace in found if trace is not None]

    def _is_in_view(self, path: str) -> bool:
        shown = self._inspector.state_view
        try:
            return shown is not None and bool(path) and value_at(shown.state, path) is not ABSENT
        except PathError:
            return False

    def _replace(self, index: int, watchpoint: Watchpoint) -> None:
        self._keep((*self.all[:index], watchpoint, *self.all[index + 1 :]))

    def _keep(self, watchpoints: tuple[Watchpoint, ...]) -> None:
        self._notes.update(lambda notebook: notebook.with_watchpoints(watchpoints))

    def _on_notes(self) -> None:
        if self.all != self._current:
            self._current = self.all
            self._compute()
            self._on_changed()

    def _compute(self) -> None:
        self.traces.show(self._inspector.view, [each.expression for each in self.all if each.is_on])

    def _on_changed(self) -> None:
        self._crossed = None
        self.changed.emit()

    def _on_entity_chosen(self) -> None:
        self.last_path = None


def _traces(view: EntityView, expressions: Sequence[str], job: Job) -> dict[str, WatchTrace]:
    return watch_traces(view.own_chain(), expressions, job.check, job.report)


def _find_crossing(view: EntityView, watched: WatchTarget, version: int, forward: bool, job: Job) -> Crossing | None:
    try:
        return next_crossing(view.chain(), watched, job.counting_checkpoint(0), after_version=version, forward=forward)
    except ConditionError as error:
        raise refusal(error) from error
    except PathError as error:
        raise UserError(str(error)) from error


def _describe_crossing(name: str, crossing: Crossing) -> str:
    return f"{name} {format_transition(crossing.before, crossing.after)}"


def _side(forward: bool) -> str:
    return "after" if forward else "before"
