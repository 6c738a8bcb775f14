"""What is kept of the history of one entity: its answer to a question, in the process that folds it."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, NamedTuple

from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.ids import short_id
from es_desktop.app.history.histories import EntityHistory
from es_desktop.core import TopicResolutionError
from es_desktop.replay import Exactness, FoldError, PlainTree
from es_desktop.replay.conditions import Condition, ConditionError
from es_desktop.replay.diff import ABSENT, Part, parse_path, value_of
from es_desktop.replay.histories import LOST, HistoryStep

from .machines import Finding, QuestionMachine, Runs, Truth, Witness, all_hold
from .question import Question, TimeWord

_MANY_VERSIONS: Final = frozenset(
    {TimeWord.EVER, TimeWord.FIRST, TimeWord.HOW_LONG, TimeWord.HOW_OFTEN, TimeWord.CHANGED}
)


class ClauseAnswer(NamedTuple):
    """What is found of one clause of a question that holds."""

    version: int | None
    """The witness; ``None`` for a clause that no single version makes true, such as ``never``."""
    time: float | None
    """Of the event of the witness; seconds since the epoch."""
    seconds: float | None = None
    """For ``how long``."""
    times: int | None = None
    """For ``how often``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An entity for which all clauses of a question hold."""

    entity: EntityFacts
    """As it is at its end; its snapshots are not counted."""
    version: int
    """Where the answer leads to: the witness of the first clause that has one, or else the last version."""
    time: float | None
    """Of the event of that version; seconds since the epoch."""
    exactness: Exactness
    """The worst of all its states that count."""
    clauses: tuple[ClauseAnswer, ...]
    """For each clause of the question, in its order."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """The values of the columns at that version, by path; ``ABSENT`` where there is none."""
    now: Mapping[str, Any] = field(default_factory=dict)
    """The values of the columns at the last version that counts."""


@dataclass(frozen=True, slots=True)
class FoundVersion:
    """A version at which the conditions of a question are true."""

    entity: EntityFacts
    """As it is at its end; its snapshots are not counted."""
    version: int
    event: str
    """The type of its event."""
    time: float | None
    """Of its event; seconds since the epoch."""
    exactness: Exactness
    """Of the state at this version."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """The values of the columns, by path; ``ABSENT`` where there is none."""


class Examined(NamedTuple):
    """What one entity came to."""

    type: str
    found: Any = None
    """An ``Answer``, a tuple of ``FoundVersion``, or spans of numbers; ``None`` if the question does not hold."""
    failure: str = ""
    """Why that is not known, with the name of the entity."""
    missing: str = ""
    """The first path of the question that none of its states has."""
    events: frozenset[str] = frozenset()
    """The types of its events, where the question names some."""
    has_begun: bool = True
    """Whether any of its versions counts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what it is about: what every answer is made from. It can be pickled."""

    question: Question
    as_of: float | None = None
    """Seconds since the epoch: what came later does not count. An event without a time counts as earlier."""
    end: float | None = None
    """Until when a state lasts that has not ended: the last time of the store."""
    columns: tuple[str, ...] = ()
    """Paths whose values are shown; those that the question names if there are none."""
    paths: Mapping[str, tuple[Part, ...]] = field(init=False, compare=False, repr=False)
    """The columns, parsed."""

    def __post_init__(self) -> None:
        shown = self.columns or self.question.paths
        object.__setattr__(self, "paths", {path: parse_path(path) for path in shown})

    def values(self, state: PlainTree | None) -> dict[str, Any]:
        """Return the values of the columns in a state."""
        return {path: value_of(state, parts) for path, parts in self.paths.items()}

    def until(self, time: float | None = None) -> float | None:
        """Return until when a state lasts that has not ended as of a time, or as of the time that is asked."""
        times = [each for each in (self.end, self.as_of, time) if each is not None]
        return min(times, default=None)


class Follower:
    """Follows the steps of one entity, and keeps what every answer says of it."""

    def __init__(self, asked: Asked, history: EntityHistory, runs: Runs) -> None:
        self.asked = asked
        self.machine = QuestionMachine.of(asked.question, runs)
        self.exactness = Exactness.EXACT
        self.failure = ""
        """Why states are not known from some version on, or up to one."""
        self.last: Witness | None = None
        """The last version that counts."""
        self._history = history
        self._events = 0
        self._has_begun = False
        self._end: HistoryStep | None = None
        self._missing = {path: parse_path(path) for path in asked.question.paths}
        self._types: set[str] | None = set() if asked.question.event_types else None

    def steps(self) -> Iterator[tuple[HistoryStep, PlainTree | None, PlainTree | None, bool]]:
        """Yield each step that counts, with the states before and after it, and whether the state is known."""
        before: PlainTree | None = None
        is_broken = False
        for step, after in self._history.moments():
            self._events, self._end = self._events + 1, step
            if self.asked.as_of is not None and step.reached is not None and step.reached > self.asked.as_of:
                continue
            if step.failure and not self.failure:
                self.failure = f"fails at version {step.version}: {step.failure}"
            is_broken |= bool(step.failure) and step.failure != LOST
            self.exactness = self.exactness.worse_of(step.exactness)
            if self._missing and after is not None:
                self._note_paths(step, after)
            if self._types is not None:
                self._types.add(step.type)
            self._has_begun = True
            yield step, before, after, not (is_broken or step.failure)
            self.last = Witness(step.version, step.time, after)
            before = after

    def _note_paths(self, step: HistoryStep, state: PlainTree) -> None:
        for path, parts in [*self._missing.items()]:
            if not parts or (parts[0] in step.changed and value_of(state, parts) is not ABSENT):
                del self._missing[path]

    @property
    def is_refuted(self) -> bool:
        """Whether nothing more has to be read: the question does not hold, and all that it names was seen."""
        return not self._missing and self._types is None and self.machine.is_refuted

    @property
    def facts(self) -> EntityFacts:
        """The facts of the entity at its end."""
        assert self._end is not None, "an entity has events"
        end = self._end
        return replace(
            self._history.facts,
            version=end.version,
            events=self._events,
            modified=end.time,
            discarded=end.type == "Discarded",
        )

    def examined(self, found: Any, holds: bool | None) -> Examined:
        """Return what the entity came to, where all its clauses hold or not; ``None`` where that is not known."""
        failure = ""
        if holds is None:
            failure = f"{self._history.type} {short_id(self._history.id)} {self.failure}"
        missing = next(iter(self._missing), "") if self.last is not None and holds is False else ""
        types = frozenset(self._types or ())
        return Examined(self._history.type, found, failure, missing, types, self._has_begun)

    def unanswered(self, reason: str) -> Examined:
        """Return what an entity came to that cannot be evaluated."""
        return Examined(self._history.type, None, f"{self._history.type} {short_id(self._history.id)} {reason}")


class Take:
    """What is kept of each history for a question; its subclasses say what. It can be pickled."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.runs = Runs()

    def __call__(self, history: EntityHistory) -> Examined:
        follower = Follower(self.asked, history, self.runs)
        try:
            return self.taken(follower)
        except ConditionError as error:
            return follower.unanswered(f"has a state for which it cannot be evaluated: {error.text}")
        except (FoldError, TopicResolutionError) as error:
            return follower.unanswered(f"has a state that cannot be read: {error}")

    def taken(self, follower: Follower) -> Examined:
        """Follow an entity to its end, and return what it came to."""
        raise NotImplementedError


