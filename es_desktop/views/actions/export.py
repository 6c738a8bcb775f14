"""Taking records out of the store, and into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError

from .needs import a_store, a_writable_store
from .spec import ActionSpec, Desk, open_dialog

if TYPE_CHECKING:
    from es_desktop.models.transfer.transfer import PlannedImport


def _export(desk: Desk) -> None:
    from ..transfer.export_dialog import ExportDialog

    session = desk.workspace.session
    if session is None:
        return
    dialog = ExportDialog(desk.workspace, session, desk.docks.entities.selected, desk.window)

    def accepted() -> None:
        request = dialog.request
        file = desk.asking.file_to_write(dialog.suggested_name, request.format.about)
        if file is not None:
            desk.workspace.transfer.export(session, Path(file), request)

    open_dialog(dialog, accepted)


def _import(desk: Desk) -> None:
    session, file = desk.workspace.session, desk.asking.file_to_import()
    if session is not None and file is not None:
        desk.workspace.transfer.plan_import(session, Path(file))


def offer_import(desk: Desk, planned: PlannedImport) -> None:
    """Go on from a file that was looked at: say what would be written, or why nothing can be."""
    from es_desktop.app.text.values import count_text

    from ..transfer.import_dialog import ImportDialog

    preview, name = planned.preview, planned.path.name
    if planned.session is not desk.workspace.session:
        return
    if preview.conflicts:
        positions = preview.conflict_positions
        named = ", ".join(positions) + (", …" if preview.conflicts > len(positions) else "")
        text = f"{count_text(preview.conflicts, 'record')} of {name} would stand where others stand: {named}"
        desk.asking.tell(UserError(text, "Nothing was imported. Import the file into another store."))
    elif preview.events or preview.snapshots:
        open_dialog(ImportDialog(planned, desk.window), lambda: desk.workspace.transfer.carry_out(planned))
    else:
        desk.workspace.message.emit(f"There is nothing new in {name}.")


EXPORT: Final = (
    ActionSpec("export", "Store", "Export…", _export, ("Ctrl+E",), "export", a_store, starts_group=True),
    ActionSpec("import", "Store", "Import events…", _import, ("Ctrl+Shift+I",), "import", a_writable_store),
)
