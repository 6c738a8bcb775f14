"""The commands of trusted classes of other programs, as a what-if."""

from __future__ import annotations

import json
import sqlite3
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from es_desktop.app.branch.commands import BranchCommands
from es_desktop.app.branch.edits import Edits
from es_desktop.app.branch.view import RecordedHistory
from es_desktop.app.entity.fields import ValueType
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session
from es_desktop.app.trust.fold import Trust
from tests.app.trust.trusting import trusting

PROGRAM = """
    import enum, sys
    from decimal import Decimal
    from eventsourcing.domain import Aggregate, event

    class Size(enum.Enum):
        SMALL = 1
        LARGE = 2

    class Cart(Aggregate):
        @event("Begun")
        def __init__(self, owner):
            self.owner, self.items, self.total = owner, [], Decimal(0)

        @event("Filled")
        def fill(self, item: str, price: Decimal = Decimal("1.50"), gift: bool = False):
            '''Put something in. It raises the total.'''
            if price < 0:
                raise ValueError("a price is not below nothing")
            self.items.append([item, gift])
            self.total += price

        @event("Crashed")
        def crash(self, size: Size = Size.LARGE):
            sys.exit(3)

        def fill_twice(self, item: str):
            self.fill(item)
    """
BEGUN = {
    "originator_topic": "carts_of_a_test:Cart",
    "timestamp": {"_type_": "datetime_iso", "_data_": "2026-11-23T07:01:59+00:00"},
    "owner": "Zoë",
}


def cart_in(folder: Path) -> Path:
    """Make a store with a cart, as the library writes it."""
    row = (UUID(int=7).hex, 1, "carts_of_a_test:Cart.Begun", json.dumps(BEGUN).encode())
    with closing(sqlite3.connect(folder / "carts.db")) as connection, connection:
        connection.execute(
            "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
            "PRIMARY KEY (originator_id, originator_version)) WITHOUT ROWID"
        )
        connection.execute("INSERT INTO stored_events VALUES (?, ?, ?, ?)", row)
    return folder / "carts.db"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a cart, and the program beside it."""
    folder = tmp_path_factory.mktemp("carts")
    (folder / "carts_of_a_test.py").write_text(textwrap.dedent(PROGRAM), "utf-8")
    return cart_in(folder)


@pytest.fixture
def session(store: Path) -> Iterator[Session]:
    with trusting(store, Trust(store.parent, ("carts_of_a_test",), sys.executable)) as session:
        yield session


def on_branch(session: Session, edits: Edits = ()) -> BranchCommands:
    (facts,) = session.entities()
    history = RecordedHistory(session, facts)
    return BranchCommands(lambda progress: history, edits)


def test_a_trusted_class_offers_what_its_decorator_declares(session: Session) -> None:
    fill, crash = on_branch(session).offers()
    assert (fill.command.label, fill.command.explanation, fill.refusal) == ("Fill", "Put something in.", "")
    assert [(each.name, each.value_type) for each in fill.fields] == [
        ("item", ValueType.TEXT), ("price", ValueType.DECIMAL), ("gift", ValueType.BOOLEAN),
    ]  # fmt: skip
    assert fill.fields[1].default == Decimal("1.50")
    (size,) = crash.fields
    assert (size.value_type, [each.name for each in size.choices]) == (ValueType.CHOICE, ["SMALL", "LARGE"])
    assert size.default is size.choices[1]


def test_its_events_are_previewed_and_inserted_and_the_next_command_goes_on_from_them(session: Session) -> None:
    first = on_branch(session)
    arguments = {"item": "lamp", "price": Decimal("2.25"), "gift": True}
    preview = first.preview("fill", arguments)
    assert [each.topic for each in preview.events] == ["carts_of_a_test:Cart.Filled"]
    assert {each.path: each.after for each in preview.changes} == {
        "items[0]": ["lamp", True],
        "total": Decimal("2.25"),
    }
    edits, _ = first.inserted("fill", arguments)
    second = on_branch(session, edits)
    (total,) = (each for each in second.preview("fill", arguments).changes if each.path == "total")
    assert (total.before, total.after) == (Decimal("2.25"), Decimal("4.50"))


def test_a_refusal_is_what_the_class_says_and_a_crash_leaves_the_rest(session: Session) -> None:
    branch = on_branch(session)
    with pytest.raises(UserError, match=r"^a price is not below nothing$"):
        branch.preview("fill", {"item": "lamp", "price": Decimal(-1)})
    with pytest.raises(UserError, match="missing 1 required"):
        branch.preview("fill", {})
    with pytest.raises(UserError, match="there is no command 'fill_twice'"):
        branch.preview("fill_twice", {"item": "lamp"})
    with pytest.raises(UserError, match=r"sys\.exit"):
        branch.preview("crash", {})
    assert branch.preview("fill", {"item": "lamp"}).changes
