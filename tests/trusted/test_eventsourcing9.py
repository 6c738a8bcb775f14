"""Aggregates of Python eventsourcing 9, by its own mapper: transcodings, topics, versions, and edited events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from es_desktop.trusted import CodeRefusedError, CodeState, TrustedCode
from es_desktop.trusted.child.wire import encode
from tests.trusted.coding import ID, at_work, fold, trust_in, views, write

NOW = {"_type_": "datetime_iso", "_data_": "2026-11-23T07:01:59+00:00"}
SHOP = """
    from decimal import Decimal
    from eventsourcing.application import Application
    from eventsourcing.domain import Aggregate, event
    from eventsourcing.persistence import Transcoding

    class Cart(Aggregate):
        @event("Begun")
        def __init__(self, owner):
            self.owner = owner
            self.items = []

        @event("Filled")
        def fill(self, item):
            self.items.append(item)

        class Ended(Aggregate.Event):
            def mutate(self, aggregate):
                return None

        class Emptied(Aggregate.Event):
            def apply(self, cart):
                cart.items.clear()
                raise ValueError("the bottom fell out")

        class Stamped(Aggregate.Event):
            def apply(self, cart):
                cart.stamped = self.timestamp

    class Pair:
        def __init__(self, left, right):
            self.left, self.right = left, right

    class PairAsList(Transcoding):
        type, name = Pair, "pair"
        def encode(self, obj):
            return [obj.left, obj.right]
        def decode(self, data):
            return Pair(*data)

    class Shop(Application):
        env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": "/no/such/folder/x.db"}
        def register_transcodings(self, transcoder):
            super().register_transcodings(transcoder)
            transcoder.register(PairAsList())
    """


def record_of(version: int, name: str, *edit: Any, module: str = "mine", **state: Any) -> list[Any]:
    made = {"originator_topic": f"{module}:Cart"} if name == "Begun" else {}
    return [version, f"{module}:Cart.{name}", json.dumps({"timestamp": NOW, **made, **state}), *edit]


BEGUN_RECORD = record_of(1, "Begun", owner="Zoë")


def test_aggregates_are_created_changed_and_discarded(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, SHOP, function=None)) as code:
        done = fold(
            code,
            BEGUN_RECORD,
            record_of(2, "Filled", item="a"),
            record_of(3, "Ended"),
            record_of(4, "Filled", item="b"),
        )
    assert views(done) == [{"owner": "Zoë", "items": []}, {"owner": "Zoë", "items": ["a"]}, None, None]
    assert [each.failure for each in done.outcomes] == [None, None, None, (done.outcomes[3].failure)]
    assert "was discarded" in (done.outcomes[3].failure or "")


def test_an_event_that_fails_is_left_out_and_the_next_one_is_applied(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, SHOP, function=None)) as code:
        filled = [record_of(version, "Filled", item=version) for version in (2, 4)]
        done = fold(code, BEGUN_RECORD, filled[0], record_of(3, "Emptied"), filled[1])
    assert [each.failure for each in done.outcomes] == [None, None, "ValueError: the bottom fell out", None]
    assert views(done)[-1] == {"owner": "Zoë", "items": [2, 4]}
    assert done.outcomes[2].traceback.startswith(f'  File "{tmp_path / "mine.py"}", line ')


def test_transcodings_of_the_application_are_used_and_it_opens_no_database(tmp_path: Path) -> None:
    pair = {"_type_": "pair", "_data_": [1, {"_type_": "decimal_str", "_data_": "2.50"}]}
    with at_work(trust_in(tmp_path, SHOP, function=None)) as code:
        done = fold(code, BEGUN_RECORD, record_of(2, "Filled", item=pair))
        assert done.outcomes[1].failure is None
        (item,) = views(done)[1]["items"]
        assert (item["left"], str(item["right"])) == (1, "2.50")
        unknown = fold(code, BEGUN_RECORD, record_of(2, "Filled", item={"_type_": "triple", "_data_": []}))
    assert "triple" in (unknown.outcomes[1].failure or "")


def test_an_edited_event_has_the_id_and_the_time_of_the_stored_one(tmp_path: Path) -> None:
    pair = {"_type_": "pair", "_data_": [1, 2]}
    edits = [
        record_of(2, "Filled", [encode({"item": "edited"}), "mine:Cart.Filled"], item="as it was"),
        [3, "mine:Cart.Stamped", record_of(2, "Filled", item=1)[2], [encode({}), "mine:Cart.Filled"]],
        record_of(4, "Filled", [encode({"item": pair}), "mine:Cart.Filled"], item="as it was"),
    ]
    with at_work(trust_in(tmp_path, SHOP, function=None)) as code:
        done = fold(code, BEGUN_RECORD, *edits)
    assert [each.failure for each in done.outcomes] == [None] * 4
    last = views(done)[-1]
    assert last["items"] == ["edited", {"left": 1, "right": 2}]
    assert last["stamped"].isoformat() == NOW["_data_"]


def refusals(code: TrustedCode, *records: list[Any]) -> list[str]:
    return [each.failure or "" for each in fold(code, *records).outcomes]


def test_a_record_never_imports_a_module(tmp_path: Path) -> None:
    """Neither the topic of the event, nor of its aggregate, nor of a snapshot does."""
    write(tmp_path, "trap", "import os; os._exit(9)  # would end the process\n")
    snapshot = {"timestamp": NOW, "topic": "trap:Cart", "state": {}}
    with at_work(trust_in(tmp_path, SHOP, function=None)) as code:
        reasons = refusals(
            code,
            record_of(1, "Begun", module="trap", owner=1),
            [1, BEGUN_RECORD[1], BEGUN_RECORD[2].replace("mine:", "trap:")],
        )
        reasons += code.base_errors(ID, [[3, "eventsourcing.domain:Snapshot", json.dumps(snapshot)]])
    assert len(reasons) == 3
    assert all("'trap' was not named" in each for each in reasons), reasons


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        ("mine:Nothing", "Failed to resolve topic 'mine:Nothing'"),
        ("mine:Cart.fill", "is not a class"),
        ("mine:Pair", "TypeError"),
        ("__main__:Nothing.Begun", "no module that was named has it"),
    ],
)
def test_a_record_of_no_event_is_a_failure(tmp_path: Path, topic: str, reason: str) -> None:
    with at_work(trust_in(tmp_path, SHOP, function=None)) as code:
        (found,) = refusals(code, [1, topic, BEGUN_RECORD[2]])
    assert reason in found


def test_records_of_a_script_are_found_in_the_module_that_is_named(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, SHOP, function=None)) as code:
        done = fold(
            code,
            record_of(1, "Begun", module="__main__", owner="Zoë"),
            record_of(2, "Filled", module="__main__", item=1),
        )
    assert views(done)[-1] == {"owner": "Zoë", "items": [1]}


def test_a_topic_that_was_registered_is_found(tmp_path: Path) -> None:
    source = (
        SHOP
        + "\n    from eventsourcing.utils import register_topic\n    register_topic('old.shop', __import__('mine'))\n"
    )
    with at_work(trust_in(tmp_path, source, function=None)) as code:
        done = fold(code, record_of(1, "Begun", module="old.shop", owner="Zoë"))
    assert views(done) == [{"owner": "Zoë", "items": []}]


def test_snapshots_are_bases(tmp_path: Path) -> None:
    kept = {"owner": "Zoë", "items": [1], "_created_on": NOW, "_modified_on": NOW}
    base = [5, "eventsourcing.domain:Snapshot", json.dumps({"timestamp": NOW, "topic": "mine:Cart", "state": kept})]
    with at_work(trust_in(tmp_path, SHOP, function=None)) as code:
        assert code.base_errors(ID, [base]) == [""]
        start = CodeState(base)
        assert code.view(ID, start) == {"owner": "Zoë", "items": [1]}
        assert views(fold(code, record_of(6, "Filled", item=2), start=start)) == [{"owner": "Zoë", "items": [1, 2]}]
        (gap,) = fold(code, record_of(9, "Filled", item=2), start=start).outcomes
        assert (gap.failure or "").startswith("OriginatorVersionError"), "it does not follow on the snapshot"


def test_an_application_can_be_named(tmp_path: Path) -> None:
    trust = trust_in(tmp_path, SHOP, function=None)
    named = type(trust)(trust.folder, ("mine:Shop",), trust.python)
    with at_work(named) as code:
        assert views(fold(code, BEGUN_RECORD)) == [{"owner": "Zoë", "items": []}]
    missing = "the module mine has no Nothing"
    other = type(trust)(trust.folder, ("mine:Nothing",), trust.python)
    with at_work(other) as code, pytest.raises(CodeRefusedError, match=missing):
        code.start()
