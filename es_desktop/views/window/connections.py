"""What follows from what a person does in a panel, or the workspace asks for: an action, a dialog or a message."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

from es_desktop.app.entity.commands import Changes
from es_desktop.app.entity.ids import short_id
from es_desktop.app.runtime.errors import ConflictError
from es_desktop.system.counts import format_number
from es_desktop.views.actions import ActionContext
from es_desktop.views.actions.ask import list_answers
from es_desktop.views.actions.entity import change_in_place, lead_to_change
from es_desktop.views.actions.history import replace_snapshot
from es_desktop.views.actions.notes import remove_bookmark
from es_desktop.views.actions.rules import connect_rules
from es_desktop.views.actions.store import ask_for_missing_option, open_dropped, show_refusal
from es_desktop.views.actions.transfer import offer_import
from es_desktop.views.actions.trust import ask_again, recall_trust
from es_desktop.views.actions.view import show_preferences
from es_desktop.views.actions.what_if import add_hypothesis
from es_desktop.views.entity.commands_dock import CommandsDock
from es_desktop.views.entity.event_dock import EventDock
from es_desktop.views.entity.snapshots_dock import SnapshotsDock
from es_desktop.views.notes import NotesDock
from es_desktop.views.tour.overlay import TourOverlay

from .drops import FileDrops


def connect(context: ActionContext, drops: FileDrops, actions: Mapping[str, QAction]) -> None:
    """Connect the panels and the workspace of a window; ``actions`` are those of the window by name."""
    workspace, docks = context.workspace, context.docks
    docks.state.change_wanted.connect(lambda path: lead_to_change(context, path))
    docks.unbuilt(CommandsDock).hypothesis_wanted.connect(lambda edits: add_hypothesis(context, edits))
    docks.unbuilt(SnapshotsDock).replacement_wanted.connect(lambda found: replace_snapshot(context, found))
    docks.unbuilt(EventDock).limit_met.connect(lambda name: show_preferences(context, name))
    docks.unbuilt(NotesDock).removal_requested.connect(lambda bookmark: remove_bookmark(context, bookmark))
    drops.dropped.connect(lambda files: open_dropped(context, files))
    workspace.refused.connect(lambda error: show_refusal(context, error))
    workspace.stores.options_needed.connect(lambda error, options: ask_for_missing_option(context, error, options))
    workspace.inspector.state.edited.connect(lambda field, value: change_in_place(context, field, value))
    workspace.checker.false_found.connect(lambda: docks.snapshots.show_found())
    workspace.search_requested.connect(lambda condition: list_answers(context, condition))
    workspace.comparison_requested.connect(actions["compare-before"].trigger)
    workspace.commander.written.connect(lambda changes: workspace.message.emit(_written(changes)))
    workspace.commander.conflicted.connect(lambda error: _offer_retry(context, error))
    workspace.transfer.import_planned.connect(lambda planned: offer_import(context, planned))
    workspace.store_changed.connect(lambda: recall_trust(context))
    workspace.trust_control.confirmation_needed.connect(lambda trust: ask_again(context, trust))
    docks.made.connect(lambda made: connect_rules(context, made))
    TourOverlay(context)


def _written(changes: Changes) -> str:
    """Return what a command wrote, as a sentence."""
    assert changes.entity_id is not None, "a command changes one entity"
    events = ", ".join(f"event {format_number(version)} {name}" for version, name in changes.events)
    snapshots = ", ".join(f"snapshot at {format_number(version)}" for version in changes.snapshots)
    parts = " and ".join(filter(None, [events, snapshots])) or "nothing was written: that version has a snapshot"
    return f"{short_id(changes.entity_id)}: {'; '.join([parts, *changes.failures])}"


def _offer_retry(context: ActionContext, error: ConflictError) -> None:
    if context.prompts.retry(error):
        context.workspace.commander.try_again()
