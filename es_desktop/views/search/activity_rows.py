"""What the lists of the activity panel say of a store."""

from __future__ import annotations

from collections.abc import Mapping

from es_desktop.app.entity.hues import hue_index
from es_desktop.app.entity.ids import short_id
from es_desktop.app.search.activity import Activity
from es_desktop.app.text.values import count_text

from .bar_row import BarRow


def rows_of_types(activity: Activity) -> list[BarRow]:
    """Return how many events there are of each type; each in the hue that the log gives it."""
    return [
        BarRow(name, name, part, f"{count:,}", tip, hue=hue_index(name, place))
        for place, (name, count, part, tip) in enumerate(_shares(activity.totals.types, "event"))
    ]


def rows_of_kinds(activity: Activity) -> list[BarRow]:
    """Return how many entities there are of each type."""
    kinds = activity.totals.kinds
    return [BarRow(name, name, part, f"{count:,}", tip) for name, count, part, tip in _shares(kinds, "entity")]


def rows_of_longest(activity: Activity) -> list[BarRow]:
    """Return the entities with the most events; the key of each is its id."""
    most = max((each.events for each in activity.longest), default=0) or 1
    return [
        BarRow(
            each.id,
            each.type,
            each.events / most,
            f"{each.events:,}",
            f"{each.type} {each.id}\n{count_text(each.events, 'event')}, {count_text(each.snapshots, 'snapshot')}"
            + ("\nDiscarded: its history is still here." if each.discarded else ""),
            short_id(each.id),
        )
        for each in activity.longest
    ]


def rows_of_coverage(activity: Activity) -> list[BarRow]:
    """Return how far snapshots reach among the entities of each type."""
    return [
        BarRow(
            each.kind,
            each.kind,
            each.covered / each.entities,
            f"{percent(each.covered, each.entities)}  ◆ {each.snapshots:,}",
            f"{each.kind}: {each.covered:,} of {count_text(each.entities, 'entity')} "
            f"{'has' if each.covered == 1 else 'have'} a snapshot, {percent(each.covered, each.entities)}\n"
            f"{count_text(each.snapshots, 'snapshot')} together",
            tone="amber",
        )
        for each in activity.coverage
    ]


def percent(part: int, whole: int) -> str:
    """Return a share; what is little is not naught, and what is nearly all is not all."""
    share = 100 * part / whole if whole else 0.0
    if 0 < share < 0.1:
        return "< 0.1 %"
    if 99 < share < 100:
        return f"{min(share, 99.9):.1f} %"
    return f"{share:.1f} %" if share < 10 and share else f"{share:.0f} %"


def _shares(counts: Mapping[str, int], noun: str) -> list[tuple[str, int, float, str]]:
    """Return each name with its count, that as a part of the highest one, and what to tell of it."""
    whole, most = sum(counts.values()), max(counts.values(), default=0) or 1
    return [
        (name, count, count / most, f"{name}: {percent(count, whole)} of {count_text(whole, noun)}\n{count:,}")
        for name, count in counts.items()
    ]
