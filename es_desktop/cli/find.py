"""What ``find`` prints: entities by their last states, answers of whole histories, versions, counts over time."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.times import format_length, format_time_range, local_time
from es_desktop.app.text.values import elide
from es_desktop.system.counts import count_text, format_number

from .output import NOTHING_FOUND, WIDEST, at_version, found_lines, values_text

if TYPE_CHECKING:
    from es_desktop.api import CountedTime, FoundEntity, FoundVersion, Rows, Store
    from es_desktop.app.ask.question import Question

Lines = Callable[[Iterable[Any]], Iterable[str]]


def asked_rows(store: Store, args: argparse.Namespace, **settings: Any) -> tuple[Rows[Any], Lines, str]:
    """Return the rows that the arguments ask for, how they are printed, and what is printed where there are none.

    ``settings`` are those of every way to ask. Raises ``UserError`` for arguments that contradict each other.
    """
    settings |= {"as_of": args.as_of, "types": args.types, "text": args.text}
    if args.versions:
        if args.ever or args.first or args.period is not None:
            raise UserError("--versions lists all versions", "Leave out --ever, --first and --count-over-time.")
        versions = store.find_versions(args.expression, columns=args.columns or (), **settings)
        return versions, version_lines, NOTHING_FOUND
    settings |= {"ever": args.ever, "first": args.first}
    if args.period is not None:
        if args.columns:
            raise UserError("a count over time has no columns", "Leave out --column.")
        period = "" if args.period == "auto" else args.period
        return store.count_over_time(args.expression, period, **settings), count_lines, NOTHING_FOUND
    found = store.find(args.expression, columns=args.columns or (), **settings)
    return found, entity_lines, NOTHING_FOUND


def entity_lines(found: Iterable[Any]) -> Iterator[str]:
    """Yield a line for each entity; before answers of whole histories, the question in words."""
    from es_desktop.api import FoundEntity
    from es_desktop.app.ask.reading import read_back

    is_first = True
    for each in found:
        if not isinstance(each, FoundEntity):
            yield from found_lines([each])
            continue
        if is_first:
            yield read_back(each.question)
            is_first = False
        yield answer_line(each)


def answer_line(found: FoundEntity) -> str:
    """Return the line of one answer: where it leads to, how long or how often, and the values there and now."""
    answer, entity = found.answer, found.answer.entity
    amounts = [*_amounts(found.question, found)]
    changed = {path: value for path, value in answer.now.items() if to_json(answer.values.get(path)) != to_json(value)}
    has_now = changed and not entity.discarded
    parts = [*amounts, values_text(answer.values), f"now {values_text(changed, none='none')}" if has_now else ""]
    about = f"{at_version(entity.type, entity.id, answer.version)}  {local_time(answer.time)}  {answer.exactness:<8}"
    ended = "  (discarded)" if entity.discarded else ""
    return f"{about}  {elide('; '.join(filter(None, parts)), WIDEST)}{ended}".rstrip()


def _amounts(question: Question, found: FoundEntity) -> Iterator[str]:
    for clause, each in zip(question.clauses, found.clauses, strict=True):
        if each.seconds is not None:
            yield f"{clause.conditions[0].expression}: {format_length(each.seconds)}"
        if each.times is not None:
            yield f"{clause.conditions[0].expression}: {count_text(each.times, 'time')}"


def version_lines(found: Iterable[FoundVersion]) -> Iterator[str]:
    """Yield a line for each version, with its event."""
    for each in (version.found for version in found):
        where = at_version(each.entity.type, each.entity.id, each.version)
        about = f"{where}  {local_time(each.time)}  {each.exactness:<8}"
        yield f"{about}  {each.event:<20} {elide(values_text(each.values), WIDEST)}".rstrip()


def count_lines(found: Iterable[CountedTime]) -> Iterator[str]:
    """Yield a line for each day, week or month."""
    for each in found:
        yield f"{format_time_range(each.bucket.begin, each.bucket.end):<30} {format_number(each.count):>9}"
