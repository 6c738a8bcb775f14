"""What the command ``process`` prints as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from es_desktop.app.process.broken_rules import Edge, RuleBreak
from es_desktop.app.process.conformance import Conformance
from es_desktop.app.process.process_map import ShownMap
from es_desktop.app.process.variants import Variant, Variants
from es_desktop.app.process.waiting import Waiting
from es_desktop.app.process.words import range_text
from es_desktop.app.text.times import format_gap
from es_desktop.system.counts import count_text, format_number, format_share

_WIDEST_BAR: Final = 40
"""Characters of the longest bar."""
_MOST_TYPES: Final = 20
"""Event types of a variant that are named."""


def map_lines(shown: ShownMap, broken: Mapping[Edge, Sequence[RuleBreak]]) -> Iterator[str]:
    """Yield the nodes, then the edges with the kept rules that are ``broken`` there, and how much is hidden."""
    found = shown.map
    yield f"{found.entity_type}: {count_text(found.entities, 'entity')}, {count_text(found.events, 'event')}"
    yield f"{'event type':<24} {'entities':>8} {'events':>9} {'start':>8} {'end':>8}"
    for node in shown.nodes:
        counts = f"{format_number(node.entities):>8} {format_number(node.events):>9}"
        yield f"{node.type:<24} {counts} {format_number(node.starts):>8} {format_number(node.ends):>8}"
    yield f"{'what follows what':<44} {'entities':>8} {'times':>9} {'median':>12}"
    for edge in shown.edges:
        gap = "" if edge.median is None else format_gap(edge.median)
        counts = f"{format_number(edge.entities):>8} {format_number(edge.times):>9}"
        yield f"{edge.before + ' > ' + edge.after:<44} {counts} {gap:>12}"
        for each in broken.get((edge.before, edge.after), ()):
            yield f"    breaks in {format_number(each.entities)}: {each.rule.sentence}"
    if shown.hidden_edges:
        hidden = f"{count_text(shown.hidden_edges, 'edge')}, taken {count_text(shown.hidden_times, 'time')}"
        yield f"hidden, as fewer than {shown.at_least} entities have them: {hidden}"


def variant_lines(variants: Iterable[Variant], found: Variants) -> Iterator[str]:
    """Yield a line for each variant, and how many more there are."""
    yield f"{found.entity_type}: {count_text(found.entities, 'entity')}, {count_text(found.count, 'variant')}"
    shown = 0
    for each in variants:
        shown += 1
        gap = "" if each.median is None else format_gap(each.median)
        more = f" > … {format_number(each.length - _MOST_TYPES)} more" if each.length > _MOST_TYPES else ""
        types = " > ".join(each.types[:_MOST_TYPES]) + more
        yield f"{format_number(each.entities):>8} {format_share(each.share):>6} {gap:>12}  {types}"
    if shown < found.count:
        yield f"{count_text(found.count - shown, 'more variant')}"
    if found.uncounted:
        yield f"{count_text(found.uncounted, 'entity')} of further variants, which are too many to be counted"


def waiting_lines(found: Waiting, entity_type: str) -> Iterator[str]:
    """Yield the figures of the waiting times, and a line for each bar of their histogram."""
    yield f"{found.before} > {found.after}: {count_text(found.entities, entity_type)}"
    if found.never:
        yield f"{found.after} never came after {found.before}: {count_text(found.never, entity_type)}"
    if found.untimed:
        yield f"without a known time: {count_text(found.untimed, entity_type)}"
    for name, seconds in (("median", found.median), ("nine of ten within", found.p90), ("longest", found.longest)):
        if seconds is not None:
            yield f"{name} {format_gap(seconds)}"
    most = max((each.entities for each in found.bars), default=0)
    for bar in found.bars:
        length = "█" * -(-_WIDEST_BAR * bar.entities // most)
        yield f"{range_text(bar.least, bar.below):>20} {format_number(bar.entities):>8}  {length}".rstrip()


def conformance_lines(found: Conformance) -> Iterator[str]:
    """Yield how many entities fit, and a line for each way in which others first differ."""
    yield f"{format_number(found.fitting)} of {count_text(found.entities, found.entity_type)} fit {found.pattern}"
    for each in found.deviations:
        yield f"{format_number(each.entities):>8} {format_share(each.share):>6}  {each.deviation}"
