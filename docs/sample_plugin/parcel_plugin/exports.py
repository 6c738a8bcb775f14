"""A diary of each entity, and the rows of a list, as Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from es_desktop.plugins import Export, ExportedEvent, cell_text


def _diary(events: Iterable[ExportedEvent]) -> Iterator[str]:
    for (id_, type_), entries in groupby(events, lambda event: (event.entity_id, event.entity_type)):
        yield f"# {type_} {id_}\n\n"
        for event in entries:
            yield f"{event.version}. {event.type} {event.error or dict(event.data)}\n"
        yield "\n"


def _rows(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    for row in rows:
        pairs = zip(headings, row, strict=True)
        yield f"- {', '.join(f'{heading}: {cell_text(value)}' for heading, value in pairs if value is not None)}\n"


DIARY = Export("Diary", "A list to read. It cannot be imported.", ".md", _diary, _rows)
