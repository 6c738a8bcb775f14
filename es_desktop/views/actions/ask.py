"""Actions of the view Ask: the question to the whole store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..style.dialogs import open_dialog
from .spec import ActionContext, ActionSpec, a_store, need

if TYPE_CHECKING:
    from es_desktop.models.workspace import Workspace


def _focus(context: ActionContext) -> None:
    from ..ask.question_dock import QuestionDock

    context.docks.built(QuestionDock).focus_line()


def list_answers(context: ActionContext, question: str) -> None:
    """Ask a question in the view Ask; the focus goes to the first answers."""
    from ..ask.answer_dock import AnswerDock
    from ..ask.question_dock import QuestionDock

    dock = context.docks.built(QuestionDock)
    dock.ask(question)
    context.docks.built(AnswerDock).go_to_rows_from(dock.line)


def _save(context: ActionContext) -> None:
    from ..search.saved_button import NameDialog

    searches = context.workspace.searches
    taken = {each.name for each in searches.of("asked")}
    dialog = NameDialog("Save the question", "Save", "", taken, context.window)
    open_dialog(dialog, lambda: searches.save("asked", dialog.name))


def _a_question(workspace: Workspace) -> str:
    return a_store(workspace) or workspace.searches.why_not_saved("asked")


def _compare(context: ActionContext) -> None:
    """Say what the selected entities have in common; without any, what the answers to the question have."""
    from ..common.common_dock import CommonDock

    workspace, selected = context.workspace, context.docks.entities.selected
    dock = context.docks.built(CommonDock)
    dock.bring_forward(dock.list)
    if workspace.session is not None and len(selected) > 1:
        workspace.common.compare(workspace.session, selected)


_one_that_runs: Final = need(a_store, lambda ws: ws.questioner.is_asking, "No question is being answered.")
ASK: Final = (
    ActionSpec("ask-question", "Ask a question", _focus, "Ctrl+Shift+F Ctrl+Shift+Q", a_store, "search"),
    ActionSpec("save-question", "Save the question…", _save, "Ctrl+Alt+Q", _a_question, "bookmark", "Save question"),
    ActionSpec("in-common", "What do these have in common?", _compare, "Ctrl+Alt+I", a_store),
    ActionSpec("stop-question", "Stop asking", lambda on: on.workspace.questioner.stop(), "", _one_that_runs),
)
