"""Finding entities by their state: what is found is what a naive fold of all of them finds."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search import find as finding
from es_desktop.app.search import state_scan
from es_desktop.app.search.find import Request, search_states
from es_desktop.app.search.find import find as find_all
from es_desktop.app.search.state_scan import SearchProgress, StateHit, StateSearch
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import Session, open_session
from es_desktop.replay import Exactness
from es_desktop.replay.conditions import condition, grammar
from tests.altering import ORDER, alter_event, alter_snapshot, with_true_snapshots
from tests.app.recording import event, store_of
from tests.app.search.naive_search import Naive, ended, results
from tests.app.storing import sql
from tests.app.trust.trusting import counting, fold_in, shop_in, trusting
from tests.conftest import SAMPLES
from tests.trials import FEW

ENTITIES, EVENTS = 41, 623
"""Of the small demo."""
CONDITIONS = [
    'status == "shipped" and total > 100',
    "balance < 0 or balance > 3000",
    "len(lines) > 2 and any(line.quantity > 1 for line in lines)",
    'status == "open" or address.place.city != None',
    'version > 20 or event == "Paid"',
    "status is None",
]


def find(session: Session, search: StateSearch, **options: Any) -> list[StateHit | SearchProgress]:
    return list(search_states(session, search, **options))


@pytest.fixture(scope="module")
def demo(small_demo_template: Path) -> Naive:
    return Naive.of(small_demo_template)


@pytest.fixture(scope="module")
def session(small_demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    store = shutil.copyfile(small_demo_template, tmp_path_factory.mktemp("true") / "demo.esdb")
    with closing(open_session(str(with_true_snapshots(Path(store))), writable=False)) as session:
        yield session


@pytest.fixture(scope="module")
def index(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreIndex]:
    with closing(StoreIndex(session, tmp_path_factory.mktemp("indexes"))) as index:
        index.update(lambda done, total: None)
        yield index


@pytest.mark.parametrize("condition", CONDITIONS)
def test_at_their_ends_it_finds_what_a_naive_fold_does(session: Session, demo: Naive, condition: str) -> None:
    found = find(session, StateSearch(condition))
    assert results(found) == demo.find(condition)
    end = ended(found)
    assert (end.entities, end.events, end.total) == (ENTITIES, EVENTS, EVENTS)


@FEW
@given(st.data())
def test_as_of_any_time_it_finds_what_a_naive_fold_does(
    session: Session, index: StoreIndex, demo: Naive, data: st.DataObject
) -> None:
    times = demo.times
    around = st.builds(lambda time, shift: time + shift, st.sampled_from(times), st.sampled_from([-0.001, 0, 0.001]))
    as_of = data.draw(st.none() | around | st.floats(times[0] - 1, times[-1] + 1))
    types = data.draw(st.none() | st.frozensets(st.sampled_from(["Order", "Account", "Ticket", "Nobody"])))
    condition = data.draw(st.sampled_from(CONDITIONS))
    found = find(session, StateSearch(condition, as_of, types), index=data.draw(st.sampled_from([None, index])))
    assert results(found) == demo.find(condition, as_of, types)
    assert ended(found).events <= ended(found).total


def test_an_event_counts_from_its_own_time_on(session: Session, demo: Naive) -> None:
    life = next(each for each in demo.lives if each.type == "Order" and len(each.moments) > 5)
    born, version = life.moments[0][0], life.moments[3][0]
    assert born is not None and version is not None
    for as_of, expected in [(born - 0.001, None), (born, 0), (version - 0.001, 2), (version, 3)]:
        hits = [row for row in results(find(session, StateSearch("version >= 0", as_of))) if row[0] == life.id]
        assert [row[2] for row in hits] == ([] if expected is None else [expected])


def test_discarded_entities_are_found_only_as_of_a_time_when_they_were_there(session: Session, demo: Naive) -> None:
    there = {row[0] for row in results(find(session, StateSearch("True")))}
    gone = next(life for life in demo.lives if life.id not in there)
    last = gone.moments[-2][0]
    (hit,) = [
        each
        for each in search_states(session, StateSearch("True", last))
        if isinstance(each, StateHit) and str(each.entity.id) == gone.id
    ]
    assert hit.entity.discarded
    assert hit.entity.modified == gone.moments[-1][0]


def test_an_index_that_is_whole_leaves_out_what_need_not_be_read(session: Session, index: StoreIndex) -> None:
    search = StateSearch("True", types=frozenset({"Ticket"}))
    with_index, without = find(session, search, index=index), find(session, search)
    assert results(with_index) == results(without)
    assert ended(with_index).total < ended(without).total == EVENTS
    before = StateSearch("True", as_of=1.0)
    assert ended(find(session, before, index=index)).entities == 0
    assert ended(find(session, before)).entities == ENTITIES


def test_only_the_given_entities_are_searched(session: Session, index: StoreIndex) -> None:
    found = find(session, StateSearch("True"), index=index, among={1, 2, 3})
    assert ended(found).entities == 3


def test_with_snapshots_and_without_the_same_is_found(small_demo: Path, session: Session, demo: Naive) -> None:
    sql(small_demo, "DELETE FROM snapshots")
    as_of = demo.times[len(demo.times) // 2]
    with closing(open_session(str(small_demo), writable=False)) as bare:
        for search in (StateSearch(CONDITIONS[1]), StateSearch(CONDITIONS[0], as_of)):
            assert results(find(bare, search)) == results(find(session, search))


def _customer(store: Path, as_of: float | None) -> object:
    with closing(open_session(str(store), writable=False)) as session:
        rows = results(find(session, StateSearch("customer", as_of)))
        return next(row[4]["customer"] for row in rows if row[0] == str(ORDER))


def test_the_nearest_snapshot_that_can_be_a_base_is_what_a_state_is_built_from(small_demo: Path, demo: Naive) -> None:
    def pretend(payload: dict[str, Any]) -> None:
        payload["state"]["_customer"] = "Somebody else"

    life = next(life for life in demo.lives if life.id == str(ORDER))
    before, after, true = life.moments[8][0], life.moments[9][0], life.moments[9][1].after["customer"]
    alter_snapshot(small_demo, ORDER, 9, pretend)
    assert (_customer(small_demo, before), _customer(small_demo, after)) == (true, "Somebody else")
    assert _customer(small_demo, None) == "Somebody else"
    alter_snapshot(small_demo, ORDER, 9, lambda payload: payload.pop("state"))
    assert (_customer(small_demo, after), _customer(small_demo, None)) == (true, true)


def test_an_entity_that_cannot_be_evaluated_is_counted_and_the_first_is_named(small_demo: Path) -> None:
    alter_event(small_demo, ORDER, 1, lambda payload: payload.clear())
    sql(small_demo, "DELETE FROM snapshots")
    with closing(open_session(str(small_demo), writable=False)) as session:
        found = find(session, StateSearch('status == "shipped"', types=frozenset({"Order"})))
        assert ended(found).failures == 1
        assert ended(found).trouble.startswith("an entity could not be evaluated: Order 03588f3e fails at version 1: ")
        assert str(ORDER) not in [row[0] for row in results(found)]
        everybody = ended(find(session, StateSearch("status == 3 or total == -1")))
    assert everybody.trouble.startswith("2 entities could not be evaluated; the first of them: ")
    assert everybody.without.text.endswith(" of other types have no status"), "these are no failures"


def test_a_missing_path_can_be_searched_for(session: Session, demo: Naive) -> None:
    found = find(session, StateSearch("status == None and version >= 0", types=frozenset({"Account"})))
    assert len(results(found)) == len([life for life in demo.lives if life.type == "Account"]) - _discarded(demo)
    assert ended(found).failures == 0


def _discarded(demo: Naive) -> int:
    return sum(life.moments[-1][1].after is None for life in demo.lives if life.type == "Account")


def test_a_gap_makes_a_state_doubtful_and_an_event_without_a_time_was_before(tmp_path: Path) -> None:
    payloads = ['{"timestamp":10.0,"a":1}', '{"b":2}', '{"timestamp":30.0,"c":3}', '{"timestamp":40.0,"d":4}']
    records = [event("cart-1", at, data) for at, data in zip([0, 1, 2, 4], payloads, strict=True)]
    with closing(open_session(str(store_of(tmp_path / "gap.esdb", records)), writable=False)) as session:
        versions = {as_of: results(find(session, StateSearch("a == 1", as_of))) for as_of in (9.0, 10.0, 30.0, None)}
    assert [row[2:4] for row in versions[10.0]] == [(1, Exactness.INFERRED)]
    assert [row[2:4] for row in versions[30.0]] == [(2, Exactness.INFERRED)]
    assert [row[2:4] for row in versions[None]] == [(4, Exactness.BROKEN)]
    assert versions[9.0] == []


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.db")))
def test_stores_of_other_programs_are_searched_as_they_are_explained(tmp_path: Path, name: str) -> None:
    store = Path(shutil.copyfile(SAMPLES / name, tmp_path / name))
    with closing(open_session(str(store), writable=False)) as session:
        found = find(session, StateSearch("version >= 0"))
        explained = {str(each.id): session.explain(each.id) for each in session.entities()}
    rows = {row[0]: row for row in results(found)}
    assert len(rows) + ended(found).failures > 0
    for key, rebuild in explained.items():
        if key in rows:
            assert rebuild.state is not None and rows[key][3] is rebuild.exactness
        else:
            assert rebuild.state is None or rebuild.exactness is Exactness.BROKEN


@pytest.mark.parametrize("as_of", [None, 0.5])
def test_long_entities_are_read_in_slices(
    session: Session, demo: Naive, monkeypatch: pytest.MonkeyPatch, as_of: float | None
) -> None:
    monkeypatch.setattr(state_scan, "MOST_EVENTS", 3)
    monkeypatch.setattr(finding, "MOST_EVENTS", 3)
    time = None if as_of is None else demo.times[int(len(demo.times) * as_of)]
    found = find(session, StateSearch("version >= 0", time))
    assert results(found) == demo.find("version >= 0", time)
    assert (ended(found).entities, ended(found).events) == (ENTITIES, EVENTS)


@pytest.mark.parametrize("text", ["status ==", "().__class__", "", "previous.total < total", 'changed("total")'])
def test_a_bad_condition_is_refused_before_anything_is_read(text: str) -> None:
    with pytest.raises(UserError):
        StateSearch(text)


def test_code_that_is_trusted_is_asked(tmp_path: Path) -> None:
    with trusting(shop_in(tmp_path), fold_in(tmp_path / "code", counting())) as session:
        found = find(session, StateSearch("count > 10"), processes=2)
        ids = {str(each.id) for each in session.entities() if session.explain(each.id).state["count"] > 10}
    assert {row[0] for row in results(found)} == ids
    assert ids


# In processes of their own ----------------------------------------------------------------------------------------


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes take over from the first entity on, and each ask for more soon."""
    monkeypatch.setattr(finding, "FEW_EVENTS", 0)
    monkeypatch.setattr(finding, "MOST_EVENTS", 60)
    monkeypatch.setattr(state_scan, "MOST_EVENTS", 60)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("count", [1, 2])
