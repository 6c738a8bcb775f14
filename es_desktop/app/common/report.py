"""What entities have in common, as lines of text and as a plain object."""

from __future__ import annotations

from collections.abc import Iterator

from es_desktop.app.text.json_objects import JsonObject
from es_desktop.app.text.json_view import plain_json
from es_desktop.system.counts import count_text, format_number, format_share

from .common import Common, SharedFact
from .statistics import Shares


def common_json(found: Common) -> JsonObject:
    """The object of what entities have in common."""
    joined = found.joined
    return {
        "type": found.entity_type,
        "these": found.these,
        "others": found.others,
        "left_out": found.left_out,
        "facts": [_fact_json(each) for each in found.facts],
        "joined": None
        if joined is None
        else {"sentence": joined.sentence, "clause": joined.clause, **_shares_json(joined.shares)},
    }


def _fact_json(shared: SharedFact) -> JsonObject:
    fact = shared.fact
    return {
        "fact": fact.title,
        "sentence": shared.sentence,
        "clause": fact.clause,
        "form": str(fact.form),
        "name": fact.name,
        "value": plain_json(fact.value),
        **_shares_json(shared.shares),
        "clear": shared.is_clear,
    }


def _shares_json(shares: Shares) -> JsonObject:
    return {
        "these": shares.these,
        "others": shares.others,
        "difference": round(shares.difference, 4),
        "least_difference": round(shares.least_difference, 4),
    }


def common_lines(found: Common) -> Iterator[str]:
    """Yield the lines of what entities have in common: the clear facts, a sentence, and some that are not clear."""
    yield headline(found)
    clear = [each for each in found.facts if each.is_clear]
    yield from map(fact_line, clear)
    if not clear:
        yield "no difference is more than chance makes"
    if found.joined is not None:
        yield f"in a sentence: {found.joined.sentence}"
    unclear = [each for each in found.facts if not each.is_clear]
    if unclear:
        yield "no difference worth a question:"
        yield from map(fact_line, unclear)


def headline(found: Common) -> str:
    """Return which groups are compared: ``3 of 136 Orders against the other 133``."""
    total = count_text(found.these + found.others, found.entity_type)
    these, others = format_number(found.these), format_number(found.others)
    compared = f"{these} of {total} against the other {others}"
    return f"{compared}; {count_text(found.left_out, 'entity')} of other types left out" if found.left_out else compared


def fact_line(shared: SharedFact) -> str:
    """Return one fact with the counts of both groups."""
    one, of_one, two, of_two = shared.shares
    counts = f"{format_share(one, of_one):>5} {format_share(two, of_two):>5}"
    return f"  {counts}  {shared.fact.title:<48} {shared.sentence}"
