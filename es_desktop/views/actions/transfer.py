"""Actions that export and import records, rescue those of a damaged file, and make working copies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.system.counts import count_text

from ..style.dialogs import open_dialog
from .spec import ActionContext, ActionSpec, a_store, a_writable_store, need

if TYPE_CHECKING:
    from es_desktop.app.transfer.export import AnyFormat
    from es_desktop.core import EntityId
    from es_desktop.models.transfer.transfer import PlannedImport


def _export(context: ActionContext) -> None:
    from ..transfer import ExportDialog

    session = context.workspace.session
    if session is None:
        return

    def offer(formats: Sequence[AnyFormat]) -> None:
        if session is not context.workspace.session:
            return
        selected = context.docks.entities.selected
        dialog = ExportDialog(context.workspace, session, selected, formats, context.window)

        def accepted() -> None:
            request = dialog.request
            file = context.prompts.file_to_write(dialog.suggested_name, request.format.about)
            if file is not None:
                context.workspace.transfer.export(session, Path(file), request)

        open_dialog(dialog, accepted)

    context.workspace.transfer.offer_formats(offer)


def _export_seen(context: ActionContext) -> None:
    """Write the rows of a list, as they are filtered and sorted, to a file."""
    from es_desktop.models.transfer.seen_lists import seen_lists

    from ..ask.answer_dock import AnswerDock
    from ..style.copying import shown_columns
    from ..transfer.seen_dialog import SeenDialog

    docks, focus, session = context.docks, context.window.focusWidget(), context.workspace.session
    shown = (docks.entities, docks.log, docks.built(AnswerDock))
    columns = {each.name: shown_columns(each.table) for each in shown}
    front = AnswerDock.name if docks.shown.view.name == "ask" else "entities"
    front = next((each.name for each in shown if focus is not None and each.holds(focus)), front)

    def offer(formats: Sequence[AnyFormat]) -> None:
        if session is not context.workspace.session:
            return
        dialog = SeenDialog(seen_lists(context.workspace), columns, front, formats, context.window)

        def accepted() -> None:
            rows = dialog.rows
            file = context.prompts.file_to_write(dialog.suggested_name, dialog.format.about)
            if rows is None:
                context.workspace.message.emit("The rows cannot be read yet, because the store is being indexed.")
            elif file is not None:
                context.workspace.transfer.export_rows(Path(file), dialog.format, rows)

        open_dialog(dialog, accepted)

    context.workspace.transfer.offer_formats(offer)


def _take_picture(context: ActionContext, *, prints: bool) -> None:
    """Save or print a view as it looks: one that can be seen, or the whole window."""
    from ..window.pictures import PictureDialog, picture_of, print_view

    focus = context.window.focusWidget()
    docks = [each for each in context.docks.all if not each.visibleRegion().isEmpty()]
    chosen = next((each for each in docks if focus is not None and each.holds(focus)), None)
    views = [*((each.title, each) for each in docks), ("The whole window", context.window)]
    dialog = PictureDialog(views, chosen, context.window, prints=prints)

    def accepted() -> None:
        view, format = dialog.view.chosen, dialog.format
        name = "window" if view is context.window else dialog.view.currentText()
        if prints:
            printer = context.prompts.printer()
            if printer is not None:
                print_view(view, printer)
                context.workspace.message.emit(f"{dialog.view.currentText()} was sent to the printer.")
            return
        file = context.prompts.file_to_write(f"{name.lower().replace(' ', '-')}{format.value.ending}", format.value)
        if file is not None:
            context.workspace.transfer.write(Path(file), picture_of(view, format))

    open_dialog(dialog, accepted)


def _import(context: ActionContext) -> None:
    session, file = context.workspace.session, context.prompts.file_to_import()
    if session is not None and file is not None:
        context.workspace.transfer.plan_import(session, Path(file))


def offer_import(context: ActionContext, planned: PlannedImport) -> None:
    """Show what an import would write, or why it cannot write."""
    from ..transfer import ImportDialog

    preview, name = planned.preview, planned.path.name
    if planned.session is not context.workspace.session:
        return
    if preview.conflicts:
        positions = preview.conflict_positions
        named = ", ".join(positions) + (", …" if preview.conflicts > len(positions) else "")
        text = f"{count_text(preview.conflicts, 'record')} of {name} have positions that are taken: {named}"
        context.prompts.show_error(UserError(text, "Nothing was imported. Import the file into another store."))
    elif preview.events or preview.snapshots:
        open_dialog(ImportDialog(planned, context.window), lambda: context.workspace.transfer.carry_out(planned))
    else:
        context.workspace.message.emit(f"{name} contains nothing new.")


def _copy_chosen(context: ActionContext) -> None:
    shown = context.workspace.selection.entity_id
    _copy(context, context.docks.entities.selected or (() if shown is None else (shown,)))


def _copy(context: ActionContext, entities: tuple[EntityId, ...] | None) -> None:
    """Copy these entities, or all of them, into a file that a person chooses."""
    session = context.workspace.session
    if session is None:
        return
    file = context.prompts.copy_to_make(f"{PurePath(session.short_name).stem}-copy.esdb")
    if file is not None:
        context.workspace.copier.copy(session, Path(file), entities)


def rescue(context: ActionContext) -> None:
    """Write what can be read of the open store to a new store, whose file a person chooses."""
    session = context.workspace.session
    if session is None:
        return
    file = context.prompts.copy_to_make(f"{PurePath(session.short_name).stem}-rescued.esdb")
    if file is not None:
        context.workspace.transfer.rescue(session, Path(file))


_a_file: Final = need(
    a_store,
    lambda ws: ws.session is None or ws.session.store.location.path is not None,
    "Only a file can be rescued; this store is on a server.",
)
_a_read_only_store: Final = need(
    a_store, lambda ws: ws.session is None or not ws.session.is_writable, "This store is writable and needs no copy."
)
_an_entity_to_copy: Final = need(
    _a_read_only_store, lambda ws: ws.selection.entity_id is not None, "No entity is chosen."
)
TRANSFER: Final = (
    ActionSpec("export", "Export…", _export, "Ctrl+E", a_store, "export"),
    ActionSpec("export-seen", "Export what is seen…", _export_seen, "Ctrl+Alt+E", a_store, "export", "Export"),
    ActionSpec("save-picture", "Save a picture…", lambda on: _take_picture(on, prints=False), "Ctrl+Alt+P"),
    ActionSpec("print", "Print…", lambda on: _take_picture(on, prints=True), "Ctrl+P"),
    ActionSpec("import", "Import events…", _import, "Ctrl+Shift+I", a_writable_store, "import"),
    ActionSpec("rescue", "Rescue what can be read…", rescue, "", _a_file),
    ActionSpec("copy-store", "Work on a copy…", lambda on: _copy(on, None), "", _a_read_only_store),
    ActionSpec("copy-entities", "Work on a copy of the selected entities…", _copy_chosen, "", _an_entity_to_copy),
)
