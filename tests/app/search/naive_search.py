"""A slow search by state, to compare with: every state of every entity, rebuilt from zero."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from es_desktop.app.search.state_scan import SearchProgress, StateHit
from es_desktop.app.store.session import open_session
from es_desktop.replay import Exactness
from es_desktop.replay.chain import Moment, walk
from es_desktop.replay.conditions import Condition
from es_desktop.replay.diff import value_at

Hit = tuple[str, str, int, Exactness, dict[str, Any]]
"""Id, type, version, exactness and values of a hit."""


@dataclass
class Life:
    """One entity, with the time and the moment of each of its events."""

    id: str
    type: str
    moments: list[tuple[float | None, Moment]] = field(default_factory=list)

    def at(self, as_of: float | None) -> Moment | None:
        """The last moment that counts; none where an event failed, for then no state can be trusted."""
        last = None
        for time, moment in self.moments:
            if as_of is not None and time is not None and time > as_of:
                break
            if moment.step is not None and moment.step.error:
                return None
            last = moment
        return last


@dataclass
class Naive:
    """All lives of a store."""

    lives: list[Life]

    @classmethod
    def of(cls, store: Path) -> Naive:
        with closing(open_session(str(store), writable=False)) as session:
            lives = []
            for facts in session.entities():
                chain = session.chain(facts, session.outline(facts.id).versions)
                moments = [(moment.step.timestamp, moment) for moment in walk(chain) if moment.step is not None]
                lives.append(Life(str(facts.id), facts.type, moments))
            return cls(lives)

    @property
    def times(self) -> list[float]:
        """The times of all events, ascending."""
        return sorted(time for life in self.lives for time, _ in life.moments if time is not None)

    def find(self, text: str, as_of: float | None = None, types: frozenset[str] | None = None) -> list[Hit]:
        """Return what is to be found, by id."""
        condition = Condition(text)
        return sorted(self._found(condition, as_of, types), key=lambda results: results[0])

    def _found(self, condition: Condition, as_of: float | None, types: frozenset[str] | None) -> Iterator[Hit]:
        value = condition.run()
        for life in self.lives:
            moment = life.at(as_of) if types is None or life.type in types else None
            if moment is None or moment.step is None or moment.after is None or moment.version is None:
                continue
            if value(moment):
                results = {path: value_at(moment.after, path) for path in condition.paths}
                yield life.id, life.type, moment.version, moment.step.exactness, results


def results(found: list[StateHit | SearchProgress]) -> list[Hit]:
    """Return the hits among what a search yields, by id."""
    hits = [each for each in found if isinstance(each, StateHit)]
    rows = [(str(hit.entity.id), hit.entity.type, hit.version, hit.exactness, dict(hit.values)) for hit in hits]
    return sorted(rows, key=lambda row: row[0])


def ended(found: list[StateHit | SearchProgress]) -> SearchProgress:
    """Return what a search says at its end."""
    last = found[-1]
    assert isinstance(last, SearchProgress) and last.is_done
    assert last.hits == sum(isinstance(each, StateHit) for each in found)
    return last
