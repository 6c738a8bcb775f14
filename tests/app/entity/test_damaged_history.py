"""Whatever is damaged in a history, each event that is there is shown, and each that fails says why."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.verdict import NEAREST, ZERO
from es_desktop.app.entity.view import EntityView
from es_desktop.app.search.lists import EntityQuery, find_entities
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import create_session, open_session
from es_desktop.core import EntityId
from es_desktop.examples import Order
from tests.app.recording import event, store_of
from tests.app.storing import sql
from tests.running import ask, fine, refused
from tests.trials import FEW

LENGTH = 12
_SET = "UPDATE integer_sequenced_items SET data"
DAMAGES = {
    "no valid JSON": f"{_SET} = substr(data, 1, 20) WHERE position = {{}}",
    "missing": "DELETE FROM integer_sequenced_items WHERE position = {}",
    "the model raises": f"""{_SET} = json_replace(data, '$.quantity', '"many"') WHERE position = {{}}""",
}
PLACES = st.dictionaries(st.integers(1, LENGTH - 1), st.sampled_from(sorted(DAMAGES)), max_size=5)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, EntityId]:
    """A store with one order, which gets an item with each event, and a snapshot at 3 and at 8."""
    path = tmp_path_factory.mktemp("damaged") / "whole.esdb"
    with closing(create_session(str(path))) as session:
        commands = Commands(session)
        order_id = commands.create(Order, {"customer": "Zoë"}).entity_id
        with session.bus.activated():
            order: Any = session.repository[order_id]
            for version in range(1, LENGTH):
                order.add_item(f"sku-{version}", "Apple", 1, Decimal("2.00"))
        for version in (3, 8):
            commands.take_snapshot(order_id, version)
    return path, order_id


def damaged(whole: Path, damages: dict[int, str]) -> Path:
    store = whole.with_name("damaged.esdb")
    shutil.copyfile(whole, store)
    sql(store, *(DAMAGES[damage].format(version) for version, damage in damages.items()))
    return store


def no_check() -> None:
    """A checkpoint that lets everything pass."""


@FEW
@given(damages=PLACES)
@example(damages={2: "no valid JSON", 5: "missing", 9: "the model raises"})
def test_all_other_events_show(whole: tuple[Path, EntityId], damages: dict[int, str]) -> None:
    with closing(open_session(str(damaged(whole[0], damages)), writable=False)) as session:
        view = EntityView(session, whole[1])
        there = [version for version in range(LENGTH) if damages.get(version) != "missing"]
        after_gap = {version for version in there if version - 1 not in there and version}
        failing = sorted({version for version in damages if version in there} | after_gap)
        steps = view.steps(there[-1], 0, base=ZERO, checkpoint=no_check)
        assert list(view.outline.versions) == [step.version for step in steps] == there
        assert [step.version for step in steps if step.error] == list(view.history(no_check).failed) == failing
        for step in steps:
            bought = [version for version in there if 0 < version <= step.version and version not in failing]
            shown = view.state_at(step.version, base=ZERO, checkpoint=no_check)
            assert [line["sku"] for line in shown.state["lines"]] == [f"sku-{version}" for version in bought]
            assert (shown.exactness == "broken") == any(version <= step.version for version in failing)
            assert bool(step.changes) == (step.version not in failing)
            event, record = view.event_at(step.version)
            assert (event.version, record.position) == (step.version, step.version)
            assert bool(event.error) == (damages.get(step.version) == "no valid JSON")


def test_after_a_snapshot_what_was_damaged_before_it_does_no_harm(whole: tuple[Path, EntityId]) -> None:
    store = damaged(whole[0], {2: "no valid JSON", 5: "missing", 7: "the model raises"})
    with closing(open_session(str(store), writable=False)) as session:
        shown = EntityView(session, whole[1]).state_at(LENGTH - 1, base=NEAREST, checkpoint=no_check)
    assert (shown.base.version, shown.exactness) == (8, "exact")
    assert [line["sku"] for line in shown.state["lines"]] == [f"sku-{version}" for version in range(1, LENGTH)]


def test_the_command_line_prints_them_too(tmp_path: Path, whole: tuple[Path, EntityId]) -> None:
    store = damaged(whole[0], {2: "no valid JSON", 5: "missing", 9: "the model raises"})
    there = [version for version in range(LENGTH) if version != 5]
    events = [json.loads(line) for line in fine(ask(tmp_path, "events", store, whole[1], "--json"))]
    assert [line["version"] for line in events] == there
    assert [line["version"] for line in events if line["error"]] == [2]
    (results,) = map(json.loads, fine(ask(tmp_path, "explain", store, whole[1], "--from", "zero", "--json")))
    assert [step["version"] for step in results["steps"]] == there
    assert [step["version"] for step in results["steps"] if step["error"]] == [2, 6, 9]
    assert results["exactness"] == "broken"


NO_VERSIONS = {
    "'one'": "one",
    "X'01'": "01 (bytes)",
    "1.5": "1.5 (number)",
    "9e999": "inf (number)",
    "CAST(X'FF' AS TEXT)": "ff (bytes that are not UTF-8)",
    "NULL": "no version",
}


@pytest.fixture(params=NO_VERSIONS)
def no_version(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A store whose entity ``a`` has an event without a version, and the text that is shown for its version."""
    store = store_of(tmp_path / "store.esdb", [event("a", 0), event("a", 1), event("b", 0)])
    declared = "replace(sql, 'position BIGINT NOT NULL', 'position BIGINT')"
    sql(store, "PRAGMA writable_schema = 1", f"UPDATE sqlite_master SET sql = {declared}")
    sql(store, f"UPDATE integer_sequenced_items SET position = {request.param} WHERE position = 1")
    return store, NO_VERSIONS[request.param]


