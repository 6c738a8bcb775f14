"""The table of actions: menus, toolbar, palette, shortcut sheet and README are made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from es_desktop.models.workspace import Workspace

from .handlers import Handlers

Need = Callable[[Workspace], str]
"""Returns why an action cannot be done now; an empty text where it can."""


def nothing(workspace: Workspace) -> str:
    return ""


def a_store(workspace: Workspace) -> str:
    return "" if workspace.session is not None else "No store is open."


def a_writable_store(workspace: Workspace) -> str:
    return a_store(workspace) or (workspace.session.why_read_only if workspace.session is not None else "")


def an_entity(workspace: Workspace) -> str:
    return a_store(workspace) or ("" if workspace.selection.version is not None else "No entity is chosen.")


def a_known_entity(workspace: Workspace) -> str:
    """An entity of a writable store whose model is known here."""
    why_not = a_writable_store(workspace) or an_entity(workspace)
    view = workspace.inspector.view
    if why_not or view is None:
        return why_not or "The entity is being read."
    session = workspace.session
    if session is not None and session.model_named(view.facts.topic) is None:
        return f"The model {view.facts.type} is not known here, so only its history can be read."
    return ""


def a_living_entity(workspace: Workspace) -> str:
    view = workspace.inspector.view
    gone = view is not None and view.facts.discarded
    return a_known_entity(workspace) or ("The entity was discarded; its history stays." if gone else "")


def an_earlier_event(workspace: Workspace) -> str:
    at_first = workspace.selection.version == workspace.selection.first
    return an_entity(workspace) or ("This is the first event." if at_first else "")


def a_later_event(workspace: Workspace) -> str:
    return an_entity(workspace) or ("This is the last event." if workspace.selection.is_at_last else "")


def an_earlier_state(workspace: Workspace) -> str:
    at_last = workspace.selection.is_at_last
    return a_living_entity(workspace) or ("Go to an earlier version, whose value you want back." if at_last else "")


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing that a person can do."""

    id: str
    menu: str
    text: str
    run: Callable[[Handlers], None]
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    needs: Need = nothing
    short: str = ""
    """The text on a toolbar button, where it is shorter."""
    checkable: bool = False
    starts_group: bool = False

    @property
    def label(self) -> str:
        return self.short or self.text


