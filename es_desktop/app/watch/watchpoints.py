"""What a person watches: an expression, read as a path or a condition, and the trace of its value in a history."""

from __future__ import annotations

import datetime as dt
import enum
import json
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.replay import ABSENT, Chain, Checkpoint, join_path, members
from es_desktop.replay.chain import base_moment
from es_desktop.replay.conditions import Condition, ConditionError
from es_desktop.replay.conditions.condition import LIMIT_SECONDS
from es_desktop.replay.conditions.grammar import MOST_CHARACTERS
from es_desktop.replay.diff import parse_path
from es_desktop.replay.watch import Crossing, WatchTarget, all_crossings

if TYPE_CHECKING:
    from es_desktop.app.entity.facts import EntityFacts
    from es_desktop.app.store.reader import Reading

_TRIAL_SECONDS: Final = 0.25
"""How long a person may wait for an expression to be tried."""
_PATH: Final = re.compile(r'([^\W\d]\w*)(?:\.[^\W\d]\w*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*')
_NO_PATHS: Final = frozenset({"previous", "version", "event", "True", "False", "None"})
"""Names that are not attributes of the state in a condition."""
_WORDS: Final = ('changed("', 'value("', "previous.", "version", "event")
_LINE_ENDS: Final = {ord(mark): f"\\u{ord(mark):04x}" for mark in "\x85\u2028\u2029"}
"""A condition is one line, and JSON does not escape all characters that end a line."""
_MOST_OFFERED: Final = 2_000
_VERSION: Final = attrgetter("version")


@dataclass(frozen=True, slots=True)
class WatchTrace:
    """The values of one watchpoint over all events of an entity. The crossings ascend by version."""

    start: Any = ABSENT
    """Before the first event."""
    crossings: tuple[Crossing, ...] = ()
    error: ConditionError | None = None
    """Why there are no crossings."""

    def value_at(self, version: int) -> Any:
        """Return the value after the event of a version."""
        index = bisect_right(self.crossings, version, key=_VERSION)
        return self.crossings[index - 1].after if index else self.start

    def at(self, version: int) -> Crossing | None:
        """Return the crossing at a version; ``None`` without one."""
        index = bisect_left(self.crossings, version, key=_VERSION)
        found = self.crossings[index : index + 1]
        return found[0] if found and found[0].version == version else None

    def before(self, version: int) -> Crossing | None:
        """Return the last crossing before a version."""
        index = bisect_left(self.crossings, version, key=_VERSION)
        return self.crossings[index - 1] if index else None

    def after(self, version: int) -> Crossing | None:
        """Return the first crossing after a version."""
        index = bisect_right(self.crossings, version, key=_VERSION)
        return self.crossings[index] if index < len(self.crossings) else None


def parse_watched(expression: str, limit_seconds: float = LIMIT_SECONDS) -> WatchTarget:
    """Return an expression as a path if it is one, otherwise as a condition. Raises ``ConditionError``."""
    condition = Condition(expression, limit_seconds=limit_seconds)
    return condition.expression if _is_plain(condition.expression) else condition


def normalised(expression: str) -> str:
    """Return an expression as it is kept, in one line. Raises ``ConditionError``; takes no longer than a moment."""
    watched = parse_watched(expression, _TRIAL_SECONDS)
    return watched if isinstance(watched, str) else watched.expression


def expression_for_path(path: str) -> str:
    """Return the expression that watches a path of the state, whatever its names are. Raises ``PathError``."""
    parse_path(path)
    try:
        if parse_watched(path, _TRIAL_SECONDS) == path:
            return path
    except ConditionError:
        pass  # a name with a space, for example, is none in Python
    return f"value({json.dumps(path, ensure_ascii=False).translate(_LINE_ENDS)})"


def condition_for_value(path: str, value: object) -> str | None:
    """Return the condition that a value of the state is this one; ``None`` for one that no condition can name."""
    literal = _literal(value)
    condition = None if literal is None else f"{expression_for_path(path)} == {literal}"
    return condition if condition is not None and len(condition) <= MOST_CHARACTERS else None


def _literal(value: object) -> str | None:
    match value:
        case enum.Enum():
            return _literal(value.value if value.name is None else value.name)
        case {"__enum__": {"name": str(name)}}:
            return _literal(name)
        case str():
            return repr(value) if '"' in value or "\\" in value or not value.isprintable() else f'"{value}"'
        case dt.date() | dt.time():
            return f'"{value.isoformat()}"'
        case UUID():
            return f'"{value}"'
        case float() | Decimal() if not math.isfinite(value):
            return None
        case int() if value.bit_length() > 4 * MOST_CHARACTERS:  # also more digits than Python writes
            return None
        case Decimal():
            return str(value)
        case None | bool() | int() | float() | bytes():
            return repr(value)
    return None


def completions(state: object) -> list[str]:
    """Return the names that a condition can use: the paths of a state, including containers, and other words."""
    paths = islice(_paths(state), _MOST_OFFERED)
    return [*(path if _is_plain(path) else expression_for_path(path) for path in paths), *_WORDS]


def _paths(tree: object, parent: str = "") -> Iterator[str]:
    for key, value in members(tree):
        path = join_path(parent, key)
        yield path
        yield from _paths(value, path)


def _is_plain(text: str) -> bool:
    match = _PATH.fullmatch(text)
    return match is not None and match[1] not in _NO_PATHS


def usable_condition(expression: str) -> Condition:
    """Return a condition. Raises ``UserError`` if it cannot be used."""
    try:
        return Condition(expression)
    except ConditionError as error:
        raise refusal(error) from error


def refusal(error: ConditionError) -> UserError:
    """Return the error to show for an expression that cannot be used."""
    position = "" if error.column is None else f" at column {error.column + 1}"
    named = f" {error.expression!r}" if error.expression else ""
    return UserError(f"the condition{named} cannot be used{position}: {error.text}", error.hint)


def watch_traces(
    chain: Chain, expressions: Iterable[str], checkpoint: Checkpoint = lambda: None, progress: Progress = no_progress
) -> dict[str, WatchTrace]:
    """Return the trace of each expression along a chain, all in one walk. An unusable expression has its error."""
    found: dict[str, WatchTrace] = {}
    watched: dict[str, WatchTarget] = {}
    for expression in expressions:
        try:
            watched[expression] = parse_watched(expression)
        except ConditionError as error:
            found[expression] = WatchTrace(error=error)
    found_crossings: list[list[Crossing]] = [[] for _ in watched]
    errors: dict[int, ConditionError] = {}
    for index, result in all_crossings(chain, tuple(watched.values()), checkpoint, progress):
        if isinstance(result, Crossing):
            found_crossings[index].append(result)
        else:
            errors[index] = result
    for index, (expression, each) in enumerate(watched.items()):
        if index in errors:
            found[expression] = WatchTrace(error=errors[index])
        else:  # a path has no value before the first event
            start = ABSENT if isinstance(each, str) else each.run()(base_moment(chain))
            found[expression] = WatchTrace(start, tuple(found_crossings[index]))
    return found


def watch(
    reading: Reading, entity: EntityFacts, expression: str, progress: Progress = no_progress
) -> Iterator[Crossing]:
    """Yield each version at which the value of an expression changes. Raises ``UserError`` if it cannot be used.

    ``progress`` counts events; it may raise to stop the work.
    """
    try:
        chain = reading.chain(entity, reading.outline(entity.id).versions)
        for _, found in all_crossings(chain, [Condition(expression)], progress=progress):
            if isinstance(found, ConditionError):
                raise found
            yield found
    except ConditionError as error:
        raise refusal(error) from error
