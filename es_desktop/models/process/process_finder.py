"""Reads the process of an entity type in tasks: its map and where everything is in it, variants, and conformance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.process.conformance import Conformance
from es_desktop.app.process.counting import ProcessQuery, Repeats
from es_desktop.app.process.layout import Layout, lay_out
from es_desktop.app.process.pattern import Pattern
from es_desktop.app.process.process import Process, entities_with, read_conformance, read_process
from es_desktop.app.process.process_map import ProcessMap, ShownMap
from es_desktop.app.process.selections import OfDeviation, OfEdge, OfType, OfVariant, OfWaiting, Part
from es_desktop.app.process.short_names import short_names
from es_desktop.app.process.variants import VariantKey
from es_desktop.app.process.words import range_text, words_width
from es_desktop.app.rules.rule import ORDERS, Rule
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.lists import facts_of
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.models.runtime.tasks import LatestRequest, Queue, TaskRunner
from es_desktop.models.window_view import ShownView

if TYPE_CHECKING:
    from es_desktop.models.notes.notes import Notes
    from es_desktop.models.search.indexer import Indexer
    from es_desktop.models.search.overview import Overview

VIEW: Final = "process"
"""The name of the view of the window that shows it."""
MOST_LISTED: Final = 1_000
"""Entities of a part that are listed; the command line lists more."""
_NODES_AT_FIRST: Final = 14
_EDGES_AT_FIRST: Final = 26


@dataclass(frozen=True, slots=True)
class ShownProcess:
    """What is shown of a process."""

    process: Process
    map: ShownMap
    layout: Layout | None
    """``None`` if the map is too large to be drawn."""
    short: dict[str, str]
    """A short name of each event type."""
    wrong: dict[VariantKey, Rule]
    """The variants that break a kept rule."""


@dataclass(frozen=True, slots=True)
class PartEntities:
    """The entities of a part of the process."""

    part: Part
    count: int
    listed: Sequence[EntityFacts]
    """The first of them."""


class ProcessFinder(QObject):
    """What is asked of the process of the open store, and the answers. Nothing is read before its view is shown."""

    changed = Signal()
    """``shown``, ``is_reading`` or what is asked is another one."""
    part_changed = Signal()
    """``part`` is another one."""
    entities_changed = Signal()
    """``entities`` are others, or are being read."""
    conformance_changed = Signal()
    """``conformance`` is another one, or is being read."""

    def __init__(
        self,
        runner: TaskRunner,
        indexer: Indexer,
        overview: Overview,
        view: ShownView,
        notes: Notes,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._requests = [LatestRequest(runner) for _ in range(4)]
        self._read_request, self._layout_request, self._entities_request, self._fit_request = self._requests
        self._indexer = indexer
        self._overview = overview
        self._view = view
        self._notes = notes
        self._rules: tuple[Rule, ...] = ()
        """The kept rules that were checked when the map was read."""
        self._is_outdated = True
        self.query = ProcessQuery("", Repeats.FIRST)
        """What is asked; no entity type until the types are known."""
        self.at_least = 1
        """Nodes and edges of fewer entities are hidden."""
        self.shown: ShownProcess | None = None
        self.part: Part | None = None
        """The chosen part of the process."""
        self.entities: PartEntities | None = None
        """The entities of the chosen part; ``None`` until they are read."""
        self.pattern = ""
        """What was typed to check conformance to."""
        self.conformance: Conformance | None = None
        overview.changed.connect(self._on_counted)
        view.changed.connect(lambda name: self._read())
        notes.changed.connect(self._on_kept)

    @property
    def types(self) -> list[str]:
        """The entity types of the store, that with the most entities first."""
        activity = self._overview.activity
        return [] if activity is None else list(activity.totals.entity_types)

    @property
    def is_reading(self) -> bool:
        """Whether the map is being read or laid out."""
        return self._read_request.is_running or self._layout_request.is_running

    @property
    def problem(self) -> UserError | None:
        """Why the map could not be read."""
        return self._read_request.problem

    @property
    def is_finding(self) -> bool:
        """Whether the entities of the chosen part are being read."""
        return self._entities_request.is_running

    @property
    def conformance_problem(self) -> UserError | None:
        """Why conformance could not be checked."""
        return self._fit_request.problem

    @property
    def is_checking(self) -> bool:
        """Whether conformance is being checked."""
        return self._fit_request.is_running

    def clear(self) -> None:
        """Forget everything: another store is open, or none."""
        for each in self._requests:
            each.cancel()
        self.query, self.at_least, self.shown, self._is_outdated = ProcessQuery("", Repeats.FIRST), 1, None, True
        self.pattern, self.conformance = "", None
        self.choose(None)
        self.changed.emit()
        self.conformance_changed.emit()

    def ask(self, entity_type: str | None = None, repeats: Repeats | None = None) -> None:
        """Read the process of another entity type, or count repeats in another way."""
        query = replace(
            self.query,
            entity_type=self.query.entity_type if entity_type is None else entity_type,
            repeats=self.query.repeats if repeats is None else repeats,
        )
        if query != self.query:
            self.query, self._is_outdated = query, True
            self.conformance = None
            self.choose(None)
            self.conformance_changed.emit()
            self._read()

    def show_from(self, entities: int) -> None:
        """Hide what fewer entities have."""
        if entities == self.at_least:
            return
        self.at_least = entities
        shown = self.shown
        if shown is None:
            return
        self._layout_request.start(
            "Drawing the process", lambda job: _shown(shown.process, entities, job.check), self._show
        )
        self.changed.emit()

    def choose(self, part: Part | None) -> None:
        """Choose a part of the process, whose entities are read; ``None`` for no part."""
        if part == self.part:
            return
        self.part, self.entities = part, None
        index, query = self._indexer.index, self.query
        if part is None or index is None:
            self._entities_request.cancel()
        else:
            self._entities_request.start(
                "Finding the entities",
                lambda job: _entities(index, query, part, job.check),
                self._show_entities,
                stopped=self.entities_changed.emit,
                queue=Queue.SCAN,
            )
        self.part_changed.emit()
        self.entities_changed.emit()

    def check_conformance(self, text: str) -> None:
        """Check which entities fit a pattern that a person typed. Raises ``UserError`` if it cannot be understood."""
        pattern, index, query = Pattern.parse(text), self._indexer.index, self.query
        self.pattern, self.conformance = text, None
        if isinstance(self.part, OfDeviation):
            self.choose(None)
        if index is not None and query.entity_type:
            self._fit_request.start(
                "Checking conformance",
                lambda job: read_conformance(index.database, query, pattern, job.check),
                self._show_conformance,
                failed=lambda error: self.conformance_changed.emit(),
                stopped=self.conformance_changed.emit,
                queue=Queue.SCAN,
            )
        self.conformance_changed.emit()

    def _on_counted(self) -> None:
        if self._overview.activity is None:
            return
        self._is_outdated = True
        if self.query.entity_type not in self.types:
            self.query = replace(self.query, entity_type=next(iter(self.types), ""))
        self._read()

    def _kept(self) -> tuple[Rule, ...]:
        rules = self._notes.notebook.rules
        return tuple(each for each in rules if each.form in ORDERS and each.entity_type == self.query.entity_type)

    def _on_kept(self) -> None:
        if self._kept() != self._rules:
            self._is_outdated = True
            self._read()

    def _read(self) -> None:
        index, query = self._indexer.index, self.query
        is_wanted = self._view.name == VIEW and self._is_outdated and query.entity_type
        if not is_wanted or index is None:
            return
        self._is_outdated = False
        self._rules = rules = self._kept()
        is_same = self.shown is not None and self.shown.process.query == query
        at_least = self.at_least if is_same else None
        self._read_request.start(
            "Reading the process",
            lambda job: _shown(
                read_process(index.database, query, rules=rules, checkpoint=job.check), at_least, job.check
            ),
            self._show,
            failed=lambda error: self.changed.emit(),
            stopped=self._on_stopped,
            queue=Queue.SCAN,
        )
        self.changed.emit()

    def _on_stopped(self) -> None:
        self._is_outdated = True
        self.changed.emit()

    def _show(self, shown: ShownProcess) -> None:
        self.shown, self.at_least = shown, shown.map.at_least
        self.changed.emit()

    def _show_entities(self, found: PartEntities) -> None:
        self.entities = found
        self.entities_changed.emit()

    def _show_conformance(self, found: Conformance) -> None:
        self.conformance = found
        self.conformance_changed.emit()


def first_at_least(found: ProcessMap) -> int:
    """Return from how many entities on a map is shown at first, so that it can be read."""
    nodes, edges = ([each.entities for each in parts] for parts in (found.nodes, found.edges))
    for at_least in sorted({1, *(each + 1 for each in (*nodes, *edges))}):
        shown = sum(each >= at_least for each in nodes), sum(each >= at_least for each in edges)
        if shown[0] <= _NODES_AT_FIRST and shown[1] <= _EDGES_AT_FIRST:
            return at_least
    return 1


def _shown(process: Process, at_least: int | None, check: Callable[[], None]) -> ShownProcess:
    shown = process.shown(first_at_least(process.map) if at_least is None else at_least)
    broken = process.broken
    layout = lay_out(shown, lambda edge: words_width(edge, broken.get((edge.before, edge.after), ())), check)
    short = short_names(each.type for each in process.map.nodes)
    return ShownProcess(process, shown, layout, short, process.broken_variants())


def _entities(index: StoreIndex, query: ProcessQuery, part: Part, check: Callable[[], None]) -> PartEntities:
    numbers = entities_with(index.database, query, part, check)
    return PartEntities(part, len(numbers), facts_of(index.session, index.database, numbers[:MOST_LISTED]))


def part_text(part: Part) -> str:
    """Return what a part of a process is, in a few words."""
    match part:
        case OfType(name):
            return name
        case OfEdge(before, after):
            return f"{before} again" if before == after else f"{before} → {after}"
        case OfVariant():
            return "one variant"
        case OfDeviation(pattern, None):
            return f"fits {pattern}"
        case OfDeviation(_, deviation):
            return str(deviation)
        case OfWaiting(before, after):
            return f"{before} → {after}: {range_text(part.least, part.below)}"
