"""What is recorded for ``powerloss.py``: a process that writes with this program, and marks what was acknowledged.

python -m tests.faults.powerloss_work FOLDER JOURNAL SEED
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Final, Literal

import msgspec

from es_desktop.app.entity.commands import Commands
from es_desktop.app.notes.notebook import Bookmark, Notebook, NotebookFolder
from es_desktop.app.search.store_index import StoreIndex, index_source
from es_desktop.app.store.opening import MapFolder
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.app.store.table_maps import map_from_toml
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, export_to_file
from es_desktop.app.transfer.import_ import import_file
from es_desktop.app.transfer.working_copy import StoreCopier
from es_desktop.core import EntityId
from es_desktop.examples import Example
from es_desktop.index import IndexFiller
from tests.faults.powerloss_disk import mark

FREQUENCY: Final = 4
STEPS: Final = 40
MAP: Final = """\
[events]
table = "shop_log"
stream = "subject"
payload = "body"
version = "nr"
"""
_SOURCE: Final = Path(__file__).parents[1] / "samples" / "emmett-sqlite-0.42.4.db"
NOTED: Final = "noted.esdb"
"""The name by which the notebook and the map are kept; there is no such store."""
Key = tuple[str, str, int]
"""Of a record: its table, entity and version."""


class Done(msgspec.Struct, frozen=True):
    """What was acknowledged."""

    kind: Literal["store", "file", "notes", "map"]
    name: str = ""
    groups: list[list[Key]] = []
    """The records that were written to a store, in the groups that are there or not as a whole."""
    number: int = 0
    """How often something was kept before."""


class _Work:
    def __init__(self, folder: Path, journal: Path, random: Random) -> None:
        self._folder, self._journal, self._random = folder, journal, random
        self._entities: list[EntityId] = []
        self._count = 0
        self._kept = {"notes": 0, "map": 0}
        self._session = create_session(str(folder / "work.esdb"))
        self._mark(Done("store", "work.esdb"))
        self._start()

    def run(self) -> None:
        ways = (self._create, self._change, self._list, self._list, self._snapshot, self._poll, self._reopen)
        others = (self._export, self._import, self._copy, self._note, self._keep_map, self._index)
        self._create()
        for number in range(STEPS):
            (self._random.choice(ways) if number % 3 else others[number // 3 % len(others)])()
        self._session.close()

    def _mark(self, done: Done) -> None:
        mark(self._journal, msgspec.json.encode(done))

    def _start(self) -> None:
        self._commands = Commands(self._session)
        self._commands.set_frequency(FREQUENCY)
        self._session.has_changed()

    def _written(self, entity: EntityId, versions: list[int], snapshots: list[int]) -> None:
        groups = [[_key("event", entity, each) for each in versions]]
        groups += [[_key("snapshot", entity, each)] for each in snapshots]
        self._mark(Done("store", "work.esdb", groups))

    def _create(self) -> None:
        changes = self._commands.create(Example, {"foo": "x" * self._random.choice((1, 600, 9000))})
        assert changes.entity_id is not None
        self._entities.append(changes.entity_id)
        self._written(changes.entity_id, [version for version, _ in changes.events], [*changes.snapshots])

    def _change(self) -> None:
        entity = self._random.choice(self._entities)
        version = self._session.entity(entity).version
        changes = self._commands.change_attribute(entity, "a", "y" * self._random.choice((1, 5000)), version)
        self._written(entity, [version for version, _ in changes.events], [*changes.snapshots])

    def _list(self) -> None:
        entity = self._random.choice(self._entities)
        before = self._session.entity(entity).version
        had = {each.version for each in self._session.snapshots(entity)}
        with self._session.bus.activated():
            self._session.repository[entity].beat_heart(self._random.choice((2, 5, 90)))
        versions = range(before + 1, self._session.entity(entity).version + 1)
        now = {each.version for each in self._session.snapshots(entity)}
        self._written(entity, [*versions], sorted(now - had))

    def _snapshot(self) -> None:
        entity = self._random.choice(self._entities)
        self._written(entity, [], [*self._commands.take_snapshot(entity).snapshots])

    def _poll(self) -> None:
        self._session.has_changed()

    def _reopen(self) -> None:
        self._session.close()
        self._session = open_session(str(self._folder / "work.esdb"))
        self._start()

    def _new(self, ending: str) -> Path:
        self._count += 1
        return self._folder / f"new-{self._count}{ending}"

    def _export(self) -> None:
        for format in (ExportFormat.ESDB, ExportFormat.CASE, ExportFormat.JSONL):
            path = self._new(format.about.ending)
            export_to_file(self._session, path, ExportRequest(format))
            self._mark(Done("file", path.name))

    def _import(self) -> None:
        file = self._folder.parent / "import.jsonl"
        export_to_file(self._session, file, ExportRequest(ExportFormat.JSONL))
        path = self._new(".esdb")
        with closing(create_session(str(path))) as made:
            self._mark(Done("store", path.name))
            import_file(made, file)
            self._mark(Done("store", path.name, [[key for each in records_of(made) for key in each]]))

    def _copy(self) -> None:
        path = self._new(".esdb")
        with closing(open_session(str(_SOURCE), writable=False)) as source:
            StoreCopier(source, path).run()
        with closing(open_session(str(path), writable=False)) as copy:
            groups = records_of(copy)
        self._mark(Done("store", path.name, groups))

    def _note(self) -> None:
        self._kept["notes"] += 1
        NotebookFolder(self._folder / "kept" / "notebooks").save(NOTED, notebook(self._kept["notes"]))
        self._mark(Done("notes", number=self._kept["notes"]))

    def _keep_map(self) -> None:
        self._kept["map"] += 1
        MapFolder(self._folder / "kept" / "maps").save(NOTED, map_from_toml(MAP))
        self._mark(Done("map", number=self._kept["map"]))

    def _index(self) -> None:
        fill_index(self._session, self._folder / "indexes")


def notebook(number: int) -> Notebook:
    """Return the notebook that is saved as the one with a number; each third is empty, so that its file is removed."""
    return Notebook((Bookmark("a", number, "n" * 999 * number),)) if number % 3 else Notebook()


def fill_index(session: Session, folder: Path) -> int:
    """Bring the index of a store up to date, as that of a large one; return how many events it has."""
    with closing(StoreIndex(session, folder)) as index:
        assert index.path is not None, "every store has to be a large one"
        IndexFiller(index.database, index_source(session.store), keeps_text=True).run(lambda found: None)
        return index.state.events


def records_of(session: Session) -> list[list[Key]]:
    """Return the keys of all records of a store, by entity."""
    found = []
    for each in session.entities():
        keys = [_key("event", each.id, event.version) for event in session.events(each.id)]
        found.append(keys + [_key("snapshot", each.id, one.version) for one in session.snapshots(each.id)])
    return found


def _key(table: str, entity: EntityId, version: int) -> Key:
    return table, getattr(entity, "hex", str(entity)), version


if __name__ == "__main__":
    from unittest.mock import patch

    with patch("es_desktop.app.search.store_index.SMALL", -1):
        _Work(Path(sys.argv[1]), Path(sys.argv[2]), Random(int(sys.argv[3]))).run()
