"""Whether the histories of a store lead to its states."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from es_desktop.api import Entity, Store


def assert_rebuilds(subject: Store | Entity) -> None:
    """Assert that each event of a store, or of an entity, can be applied, and that each snapshot is true.

    Raises ``AssertionError``, which names the first entity and version where it is not so.
    """
    from es_desktop.api import Entity  # not above: pytest imports this package at each of its starts, for its plugin

    entities: Iterable[Entity] = [subject] if isinstance(subject, Entity) else subject.entities()
    for entity in entities:
        for step in entity.rebuild(base="zero").steps:
            assert step.error is None, f"{entity!r}: event {step.version}, {step.type}: {step.error}"
        for check in entity.checks:
            found = check.found.check
            assert check.ok is not False, (
                f"{entity!r}: the snapshot at version {check.version} is false: {found.path} is "
                f"{found.snapshot!r} in it, and {found.replayed!r} by the events"
            )
