"""Questions to real stores: the answers of the demo, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.ask.answers import Answer, FoundVersion
from es_desktop.app.ask.asking import ask, ask_counted, ask_over_time, ask_versions
from es_desktop.app.ask.buckets import Bucket, Period
from es_desktop.app.ask.one_state import needs_histories
from es_desktop.app.ask.parsing import asked_question
from es_desktop.app.ask.request import AskRequest
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search import find as finding
from es_desktop.app.search.state_scan import SearchProgress
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.text.times import parse_as_of
from es_desktop.replay.conditions import Condition
from tests.app.search.naive_search import Naive
from tests.app.trust.trusting import counting, fold_in, shop_in, trusting
from tests.conftest import SAMPLES

NEVER_PAID = 'Order where ever total > 100 and never status == "paid"'


@pytest.fixture(scope="module")
def session(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as opened:
        yield opened


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Naive:
    return Naive.of(demo_template)


def answers(session: Session, text: str, **settings: Any) -> tuple[list[Answer], SearchProgress]:
    processes = settings.pop("processes", 0)
    *found, done = ask(session, AskRequest(asked_question(text), **settings), processes=processes)
    assert isinstance(done, SearchProgress) and done.is_done
    return [each for each in found if isinstance(each, Answer)], done


def ever(demo: Naive, condition: str, entity_type: str) -> dict[str, int]:
    """The entities of a type for which a condition was ever true, with the first such version."""
    value = Condition(condition).run()
    found = {}
    for life in demo.lives:
        for _, moment in life.moments if life.type == entity_type else ():
            if moment.after is not None and value(moment) and life.id not in found:
                assert moment.version is not None
                found[life.id] = moment.version
    return found


def test_orders_that_were_over_100_and_never_paid(session: Session, demo: Naive) -> None:
    found, done = answers(session, NEVER_PAID)
    over, paid = ever(demo, "total > 100", "Order"), ever(demo, 'status == "paid"', "Order")
    expected = {each: version for each, version in over.items() if each not in paid}
    assert {str(each.entity.id): each.version for each in found} == expected and len(expected) == 15
    assert done.hits == len(found) and done.entities == 300 and done.events == done.total == 5129
    assert all(each.values["total"] > 100 and each.entity.type == "Order" for each in found)


def test_processes_give_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "FEW_EVENTS", 10)
    with closing(open_session(str(SAMPLES / "es-9.5.6-sqlite-plain.db"), writable=False)) as session:
        alone, together = (answers(session, "how often version > 2", processes=each) for each in (0, 1))
    assert sorted(map(repr, together[0])) == sorted(map(repr, alone[0])) and together[1] == alone[1]
    assert len(alone[0]) == 16


def test_the_counts_at_the_end_of_each_month_are_those_that_are_asked_as_of_it(session: Session) -> None:
    *_, buckets, done = ask_over_time(session, AskRequest(asked_question(NEVER_PAID)), Period.MONTH, processes=0)
    assert isinstance(buckets, tuple) and len(buckets) == 6 and isinstance(done, SearchProgress)
    assert [each.count for each in buckets] == sorted(each.count for each in buckets) and buckets[-1].count == 15
    for each in (buckets[1], buckets[3]):
        assert each.count == len(answers(session, NEVER_PAID, as_of=each.last)[0])
    *counted, done = ask_counted(session, AskRequest(asked_question(NEVER_PAID)), buckets[1:3], processes=0)
    entities = {each.id for each in counted if not isinstance(each, SearchProgress)}
    of_each = (answers(session, NEVER_PAID, as_of=each.last)[0] for each in buckets[1:3])
    assert entities == {each.entity.id for found in of_each for each in found}
    assert isinstance(done, SearchProgress) and done.is_done and done.hits == len(entities)
    assert all(one.end == other.begin for one, other in pairwise(buckets))


def test_every_version_at_which_it_was_true(session: Session, demo: Naive) -> None:
    request = AskRequest(asked_question("Order where ever total > 500"), columns=("status",))
    found = [each for each in ask_versions(session, request, processes=0) if isinstance(each, FoundVersion)]
    value = Condition("total > 500").run()
    expected = {
        (life.id, moment.version)
        for life in demo.lives
        for _, moment in life.moments
        if life.type == "Order" and moment.after is not None and value(moment)
    }
    assert {(str(each.entity.id), each.version) for each in found} == expected and len(found) == len(expected)
    assert all(list(each.values) == ["status"] and each.event for each in found)
    with pytest.raises(UserError, match="no condition that is true at a version"):
        next(ask_versions(session, AskRequest(asked_question("never total > 500")), processes=0))


def test_one_state_of_each_entity_is_found_without_its_history(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("now total > 100", "total > 100", "as of 2026-05-20 total > 100")
    folded = [answers(session, f"{each} and ever version >= 0") for each in names]
    monkeypatch.setattr("es_desktop.app.ask.asking.scan_histories", None)  # nothing asks for histories
    for text, (wanted, _) in zip(names, folded, strict=True):
        found, done = answers(session, text)
        assert found and not needs_histories(AskRequest(asked_question(text)))
        of_clause = {each.entity.id: replace(each, clauses=each.clauses[:1]) for each in wanted}
        assert {each.entity.id: each for each in found} == of_clause and done.hits == len(found)
    early, _ = answers(session, "total > 100", as_of=parse_as_of("2026-05-20"))
    late, _ = answers(session, names[2], columns=("total", "status"))
    assert [each.version for each in early] == [each.version for each in late]
    assert any(each.values["status"] != each.now["status"] for each in late)
    assert all(each.now == each.values for each in early)


def test_an_entity_that_cannot_be_evaluated_is_said_and_the_others_are_found(session: Session) -> None:
    found, done = answers(session, "Ticket where always status")
    assert len(found) == 93 and done.failures == 1
    assert "an entity could not be evaluated: Ticket f094cb8b fails at version 11" in done.trouble


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Ordr where ever total > 1", "there is no entity type Ordr. Did you mean Order?"),
        ("ever totl > 1", "no entity has totl. Did you mean total"),
        ("changed totl", "no entity has totl"),
        ("Paid before Shiped", "there is no event type Shiped. Did you mean Shipped"),
        ("Order where Paid before Frozen", "there is no event type Frozen"),
    ],
)
def test_what_nothing_has_is_an_error_that_says_what_there_is(session: Session, text: str, reason: str) -> None:
    with pytest.raises(UserError) as raised:
        answers(session, text)
    assert reason in str(raised.value)


def test_a_request_that_contradicts_itself_is_refused() -> None:
    question = asked_question(NEVER_PAID)
    with pytest.raises(UserError, match="types are named in the question"):
        AskRequest(question, types=frozenset({"Order"}))
    with pytest.raises(UserError, match="is no path"):
        AskRequest(question, columns=("a..b",))


def test_stores_of_other_programs_are_asked_the_same(tmp_path: Path) -> None:
    with closing(open_session(str(SAMPLES / "es-9.5.6-sqlite-plain.db"), writable=False)) as session:
        types = sorted({each.type for each in session.entities()})
        found, done = answers(session, f"{types[0]}, {types[1]} where ever version >= 0", processes=0)
        assert len(found) == done.entities == 16
        assert {each.exactness.value for each in found} <= {"inferred", "exact", "broken"}


def test_code_that_a_person_trusts_makes_the_states_that_are_asked(tmp_path: Path) -> None:
    shop = shop_in(tmp_path)
    with trusting(shop, fold_in(tmp_path / "code", counting())) as session:
        found, done = answers(session, "when first count >= 3 and how often count == 2", processes=None)
        outlines = {each.id: session.outline(each.id).versions for each in session.entities()}
    expected = {each: versions[2] for each, versions in outlines.items() if len(versions) >= 3}
    assert {each.entity.id: each.version for each in found} == expected and done.failures == 0
    assert {each.exactness.value for each in found} == {"exact"} and found[0].values == {"count": 3}


def test_a_scan_that_nobody_waits_for_any_more_is_stopped(session: Session) -> None:
    asking = ask(session, AskRequest(asked_question('how long status == "open"')), processes=0)
    first = next(asking)
    assert isinstance(first, SearchProgress) and not first.is_done and first.events == 0
    asking.close()


def test_buckets_are_days_weeks_or_months_by_the_time_range(session: Session) -> None:
    assert Bucket(0.0, 10.0).last < 10.0
    (*_, weeks, _) = ask_over_time(session, AskRequest(asked_question("ever total > 100")), processes=0)
    assert isinstance(weeks, tuple) and len(weeks) == 27