class TakeAnswer(Take):
    """Keeps one answer for each entity."""

    def taken(self, follower: Follower) -> Examined:
        for step, before, after, is_known in follower.steps():
            follower.machine.see(step, before, after, is_known=is_known)
            if follower.is_refuted:
                return follower.examined(None, False)
        if follower.last is None:
            return follower.examined(None, False)
        findings = follower.machine.findings(self.asked.until())
        holds = all_hold(findings)
        return follower.examined(self._answer(follower, findings, follower.last) if holds else None, holds)

    def _answer(self, follower: Follower, findings: Sequence[Finding], last: Witness) -> Answer:
        at = _leading(self.asked.question, findings) or last
        return Answer(
            follower.facts,
            at.version,
            at.time,
            follower.exactness,
            tuple(map(_clause_answer, self.asked.question.clauses, findings)),
            self.asked.values(at.state),
            self.asked.values(last.state),
        )


def _leading(question: Question, findings: Sequence[Finding]) -> Witness | None:
    """Return where an answer leads to: what ``when first`` asks for, or the first witness."""
    pairs = [(each, found.witness) for each, found in zip(question.clauses, findings, strict=True) if found.witness]
    firsts = [witness for clause, witness in pairs if clause.word is TimeWord.FIRST]
    return next(iter([*firsts, *(witness for _, witness in pairs)]), None)


