"""The list of a store's entities: the first rows of a large store, pages when they are shown, and updates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from es_desktop.app.entity.commands import Changes, Initiator
from es_desktop.app.entity.facts import EntityFacts, StoreFacts
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.lists import PAGE, EntityQuery, Listing
from es_desktop.app.store.session import Session, open_session
from es_desktop.core import EntityId, RecordedEvent
from es_desktop.models.runtime.tasks import TaskRunner
from es_desktop.models.search.entities_model import ID, NAME, EntitiesModel
from es_desktop.models.search.entity_list import EntityList
from es_desktop.models.table.model import LEFT, RIGHT, SPOKEN_ROLE, TIP_ROLE, TONE_ROLE
from es_desktop.stores.writing import append_records
from tests.app.recording import event, store_of
from tests.index.indexing import timed_event
from tests.models.working import hold_indexing

ENTITIES = 2 * PAGE + 10


class Listed:
    """A list, and the signals that it emitted."""

    def __init__(self, qtbot: QtBot, runner: TaskRunner, folder: Path) -> None:
        self._qtbot = qtbot
        self.runner = runner
        self.chosen: EntityId | None = None
        self.list = EntityList(runner, folder, lambda: self.chosen)
        self.listings: list[int] = []
        self.facts: list[StoreFacts] = []
        self.list.listed.connect(lambda: self.listings.append(self.list.model.rowCount()))
        self.list.facts_changed.connect(self.facts.append)
        self.completed = 0
        self.list.indexer.completed.connect(self._on_completed)

    def _on_completed(self) -> None:
        self.completed += 1

    def wait_until_complete(self, times: int = 1) -> None:
        """Wait until all entities are indexed, listed and counted."""
        self._qtbot.waitUntil(lambda: self.completed >= times and self.runner.is_idle)

    def wait_for_rows(self, count: int) -> None:
        self._qtbot.waitUntil(lambda: self.list.model.rowCount() == count and self.runner.is_idle)

    def entity(self, row: int) -> EntityFacts:
        """The entity of a row, after it was read."""
        self.list.model.at(row)
        self._qtbot.waitUntil(lambda: self.list.model.at(row) is not None)
        found = self.list.model.at(row)
        assert found is not None
        return found


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Many entities, of which the last ones changed last."""
    records = [timed_event(f"e{at:04}", 0, "shop#Cart.Filled", float(at)) for at in range(ENTITIES)]
    return store_of(tmp_path / "made.esdb", records)


@pytest.fixture
def session(store: Path) -> Iterator[Session]:
    with closing(open_session(str(store), writable=False)) as session:
        yield session


@pytest.fixture
def listed(qtbot: QtBot, session: Session, tmp_path: Path) -> Iterator[Listed]:
    runner = TaskRunner()
    crashed: list[BaseException] = []
    runner.crashed.connect(crashed.append)
    listed = Listed(qtbot, runner, tmp_path / "indexes")
    yield listed
    listed.list.set_session(None)
    runner.close()
    assert not crashed, crashed


@pytest.fixture
def every_store_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.app.search.store_index.SMALL", 3)


def test_a_store_is_listed_and_counted(listed: Listed, session: Session) -> None:
    listed.list.set_session(session)
    listed.wait_until_complete()
    assert listed.facts[-1] == session.facts()
    assert listed.list.model.rowCount() == ENTITIES
    assert listed.entity(0) == session.entity(f"e{ENTITIES - 1:04}")


def test_rows_far_down_are_read_when_they_are_shown(listed: Listed, session: Session) -> None:
    listed.list.set_session(session)
    listed.wait_until_complete()
    model = listed.list.model
    assert model.index(PAGE + 3, 0).data() == "reading…"
    assert listed.entity(PAGE + 3) == session.entity(f"e{ENTITIES - PAGE - 4:04}")
    assert model.index(PAGE + 3, 0).data() == "Cart"
    assert model.at(ENTITIES - 1) is None
    assert listed.list.ids_at([0, ENTITIES - 1]) == (f"e{ENTITIES - 1:04}", "e0000"), "also without their facts"


def test_the_chosen_one_has_a_row_wherever_it_is(listed: Listed, session: Session) -> None:
    listed.chosen = "e0003"
    listed.list.set_session(session)
    listed.wait_until_complete()
    assert listed.list.model.row_of("e0003") == ENTITIES - 4


def test_what_is_asked_for_is_listed(listed: Listed, session: Session) -> None:
    listed.list.set_session(session)
    listed.wait_until_complete()
    listed.list.model.set_filter("e001")
    listed.wait_for_rows(10)
    assert [listed.entity(row).id for row in (0, 9)] == ["e0019", "e0010"]
    listed.list.model.set_filter("nobody")
    listed.wait_for_rows(0)


def test_the_list_follows_the_store(listed: Listed, session: Session, store: Path) -> None:
    listed.list.set_session(session)
    listed.wait_until_complete()
    with closing(open_session(str(store))) as writing:
        append_records(writing.store.tables, [timed_event("new", 0, "bank#Loan.Paid", 9e9)])
    listed.list.on_changes(Changes(initiator=Initiator.OTHERS))
    listed.wait_until_complete(2)
    assert (listed.list.model.rowCount(), listed.entity(0).id) == (ENTITIES + 1, "new")
    assert listed.facts[-1].types == {"Cart": ENTITIES, "Loan": 1}


