"""Comparing on real stores: what the two states are, what differs, who wrote it, and where two histories part."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.compare.compare import Divergences, compare, find_divergences, read_side
from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.entity.view import EntityView
from es_desktop.app.runtime.errors import Cancelled
from es_desktop.app.store.session import Session, open_session
from es_desktop.replay import Change, Exactness, compare_states
from tests.altering import ORDER, alter_event, with_more_vases


@pytest.fixture
def demo(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


@pytest.fixture
def altered(demo_template: Path, tmp_path: Path) -> Iterator[Session]:
    """A copy of the demo with one event altered by hand."""
    copy = with_more_vases(Path(shutil.copyfile(demo_template, tmp_path / "altered.esdb")))
    with closing(open_session(str(copy), writable=False)) as session:
        yield session


def differing_by_hand(left: Session, right: Session, versions: range) -> list[int]:
    """The versions of the order at which a rebuild of each, one by one, says that they differ."""
    states = [[session.explain(ORDER, at, base=ZERO).state for at in versions] for session in (left, right)]
    return [at for at, one, other in zip(versions, *states, strict=True) if one != other]


# Two versions of one entity ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "right"), [(5, 17), (17, 5), (0, 1), (8, 11), (9, 9)])
def test_two_versions_differ_by_what_is_exactly_between_them(demo: Session, left: int, right: int) -> None:
    view = EntityView(demo, ORDER)
    compared = compare(read_side(view, left), read_side(view, right))
    states = [demo.explain(ORDER, at).state for at in (left, right)]
    assert [compared.left.state, compared.right.state] == states
    assert compared.changes == compare_states(*states)
    assert compared.is_one_entity
    assert {compared.left.exactness, compared.right.exactness} == {Exactness.EXACT}


def test_a_removal_from_a_list_is_one_change(demo: Session) -> None:
    view = EntityView(demo, ORDER)
    compared = compare(read_side(view, 7), read_side(view, 8))
    assert [each.path for each in compared.changes_for_people] == ["lines[0]", "total"]
    assert len(compared.changes) > 10
    shown = list(compared.rows(only_differing=True))
    assert [(each.path, each.left, each.right) for each in shown] == [
        (each.path, each.before, each.after) for each in compared.changes_for_people
    ]
    everything = list(compared.rows(only_differing=False))
    assert [each for each in everything if each.differs] == shown
    assert {"customer", "lines[6].sku", "total"} <= {each.path for each in everything}


@pytest.mark.parametrize(("left", "right"), [(5, 17), (17, 5), (0, 16), (12, 13)])
def test_each_differing_path_names_the_events_between_that_wrote_it(demo: Session, left: int, right: int) -> None:
    view = EntityView(demo, ORDER)
    compared = compare(read_side(view, left), read_side(view, right))
    blame = view.history(lambda: None).blame
    low, high = sorted((left, right))
    steps = demo.explain(ORDER, base=ZERO).steps[low + 1 : high + 1]
    for change in compared.changes_for_people:
        name = change.path.partition("[")[0]
        if name == change.path:
            wrote = [step.version for step in steps if any(each.path == name for each in step.changes)]
            assert compared.writers(change.path, blame) == wrote
        assert compared.writers(change.path, blame)
        assert all(low < each <= high for each in compared.writers(change.path, blame))


def test_the_nearest_version_before_is_taken_and_none_before_the_first(demo: Session) -> None:
    view = EntityView(demo, ORDER)
    late, early = read_side(view, 999), read_side(view, -1)
    assert (late.version, late.state) == (17, demo.explain(ORDER).state)
    assert (early.version, early.state, early.exactness) == (-1, None, Exactness.EXACT)
    assert {each.is_addition for each in compare(early, late).changes} == {True}


# Two entities, two stores -----------------------------------------------------------------------------------------


def test_one_event_altered_by_hand_is_where_two_stores_part(demo: Session, altered: Session) -> None:
    left, right = EntityView(demo, ORDER), EntityView(altered, ORDER)
    found = find_divergences(left, right)
    assert found.first == 2
    assert list(found.versions) == differing_by_hand(demo, altered, range(18)) == list(range(2, 11))
    assert (found.count, found.spans()) == (9, "2–10")
    assert [found.holds(at) for at in (1, 2, 10, 11, 99)] == [False, True, True, False, False]
    compared = compare(read_side(left, 2), read_side(right, 2))
    assert not compared.is_one_entity
    assert compared.changes[0] == Change("lines[1].quantity", 1, 3)
    assert [each.path for each in compared.changes] == ["lines[1].quantity", "total"]


def test_a_snapshot_may_hide_what_events_say(demo: Session, altered: Session) -> None:
    """Version 10 is rebuilt from the snapshot at 9, which nobody altered; the events lead elsewhere."""
    views = EntityView(demo, ORDER), EntityView(altered, ORDER)
    from_snapshot = compare(*(read_side(view, 10) for view in views))
    from_zero = compare(*(read_side(view, 10, base=ZERO) for view in views))
    assert not from_snapshot.changes
    assert [each.path for each in from_zero.changes] == ["lines[0].quantity", "total"]


def test_the_same_entity_in_two_copies_never_differs(demo: Session, demo_store: Path) -> None:
    with closing(open_session(str(demo_store), writable=False)) as copy:
        found = find_divergences(EntityView(demo, ORDER), EntityView(copy, ORDER))
    assert (found.first, found.count, found.spans()) == (None, 0, "")


def test_the_shorter_of_two_entities_stays_as_it_ended(demo: Session) -> None:
    short, long = (EntityView(demo, each.id) for each in sorted(demo.entities(), key=lambda each: each.events)[::299])
    found = find_divergences(short, long)
    assert found.first == 0
    assert list(found.versions) == list(range(long.facts.events))
    assert not compare(read_side(short, 10**6), read_side(short, short.facts.version)).changes


def test_progress_is_reported_and_may_stop_it(demo: Session) -> None:
    longest = EntityView(demo, max(demo.entities(), key=lambda each: each.events).id)
    results: list[tuple[int, int]] = []
    find_divergences(longest, EntityView(demo, longest.facts.id), lambda done, total: results.append((done, total)))
    assert results == [(done, longest.facts.events) for done in range(0, longest.facts.events, 128)]

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        find_divergences(longest, EntityView(demo, longest.facts.id), stop)


@given(versions=st.lists(st.integers(0, 40), unique=True).map(sorted), most=st.integers(1, 5))
def test_versions_are_formatted_as_spans(versions: list[int], most: int) -> None:
    def read(text: str) -> list[int]:
        ends = [[int(end) for end in part.split("–")] for part in text.split(", ") if part and part != "…"]
        return [version for span in ends for version in range(span[0], span[-1] + 1)]

    found = Divergences(versions)
    assert read(found.spans(100)) == versions
    short = found.spans(most)
    assert read(short) == versions[: len(read(short))]
    assert short.endswith("…") == (read(short) != versions)
    assert len(short.split(", ")) <= most + 1


# The sample of another program ------------------------------------------------------------------------------------


def test_states_of_a_model_that_is_not_here_are_compared_as_inferred(sample: Path) -> None:
    before = hashlib.sha256(sample.read_bytes()).hexdigest()
    with closing(open_session(str(sample), writable=False)) as session:
        longest = EntityView(session, max(session.entities(), key=lambda each: each.events).id)
        first, last = longest.outline.versions[0], longest.outline.versions[-1]
        compared = compare(read_side(longest, first, base=ZERO), read_side(longest, last, base=ZERO))
        assert {compared.left.exactness, compared.right.exactness} == {Exactness.INFERRED}
        assert "text" in {each.path for each in compared.changes}
        blame = longest.history(lambda: None).blame
        assert compared.writers("text", blame)[-1] <= last
    assert hashlib.sha256(sample.read_bytes()).hexdigest() == before


def test_a_discarded_entity_differs_in_all_that_it_had(sample: Path) -> None:
    with closing(open_session(str(sample), writable=False)) as session:
        gone = next(each for each in session.entities() if each.discarded)
        view = EntityView(session, gone.id)
        compared = compare(read_side(view, gone.version - 1, base=ZERO), read_side(view, gone.version, base=ZERO))
        assert compared.right.state is None
        assert {each.path for each in compared.changes} == set(compared.left.state)
        assert {each.is_removal for each in compared.changes} == {True}


def test_a_store_of_another_program_and_its_altered_copy_part_where_it_was_altered(
    sample: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copyfile(sample, tmp_path / "copy.db"))
    with closing(open_session(str(sample), writable=False)) as session:
        user = next(each for each in session.entities() if each.type == "User" and each.events > 1)
        assert isinstance(user.id, UUID)
        alter_event(copy, user.id, 1, lambda payload: payload.update(value="somebody else"))
        with closing(open_session(str(copy), writable=False)) as other:
            found = find_divergences(EntityView(session, user.id), EntityView(other, user.id))
    assert found.first == 1
