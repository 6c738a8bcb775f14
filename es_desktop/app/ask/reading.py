"""A question read back in plain words: made of what was understood, it shows which parts belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from es_desktop.replay.conditions import Condition
from es_desktop.system.counts import count_text

from .phrases import Phrase, listed, literal_text, phrase_of
from .question import (
    AmountClause,
    AsOfClause,
    BeforeClause,
    ChangedClause,
    Clause,
    Comparison,
    EventNamed,
    Operand,
    Question,
    StateClause,
    TimeWord,
)

_NAME: Final = re.compile(r"[A-Za-z][a-z]+(?:[A-Z][a-z]+)*")
_LEAST: Final = {
    ">": "more than",
    ">=": "at least",
    "<": "less than",
    "<=": "at most",
    "==": "exactly",
    "!=": "not exactly",
}
_WHEN: Final = {
    TimeWord.NOW: "now",
    TimeWord.EVER: "at any version",
    TimeWord.NEVER: "at no version",
    TimeWord.ALWAYS: "at every version",
    TimeWord.FIRST: "at any version, and shown at the first of these",
}
_TOGETHER: Final = {
    **_WHEN,
    TimeWord.EVER: "at any one version",
    TimeWord.FIRST: "at any one version, the first of which is shown,",
}


def read_back(question: Question) -> str:
    """Return a question in words.

    For example ``orders whose total was over 100 at any version, and whose status was paid at none``.
    """
    parts: list[str] = []
    for clause in question.clauses:
        names_versions = any(part.endswith("version") for part in parts)
        parts.append(clause_words(clause, names_versions=names_versions))
    return f"{types_words(question.types)} {', and '.join(parts)}"


def types_words(types: Sequence[str]) -> str:
    """Return entity types in the plural: ``orders and tickets``; ``entities`` for none."""
    plain = [_plural(each) for each in types]
    return listed(plain) if plain else "entities"


def clause_words(clause: Clause, *, names_versions: bool = False) -> str:
    """Return one clause in words: ``whose total was over 100 at any version``.

    With ``names_versions`` an earlier clause spoke of versions, so that ``at none`` is enough.
    """
    match clause:
        case StateClause():
            return _state(clause, names_versions=names_versions)
        case AsOfClause():
            phrase, time = phrase_of(clause.condition), f"as of {clause.time_text}"
            return f"whose {phrase.then} {time}" if phrase.is_value else f"for which {time} {phrase.then}"
        case AmountClause():
            return _amount(clause)
        case ChangedClause():
            before = "" if clause.before is None else f" from {literal_text(clause.before.value, clause.before.text)}"
            after = "" if clause.after is None else f" to {literal_text(clause.after.value, clause.after.text)}"
            return f"whose {clause.path} changed{before}{after}"
        case BeforeClause():
            return f"for which {_first(clause.first)} came before {_first(clause.second)}"
    raise AssertionError(clause)


def condition_words(condition: Condition) -> str:
    """Return a condition in words, in the present: ``total is over 100``."""
    return phrase_of(condition).now


def _state(clause: StateClause, *, names_versions: bool) -> str:
    phrase, word = phrase_of(clause.condition), clause.word
    words = phrase.now if word is TimeWord.NOW else phrase.then
    if not phrase.is_value:
        return f"for which {_TOGETHER[word]} {words}"
    when = "at none" if names_versions and word is TimeWord.NEVER else _WHEN[word]
    return f"whose {words} {when}"


def _amount(clause: AmountClause) -> str:
    phrase, comparison = phrase_of(clause.condition), clause.comparison
    if clause.word is TimeWord.HOW_LONG:
        if comparison is None:
            return f"with the time for which {_truth(phrase)}"
        length = f"for {_LEAST[comparison.operator]} {comparison.text} in all"
        if phrase.is_value:
            return f"whose {phrase.then} {length}"
        return f"for which it was true {length} that {phrase.then}"
    became = f"{phrase.subject} {phrase.became}" if phrase.became else ""
    if comparison is None:
        return f"with the number of times that {became or f'it became true that {phrase.then}'}"
    times = _times(comparison)
    if phrase.is_value and phrase.became:
        return f"whose {became} {times}"
    return f"for which it became true {times} that {phrase.then}"


def _truth(phrase: Phrase) -> str:
    return phrase.then if phrase.subject else f"it was true that {phrase.then}"


def _times(comparison: Comparison) -> str:
    return f"{_LEAST[comparison.operator]} {count_text(int(comparison.amount), 'time')}"


def _first(operand: Operand) -> str:
    if isinstance(operand, EventNamed):
        return f"the first {literal_text(operand.name)}"
    return f"the first version at which {phrase_of(operand).then}"


def _plural(name: str) -> str:
    if not _NAME.fullmatch(name):
        return f'entities of type "{name}"'
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
    ending = "es" if words.endswith(("s", "x", "z", "ch", "sh")) else ""
    return f"{words}{ending}" if ending else count_text(2, words).partition(" ")[2]
