"""What a table map makes of a store: its tables to choose from, and the first events as they would be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.times import local_time
from es_desktop.app.text.values import elide
from es_desktop.core import DatastoreError, RecordedEvent

from .map_guess import Sampled
from .options import StoreOptions
from .refusals import located, told_refusals
from .session import Session, open_session

if TYPE_CHECKING:
    from es_desktop.stores import TableMap

_ROWS: Final = 12
_MOST_LETTERS: Final = 200


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One event, as text for each column of a preview."""

    stream: str
    version: str
    entity: str
    type: str
    time: str
    payload: str
    """What it tells, or why it cannot be decoded."""
    is_broken: bool


def sampled_tables(store: str, options: StoreOptions) -> Sequence[Sampled]:
    """Return the tables of a database that have rows. Raises ``UserError`` where there are none, or none is read."""
    from es_desktop.stores.surveying import sample_tables

    location = located(store, options.password)
    with told_refusals(location.place):
        found = sample_tables(location)
    if not found:
        raise UserError("the database holds no table with rows in it", "There is nothing to map yet.")
    return found


def preview_map(store: str, options: StoreOptions, table_map: TableMap) -> list[PreviewRow]:
    """Return the first events as a map reads them. Raises ``UserError`` where no history can be read in that way."""
    session = open_session(store, writable=False, options=replace(options, table_map=table_map))
    try:
        return _rows(session)
    except DatastoreError as error:
        raise UserError(str(error).splitlines()[0], "Choose other columns.") from error
    finally:
        session.close()


def _rows(session: Session) -> list[PreviewRow]:
    from es_desktop.stores.surveying import first_twin

    table = session.store.tables.events
    records = list(islice(session.store.reader.all_records(), _ROWS))
    wrong = next((each[1] for each in records if not isinstance(each[1], int) or isinstance(each[1], bool)), None)
    if wrong is not None:
        raise UserError(f"a version is a whole number, and {elide(repr(wrong), 40)} is none", "Choose another column.")
    twin = first_twin(table)
    if twin is not None:
        text = f"two events of {elide(str(twin[0]), 40)} have the version {twin[1]}"
        raise UserError(text, "Choose another column for the version, or for the stream.")
    return [_row(record, table.mapper.to_recorded_event(record)) for record in records]


def _row(record: Any, event: RecordedEvent) -> PreviewRow:
    told = ", ".join(f"{name}={value!r}" for name, value in islice(event.data.items(), 20))
    return PreviewRow(
        stream=str(record[0]),
        version=str(event.version),
        entity=event.entity_type,
        type=event.type,
        time=local_time(event.timestamp),
        payload=elide(event.error or told, _MOST_LETTERS),
        is_broken=event.error is not None,
    )
