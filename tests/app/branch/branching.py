"""Branches of real stores for the tests of what-if: recorded histories, and edits as a person makes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from es_desktop.app.branch.edits import Draft, event_types, insert, move, set_payload, skip_or_bring_back
from es_desktop.app.branch.view import RecordedHistory
from es_desktop.app.store.reader import Reading
from es_desktop.replay import Branch, Chain, Mark

MAX_EVENTS = 16
"""Events at most of the entities that properties are tested on."""


def histories_of(reading: Reading, count: int = 6) -> list[RecordedHistory]:
    """Return the histories of several entities of each type, those with the most events up to ``MAX_EVENTS``."""
    found: dict[str, list[RecordedHistory]] = {}
    for facts in sorted(reading.entities(), key=lambda each: -each.events):
        same = found.setdefault(facts.type, [])
        if facts.events <= MAX_EVENTS and len(same) < count:
            same.append(RecordedHistory(reading, facts))
    return [recorded for same in found.values() for recorded in same]


def longest(reading: Reading, type_name: str) -> RecordedHistory:
    """Return the recorded history of the entity of a type that has the most events and still lives."""
    facts = [each for each in reading.entities() if each.type == type_name and not each.discarded]
    return RecordedHistory(reading, max(facts, key=lambda each: each.events))


def drafts(recorded: RecordedHistory, most: int = 4) -> st.SearchStrategy[Draft]:
    """Return drafts that a person can make."""

    def draw(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Draft:
        draft = Draft()
        for _ in range(draw(st.integers(0, most))):
            draft = draft.with_edits(_edited(recorded, recorded.branch(draft.edits), draw))
        return draft

    return st.composite(draw)()


def _edited(recorded: RecordedHistory, branch: Branch, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Any:
    entry = draw(st.sampled_from(branch.entries))
    action = draw(st.sampled_from(["skip", "edit", "move", "insert"]))
    if action == "skip" or (entry.mark is Mark.SKIPPED and action != "insert"):
        return skip_or_bring_back(branch, [entry.name])
    if action == "move":
        return move(recorded, branch, entry.name, draw(st.sampled_from([-1, 1, 1, -2])))
    example = draw(st.sampled_from(event_types(recorded, entry.count_in_history)))
    if action == "edit":
        return set_payload(recorded, branch, entry.name, example.example)
    return insert(branch, entry.name, example.topic, example.example)[0]


def folded(recorded: RecordedHistory, branch: Branch) -> Chain:
    """Return the chain of a branch, folded from zero."""
    return branch.chain(recorded.fold())


def states(chain: Chain) -> list[Any]:
    """Return the state before any event, and after each."""
    return [chain.state_after(count)[0] for count in range(len(chain) + 1)]
