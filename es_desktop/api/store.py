"""An open store: its entities, its log, questions to it, checks of it, and its ways out."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias
from uuid import UUID

from es_desktop.app.runtime import places
from es_desktop.app.runtime.errors import Progress, no_progress
from es_desktop.app.search.known_names import require_known
from es_desktop.app.store.models import Model, all_models
from es_desktop.app.store.opening import MapFolder, Opener, given_options
from es_desktop.app.store.session import Session, create_session
from es_desktop.system.stop import stoppable

from .entity import Entity
from .quality import DataShape, Quality
from .rows import Rows, reading
from .values import Check, Comparison, FoundState, LoggedEvent, Summary

if TYPE_CHECKING:
    from es_desktop.app.search.find import Request
    from es_desktop.app.transfer.export import ExportCounts, ExportRequest
    from es_desktop.app.transfer.rescue import RescueReport
    from es_desktop.app.transfer.working_copy import CopyResult
    from es_desktop.core import EntityId
    from es_desktop.stores.writing import AppendResult
    from es_desktop.trusted import Trust

    from .process import Process
    from .rules import FoundRule

Id: TypeAlias = UUID | str
"""The id of an entity. A text may be the beginning of an id, as long as no other begins so."""
Time: TypeAlias = dt.datetime | str | float
"""A time. A text is an ISO date, which means its end, or a date and time; a number is seconds since the epoch."""
File: TypeAlias = str | os.PathLike[str]


def open_store(
    store: File,
    *,
    writable: bool = False,
    scope: str | None = None,
    key_file: File | None = None,
    table_map: File | None = None,
    trust: Trust | None = None,
    models: Sequence[Model] = (),
    rescues: bool = False,
    writes_any: bool = False,
    progress: Progress = no_progress,
) -> Store:
    """Open a store by its file or URL. It is only read, unless it is to be ``writable``.

    ``scope`` chooses a store or a part of a database that holds several. ``key_file`` has the key of encrypted records;
    without one it is that of the environment. ``table_map`` is the map of a table of no known format; a map that was
    kept for the store is used by itself. With ``trust``, which ``trusted_code`` makes, states are made by that code.
    ``models`` are entity classes of yours, on the core of this program, that fold and change their entities.
    ``rescues`` shows only what can be read of a damaged file. ``writes_any`` allows to write to a store that another
    program made with the same core.

    Raises ``UserError`` if it cannot be opened. Nothing that the file names is run.
    """
    options = given_options(scope, _path(key_file), _path(table_map), writes_any=writes_any)
    with reading(), stoppable(progress=progress):
        opener = Opener(None, MapFolder(places.maps()), (*all_models(), *models))
        session = opener.open(os.fspath(store), replace(options, rescues=rescues), writable=writable)
    try:
        session.set_trust(trust)
    except BaseException:
        session.close()
        raise
    return Store(session)


def create_store(store: File, models: Sequence[Model] = ()) -> Store:
    """Make an empty store of ours, and open it to be written, for entities of the program and of ``models``.

    Raises ``UserError`` if there is a file already.
    """
    return Store(create_session(os.fspath(store), (*all_models(), *models)))


def trusted_code(folder: File, *modules: str, python: str = "", fold: str = "") -> Trust:
    """Return code that is trusted to make states: modules in a folder, or one function ``fold``, ``module:function``.

    It runs with your rights, in a process of its own. Raises ``UserError`` for a missing folder or a wrong name.
    """
    from es_desktop.app.trust.settings import chosen_trust

    return chosen_trust(os.fspath(folder), modules, python, fold)


class Store:
    """An open store. Close it, or use it in a ``with`` statement. For one thread at a time."""

    def __init__(self, session: Session) -> None:
        self.session = session
        """What the program itself works with; for what is not here."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store, and end the process of trusted code."""
        self.session.close()

    def activated(self) -> AbstractContextManager[object]:
        """Have entities of the core that are made or changed in the block stored here, in this thread."""
        return self.session.bus.activated()

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return self.session.name

    @property
    def format(self) -> str:
        """The name of its table format."""
        return self.session.format_name

    @property
    def damage(self) -> str:
        """What of a damaged file is not shown; empty for a whole one."""
        found = self.session.store.damage
        return "" if found is None else str(found)

    def __repr__(self) -> str:
        return f"<store {self.name}: {self.format}>"

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()

    # Looking ------------------------------------------------------------------------------------------------------

    def summary(self) -> Summary:
        """Return what the store holds. Reads every entity."""
        with reading():
            return Summary(self.session.facts())

    def entities(self, type: str | None = None) -> Rows[Entity]:
        """Return all entities, discarded ones too, or those of one type. Reading raises ``UserError`` for no type."""

        def read() -> Iterator[Entity]:
            types: set[str] = set()
            for facts in self.session.entities():
                types.add(facts.type)
                if type in (None, facts.type):
                    yield Entity(self.session, facts)
            require_known(() if type is None else (type,), types, "entity type")

        return Rows(read, Entity.to_dict, "entities" if type is None else f"entities of type {type}")

    def entity(self, id: Id) -> Entity:
        """Return one entity. Raises ``UserError`` if there is none, or a text is the beginning of several ids."""
        with reading():
            (found,) = self._ids([id]) or ()
            return Entity(self.session, self.session.entity(found))

    def log(
        self,
        text: str | None = None,
        *,
        types: Sequence[str] | None = None,
        until: Time | None = None,
        progress: Progress = no_progress,
    ) -> Rows[LoggedEvent]:
        """Return the events of all entities, in the order of the store.

        ``text`` is words that the payload holds, and ``types`` are types of events or entities. The first reading makes
        an index of the store in the cache folder, which reports its ``progress``.
        """
        from es_desktop.app.search.find import FoundEvent, find

        request = _request(None, text, until, types)

        def read() -> Iterator[LoggedEvent]:
            for each in find(self.session, places.indexes(), request, progress):
                assert isinstance(each, FoundEvent), "there is no condition"
                yield LoggedEvent(each.entity_id, each.entity_type, each.event)

        return Rows(read, LoggedEvent.to_dict, "events" if text is None else f"events with {text}")

    # Questions ----------------------------------------------------------------------------------------------------

    def find(
        self,
        condition: str,
        *,
        text: str | None = None,
        as_of: Time | None = None,
        types: Sequence[str] | None = None,
        progress: Progress = no_progress,
        on_note: Callable[[str], None] = lambda note: None,
    ) -> Rows[FoundState]:
        """Return the entities whose state meets a condition, such as ``status == "open" and total > 100``.

        ``text`` is words that one of their events holds. The state is that of the time ``as_of``, or the last one.
        ``types`` are the types of the entities. ``on_note`` receives what a person should know of the answer, such as
        that some entities could not be rebuilt. Raises ``UserError`` for a condition that cannot be understood; so does
        reading, if there is no such type, or no entity has what the condition names.
        """
        from es_desktop.app.entity.checks import check_base
        from es_desktop.app.search.find import find
        from es_desktop.app.search.state_scan import SearchProgress, StateHit

        request = _request(condition, text, as_of, types)

        def read() -> Iterator[FoundState]:
            for found in find(self.session, places.indexes(), request, progress):
                if isinstance(found, StateHit):
                    check_base(self.session, found.entity, found.base)
                    verdict = self.session.verdict(found.entity, found.exactness, found.base)
                    yield FoundState(replace(found, exactness=verdict.exactness))
                elif isinstance(found, SearchProgress) and found.is_done:
                    for note in filter(None, (found.trouble, found.without.text)):
                        on_note(note)

        return Rows(read, FoundState.to_dict, f"entities with {condition}")

    def process(
        self,
        type: str,
        *,
        at_least: int = 1,
        repeats: str = "collapsed",
        without: Sequence[str] = (),
        progress: Progress = no_progress,
    ) -> Process:
        """Return the process of an entity type: which event types follow each other, how often and how soon.

        What fewer entities have than ``at_least`` is hidden. ``repeats`` says what counts: ``each`` event, immediate
        repeats as one (``collapsed``), or each event type at its ``first`` time in an entity. Event types ``without``
        are left out. The first reading makes an index of the store, which reports its ``progress``. Raises
        ``UserError`` if there is no such type.
        """
        from .process import process_of

        return process_of(self.session, type, repeats, without, at_least, progress)

    def sql(
        self, statement: str, *, seconds: float | None = None, progress: Progress = no_progress
    ) -> Rows[dict[str, Any]]:
        """Return the rows of one SELECT over the states of all versions, as dictionaries.

        The views are ``events``, ``entities``, ``changes``, ``states`` and ``snapshots``, and one for each type of
        entity by its name. Times are in UTC. The first call makes the state history, and reports its ``progress``; of a
        large store it is kept in the cache folder. A statement ends after so many ``seconds``, 60 by default. Needs the
        extra ``history`` of the package. Reading raises ``UserError`` for a statement that is wrong, does more than
        read, or takes longer.
        """
        from es_desktop.app.history.sql import SECONDS, sql_history

        def read() -> Iterator[dict[str, Any]]:
            with (
                sql_history(self.session, places.indexes(), progress, progress) as history,
                history.asked(statement, SECONDS if seconds is None else seconds) as answer,
            ):
                for row in answer.rows:
                    yield dict(zip(answer.columns, row, strict=True))

        return Rows(read, dict, "rows of SQL")

    def verify(self) -> Rows[Check]:
        """Return a check of each snapshot: whether it is the state that its events lead to."""
        from es_desktop.app.entity.checks import verify_store

        def read() -> Iterator[Check]:
            yield from map(Check, verify_store(self.session))

        return Rows(read, Check.to_dict, "checks of snapshots")

    @property
    def unchecked(self) -> str:
        """The snapshots that no check finds, because they are of no entity, as one line; empty if there are none."""
        return self.session.unchecked

    def quality(self, *, snapshots: bool = True, progress: Progress = no_progress) -> Quality:
        """Return what is odd, missing or false in the store, and what its data look like. Reads each record once.

        ``snapshots`` are compared with their events, which takes longer than all else, unless that is ``False``.
        """
        from es_desktop.app.quality.report import report_quality
        from es_desktop.app.search.store_index import StoreIndex

        index = StoreIndex.kept(self.session, places.indexes())
        try:
            with reading(), stoppable(progress=progress):
                report = report_quality(self.session, index=index, progress=progress, checks_snapshots=snapshots)
                return Quality(report)
        finally:
            if index is not None:
                index.close()

    def shape(self, type: str | None = None, *, progress: Progress = no_progress) -> DataShape:
        """Return the paths of the payloads with the types of their values, when and how often, and what changed.

        ``type`` is a type of entities or events. Reads each record once. Raises ``UserError`` if there is no such type.
        """
        found = self.quality(snapshots=False, progress=progress).shape
        return found if type is None else found.of(type)

    def compare(self, left: str, right: str, *, beside: str | None = None) -> Comparison:
        """Return where two states differ, and for two entities where their histories do.

        Each is an id, or an id with a version: ``1d122c26@4``. The right one is in the store ``beside``, if given.
        Raises ``UserError`` if there is no such store, entity or version.
        """
        from es_desktop.app.compare.compare import report_comparison

        with reading():
            return Comparison(report_comparison(self.session, left, right, beside))

    def rules(
        self, type: str | None = None, *, kept: bool = False, progress: Progress = no_progress
    ) -> Rows[FoundRule]:
        """Return the rules that hold in its histories, with what breaks them; or check those that are ``kept``.

        ``type`` is that of the entities. Each reading goes over all histories, twice to find rules.
        """
        from .rules import rules_of

        return rules_of(self.session, type, kept, progress)

    def keep_rule(self, rule: FoundRule) -> None:
        """Keep a rule as one that is meant, in the notes on the store. Raises ``UserError``."""
        from .rules import keep_rule

        keep_rule(self.session, rule)

    def forget_rule(self, sentence: str, type: str | None = None) -> None:
        """Keep a rule no longer. Raises ``UserError`` if there is none of this sentence."""
        from .rules import forget_rule

        forget_rule(self.session, sentence, type)

    # Ways out and in ----------------------------------------------------------------------------------------------

    def export(
        self, file: File, request: ExportRequest | str = "jsonl", *, entities: Sequence[Id] = ()
    ) -> ExportCounts:
        """Write the records of entities, or of all, to a new file, and return how many there are.

        ``request`` is a format of the command line, or all that ``export_request`` can say. Raises ``UserError``.
        """
        from es_desktop.app.transfer.export import export_to_file

        with reading():
            asked = self.export_request(request, entities) if isinstance(request, str) else request
            return export_to_file(self.session, Path(file), asked)

    def exported_lines(self, request: ExportRequest) -> Generator[bytes, None, None]:
        """Yield what ``export`` writes, line by line. Raises ``UserError`` for a format that is no text."""
        from es_desktop.app.transfer.export import exported_lines

        with reading():
            yield from exported_lines(self.session, request)

    def export_request(
        self,
        format: str = "jsonl",
        entities: Sequence[Id] = (),
        *,
        to: int | None = None,
        bom: bool = False,
        fails_where: str = "",
    ) -> ExportRequest:
        """Return what to export: no version after ``to``; ``bom`` begins a CSV with a byte order mark.

        ``fails_where`` is the condition at which a pytest fails.
        """
        from es_desktop.app.notes.notebook import NotebookFolder
        from es_desktop.app.transfer.export import ExportFormat, ExportRequest, format_named

        request = ExportRequest(format_named(format), self._ids(entities), to, bom, fails_where=fails_where)
        if request.format is ExportFormat.CASE:
            return replace(request, notebook=NotebookFolder(places.notebooks()).load(self.session.kept_name))
        return request

    def left_out(self, entities: Sequence[Id] = (), *, is_copy: bool = False) -> str:
        """Return what of the database is not in an export, or in a copy, as one line; empty if nothing."""
        return self.session.left_out(self._ids(entities), is_copy=is_copy)

    def import_file(self, file: File) -> AppendResult:
        """Add the records of a file, all or none: JSON Lines as ``export`` makes them, or CloudEvents 1.0."""
        from es_desktop.app.transfer.import_ import import_file

        with reading():
            return import_file(self.session, Path(file))

    def copy(self, file: File, entities: Sequence[Id] = (), *, progress: Progress = no_progress) -> CopyResult:
        """Make a working copy, in which things can be changed, or continue one. Raises ``UserError``."""
        from es_desktop.app.transfer.working_copy import StoreCopier

        with reading():
            copying = StoreCopier(self.session, Path(file), self._ids(entities))
            try:
                return copying.run(progress)
            except KeyboardInterrupt as stopped:
                stopped.add_note(f"{os.fspath(file)} holds {copying.progress_text}. Run it again to continue.")
                raise

    def rescue(self, file: File, *, progress: Progress = no_progress) -> RescueReport:
        """Write what can be read of a damaged file to a new store, and return what is lost. Raises ``UserError``."""
        from es_desktop.app.transfer.rescue import rescue_store

        with reading(), stoppable(progress=progress):
            return rescue_store(self.session.absolute_name, self.session.options, Path(file), progress)

    # ----------------------------------------------------------------------------------------------------------------

    def _ids(self, entities: Sequence[Id]) -> tuple[EntityId, ...] | None:
        return tuple(self.session.find_id(each) if isinstance(each, str) else each for each in entities) or None


def _request(condition: str | None, text: str | None, time: Time | None, types: Sequence[str] | None) -> Request:
    from es_desktop.app.search.find import Request

    return Request(condition, text, _seconds(time), None if types is None else frozenset(types))


def _seconds(time: Time | None) -> float | None:
    from es_desktop.app.text.times import parse_as_of

    if time is None or isinstance(time, float | int):
        return time
    return parse_as_of(time) if isinstance(time, str) else time.timestamp()


def _path(file: File | None) -> Path | None:
    return None if file is None else Path(file)
