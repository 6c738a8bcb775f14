"""Answers from the columns of a state history: the same as those of folding, whatever is asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.ask.answers import Answer, ClauseAnswer, FoundVersion
from es_desktop.app.ask.asking import ask, ask_counted, ask_over_time, ask_versions
from es_desktop.app.ask.buckets import Bucket
from es_desktop.app.ask.by_columns import ColumnAnswers
from es_desktop.app.ask.one_state import needs_histories
from es_desktop.app.ask.parsing import asked_question
from es_desktop.app.ask.request import AskRequest
from es_desktop.app.history.building import StateHistory
from es_desktop.app.runtime.errors import UserError, no_progress
from es_desktop.app.search.state_scan import SearchProgress
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import open_session
from es_desktop.replay.conditions import ConditionError
from es_desktop.stores.writing import append_records
from tests.altering import ORDER, alter_event, with_true_snapshots
from tests.app.recording import event, store_of
from tests.conftest import SAMPLES
from tests.trials import FEW


class Asker:
    """Asks one store in both ways."""

    def __init__(self, index: StoreIndex, columns: ColumnAnswers) -> None:
        self._index = index
        self._columns = columns

    def assert_same(self, text: str, /, **settings: Any) -> int:
        """Ask in both ways, and return how many entities are found."""
        differences, answers = self.compared(text, **settings)
        assert not differences, text
        return answers

    def compared(self, text: str, /, **settings: Any) -> tuple[list[str], int]:
        """Return what differs between both ways, and how many entities folding finds."""
        found, done, error = self._asked(text, self._columns, **settings)
        wanted, folded, reason = self._asked(text, None, **settings)
        same = {
            # Where several paths are missing, each way says the one that it misses first.
            "the errors": error.partition("has ")[0] == reason.partition("has ")[0],
            "the answers": found == wanted,
        }
        if folded is not None and done is not None:
            counts = [(each.hits, each.failures) for each in (done, folded)]
            same["the numbers"] = counts[0] == counts[1]
        # A scan of one state counts only entities that have one, and those that lack a path in it.
        if folded is not None and done is not None and needs_histories(AskRequest(asked_question(text), **settings)):
            same["the entities"] = done.entities == folded.entities
            notes = [each.without.text.rpartition(" no ")[0] for each in (done, folded)]
            same["the note on what is missing"] = notes[0] == notes[1]
        return [what for what, is_same in same.items() if not is_same], len(wanted)

    def compared_in_all_ways(self, text: str, /, **settings: Any) -> tuple[list[str], int]:
        """As ``compared``, also the versions, the counts over time, and who is counted in two of its days."""
        differences, answers = self.compared(text, **settings)
        request = AskRequest(asked_question(text), **settings)
        columns, folded = self._others(request, self._columns), self._others(request, None)
        differences += [f"the {name}" for name in folded if columns[name] != folded[name]]
        return differences, answers

    def _others(self, request: AskRequest, way: ColumnAnswers | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, asking in {
            "versions": ask_versions,
            "counts over time": ask_over_time,
            "counted": partial(ask_counted, buckets=_BUCKETS),
        }.items():
            try:
                *results, done = asking(self._index.session, request, index=self._index, columns=way, processes=0)
            except UserError as error:
                found[name] = str(error).partition("has ")[0]
                continue
            assert isinstance(done, SearchProgress)
            kept = [each for each in results if not isinstance(each, SearchProgress)]
            kept = kept[-1:] if name == "counts over time" else sorted(kept, key=_order)
            found[name] = kept, done.hits, done.entities, done.failures
        return found

    def _asked(
        self, text: str, way: ColumnAnswers | None, /, **settings: Any
    ) -> tuple[dict[Any, Answer], SearchProgress | None, str]:
        request = AskRequest(asked_question(text), **settings)
        try:
            *found, done = ask(self._index.session, request, self._index, columns=way, processes=0)
        except UserError as error:
            return {}, None, str(error)
        assert isinstance(done, SearchProgress) and done.is_done
        return {each.entity.id: _rounded(each) for each in found if isinstance(each, Answer)}, done, ""


_BUCKETS = (Bucket(1_746_000_000.0, 1_746_090_000.0), Bucket(1_778_000_000.0, 1_778_090_000.0))


def _order(found: Any) -> tuple[str, int]:
    return (found.entity.id.hex, found.version) if isinstance(found, FoundVersion) else (found.id.hex, 0)


def _rounded(answer: Answer) -> Answer:
    """Sums of seconds are added in another order."""
    clauses = tuple(
        each if each.seconds is None else ClauseAnswer(each.version, each.time, round(each.seconds, 3), each.times)
        for each in answer.clauses
    )
    return replace(answer, clauses=clauses)


@contextmanager
def asker(store: Path, folder: Path) -> Iterator[Asker]:
    with closing(open_session(str(store), writable=False)) as session, closing(StoreIndex(session, folder)) as index:
        index.update(no_progress)
        history = StateHistory(index, folder / "history")
        for _ in history.build(processes=0):
            pass
        with closing(history.open()) as database:
            yield Asker(index, ColumnAnswers(database, index))


@pytest.fixture(scope="module")
def demo(small_demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """With an order in which an event fails, and no false snapshot."""
    folder = tmp_path_factory.mktemp("columns")
    store = with_true_snapshots(Path(shutil.copyfile(small_demo_template, folder / "demo.esdb")))
    alter_event(store, ORDER, 3, lambda payload: payload.clear())
    with asker(store, folder) as found:
        yield found


CONDITIONS = [
    *("total > 100", "total >= 100.50", "total == 0", "not total > 100", 'status == "open"', 'status != "paid"'),
    *("gift", "not gift", "note == ''", "note is None", "balance < 0", "balance > 1000", "priority in [1, 2]"),
    *(
        "len(lines) > 2",
        "lines[0].price > 20",
        "any(line.quantity > 1 for line in lines)",
        "address.place.city != None",
    ),
    *('status == "paid" and total > 100', 'status == "open" or (gift and not total > 50)', "True", "nowhere > 1"),
    *(
        "address.place.city != None",
        'due > "2026-05-01"',
        "total > discount",
        "previous.total > 10",
        'changed("status")',
        "version > 3",
    ),
    *("total >= discount * 2 + 100", "discount == total", "discount != priority", "total > 1e999"),
    *("-total < discount", "total - discount * total == total", "priority < total / 50 < discount"),
    *("len(lines) > priority", "total > previous.total", 'changed("status") and total > 100', "previous is None"),
    *('previous["status"] == "open"', 'event == "Paid" and total > 100', 'version > 3 and event != "Paid"'),
    *("version == 2 and gift", "len(previous) > 3", 'not event == "Paid"', "total if gift else discount"),
    'changed("lines[0].price") or balance > previous.balance',
    *('event == "Paid"', 'event == "Discarded"', 'event in ["ItemAdded", "Deposited"]', "is_frozen", '"a" in customer'),
]
CLAUSES = [
    *("{c}", "now {c}", "ever {c}", "never {c}", "always {c}", "when first {c}", "as of 2026-05-20 {c}"),
    *("how long {c}", "how long ({c}) > 3 days", "how long ({c}) < 1 h", "how often {c}", "how often ({c}) >= 2"),
    *("how often ({c}) == 1", "how often ({c}) < 1", "({c}) before ({d})", "Paid before ({c})", "({c}) before shipped"),
    *("changed status", 'changed status from "open"', 'changed status to "paid"', "changed total from 0"),
    *("changed lines[0].price", 'changed lines[0].sku from "TEA-0250"', "changed address.street to None"),
    *('changed status from "open" to "paid"', "changed note to None", "changed address.street", "Paid before Shipped"),
]
clauses = st.builds(
    lambda clause, c, d: clause.format(c=c, d=d),
    st.sampled_from(CLAUSES),
    st.sampled_from(CONDITIONS),
    st.sampled_from(CONDITIONS),
)
questions = st.builds(
    lambda types, parts: (f"{types} where " if types else "") + " and ".join(parts),
    st.sampled_from(["", "", "Order", "Order, Account"]),
    st.lists(clauses, min_size=1, max_size=3),
)


@FEW
@given(questions, st.sampled_from([None, None, 1_778_000_000.0]))
def test_any_question_has_the_answers_of_folding(demo: Asker, text: str, as_of: float | None) -> None:
    try:
        asked_question(text)
    except (UserError, ConditionError):
        return
    demo.assert_same(text, as_of=as_of)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_condition(demo: Asker, condition: str) -> None:
    demo.assert_same(f"ever {condition}")
    demo.assert_same(f"Order, Account where as of 2026-05-20 {condition}")


@pytest.mark.parametrize(
    "text",
    [
        "Order where ever total > discount * 2 and not gift",
        'always changed("status") and now status == "open"',
        'event == "Paid" and version > 2 and how often gift >= 1',
        'ever event == "Discarded"',
        '(total > previous.total) before (status == "paid") and never balance > 0',
        "as of 2026-05-20 total > 100 and how long gift > 1 d",
    ],
)
def test_versions_and_counts_over_time(demo: Asker, text: str) -> None:
    differences, _ = demo.compared_in_all_ways(text)
    assert not differences


def test_only_the_entities_with_some_words(demo: Asker) -> None:
    assert demo.compared("Order where ever total > 10", text="vase") == ([], 6)


@pytest.mark.parametrize(
    "text",
    ["Orde where ever total > 1", "ever ttl > 1", "Payd before Shipped", "Order where never balance > 0"],
)
def test_what_nothing_has_is_said_in_the_same_way(demo: Asker, text: str) -> None:
    demo.assert_same(text)


def test_columns_of_ones_choice(demo: Asker) -> None:
    assert demo.assert_same("Order where ever total > 100", columns=("status", "lines[0].sku", "nowhere"))


@pytest.mark.parametrize(
    "name", ["es-9.5.6-sqlite-plain.db", "es-3.1.0-sqlalchemy-sqlite.db", "emmett-sqlite-0.42.4.db"]
)
def test_stores_of_others(tmp_path: Path, name: str) -> None:
    with asker(SAMPLES / name, tmp_path) as other:
        for text in ("ever True", "how often event != 'x' >= 2", "ever name != None", "how long True > 1 s"):
            other.assert_same(text)


def test_a_state_after_a_discard_and_times_that_go_back_or_are_missing(tmp_path: Path) -> None:
    rows = ['{"n": 1, "timestamp": 50}', '{"n": 2, "timestamp": 40}', '{"n": 2}', '{"n": null, "timestamp": 60}']
    store = store_of(tmp_path / "odd.esdb", [event(ORDER, at, text) for at, text in enumerate(rows)])
    with closing(open_session(str(store))) as session:
        more = [event("other", 0, '{"n": 1}'), event("other", 1, "{}", "shop#Cart.Discarded"), event("third", 0, "[")]
        append_records(session.store.tables, more)
    with asker(store, tmp_path) as odd:
        for text in ("n == 2", "ever n == 1", "never n == 2", "always n > 0", "how often n == 2", "how long n == 2"):
            odd.assert_same(text)
            odd.assert_same(text, as_of=45.0)
            odd.assert_same(text, as_of=55.0)


def test_the_columns_beside_the_index_of_a_large_store_are_used(
    tmp_path: Path, small_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("es_desktop.app.search.store_index.SMALL", 10)
    request = AskRequest(asked_question("Order where ever total > 100"))
    with closing(open_session(str(small_demo))) as session, closing(StoreIndex(session, tmp_path)) as index:
        index.update(no_progress)
        history = StateHistory.beside(index)
        assert history is not None
        wanted = list(ask(session, request, index, processes=0))
        assert not history.is_current
        for _ in history.build(processes=0):
            pass
        assert history.is_current
        monkeypatch.setattr("es_desktop.app.ask.asking.scan_histories", None)  # nothing is folded
        found = list(ask(session, request, index, processes=0))
        assert {each.entity.id for each in found if isinstance(each, Answer)} == {
            each.entity.id for each in wanted if isinstance(each, Answer)
        }
