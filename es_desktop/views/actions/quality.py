"""Actions of the quality report: to make it, and to write it to a file."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Final

from es_desktop.app.transfer.plugin_export import FormatText

from .spec import ActionContext, ActionSpec, a_store, need

_HTML: Final = FormatText("HTML", "One page, with the shape of the data.", ".html")
_JSON: Final = FormatText("JSON", "All findings with their rows, and the shape of the data.", ".json")


def _write(context: ActionContext, about: FormatText) -> None:
    session = context.workspace.session
    if session is None:
        return
    file = context.prompts.file_to_write(f"{PurePath(session.short_name).stem}-quality{about.ending}", about)
    if file is not None:
        context.workspace.surveyor.write(Path(file))


def _make(context: ActionContext) -> None:
    context.workspace.shown_view.show("quality")
    context.workspace.surveyor.start()


_a_report: Final = need(a_store, lambda ws: ws.surveyor.report is not None, "Make the quality report first.")
QUALITY: Final = (
    ActionSpec("quality", "Make the quality report", _make, "", a_store, short="Report"),
    ActionSpec("quality-html", "Write the quality report as HTML…", lambda on: _write(on, _HTML), "", _a_report,
               short="HTML…"),
    ActionSpec("quality-json", "Write the quality report as JSON…", lambda on: _write(on, _JSON), "", _a_report,
               short="JSON…"),
)  # fmt: skip
