"""Sessions: opening and making stores, and keeping each open store to itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.core import assert_event_handlers_empty, current_bus
from es_desktop.examples import DEMO_MODELS, Account, Example, Order


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made.esdb"


def refusal(act: Callable[[], Session]) -> UserError:
    """The message of a refusal: one line, with a hint."""
    with pytest.raises(UserError) as caught:
        act().close()
    error = caught.value
    assert str(error) == f"{error.text}. {error.hint}"
    assert "\n" not in str(error)
    assert error.hint.endswith(".")
    return error


# Opening and making ---------------------------------------------------------------------------------------------------


def test_a_new_store_is_empty_writable_and_named_for_its_file(path: Path) -> None:
    with closing(create_session(str(path))) as session:
        assert (session.name, session.short_name) == (str(path), "made.esdb")
        assert (session.is_writable, session.why_read_only, session.frequency) == (True, "", None)
        assert session.models == DEMO_MODELS
        assert list(session.entities()) == []
        facts = session.facts()
    assert (facts.entities, facts.events, facts.snapshots, facts.types) == (0, 0, 0, {})
    assert (facts.first, facts.last, facts.writable) == (None, None, True)
    assert [file.name for file in path.parent.iterdir()] == ["made.esdb"]


def test_a_store_is_there_again_after_it_was_closed(path: Path) -> None:
    with closing(create_session(str(path))) as session:
        made = Commands(session).create(Example, {"foo": 1})
    with closing(open_session(f"sqlite:///{path}")) as session:
        assert session.explain(made.entity_id).state["foo"] == 1


def test_a_new_store_never_replaces_a_file(path: Path) -> None:
    path.write_text("precious")
    error = refusal(lambda: create_session(str(path)))
    assert error.text == f"{path} exists already, and is not written over"
    assert path.read_text() == "precious"


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    assert refusal(lambda: open_session(str(path))).text == f"there is no file {path}"
    assert not path.exists()


def test_a_file_of_another_format_is_not_opened(path: Path) -> None:
    path.write_text("a shopping list\n" * 100)
    assert "is not an SQLite database" in refusal(lambda: open_session(str(path))).text


def test_a_database_without_events_is_not_opened(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    assert "holds no event tables that are known" in refusal(lambda: open_session(str(path))).text


@pytest.mark.parametrize("writable", [True, False])
def test_a_store_of_a_newer_version_is_not_opened(path: Path, writable: bool) -> None:
    create_session(str(path)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    error = refusal(lambda: open_session(str(path), writable=writable))
    assert "was made by a newer version of this program" in error.text
    assert error.hint == "Update the program to open it."


def test_a_url_of_a_server_is_refused_without_its_password() -> None:
    error = refusal(lambda: open_session("postgresql://ana:s3cret@db.example/shop"))
    assert "s3cret" not in str(error)
    assert "db.example" in error.text


def test_a_store_that_is_only_read_says_why(path: Path, sample: Path) -> None:
    with closing(open_session(str(sample))) as session:
        assert not session.is_writable
        assert "made by another program (Python eventsourcing 2 to 8" in session.why_read_only
        assert not session.facts().writable
    create_session(str(path)).close()
    with closing(open_session(str(path), writable=False)) as session:
        assert not session.is_writable
        assert session.why_read_only
        assert session.facts().writable, "it could be written"


# Kept apart -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[list[Session]]:
    with ExitStack() as stack:
        names = [str(tmp_path / name) for name in ("one.esdb", "two.esdb")]
        yield [stack.enter_context(closing(create_session(name))) for name in names]


def work_on(session: Session, model: type[Any], arguments: dict[str, Any], count: int) -> Any:
    """Make an entity and change its first attribute again and again, under a policy."""
    commands = Commands(session)
    commands.set_frequency(4)
    name = next(iter(arguments))
    entity_id = commands.create(model, arguments).entity_id
    for number in range(count):
        changes = commands.change_attribute(entity_id, name, f"v{number}", number)
        assert changes.events == ((number + 1, "AttributeChanged"),)
        assert changes.snapshots == ((number + 1,) if (number + 2) % 4 == 0 else ())
    return entity_id


def check(session: Session, entity_id: Any, count: int) -> None:
    (entity,) = session.entities()
    assert (entity.id, entity.events, entity.snapshots) == (entity_id, count + 1, (count + 1) // 4)


def test_two_open_stores_never_see_each_others_events(pair: list[Session]) -> None:
    one, two = pair
    first = work_on(one, Order, {"customer": "Zoë"}, 5)
    assert list(two.entities()) == []
    second = work_on(two, Account, {"owner": "Ana"}, 3)
    check(one, first, 5)
    check(two, second, 3)


def test_nor_do_they_where_threads_work_on_both_at_once(pair: list[Session]) -> None:
    start = Barrier(2)

    def work(session: Session, model: type[Any], name: str) -> Any:
        start.wait()
        return work_on(session, model, {name: "begin"}, 40)

    with ThreadPoolExecutor(2) as threads:
        futures = [
            threads.submit(work, *each) for each in zip(pair, (Order, Account), ("customer", "owner"), strict=True)
        ]
        ids = [future.result() for future in futures]
    for session, entity_id in zip(pair, ids, strict=True):
        check(session, entity_id, 40)


def test_the_bus_of_the_process_hears_nothing_of_a_session(path: Path) -> None:
    heard: list[Any] = []
    bus = current_bus()
    bus.subscribe(heard.append)
    with closing(create_session(str(path))) as session:
        work_on(session, Example, {"foo": "a"}, 4)
    bus.unsubscribe(heard.append)
    assert heard == []
    assert_event_handlers_empty()


def test_a_closed_session_leaves_nobody_subscribed(path: Path) -> None:
    session = create_session(str(path))
    work_on(session, Example, {"foo": "a"}, 4)
    session.close()
    session.bus.assert_empty()


def test_a_commit_by_another_session_is_noticed_once(path: Path) -> None:
    with closing(create_session(str(path))) as mine, closing(open_session(str(path))) as other:
        assert not mine.has_changed()
        Commands(other).create(Example, {})
        assert mine.has_changed()
        assert not mine.has_changed()
