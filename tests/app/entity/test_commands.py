"""Commands: what each writes, returns and refuses."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from es_desktop.app.entity.commands import Changes, Commands, Preview
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.core import clock_set_to
from es_desktop.examples import Account, Example, Order, Ticket
from es_desktop.replay import ABSENT, Change
from tests.app.storing import events_of, rows, sql


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made.esdb"


@pytest.fixture
def session(path: Path) -> Iterator[Session]:
    with closing(create_session(str(path))) as session:
        yield session


@pytest.fixture
def commands(session: Session) -> Commands:
    return Commands(session)


@pytest.fixture
def example(commands: Commands) -> Any:
    """The id of an example that is there."""
    return commands.create(Example, {"foo": "old", "a": [1], "b": None}).entity_id


def refusal(act: Callable[[], object]) -> str:
    """The message of a refusal: one line."""
    with pytest.raises(UserError) as caught:
        act()
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Create ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "arguments"),
    [
        (Example, {"foo": 1, "a": {"x": [1, 2]}, "b": date(2026, 5, 31)}),
        (Order, {"customer": "Zoë", "discount": Decimal("1.50"), "channel": Order.Channel.PHONE}),
        (Account, {"owner": "Ana"}),
        (Ticket, {"title": "It hums", "priority": Ticket.Priority.HIGH, "tags": ["noise"]}),
    ],
)
def test_a_new_entity_is_one_event_and_has_what_it_was_made_with(
    session: Session, commands: Commands, path: Path, model: type[Any], arguments: dict[str, Any]
) -> None:
    changes = commands.create(model, arguments)
    assert changes == Changes(changes.entity_id, ((0, "Created"),))
    assert events_of(path, changes.entity_id) == [(0, "Created")]
    state = session.explain(changes.entity_id).state
    assert {name: state[name] for name in arguments} == arguments
    assert session.entity(changes.entity_id).type == model.__name__


@pytest.mark.parametrize("arguments", [{}, {"customer": "Zoë", "colour": "red"}, {"customer": object()}])
def test_what_no_entity_can_be_made_of_is_refused_and_not_written(
    commands: Commands, path: Path, arguments: dict[str, Any]
) -> None:
    assert refusal(lambda: commands.create(Order, arguments)).startswith("Order cannot be made of these values: ")
    assert rows(path) == []


# Change ---------------------------------------------------------------------------------------------------------------


def test_a_change_is_one_event_at_the_next_version(
    session: Session, commands: Commands, path: Path, example: Any
) -> None:
    assert commands.change_attribute(example, "foo", "new", 0) == Changes(example, ((1, "AttributeChanged"),))
    assert commands.change_attribute(example, "a", (1, 2), 1) == Changes(example, ((2, "AttributeChanged"),))
    results = [(data["name"], data["value"]) for *_, data in rows(path)[1:]]
    assert results == [("_foo", "new"), ("_a", {"__tuple__": [1, 2]})]
    assert session.explain(example).state == {"foo": "new", "a": [1, 2], "b": None, "count_heartbeats": 0}


def test_an_attribute_that_a_model_does_not_let_be_set_is_refused(commands: Commands, path: Path) -> None:
    account = commands.create(Account, {"owner": "Ana"}).entity_id
    for name in ("balance", "_owner", "nonsense", ""):
        text = refusal(lambda: commands.change_attribute(account, name, 1, 0))  # noqa: B023
        assert "changes through events of its own. These can: owner, limit, paperless." in text
    assert len(rows(path)) == 1


def test_a_value_that_cannot_be_stored_is_refused_and_not_written(
    session: Session, commands: Commands, path: Path, example: Any
) -> None:
    for act in (commands.change_attribute, commands.preview_change):
        assert "cannot be stored" in refusal(lambda: act(example, "foo", {"x": object()}, 0))  # noqa: B023
    assert len(rows(path)) == 1
    assert commands.change_attribute(example, "foo", "new", 0).events, "the session still works"


def test_an_entity_that_is_not_there_cannot_change(commands: Commands) -> None:
    assert "there is no entity" in refusal(lambda: commands.change_attribute(uuid4(), "foo", 1, 0))


def test_an_entity_whose_model_is_not_known_cannot_change(path: Path, example: Any) -> None:
    with closing(open_session(str(path), models=[Order])) as stranger:
        commands = Commands(stranger)
        for act in (
            lambda: commands.change_attribute(example, "foo", 1, 0),
            lambda: commands.preview_change(example, "foo", 1, 0),
            lambda: commands.discard(example, 0),
            lambda: commands.take_snapshot(example),
        ):
            assert "not known here" in refusal(act)
    assert len(rows(path)) == 1


@pytest.mark.parametrize("damage", ["data = 'cut off'", "topic = 'gone#Example.AttributeChanged'", "position = 7"])
def test_an_entity_that_cannot_be_rebuilt_cannot_change(
    commands: Commands, path: Path, example: Any, damage: str
) -> None:
    commands.change_attribute(example, "foo", "new", 0)
    sql(path, f"UPDATE integer_sequenced_items SET {damage} WHERE position = 1")
    for version in (1, 7):
        assert "cannot be rebuilt" in refusal(lambda: commands.change_attribute(example, "foo", 1, version))  # noqa: B023
        assert "cannot be rebuilt" in refusal(lambda: commands.preview_change(example, "foo", 1, version))  # noqa: B023
    assert "cannot be rebuilt" in refusal(lambda: commands.take_snapshot(example))


def test_the_commands_of_an_entity_whose_model_refuses_an_event_say_so(demo_store: Path) -> None:
    with closing(open_session(str(demo_store))) as session:
        ticket = session.find_id("f094cb8b")
        commands, version = Commands(session), session.entity(ticket).version
        offers = commands.offers(ticket, version)
        assert offers and all("this comment has schema version 2" in each.refusal for each in offers)
        assert "cannot be rebuilt" in refusal(lambda: commands.take_snapshot(ticket))


# Preview --------------------------------------------------------------------------------------------------------------


def previewed(commands: Commands, entity_id: Any, name: str, value: Any) -> Preview:
    with clock_set_to(lambda: 1_700_000_000.25):
        return commands.preview_change(entity_id, name, value, 0)


@pytest.mark.parametrize("value", ["new", 3, [1, {"x": Decimal("1.50")}], None, UUID(int=5)])
def test_a_preview_is_the_very_record_that_is_then_written(
    session: Session, commands: Commands, path: Path, example: Any, value: Any
) -> None:
    preview = previewed(commands, example, "foo", value)
    assert len(rows(path)) == 1, "nothing is written by a preview"
    with clock_set_to(lambda: 1_700_000_000.25):
        commands.change_attribute(example, "foo", value, 0)
    record = session.record(example, 1)
    assert (preview.version, preview.topic, preview.data) == (record.position, record.topic, record.data)
    (step,) = session.explain(example, 1).steps[1:]
    assert preview.changes == step.changes


def test_a_preview_of_the_same_value_changes_nothing(commands: Commands, example: Any) -> None:
    assert previewed(commands, example, "foo", "old").changes == ()
    assert previewed(commands, example, "a", [1, 2]).changes == (Change("a[1]", ABSENT, 2),)


def test_a_preview_says_whether_the_policy_will_take_a_snapshot(commands: Commands, example: Any) -> None:
    assert not previewed(commands, example, "foo", 1).takes_snapshot
    commands.set_frequency(2)
    assert previewed(commands, example, "foo", 1).takes_snapshot
    commands.set_frequency(3)
    assert not previewed(commands, example, "foo", 1).takes_snapshot


def test_a_preview_is_json_that_people_can_read(commands: Commands, example: Any) -> None:
    results = json.loads(previewed(commands, example, "foo", "new").data)
    assert results == {"timestamp": 1_700_000_000.25, "name": "_foo", "value": "new"}


# Discard --------------------------------------------------------------------------------------------------------------


def test_a_discarded_entity_keeps_its_history_and_never_changes_again(
    session: Session, commands: Commands, path: Path, example: Any
) -> None:
    assert commands.discard(example, 0) == Changes(example, ((1, "Discarded"),))
    assert session.entity(example).discarded
    assert session.explain(example, 1).state is None
    assert session.explain(example, 0).state["foo"] == "old"
    for act in (
        lambda: commands.change_attribute(example, "foo", 1, 1),
        lambda: commands.preview_change(example, "foo", 1, 1),
        lambda: commands.discard(example, 1),
    ):
        assert "was discarded; its history stays" in refusal(act)
    assert events_of(path, example) == [(0, "Created"), (1, "Discarded")]


def test_a_discarded_entity_can_have_a_snapshot_and_stays_discarded(
    session: Session, commands: Commands, example: Any
) -> None:
    commands.discard(example, 0)
    assert commands.take_snapshot(example).snapshots == (1,)
    assert session.explain(example).base.version == 1
    assert session.explain(example).state is None
    assert "was discarded" in refusal(lambda: commands.discard(example, 1))


# Only read ------------------------------------------------------------------------------------------------------------


def test_a_store_that_is_only_read_refuses_every_command(sample: Path) -> None:
    before = sample.read_bytes()
    with closing(open_session(str(sample))) as session:
        commands = Commands(session)
        entity = next(session.entities())
        for act in (
            lambda: commands.create(Example, {}),
            lambda: commands.change_attribute(entity.id, "foo", 1, entity.version),
            lambda: commands.preview_change(entity.id, "foo", 1, entity.version),
            lambda: commands.discard(entity.id, entity.version),
            lambda: commands.take_snapshot(entity.id),
        ):
            text = refusal(act)
            assert text.startswith("this store is open for reading only. This store was made by another program")
    assert sample.read_bytes() == before
    assert [file.name for file in sample.parent.iterdir()] == [sample.name]


@pytest.mark.parametrize("damage", ["DROP TABLE snapshots", "ALTER TABLE snapshots DROP COLUMN topic"])
def test_events_without_readable_snapshots_are_shown_and_changed(path: Path, example: Any, damage: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)
    with closing(open_session(str(path))) as session:
        commands, entity = Commands(session), session.entity(example)
        assert any("snapshots is passed over" in note for note in session.facts().notes)
        commands.set_frequency(1)
        assert commands.change_attribute(entity.id, "a", "new", entity.version).events
        assert refusal(lambda: commands.take_snapshot(entity.id)).startswith("the snapshots of this store cannot be")
        assert session.explain(entity.id).state["a"] == "new"
