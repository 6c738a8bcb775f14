"""Entities of Python eventsourcing 2 to 8: events by the library's own mapper, applied as its repository does."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from .errors import RefusedError
from .wire import decode

_FRAME = ("timestamp", "originator_topic", "originator_id", "entity_id")
"""Attributes of an event that a person cannot edit, besides those in double underscores."""
_HASHES = ("__hash_object__", "__hash_object_v1__", "__hash_for_data_integrity__")
"""The method that seals an event, by its names in the releases."""
importlib.import_module("_strptime")  # the standard library imports it to read the first date, which is refused then


def is_installed() -> bool:
    """Return whether the library is installed in one of these releases."""
    try:
        importlib.import_module("eventsourcing.domain.model")
    except ImportError:
        return False
    return True


class Eventsourcing2:
    """Reads and applies records whose classes are imported already: a record never makes it import a module.

    From release 4 on an event holds the hash of the one before. Where events are left out or edited, this chain is
    broken by the person, and not by the store: then it is not checked. Otherwise it is, as in the library.
    """

    def __init__(self, modules: list[Any]) -> None:
        try:
            package = importlib.import_module("eventsourcing")
            mapper = importlib.import_module("eventsourcing.infrastructure.sequenceditemmapper").SequencedItemMapper
            self._item_class = importlib.import_module("eventsourcing.infrastructure.sequenceditem").SequencedItem
            self._snapshots = importlib.import_module("eventsourcing.infrastructure.snapshotting")
        except ImportError as error:
            reason = "records of Python eventsourcing 2 to 8 need such a release, which this interpreter does not have"
            raise RefusedError(f"{reason}: {error}") from error
        self._release = int(getattr(package, "__version__", "2").partition(".")[0])  # 2.1 does not say it
        prefix = "entity" if self._release == 2 else "originator"
        self._position = f"{prefix}_version"
        self._mapper = mapper(self._item_class, f"{prefix}_id", self._position)
        main = vars(sys.modules["__main__"])  # the module in the topics that a script wrote
        for module in modules:
            for name, member in vars(module).items():
                if isinstance(member, type):
                    main.setdefault(name, member)

    def read(self, id: Any, record: list[Any]) -> Any:
        """Return the event of a record, and whether it differs from the stored one."""
        version, topic, payload, *edit = record
        if not edit:
            event = self._stored(id, version, topic, payload)
            is_moved = vars(event).get(self._position) != version
            return (self._with(event, topic, {**vars(event), self._position: version}) if is_moved else event), is_moved
        data, stored_topic = edit[0]
        stored = vars(self._stored(id, version, stored_topic, payload))
        kept = {name: value for name, value in stored.items() if name in _FRAME or name.startswith("__")}
        event = object.__new__(self._class_of(topic))
        return self._with(event, topic, {**kept, **decode(data), self._position: version}), True

    def apply(self, state: Any, event: Any, topic: str) -> Any:
        """Return the entity after an event; ``None`` where it is discarded."""
        event, is_changed = event
        attributes = getattr(state, "__dict__", {})
        if "__head__" in attributes and (is_changed or attributes["__head__"] is None):
            attributes["__head__"] = vars(event).get("__previous_hash__")
        try:
            after = self._mutated(state, event, topic)
        except (AssertionError, AttributeError, TypeError) as error:
            if state is None and not _makes_an_entity(event):
                reason = "there is no entity that it could change: it was not created yet, or was discarded"
                raise RefusedError(reason) from error
            raise
        if is_changed and "__head__" in getattr(after, "__dict__", {}):
            vars(after)["__head__"] = None
        return after

    def count(self, state: Any, version: int) -> None:
        """Set the version of the entity as if the event had been applied, so that it accepts the next one."""
        attributes = getattr(state, "__dict__", {})
        for name, value in (("_version", version + 1), ("___version__", version), ("__head__", None)):
            if name in attributes:
                attributes[name] = value

    def base(self, id: Any, record: list[Any]) -> Any:
        """Return the entity that a snapshot holds."""
        snapshot = self._stored(id, *record)
        if snapshot.state is not None:
            self._class_of(str(snapshot.topic))
        return self._snapshots.entity_from_snapshot(snapshot)

    def _mutated(self, state: Any, event: Any, topic: str) -> Any:
        if hasattr(event, "__mutate__"):
            return event.__mutate__(state)
        entity_class = type(state)
        if state is None:
            entity_topic, dot, _ = topic.rpartition(".")
            if not dot or "#" not in entity_topic:
                raise RefusedError(f"{topic!r} does not name the class of its entity: name a function that folds")
            entity_class = self._class_of(entity_topic)
        return (entity_class.mutate if self._release == 2 else entity_class._mutate)(state, event)

    def _stored(self, id: Any, version: int, topic: str, payload: str) -> Any:
        self._class_of(topic)
        state = payload.encode() if self._release >= 8 else payload
        item = self._item_class(id, version, topic, state)
        read = getattr(self._mapper, "event_from_item", None) or self._mapper.from_sequenced_item
        with _no_imports():
            event = read(item)
        if isinstance(vars(event).get("originator_topic"), str):
            self._class_of(event.originator_topic)
        return event

    def _class_of(self, topic: str) -> type[Any]:
        """Return the class of a topic. Raises ``RefusedError`` if its module is not imported already."""
        module, _, name = topic.partition("#")
        if module not in sys.modules:
            raise RefusedError(f"the record is of the class {topic!r}, and the module {module!r} was not named")
        found: Any = sys.modules[module]
        for part in name.split("."):
            found = getattr(found, part, None)
        if not isinstance(found, type):
            raise RefusedError(f"{topic!r} is not a class")
        return found

    def _with(self, event: Any, topic: str, attributes: dict[str, Any]) -> Any:
        """Return an event with other attributes, and the hash of these."""
        if "__event_topic__" in attributes:
            attributes["__event_topic__"] = topic
        object.__setattr__(event, "__dict__", attributes)
        if attributes.pop("__event_hash__", None) is not None:
            names = (attributes.get("__event_hash_method_name__"), *_HASHES)
            seal = next(getattr(event, name) for name in names if name and hasattr(event, name))
            attributes["__event_hash__"] = seal(dict(attributes))
        return event


def _makes_an_entity(event: Any) -> bool:
    return type(event).__name__ == "Created" or any(each.__name__ == "Created" for each in type(event).__mro__)


class _Refusal:
    """Refuses the imports of one thread."""

    def __init__(self) -> None:
        self._thread = get_ident()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if get_ident() == self._thread:
            raise RefusedError(f"the record has a value of the module {name!r}, which was not named")


@contextmanager
def _no_imports() -> Iterator[None]:
    """Refuse imports: the library imports the module of each class that a record names."""
    refusal: Any = _Refusal()
    sys.meta_path.insert(0, refusal)
    try:
        yield
    finally:
        sys.meta_path.remove(refusal)
