"""A diary of each entity, as Markdown."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from es_desktop.plugins import Export, ExportedEvent


def _diary(events: Iterable[ExportedEvent]) -> Iterator[str]:
    for (id_, type_), entries in groupby(events, lambda event: (event.entity_id, event.entity_type)):
        yield f"# {type_} {id_}\n\n"
        for event in entries:
            yield f"{event.version}. {event.type} {event.error or dict(event.data)}\n"
        yield "\n"


DIARY = Export("Diary", "A list of what happened, to read. It cannot be imported.", ".md", _diary)
