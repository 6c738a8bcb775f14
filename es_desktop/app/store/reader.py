"""Reads a store: its entities, events, snapshots and states. Safe to call from several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from es_desktop.app.entity.facts import (
    EntityFacts,
    LoggedEvent,
    Outline,
    StoreFacts,
    StoreInDatabase,
    no_such_version,
    types_of,
)
from es_desktop.app.entity.fields import Field, attribute_fields
from es_desktop.app.entity.hues import TypeHues
from es_desktop.app.entity.ids import ids_from_text, matching_id
from es_desktop.app.entity.verdict import NEAREST, BaseChoice, Bases, KnownChecks, SnapshotBase, Verdict, verdict_on
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.text.plain import without_secrets
from es_desktop.app.transfer.store_file import UNKNOWN_SOURCE, CopyNotes, has_core_type
from es_desktop.core import EntityId, KnownClasses, RecordedEvent, RecordedSnapshot, TopicResolutionError
from es_desktop.replay import Chain, ClassFold, Exactness, Fold, GenericFold, Rebuild
from es_desktop.replay.chain import Player
from es_desktop.replay.counting import counting
from es_desktop.system.counts import count_text

if TYPE_CHECKING:
    from es_desktop.app.transfer.case import Case
    from es_desktop.app.trust.fold import Limits, Trust, TrustedModel
    from es_desktop.stores import OpenedStore, OpenOptions

_FIRST_EVENTS: Final = 10_000
"""Events whose types have hues by their order."""
_PROGRESS_EVERY: Final = 1000
"""Entities between two calls of ``progress``."""
_UNREADABLE_CASE: Final = "a case, but what came with its records cannot be read"


class Reading:
    """The reading half of a session."""

    def __init__(self, opened: OpenedStore, classes: KnownClasses, options: OpenOptions) -> None:
        self.store: Final = opened
        """The open store itself, for reading raw records."""
        self.name: Final = without_secrets(opened.location.name)
        """The file or the URL, to be shown: without its password, and a file may be named as if it had one."""
        self._reader = opened.reader
        self.player: Final[Player] = opened.reader.player
        """The core's own event player over the tables of the store: what states are rebuilt from.

        Two things are read without it: the outline of an entity, as versions and types need no payload, which is most
        of the time and memory of an event; and the states of a search, as one select for hundreds of short entities
        takes a small part of the time of one select each.
        """
        self.classes: Final = classes
        """The classes that records are decoded to."""
        self.options: Final = options
        """The options to open it again, with the password."""
        case, copy = opened.tables.case_notes, opened.tables.copy_notes
        self.case: Final = None if case is None else _case_in(case)
        """The notes and the view of a case; ``None`` for any other store, or if they cannot be read."""
        self.copy_notes: Final = None if copy is None else CopyNotes.from_json(copy) or UNKNOWN_SOURCE
        """Where the records of a working copy come from; ``None`` for any other store."""
        self.trusted: TrustedModel | None = None
        """The trusted code of this store, until the store is closed."""
        self.type_hues = TypeHues()
        """The hue of each event type, in every view."""
        self.checks = KnownChecks()
        """The results of the snapshot checks so far."""
        self._starting: TrustedModel | None = None

    @property
    def elsewhere(self) -> tuple[str, OpenOptions] | None:
        """How another process opens the same store; ``None`` if it could not fold as this one does."""
        return None if self.trusted is not None else (self.store.location.absolute_name, self.options)

    @property
    def unchecked(self) -> str:
        """The snapshots that no check finds, because they are in no list, as one line; empty if there are none."""
        tables = self.store.tables
        found = [each for each in (*tables.left_out, *tables.unlisted) if "snapshot" in each]
        return f"not checked: {'; '.join(found)}" if found else ""

    def facts(self, progress: Progress = no_progress) -> StoreFacts:
        """Return the facts of the whole store. Reads every entity; ``progress`` counts their events."""
        entities = list(self.entities(progress))
        encrypted = [each.id for each in entities if each.is_encrypted]
        times = [time for each in entities for time in (each.created, each.modified) if time is not None]
        counts = len(entities), sum(each.events for each in entities), sum(each.snapshots for each in entities)
        first, last = min(times, default=None), max(times, default=None)
        facts = StoreFacts("", "", False, *counts, first, last, types_of(entities))
        return self.described(replace(facts, encrypted=len(encrypted), encrypted_entity=next(iter(encrypted), None)))

    def described(self, counts: StoreFacts) -> StoreFacts:
        """Return facts with the name, the format and the notes of this store."""
        notes = list(self.store.tables.notes)
        if self.store.tables.case_notes is not None:
            notes.append(_UNREADABLE_CASE if self.case is None else self.case.note)
        if self.copy_notes is not None:
            notes.append(self.copy_notes.note)
        if counts.encrypted:
            notes.append(f"records of {count_text(counts.encrypted, 'entity')} may be encrypted; a key may open them")
        writable, stores = self.store.may_be_written, self.store.detection.stores
        shown = self.store.shown.table_name
        found = tuple(
            StoreInDatabase(name, each.format.name, each.entities, each.events, name == shown, str(each))
            for each in stores
            for name in [each.table_name]
        )
        several = found if len(found) > 1 and any(each.is_shown for each in found) else ()
        counts = replace(counts, store=self.name, format=self.store.format.name, writable=writable)
        return replace(counts, notes=tuple(notes), stores=several)

    def entities(self, progress: Progress = no_progress) -> Iterator[EntityFacts]:
        """Yield every entity, including discarded ones. ``progress`` counts their events, and may raise to stop."""
        if progress is no_progress:
            yield from map(EntityFacts.of, self._reader.sequences())
            return
        done, total = 0, self.store.reader.event_count()
        for number, entity in enumerate(map(EntityFacts.of, self._reader.sequences())):
            if number % _PROGRESS_EVERY == 0:
                progress(min(done, total), total)
            done += entity.events
            yield entity

    def entity(self, entity_id: EntityId) -> EntityFacts:
        """Return one entity. Raises ``UserError`` if there is none."""
        found = next(self._reader.sequences(only=entity_id), None)
        if found is None:
            self._reader.require_absent(entity_id)
            raise UserError(f"there is no entity {entity_id} in this store", "Refresh: it may have been another store.")
        return EntityFacts.of(found)

    def first_entities(self, count: int) -> list[EntityFacts]:
        """Return the first entities; their snapshots are not counted."""
        return [EntityFacts.of(each) for each in self._reader.sequences(limit=count)]

    def find_id(self, text: str) -> EntityId:
        """Return the id that a text names, whole or its beginning. Raises ``UserError`` if it is not just one."""
        # In our own tables an id can be a UUID or a text, and a lookup is fast.
        likely = ids_from_text(text) if self.store.format.is_ours else []
        whole = next((each for each in likely if next(self._reader.sequences(each), None)), None)
        return matching_id(text, self._reader.ids()) if whole is None else whole

    def read_type_hues(self) -> None:
        """Read the first events, whose types have hues by their order; in a table without one, by their first use."""
        try:
            first = self._reader.first_types(_FIRST_EVENTS)
        except UserError:
            return  # reading an entity says what is wrong
        if first is not None:
            self.type_hues = TypeHues(first, is_open=len(first) < _FIRST_EVENTS)

    def outline(self, entity_id: EntityId) -> Outline:
        """Return the versions and types of an entity's events."""
        return Outline.of(self._reader.outline(entity_id))

    def events(self, entity_id: EntityId, after: int | None = None, limit: int | None = None) -> list[RecordedEvent]:
        """Return the events of an entity after a version, in ascending order."""
        return self._reader.events(entity_id, gt=after, limit=limit)

    def event(self, entity_id: EntityId, version: int) -> RecordedEvent:
        """Return one event of an entity. Raises ``IndexError`` if there is none."""
        return self.store.tables.events.mapper.to_recorded_event(self.record(entity_id, version))

    def events_at(self, keys: Sequence[tuple[EntityId, int]]) -> list[RecordedEvent | None]:
        """Return the events of any entities at some versions; ``None`` for one that is missing."""
        return self.store.reader.events_at(keys)

    def log_order(self) -> range | None:
        """Return the numbers of all events, oldest first, where the store numbers them one after another."""
        return self.store.reader.number_range()

    def logged(self, numbers: range) -> list[LoggedEvent]:
        """Return the events with numbers of ``log_order``."""
        return [LoggedEvent(*each) for each in self.store.reader.events_between(numbers[0], numbers[-1])]

    def snapshots(self, entity_id: EntityId) -> list[RecordedSnapshot]:
        """Return the snapshots of an entity, in ascending order."""
        return self._reader.snapshots(entity_id)

    def record(self, entity_id: EntityId, version: int) -> Any:
        """Return the record of an event as it is in the table: sequence id, position, topic, data."""
        return self._reader.record(entity_id, version)

    def class_of(self, entity: EntityFacts) -> type[Any] | None:
        """Return the class of an entity, if it is known here."""
        return self.classes.find(entity.topic) if entity.topic else None

    def is_generic(self, entity: EntityFacts) -> bool:
        """Return whether an entity is changed without its class: in a working copy, where that is not known."""
        return self.copy_notes is not None and self.class_of(entity) is None

    def set_trust(self, trust: Trust | None, limits: Limits | None = None) -> None:
        """Rebuild states with trusted code, in a new process; ``None`` for no longer. Raises ``TrustError``."""
        before, self.trusted = self.trusted, None
        if before is not None:
            before.close()
        if trust is None:
            return
        # Most runs trust no code.
        from es_desktop.app.trust.fold import LIMITS, TrustedModel

        model = self._starting = TrustedModel(trust, limits or LIMITS, self.classes)
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
            return self.trusted.fold_of(self.store, entity.id)
        return self.fold_here(entity)

    def fold_here(self, entity: EntityFacts) -> Fold:
        """Return what rebuilds an entity in this process: its class if known, otherwise the generic fold."""
        known = self.class_of(entity)
        if known is not None:
            return ClassFold(known, self.classes)
        if self.store.format.is_ours:
            return GenericFold(core_types=lambda event: has_core_type(event, self.copy_notes))
        return GenericFold(core_types=self.store.tables.has_core_event_types)

    def attribute_fields(self, entity: EntityFacts) -> list[Field]:
        """Return the attributes of an entity that its class lets be changed; none where the class is not known here."""
        known = self.class_of(entity)
        return [] if known is None else attribute_fields(known)

    def chain(
        self, entity: EntityFacts, versions: Sequence[int], base: int | None = None, player: Player | None = None
    ) -> Chain:
        """Return the steps of an entity from the snapshot at the version ``base``, or from zero, read by ``player``."""
        return Chain(self.fold_for(entity), player or self.player, entity.id, versions, base)

    def bases(self, entity: EntityFacts) -> Bases:
        """Return the snapshots of an entity as bases of its rebuilds."""
        return self.bases_of(self.fold_for(entity), self.snapshots(entity.id))

    def bases_of(self, fold: Fold, snapshots: Sequence[RecordedSnapshot]) -> Bases:
        """Return snapshots of an entity as bases of rebuilds with a fold."""
        own_errors: Callable[[Sequence[RecordedSnapshot]], list[str]] | None = getattr(fold, "base_errors", None)
        reasons = [_why_no_base(fold, each) for each in snapshots] if own_errors is None else own_errors(snapshots)
        return Bases([SnapshotBase(each, why) for each, why in zip(snapshots, reasons, strict=True)])

    def verdict(self, entity: EntityFacts, exactness: Exactness, base: int | None, failure: str = "") -> Verdict:
        """Return the verdict on a state of an entity by what is known now; see ``verdict_on``. Reads nothing."""
        trust = None if self.trusted is None else self.trusted.trust
        has_code = trust is not None or self.class_of(entity) is not None
        return verdict_on(exactness, base, self.checks.of(entity.id), trust, failure, has_code=has_code)

    def explain(
        self,
        entity_id: EntityId,
        at: int | None = None,
        *,
        base: BaseChoice = NEAREST,
        progress: Progress = no_progress,
    ) -> Rebuild:
        """Return how the state of an entity at a version was made; by default at its last version.

        ``progress`` counts the events that are applied; it may raise to stop. Raises ``UserError`` if the entity has no
        event at that version, or the picked snapshot cannot be its base.
        """
        entity = self.entity(entity_id)
        versions = self.outline(entity_id).versions
        version = entity.version if at is None else at
        if version not in versions:
            raise no_such_version(entity_id, version, versions)
        bases = Bases() if base.mode == "zero" else self.bases(entity)
        why_not = bases.why_not(base, version)
        if why_not:
            raise UserError(why_not, bases.hint(version))
        chosen = bases.chosen(base, version)
        chain = self.chain(entity, versions, None if chosen is None else chosen.version)
        return chain.rebuild(version, counting(progress, chain.index_of(version)))


def _case_in(notes: str) -> Case | None:
    from es_desktop.app.transfer.case import Case

    return Case.from_json(notes)


def _why_no_base(fold: Fold, snapshot: RecordedSnapshot) -> str:
    if snapshot.error is not None:
        return snapshot.error
    try:
        # Without the attributes, which a fold would copy: only the class of the state has to be found.
        fold.start(replace(snapshot, state=snapshot.state and {}))
    except TopicResolutionError as error:
        return str(error)
    return ""
