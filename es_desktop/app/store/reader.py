"""Reads a store: its entities, events, snapshots and states. Safe to call from several threads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.entity.facts import EntityFacts, LoggedEvent, Outline, StoreFacts, types_of
from es_desktop.app.entity.fields import Field, attribute_fields
from es_desktop.app.entity.ids import ids_from_text, matching_id
from es_desktop.app.entity.verdict import (
    NEAREST,
    ZERO,
    BaseChoice,
    Bases,
    KnownChecks,
    SnapshotBase,
    Verdict,
    verdict_on,
)
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.values import count_text
from es_desktop.app.transfer.records import has_core_type
from es_desktop.app.transfer.store_file import UNKNOWN_SOURCE, Case, CopyNotes
from es_desktop.app.trust.fold import LIMITS, Limits, Trust, TrustedFold, TrustedModel
from es_desktop.core import EntityId, KnownClasses, RecordedEvent, RecordedSnapshot, TopicResolutionError
from es_desktop.replay import Chain, ClassFold, Exactness, Fold, GenericFold, Rebuild
from es_desktop.replay.chain import Player

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore, OpenOptions

_UNREADABLE_CASE: Final = "a case, but what came with its records cannot be read"


class Reading:
    """The reading half of a session."""

    def __init__(self, opened: OpenedStore, classes: KnownClasses) -> None:
        self._opened = opened
        self._reader = opened.reader
        self._classes = classes
        self.case: Case | None = None
        """The notes and the view of a case; ``None`` for any other store, or if they cannot be read."""
        if opened.tables.case_notes is not None:
            self.case = Case.from_json(opened.tables.case_notes)
        self.copy_notes: CopyNotes | None = None
        """Where the records of a working copy come from; ``None`` for any other store."""
        if opened.tables.copy_notes is not None:
            self.copy_notes = CopyNotes.from_json(opened.tables.copy_notes) or UNKNOWN_SOURCE
        self.trusted: TrustedModel | None = None
        """The trusted code of this store, until the store is closed."""
        self.checks = KnownChecks()
        """The results of the snapshot checks so far."""
        self._starting: TrustedModel | None = None

    @property
    def store(self) -> OpenedStore:
        """The open store itself, for reading raw records."""
        return self._opened

    @property
    def player(self) -> Player:
        """The core's own event player over the tables of the store: what states are rebuilt from.

        Beside it are read only: the outline of an entity, as its versions and types need no payload, which is most of
        the time and room of an event; and finding in states, where one select for hundreds of short entities takes a
        small part of the time of one select each.
        """
        return self._reader.player

    @property
    def elsewhere(self) -> tuple[str, OpenOptions] | None:
        """How another process opens the same store; ``None`` if it could not fold as this one does."""
        return None

    @property
    def classes(self) -> KnownClasses:
        """The classes that records are decoded to."""
        return self._classes

    def facts(self) -> StoreFacts:
        """Return the facts of the whole store. Reads every entity."""
        entities = list(self.entities())
        encrypted = [each.id for each in entities if each.is_encrypted]
        return self.store_facts(
            entities=len(entities),
            events=sum(each.events for each in entities),
            snapshots=self._reader.counts().snapshots,
            times=[time for each in entities for time in (each.created, each.modified) if time is not None],
            types=types_of(entities),
            encrypted=len(encrypted),
            encrypted_entity=next(iter(encrypted), None),
        )

    def store_facts(
        self,
        *,
        entities: int,
        events: int,
        snapshots: int,
        times: Sequence[float],
        types: dict[str, int],
        encrypted: int,
        encrypted_entity: EntityId | None,
    ) -> StoreFacts:
        """Return the facts of the whole store from counts that are known already."""
        return StoreFacts(
            store=self._opened.location.name,
            format=self._opened.format.name,
            writable=self._opened.may_be_written,
            entities=entities,
            events=events,
            snapshots=snapshots,
            first=min(times, default=None),
            last=max(times, default=None),
            types=types,
            notes=(*self._opened.tables.notes, *self._own_notes(), *_encrypted_note(encrypted)),
            encrypted=encrypted,
            encrypted_entity=encrypted_entity,
        )

    def _own_notes(self) -> Iterator[str]:
        if self._opened.tables.case_notes is not None:
            yield _UNREADABLE_CASE if self.case is None else self.case.note
        if self.copy_notes is not None:
            yield self.copy_notes.note

    def entities(self) -> Iterator[EntityFacts]:
        """Yield every entity, including discarded ones."""
        return map(EntityFacts.of, self._reader.sequences())

    def entity(self, entity_id: EntityId) -> EntityFacts:
        """Return one entity. Raises ``UserError`` if there is none."""
        found = next(self._reader.sequences(only=entity_id), None)
        if found is None:
            raise UserError(f"there is no entity {entity_id} in this store", "Refresh: it may have been another store.")
        return EntityFacts.of(found)

    def first_entities(self, count: int) -> list[EntityFacts]:
        """Return the first entities; their snapshots are not counted."""
        return [EntityFacts.of(each) for each in self._reader.sequences(limit=count)]

    def find_id(self, text: str) -> EntityId:
        """Return the id that a text names, whole or its beginning. Raises ``UserError`` if it is not just one."""
        # In our own tables an id can be a UUID or a text, and a lookup is fast.
        likely = ids_from_text(text) if self._opened.format.is_ours else []
        whole = next((each for each in likely if next(self._reader.sequences(each), None)), None)
        return matching_id(text, self._reader.ids()) if whole is None else whole

    def outline(self, entity_id: EntityId) -> Outline:
        """Return the versions and types of an entity's events."""
        return Outline.of(self._reader.outline(entity_id))

    def events(self, entity_id: EntityId, after: int | None = None, limit: int | None = None) -> list[RecordedEvent]:
        """Return the events of an entity after a version, in ascending order."""
        return self._reader.events(entity_id, gt=after, limit=limit)

    def event(self, entity_id: EntityId, version: int) -> RecordedEvent:
        """Return one event of an entity. Raises ``IndexError`` if there is none."""
        return self._opened.tables.events.mapper.to_recorded_event(self.record(entity_id, version))

    def events_at(self, keys: Sequence[tuple[EntityId, int]]) -> list[RecordedEvent | None]:
        """Return the events of any entities at some versions; ``None`` if there is none."""
        return self._opened.log.events_at(keys)

    def log_order(self) -> range | None:
        """Return the numbers of all events, oldest first, where the store numbers them one after another."""
        order = self._opened.log.number_range()
        return None if order is None else range(order.first, order.last + 1)

    def logged(self, numbers: range) -> list[LoggedEvent]:
        """Return the events with numbers of ``log_order``."""
        return [LoggedEvent(*each) for each in self._opened.log.events_between(numbers[0], numbers[-1])]

    def snapshots(self, entity_id: EntityId) -> list[RecordedSnapshot]:
        """Return the snapshots of an entity, in ascending order."""
        return self._reader.snapshots(entity_id)

    def record(self, entity_id: EntityId, version: int) -> Any:
        """Return the record of an event as it is in the table: sequence id, position, topic, data."""
        return self._reader.record(entity_id, version)

    def class_of(self, entity: EntityFacts) -> type[Any] | None:
        """Return the class of an entity, if it is known here."""
        return self._classes.find(entity.topic) if entity.topic else None

    def is_generic(self, entity: EntityFacts) -> bool:
        """Return whether an entity is changed without its class: in a working copy, where that is not known."""
        return self.copy_notes is not None and self.class_of(entity) is None

    def set_trust(self, trust: Trust | None, limits: Limits = LIMITS) -> None:
        """Let states be what trusted code makes of the records; ``None`` for no longer.

        The code runs in a separate process, which is started at once. Raises ``TrustError`` if that cannot be;
        nothing is trusted then.
        """
        before, self.trusted = self.trusted, None
        if before is not None:
            before.close()
        if trust is None:
            return
        model = self._starting = TrustedModel(trust, limits, self._classes)
        try:
            model.start()
        except BaseException:
            model.close()
            raise
        finally:
            self._starting = None
        self.trusted = model

    def interrupt_trust(self) -> None:
        """End the start and all calls of trusted code: those that wait for it raise ``Cancelled``. Returns at once."""
        for model in (self._starting, self.trusted):
            if model is not None:
                model.interrupt()

    def fold_for(self, entity: EntityFacts) -> Fold:
        """Return what rebuilds an entity: the code that is trusted, or else what is known here."""
        if self.trusted is not None:
            return TrustedFold(self.trusted, self._opened, entity.id)
        return self.fold_here(entity)

    def fold_here(self, entity: EntityFacts) -> Fold:
        """Return what rebuilds an entity in this process: its class if known, otherwise the generic fold."""
        known = self.class_of(entity)
        if known is None:
            if not self._opened.format.is_ours:
                return GenericFold(core_types=self._opened.tables.has_core_event_types)
            return GenericFold(core_types=lambda event: has_core_type(event, self.copy_notes))
        return ClassFold(known, self._classes)

    def attribute_fields(self, entity: EntityFacts) -> list[Field]:
        """Return the attributes of an entity that its class lets be changed; none where the class is not known here."""
        known = self.class_of(entity)
        return [] if known is None else attribute_fields(known)

    def chain(
        self, entity: EntityFacts, versions: Sequence[int], base: int | None = None, player: Player | None = None
    ) -> Chain:
        """Return the steps of an entity from the snapshot at the version ``base``, or from zero.

        ``player`` reads them where it is not the store's own, as ``EntityPlayer`` is.
        """
        return Chain(self.fold_for(entity), player or self.player, entity.id, versions, base)

    def bases(self, entity: EntityFacts) -> Bases:
        """Return the snapshots of an entity as what its rebuilds may start from."""
        return self.bases_of(self.fold_for(entity), self.snapshots(entity.id))

    def bases_of(self, fold: Fold, snapshots: Sequence[RecordedSnapshot]) -> Bases:
        """Return snapshots of an entity as what the rebuilds by its fold may start from."""
        if isinstance(fold, TrustedFold):
            reasons = fold.base_errors(snapshots)
        else:
            reasons = [_why_no_base(fold, each) for each in snapshots]
        return Bases([SnapshotBase(each, why) for each, why in zip(snapshots, reasons, strict=True)])

    def verdict(self, entity_id: EntityId, exactness: Exactness, base: int | None, failure: str = "") -> Verdict:
        """Return the verdict on a state of an entity by what is known now; see ``verdict_on``. Reads nothing."""
        trust = None if self.trusted is None else self.trusted.trust
        return verdict_on(exactness, base, self.checks.of(entity_id), trust, failure)

    def explain(self, entity_id: EntityId, at: int | None = None, *, base: BaseChoice = NEAREST) -> Rebuild:
        """Return how the state of an entity at a version was made; by default at its last version.

        Raises ``UserError`` if the entity has no event at that version, or the snapshot that was picked cannot be
        the base of it.
        """
        entity = self.entity(entity_id)
        versions = self.outline(entity_id).versions
        version = entity.version if at is None else at
        if version not in versions:
            hint = f"Its versions go from {versions[0]} to {versions[-1]}."
            raise UserError(f"the entity {entity_id} has no event at version {version}", hint)
        bases = Bases() if base == ZERO else self.bases(entity)
        why_not = bases.why_not(base, version)
        if why_not:
            raise UserError(why_not, bases.hint(version))
        chosen = bases.chosen(base, version)
        return self.chain(entity, versions, None if chosen is None else chosen.version).rebuild(version)


def _encrypted_note(count: int) -> Iterator[str]:
    if count:
        yield f"the records of {count_text(count, 'entity')} are encrypted; a key opens them"


def _why_no_base(fold: Fold, snapshot: RecordedSnapshot) -> str:
    if snapshot.error is not None:
        return snapshot.error
    try:
        # Whether there is a class to make it of is seen without its attributes, which a fold would copy.
        fold.start(replace(snapshot, state=snapshot.state and {}))
    except TopicResolutionError as error:
        return str(error)
    return ""
