"""A snapshot that is known to be false: nothing is built on it, and a new one takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from es_desktop.app.entity.checks import verify_store
from es_desktop.app.entity.commands import Commands
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, open_session
from es_desktop.examples import FALSE_SNAPSHOT, FALSE_VERSION
from tests.altering import with_true_snapshots
from tests.app.storing import sql

TRUE, FALSE = Decimal("3627.94"), Decimal("3690.90")
"""The last balance, from zero and from the false snapshot."""


@pytest.fixture
def session(small_demo: Path) -> Iterator[Session]:
    with closing(open_session(str(small_demo))) as session:
        yield session


def false_versions(session: Session) -> list[int]:
    """Check all snapshots; return the versions of the false ones."""
    found = list(verify_store(session))
    session.checks.add(found)
    return [each.check.version for each in found if each.check.ok is False]


def last_version(session: Session) -> int:
    return session.entity(FALSE_SNAPSHOT).version


def test_a_later_snapshot_is_true_as_soon_as_the_false_one_is_known(session: Session) -> None:
    assert session.repository[FALSE_SNAPSHOT].balance == FALSE, "nobody knows yet"
    assert false_versions(session) == [FALSE_VERSION]
    assert session.repository[FALSE_SNAPSHOT].balance == TRUE
    assert Commands(session).take_snapshot(FALSE_SNAPSHOT).snapshots == (last_version(session),)
    assert false_versions(session) == [FALSE_VERSION]


def test_commands_and_their_previews_start_from_what_is_true(session: Session) -> None:
    false_versions(session)
    commands, last = Commands(session), last_version(session)
    values = {"amount": Decimal(1), "reference": "found"}
    preview = commands.preview(FALSE_SNAPSHOT, "deposit", values, last)
    assert [(each.path, each.before) for each in preview.changes if each.path == "balance"] == [("balance", TRUE)]
    commands.set_frequency(1)
    assert commands.run(FALSE_SNAPSHOT, "deposit", values, last).snapshots == (last + 1,)
    assert false_versions(session) == [FALSE_VERSION], "the policy, too, takes true ones"


def test_a_false_snapshot_is_replaced_by_a_true_one(session: Session, small_demo: Path) -> None:
    commands, before = Commands(session), session.facts()
    assert commands.take_snapshot(FALSE_SNAPSHOT, FALSE_VERSION).snapshots == (), "who knows of nothing keeps it"
    false_versions(session)
    (change,) = commands.preview_replacement(FALSE_SNAPSHOT, FALSE_VERSION)
    assert (change.path, change.before, change.after) == ("balance", Decimal("3832.98"), Decimal("3770.02"))
    assert commands.take_snapshot(FALSE_SNAPSHOT, FALSE_VERSION).snapshots == (FALSE_VERSION,)
    assert session.facts() == before, "no snapshot more"
    with closing(open_session(str(small_demo), writable=False)) as again:
        assert false_versions(again) == []
        assert again.repository[FALSE_SNAPSHOT].balance == TRUE


def test_what_was_replaced_meanwhile_is_replaced_once_more(session: Session, small_demo: Path) -> None:
    false_versions(session)
    with_true_snapshots(small_demo)
    assert Commands(session).take_snapshot(FALSE_SNAPSHOT, FALSE_VERSION).snapshots == (FALSE_VERSION,)
    assert false_versions(session) == []


def test_what_was_deleted_meanwhile_is_not_replaced(session: Session, small_demo: Path) -> None:
    false_versions(session)
    sql(small_demo, "DELETE FROM snapshots")
    with pytest.raises(UserError, match="nothing at position 19"):
        Commands(session).take_snapshot(FALSE_SNAPSHOT, FALSE_VERSION)
