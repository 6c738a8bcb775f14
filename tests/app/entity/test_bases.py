"""Any snapshot as the base of a rebuild: the state is the same, and what cannot be the base says why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.verdict import NEAREST, ZERO, BaseChoice
from es_desktop.app.entity.view import EntityView
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.examples import Order
from es_desktop.replay import Exactness
from tests.app.storing import sql


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture(scope="module")
def snapshotted(demo: Session) -> list[EntityFacts]:
    return [each for each in demo.entities() if each.snapshots]


def no_check() -> None:
    """A checkpoint that lets everything pass."""


@given(data=st.data())
def test_the_state_at_any_version_is_the_same_from_any_base(
    demo: Session, snapshotted: list[EntityFacts], data: st.DataObject
) -> None:
    facts = data.draw(st.sampled_from(snapshotted))
    view = EntityView(demo, facts.id)
    version = data.draw(st.integers(0, facts.version))
    zero = view.state_at(version, base=ZERO, checkpoint=no_check)
    for base in (NEAREST, *map(BaseChoice.picked, view.snapshot_versions)):
        shown = view.state_at(version, base=base, checkpoint=no_check)
        assert (shown.state, shown.exactness) == (zero.state, Exactness.EXACT)
        assert shown.changes == zero.changes
        assert shown.skipped + shown.step_count == zero.step_count == version + 1
        first = next(iter(view.steps(version, 0, base=base, checkpoint=no_check)), None)
        assert (shown.base.version is None) == (first is not None and first.version == 0)


@given(data=st.data())
def test_the_base_is_the_picked_snapshot_wherever_that_is_not_later(
    demo: Session, snapshotted: list[EntityFacts], data: st.DataObject
) -> None:
    facts = data.draw(st.sampled_from(snapshotted))
    view = EntityView(demo, facts.id)
    version = data.draw(st.integers(0, facts.version))
    picked = data.draw(st.sampled_from(view.snapshot_versions))
    shown = view.state_at(version, base=BaseChoice.picked(picked), checkpoint=no_check)
    if picked <= version:
        assert (shown.base.version, shown.base_note) == (picked, "")
        assert demo.explain(facts.id, version, base=BaseChoice.picked(picked)).base == shown.base
    else:
        assert shown.base == view.state_at(version, base=NEAREST, checkpoint=no_check).base
        assert shown.base_note == f"the snapshot at version {picked} is later than version {version}"
        with pytest.raises(UserError, match="is later than"):
            demo.explain(facts.id, version, base=BaseChoice.picked(picked))


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Path, Session, Any]]:
    """A store with an order of 9 events and snapshots at 2, 4, 6 and 8."""
    path = tmp_path / "made.esdb"
    with closing(create_session(str(path))) as session:
        commands = Commands(session)
        order = commands.create(Order, {"customer": "Zoë"}).entity_id
        for version in range(8):
            commands.change_attribute(order, "note", f"note {version}", version)
            if version % 2:
                commands.take_snapshot(order)
        yield path, session, order


def test_a_snapshot_that_cannot_be_used_says_so_and_another_is(made: tuple[Path, Session, Any]) -> None:
    path, session, order = made
    sql(
        path,
        "UPDATE snapshots SET data = 'cut off' WHERE position = 8",
        """UPDATE snapshots SET data = replace(data, '#Order"', '#Gone"') WHERE position = 6""",
    )
    view = EntityView(session, order)
    assert [bool(each.error) for each in view.bases.rows] == [False, False, True, True]
    assert view.state_at(8, base=NEAREST, checkpoint=no_check).base.version == 4
    for version, reason in ((8, "not valid JSON"), (6, "not known here")):
        shown = view.state_at(8, base=BaseChoice.picked(version), checkpoint=no_check)
        assert shown.base.version == 4
        assert shown.base_note.startswith(f"the snapshot at version {version} cannot be used: ")
        assert reason in shown.base_note
        assert (shown.state["note"], shown.exactness) == ("note 7", Exactness.EXACT)
        with pytest.raises(UserError, match=reason) as refused:
            session.explain(order, base=BaseChoice.picked(version))
        assert refused.value.hint == "Version 8 can be rebuilt from 2, 4, or from zero."


def test_a_version_without_a_snapshot_cannot_be_picked(made: tuple[Path, Session, Any]) -> None:
    _, session, order = made
    with pytest.raises(UserError, match="there is no snapshot at version 3") as refused:
        session.explain(order, base=BaseChoice.picked(3))
    assert refused.value.hint == "Version 8 can be rebuilt from 2, 4, 6, 8, or from zero."
    with pytest.raises(UserError, match="there is no snapshot at version 3") as refused:
        session.explain(order, 1, base=BaseChoice.picked(3))
    assert refused.value.hint == "No snapshot can be the base of version 1."


def test_of_very_many_snapshots_the_nearest_are_named(demo: Session, snapshotted: list[EntityFacts]) -> None:
    longest = max(snapshotted, key=lambda each: each.events)
    with pytest.raises(UserError) as refused:
        demo.explain(longest.id, base=BaseChoice.picked(0))
    named = demo.snapshots(longest.id)[-8:]
    assert f"from …, {named[0].version}, " in refused.value.hint
    assert f" {named[-1].version}, or from zero." in refused.value.hint
