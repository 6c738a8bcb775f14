"""Actions that export and import records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError

from .needs import a_store, a_writable_store
from .spec import ActionContext, ActionSpec, open_dialog

if TYPE_CHECKING:
    from es_desktop.models.transfer.transfer import PlannedImport


def _export(context: ActionContext) -> None:
    from ..transfer import ExportDialog

    session = context.workspace.session
    if session is None:
        return
    dialog = ExportDialog(context.workspace, session, context.docks.entities.selected, context.window)

    def accepted() -> None:
        request = dialog.request
        file = context.prompts.file_to_write(dialog.suggested_name, request.format.about)
        if file is not None:
            context.workspace.transfer.export(session, Path(file), request)

    open_dialog(dialog, accepted)


def _import(context: ActionContext) -> None:
    session, file = context.workspace.session, context.prompts.file_to_import()
    if session is not None and file is not None:
        context.workspace.transfer.plan_import(session, Path(file))


def offer_import(context: ActionContext, planned: PlannedImport) -> None:
    """Show what an import would write, or why it cannot write."""
    from es_desktop.app.text.values import count_text

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


EXPORT: Final = (
    ActionSpec("export", "Store", "Export…", _export, ("Ctrl+E",), "export", a_store, starts_group=True),
    ActionSpec("import", "Store", "Import events…", _import, ("Ctrl+Shift+I",), "import", a_writable_store),
)
