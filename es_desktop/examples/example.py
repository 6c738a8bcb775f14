"""The smallest useful model: three attributes and a heartbeat."""

from __future__ import annotations

from typing import Any

from es_desktop.core import TimestampedVersionedEntity, attribute, command, create_entity


class Example(TimestampedVersionedEntity):
    """An entity for first experiments."""

    class Heartbeat(TimestampedVersionedEntity.Event):
        """The example had a heartbeat."""

        def mutate(self, example: Example) -> None:
            example._count_heartbeats += 1

    def __init__(self, foo: Any = "", a: Any = "", b: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._foo = foo
        self._a = a
        self._b = b
        self._count_heartbeats = 0

    @attribute
    def foo(self) -> Any:
        """Anything."""

    @attribute
    def a(self) -> Any:
        """Anything else."""

    @attribute
    def b(self) -> Any:
        """One more."""

    def count_heartbeats(self) -> int:
        """Return the number of heartbeats."""
        return self._count_heartbeats

    @command
    def beat_heart(self, number_of_beats: int = 1) -> None:
        """Publish heartbeats as one list, which is stored in one transaction."""
        self._assert_not_discarded()
        beats = [
            self.Heartbeat(originator_id=self.id, originator_version=self.version + index)
            for index in range(number_of_beats)
        ]
        if beats:
            self._apply_and_publish(list(beats))


def create_new_example(foo: Any = "", a: Any = "", b: Any = "") -> Example:
    """Create an example, publish its ``Created`` event, and return it."""
    return create_entity(Example, foo=foo, a=a, b=b)
