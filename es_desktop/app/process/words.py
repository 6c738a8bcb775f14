"""The words of a map: what stands at an edge and in a node, and what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from es_desktop.app.text.times import format_length
from es_desktop.system.counts import count_text, format_number

from .broken_rules import RuleBreak, is_wrong_way
from .process_map import ProcessEdge, ProcessNode, ShownMap

_LETTER: Final = 7.2
"""Pixels of a letter of the words of an edge, at most."""
_PAD: Final = 10.0


def edge_words(edge: ProcessEdge) -> tuple[str, str]:
    """Return the words of an edge: how often it is taken, and the median time; empty without times."""
    count = format_number(edge.times)
    return f"{count} again" if edge.is_loop else count, "" if edge.median is None else format_length(edge.median)


def broken_words(edge: ProcessEdge, broken: Sequence[RuleBreak]) -> str:
    """Return the mark of an edge at which some of its entities break a rule, ``✕ 1``; empty where none or most do."""
    return "" if not broken or is_wrong_way(edge, broken) else f"✕ {format_number(broken[0].entities)}"


def words_width(edge: ProcessEdge, broken: Sequence[RuleBreak] = ()) -> float:
    """Return the pixels that the words of an edge take at most."""
    return len(" ".join((*edge_words(edge), broken_words(edge, broken)))) * _LETTER + _PAD


def range_text(least: float, below: float) -> str:
    """Return a range of durations in seconds: ``2 h – 4 h``, ``below 1 ms``, ``3650 d or more``."""
    if not least:
        return f"below {format_length(below)}"
    if below == float("inf"):
        return f"{format_length(least)} or more"
    return f"{format_length(least)} – {format_length(below)}"


def node_counts(node: ProcessNode, entity_type: str) -> str:
    """Return the second line of a node: ``118 Orders · 9 end here``."""
    ends = f" · {format_number(node.ends)} end here" if node.ends else ""
    return f"{count_text(node.entities, entity_type)}{ends}"


def start_words(shown: ShownMap) -> str:
    """Return what stands at the start: ``118 Orders start``."""
    text = f"{count_text(shown.map.entities, shown.map.entity_type)} start"
    hidden = shown.map.entities - sum(each.starts for each in shown.nodes)
    return f"{text} · {format_number(hidden)} at hidden types" if hidden else text


def node_text(node: ProcessNode, shown: ShownMap) -> str:
    """Return all that is known of a node, with what is hidden there, in lines."""
    counts = count_text(node.entities, shown.map.entity_type), count_text(node.events, "event")
    lines = [f"{node.type}: {', '.join(counts)}"]
    for count, words in ((node.starts, "start here"), (node.ends, "end here")):
        if count:
            lines.append(f"{format_number(count)} {words}")
    into, out_of = shown.hidden_into.get(node.type, 0), shown.hidden_out_of.get(node.type, 0)
    if into or out_of:
        lines.append(f"hidden: {format_number(into)} times to it, {format_number(out_of)} times from it")
    return "\n".join(lines)


def edge_text(edge: ProcessEdge, entity_type: str, broken: Sequence[RuleBreak] = ()) -> str:
    """Return all that is known of an edge, and the rules that are broken there, in lines."""
    _, median = edge_words(edge)
    between = f"{edge.before} again" if edge.is_loop else f"{edge.before} → {edge.after}"
    lines = [f"{between}: {count_text(edge.times, 'time')} in {count_text(edge.entities, entity_type)}"]
    if median:
        lines.append(f"{median} between them, as the median")
    if edge.untimed:
        lines.append(f"{count_text(edge.untimed, 'time')} without a known duration")
    for each in broken:
        verb = "breaks" if each.entities == 1 else "break"
        lines.append(f"{count_text(each.entities, entity_type)} {verb} here what is kept: {each.rule.sentence}")
    return "\n".join(lines)
