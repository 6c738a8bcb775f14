"""What some entities have in common: facts ranked by how much their shares differ from those of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING, Final

from es_desktop.app.history.histories import EntityHistory, scan_histories
from es_desktop.app.rules.digest import HistoryDigest, digest_of
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.core import EntityId
from es_desktop.system.counts import format_number

from .candidates import candidate_facts, without_subjects
from .facts import Fact
from .statistics import Shares

if TYPE_CHECKING:
    from es_desktop.app.search.store_index import StoreIndex
    from es_desktop.app.store.session import Session

MOST_KEPT: Final = 10_000
"""Entities of a group that are in memory; of more, a sample chooses the facts, and a second pass counts them."""
MOST_COUNTED: Final = 200
"""Facts that are counted exactly."""
MOST_CHOSEN_BY: Final = 2_000
"""Entities of a group that choose them."""
MOST_SHOWN: Final = 40
MOST_UNCLEAR: Final = 6
"""Facts that are shown although their difference is not clear."""
_SAME: Final = 0.85
"""Two facts say the same if they are true of the same entities, but for this correlation."""
_WITHOUT_CLAUSE: Final = 0.05
"""By how much a fact that no question can ask has to differ more."""
_JOINED: Final = 8
"""Of so many facts, the best two are joined in a sentence."""


@dataclass(frozen=True, slots=True)
class SharedFact:
    """A fact, and in how many of both groups it is true."""

    fact: Fact
    shares: Shares
    is_clear: bool
    """Whether the difference is more than chance makes, with so many facts that are compared."""

    @property
    def sentence(self) -> str:
        """In words: ``11 of these have channel phone; of the others, 9``."""
        shares = self.shares
        others = format_number(shares.others) if shares.others else "none"
        return f"{format_number(shares.these)} of these {self.fact.words}; of the others, {others}."


@dataclass(frozen=True, slots=True)
class Joined:
    """The two facts that make the largest difference together."""

    first: Fact
    second: Fact
    shares: Shares

    @property
    def clause(self) -> str:
        """Both as clauses of a question; empty where one of them has none."""
        clauses = self.first.clause, self.second.clause
        return " and ".join(clauses) if all(clauses) else ""

    @property
    def sentence(self) -> str:
        """In words, with the counts of both groups."""
        one, of_one, two, of_two = map(format_number, self.shares)
        return f"{one} of these {of_one} {self.first.words} and {self.second.words}; of the other {of_two}, {two}."


@dataclass(frozen=True, slots=True)
class Common:
    """What some entities of a type have in common."""

    entity_type: str
    these: int
    others: int
    facts: tuple[SharedFact, ...] = ()
    """Those that differ most first; the clear ones, and then some that are not."""
    joined: Joined | None = None
    left_out: int = 0
    """Of the entities that were asked about, those of other types, or that are not in the store."""


def take_digest(history: EntityHistory) -> HistoryDigest:
    """Return what is kept of a history: its events and values, without how they relate."""
    return digest_of(history.id, history.type, history.steps, relations=False)


@dataclass(frozen=True, slots=True)
class TakeFacts:
    """Returns the id of an entity, and a bit of each fact that is true of it."""

    facts: tuple[Fact, ...]

    def __call__(self, history: EntityHistory) -> tuple[EntityId, int]:
        return history.id, bits_of(self.facts, take_digest(history))


def bits_of(facts: Sequence[Fact], found: HistoryDigest) -> int:
    """Return a bit of each fact that is true of an entity."""
    return sum(1 << at for at, fact in enumerate(facts) if fact.holds(found))


def in_common(
    session: Session,
    entity_type: str,
    ids: Collection[EntityId],
    *,
    asked: frozenset[str] = frozenset(),
    index: StoreIndex | None = None,
    processes: int | None = None,
    progress: Progress = no_progress,
) -> Common:
    """Return what entities of a type have in common, against all others of the type.

    ``asked`` are paths and event types that chose them: a fact on one of these would say nothing new. ``progress``
    receives events that are done, of all of the store; it may raise to stop. Raises ``UserError`` if none of them, or
    each of the type, is among them.
    """
    chosen = frozenset(ids)
    groups = Kept(), Kept()
    total = session.store.reader.event_count()
    types = frozenset({entity_type})
    done = 0
    with closing(scan_histories(session, take_digest, index=index, types=types, processes=processes)) as results:
        for result in results:
            if result is not None:
                done += result.events
                for each in result.histories:
                    groups[each.id not in chosen].add(each)
            progress(min(done, total), total)
    these, others = groups
    _require(entity_type, these, others)
    facts, tried = chosen_facts(these.digests, others.digests, asked)
    if these.is_whole and others.is_whole:
        counts = _counts(facts, these.digests), _counts(facts, others.digests)
    else:
        counts = Counter(), Counter()
        take = TakeFacts(tuple(facts))
        with closing(scan_histories(session, take, index=index, types=types, processes=processes)) as results:
            for result in results:
                progress(total, total)
                for entity_id, bits in () if result is None else result.histories:
                    counts[entity_id not in chosen][bits] += 1
    return ranked(entity_type, facts, *counts, tried=tried, left_out=len(chosen) - these.count)


def common_of_ids(
    session: Session,
    ids: Collection[EntityId],
    entity_type: str | None = None,
    *,
    index: StoreIndex | None = None,
    processes: int | None = None,
    progress: Progress = no_progress,
) -> Common:
    """Return what entities have in common: those of one type, the most frequent one if none is named.

    Otherwise as ``in_common``; raises ``UserError`` for an entity that is not there.
    """
    if entity_type is None:
        if not ids:
            raise UserError("there are no entities, so there is nothing in common", "Choose some.")
        ((entity_type, _),) = Counter(session.entity(each).type for each in ids).most_common(1)
    return in_common(session, entity_type, ids, index=index, processes=processes, progress=progress)


def _require(entity_type: str, these: Kept, others: Kept) -> None:
    if not these.count:
        raise UserError(f"none of them is a {entity_type} of this store", "Choose others, or another type.")
    if not others.count:
        text = f"each {entity_type} is among them, so that there are no others to compare with"
        raise UserError(text, "Choose fewer.")


@dataclass(slots=True)
class Kept:
    """What is kept of the entities of a group: of many, some, each as likely as the others."""

    digests: list[HistoryDigest] = field(default_factory=list)
    count: int = 0
    _random: Random = field(default_factory=lambda: Random(1))

    @property
    def is_whole(self) -> bool:
        return self.count == len(self.digests)

    def add(self, found: HistoryDigest) -> None:
        self.count += 1
        if len(self.digests) < MOST_KEPT:
            self.digests.append(found)
        elif (at := self._random.randrange(self.count)) < MOST_KEPT:
            self.digests[at] = found


def chosen_facts(
    these: Sequence[HistoryDigest], others: Sequence[HistoryDigest], asked: frozenset[str] = frozenset()
) -> tuple[list[Fact], int]:
    """Return the facts that differ most, and how many were tried."""
    these, others = _some(these), _some(others)
    tried = list(dict.fromkeys(without_subjects(candidate_facts(these, others), asked)))
    counted: list[tuple[float, int, Fact]] = []
    for at, fact in enumerate(tried):
        shares = Shares(sum(map(fact.holds, these)), len(these), sum(map(fact.holds, others)), len(others))
        if shares.difference > 0:
            counted.append((-shares.least_difference, at, fact))
    return [fact for _, _, fact in sorted(counted)[:MOST_COUNTED]], len(tried)


def _some(group: Sequence[HistoryDigest]) -> Sequence[HistoryDigest]:
    return group if len(group) <= MOST_CHOSEN_BY else Random(1).sample(group, MOST_CHOSEN_BY)


def _counts(facts: Sequence[Fact], digests: Sequence[HistoryDigest]) -> Counter[int]:
    return Counter(bits_of(facts, each) for each in digests)


def ranked(
    entity_type: str,
    facts: Sequence[Fact],
    these: Counter[int],
    others: Counter[int],
    *,
    tried: int,
    left_out: int = 0,
) -> Common:
    """Return the facts in the order of their differences; ``these`` and ``others`` count the bits of their entities."""
    sizes = these.total(), others.total()

    def shares_of(*at: int) -> Shares:
        mask = sum(1 << each for each in at)
        one, two = (sum(count for bits, count in group.items() if bits & mask == mask) for group in (these, others))
        return Shares(one, sizes[0], two, sizes[1])

    all_shares = [shares_of(at) for at in range(len(facts))]
    clear = {at for at, shares in enumerate(all_shares) if shares.is_clear(tried)}

    def place(at: int) -> tuple[bool, float, int]:
        without = 0.0 if facts[at].clause else _WITHOUT_CLAUSE
        return at not in clear, without - all_shares[at].least_difference, at

    order = sorted(range(len(facts)), key=place)
    both = these + others
    kept: list[int] = []
    for at in order:
        if len(kept) == MOST_SHOWN or sum(each not in clear for each in kept) == MOST_UNCLEAR:
            break
        subject = facts[at].subject
        is_new = all(facts[each].subject != subject and not _says_the_same(both, at, each) for each in kept)
        if all_shares[at].difference > 0 and is_new:
            kept.append(at)
    shown = tuple(SharedFact(facts[at], all_shares[at], at in clear) for at in kept)
    pairs = combinations([at for at in kept if at in clear][:_JOINED], 2)
    joined = max(
        (Joined(facts[one], facts[two], shares_of(one, two)) for one, two in pairs),
        key=lambda each: (bool(each.clause), each.shares.least_difference),
        default=None,
    )
    return Common(entity_type, *sizes, shown, joined, left_out)


def _says_the_same(both: Counter[int], one: int, two: int) -> bool:
    """Return whether two facts are true of nearly the same entities: by their correlation."""
    counts = [0, 0, 0, 0]
    for bits, count in both.items():
        counts[(bits >> one & 1) * 2 + (bits >> two & 1)] += count
    neither, only_two, only_one, together = counts
    product = (together + only_one) * (together + only_two) * (neither + only_one) * (neither + only_two)
    return product > 0 and (together * neither - only_one * only_two) / product**0.5 >= _SAME