ACTIONS: Final[tuple[ActionSpec, ...]] = (
    ActionSpec("open", "Store", "Open a store…", Handlers.open, ("Ctrl+O",), "open", short="Open"),
    ActionSpec("new-store", "Store", "New store…", Handlers.new_store, ("Ctrl+N",), "new-store"),
    ActionSpec("demo", "Store", "Open the demo", Handlers.demo, ("Ctrl+D",), "demo"),
    ActionSpec("fresh-demo", "Store", "Start the demo afresh…", Handlers.fresh_demo),
    ActionSpec("refresh", "Store", "Refresh", Handlers.refresh, ("F5",), "refresh", a_store, starts_group=True),
    ActionSpec("close", "Store", "Close the store", Handlers.close_store, ("Ctrl+W",), "close", a_store),
    ActionSpec("quit", "Store", "Quit", Handlers.quit, ("Ctrl+Q",), starts_group=True),
    ActionSpec(
        "new-entity",
        "Entity",
        "New entity…",
        Handlers.new_entity,
        ("Ctrl+Shift+N",),
        "new-entity",
        a_writable_store,
        short="New entity",
    ),
    ActionSpec(
        "change", "Entity", "Change an attribute…", Handlers.change, ("E",), "change", a_living_entity, "Change…"
    ),
    ActionSpec(
        "snapshot",
        "Entity",
        "Take a snapshot of the latest",
        Handlers.snapshot_latest,
        ("S",),
        "snapshot",
        a_known_entity,
        "Take snapshot",
    ),
    ActionSpec(
        "snapshot-here",
        "Entity",
        "Take a snapshot at this version",
        Handlers.snapshot_here,
        ("Shift+S",),
        "",
        a_known_entity,
    ),
    ActionSpec(
        "discard",
        "Entity",
        "Discard the entity…",
        Handlers.discard,
        ("Ctrl+Del",),
        "discard",
        a_living_entity,
        "Discard",
    ),
    ActionSpec(
        "set-back", "Entity", "Set back to a value at this version…", Handlers.set_back, ("B",), "", an_earlier_state
    ),
    ActionSpec(
        "copy-id", "Entity", "Copy the id", Handlers.copy_id, ("Ctrl+Shift+C",), "copy", an_entity, starts_group=True
    ),
    ActionSpec("copy-state", "Entity", "Copy the state as JSON", Handlers.copy_state, ("Ctrl+Shift+J",), "", an_entity),
    ActionSpec("first", "Go", "First event", Handlers.first, ("Home",), "first", an_earlier_event),
    ActionSpec("back", "Go", "Step back", Handlers.back, ("K", "Alt+Left"), "back", an_earlier_event),
    ActionSpec("play", "Go", "Play", Handlers.play, ("Space",), "play", an_entity, checkable=True),
    ActionSpec("forward", "Go", "Step forward", Handlers.forward, ("J", "Alt+Right"), "forward", a_later_event),
    ActionSpec("last", "Go", "Last event", Handlers.last, ("End",), "last", a_later_event),
    ActionSpec(
        "play-1",
        "Go",
        "Play 1 event a second",
        Handlers.play_slowly,
        (),
        "",
        a_store,
        checkable=True,
        starts_group=True,
    ),
    ActionSpec("play-2", "Go", "Play 2 events a second", Handlers.play_steadily, (), "", a_store, checkable=True),
    ActionSpec("play-5", "Go", "Play 5 events a second", Handlers.play_fast, (), "", a_store, checkable=True),
    ActionSpec("play-20", "Go", "Play 20 events a second", Handlers.play_very_fast, (), "", a_store, checkable=True),
    ActionSpec(
        "play-rhythm", "Go", "Play in the events' own rhythm", Handlers.play_in_rhythm, (), "", a_store, checkable=True
    ),
    ActionSpec(
        "previous-snapshot",
        "Go",
        "Previous snapshot",
        Handlers.previous_snapshot,
        ("[",),
        "prev-snapshot",
        an_entity,
        starts_group=True,
    ),
    ActionSpec("next-snapshot", "Go", "Next snapshot", Handlers.next_snapshot, ("]",), "next-snapshot", an_entity),
    ActionSpec("go-to", "Go", "Go to version…", Handlers.go_to_version, ("Ctrl+G",), "", an_entity),
    ActionSpec("find", "Go", "Find an entity", Handlers.find, ("/", "Ctrl+F"), "search", a_store, starts_group=True),
    ActionSpec("from-snapshot", "Rebuild", "From the nearest snapshot", Handlers.from_snapshot, ("R",), "", a_store),
    ActionSpec("from-zero", "Rebuild", "From zero", Handlers.from_zero, ("Z",), "", a_store),
    ActionSpec(
        "verify-entity",
        "Rebuild",
        "Check the snapshots of this entity",
        Handlers.verify_entity,
        ("V",),
        "",
        an_entity,
        starts_group=True,
    ),
    ActionSpec(
        "verify-store",
        "Rebuild",
        "Check every snapshot of the store",
        Handlers.verify_store,
        ("Ctrl+Shift+V",),
        "",
        a_store,
    ),
    ActionSpec("theme-system", "View", "Look of the system", Handlers.theme_system, (), "theme", starts_group=True),
    ActionSpec("theme-light", "View", "Light", Handlers.theme_light),
    ActionSpec("theme-dark", "View", "Dark", Handlers.theme_dark),
    ActionSpec("reset-layout", "View", "Restore the panels", Handlers.reset_layout, starts_group=True),
    ActionSpec("palette", "Help", "Command palette…", Handlers.palette, ("Ctrl+K",), "palette"),
    ActionSpec("shortcuts", "Help", "Keyboard shortcuts", Handlers.shortcuts, ("?",), "help"),
    ActionSpec("about", "Help", "About Event Stream Explorer", Handlers.about),
)
SPEED_ACTIONS: Final[dict[str, int | None]] = {
    "play-1": 1,
    "play-2": 2,
    "play-5": 5,
    "play-20": 20,
    "play-rhythm": None,
}
"""Which action stands for which speed of the player."""
MENUS: Final = ("Store", "Entity", "Go", "Rebuild", "View", "Help")
