"""The one converter: makes a record of ours from a record of any store, with its origin inside.

All records that leave or enter a store pass it: working copies, exports as a store, a case, JSON Lines or CloudEvents,
imports, and saved branches. A record of ours is not changed by a single byte, nor is one of another program that our
tables read just as that program's format does. The payload of any other record contains what was decoded of it - or why
it cannot be decoded - and its ``RecordOrigin``. ``stores/ourmapper.py`` says where that is in a payload; in JSON Lines
it is the field ``origin``, in CloudEvents the extension ``esdborigin``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from es_desktop.app.runtime.errors import UserError
from es_desktop.core import EntityId, KnownClasses, RecordedEvent, RecordedSnapshot, RecordOrigin, SequencedItem
from es_desktop.core.errors import ValueDecodingError, ValueEncodingError
from es_desktop.core.json_text import UnreadValue, why_not_decoded
from es_desktop.core.recorded import ENVELOPE
from es_desktop.core.sequenceditem import seconds_in
from es_desktop.core.values import dumps
from es_desktop.replay import plain, plain_state
from es_desktop.replay.diff import same_tree

from .store_file import has_core_type

if TYPE_CHECKING:
    from es_desktop.app.store.reader import Reading
    from es_desktop.stores.formats.base import RecordMapper
    from es_desktop.stores.writing import RecordType


_CORE_TYPES: Final = frozenset({"Created", "AttributeChanged", "Discarded"})
_ENVELOPE: Final = attrgetter("type", "entity_type", "timestamp", "error", "passed_over", "is_whole_state")


class Record(NamedTuple):
    """One row of a store of ours: the table (events or snapshots) and the four fields."""

    record_type: RecordType
    item: SequencedItem


class LineError(Exception):
    """A line of a file is not a record: ``text`` says why, ``hint`` what to do. Each is one line."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint


def sent_event(item: SequencedItem, format_name: str) -> SequencedItem:
    """Return the record of an event of another program that was sent as text; ``item`` has its parts.

    It gets an origin if its type has a name of the core's, because the same name may mean something else there. Raises
    ``LineError``.
    """
    from es_desktop.stores import ourmapper

    event = ourmapper.our_mapper(KnownClasses()).to_recorded_event(item)
    if event.type not in _CORE_TYPES or event.error is not None:
        return item
    try:
        return ourmapper.copied_event(item.sequence_id, event, RecordOrigin(format_name, item.topic, data=item.data))
    except ValueEncodingError as error:
        raise LineError(str(error)) from error


