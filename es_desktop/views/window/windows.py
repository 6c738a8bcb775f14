"""The windows of the program. Each has a workspace of its own, and so a store of its own; only settings are shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, Self

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QMenu

from es_desktop.app.text.plain import plain_label
from es_desktop.views.store.recent_button import describe_store

if TYPE_CHECKING:
    from es_desktop.app.store.opening import OpenOptions
    from es_desktop.models.workspace import Workspace
    from es_desktop.views.preferences.live import LivePreferences

_BESIDE: Final = QPoint(32, 32)


class StoreWindow(Protocol):
    """A window that shows one store."""

    @property
    def workspace(self) -> Workspace: ...

    @property
    def store(self) -> str:
        """The absolute name of the store; empty if there is none."""

    @property
    def preferences(self) -> LivePreferences: ...

    @property
    def is_free(self) -> bool:
        """Whether it has no store, and opens none."""

    def another(self) -> Self:
        """Return a new window, shown beside this one."""

    def show_recent(self) -> None:
        """Show the recent stores of the settings."""

    def come_forward(self) -> None:
        """Show it in front of all others, with the focus."""

    def close(self) -> bool: ...


def place_beside(frame: QRect, room: QRect, least: QSize) -> QRect:
    """Return the frame of a window beside another one, without what would be beyond the ``room`` of the screen."""
    beside = frame.translated(_BESIDE)
    if not room.contains(frame):
        return beside  # where a person put it
    seen = beside & room
    return seen if seen.size().expandedTo(least) == seen.size() else QRect(room.topLeft(), frame.size())


class Windows:
    """The open windows, the latest last. The program ends with the last of them."""

    def __init__(self) -> None:
        self.all: list[StoreWindow] = []

    @property
    def last_store(self) -> str:
        """The store of the latest window that has one; empty if none has."""
        return next((each.store for each in reversed(self.all) if each.store), "")

    @property
    def free(self) -> StoreWindow:
        """A window without a store; a new one if each has one."""
        return next((each for each in self.all if each.is_free), None) or self.all[-1].another()

    def preferences(self) -> list[LivePreferences]:
        """Return the preferences of each window."""
        return [each.preferences for each in self.all]

    def of(self, widget: object) -> StoreWindow:
        """Return the window that is an object."""
        return next(each for each in self.all if each is widget)

    def after(self, widget: object) -> StoreWindow:
        """Return the window after one; after the last the first."""
        return self.all[(self.all.index(self.of(widget)) + 1) % len(self.all)]

    def open(
        self,
        store: str,
        *,
        entity: str | None = None,
        version: int | None = None,
        options: OpenOptions | None = None,
        view: str | None = None,
    ) -> None:
        """Show a store: in the window that has it, in one without a store, or in a new one; which comes to the front.

        The arguments are those of ``Workspace.open``.
        """
        from es_desktop.app.store.opening import NO_OPTIONS, absolute_name

        wanted = options or NO_OPTIONS
        shown = next((each for each in self.all if each.store == absolute_name(store)), None)
        window = shown or self.free
        if shown is None or entity is not None or wanted.scope is not None:
            window.workspace.open(store, entity=entity, version=version, options=wanted, view=view)
        elif view is not None:
            window.workspace.shown_view.show(view)
        window.come_forward()

    def fill(self, menu: QMenu, current: StoreWindow) -> None:
        """List the windows at the end of a menu, in place of those that it listed; ``current`` has the check mark."""
        for action in menu.actions():
            if action.data() == "window":
                menu.removeAction(action)
                action.deleteLater()
        menu.addSeparator().setData("window")
        for number, window in enumerate(self.all, 1):
            name, where, _ = describe_store(window.store) if window.store else ("no store", "", False)
            action = menu.addAction(f"&{number} {plain_label(' · '.join(filter(None, (name, where))))}")
            action.setData("window")
            action.setCheckable(True)
            action.setChecked(window is current)
            action.triggered.connect(window.come_forward)

    def close(self) -> None:
        """Close every window, as a person does."""
        for window in list(self.all):
            window.close()
