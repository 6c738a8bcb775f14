"""The comparison: it follows the selection, and closes the stores that it opened."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from es_desktop.app.entity.verdict import ZERO, BaseChoice
from es_desktop.app.store.session import Session, open_session
from es_desktop.models.compare.comparison import Comparison
from es_desktop.models.runtime.tasks import Queue
from tests.altering import ORDER, with_more_vases
from tests.app.storing import sql
from tests.models.working import Gate, Working, somebody_else


@pytest.fixture
def altered(demo_template: Path, tmp_path: Path) -> Path:
    return with_more_vases(Path(shutil.copyfile(demo_template, tmp_path / "altered.esdb")))


@pytest.fixture
def comparison(working: Working, demo_store: Path) -> Comparison:
    """The comparison of the demo store, with the order chosen at version 5."""
    working.open(demo_store, entity=str(ORDER), version=5)
    return working.workspace.comparison


def open_other(working: Working, store: Path) -> Session:
    """Open another store as the dialog does."""
    session = open_session(str(store), writable=False)
    working.workspace.sessions.keep(session)
    return session


def heads(comparison: Comparison) -> list[tuple[str, str]]:
    assert comparison.headings is not None
    return [(each.text, each.note) for each in comparison.headings]


def paths(comparison: Comparison) -> list[str]:
    model = comparison.model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def row(comparison: Comparison, path: str) -> list[str]:
    model, number = comparison.model, paths(comparison).index(path)
    return [str(model.index(number, column).data()) for column in range(1, model.columnCount())]


def test_from_a_version_on_the_other_side_follows_what_is_chosen(working: Working, comparison: Comparison) -> None:
    comparison.mark()
    working.settle()
    assert comparison.is_on and paths(comparison) == []
    working.go_to(17)
    assert heads(comparison) == [("Order 03588f3e at 5", ""), ("Order 03588f3e at 17", "follows")]
    assert row(comparison, "status") == ["OPEN", "SHIPPED", "17"]
    assert row(comparison, "priority") == ["1", "2", "16"]
    assert comparison.search.found is None and not comparison.search.is_running
    working.go_to(4)
    assert paths(comparison) == ["lines[4]", "total"]
    assert row(comparison, "total") == ["255.85", "252.55", "5"]


def test_each_version_is_compared_with_the_one_before(working: Working, comparison: Comparison) -> None:
    comparison.compare_with_before()
    working.settle()
    assert heads(comparison) == [("Order 03588f3e at 4", "version before"), ("Order 03588f3e at 5", "follows")]
    working.go_to(14)
    assert row(comparison, "note") == ['""', "Joyeux anniversaire, maman !", "14"]
    assert paths(comparison) == ["note"]
    working.go_to(0)
    assert heads(comparison)[0] == ("Order 03588f3e before its first event", "version before")
    assert "status" in paths(comparison)
    working.choose("Account")
    assert heads(comparison)[0][0].startswith("Account")


def test_another_entity_is_compared_at_the_same_version(working: Working, comparison: Comparison) -> None:
    session = working.workspace.session
    assert session is not None
    other = next(each for each in working.entities() if each.type == "Order" and each.version == 9)
    comparison.compare_with(session, other.id, None)
    working.settle()
    assert heads(comparison)[0] == (f"Order {str(other.id)[:8]} at 5", "same version")
    assert not comparison.model.has_writers
    assert comparison.search.found is not None and comparison.search.found.first == 0
    working.go_to(12)
    assert heads(comparison)[0] == (f"Order {str(other.id)[:8]} at 9", "its last")
    # Once it is chosen itself, there are no longer two entities.
    working.workspace.choose(other.id, 3)
    working.settle()
    assert paths(comparison) == [] and comparison.search.found is None


def test_an_altered_store_differs_from_the_first_change(
    working: Working, comparison: Comparison, altered: Path
) -> None:
    comparison.compare_with(open_other(working, altered), ORDER, None)
    working.settle()
    found = comparison.search.found
    assert found is not None and (found.first, found.count) == (2, 9)
    assert heads(comparison)[0] == ("Order 03588f3e at 5", "in altered.esdb, same version")
    assert row(comparison, "lines[1].quantity")[:2] == ["3", "1"]
    assert list(comparison.search.versions_of(working.view)) == list(range(2, 11))
    comparison.go_to_divergence()
    working.settle()
    assert working.workspace.selection.version == 2
    assert [each[0] for each in heads(comparison)] == ["Order 03588f3e at 2"] * 2
    assert paths(comparison) == ["lines[1].quantity", "total"]
    working.choose("Account")
    assert comparison.search.versions_of(working.view) == [*range(working.view.facts.events)]


def test_the_first_difference_may_be_where_only_the_other_one_went_on(
    working: Working, demo_store: Path, altered: Path
) -> None:
    sql(altered, "UPDATE integer_sequenced_items SET data = replace(data, '\"quantity\":3', '\"quantity\":1')")
    sql(
        demo_store,
        f"DELETE FROM integer_sequenced_items WHERE hex(sequence_id) = '{ORDER.hex.upper()}' AND position > 15",
    )
    working.open(demo_store, entity=str(ORDER))
    comparison = working.workspace.comparison
    comparison.compare_with(open_other(working, altered), ORDER, None)
    working.settle()
    assert paths(comparison) == []
    comparison.go_to_divergence()
    working.settle()
    assert heads(comparison) == [("Order 03588f3e at 16", "in altered.esdb"), ("Order 03588f3e at 15", "follows")]
    assert paths(comparison) == ["priority"]


def test_the_nearest_earlier_version_replaces_a_missing_one(
    working: Working, comparison: Comparison, altered: Path
) -> None:
    sql(altered, f"DELETE FROM integer_sequenced_items WHERE hex(sequence_id) = '{ORDER.hex.upper()}' AND position = 7")
    comparison.compare_with(open_other(working, altered), ORDER, None)
    working.go_to(7)
    assert heads(comparison)[0] == ("Order 03588f3e at 6", "in altered.esdb, nearest before")
    working.go_to(8)
    assert heads(comparison)[0] == ("Order 03588f3e at 8", "in altered.esdb, same version")


def test_sides_are_swapped(working: Working, comparison: Comparison) -> None:
    comparison.mark()
    working.go_to(17)
    comparison.swap()
    working.settle()
    assert heads(comparison) == [("Order 03588f3e at 17", "follows"), ("Order 03588f3e at 5", "")]
    assert row(comparison, "status") == ["SHIPPED", "OPEN", "17"]
    working.go_to(16)
    assert heads(comparison)[0][0].endswith("at 16")


def test_a_version_that_is_held_stays_whatever_is_chosen(working: Working, comparison: Comparison) -> None:
    comparison.mark()
    working.go_to(17)
    comparison.set_follows(False)
    working.choose("Account")
    assert not comparison.follows
    assert heads(comparison) == [("Order 03588f3e at 5", ""), ("Order 03588f3e at 17", "fixed")]
    comparison.swap()
    working.settle()
    assert row(comparison, "priority") == ["2", "1", "16"], "who set it is still known"
    comparison.set_follows(True)
    working.settle()
    assert heads(comparison)[0][0].startswith("Account")


def test_held_sides_go_to_their_first_difference_by_themselves(
    working: Working, comparison: Comparison, altered: Path
) -> None:
    comparison.compare_with(open_other(working, altered), ORDER, 17)
    working.settle()
    comparison.set_follows(False)
    working.choose("Account")
    account = working.workspace.selection.entity_id
    comparison.go_to_divergence()
    working.settle()
    assert [each[0] for each in heads(comparison)] == ["Order 03588f3e at 2"] * 2
    assert working.workspace.selection.entity_id == account


def test_equal_values_are_shown_on_request(working: Working, comparison: Comparison) -> None:
    comparison.mark()
    working.go_to(6)
    assert paths(comparison) == ["lines[5]", "total"]
    comparison.set_shows_everything(True)
    working.settle()
    assert {"customer", "lines[0].sku", "lines[5]", "total"} <= set(paths(comparison))
    assert row(comparison, "customer")[:2] == ["Kateryna Öztürk"] * 2


def test_what_a_rebuild_starts_from_is_heeded(working: Working, comparison: Comparison, altered: Path) -> None:
    comparison.compare_with(open_other(working, altered), ORDER, None)
    working.go_to(10)
    assert paths(comparison) == [], "both start from the same snapshot at 9"
    working.workspace.inspector.set_base(ZERO)
    working.settle()
    assert paths(comparison) == ["lines[0].quantity", "total"]
    working.workspace.inspector.set_base(BaseChoice.picked(9))
    working.settle()
    assert paths(comparison) == []


def test_the_other_store_is_closed_with_the_comparison(
    working: Working, comparison: Comparison, altered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Session] = []

    def noting(session: Session, close: Callable[[], None]) -> Callable[[], None]:
        def noted() -> None:
            closed.append(session)
            close()

        return noted

    sessions = [open_other(working, altered) for _ in range(3)]
    for session in sessions:
        monkeypatch.setattr(session, "close", noting(session, session.close))
    for session in sessions[:2]:
        comparison.compare_with(session, ORDER, None)
        working.settle()
    assert closed == sessions[:1], "only what was replaced"
    comparison.stop()
    working.settle()
    assert closed == sessions[:2]
    assert not comparison.is_on and comparison.headings is None and paths(comparison) == []
    comparison.compare_with(sessions[2], ORDER, None)
    working.settle()
    working.workspace.close_store()
    working.settle()
    assert closed == sessions and not comparison.is_on
    assert [each.name for each in altered.parent.glob("altered.esdb*")] == ["altered.esdb"]


def test_new_events_are_shown_on_both_sides(working: Working, comparison: Comparison, demo_store: Path) -> None:
    session = working.workspace.session
    assert session is not None
    other = next(
        each for each in working.entities() if each.type == "Order" and not each.discarded and each.version > 6
    )
    comparison.compare_with(session, other.id, None)
    working.go_to(17)
    before = heads(comparison)[0][0]
    assert before.endswith(f"at {other.version}")
    with somebody_else(demo_store) as commands:
        commands.change_attribute(other.id, "note", "from elsewhere", other.version)
    working.workspace.refresh()
    working.settle()
    assert heads(comparison)[0][0].endswith(f"at {other.version + 1}")
    assert row(comparison, "note")[0] == "from elsewhere"


def test_a_missing_entity_is_reported_instead_of_the_rows(
    working: Working, comparison: Comparison, altered: Path
) -> None:
    session = open_other(working, altered)
    sql(altered, f"DELETE FROM integer_sequenced_items WHERE hex(sequence_id) = '{ORDER.hex.upper()}'")
    comparison.compare_with(session, ORDER, None)
    working.settle()
    assert comparison.error is not None and "no entity" in str(comparison.error)
    assert comparison.compared is None and not working.refused


def test_a_search_that_was_cancelled_leaves_the_comparison(
    working: Working, comparison: Comparison, altered: Path
) -> None:
    gate = Gate()
    working.workspace.runner.run("Waiting", gate, queue=Queue.SCAN)
    gate.wait_until_started()
    comparison.compare_with(open_other(working, altered), ORDER, None)
    working.wait_until(lambda: comparison.compared is not None)
    assert comparison.search.is_running
    working.cancel("Comparing every version")
    gate.opened.set()
    working.settle()
    assert not comparison.search.is_running and comparison.search.found is None
    assert row(comparison, "total")[:2] == ["340.85", "255.85"]
    working.workspace.refresh()
    working.settle()
    assert comparison.search.found is not None and comparison.search.found.first == 2


def test_nothing_is_compared_where_no_entity_is_chosen(working: Working, comparison: Comparison) -> None:
    comparison.mark()
    working.go_to(17)
    working.workspace.selection.choose_entity(None)
    working.settle()
    assert comparison.is_on and comparison.compared is None and paths(comparison) == []
