"""An open store: its entities, its log, questions to it, checks of it, and its ways out."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias

from es_desktop.app.runtime import places
from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.search.known_names import require_known
from es_desktop.app.store.models import Model, all_models
from es_desktop.app.store.opening import MapFolder, Opener, given_options
from es_desktop.app.store.session import create_session
from es_desktop.system.stop import stoppable

from .asking import Asking, Id
from .entity import Entity
from .rows import Rows, reading
from .values import Summary

if TYPE_CHECKING:
    from es_desktop.app.transfer.export import ExportCounts, ExportRequest
    from es_desktop.app.transfer.rescue import RescueReport
    from es_desktop.app.transfer.working_copy import CopyResult
    from es_desktop.stores.writing import AppendResult
    from es_desktop.trusted import Trust


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


class Store(Asking):
    """An open store. Close it, or use it in a ``with`` statement. For one thread at a time."""

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

    def summary(self, *, progress: Progress = no_progress) -> Summary:
        """Return what the store holds. Reads every entity."""
        with reading():
            return Summary(self.session.facts(progress))

    def entities(self, type: str | None = None, *, progress: Progress = no_progress) -> Rows[Entity]:
        """Return all entities, discarded ones too, or those of one type. Reading raises ``UserError`` for no type.

        ``progress`` counts their events.
        """

        def read() -> Iterator[Entity]:
            types: set[str] = set()
            for facts in self.session.entities(progress):
                types.add(facts.type)
                if type in (None, facts.type):
                    yield Entity(self.session, facts)
            require_known(() if type is None else (type,), types, "entity type")

        return Rows(read, Entity.to_dict, "entities" if type is None else f"entities of type {type}")

    def entity(self, id: Id) -> Entity:
        """Return one entity. Raises ``UserError`` if there is none, or a text is the beginning of several ids."""
        with reading():
            (found,) = self.ids_of([id]) or ()
            return Entity(self.session, self.session.entity(found))

    # Ways out and in ----------------------------------------------------------------------------------------------

    def export(
        self,
        file: File,
        request: ExportRequest | str = "jsonl",
        *,
        entities: Sequence[Id] = (),
        progress: Progress = no_progress,
    ) -> ExportCounts:
        """Write the records of entities, or of all, to a new file, and return how many there are.

        ``request`` is a format of the command line, or all that ``export_request`` can say. Raises ``UserError``.
        """
        from es_desktop.app.transfer.export import export_to_file

        with reading():
            asked = self.export_request(request, entities) if isinstance(request, str) else request
            return export_to_file(self.session, Path(file), asked, progress=progress)

    def exported_lines(
        self, request: ExportRequest, *, progress: Progress = no_progress
    ) -> Generator[bytes, None, None]:
        """Yield what ``export`` writes, line by line. Raises ``UserError`` for a format that is no text."""
        from es_desktop.app.transfer.export import exported_lines

        with reading():
            yield from exported_lines(self.session, request, progress)

    def export_request(
        self,
        format: str = "jsonl",
        entities: Sequence[Id] = (),
        *,
        to: int | None = None,
        bom: bool = False,
        fails_where: str = "",
        progress: Progress = no_progress,
    ) -> ExportRequest:
        """Return what to export: no version after ``to``; ``bom`` begins a CSV with a byte order mark.

        ``fails_where`` is the condition at which a pytest fails. Raises ``UserError`` if it names what no entity has.
        """
        from es_desktop.app.notes.notebook import NotebookFolder
        from es_desktop.app.transfer.export import ExportFormat, ExportRequest, format_named

        request = ExportRequest(format_named(format), self.ids_of(entities), to, bom, fails_where=fails_where)
        for what, is_given, only in (
            ("begins with a byte order mark", bom, ExportFormat.CSV),
            ("fails where a condition is true", fails_where, ExportFormat.PYTEST),
        ):
            if is_given and request.format is not only:
                raise UserError(f"only the format {only} {what}", f"Choose it, and not {format}; or leave that out.")
        if fails_where:
            from es_desktop.app.ask.named import require_named
            from es_desktop.app.watch.watchpoints import usable_condition

            with reading():
                paths = usable_condition(fails_where).paths
                require_named(self.session, places.indexes(), paths, progress)
        if request.format is ExportFormat.CASE:
            return replace(request, notebook=NotebookFolder(places.notebooks()).load(self.session.kept_name))
        return request

    def left_out(self, entities: Sequence[Id] = (), *, is_copy: bool = False) -> str:
        """Return what of the database is not in an export, or in a copy, as one line; empty if nothing."""
        return self.session.left_out(self.ids_of(entities), is_copy=is_copy)

    def import_file(self, file: File, *, progress: Progress = no_progress) -> AppendResult:
        """Add the records of a file, all or none: JSON Lines as ``export`` makes them, or CloudEvents 1.0."""
        from es_desktop.app.transfer.import_ import import_file

        with reading():
            return import_file(self.session, Path(file), progress=progress)

    def copy(self, file: File, entities: Sequence[Id] = (), *, progress: Progress = no_progress) -> CopyResult:
        """Make a working copy, in which things can be changed, or continue one. Raises ``UserError``."""
        from es_desktop.app.transfer.working_copy import StoreCopier

        with reading():
            copying = StoreCopier(self.session, Path(file), self.ids_of(entities))
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


def _path(file: File | None) -> Path | None:
    return None if file is None else Path(file)