def test_a_large_store_shows_its_first_entities_before_its_index_is_there(
    listed: Listed, session: Session, every_store_is_large: None
) -> None:
    gate = hold_indexing(listed.list.indexer, listed.runner)
    listed.list.set_session(session)
    listed.wait_for_rows(PAGE)
    assert listed.list.indexer.is_indexing
    assert listed.entity(0) == session.entity("e0000"), "in the order of the ids"
    assert listed.list.ids_at([1, 2]) == ("e0001", "e0002")
    gate.opened.set()
    listed.wait_until_complete()
    assert listed.list.model.rowCount() == ENTITIES
    assert listed.facts[-1] == session.facts()
    assert listed.entity(0).id == f"e{ENTITIES - 1:04}"


def test_the_index_of_the_last_time_is_listed_without_being_filled(
    listed: Listed, session: Session, every_store_is_large: None
) -> None:
    listed.list.set_session(session)
    listed.wait_until_complete()
    listed.listings.clear()
    listed.list.set_session(None)
    assert listed.list.model.rowCount() == 0
    listed.list.set_session(session)
    listed.list.indexer.opened.connect(lambda index: listed.list.indexer.pause())
    listed.wait_for_rows(ENTITIES)
    assert set(listed.listings) <= {PAGE, ENTITIES}, "the first few, and then all"


def test_another_store_replaces_it(
    listed: Listed, session: Session, tmp_path: Path, every_store_is_large: None
) -> None:
    other = store_of(tmp_path / "other.esdb", [timed_event(f"o{at}", 0, "bank#Loan.Paid", 1.0) for at in range(5)])
    with closing(open_session(str(other), writable=False)) as another:
        listed.list.set_session(session)
        listed.list.set_session(another)
        listed.wait_until_complete()
        assert listed.facts[-1] == another.facts()
        assert {each.store for each in listed.facts} == {str(other)}
        assert {listed.entity(row).type for row in range(5)} == {"Loan"}
        listed.list.set_session(None)
        listed.wait_for_rows(0)


@pytest.mark.parametrize(
    ("last", "note", "mark", "tip"),
    [
        ("Discarded", "", "discarded", "Discarded: its history is still here."),
        ("Filled", "of a deleted stream", "of a deleted stream", "Marked in the store: of a deleted stream."),
        ("Filled", "", "", ""),
    ],
)
def test_what_is_gone_or_set_aside_is_marked_in_words(last: str, note: str, mark: str, tip: str) -> None:
    first, end = (
        RecordedEvent(at, f"shop#Cart.{name}", 1.0, {}, note=note) for at, name in enumerate(("Filled", last))
    )
    facts = EntityFacts.of_events("cart-1", first, end, events=2, snapshots=0)
    model = EntitiesModel()
    model.set_listing(Listing(range(1), [facts]))
    cell = model.index(0, 0)
    assert cell.data() == ("\N{CIRCLED DIVISION SLASH} Cart" if mark else "Cart")
    assert cell.data(SPOKEN_ROLE) == (f"Cart, {mark}" if mark else "Cart")
    assert (cell.data(TONE_ROLE) == "faint") == bool(mark)
    assert tip in cell.data(TIP_ROLE).split("\n") or not mark


# Names --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def named(tmp_path: Path) -> Iterator[Session]:
    """Carts with an owner, the last of which is discarded."""
    names = ["Ann", "Bob", "Zoë"]
    records = [event(f"e{at}", 0, f'{{"owner": "{name}", "total": {at}}}') for at, name in enumerate(names)]
    records.append(event("e2", 1, "{}", "shop#Cart.Discarded"))
    with closing(open_session(str(store_of(tmp_path / "named.esdb", records)))) as session:
        yield session


def shown(listed: Listed) -> list[tuple[str, str]]:
    model = listed.list.model
    return [(str(model.index(row, ID).data()), str(model.index(row, NAME).data())) for row in range(model.rowCount())]


def test_a_name_is_read_when_it_is_shown(listed: Listed, named: Session, qtbot: QtBot) -> None:
    listed.list.set_session(named)
    listed.wait_until_complete()
    assert {name for _, name in shown(listed)} == {"…"}
    qtbot.waitUntil(lambda: sorted(shown(listed)) == [("e0", "Ann"), ("e1", "Bob"), ("e2", "Zoë")])
    assert listed.list.model.headerData(NAME, Qt.Orientation.Horizontal) == "Owner"
    assert "Bob" in listed.list.model.index(1, ID).data(TIP_ROLE).split("\n")


@pytest.mark.parametrize("large", [False, True])
def test_an_entity_is_found_by_its_name_or_any_value(
    listed: Listed, named: Session, large: bool, request: pytest.FixtureRequest
) -> None:
    if large:
        request.getfixturevalue("every_store_is_large")
    listed.list.set_session(named)
    listed.wait_until_complete()
    for typed, ids in (("zo", ["e2"]), ("bob", ["e1"]), ("nobody", []), ("", ["e0", "e1", "e2"])):
        listed.list.model.set_filter(typed)
        listed.wait_for_rows(len(ids))
        assert sorted(each for each, _ in shown(listed)) == ids