class RecordConverter:
    """Converts the records of one store to records of ours.

    Its methods raise ``UserError`` for a record that our tables cannot hold. Any thread may call them.
    """

    def __init__(self, source: Reading) -> None:
        # SQLAlchemy takes longer to load than the window does; see session.py.
        from es_desktop.stores import ourmapper

        self._ours = ourmapper
        self._format = source.store.format
        self._tables = source.store.tables
        self._notes = source.copy_notes
        self.mapper: Final = ourmapper.our_mapper(source.classes)
        """Decodes the converted records."""

    def event(self, item: Any) -> SequencedItem:
        """Return the record of an event, from the row of the store that holds it."""
        stored = SequencedItem(*item[:4])
        # A copy that an older version of this program made says what its records come from once for all of them.
        if not (self._format.is_ours and (self._notes is None or self._ours.has_origin(stored.data))):
            event = self._tables.events.mapper.to_recorded_event(item)
            if not self._reads_event(item, event):
                origin = self._origin(event.topic, item, event)
                stored = self._encoded(self._ours.copied_event, item[0], event, origin, "event")
        return _required(stored, "event")

    def snapshot(self, item: Any) -> SequencedItem:
        """Return the record of a snapshot, from the row of the store that holds it."""
        stored = SequencedItem(*item[:4])
        if not self._format.is_ours:
            assert self._tables.snapshots is not None, "it came from there"
            snapshot = self._tables.snapshots.mapper.to_recorded_snapshot(item)
            if not self._reads_snapshot(item, snapshot):
                origin = self._origin(snapshot.topic, item)
                stored = self._encoded(self._ours.copied_snapshot, item[0], snapshot, origin, "snapshot")
        return _required(stored, "snapshot")

    def edited_event(self, entity_id: EntityId, event: RecordedEvent) -> SequencedItem:
        """Return the record of an event that a person edited or inserted."""
        if event.domain_event is not None:
            return SequencedItem(*self.mapper.to_sequenced_item(event.domain_event))
        made = self._edited(entity_id, event)
        if made is not None:
            return made
        if event.origin is not None:
            topic = event.origin.stored_topic or event.origin.topic
            origin = replace(event.origin, topic=event.topic, stored_topic=topic)
        elif event.raw is None:
            origin = RecordOrigin(self._format.name, event.topic, self._has_core_type(event))
        else:  # the record that it has its time from
            origin = self._origin(event.topic, event.raw, event)
        return self._encoded(self._ours.copied_event, entity_id, event, origin, "event")

    def _has_core_type(self, event: RecordedEvent) -> bool:
        return has_core_type(event, self._notes) if self._format.is_ours else self._tables.has_core_event_types

    def _reads_event(self, item: Any, event: RecordedEvent) -> bool:
        """Return whether our tables would read a row as its own store does, and lose none of its columns."""
        return (
            self._is_plain(item)
            and (event.type not in _CORE_TYPES or self._has_core_type(event))
            and self._is_same(self.mapper.to_recorded_event(SequencedItem(*item[:4])), event)
        )

    def _is_same(self, ours: RecordedEvent, theirs: RecordedEvent) -> bool:
        return (
            (ours.domain_event is None or self._format.is_ours)
            and _ENVELOPE(ours) == _ENVELOPE(theirs)
            and same_tree(plain(ours.data), plain(theirs.data))
        )

    def _reads_snapshot(self, item: Any, snapshot: RecordedSnapshot) -> bool:
        if not self._is_plain(item):
            return False
        ours = self.mapper.to_recorded_snapshot(SequencedItem(*item[:4]))
        states = (None if each.state is None else plain_state(each.state) for each in (ours, snapshot))
        both = [(each.topic, each.timestamp, each.error, each.is_inferred, each.is_whole) for each in (ours, snapshot)]
        return both[0] == both[1] and same_tree(*states)

    def _is_plain(self, item: Any) -> bool:
        is_text = isinstance(item[2], str) and isinstance(item[3], str)
        return is_text and (self._format.is_ours or ("#" in item[2] and not self._fields(item).keys() - {"order"}))

    def _fields(self, item: Any) -> dict[str, Any]:
        names = getattr(type(item), "_fields", ())[4:]
        return {name: _bytes(value) for name, value in zip(names, item[4:], strict=False) if value is not None}

    def _origin(self, topic: str, item: Any, event: RecordedEvent | None = None) -> RecordOrigin:
        """Return where a record of this store comes from."""
        core = event is not None and self._has_core_type(event)
        if self._notes is not None and self._format.is_ours:
            return RecordOrigin(self._notes.format, topic, core)
        table = self._tables.events if event is not None else self._tables.snapshots
        data = None if isinstance(item[3], UnreadValue) else _bytes(item[3])
        # What is not decoded is not parsed for its text either.
        text = None if table is None or why_not_decoded(item[3]) is not None else _text(table.mapper, item)
        stored = None if item[2] is None else str(item[2])
        found = RecordOrigin(self._format.name, topic, core, stored, data, None, self._fields(item))
        return found if text is None or text == found.payload_text else replace(found, text=text)

    def _edited(self, entity_id: EntityId, event: RecordedEvent) -> SequencedItem | None:
        """Return the record of an edited event without an origin; ``None`` if that would be read differently."""
        if event.origin is not None or not self._format.is_ours or not self._has_core_type(event):
            return None
        frame = {} if event.raw is None else self._frame(event.raw[3])
        if seconds_in(frame.get("timestamp")) != event.timestamp:
            frame = {**frame, "timestamp": event.timestamp}
        if event.timestamp is None:
            frame.pop("timestamp", None)
        try:
            made = SequencedItem(entity_id, event.version, event.topic, dumps({**frame, **event.data}))
        except ValueEncodingError as error:
            raise _refusal("event", key=(entity_id, event.version), reason=str(error)) from error
        return made if self._is_same(self.mapper.to_recorded_event(made), event) else None

    def _frame(self, data: Any) -> dict[str, Any]:
        try:
            return {name: value for name, value in self.mapper.decode_payload(data).items() if name in ENVELOPE}
        except ValueDecodingError:
            return {}

    def _encoded(
        self,
        encode: Callable[..., SequencedItem],
        entity_id: Any,
        recorded: Any,
        origin: RecordOrigin,
        record_type: RecordType,
    ) -> SequencedItem:
        try:
            return encode(entity_id, recorded, origin)
        except ValueEncodingError as error:
            raise _refusal(record_type, key=(entity_id, recorded.version), reason=str(error)) from error


def _text(mapper: RecordMapper, item: Any) -> str | None:
    """Return the payload of a row as JSON text; ``None`` if it cannot be written so."""
    try:
        return mapper.payload_text(item)
    except ValueError:
        return None


def _bytes(value: Any) -> Any:
    """Return bytes for what holds bytes, also for a text that is not UTF-8; any other value unchanged."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-8", "surrogateescape")
    return bytes(value) if isinstance(value, (memoryview, bytearray)) else value


def _plain_text(value: Any) -> Any:
    """Return a text in which a byte that is not UTF-8 is an escape; any other value unchanged."""
    found = _bytes(value)
    return found.decode("utf-8", "backslashreplace") if isinstance(value, str) and isinstance(found, bytes) else value


_FIELDS: Final[dict[str, tuple[type, ...]]] = {
    "sequence_id": (UUID, str),
    "position": (int,),
    "topic": (str,),
    "data": (str, bytes),
}


def _required(item: SequencedItem, record_type: RecordType) -> SequencedItem:
    """Return a record whose fields have the required types: SQLite keeps values of any type in any column.

    Of a text that is not UTF-8, a payload becomes bytes; in an id or a topic each such byte becomes an escape.
    """
    if _is_as_usual(*item):
        return item
    item = SequencedItem(_plain_text(item[0]), item[1], _plain_text(item[2]), _bytes(item[3]))
    for (name, types), value in zip(_FIELDS.items(), item, strict=True):
        if not isinstance(value, types):
            raise _refusal(record_type, key=item[:2], reason=f"its {name} is a {type(value).__name__}")
    return item


def _is_as_usual(sequence_id: Any, position: Any, topic: Any, data: Any) -> bool:
    """Return whether a record surely has the types of ``_FIELDS`` and plain text, which takes no time to see."""
    is_text = type(topic) is str and type(data) is str and topic.isascii() and data.isascii()
    return is_text and type(sequence_id) is UUID and type(position) is int


def _refusal(record_type: RecordType, *, key: tuple[Any, ...], reason: str) -> UserError:
    sequence_id, position = key
    return UserError(
        f"the {record_type} at {position!r} of {sequence_id!a} cannot be exported: {reason}", "Export other entities."
    )
