"""The history of a long entity is walked through in a process of its own, and is the same."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.entity import view as entity_view
from es_desktop.app.entity.view import EntityView
from es_desktop.app.runtime.errors import Cancelled
from es_desktop.app.store.session import Session, open_session


def longest(session: Session) -> EntityView:
    return EntityView(session, max(session.entities(), key=lambda each: each.events).id)


def test_a_separate_process_returns_the_same_history(demo_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entity_view, "LONG", 100)
    calls: list[None] = []
    with closing(open_session(str(demo_store), writable=False)) as session:
        view = longest(session)
        here, there = view.history(lambda: None), entity_view.history_of(view, lambda: calls.append(None))
    assert there.failures == here.failures
    for path in ("", "balance", "owner", "fees", "nowhere"):
        assert there.blame.writers(path) == here.blame.writers(path), path
    assert len(calls) > 2, "progress is reported"


def test_a_walk_that_is_not_wanted_any_more_ends(demo_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entity_view, "LONG", 100)

    def cancelled() -> None:
        raise Cancelled

    with closing(open_session(str(demo_store), writable=False)) as session, pytest.raises(Cancelled):
        entity_view.history_of(longest(session), cancelled)
