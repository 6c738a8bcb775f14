"""Questions in SQL to the state history of a store: one statement that only reads, for a limited time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from es_desktop.app.runtime.errors import Progress, UserError
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import Session
from es_desktop.core import DatastoreError
from es_desktop.core.json_text import decode_json
from es_desktop.history import is_available
from es_desktop.history.folder import HistoryList
from es_desktop.history.segment import TABLES
from es_desktop.history.views import INNER, SNAPSHOTS, VIEWS, add_snapshots, add_type, add_views
from es_desktop.index.totals import totals

from .building import StateHistory, history_path

SECONDS: Final = 60.0
"""How long a statement may take, unless another time is asked for."""
NOT_INDEXED: Final = UserError(
    "indexing is paused, and SQL needs all of the store in the index", "Resume indexing, and ask again."
)
_WORD: Final = re.compile(r"\w+")
_PAGE: Final = 10_000
_TAKEN: Final = frozenset({*TABLES, *INNER, *(each.name for each in VIEWS)})
"""Names of views and tables that are there from the beginning."""


@dataclass(frozen=True, slots=True)
class SqlAnswer:
    """The answer to a statement."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]
    """They are read from the database as they are asked for, once. JSON is values; times are in UTC."""


@contextmanager
def sql_history(
    session: Session, indexes: Path, indexing: Progress, building: Progress, processes: int | None = None
) -> Iterator[SqlHistory]:
    """Bring index and state history up to date, and return what answers statements in the block.

    Both are in the folder ``indexes`` if the store is large, or else for the block alone. The two progresses are called
    with events that are done, and all of them. Raises ``UserError`` without the libraries, or if it cannot be built.
    """
    _require_library()
    with closing(StoreIndex(session, indexes)) as index:
        _require_plain(index)
        index.update(indexing)
        with indexed_history(index, building, processes) as found:
            yield found


@contextmanager
def indexed_history(index: StoreIndex, building: Progress, processes: int | None = None) -> Iterator[SqlHistory]:
    """Bring the state history up to date with an index, and return what answers statements in the block.

    Raises ``UserError`` for an index that is not whole; otherwise as ``sql_history``.
    """
    with closing(KeptHistory(index)) as kept:
        yield kept.current(building, processes)


class KeptHistory:
    """The state history of an index, open from one statement to the next. For one thread at a time."""

    def __init__(self, index: StoreIndex) -> None:
        """Nothing is opened yet."""
        self.index: Final = index
        self._passing: TemporaryDirectory[str] | None = None
        """The folder of the history of a small store."""
        self._open: SqlHistory | None = None
        self._found = HistoryList()
        """What the open history has."""

    def current(self, building: Progress, processes: int | None = None) -> SqlHistory:
        """Bring the history up to date with the index, and return what answers until the next call, or ``close``.

        It is opened anew only if the store has grown, or the history was made again, such as with other code. Raises
        ``UserError`` as ``indexed_history``.
        """
        _require_library()
        _require_plain(self.index)
        if not self.index.state.is_whole:
            raise NOT_INDEXED
        if self._passing is None:
            self._passing = TemporaryDirectory(prefix="es-desktop-")
        history = StateHistory(self.index, history_path(self.index, Path(self._passing.name)))
        found = history.found
        if self._open is None or found != self._found or found.events != self.index.state.events:
            self._close_history()  # before its files may be replaced
            with closing(history.build(processes)) as steps:  # stopped, it lets others write
                for built in steps:
                    building(built.events, built.total)
            self._found, self._open = history.found, SqlHistory(history, self.index)
        return self._open

    def close(self) -> None:
        """Close it, and **remove** the files of a small store."""
        self._close_history()
        if self._passing is not None:
            self._passing.cleanup()
            self._passing = None

    def _close_history(self) -> None:
        found, self._open = self._open, None
        if found is not None:
            found.close()


def _require_library() -> None:
    if not is_available():
        raise UserError("SQL needs DuckDB, which is not installed", "Install it: pip install 'es-desktop[history]'")


def _require_plain(index: StoreIndex) -> None:
    if not StateHistory.can_be_kept(index):
        raise UserError("the states of encrypted records are not written to files", "Leave the key out.")


class SqlHistory:
    """The state history of a store with the views that a person asks. Any thread may ask, one at a time."""

    def __init__(self, history: StateHistory, index: StoreIndex) -> None:
        """``history`` must be whole. Raises ``DatastoreError`` if it cannot be opened."""
        self._session = index.session
        self._types = [*totals(index.database).entity_types]
        self._database = history.open()
        add_views(self._database)
        self._added = {*_TAKEN}

    def close(self) -> None:
        """Close it."""
        self._database.close()

    @contextmanager
    def asked(self, statement: str, seconds: float = SECONDS) -> Iterator[SqlAnswer]:
        """Return the answer to a statement, which can be read in the block.

        Raises ``UserError`` for a statement that is wrong, does more than read, or takes longer.
        """
        try:
            wanted = self._database.one_select(statement)
            self._add_views({each.casefold() for each in _WORD.findall(statement)})
            with self._database.cursor(seconds) as cursor:
                columns, rows = self._database.select(cursor, wanted, _PAGE)
                makers = [_MAKERS.get(each) for _, each in columns]
                yield SqlAnswer(tuple(name for name, _ in columns), map(partial(_made, makers), rows))
        except DatastoreError as error:
            raise UserError(str(error), error.hint) from error

    def _add_views(self, words: set[str]) -> None:
        """Add those views that a statement may ask and that cost something: by the words in it."""
        if SNAPSHOTS.name in words:  # each time: a snapshot may be taken, or removed, without a new event
            add_snapshots(self._database, list(self._snapshots()))
        for each in self._types:
            name = each.casefold()
            if name and name not in self._added and set(_WORD.findall(name)) <= words:
                self._added.add(name)
                add_type(self._database, each)

    def _snapshots(self) -> Iterator[tuple[str, int]]:
        batches = self._session.store.batches
        for spans in batches.all_spans(_PAGE):
            found = batches.snapshot_versions([each.sequence_id for each in spans])
            yield from ((str(each), version) for each, versions in found.items() for version in versions)


def _made(makers: Sequence[Callable[[Any], Any] | None], row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        value if make is None or value is None else make(value) for make, value in zip(makers, row, strict=True)
    )


_MAKERS: Final[dict[str, Callable[[Any], Any]]] = {
    "JSON": decode_json,
    "TIMESTAMP": lambda time: time.replace(tzinfo=dt.UTC),
}
