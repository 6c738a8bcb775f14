"""One converter: whatever way a record goes out and comes in, it is the same record, and is read as in its source."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.branch.save import save_branch
from es_desktop.app.branch.view import RecordedHistory
from es_desktop.app.entity.verdict import NEAREST, ZERO
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, export_to_file
from es_desktop.app.transfer.import_ import import_file
from es_desktop.app.transfer.working_copy import StoreCopier
from es_desktop.core import EntityId
from es_desktop.core.json_text import MOST_NESTED
from es_desktop.replay import Exactness, plain_state
from es_desktop.stores import OpenOptions
from tests.app.recording import stored_rows
from tests.app.transfer.importable import cloud_event
from tests.stores.formats.sample import FOLDER, Sample
from tests.stores.formats.samples import SAMPLES

EVENTS = "integer_sequenced_items"
MAX_ENTITIES = 2
"""Entities of a sample that go each way: the one with the most events, and the first one."""


@dataclass(frozen=True)
class Source:
    """A sample that is open, and what is known of some of its entities."""

    session: Session
    chosen: tuple[EntityId, ...]
    described: dict[EntityId, Any]
    is_first: bool
    """Whether no sample before is of the same format: it goes all ways."""
    text_format: ExportFormat
    """What the others go out and come in as, besides a case: by turns."""


def described(session: Session, entity_id: EntityId, *, with_snapshots: bool = True) -> Any:
    """State, exactness and error of an entity, version by version, from zero and from its snapshots."""
    facts = session.entity(entity_id)
    has_base = with_snapshots and facts.snapshots
    rebuilds = [session.explain(entity_id, base=base) for base in ((ZERO, NEAREST) if has_base else (ZERO,))]
    events = session.events(entity_id)
    return (
        (facts.type, facts.topic, facts.version, facts.discarded, facts.is_encrypted),
        [(each.version, each.topic, each.type, each.entity_type, each.timestamp, each.error) for each in events],
        [
            [(step.version, step.type, step.exactness, step.error, step.changes) for step in rebuild.steps]
            for rebuild in rebuilds
        ],
        [(rebuild.state, rebuild.exactness, rebuild.base) for rebuild in rebuilds],
        [
            (each.version, each.topic, each.timestamp, each.state and plain_state(each.state), each.error)
            for each in session.snapshots(entity_id)
        ]
        if with_snapshots
        else [],
    )


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda sample: sample.file)
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    sample: Sample = request.param
    path = sample.copy_to(tmp_path_factory.mktemp("sample"))
    with closing(open_session(str(path), options=OpenOptions(keys=sample.keys))) as session:
        entities = list(session.entities())
        longest = max(entities, key=lambda each: each.events)
        chosen = tuple(dict.fromkeys([longest.id, *(each.id for each in entities)]))[:MAX_ENTITIES]
        is_first = sample is next(each for each in SAMPLES if each.format == sample.format)
        text_format = (ExportFormat.JSONL, ExportFormat.CLOUDEVENTS)[SAMPLES.index(sample) % 2]
        yield Source(session, chosen, {each: described(session, each) for each in chosen}, is_first, text_format)


def copied(session: Session, chosen: tuple[EntityId, ...], folder: Path) -> Path:
    done = StoreCopier(session, folder / "copy.esdb", chosen).run()
    assert done.mismatches == ()
    return folder / "copy.esdb"


def exported(session: Session, chosen: tuple[EntityId, ...], folder: Path, format: ExportFormat) -> Path:
    """Return a store of what comes back from an export."""
    path = folder / f"out.{format}"
    export_to_file(session, path, ExportRequest(format, chosen))
    if format.is_store:
        return path
    made = folder / f"{format}.esdb"
    with closing(create_session(str(made))) as target:
        import_file(target, path)
        again = import_file(target, path)
        assert (again.events, again.snapshots) == (0, 0)
    return made


def rows(path: Path) -> dict[tuple[str, Any, int], Any]:
    """Return each record of a store of ours by where it stands, as its file has it."""
    return {(table, row[0], row[2]): row for table, found in stored_rows(path).items() for row in found}


LINES_AND_STORES = [ExportFormat.ESDB, ExportFormat.CASE, ExportFormat.JSONL, ExportFormat.CLOUDEVENTS]


def test_each_way_out_and_in_gives_the_same_records_and_the_same_states(source: Source, tmp_path: Path) -> None:
    session, chosen = source.session, source.chosen
    copy = copied(session, chosen, tmp_path)
    formats = LINES_AND_STORES if source.is_first else [ExportFormat.CASE, source.text_format]
    children = {format: exported(session, chosen, tmp_path, format) for format in formats}
    expected = rows(copy)
    for child in children.values():
        assert rows(child) == expected, child
    for child in (copy, children[ExportFormat.CASE]):  # the others are of one kind with the copy, and of the same rows
        with closing(open_session(str(child))) as opened:
            for each in chosen:
                assert described(opened, each) == source.described[each], child
    if source.is_first:
        (tmp_path / "next").mkdir()
        with closing(open_session(str(children[ExportFormat.JSONL]))) as imported:
            grandchildren = [copied(imported, chosen, tmp_path / "next")]
            grandchildren.append(exported(imported, chosen, tmp_path / "next", ExportFormat.CLOUDEVENTS))
        for child in grandchildren:
            assert rows(child) == expected, "a child of a child too"


def test_a_saved_branch_holds_the_same_records_and_gives_the_same_states(source: Source, tmp_path: Path) -> None:
    for number, each in enumerate(source.chosen):
        path = tmp_path / f"{number}.esdb"
        history = RecordedHistory(source.session, source.session.entity(each))
        save_branch(history, history.branch(), path)
        with closing(open_session(str(path))) as saved:
            facts, events, steps, states, _ = source.described[each]
            from_zero = (facts, events, steps[:1], states[:1], [])
            assert described(saved, each, with_snapshots=False) == from_zero
    child = copied(source.session, source.chosen[-1:], tmp_path)
    assert rows(path) == {key: row for key, row in rows(child).items() if key[0] == EVENTS}


# What a record cannot hold --------------------------------------------------------------------------------------------


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(UserError) as caught:
        act()
    return caught.value.text


@pytest.mark.parametrize(("more", "is_read"), [(0, True), (1, False)])
def test_what_can_be_read_can_be_written_each_way_and_what_cannot_keeps_its_text(
    tmp_path: Path, more: int, is_read: bool
) -> None:
    path = Path(shutil.copyfile(FOLDER / "emmett-sqlite-0.42.4.db", tmp_path / "deep.db"))
    levels = MOST_NESTED - 3 + more  # the payload is one more, and a copy of ours two
    deep = '{"a":' + "[" * levels + "]" * levels + "}"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE emt_messages SET message_data = ? WHERE stream_id = 'Invoice-1' AND stream_position = 1", [deep]
        )
    chosen = ("Invoice-1",)
    with closing(open_session(str(path))) as session:
        expected = described(session, "Invoice-1")
        assert (session.events("Invoice-1")[0].error is None) == is_read
        children = [copied(session, chosen, tmp_path)]
        children += [exported(session, chosen, tmp_path, format) for format in LINES_AND_STORES]
        history = RecordedHistory(session, session.entity("Invoice-1"))
        save_branch(history, history.branch(), tmp_path / "branch.esdb")
    for child in (*children, tmp_path / "branch.esdb"):
        with closing(open_session(str(child))) as opened:
            assert described(opened, "Invoice-1") == expected, child


def test_an_event_of_another_program_is_not_exact_because_of_its_name(tmp_path: Path) -> None:
    attributes = {"type": "shop.Cart.Created", "subject": "c", "data": {"timestamp": 5, "n": 1}}
    (tmp_path / "events.jsonl").write_bytes(cloud_event(**attributes))
    with closing(create_session(str(tmp_path / "made.esdb"))) as session:
        assert import_file(session, tmp_path / "events.jsonl").events == 1
        assert import_file(session, tmp_path / "events.jsonl").skipped == 1
        (event,) = session.events("c")
        assert (event.type, event.entity_type, event.topic) == ("Created", "Cart", "shop.Cart.Created")
        rebuild = session.explain("c")
        assert (rebuild.state, rebuild.exactness) == ({"n": 1}, Exactness.INFERRED)


def test_an_import_whose_origin_is_damaged_is_refused_or_shows_what_it_can(tmp_path: Path) -> None:
    head = '{"kind":"format","format":"es-desktop records","version":1}\n'
    line = (
        '{"kind":"event","sequence":"a","sequence_type":"text","version":0,"topic":"x#A.B","origin":%s,"data":{"n":1}}'
    )
    (tmp_path / "lines").write_text(head + line % "5")
    with closing(create_session(str(tmp_path / "made.esdb"))) as session:
        assert "is not an object" in refusal(lambda: import_file(session, tmp_path / "lines"))
        for version, origin in enumerate(["{}", '{"format":1,"topic":"t"}', '{"format":"f","topic":"t","fields":3}']):
            text = (line % origin).replace('"version":0', f'"version":{version}')
            (tmp_path / "lines").write_text(head + text)
            assert import_file(session, tmp_path / "lines").events == 1
        assert [each.type for each in session.events("a")] == ["B"] * 3
