"""Which candidates are worth a person's time: those that no other one implies, the most useful first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import log2
from typing import Final

from .candidates import Candidate
from .rule import RuleForm

MOST_RULES: Final = 60
"""Rules of one entity type."""
_MOST_OF_A_FORM: Final = 12
_WEIGHTS: Final = {
    RuleForm.SUM: 10.0,
    RuleForm.ONLY_AFTER: 7.0,
    RuleForm.LAST: 6.0,
    RuleForm.EQUAL: 6.0,
    RuleForm.NEVER_AFTER: 5.0,
    RuleForm.IMPLIES: 5.0,
    RuleForm.AT_MOST: 5.0,
    RuleForm.WITHIN: 4.0,
    RuleForm.MONOTONE: 4.0,
    RuleForm.ONE_OF: 3.0,
    RuleForm.RANGE: 3.0,
    RuleForm.UNIQUE: 3.0,
    RuleForm.CONSTANT: 2.0,
}
_FOR_EXCEPTIONS: Final = 4.0
"""How much more useful a rule is that a few entities break."""


def useful(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates without those that others imply, the most useful first."""
    found = _without_implied(list(candidates))
    found.sort(key=lambda each: -_usefulness(each))
    counts: defaultdict[RuleForm, int] = defaultdict(int)
    kept: list[Candidate] = []
    for each in found:
        counts[each.rule.form] += 1
        if counts[each.rule.form] <= _MOST_OF_A_FORM and len(kept) < MOST_RULES:
            kept.append(each)
    return kept


def _usefulness(candidate: Candidate) -> float:
    evidence = log2(1 + candidate.surprise)
    return _WEIGHTS[candidate.rule.form] + min(evidence, 8.0) / 2 + _FOR_EXCEPTIONS * bool(candidate.exception_count)


def _without_implied(candidates: list[Candidate]) -> list[Candidate]:
    by_form: defaultdict[RuleForm, list[Candidate]] = defaultdict(list)
    for each in candidates:
        by_form[each.rule.form].append(each)
    by_form[RuleForm.ONLY_AFTER] = _direct(by_form[RuleForm.ONLY_AFTER])
    by_form[RuleForm.NEVER_AFTER] = _not_after(by_form)
    by_form[RuleForm.WITHIN] = _nearest(by_form[RuleForm.WITHIN])
    constant = {each.about[0] for each in by_form[RuleForm.CONSTANT]}
    by_form[RuleForm.MONOTONE] = [each for each in by_form[RuleForm.MONOTONE] if each.about[0] not in constant]
    equal = {frozenset(each.about) for each in by_form[RuleForm.EQUAL]}
    summed = [set(each.about) for each in by_form[RuleForm.SUM]]
    by_form[RuleForm.AT_MOST] = [
        each
        for each in by_form[RuleForm.AT_MOST]
        if frozenset(each.about) not in equal and not any(set(each.about) <= known for known in summed)
    ]
    by_form[RuleForm.IMPLIES] = _outermost(by_form[RuleForm.IMPLIES])
    single = {each.rule.sentence.partition(" is always ")[0] for each in by_form[RuleForm.ONE_OF]}
    by_form[RuleForm.CONSTANT] = [
        each for each in by_form[RuleForm.CONSTANT] if each.about[0] not in single or each.exception_count
    ]
    return [each for found in by_form.values() for each in found]


def _direct(found: list[Candidate]) -> list[Candidate]:
    """Return without ``C only after A`` where ``C only after B`` and ``B only after A`` are known."""
    pairs = {each.about: each for each in found}
    kept = []
    for (event, other), each in pairs.items():
        between = [middle for one, middle in pairs if one == event and (middle, other) in pairs]
        if not any(pairs[event, middle].exception_count <= each.exception_count for middle in between):
            kept.append(each)
    return kept


def _not_after(by_form: dict[RuleForm, list[Candidate]]) -> list[Candidate]:
    """Return without what follows from nothing after an event, or from an earlier event that comes before it."""
    final = {each.about[0] for each in by_form[RuleForm.LAST] if not each.exception_count}
    found = [each for each in by_form[RuleForm.NEVER_AFTER] if each.about[1] not in final]
    pairs = {each.about: each for each in found}
    before = {each.about for each in by_form[RuleForm.ONLY_AFTER] if not each.exception_count}
    kept = []
    for (event, other), each in pairs.items():
        # E never after B, and C only after B: then E never after C.
        earlier = [known for one, known in pairs if one == event and (other, known) in before]
        # A only after C, never after it is implied for what C itself never follows.
        if not any(pairs[event, known].exception_count <= each.exception_count for known in earlier if known != other):
            kept.append(each)
    return kept


def _nearest(found: list[Candidate]) -> list[Candidate]:
    """Return the tightest bound of each event type."""
    by_event: dict[str, Candidate] = {}
    for each in found:
        known = by_event.get(each.rule.event)
        if known is None or each.rule.seconds < known.rule.seconds:
            by_event[each.rule.event] = each
    return list(by_event.values())


def _outermost(found: list[Candidate]) -> list[Candidate]:
    """Return without what a value that holds it implies: ``payment`` is there, so ``payment.amount`` says no more."""
    known = {(each.about[0], each.about[1], each.about[2], each.rule.where) for each in found}

    def is_implied(each: Candidate) -> bool:
        path, word, other = each.about
        parent = other.rpartition(".")[0]
        return bool(parent) and (path, word, parent, each.rule.where) in known

    return [each for each in found if not is_implied(each)]