def test_a_version_that_is_no_number_hides_no_row(tmp_path: Path, no_version: tuple[Path, str]) -> None:
    store, shown = no_version
    entities = fine(ask(tmp_path, "entities", store))
    assert "(a version is no whole number)" in entities[1]
    assert entities[2].split() == ["Cart", "b", "0", "1", "0"]
    facts = [json.loads(line) for line in fine(ask(tmp_path, "entities", store, "--json"))]
    assert [(each["id"], each["version"]) for each in facts] == [("a", 1), ("b", 0)]
    events = [json.loads(line) for line in fine(ask(tmp_path, "events", store, "a", "--json"))]
    assert {each["version"] for each in events} == {0, shown}
    assert any(shown in line for line in fine(ask(tmp_path, "events", store, "a")))


def test_what_needs_the_version_is_refused_and_the_rest_is_done(tmp_path: Path, no_version: tuple[Path, str]) -> None:
    store, _ = no_version
    assert "and no whole number. Other entities can be read." in refused(ask(tmp_path, "explain", store, "a"))
    assert fine(ask(tmp_path, "explain", store, "b"))[-1] == "{}"
    copied = ask(tmp_path, "copy", store, tmp_path / "copy.esdb")
    assert (copied.returncode, "1 entity NOT as in the store" in copied.stdout) == (1, True)
    rescued = ask(tmp_path, "rescue", store, tmp_path / "rescued.esdb")
    assert (rescued.returncode, "2 events and 0 snapshots rescued" in rescued.stdout) == (1, True)


def test_the_index_has_the_entities_too(tmp_path: Path, no_version: tuple[Path, str]) -> None:
    with (
        closing(open_session(str(no_version[0]), writable=False)) as session,
        closing(StoreIndex(session, tmp_path)) as index,
    ):
        index.update(lambda done, total: None)
        listed = find_entities(index.session, index.database, EntityQuery(sort_by="id", descending=False)).first
    found = [(each.id, each.events, isinstance(each.version, int)) for each in listed]
    assert found == [("a", 2, True), ("b", 1, True)]


@pytest.mark.parametrize("position", ["'one'", "X'01'", "1.5"])
def test_a_snapshot_at_no_version_is_passed_over(tmp_path: Path, demo_store: Path, position: str) -> None:
    with closing(open_session(str(demo_store), writable=False)) as session:
        entity = next(each for each in session.entities() if each.snapshots == 1)
        expected = session.explain(entity.id, base=ZERO)
    sql(demo_store, f"UPDATE snapshots SET position = {position} WHERE sequence_id = X'{entity.id.hex}'")
    with closing(open_session(str(demo_store), writable=False)) as session:
        assert session.snapshots(entity.id) == []
        assert session.explain(entity.id).steps[-1].version == expected.steps[-1].version
    found = ask(tmp_path, "find", demo_store, 'status == "open"')
    assert (found.returncode, "Order" in found.stdout) == (0, True)
