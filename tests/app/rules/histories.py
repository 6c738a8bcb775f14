"""Histories as lists of steps, made from pairs of an event type and a state, for tests of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from es_desktop.app.rules.candidates import is_rule
from es_desktop.app.rules.check import check_history, rules_by_type
from es_desktop.app.rules.digest import digest_of
from es_desktop.app.rules.mining import SupportCount, candidates_of
from es_desktop.app.rules.profile import TypeProfile
from es_desktop.app.rules.rule import Rule, RuleSupport
from es_desktop.replay import Exactness
from es_desktop.replay.histories import HistoryStep, changed_attributes

History = Sequence[tuple[str, Mapping[str, Any] | None]]
"""The type of each event, and the state after it."""
TYPE = "Thing"


def steps_of(history: History, times: Sequence[float] | None = None) -> Iterator[HistoryStep]:
    """Yield the steps of a history, whose events are a minute apart, or at ``times``."""
    before: Any = None
    for version, (event, state) in enumerate(history):
        time = 60.0 * version if times is None else times[version]
        changed = changed_attributes(before, state)
        yield HistoryStep(version, event, time, time, changed, state is not None, Exactness.EXACT)
        before = state


def mined(histories: Iterable[History], times: Sequence[Sequence[float]] | None = None) -> dict[str, RuleSupport]:
    """Return the rules of histories by their sentences, as both passes find them."""
    whole = list(histories)
    profile = TypeProfile(TYPE)
    for number, history in enumerate(whole):
        profile.add(digest_of(name_of(number), TYPE, steps_of(history, times and times[number])))
    rules = [each.rule for each in candidates_of(profile)]
    found = checked(whole, rules, times)
    return {each.rule.sentence: each for each in found if is_rule(each.entities, each.exception_count)}


def checked(
    histories: Sequence[History], rules: Sequence[Rule], times: Sequence[Sequence[float]] | None = None
) -> list[RuleSupport]:
    """Return the support of rules in histories."""
    count = SupportCount(rules_by_type(rules).get(TYPE, ()))
    for number, history in enumerate(histories):
        steps = steps_of(history, times and times[number])
        count.add(check_history(name_of(number), steps, count.rules))
    return list(count.supports())


def name_of(number: int) -> str:
    """Return the id of a history."""
    return f"thing-{number:04}"
