"""Commands on a branch: they do what they would do in the store, and write nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.branch.commands import BranchCommands
from es_desktop.app.branch.view import RecordedHistory
from es_desktop.app.entity.commands import Commands
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, create_session
from es_desktop.core import TimestampedVersionedEntity
from es_desktop.examples import Example, Order
from es_desktop.replay import BranchEdit, Edit, Skip
from tests.app.storing import rows

_ITEM = {"sku": "A", "name": "Apple", "quantity": 2, "price": Decimal("1.50")}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(create_session(str(tmp_path / "made.esdb"), (Order, Example))) as session:
        yield session


def made(session: Session, model: type[TimestampedVersionedEntity], arguments: dict[str, Any]) -> Any:
    return Commands(session).create(model, arguments).entity_id


def on_branch(session: Session, entity_id: Any, *edits: BranchEdit) -> BranchCommands:
    history = RecordedHistory(session, session.entity(entity_id))
    return BranchCommands(lambda progress: history, edits)


def test_a_preview_on_the_history_is_that_of_the_store_without_a_snapshot(session: Session, tmp_path: Path) -> None:
    order, before = made(session, Order, {"customer": "Zoë"}), rows(tmp_path / "made.esdb")
    ours, theirs = on_branch(session, order), Commands(session)
    assert ours.offers() == theirs.offers(order, 0)
    preview = ours.preview("add_item", _ITEM)
    assert [(each.version, each.topic) for each in preview.events] == [(1, preview.topic)]
    assert preview.changes == theirs.preview(order, "add_item", _ITEM, 0).changes
    assert not preview.takes_snapshot
    assert rows(tmp_path / "made.esdb") == before


def test_the_next_command_goes_on_from_the_events_that_were_inserted(session: Session) -> None:
    order = made(session, Order, {"customer": "Zoë"})
    edits, _ = on_branch(session, order).inserted("add_item", _ITEM)
    edits, name = on_branch(session, order, *edits).inserted("pay", {"method": "card"})
    entries = on_branch(session, order, *edits).recorded().branch(edits).entries
    assert [each.type for each in entries] == ["Created", "ItemAdded", "Paid"]
    assert entries[-1].name == name
    refusals = {each.command.name: each.refusal for each in on_branch(session, order, *edits).offers()}
    assert refusals["add_item"].startswith("a paid order takes no other items")
    assert not refusals["ship"]


def test_several_events_of_a_command_are_inserted_in_order(session: Session) -> None:
    example = made(session, Example, {})
    edits, _ = on_branch(session, example).inserted("beat_heart", {"number_of_beats": 3})
    after = on_branch(session, example, *edits)
    assert [each.version for each in after.recorded().branch(edits).entries] == [0, 1, 2, 3]
    (change,) = after.preview("beat_heart", {"number_of_beats": 1}).changes
    assert (change.before, change.after) == (3, 4)


def test_what_cannot_be_rebuilt_or_is_not_there_refuses_each_command_with_the_reason(session: Session) -> None:
    order = made(session, Order, {"customer": "Zoë"})
    for edit, reason in ((Skip(0), "there is no event"), (Edit(0, {"no": 1}), "event 0 cannot be applied")):
        branch = on_branch(session, order, edit)
        assert {each.refusal[: len(reason)] for each in branch.offers()} == {reason}
        with pytest.raises(UserError, match=reason):
            branch.preview("pay", {"method": "card"})
    discarded, _ = on_branch(session, order).inserted("discard", {})
    assert {each.refusal[:24] for each in on_branch(session, order, *discarded).offers()} == {
        "the entity was discarded"
    }