def _clause_answer(clause: Any, finding: Finding) -> ClauseAnswer:
    witness, amount = finding.witness, finding.amount
    version, time = (None, None) if witness is None else (witness.version, witness.time)
    seconds = amount if clause.word is TimeWord.HOW_LONG else None
    times = int(amount) if clause.word is TimeWord.HOW_OFTEN and amount is not None else None
    return ClauseAnswer(version, time, seconds, times)


class TakeVersions(Take):
    """Keeps every version at which the conditions of a question are true together, of each entity that it holds for."""

    def taken(self, follower: Follower) -> Examined:
        truths = [Truth(each, self.runs) for each in conditions_of_versions(self.asked.question)]
        found: list[tuple[HistoryStep, dict[str, Any]]] = []
        for step, before, after, is_known in follower.steps():
            follower.machine.see(step, before, after, is_known=is_known)
            if follower.is_refuted:
                return follower.examined(None, False)
            values = [each.after(step, before, after) for each in truths]
            if is_known and all(values):
                found.append((step, self.asked.values(after)))
        holds = follower.last is not None and all_hold(follower.machine.findings(self.asked.until()))
        if not holds:
            return follower.examined(None, holds)
        facts = follower.facts
        versions = tuple(
            FoundVersion(facts, step.version, step.type, step.time, step.exactness, values) for step, values in found
        )
        return follower.examined(versions, True)


def lasts(question: Question) -> bool:
    """Return whether a question asks how long something was true, for which time passes without events."""
    return any(clause.word is TimeWord.HOW_LONG for clause in question.clauses)


def conditions_of_versions(question: Question) -> tuple[Condition, ...]:
    """Return the conditions that are true together at the versions that are listed.

    They are those of the clauses about many versions; where there are none, those about the last state, or all states.
    None if the question has neither.
    """
    of_many = [clause for clause in question.clauses if clause.word in _MANY_VERSIONS]
    others = [clause for clause in question.clauses if clause.word not in (TimeWord.NEVER, TimeWord.BEFORE)]
    return tuple(condition for clause in of_many or others for condition in clause.conditions)


class TakeTimes(Take):
    """Keeps at which of some times a question holds: as spans of their numbers, the ends excluded."""

    needs_end: ClassVar[bool] = False
    """Whether an entity that it keeps is followed to its end, even where nothing more can hold."""

    def __init__(self, asked: Asked, times: tuple[float, ...]) -> None:
        """``times`` ascend; a question holds as of a time if it holds for the steps until then."""
        super().__init__(asked)
        self.times = times
        self._lasts = lasts(asked.question)

    def taken(self, follower: Follower) -> Examined:
        spans: list[tuple[int, int]] = []
        at = 0
        is_unknown = False

        def count_until(stop: int) -> None:
            nonlocal at, is_unknown
            while at < stop:
                # What does not last is the same at all times until the next step.
                end = at + 1 if self._lasts else stop
                holds = follower.last is not None and self._holds(follower, self.times[at])
                is_unknown |= holds is None
                if holds:
                    first = spans.pop()[0] if spans and spans[-1][1] == at else at
                    spans.append((first, end))
                at = end

        steps = follower.steps()
        for step, before, after, is_known in steps:
            if step.reached is not None:
                count_until(bisect_left(self.times, step.reached))
            follower.machine.see(step, before, after, is_known=is_known)
            if follower.is_refuted:
                if self.needs_end and spans:
                    deque(steps, 0)
                return follower.examined(tuple(spans) or None, bool(spans))
        count_until(len(self.times))
        return follower.examined(tuple(spans) or None, None if is_unknown else bool(spans))

    def _holds(self, follower: Follower, time: float) -> bool | None:
        return all_hold(follower.machine.findings(self.asked.until(time)))


class TakeCounted(TakeTimes):
    """Keeps the entities that a question holds for as of one of some times at least."""

    needs_end = True

    def taken(self, follower: Follower) -> Examined:
        found = super().taken(follower)
        return found if found.found is None else found._replace(found=follower.facts)
