"""Commands: what a person can change in a store. Each is one transaction and returns its ``Changes``.

In a file of ours, what returned is on the disk: a loss of power does not take it back.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from es_desktop import core
from es_desktop.app.runtime.errors import ConflictError, UserError, of_database
from es_desktop.app.store.session import Session
from es_desktop.app.text.plain import elide
from es_desktop.replay import Change, diff, plain_state

from .fields import Field, command_fields, state_fields
from .generic import GenericEntity


class Initiator(enum.Enum):
    """Who made a change, or asked to read again."""

    COMMAND = "command"
    IMPORT = "import"
    PERSON = "person"
    """A person who asked to read everything again."""
    OTHERS = "others"
    """Another process that writes to the same store."""
    TRUST = "trust"
    """Other code is trusted, or none: the states may differ, the records are the same."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in a store, and has to be read again."""

    entity_id: core.EntityId | None = None
    """The only entity that changed; ``None`` if it may be any."""
    events: tuple[tuple[int, str], ...] = ()
    """Version and type of each new event of that entity."""
    snapshots: tuple[int, ...] = ()
    """Versions of the snapshots taken of that entity."""
    failures: tuple[str, ...] = ()
    """Why the policy could not take snapshots; the events are written."""
    initiator: Initiator = Initiator.COMMAND

    @property
    def alters_events(self) -> bool:
        """Whether the events may differ from before."""
        return bool(self.events) or (self.entity_id is None and self.initiator is not Initiator.TRUST)

    @property
    def creates(self) -> bool:
        """Whether the entity is new."""
        return bool(self.events) and self.events[0][0] == 0

    @property
    def alters_records(self) -> bool:
        """Whether the events or snapshots may differ from before."""
        return self.alters_events or bool(self.snapshots)

    @property
    def alters_folding(self) -> bool:
        """Whether the same events may lead to other states than before."""
        return self.initiator is Initiator.TRUST

    def concerns(self, entity_id: core.EntityId | None) -> bool:
        """Return whether what is known of an entity may be out of date."""
        return entity_id is not None and self.entity_id in (None, entity_id)


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """An event that is not written yet, as its exact record."""

    version: int
    topic: str
    data: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a command would write, and what it would change."""

    events: tuple[PlannedEvent, ...]
    """One or more, stored in one transaction."""
    changes: tuple[Change, ...]
    takes_snapshot: bool
    next_snapshot: int | None
    """The version at which the policy takes the next snapshot after these events; ``None`` for never."""
    ends: bool = False
    """Whether the events end the entity."""

    @property
    def version(self) -> int:
        """The version of the first event."""
        return self.events[0].version

    @property
    def topic(self) -> str:
        """The topic of the first event."""
        return self.events[0].topic

    @property
    def data(self) -> str:
        """The payload of the first event."""
        return self.events[0].data

    @property
    def has_effect(self) -> bool:
        return self.ends or bool(self.changes)


@dataclass(frozen=True, slots=True)
class Offer:
    """A command of an entity at its last version."""

    command: core.Command
    fields: tuple[Field, ...]
    refusal: str = ""
    """Why the entity refuses it whatever the arguments are; empty if it may run."""


class Commands:
    """The writing half of a session. Not for two threads at once, but for previews."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._failures: list[str] = []

    def set_frequency(self, frequency: int | None) -> None:
        """Take a snapshot at every ``frequency``-th event from now on; ``None`` for never."""

        def on_failure(entity_id: core.EntityId, error: Exception) -> None:
            self._failures.append(f"the event is written, but the snapshot could not be taken: {error}")

        self._session.set_frequency(frequency, on_failure)

    def create(self, model: type[core.DomainEntity], arguments: dict[str, Any]) -> Changes:
        """Create an entity. Raises ``UserError`` if the model refuses the arguments."""
        self._require_writable()
        with self._recorded() as recorded, _refusals():
            try:
                entity = core.create_entity(model, **arguments)
            except TypeError as error:
                raise UserError(f"{model.__name__} cannot be made of these values: {error}") from error
        return recorded(entity.id)

    def offers(self, entity_id: core.EntityId, expected_version: int) -> tuple[Offer, ...]:
        """Return the commands of an entity, the model's own first; in a store that is only read each is refused."""
        facts = self._session.entity(entity_id)
        model = self._session.model_of(facts)
        if model is None:
            return ()
        try:
            with self._entity(entity_id, expected_version) as entity:
                return offers_of(model, entity)
        except ConflictError:
            raise
        except UserError as error:
            return offers_of(model, None, str(error))

    def preview(
        self, entity_id: core.EntityId, command: str, arguments: Mapping[str, Any], expected_version: int
    ) -> Preview:
        """Return the events that ``run`` would write, and write nothing. Raises as ``run`` does."""
        with self._entity(entity_id, expected_version) as entity:
            to_item = self._session.event_store.sequenced_item_mapper.to_sequenced_item
            preview = preview_of(entity, command, arguments, lambda each: PlannedEvent(*to_item(each)[1:4]))
        frequency, last = self._session.frequency, preview.events[-1].version
        if frequency is None:
            return preview
        due = any((each.version + 1) % frequency == 0 for each in preview.events)
        following = None if preview.ends else last + frequency - (last + 1) % frequency
        return replace(preview, takes_snapshot=due, next_snapshot=following)

    def run(
        self, entity_id: core.EntityId, command: str, arguments: Mapping[str, Any], expected_version: int
    ) -> Changes:
        """Run a command on an entity at ``expected_version``, and store its events in one transaction.

        Raises ``ConflictError`` if another process appended first, or ``UserError`` if the model refuses.
        """
        with self._entity(entity_id, expected_version) as entity, self._recorded() as recorded:
            core.publish_rehearsed(self._session.bus, rehearse_command(entity, command, arguments))
        return recorded(entity_id)

    def change_attribute(self, entity_id: core.EntityId, name: str, value: Any, expected_version: int) -> Changes:
        """Change an attribute at ``expected_version``. Raises ``ConflictError``, or ``UserError`` if it cannot."""
        return self.run(entity_id, _CHANGE, {"name": name, "value": value}, expected_version)

    def preview_change(self, entity_id: core.EntityId, name: str, value: Any, expected_version: int) -> Preview:
        """Return the event that ``change_attribute`` would write, and write nothing."""
        return self.preview(entity_id, _CHANGE, {"name": name, "value": value}, expected_version)

    def preview_discard(self, entity_id: core.EntityId, expected_version: int) -> Preview:
        """Return the event that ``discard`` would write, and write nothing."""
        return self.preview(entity_id, _DISCARD, {}, expected_version)

    def discard(self, entity_id: core.EntityId, expected_version: int) -> Changes:
        """Discard an entity; its events stay. Raises ``ConflictError`` if another process appended first."""
        return self.run(entity_id, _DISCARD, {}, expected_version)

    def take_snapshot(self, entity_id: core.EntityId, version: int | None = None) -> Changes:
        """Take a snapshot at a version, or at the last one, in the place of one that is known to be false.

        ``snapshots`` is empty if there is another one already.
        """
        self._require_writable()
        if self._session.store.tables.snapshots is None:
            raise UserError("the snapshots of this store cannot be read, so none is taken", "Its notes say why.")
        with self._recorded() as recorded, _refusals(), _folding():
            try:
                self._session.repository.take_snapshot(entity_id, lte=version)
            except core.ConcurrencyError as error:
                raise UserError(f"the snapshot could not be taken: {error}", "Refresh, and try again.") from error
        return recorded(entity_id)

    def preview_replacement(self, entity_id: core.EntityId, version: int) -> tuple[Change, ...]:
        """Return the differences of the snapshot at a version to the true one that ``take_snapshot`` would write."""
        with _refusals(), _folding():
            entity = self._session.repository.get_entity(entity_id, lte=version)
        found = next((each.state for each in self._session.snapshots(entity_id) if each.version == version), None)
        now, then = (state and plain_state(state) for state in (found, entity and vars(entity)))
        return tuple(diff(now, then))

    @contextmanager
    def _entity(self, entity_id: core.EntityId, expected_version: int) -> Iterator[Any]:
        """Yield the entity, with the bus activated. Raises ``ConflictError`` if another write came first."""
        self._require_writable()
        facts = self._session.entity(entity_id)
        if self._session.model_of(facts) is None:
            raise UserError(f"the model {facts.type} is not known here, so its entities cannot be changed")
        with self._session.bus.activated(), _refusals():
            with _folding():
                entity = self._session.repository[entity_id]
            if entity.version - 1 != expected_version:
                raise ConflictError(self._session.events(entity_id, after=expected_version))
            try:
                yield entity
            except core.ConcurrencyError as error:
                raise ConflictError(self._session.events(entity_id, after=expected_version)) from error

    @contextmanager
    def _recorded(self) -> Iterator[Callable[[core.EntityId], Changes]]:
        """Record what is published in the block; yield a function that turns it into ``Changes``."""
        published: list[Any] = []
        self._failures.clear()

        def changes(entity_id: core.EntityId) -> Changes:
            written: list[Any] = [each for each in published if isinstance(each, core.DomainEntity.Event)]
            events = tuple((each.originator_version, type(each).__name__) for each in written)
            snapshots = tuple(each.originator_version for each in published if isinstance(each, core.Snapshot))
            return Changes(entity_id, events, snapshots, tuple(self._failures))

        def note(event: Any) -> None:
            published.extend(event if isinstance(event, list) else [event])

        self._session.bus.subscribe(note)
        try:
            with self._session.bus.activated():
                yield changes
        finally:
            self._session.bus.unsubscribe(note)

    def _require_writable(self) -> None:
        if not self._session.is_writable:
            raise UserError("this store is open for reading only", self._session.why_read_only)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn the errors of the core into ``UserError``."""
    try:
        yield
    except (core.RepositoryKeyError, core.EntityIsDiscarded) as error:
        raise UserError("the entity was discarded; its history stays, but it cannot change") from error
    except (core.ValueEncodingError, core.SequencedItemError, core.EventNotStoredError) as error:
        raise UserError(str(error)) from error
    except core.DatastoreError as error:
        raise of_database(error, "Somebody else may be writing; try again.") from error


@contextmanager
def _folding() -> Iterator[None]:
    """Turn what an event cannot be applied for into ``UserError``: a model may raise anything."""
    try:
        yield
    except _OF_THE_CORE:
        raise
    except Exception as error:
        hint = "Step through its events to find the one that is wrong."
        text = elide(str(error) or type(error).__name__, _LONGEST_REFUSAL)
        raise UserError(f"the entity cannot be rebuilt, so it cannot change: {text}", hint) from error


def _require_attribute(entity: Any, name: str) -> None:
    is_generic = isinstance(entity, GenericEntity)
    names = [each.name for each in state_fields(entity.state)] if is_generic else core.attribute_names(type(entity))
    if name not in names:
        hint = f"These can: {', '.join(names)}." if names else "It has none that can."
        raise UserError(f"{name!r} of {type(entity).__name__} changes through events of its own", hint)


_CHANGE: Final = "change_attribute"
_DISCARD: Final = "discard"
_PASSED_ON: Final = (UserError, core.ConcurrencyError, core.DatastoreError, core.EntityIsDiscarded, MemoryError)
_OF_THE_CORE: Final = (*_PASSED_ON, core.RepositoryKeyError, core.EventNotStoredError, core.SequencedItemError)


def rehearse_command(entity: Any, command: str, arguments: Mapping[str, Any]) -> list[Any]:
    """Return the events of a command. Raises ``UserError`` with what the model says where it refuses."""
    if all(each.name != command for each in core.commands_of(type(entity))):
        raise UserError(f"{type(entity).__name__} has no command {command!r}")
    if command == _CHANGE:
        _require_attribute(entity, arguments["name"])
        arguments = {**arguments, "name": f"_{arguments['name']}"}
    with _model_refusals():
        events = core.rehearse(entity, lambda each: getattr(each, command)(**arguments))
    if not events:
        raise UserError("with these values it writes no event, so nothing changes")
    return events


def preview_of(
    entity: Any, command: str, arguments: Mapping[str, Any], planned: Callable[[Any], PlannedEvent]
) -> Preview:
    """Return the events of a command on an entity, which is changed, and what they change, without a snapshot."""
    before = plain_state(vars(entity))
    events = tuple(map(planned, rehearse_command(entity, command, arguments)))
    after = None if entity.is_discarded else plain_state(vars(entity))
    return Preview(events, tuple(diff(before, after)), takes_snapshot=False, next_snapshot=None, ends=after is None)


def offers_of(model: type[Any], entity: Any, refusal: str = "") -> tuple[Offer, ...]:
    """Return the commands of a model with why an entity of it refuses each, or with one reason for all of them."""
    found = core.commands_of(model)
    return tuple(Offer(each, command_fields(each), refusal or _refusal(each, entity)) for each in found)


def _refusal(command: core.Command, entity: Any) -> str:
    try:
        with _model_refusals():
            if command.guard is not None:
                command.guard(entity)
    except UserError as error:
        return str(error)
    return ""


@contextmanager
def _model_refusals() -> Iterator[None]:
    """Turn what a model raises into ``UserError``: the text of a ``ValueError``, with the name of any other error."""
    try:
        yield
    except _PASSED_ON:
        raise
    except Exception as error:
        name = "" if isinstance(error, ValueError) and str(error) else f"the command failed: {type(error).__name__}: "
        raise UserError(elide(f"{name}{error}", _LONGEST_REFUSAL)) from error


_LONGEST_REFUSAL: Final = 300
"""Characters."""
