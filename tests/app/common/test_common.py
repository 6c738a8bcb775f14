"""What entities have in common: what is planted comes first, chance is not clear, and each fact is a true clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from math import comb
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.ask.answers import Answer
from es_desktop.app.ask.asking import ask
from es_desktop.app.ask.parsing import asked_question
from es_desktop.app.ask.request import AskRequest
from es_desktop.app.common import common as engine
from es_desktop.app.common.candidates import candidate_facts, short_between
from es_desktop.app.common.common import Common, bits_of, chosen_facts, common_of_ids, in_common, ranked
from es_desktop.app.common.facts import Fact, FactForm
from es_desktop.app.common.of_question import common_of_question
from es_desktop.app.common.report import common_json, common_lines
from es_desktop.app.common.statistics import Shares
from es_desktop.app.rules.digest import HistoryDigest, digest_of
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.text.json_view import to_json
from tests.app.rules.histories import TYPE, History, steps_of
from tests.app.rules.test_checks import wild_histories
from tests.conftest import SAMPLES


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


def digests(histories: list[History]) -> list[HistoryDigest]:
    return [
        digest_of(f"thing-{number}", TYPE, steps_of(history), relations=False)
        for number, history in enumerate(histories)
    ]


def compared(these: list[History], others: list[History]) -> Common:
    one, two = digests(these), digests(others)
    facts, tried = chosen_facts(one, two)
    counts = [Counter(bits_of(facts, each) for each in group) for group in (one, two)]
    return ranked(TYPE, facts, *counts, tried=tried)


def order(rng: Random, *, is_odd: bool = False) -> History:
    state: dict[str, Any] = {
        "channel": "phone" if is_odd and rng.random() < 0.9 else rng.choice(["web", "shop", "web", "web", "phone"]),
        "total": rng.randint(100, 400) / 2 + (80 if is_odd else 0),
        "gift": rng.random() < 0.5,
        "note": rng.choice(["", "x", None]),
    }
    middle = ["Given", "Moved"] if is_odd or rng.random() < 0.1 else rng.choice([["Moved", "Given"], ["Moved"], []])
    return [(event, state) for event in ("Created", *middle, "Paid")]


def test_what_is_planted_comes_first() -> None:
    rng = Random(5)
    found = compared([order(rng, is_odd=True) for _ in range(15)], [order(rng) for _ in range(100)])
    clear = [each.fact.title for each in found.facts if each.is_clear]
    assert {"Given before Moved", 'channel == "phone"'} <= set(clear)
    assert any(each.startswith("total >= ") for each in clear)
    assert not any("gift" in each or "note" in each for each in clear)
    first = found.facts[0]
    assert (first.shares.of_these, first.shares.of_others) == (15, 100)
    assert first.sentence.startswith(f"{first.shares.these} of these ")
    assert found.joined is not None
    assert " and " in found.joined.clause
    assert to_json(common_json(found))
    assert len(list(common_lines(found))) > 3


@pytest.mark.parametrize("seed", range(6))
def test_a_group_drawn_by_lot_has_nothing_in_common(seed: int) -> None:
    rng = Random(seed)
    found = compared([order(rng) for _ in range(15)], [order(rng) for _ in range(100)])
    assert [each.sentence for each in found.facts if each.is_clear] == []
    assert found.joined is None
    assert "no difference is more than chance makes" in list(common_lines(found))


@pytest.mark.parametrize("question", ["Order where total > 300", "Ticket where ever times_reopened > 0"])
def test_each_clause_finds_the_entities_of_its_fact(demo: Session, question: str) -> None:
    answers = [
        each for each in ask(demo, AskRequest(asked_question(question)), processes=0) if isinstance(each, Answer)
    ]
    chosen = {each.entity.id for each in answers}
    found = common_of_question(demo, question, processes=0)
    assert found.these == len(chosen)
    clauses = [(each.fact.clause, each.shares) for each in found.facts]
    if found.joined is not None:
        clauses.append((found.joined.clause, found.joined.shares))
    assert sum(bool(clause) for clause, _ in clauses) > 5
    for clause, shares in clauses:
        if clause:
            asked = AskRequest(asked_question(f"{found.entity_type} where {clause}"))
            ids = {each.entity.id for each in ask(demo, asked, processes=0) if isinstance(each, Answer)}
            assert (len(ids & chosen), len(ids - chosen)) == (shares.these, shares.others), clause
    assert not any(each.fact.name in ("total", "times_reopened") for each in found.facts)


def test_a_second_pass_counts_as_the_first_one(demo: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [each.id for each in demo.entities() if each.type == "Ticket"][:20]
    whole = in_common(demo, "Ticket", ids, processes=0)
    monkeypatch.setattr(engine, "MOST_KEPT", 60)
    again = in_common(demo, "Ticket", [*ids, "none"], processes=0)
    counts = {each.fact: each.shares for each in whole.facts}
    assert {(each.shares.of_these, each.shares.of_others) for each in again.facts} == {(20, 74)}
    assert all(counts[each.fact] == each.shares for each in again.facts if each.fact in counts)
    assert again.left_out == 1


def test_what_cannot_be_compared_is_an_error(demo: Session) -> None:
    orders = [each.id for each in demo.entities() if each.type == "Order"]
    with pytest.raises(UserError, match="there are no others"):
        common_of_ids(demo, orders, processes=0)
    with pytest.raises(UserError, match="none of them is a Ticket"):
        common_of_ids(demo, orders[:3], "Ticket", processes=0)
    with pytest.raises(UserError, match="there are no entities"):
        common_of_ids(demo, [], processes=0)
    with pytest.raises(UserError, match="finds nothing"):
        common_of_question(demo, "Order where total > 100000", processes=0)


@pytest.mark.parametrize("name", sorted(each.name for each in SAMPLES.glob("*.db")))
def test_entities_of_other_libraries_are_compared(name: str) -> None:
    try:
        session = open_session(str(SAMPLES / name), writable=False)
    except UserError:
        return
    with closing(session):
        types: dict[str, list[Any]] = {}
        for each in session.entities():
            types.setdefault(each.type, []).append(each.id)
        for entity_type, ids in types.items():
            if len(ids) > 1:
                assert in_common(session, entity_type, ids[: len(ids) // 2], processes=0).facts is not None


@given(st.lists(wild_histories, min_size=2, max_size=5))
def test_wild_states_are_compared(found: list[History]) -> None:
    histories = [each for each in found if each] * 4
    if len(histories) > 4:
        compared(histories[:2], histories[2:])
        for fact in candidate_facts(digests(histories[:2]), digests(histories[2:])):
            assert fact.title
            assert fact.words
            if fact.clause:
                asked_question(fact.clause)


@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_the_chance_is_that_of_drawing_by_lot(one: int, two: int, data: st.DataObject) -> None:
    these, others = data.draw(st.integers(0, one)), data.draw(st.integers(0, two))
    true, total = these + others, comb(one + two, these + others)
    tail = sum(comb(one, count) * comb(two, true - count) for count in range(these, min(true, one) + 1))
    shares = Shares(these, one, others, two)
    assert shares.chance == pytest.approx(tail / total)
    assert -1 <= shares.least_difference <= shares.difference + 1e-9 <= 1 + 1e-9


@pytest.mark.parametrize(
    ("low", "high", "short"),
    [
        (98.3, 101.2, 100),
        (275, 276, 276),
        (0.12, 0.19, 0.1899),
        (Decimal("2.10"), Decimal("3.95"), 3),
        (-5, 5, 5),
        (0.0, 1e-9, 1e-9),
        (1e300, 2e300, 2e300),
    ],
)
def test_a_cut_is_short(low: Any, high: Any, short: Any) -> None:
    cut = short_between(low, high)
    assert low < cut <= high
    assert len(str(cut)) <= len(str(short)) + 1


def test_the_mark_at_the_end_of_a_value_is_not_one_of_the_sentence() -> None:
    assert Fact(FactForm.IS, "note", "Ask before you send it.").words == 'have note "Ask before you send it."'
    assert Fact(FactForm.EVER_WAS, "note", "").words == 'had note "" at some time'
    assert Fact(FactForm.IS, "rating", "poor").words == "have rating poor"
    assert Fact(FactForm.IS, "paid", "True").words == "have paid true"
