"""Entities of our own core: its mapper reads their events, and the mutator of their class applies them."""

from __future__ import annotations

import importlib
from typing import Any

from .commands import Command, refusal_of
from .edited import edited_event
from .errors import RefusedError
from .wire import decode


class OurCore:
    """Reads and applies records of the classes that the person's modules define or import."""

    def __init__(self, modules: list[Any]) -> None:
        try:
            self._core = importlib.import_module("es_desktop.core")
        except ImportError as error:
            reason = "the records are of classes of es_desktop, which this interpreter does not have"
            raise RefusedError(f"{reason}: {error}") from error
        self._classes = self._core.known_classes
        for module in modules:
            for each in vars(module).values():
                if isinstance(each, type):
                    self._classes.register_model(each)
        self._mapper = self._core.SequencedItemMapper(
            self._core.SequencedItem, "originator_id", "originator_version", self._classes
        )

    def read(self, id: Any, record: list[Any]) -> Any:
        """Return the event of a record."""
        version, topic, payload, *edit = record
        self._class_of(topic)
        if not edit:
            return self._mapper.from_sequenced_item(self._core.SequencedItem(id, version, topic, payload))
        data, stored_topic = edit[0]
        stored = self._mapper.from_sequenced_item(self._core.SequencedItem(id, version, stored_topic, payload))
        return edited_event(self._class_of(topic), stored, version, decode(data))

    def apply(self, state: Any, event: Any, topic: str) -> Any:
        """Return the entity after an event; ``None`` where it is discarded."""
        if state is not None:
            return type(state).mutate(state, event)
        entity_topic = self._core.Topic(topic).entity_topic
        if entity_topic is None:
            raise RefusedError(f"{topic!r} does not name the class of its entity")
        return self._class_of(entity_topic).mutate(None, event)

    def count(self, state: Any, version: int) -> None:
        """Set the version of the entity as if the event had been applied, so that it accepts the next one."""
        attributes = getattr(state, "__dict__", {})
        if "_version" in attributes:
            attributes["_version"] = version + 1

    def base(self, id: Any, record: list[Any]) -> Any:
        """Return the entity that a snapshot holds."""
        found = self._mapper.to_recorded_snapshot(self._core.SequencedItem(id, *record))
        if found.error is not None:
            raise RefusedError(found.error)
        if found.state is not None:
            self._class_of(found.topic)
        return self._core.entity_from_snapshot(found, self._classes)

    def commands(self, state: Any) -> list[Command]:
        """Return the commands of an entity, but for the change of an attribute, which is an event edited by hand."""
        found = getattr(self._core, "commands_of", lambda entity_class: ())(type(state))
        return [
            Command(each.name, getattr(type(state), each.name), _refusal(each.guard, state))
            for each in found
            if each.name != "change_attribute"
        ]

    def run(self, state: Any, name: str, arguments: dict[str, Any]) -> list[tuple[str, int, Any]]:
        """Run a command on an entity that is thrown away; return topic, version and event of each event."""
        events = self._core.rehearse(state, lambda entity: getattr(entity, name)(**arguments))
        return [(self._core.topic_of(type(each)), each.originator_version, each) for each in events]

    def _class_of(self, topic: str) -> Any:
        found = self._classes.find(topic)
        if found is None:
            raise RefusedError(f"the class {topic!r} is in none of the modules that were named")
        return found


def _refusal(guard: Any, state: Any) -> str:
    try:
        if guard is not None:
            guard(state)
    except Exception as error:  # whatever the model raises
        return refusal_of(error)
    return ""
