"""Charts of the open store: events over time and by type, longest entities, snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from es_desktop.app.entity.hues import TypeHues
from es_desktop.app.entity.ids import short_id
from es_desktop.app.search.lists import Activity
from es_desktop.app.text.times import format_time_range
from es_desktop.models.presence import Absence
from es_desktop.system.counts import count_text, format_number, format_share
from es_desktop.views.style.builders import fill
from es_desktop.views.style.dock_frame import WorkspaceDock
from es_desktop.views.style.plain_text import Hint

from .bar_list import BarPanel, BarRow, PanelGrid
from .histogram import Histogram

_LEAST_MISSING: Final = 0.01
"""Share of events not counted yet below which no badge is shown."""


class ActivityDock(WorkspaceDock):
    """Charts of a store. A click filters the log and the list of entities."""

    name, title = "activity", "Activity"

    log_requested = Signal()
    """The log should be shown, because its filter or time changed."""

    def _fill(self, body: QWidget) -> None:
        theme = self._theme
        self.histogram = Histogram(body)
        self.types = BarPanel("Events by type", "Click a type to show its events in the log.")
        self.entity_types = BarPanel("Entities by type", "Click a type to list its entities and show their events.")
        self.longest = BarPanel("Longest entities", "The entities with the most events. Click one to choose it.")
        self.snapshots = BarPanel(
            "Snapshots", "How many of the entities of a type have a snapshot, and how many snapshots these are."
        )
        self.panels = PanelGrid((self.types, self.entity_types, self.longest, self.snapshots), body)
        self.hint = Hint(parent=body, bottom=6)
        self._timeless = Hint("The events of this store have no times.", body, bottom=6)
        parts = (self.hint, self._timeless, (self.histogram, 2), (self.panels, 5))
        fill(QVBoxLayout(body), *parts, margins=(1, 0, 1, 1)).addStretch()
        theme.follow(self.histogram, self.panels, self)
        self._connect()
        self._show()

    def _connect(self) -> None:
        workspace, indexer = self._workspace, self._workspace.listing.indexer
        self.histogram.range_chosen.connect(self._on_range)
        self.histogram.time_chosen.connect(self._on_time)
        self.types.list.chosen.connect(self._on_type)
        for panel in (self.entity_types, self.snapshots):
            panel.list.chosen.connect(self._on_entity_type)
        self.longest.list.chosen.connect(lambda entity_id: workspace.choose(entity_id))
        workspace.overview.changed.connect(self._show)
        workspace.store_changed.connect(self._show)
        for signal in (indexer.grown, indexer.completed, indexer.paused_changed):
            signal.connect(self._show_progress)
        workspace.log.changed.connect(self._show_chosen)
        workspace.entities.query_changed.connect(lambda query: self._show_chosen())
        workspace.selection.entity_changed.connect(lambda entity_id: self._show_chosen())

    # Filters

    @property
    def _entity_types_shown(self) -> frozenset[str]:
        """The entity types that the log or the list of entities is filtered by."""
        entity_types, types = self._workspace.log.search.entity_types, self._workspace.entities.query.types
        return (entity_types or frozenset()) | (types or frozenset())

    def _on_range(self, since: float | None, until: float | None) -> None:
        self._workspace.log.update_search(since=since, until=until)
        if since is not None:
            self.log_requested.emit()

    def _on_time(self, time: float) -> None:
        self.log_requested.emit()
        self._workspace.log.go_to_time(time)

    def _on_type(self, name: str) -> None:
        is_shown = name in (self._workspace.log.search.event_types or ())
        self._workspace.log.update_search(event_types=None if is_shown else frozenset({name}))
        if not is_shown:
            self.log_requested.emit()

    def _on_entity_type(self, entity_type: str) -> None:
        is_shown = entity_type in self._entity_types_shown
        wanted = None if is_shown else frozenset({entity_type})
        self._workspace.log.update_search(entity_types=wanted)
        self._workspace.entities.set_types(wanted)
        if not is_shown:
            self.log_requested.emit()

    def _show_chosen(self) -> None:
        """Mark what the log and the list of entities are filtered by."""
        workspace, search = self._workspace, self._workspace.log.search
        self.histogram.set_range(search.since, search.until)
        self.types.list.mark(frozenset(search.event_types or ()))
        for panel in (self.entity_types, self.snapshots):
            panel.list.mark(frozenset(self._entity_types_shown))
        chosen = workspace.selection.entity_id
        self.longest.list.mark(frozenset() if chosen is None else frozenset({chosen}))

    # Charts

    def _show(self) -> None:
        activity, session = self._workspace.overview.activity, self._workspace.session
        has_any = activity is not None and activity.totals.events > 0
        has_times = activity is not None and activity.bars is not None
        self.panels.setVisible(has_any)
        self.histogram.setVisible(has_any and has_times)
        self._timeless.setVisible(has_any and not has_times)
        if activity is not None and session is not None:
            self.histogram.set_bars(activity.bars)
            self.types.set_rows(rows_of_types(activity, session.type_hues))
            self.entity_types.set_rows(rows_of_entity_types(activity))
            self.longest.set_rows(rows_of_longest(activity))
            self.snapshots.set_rows(rows_of_coverage(activity))
            self.panels.share_room()
        else:
            for each in (self.types, self.entity_types, self.longest, self.snapshots):
                each.set_rows([])
        self.title_bar.set_summary(_summary(activity) if activity is not None and has_any else "")
        self._show_progress()
        self._show_chosen()

    def _show_progress(self) -> None:
        """Show why the charts are empty, or that they are not complete yet."""
        activity, progress = self._workspace.overview.activity, self._workspace.listing.indexer.progress
        has_none = activity is None or not activity.totals.events
        absence = self._why_empty() if has_none or self._workspace.overview.problem is not None else None
        self._explain(self.hint, absence)
        lacks = progress is not None and progress.total - progress.done > _LEAST_MISSING * progress.total
        self.title_bar.set_badge("so far" if lacks and absence is None else "")

    def _why_empty(self) -> Absence:
        overview, indexer = self._workspace.overview, self._workspace.listing.indexer
        if overview.problem is not None:
            return Absence.of(overview.problem)
        if overview.activity is not None:
            return self._presence.nothing_yet("events")
        if indexer.is_paused:
            why = "Indexing is paused, and only indexed events can be counted."
            return Absence(why, "pause-index", "Resume indexing")
        if not indexer.is_indexing:
            return Absence("Counting…")
        far = indexer.progress
        done = "" if far is None else f": {format_number(far.done)} of {count_text(far.total, 'event')}"
        return Absence(f"The store is being indexed{done}. Its activity is shown after that.")


def _summary(activity: Activity) -> str:
    totals = activity.totals
    parts = [count_text(totals.events, "event"), count_text(len(totals.event_types), "type")]
    if totals.first_time is not None and totals.last_time is not None:
        parts.append(format_time_range(totals.first_time, totals.last_time))
    return " · ".join(parts)


def rows_of_types(activity: Activity, hues: TypeHues) -> list[BarRow]:
    """Return a row for each event type with its number of events, in its hue."""
    return [
        BarRow(name, name, part, format_number(count), tip, hue=hues[name])
        for name, count, part, tip in _shares(activity.totals.event_types, "event")
    ]


def rows_of_entity_types(activity: Activity) -> list[BarRow]:
    """Return a row for each entity type with its number of entities."""
    entity_types = activity.totals.entity_types
    return [
        BarRow(name, name, part, format_number(count), tip)
        for name, count, part, tip in _shares(entity_types, "entity")
    ]


def rows_of_longest(activity: Activity) -> list[BarRow]:
    """Return the entities with the most events; the key of each is its id."""
    most = max((each.events for each in activity.longest), default=0) or 1
    return [
        BarRow(
            each.id,
            each.type,
            each.events / most,
            format_number(each.events),
            f"{each.type} {each.id}\n{count_text(each.events, 'event')}, {count_text(each.snapshots, 'snapshot')}"
            + ("\nDiscarded: its history is still here." if each.discarded else ""),
            short_id(each.id),
        )
        for each in activity.longest
    ]


def rows_of_coverage(activity: Activity) -> list[BarRow]:
    """Return a row for each entity type with the share of its entities that have a snapshot."""
    return [
        BarRow(
            each.entity_type,
            each.entity_type,
            each.with_snapshot / each.entities,
            f"{format_share(each.with_snapshot, each.entities)}  ◆ {format_number(each.snapshots)}",
            f"{each.entity_type}: {format_number(each.with_snapshot)} of {count_text(each.entities, 'entity')} "
            f"{'has' if each.with_snapshot == 1 else 'have'} a snapshot, "
            f"{format_share(each.with_snapshot, each.entities)}\n"
            f"{count_text(each.snapshots, 'snapshot')} together",
            tone="amber",
        )
        for each in activity.coverage
    ]


def _shares(counts: Mapping[str, int], noun: str) -> list[tuple[str, int, float, str]]:
    """Return for each name its count, the count as a part of the highest one, and the tooltip."""
    whole, most = sum(counts.values()), max(counts.values(), default=0) or 1
    return [
        (
            name,
            count,
            count / most,
            f"{name}: {format_share(count, whole)} of {count_text(whole, noun)}\n{format_number(count)}",
        )
        for name, count in counts.items()
    ]
