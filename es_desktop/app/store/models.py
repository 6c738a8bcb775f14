"""The models that a session knows: those that ship with the program, and those of plugins."""

from __future__ import annotations

from typing import Any, TypeAlias

from es_desktop.core import DomainEntity, topic_of
from es_desktop.examples import DEMO_MODELS
from es_desktop.system.plugins import Group, Plugin, PluginError, load, unexpected

Model: TypeAlias = type[DomainEntity]


def all_models() -> tuple[Model, ...]:
    """Return the entity classes that fold: only a record with the topic of one of them is an object of a class."""
    topics = {topic_of(each) for each in DEMO_MODELS}

    def accept(plugin: Plugin, value: Any) -> Model:
        if not (isinstance(value, type) and issubclass(value, DomainEntity)):
            raise unexpected(value, "a subclass of DomainEntity")
        topic = topic_of(value)
        if topic in topics:
            raise PluginError(f"the class of {topic} is known already")
        topics.add(topic)
        return value

    return (*DEMO_MODELS, *load(Group.MODELS, accept))
