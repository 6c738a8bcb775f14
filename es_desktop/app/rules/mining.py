"""Finds the rules of a store in two passes over its histories, or checks given ones in one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.history.histories import EntityHistory, scan_histories
from es_desktop.app.runtime.errors import Progress, no_progress
from es_desktop.core import EntityId

from .candidates import Candidate, is_rule
from .check import Checked, RuleChecks, bits, rules_by_type, why_unusable
from .digest import HistoryDigest, digest_of
from .of_orders import order_candidates
from .of_several import several_candidates
from .of_values import value_candidates
from .profile import TypeProfile
from .rule import Rule, RuleException, RuleSupport
from .useful import useful

if TYPE_CHECKING:
    from es_desktop.app.history.histories import Take
    from es_desktop.app.search.store_index import StoreIndex
    from es_desktop.app.store.session import Session

MOST_TYPES: Final = 50
"""Entity types whose rules are mined."""
MOST_EXCEPTIONS: Final = 1_000
"""Exceptions of one rule that are listed; all are counted."""
MOST_UNIQUE: Final = 500_000
"""Values of one rule that are compared."""


def take_digest(history: EntityHistory) -> HistoryDigest:
    """Return what mining keeps of a history."""
    return digest_of(history.id, history.type, history.steps)


class TakeChecks:
    """Checks the rules of its type on a history. What is made of the rules stays in the process that made it."""

    def __init__(self, rules: Mapping[str, tuple[Rule, ...]]) -> None:
        self._rules = rules
        self._ready: dict[str, RuleChecks] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return TakeChecks, (self._rules,)

    def __call__(self, history: EntityHistory) -> tuple[str, Checked]:
        ready = self._ready.get(history.type)
        if ready is None:
            ready = self._ready[history.type] = RuleChecks(self._rules.get(history.type, ()))
        return history.type, ready.check(history.id, history.steps)


def find_rules(
    session: Session,
    *,
    types: frozenset[str] | None = None,
    index: StoreIndex | None = None,
    processes: int | None = None,
    progress: Progress = no_progress,
) -> list[RuleSupport]:
    """Return the rules that hold, each with what breaks it, the most useful first of each type, by type.

    The first pass finds what may be a rule, the second says where it holds. ``progress`` receives events that are done,
    of all in both passes; it may raise to stop. Raises ``UserError``.
    """
    total = session.store.reader.event_count()
    profiles: dict[str, TypeProfile] = {}
    for done, found in _scan(session, take_digest, types, index, processes):
        progress(min(done, total), 2 * total)
        for each in found:
            if each.type in profiles or len(profiles) < MOST_TYPES:
                profiles.setdefault(each.type, TypeProfile(each.type)).add(each)
    candidates = {each.rule: each for name in sorted(profiles) for each in candidates_of(profiles[name])}

    def second_pass(done: int, of: int) -> None:
        progress(total + min(done, of), 2 * total)

    checked = check_rules(session, list(candidates), index=index, processes=processes, progress=second_pass)
    return [each for each in _with_surprise(checked, candidates) if is_rule(each.entities, each.exception_count)]


def candidates_of(profile: TypeProfile) -> list[Candidate]:
    """Return the rules that a profile makes likely, the most useful first."""
    profile.settle()
    return useful((*several_candidates(profile), *order_candidates(profile), *value_candidates(profile)))


def check_rules(
    session: Session,
    rules: Sequence[Rule],
    *,
    index: StoreIndex | None = None,
    processes: int | None = None,
    progress: Progress = no_progress,
) -> list[RuleSupport]:
    """Return the support of each rule, in their order, from one pass over the entities of their types.

    ``progress`` receives events that are done, of all; it may raise to stop. Raises ``UserError``.
    """
    problems = {rule: problem for rule in rules if (problem := why_unusable(rule))}
    by_type = rules_by_type(rule for rule in rules if rule not in problems)
    supports = {rule: RuleSupport(rule, 0, problem=problem) for rule, problem in problems.items()}
    if not by_type:
        return [supports[rule] for rule in rules]
    counts = {name: SupportCount(each) for name, each in by_type.items()}
    total = session.store.reader.event_count()
    for done, found in _scan(session, TakeChecks(by_type), frozenset(by_type), index, processes):
        progress(min(done, total), total)
        for entity_type, checked in found:
            counts[entity_type].add(checked)
    supports |= {each.rule: each for count in counts.values() for each in count.supports()}
    return [supports[rule] for rule in rules]


def _scan(
    session: Session, take: Take, types: frozenset[str] | None, index: StoreIndex | None, processes: int | None
) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield how many events are done, and what was taken since the last time; nothing now and then."""
    done = 0
    with closing(scan_histories(session, take, index=index, types=types, processes=processes)) as results:
        for result in results:
            if result is not None:
                done += result.events
            yield done, () if result is None else result.histories


def _with_surprise(found: Iterable[RuleSupport], candidates: dict[Rule, Candidate]) -> Iterator[RuleSupport]:
    for each in found:
        bits_of = candidates[each.rule].surprise
        yield RuleSupport(each.rule, each.entities, each.exceptions, each.exception_count, each.unknown, bits_of)


@dataclass(slots=True)
class SupportCount:
    """Counts what the checks of entities of one type found."""

    rules: Sequence[Rule]
    applies: Counter[int] = field(default_factory=Counter)
    exception_counts: Counter[int] = field(default_factory=Counter)
    unknown: Counter[int] = field(default_factory=Counter)
    exceptions: defaultdict[int, list[RuleException]] = field(default_factory=lambda: defaultdict(list))
    values: defaultdict[int, dict[str, EntityId]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, found: Checked) -> None:
        """Count one entity. What is unknown counts neither as support nor as an exception."""
        self.applies.update(bits(found.applies & ~found.unknown))
        self.unknown.update(bits(found.unknown))
        for at, exception in found.exceptions:
            self._add_exception(at, exception)
        for at, text, version in found.values:
            self._add_value(at, text, found.entity, version)

    def supports(self) -> Iterator[RuleSupport]:
        """Yield the support of each rule, in their order."""
        for at, rule in enumerate(self.rules):
            exceptions = tuple(sorted(self.exceptions[at], key=lambda each: str(each.entity)))
            counts = self.applies[at], exceptions, self.exception_counts[at], self.unknown[at]
            yield RuleSupport(rule, *counts)

    def _add_exception(self, at: int, exception: RuleException) -> None:
        self.exception_counts[at] += 1
        if len(self.exceptions[at]) < MOST_EXCEPTIONS:
            self.exceptions[at].append(exception)

    def _add_value(self, at: int, text: str, entity: EntityId, version: int) -> None:
        known = self.values[at]
        first = known.get(text)
        if first is not None:
            values = {self.rules[at].path: text, "same as": str(first)}
            self._add_exception(at, RuleException(entity, version, values))
        elif len(known) < MOST_UNIQUE:
            known[text] = entity
