"""Aggregates of Python eventsourcing 9: events by the library's own mapper, applied by their own ``mutate``."""

from __future__ import annotations

import importlib
import inspect
import sys
from typing import Any

from .commands import Command
from .edited import edited_event
from .errors import RefusedError
from .wire import decode


class Eventsourcing9:
    """Reads and applies records whose classes are imported already: a record never makes it import a module."""

    def __init__(self, modules: list[Any], applications: list[type[Any]]) -> None:
        try:
            self._persistence = importlib.import_module("eventsourcing.persistence")
            self._utils = importlib.import_module("eventsourcing.utils")
        except ImportError as error:
            reason = "records of Python eventsourcing 9 need that package, which this interpreter does not have"
            raise RefusedError(f"{reason}: {error}") from error
        self._modules = modules
        self._checked_topics: set[str] = set()
        self._mapper = self._new_mapper(applications or _applications_in(modules))

    def read(self, id: Any, record: list[Any]) -> Any:
        """Return the event of a record."""
        if len(record) == 3:
            return self._stored(id, *record)
        version, topic, payload, (data, stored_topic) = record
        stored = self._stored(id, version, stored_topic, payload)
        return edited_event(self._class_of(topic), stored, version, self._transcoded(decode(data)))

    def apply(self, state: Any, event: Any, topic: str) -> Any:
        """Return the aggregate after an event; ``None`` where it is discarded."""
        if not hasattr(event, "mutate"):
            name = type(event).__qualname__
            raise RefusedError(f"{name} has no method mutate: name a function that folds, as --fold MODULE:FUNCTION")
        try:
            return event.mutate(state)
        except AssertionError as error:
            if state is None and not str(error):  # the library asserts that there is an aggregate
                reason = "there is no entity that it could change: it was not created yet, or was discarded"
                raise RefusedError(reason) from error
            raise

    def count(self, state: Any, version: int) -> None:
        """Set the version of the aggregate as if the event had been applied, so that it accepts the next one."""
        attributes = getattr(state, "__dict__", {})
        for name in ("_version", "version"):
            if name in attributes:
                attributes[name] = version

    def base(self, id: Any, record: list[Any]) -> Any:
        """Return the aggregate that a snapshot holds."""
        snapshot = self._stored(id, *record)
        self._class_of(str(getattr(snapshot, "topic", "")))
        return snapshot.mutate(None)

    def commands(self, state: Any) -> list[Command]:
        """Return the methods of an aggregate that ``@event`` declares, in the order of declaration."""
        names = [name for base in type(state).__mro__ for name in vars(base)]
        found = ((name, inspect.getattr_static(type(state), name)) for name in dict.fromkeys(names))
        methods = ((name, getattr(each, "decorated_func", None)) for name, each in found if _is_command(each))
        return [Command(name, method) for name, method in methods if method is not None and name != "__init__"]

    def run(self, state: Any, name: str, arguments: dict[str, Any]) -> list[tuple[str, int, Any]]:
        """Run a command on an aggregate that is thrown away; return topic, version and event of each event."""
        getattr(state, name)(**arguments)
        events = state.collect_events()
        return [(self._utils.get_topic(type(each)), each.originator_version, each) for each in events]

    def _stored(self, id: Any, version: int, topic: str, payload: str) -> Any:
        self._require(topic)
        stored = self._persistence.StoredEvent(
            originator_id=id, originator_version=version, topic=topic, state=payload.encode()
        )
        event = self._mapper.to_domain_event(stored)
        if getattr(event, "originator_topic", None) is not None:
            self._require(str(event.originator_topic))
        return event

    def _require(self, topic: str) -> None:
        if topic not in self._checked_topics:
            self._class_of(topic)
            self._checked_topics.add(topic)

    def _class_of(self, topic: str) -> type[Any]:
        """Return the class of a topic. Raises ``RefusedError`` if its module is not imported already."""
        module, _, name = topic.partition(":")
        if module == "__main__":
            self._register_main(topic, name)
        elif module not in sys.modules and not self._is_registered(topic):
            raise RefusedError(f"the record is of the class {topic!r}, and the module {module!r} was not named")
        found = self._utils.resolve_topic(topic)
        if not isinstance(found, type):
            raise RefusedError(f"{topic!r} is not a class")
        return found

    def _register_main(self, topic: str, name: str) -> None:
        """Register the class of a record that a script (``__main__``) wrote, from the named module that has it."""
        if not self._is_registered(topic):
            module = next((each for each in self._modules if hasattr(each, name.partition(".")[0])), None)
            if module is None:
                raise RefusedError(f"the record is of the class {topic!r}, and no module that was named has it")
            self._utils.register_topic(topic, self._utils.resolve_topic(f"{module.__name__}:{name}"))

    def _is_registered(self, topic: str) -> bool:
        # The library lets a program register a topic for a class, and the name of an old module for a new one.
        known = self._utils._topic_cache
        return any(topic == each or topic.startswith((f"{each}.", f"{each}:")) for each in known)

    def _new_mapper(self, applications: list[type[Any]]) -> Any:
        """Return the mapper of the first application that can make one, with the transcodings of all of them."""
        mapper = next(filter(None, map(_own_mapper, applications)), None)
        if mapper is None:
            mapper = self._persistence.Mapper(transcoder=self._persistence.JSONTranscoder())
            for name in ("UUIDAsHex", "DecimalAsStr", "DatetimeAsISO"):
                mapper.transcoder.register(getattr(self._persistence, name)())
        if isinstance(mapper.transcoder, self._persistence.JSONTranscoder):
            for each in applications:
                each.register_transcodings(object.__new__(each), mapper.transcoder)
        return mapper

    def _transcoded(self, tree: Any) -> Any:
        """Return the data of an edited event, its values decoded as the library decodes stored ones."""
        if isinstance(tree, list):
            return [self._transcoded(item) for item in tree]
        if not isinstance(tree, dict):
            return tree
        inner = {name: self._transcoded(value) for name, value in tree.items()}
        decode_object = getattr(self._mapper.transcoder, "_decode_obj", None)
        return inner if decode_object is None else decode_object(inner)


def _is_command(member: Any) -> bool:
    # In releases before 9.2 the function has another name; these have no commands here.
    return type(member).__name__ == "CommandMethodDecorator" and not getattr(member, "is_property_setter", False)


def _applications_in(modules: list[Any]) -> list[type[Any]]:
    """Return the applications that modules define."""
    base = importlib.import_module("eventsourcing.application").Application
    found = [each for module in modules for each in vars(module).values() if isinstance(each, type)]
    return [each for each in found if issubclass(each, base) and not each.__module__.startswith("eventsourcing.")]


def _own_mapper(application: type[Any]) -> Any:
    """Return the mapper that an application would use, without its database, compressor and cipher; or ``None``."""
    persistence = importlib.import_module("eventsourcing.persistence")
    settings = {name: value for name, value in getattr(application, "env", {}).items() if name in _MAPPER_SETTINGS}
    shell = object.__new__(application)
    try:
        shell.factory = persistence.InfrastructureFactory.construct(
            {**settings, "PERSISTENCE_MODULE": "eventsourcing.popo"}
        )
        return shell.construct_mapper()
    except Exception:  # an application may need more than that, and older releases make their mapper in another way
        return None


_MAPPER_SETTINGS = ("TRANSCODER_TOPIC", "MAPPER_TOPIC")
