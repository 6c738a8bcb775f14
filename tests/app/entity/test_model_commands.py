"""The models' own commands: what is offered, previewed, written and refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.fields import ValueType
from es_desktop.app.runtime.errors import ConflictError, UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.core import TimestampedVersionedEntity, clock_set_to, command, commands_of, topic_of
from es_desktop.examples import DEMO_MODELS, Account, Example, Order, Ticket
from tests.app.storing import events_of, rows

_MADE: dict[type, dict[str, Any]] = {
    Order: {"customer": "Zoë"},
    Account: {"owner": "Ana"},
    Ticket: {"title": "It hums"},
    Example: {},
}
_ITEM = {"sku": "A", "name": "Apple", "quantity": 2, "price": Decimal("1.50")}
_MONEY = {"amount": Decimal("5.00"), "reference": "Cash"}
_ADD, _PAY, _DEPOSIT = ("add_item", _ITEM), ("pay", {"method": "card"}), ("deposit", _MONEY)
Calls = tuple[tuple[str, dict[str, Any]], ...]
_CASES: list[tuple[type, Calls, str, dict[str, Any]]] = [
    (Order, (), *_ADD),
    (Order, (_ADD,), "remove_item", {"sku": "A"}),
    (Order, (_ADD,), "change_quantity", {"sku": "A", "quantity": 3}),
    (Order, (), "change_address", {"address": {"city": "York"}}),
    (Order, (_ADD,), *_PAY),
    (Order, (_ADD, _PAY), "ship", {"carrier": "DHL", "tracking": "RX1"}),
    (Order, (), "cancel", {"reason": "changed my mind"}),
    (Account, (), *_DEPOSIT),
    (Account, (_DEPOSIT,), "withdraw", _MONEY),
    (Account, (), "receive_transfer", {**_MONEY, "sender": "Zoë"}),
    (Account, (_DEPOSIT,), "send_transfer", {**_MONEY, "recipient": "Zoë"}),
    (Account, (), "charge_fee", {"amount": Decimal("1.00"), "reason": "Overdraft"}),
    (Account, (), "freeze", {"reason": "Card lost"}),
    (Account, (("freeze", {"reason": "Card lost"}),), "release", {}),
    (Ticket, (), "comment", {"author": "Ana", "text": "Still?"}),
    (Ticket, (), "escalate", {"reason": "Louder"}),
    (Ticket, (), "resolve", {"resolution": "Oiled"}),
    (Ticket, (("resolve", {"resolution": "Oiled"}),), "reopen", {"reason": "It hums again"}),
    (Example, (), "beat_heart", {"number_of_beats": 3}),
    (Example, (), "change_attribute", {"name": "foo", "value": [1]}),
    (Example, (), "discard", {}),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made.esdb"


@pytest.fixture
def session(path: Path) -> Iterator[Session]:
    with closing(create_session(str(path), (*DEMO_MODELS, Careless))) as session:
        yield session


@pytest.fixture
def commands(session: Session) -> Commands:
    return Commands(session)


class Careless(TimestampedVersionedEntity):
    """Its commands do what they should not."""

    class Done(TimestampedVersionedEntity.Event):
        def mutate(self, entity: Any) -> None:
            entity.times = getattr(entity, "times", 0) + 1

    @command
    def stop_half_way(self) -> None:
        self._trigger(self.Done)
        raise ValueError("the second half\nis refused")

    @command
    def do_twice(self) -> None:
        self._trigger(self.Done)
        self._trigger(self.Done)

    @command
    def have_a_bug(self) -> None:
        {}["missing"]

    @command
    def say_nothing(self) -> None:
        raise ValueError


def made(commands: Commands, model: type[Any], calls: Calls = ()) -> tuple[Any, int]:
    """The id of a new entity on which the calls were run, and its last version."""
    entity_id, at = commands.create(model, _MADE.get(model, {})).entity_id, 0
    for name, arguments in calls:
        at = commands.run(entity_id, name, arguments, at).events[-1][0]
    return entity_id, at


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(UserError) as caught:
        act()
    return str(caught.value)


@pytest.mark.parametrize(("model", "calls", "name", "arguments"), _CASES, ids=[case[2] for case in _CASES])
def test_a_preview_is_what_is_then_written(
    session: Session, commands: Commands, path: Path, model: type, calls: Calls, name: str, arguments: dict[str, Any]
) -> None:
    entity_id, at = made(commands, model, calls)
    before = rows(path)
    with clock_set_to(lambda: 1_700_000_000.25):
        preview = commands.preview(entity_id, name, arguments, at)
        assert rows(path) == before, "nothing is written by a preview"
        changes = commands.run(entity_id, name, arguments, at)
    records = [session.record(entity_id, version) for version, _ in changes.events]
    assert [(each.version, each.topic, each.data) for each in preview.events] == [
        (each.position, each.topic, each.data) for each in records
    ]
    assert preview.ends == session.entity(entity_id).discarded
    if len(records) == 1:
        assert preview.changes == session.explain(entity_id).steps[-1].changes


def test_each_command_of_the_demo_has_a_case() -> None:
    own = {(model, each.name) for model in DEMO_MODELS for each in commands_of(model) if each.name in vars(model)}
    assert own <= {(model, name) for model, _, name, _ in _CASES}


def test_offers_say_what_the_entity_refuses_now(commands: Commands) -> None:
    order, at = made(commands, Order, (_ADD, _PAY))
    offers = {each.command.name: each for each in commands.offers(order, at)}
    assert offers["add_item"].refusal == "a paid order takes no other items, only one that is open"
    assert offers["pay"].refusal == "a paid order takes no payment, only one that is open"
    assert [name for name, each in offers.items() if not each.refusal] == [
        "change_address", "ship", "cancel", "change_attribute", "discard",
    ]  # fmt: skip
    types = [(each.name, each.value_type) for each in offers["add_item"].fields]
    assert types == [
        ("sku", ValueType.TEXT),
        ("name", ValueType.TEXT),
        ("quantity", ValueType.INTEGER),
        ("price", ValueType.DECIMAL),
    ]


def test_a_refusal_says_what_the_model_says_and_writes_nothing(commands: Commands, path: Path) -> None:
    order, at = made(commands, Order)
    (account, _), (example, _) = made(commands, Account), made(commands, Example)
    before = rows(path)
    for act in (commands.preview, commands.run):
        assert refusal(lambda: act(order, "ship", {"carrier": "", "tracking": ""}, at)).startswith(  # noqa: B023
            "an open order is not shipped"
        )
        assert "0.00 with a limit" in refusal(lambda: act(account, "withdraw", _MONEY, 0))  # noqa: B023
        assert "has no command 'mutate'" in refusal(lambda: act(order, "mutate", {}, at))  # noqa: B023
        assert "missing 1 required" in refusal(lambda: act(order, "pay", {}, at))  # noqa: B023
        assert "writes no event" in refusal(lambda: act(example, "beat_heart", {"number_of_beats": 0}, 0))  # noqa: B023
    assert rows(path) == before


def test_a_command_that_fails_half_way_writes_nothing(commands: Commands, path: Path) -> None:
    careless, at = made(commands, Careless)
    assert refusal(lambda: commands.run(careless, "stop_half_way", {}, at)) == "the second half↵is refused"
    assert refusal(lambda: commands.run(careless, "have_a_bug", {}, at)) == "the command failed: KeyError: 'missing'"
    assert refusal(lambda: commands.run(careless, "say_nothing", {}, at)).startswith("the command failed: ValueError")
    assert events_of(path, careless) == [(0, "Created")]


def test_a_command_that_publishes_twice_is_one_transaction(commands: Commands) -> None:
    careless, at = made(commands, Careless)
    commands.set_frequency(2)
    preview = commands.preview(careless, "do_twice", {}, at)
    assert ([each.version for each in preview.events], preview.takes_snapshot) == ([1, 2], True)
    changes = commands.run(careless, "do_twice", {}, at)
    assert (changes.events, changes.snapshots) == (((1, "Done"), (2, "Done")), (1,))


@pytest.mark.parametrize(("at", "following"), [(0, 4), (3, 9), (4, 9)])
def test_a_preview_says_when_the_next_snapshot_is_due(commands: Commands, at: int, following: int) -> None:
    example, _ = made(commands, Example, (("beat_heart", {"number_of_beats": at}),) if at else ())
    assert commands.preview(example, "discard", {}, at).next_snapshot is None
    commands.set_frequency(5)
    preview = commands.preview(example, "beat_heart", {}, at)
    assert preview.next_snapshot == following
    assert preview.takes_snapshot == (at == 3)


def test_commands_of_a_store_that_is_only_read_are_refused_with_the_reason(
    commands: Commands, session: Session, path: Path
) -> None:
    order, at = made(commands, Order)
    session.close()
    with closing(open_session(str(path), writable=False)) as read_only:
        offers = Commands(read_only).offers(order, at)
    assert all(each.refusal.startswith("this store is open for reading only") for each in offers)
    assert offers[0].command.label == "Add item"


def test_commands_of_an_entity_that_another_program_changed_are_a_conflict(commands: Commands) -> None:
    order, at = made(commands, Order, (_ADD,))
    for act in (
        lambda: commands.offers(order, 0),
        lambda: commands.preview(order, "pay", {"method": "card"}, 0),
        lambda: commands.run(order, "pay", {"method": "card"}, 0),
    ):
        with pytest.raises(ConflictError):
            act()
    assert at == 1


def test_a_discarded_entity_refuses_each_command(commands: Commands) -> None:
    example, at = made(commands, Example, (("discard", {}),))
    refusals = {each.refusal for each in commands.offers(example, at)}
    assert refusals == {"the entity was discarded; its history stays, but it cannot change"}


def test_the_topic_of_a_planned_event_names_its_class(commands: Commands) -> None:
    order, at = made(commands, Order)
    assert commands.preview(order, *_ADD, at).topic == topic_of(Order.ItemAdded)
