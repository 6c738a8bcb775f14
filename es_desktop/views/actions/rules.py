"""What follows from the panels of rules: a test of an exception, and the list of all of a rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .spec import ActionContext

if TYPE_CHECKING:
    from es_desktop.app.rules.rule import Rule
    from es_desktop.views.panels.view_docks import ViewDocks


def connect_rules(context: ActionContext, made: ViewDocks) -> None:
    """Connect the panels of rules, once the docks of their view are there."""
    if made.view.name != "process":
        return
    from ..rules.exceptions_dock import ExceptionsDock
    from ..rules.rules_dock import RulesDock

    dock = made.unbuilt(RulesDock)
    dock.exceptions_wanted.connect(lambda: made.unbuilt(ExceptionsDock).raise_())
    dock.test_wanted.connect(lambda rule: _export_test(context, rule))


def _export_test(context: ActionContext, rule: Rule | None) -> None:
    """Write a test of the first entity that breaks a rule, into a file that a person chooses."""
    from es_desktop.app.transfer.export import ExportFormat, ExportRequest, suggested_name

    workspace = context.workspace
    session = workspace.session
    found = [each for each in workspace.rules.rules if each.rule == rule and each.support.exceptions]
    if session is None or rule is None or not found:
        return
    exception = found[0].support.exceptions[0]
    request = ExportRequest(ExportFormat.PYTEST, (exception.entity,), fails_where=rule.fails_where(exception.version))
    file = context.prompts.file_to_write(suggested_name(request, session.name, None), request.format.about)
    if file is not None:
        workspace.transfer.export(session, Path(file), request)