def test_processes_find_the_same(session: Session, demo: Naive, count: int) -> None:
    found = find(session, StateSearch(CONDITIONS[0]), processes=count)
    assert results(found) == demo.find(CONDITIONS[0])
    assert (ended(found).entities, ended(found).events) == (ENTITIES, EVENTS)
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("at_once")
def test_whoever_closes_a_search_ends_its_processes(session: Session) -> None:
    search = search_states(session, StateSearch("True"), processes=2)
    next(search)
    assert len(multiprocessing.active_children()) == 2
    search.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("at_once")
def test_a_process_that_is_killed_is_reported_in_a_sentence(session: Session) -> None:
    search = search_states(session, StateSearch("True"), processes=2)
    next(search)
    for each in multiprocessing.active_children():
        each.kill()
    with pytest.raises(UserError, match="ended before it was done"):
        list(search)
    assert multiprocessing.active_children() == []


def test_a_condition_is_parsed_once_for_all_that_ask_it(
    session: Session, index: StoreIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []

    def counted(expression: str) -> Any:
        parsed.append(expression)
        return grammar.parse_condition(expression)

    monkeypatch.setattr(condition, "parse_condition", counted)
    list(find_all(session, tmp_path, Request(CONDITIONS[0]), lambda done, total: None))
    assert parsed == [CONDITIONS[0]]
    find(session, StateSearch(CONDITIONS[1]), index=index, processes=0)
    find(session, StateSearch(CONDITIONS[2], types=frozenset({"Order"})), index=index, processes=0)
    assert parsed == CONDITIONS[:3]
