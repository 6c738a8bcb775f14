"""A process as plain objects: what the command line prints as JSON, and the API returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from math import isfinite

from es_desktop.app.text.json_objects import JsonObject

from .broken_rules import Edge, RuleBreak
from .conformance import Conformance, DeviationCount
from .process_map import ProcessEdge, ProcessNode, ShownMap
from .variants import Variant
from .waiting import Waiting


def map_json(shown: ShownMap, broken: Mapping[Edge, Sequence[RuleBreak]]) -> JsonObject:
    """The object of ``process``; ``broken`` are the kept rules that are broken at its edges."""
    found = shown.map
    return {
        "type": found.entity_type,
        "repeats": str(found.repeats),
        "entities": found.entities,
        "events": found.events,
        "at_least": shown.at_least,
        "nodes": [
            {
                **node_json(each),
                "hidden_into": shown.hidden_into.get(each.type, 0),
                "hidden_out_of": shown.hidden_out_of.get(each.type, 0),
            }
            for each in shown.nodes
        ],
        "edges": [edge_json(each, broken.get((each.before, each.after), ())) for each in shown.edges],
        "hidden": {
            "nodes": len(found.nodes) - len(shown.nodes),
            "edges": shown.hidden_edges,
            "times": shown.hidden_times,
        },
    }


def node_json(node: ProcessNode) -> JsonObject:
    """A node of the map."""
    return asdict(node)


def edge_json(edge: ProcessEdge, broken: Iterable[RuleBreak]) -> JsonObject:
    """An edge of the map; ``median`` and ``mean`` are seconds, ``breaks`` the kept rules that entities break there."""
    breaks = [{"rule": each.rule.sentence, "entities": each.entities} for each in broken]
    return {**asdict(edge), "breaks": breaks}


def variant_json(variant: Variant) -> JsonObject:
    """A line of ``process --variants``; ``median`` is seconds."""
    return {
        "entities": variant.entities,
        "share": variant.share,
        "median": variant.median,
        "length": variant.length,
        "types": list(variant.types),
    }


def conformance_json(found: Conformance) -> JsonObject:
    """The object of ``process --conforms``."""
    return {
        "type": found.entity_type,
        "pattern": str(found.pattern),
        "repeats": str(found.repeats),
        "entities": found.entities,
        "fitting": found.fitting,
        "deviations": list(map(deviation_json, found.deviations)),
    }


def waiting_json(found: Waiting) -> JsonObject:
    """The object of ``process --waiting``; times are seconds, and ``below`` of the last possible bar is null."""
    bars = [
        {"least": each.least, "below": each.below if isfinite(each.below) else None, "entities": each.entities}
        for each in found.bars
    ]
    return {**asdict(found), "bars": bars}


def deviation_json(count: DeviationCount) -> JsonObject:
    """A deviation with the entities that first differ so."""
    found = count.deviation
    return {
        "fault": str(found.fault),
        "type": found.type,
        "beside": found.beside,
        "text": str(found),
        "entities": count.entities,
        "share": count.share,
    }
