"""Given a history, when a command runs, then there are these events. In memory only: no store is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Self, TypeAlias

from es_desktop.core import DomainEntity, EventBus, create_entity, rehearse

Act: TypeAlias = Callable[[Any], object]
"""What is done with an entity, such as ``lambda order: order.pay("card")``."""
Expected: TypeAlias = type[Any] | tuple[type[Any], Mapping[str, Any]]
"""The class of an event, or the class with attributes that the event has."""


def given(model: type[DomainEntity], **attributes: Any) -> Given:
    """Return a new entity of a model as the start of a scenario; ``attributes`` are those that it is created with.

    Raises what the model raises for them.
    """
    with EventBus().activated():
        return Given(create_entity(model, **attributes))


class Given:
    """An entity with a history."""

    def __init__(self, entity: Any) -> None:
        """``entity`` is changed by what follows. It may come from a repository: ``repository[id]``."""
        self.entity: Final = entity

    def after(self, *acts: Act) -> Self:
        """Do something with the entity, which becomes a part of its history. Raises what the entity raises."""
        for act in acts:
            rehearse(self.entity, act)
        return self

    def when(self, act: Act) -> Outcome:
        """Do what is tested, and return its events, or what it raised."""
        try:
            return Outcome(self.entity, rehearse(self.entity, act))
        except Exception as error:
            return Outcome(self.entity, [], error)


class Outcome:
    """What came of an act. Each ``then`` raises ``AssertionError`` if it is not so."""

    def __init__(self, entity: Any, events: list[Any], error: Exception | None = None) -> None:
        self.entity: Final = entity
        self.events: Final = events
        self.error: Final = error

    def then(self, *expected: Expected) -> Self:
        """Assert that there are just these events, in this order; none for nothing."""
        if self.error is not None:
            raise AssertionError(f"it raised {type(self.error).__name__}: {self.error}") from self.error
        classes = [each if isinstance(each, type) else each[0] for each in expected]
        found = [type(each) for each in self.events]
        assert found == classes, f"the events are {_names(found)}, and not {_names(classes)}"
        for event, each in zip(self.events, expected, strict=True):
            wanted = {} if isinstance(each, type) else each[1]
            has = {name: getattr(event, name, "no such attribute") for name in wanted}
            assert has == wanted, f"{type(event).__name__} has {has}, and not {dict(wanted)}"
        return self

    def then_raises(self, error: type[Exception], match: str = "") -> Self:
        """Assert that it raised an error of a class, with a text that a regular expression finds."""
        assert self.error is not None, f"it raised nothing; the events are {_names(map(type, self.events))}"
        assert isinstance(self.error, error), f"it raised {type(self.error).__name__}: {self.error}"
        assert re.search(match, str(self.error)), f"the text is {str(self.error)!r}"
        return self

    def then_has(self, **attributes: Any) -> Self:
        """Assert that the entity has these attributes now."""
        has = {name: getattr(self.entity, name) for name in attributes}
        assert has == attributes, f"the entity has {has}, and not {attributes}"
        return self


def _names(classes: Any) -> str:
    return ", ".join(each.__name__ for each in classes) or "none"
