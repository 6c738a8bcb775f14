"""The state history in files: it has every state of a fold, also if its build was stopped, and as a store grows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from es_desktop.app.history import building
from es_desktop.app.history.building import StateHistory, history_path
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import Session, open_session
from es_desktop.core import values
from es_desktop.history.segment import ValueKind
from es_desktop.replay import ABSENT
from es_desktop.replay.diff import same_tree
from tests.app.recording import event, store_of
from tests.conftest import SAMPLES

from .test_histories import by_chains


@contextmanager
def history_of(store: Path, folder: Path) -> Iterator[StateHistory]:
    with closing(open_session(str(store), writable=False)) as session, closing(StoreIndex(session, folder)) as index:
        index.update(lambda done, total: None)
        yield StateHistory(index, history_path(index, folder))


def built(history: StateHistory) -> None:
    for _ in history.build(processes=0):
        pass
    assert history.is_current


Rows = dict[str, list[tuple[Any, ...]]]


def states_in(history: StateHistory, session: Session) -> Rows:
    """Return the steps of each entity, with the state after each, as the files have them."""
    found: Rows = {}
    with closing(history.open()) as database:
        rows = database.rows(
            "SELECT e.id, s.version, s.type, s.time, s.present, s.exactness, coalesce(s.failure, ''),"
            " c.attribute, v.kind, v.text FROM entity e JOIN step s ON s.entity = e.number"
            " LEFT JOIN change c ON c.entity = s.entity AND c.version = s.version"
            " LEFT JOIN value v ON v.number = c.value ORDER BY e.id, s.version"
        )
    states: dict[str, dict[str, Any]] = {}
    for entity_id, version, name, time, present, exactness, failure, attribute, kind, text in rows:
        steps = found.setdefault(entity_id, [])
        state = states.setdefault(entity_id, {})
        if not steps or steps[-1][0] != version:
            if steps and steps[-1][3] is None:
                state.clear()
            steps.append((version, name, time, {} if present else None, exactness, failure))
        if attribute is not None:
            state[attribute] = ABSENT if kind == ValueKind.ABSENT else values.loads(text, session.classes)
        if present:
            steps[-1][3].clear()
            steps[-1][3].update({name: value for name, value in state.items() if value is not ABSENT})
    return found


def assert_as_folded(history: StateHistory) -> None:
    session = history.session
    wanted, found = by_chains(session), states_in(history, session)
    assert found.keys() == wanted.keys()
    for each, (_, moments) in wanted.items():
        for one, other in zip(found[each], moments, strict=True):
            assert one[:3] == other[:3]
            assert same_tree(one[3], other[3]), (each, one, other)
            assert one[4:] == (str(other[4]), other[5])


FILES = ["es-3.1.0-sqlalchemy-sqlite.db", "emmett-sqlite-0.42.4.db", "es-9.5.6-sqlite-textids.db"]
SAMPLE = SAMPLES / FILES[0]


@pytest.mark.parametrize("name", FILES)
def test_of_other_libraries(name: str, tmp_path: Path) -> None:
    store = Path(shutil.copyfile(SAMPLES / name, tmp_path / name))
    with history_of(store, tmp_path) as history:
        built(history)
        assert_as_folded(history)


def test_of_the_demo_in_many_segments(demo_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "EVENTS", 700)
    with history_of(demo_template, tmp_path) as history:
        built(history)
        assert len(history.found.segments) > 5
        assert_as_folded(history)


def test_one_that_was_stopped_is_continued(
    demo_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "EVENTS", 700)
    with history_of(demo_template, tmp_path) as history:
        build = history.build(processes=0)
        first = next(build), next(build)
        build.close()
        assert 0 < first[1].events < first[1].total
        assert not history.is_current
        kept = history.found.segments
        (history.folder.path / "00000099").mkdir()
        built(history)
        assert history.found.segments[: len(kept)] == kept
        assert not (history.folder.path / "00000099").exists(), "nothing of what was not finished is left"
        assert_as_folded(history)


ONE, OTHER, NEW = (UUID(int=each) for each in range(3))


def test_a_store_that_grows_costs_what_grew(tmp_path: Path) -> None:
    from es_desktop.stores.writing import append_records

    store = store_of(
        tmp_path / "shop.esdb",
        [event(each, version, f'{{"n": {version}, "kept": "x"}}') for each in (ONE, OTHER) for version in range(3)],
    )
    with closing(open_session(str(store))) as session, closing(StoreIndex(session, tmp_path)) as index:
        index.update(lambda done, total: None)
        history = StateHistory(index, tmp_path / "history")
        built(history)
        more = [event(ONE, 3, '{"n": 9}'), event(NEW, 0, '{"n": 0}')]
        append_records(session.store.tables, more)
        index.update(lambda done, total: None)
        assert not history.is_current
        built(history)
        assert [(each.entities, each.steps) for each in history.found.segments] == [(2, 6), (2, 2)]
        assert_as_folded(history)
        built(history)
        assert len(history.found.segments) == 2


def test_only_one_program_builds_and_others_wait(tmp_path: Path) -> None:
    with history_of(SAMPLE, tmp_path) as history, history.folder.locked() as is_ours:
        assert is_ours
        with pytest.raises(UserError, match="another window builds"):
            built(history)


def test_what_was_made_by_another_index_does_not_count(tmp_path: Path) -> None:
    with history_of(SAMPLE, tmp_path) as history:
        built(history)
    with history_of(SAMPLE, tmp_path) as other:  # another index, in memory too
        assert not other.is_current
        assert other.found.segments == ()
        built(other)
        assert_as_folded(other)


@pytest.mark.parametrize("text", ['{"n": "\\ud800"}', '{"n": 1e400}', '{"a\\u0000b": 1}', '{"n": [[[]]]}', '{"": 1}'])
def test_awkward_values(text: str, tmp_path: Path) -> None:
    store = store_of(tmp_path / "odd.esdb", [event(ONE, 0, text), event("o'dd\ud7ff", 0, text)])
    with history_of(store, tmp_path) as history:
        built(history)
        assert_as_folded(history)


def test_a_long_value_is_left_out_and_an_entity_with_versions_twice_too(tmp_path: Path) -> None:
    long = '{"n": "' + "x" * 20_000 + '"}'
    store = store_of(tmp_path / "odd.esdb", [event(ONE, 0, long)])
    with history_of(store, tmp_path) as history:
        built(history)
        with closing(history.open()) as database:
            assert database.rows("SELECT kind, text FROM value") == [(ValueKind.OMITTED, None)]
