"""The player of one entity: it gives what the store gives, and asks the store only for what it does not have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import RecordedEvent, RecordedSnapshot
from es_desktop.replay.chain import EntityPlayer
from tests.replay.histories import PlayerOf, reader

MOST_KEPT = 512


class Asked:
    """A store of one entity that notes which events it was asked for."""

    def __init__(self, versions: list[int]) -> None:
        self.versions = versions
        self.events = [RecordedEvent(version, "a#B.C", None, {"at": at}) for at, version in enumerate(versions)]
        self.asked: list[tuple[int | None, int]] = []
        self.player = EntityPlayer(PlayerOf(self._read), versions)

    def _read(self, after: int | None, limit: int) -> list[RecordedEvent]:
        self.asked.append((after, limit))
        return reader(self.events)(after, limit)


@given(
    versions=st.lists(st.integers(0, 30), max_size=25).map(sorted),
    requests=st.lists(st.tuples(st.none() | st.integers(-2, 32), st.integers(0, 9)), max_size=8),
)
def test_events_are_those_of_the_store(versions: list[int], requests: list[tuple[int | None, int]]) -> None:
    store = Asked(versions)
    for after, limit in requests:
        assert store.player.get_domain_events("a", gt=after, limit=limit) == reader(store.events)(after, limit)


def test_only_events_that_were_not_read_yet_are_asked_for() -> None:
    store = Asked([*range(0, 40, 2)])
    for after, limit, asked in [(None, 5, [(None, 5)]), (2, 3, []), (None, 8, [(8, 3)]), (16, 4, [(16, 4)])]:
        assert store.player.get_domain_events("a", gt=after, limit=limit) == reader(store.events)(after, limit)
        assert store.asked == asked
        store.asked.clear()
    assert len(store.player.get_domain_events("a", gt=8, limit=8)) == 8
    assert store.asked == [(14, 1)]


def test_events_that_were_read_last_are_kept() -> None:
    store = Asked([*range(MOST_KEPT + 100)])
    store.player.get_domain_events("a", limit=100)
    store.player.get_domain_events("a", gt=99, limit=MOST_KEPT)
    store.asked.clear()
    assert len(store.player.get_domain_events("a", gt=99, limit=MOST_KEPT)) == MOST_KEPT
    assert store.asked == []
    assert store.player.get_domain_events("a", gt=98, limit=1) == [store.events[99]]
    assert store.asked == [(98, 1)]


@pytest.mark.parametrize(
    ("lt", "lte", "version"), [(None, None, 9), (9, None, 4), (None, 9, 9), (None, 8, 4), (4, None, None), (5, 9, 4)]
)
def test_a_snapshot_is_the_latest_one_within_the_bounds(lt: int | None, lte: int | None, version: int | None) -> None:
    snapshots = [RecordedSnapshot(each, "a#B", None, {}) for each in (4, 9)]
    found = EntityPlayer(PlayerOf(reader([])), [], snapshots).get_snapshot("a", lt=lt, lte=lte)
    assert (None if found is None else found.version) == version