def test_names_give_an_order(listed: Listed, named: Session, qtbot: QtBot) -> None:
    listed.list.set_session(named)
    listed.wait_until_complete()
    for order, ids in ((Qt.SortOrder.DescendingOrder, "e2 e1 e0"), (Qt.SortOrder.AscendingOrder, "e0 e1 e2")):
        listed.list.model.sort(NAME, order)
        qtbot.waitUntil(lambda ids=ids: [each for each, _ in shown(listed)] == ids.split())  # type: ignore[misc]


def test_a_person_chooses_what_names_a_type(listed: Listed, named: Session, qtbot: QtBot) -> None:
    listed.list.set_session(named)
    listed.list.states.set_chosen_names({"Cart": "total"})
    listed.wait_until_complete()
    qtbot.waitUntil(lambda: sorted(name for _, name in shown(listed)) == ["0", "1", "2"])
    read = list(listed.list.model.loaded_entities())
    assert listed.list.states.paths_of("Cart", read) == ["owner", "total"]


def test_a_name_follows_the_store(listed: Listed, named: Session, qtbot: QtBot) -> None:
    listed.list.set_session(named)
    listed.wait_until_complete()
    listed.list.model.set_filter("ann")
    listed.wait_for_rows(1)
    append_records(named.store.tables, [event("e0", 1, '{"owner": "Eve"}')])
    listed.list.on_changes(Changes(initiator=Initiator.OTHERS))
    listed.wait_for_rows(0)
    listed.list.model.set_filter("eve")
    qtbot.waitUntil(lambda: shown(listed) == [("e0", "Eve")])


# Columns of values, and the filters under the headings ----------------------------------------------------------------


def test_a_value_of_the_states_is_a_column(listed: Listed, named: Session, qtbot: QtBot) -> None:
    model = listed.list.model
    listed.list.set_session(named)
    model.set_value_paths(("total", "owner"))
    listed.wait_until_complete()
    first = model.columnCount() - 2
    qtbot.waitUntil(lambda: sorted(cells(model, first)) == ["", "0", "1"])  # a discarded one has no state
    assert sorted(cells(model, first + 1)) == ["", "Ann", "Bob"]
    titles = [model.headerData(first + at, Qt.Orientation.Horizontal) for at in range(2)]
    assert titles == ["Total", "Owner"]
    sides = [model.index(0, first + at).data(Qt.ItemDataRole.TextAlignmentRole) for at in range(2)]
    assert sides == [RIGHT, LEFT]
    model.set_value_paths(("owner",))
    assert model.columnCount() == first + 1
    assert sorted(cells(model, first)) == ["", "Ann", "Bob"]


@pytest.mark.parametrize("large", [False, True])
def test_a_filter_of_a_column_is_asked_for(
    listed: Listed, named: Session, large: bool, request: pytest.FixtureRequest
) -> None:
    if large:
        request.getfixturevalue("every_store_is_large")
    model = listed.list.model
    model.set_value_paths(("total",))
    listed.list.set_session(named)
    listed.wait_until_complete()
    total = model.columnCount() - 1
    for column, typed, ids in (
        (total, ">0", ["e1"]),
        (total, "=", ["e2"]),
        (total, "", ["e0", "e1", "e2"]),
        (NAME, "b", ["e1"]),
        (NAME, "<>bob", ["e0", "e2"]),
        (ID, "2", ["e2"]),
        (ID, "3", []),
    ):
        model.set_column_filter(column, typed)
        listed.wait_for_rows(len(ids))
        assert sorted(cells(model, ID)) == ids
        model.set_column_filter(column, "")
        listed.wait_for_rows(3)
    model.set_column_filter(total, ">0")
    model.set_value_paths(())
    assert not model.query.is_filter, "a column that is gone does not filter"


def test_what_is_no_time_leaves_the_list_as_it_is(listed: Listed, session: Session) -> None:
    listed.list.set_session(session)
    listed.wait_until_complete()
    model = listed.list.model
    with pytest.raises(UserError):
        model.set_column_filter(model.columnCount() - 1, "soon")
    assert model.query == EntityQuery()


def test_the_filter_of_a_cell_finds_its_value(listed: Listed, named: Session, qtbot: QtBot) -> None:
    model = listed.list.model
    model.set_value_paths(("total",))
    listed.list.set_session(named)
    listed.wait_until_complete()
    qtbot.waitUntil(lambda: "…" not in cells(model, NAME))
    row = cells(model, ID).index("e1")
    for column in range(model.columnCount()):
        typed = model.exact_filter(row, column)
        assert typed is not None
        model.set_column_filter(column, typed)
        qtbot.waitUntil(lambda: listed.runner.is_idle)
        assert "e1" in cells(model, ID), typed
        model.set_column_filter(column, "")
        listed.wait_for_rows(3)


def cells(model: EntitiesModel, column: int) -> list[str]:
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]
