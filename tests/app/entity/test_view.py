"""One entity as a person examines it: states from a snapshot and from zero, steps in blocks, and who wrote what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.verdict import NEAREST, ZERO
from es_desktop.app.entity.view import EntityView, History
from es_desktop.app.runtime.errors import Cancelled, CancelToken, UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.examples import Order
from es_desktop.replay import ABSENT, BLOCK, Base, Blame, Change, Exactness, Step
from es_desktop.replay.diff import leaf_paths
from tests.app.storing import sql


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture
def longest(demo: Session) -> EntityView:
    return EntityView(demo, max(demo.entities(), key=lambda each: each.events).id)


def no_check() -> None:
    """A checkpoint that lets everything pass."""


def of_type(session: Session, name: str) -> list[EntityView]:
    return [EntityView(session, each.id) for each in session.entities() if each.type == name]


def test_a_view_knows_facts_outline_snapshots_and_fields(demo: Session, longest: EntityView) -> None:
    assert longest.facts == demo.entity(longest.facts.id)
    assert len(longest.outline.versions) == longest.facts.events
    assert longest.snapshot_versions == [each.version for each in demo.snapshots(longest.facts.id)]
    assert [field.name for field in longest.fields] == ["owner", "limit", "paperless"]
    with pytest.raises(UserError, match="no entity"):
        EntityView(demo, uuid4())


@pytest.mark.parametrize("version", [0, 8, 9, 10, 11, 19, 127, 128, 129, 255, 256, 1000])
def test_a_state_is_the_same_from_a_snapshot_and_from_zero(longest: EntityView, version: int) -> None:
    near = longest.state_at(version, base=NEAREST, checkpoint=no_check)
    zero = longest.state_at(version, base=ZERO, checkpoint=no_check)
    assert (near.state, near.exactness, near.step and near.step.version) == (zero.state, Exactness.EXACT, version)
    assert near.changes == zero.changes
    assert near.version == zero.version == version
    base = (version + 1) // 10 * 10 - 1
    assert near.base == (Base(base) if base >= 0 else Base())
    assert (near.skipped, near.step_count) == (base + 1, version - base)
    assert (zero.base, zero.base_state, zero.skipped, zero.step_count) == (Base(), None, 0, version + 1)
    assert near.base_state == (longest.state_at(base, base=ZERO, checkpoint=no_check).state if base >= 0 else None)
    assert zero.seconds > 0


def test_the_changes_of_the_last_event_are_shown_at_a_snapshot_too(longest: EntityView) -> None:
    shown = longest.state_at(9, base=NEAREST, checkpoint=no_check)
    assert (shown.base, shown.step_count) == (Base(9), 0)
    assert shown.step is not None
    assert [change.path for change in shown.changes] == ["balance"]


def test_the_first_event_changes_everything_from_nothing(longest: EntityView) -> None:
    shown = longest.state_at(0, base=NEAREST, checkpoint=no_check)
    assert all(change.is_addition for change in shown.changes)
    assert {change.path for change in shown.changes} == set(shown.state)


def test_the_end_of_an_entity_is_a_state_of_its_own(demo: Session) -> None:
    facts = next(each for each in demo.entities() if each.discarded and each.events > 3)
    view = EntityView(demo, facts.id)
    for base in (NEAREST, ZERO):
        last = view.state_at(facts.version, base=base, checkpoint=no_check)
        assert (last.state, last.exactness) == (None, Exactness.EXACT)
        assert all(change.is_removal for change in last.changes)
        assert last.changes


def test_steps_come_in_blocks_that_make_the_whole(longest: EntityView) -> None:
    last = longest.facts.version
    for base, first in ((ZERO, 0), (NEAREST, (last + 1) // 10 * 10)):
        count = (last - first) // BLOCK + 1
        blocks = [longest.steps(last, number, base=base, checkpoint=no_check) for number in range(count)]
        assert [step.version for block in blocks for step in block] == list(range(first, last + 1))
        assert longest.steps(last, count, base=base, checkpoint=no_check) == []


def test_many_snapshots_can_be_gone_through_in_any_order(longest: EntityView) -> None:
    for version in [*range(5, 200, 10), *range(195, 0, -10), 42, 142]:
        near = longest.state_at(version, base=NEAREST, checkpoint=no_check)
        assert near.state == longest.state_at(version, base=ZERO, checkpoint=no_check).state


def test_an_event_is_decoded_and_has_its_row(longest: EntityView) -> None:
    event, record = longest.event_at(123)
    assert (event.version, event.topic) == (record.position, record.topic) == (123, record.topic)
    amount = Decimal(json.loads(record.data)["amount"]["__decimal__"])
    assert event.data["amount"] == amount == event.domain_event.amount


def test_work_that_is_not_wanted_any_more_stops(longest: EntityView) -> None:
    token = CancelToken()
    token.check()
    token.cancel()
    for work in (
        lambda: longest.state_at(1000, base=ZERO, checkpoint=token.check),
        lambda: longest.steps(1000, 3, base=ZERO, checkpoint=token.check),
        lambda: longest.history(token.check),
    ):
        with pytest.raises(Cancelled):
            work()
    assert token.is_cancelled
    assert longest.state_at(1000, base=ZERO, checkpoint=no_check).step_count == 1001


# History --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Order", "Ticket", "Account", "Example"])
def test_the_last_writer_of_each_path_is_the_event_after_which_it_had_its_value(demo: Session, name: str) -> None:
    views = [view for view in of_type(demo, name) if view.facts.events < 60][:6]
    assert views
    for view in views:
        history = view.history(no_check)
        assert history.failed == ()
        known: dict[str, int] = {}
        for version in view.outline.versions:
            shown = view.state_at(version, base=ZERO, checkpoint=no_check)
            for change in shown.changes:
                inner = {change.path, *leaf_paths(change.before, change.path), *leaf_paths(change.after, change.path)}
                known.update(dict.fromkeys(inner, version))
            for path in leaf_paths(shown.state or {}):
                assert history.blame.last_writer(path, version) == known[path]


def test_a_value_is_written_where_something_inside_it_is() -> None:
    written = [(0, "lines"), (1, "lines[0].price"), (2, "lines[1]"), (3, "a.b"), (4, "lines[0].price"), (9, "lines2")]
    blame = Blame()
    blame.add([Step(version, "Written", None, (Change(path, ABSENT, version),)) for version, path in written])
    history = History(blame)
    assert [history.blame.last_writer("lines", version) for version in (0, 1, 2, 3, 4, 9)] == [0, 1, 2, 2, 4, 4]
    assert [history.blame.last_writer("lines[0]", version) for version in (0, 1, 9)] == [None, 1, 4]
    assert history.blame.last_writer("lines[0].price", 3) == 1
    assert history.blame.last_writer("a", 9) == 3
    assert history.blame.last_writer("line", 9) is None
    assert History().blame.last_writer("x", 9) is None


def test_an_event_that_failed_is_in_the_history(tmp_path: Path) -> None:
    path = tmp_path / "made.esdb"
    with closing(create_session(str(path))) as session:
        commands = Commands(session)
        order: Any = commands.create(Order, {"customer": "Zoë"}).entity_id
        for version in range(4):
            commands.change_attribute(order, "note", f"note {version}", version)
        sql(path, "UPDATE integer_sequenced_items SET data = 'cut off' WHERE position = 2")
        view = EntityView(session, order)
        assert view.history(no_check).failed == (2,)
        shown = view.state_at(2, base=NEAREST, checkpoint=no_check)
        assert shown.step is not None
        assert "not valid JSON" in (shown.step.error or "")
        assert (shown.exactness, shown.state["note"]) == (Exactness.BROKEN, "note 0")
        later = view.state_at(4, base=NEAREST, checkpoint=no_check)
        assert (later.exactness, later.state["note"]) == (Exactness.BROKEN, "note 3")
