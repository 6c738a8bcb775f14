"""Actions of the quality report: to make it, and to write it to a file."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Final

from .spec import ActionContext, ActionSpec, a_store, need


def _write(context: ActionContext, title: str, about: str, ending: str) -> None:
    from es_desktop.app.transfer.export import FormatText

    session = context.workspace.session
    if session is None:
        return
    name = f"{PurePath(session.short_name).stem}-quality{ending}"
    file = context.prompts.file_to_write(name, FormatText(title, about, ending))
    if file is not None:
        context.workspace.surveyor.write(Path(file))


def _write_html(context: ActionContext) -> None:
    _write(context, "HTML", "One page, with the shape of the data.", ".html")


def _write_json(context: ActionContext) -> None:
    _write(context, "JSON", "All findings with their rows, and the shape of the data.", ".json")


def _make(context: ActionContext) -> None:
    context.workspace.shown_view.show("quality")
    context.workspace.surveyor.start()


_a_report: Final = need(a_store, lambda ws: ws.surveyor.report is not None, "Make the quality report first.")
QUALITY: Final = (
    ActionSpec("quality", "Make the quality report", _make, "", a_store, short="Report"),
    ActionSpec("quality-html", "Write the quality report as HTML…", _write_html, "", _a_report,
               short="HTML…"),
    ActionSpec("quality-json", "Write the quality report as JSON…", _write_json, "", _a_report,
               short="JSON…"),
)  # fmt: skip
