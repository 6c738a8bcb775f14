"""The docks of one view of the window, in an area of their own; and those of a view that stand in columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar
from zlib import crc32

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QWidget
from shiboken6 import isValid

from es_desktop.views.style.dock_area import DockArea
from es_desktop.views.style.dock_frame import WorkspaceDock

from .window_views import Column, WindowView

if TYPE_CHECKING:
    from es_desktop.models.presence import Presence
    from es_desktop.models.workspace import Workspace
    from es_desktop.views.style.theme import Theme

LEAST_WIDTH: Final = 264
_DRAWN_WIDTH: Final = 1600
"""Pixels of the window for which the widths of columns are given."""
_OTHER_SHARE: Final = 0.46
"""What the column without a width has of a window, at least."""
D = TypeVar("D", bound=WorkspaceDock)


class HasDocks(Protocol):
    """Something that has docks, by their classes."""

    def unbuilt(self, dock_class: type[D]) -> D:
        """Return a dock as it is; it may be without content."""
        ...


class Built(Generic[D]):
    """A dock by its class, built when it is first asked for."""

    def __init__(self, dock_class: type[D]) -> None:
        self.dock_class = dock_class

    def __get__(self, docks: HasDocks, owner: type[HasDocks]) -> D:
        dock = docks.unbuilt(self.dock_class)
        dock.build()
        return dock


class ViewDocks:
    """The docks of one view. They stand as they do at first until a kept layout is restored."""

    def __init__(
        self,
        view: WindowView,
        classes: Sequence[type[WorkspaceDock]],
        of_all: tuple[Presence, Mapping[str, QAction], Workspace, Theme],
        parent: QWidget,
    ) -> None:
        """``of_all`` is what each dock is made with; the area is inside ``parent``."""
        self.view = view
        # A widget that gets its parent later is styled again, with all its children.
        self.area = DockArea(parent)
        window = parent.window()
        self.area.resize(window.size())  # which is there before anything is laid out
        if isinstance(window, QMainWindow):
            self.area.setAnimated(window.isAnimated())
        of_all[-1].follow(self.area)
        self.all: tuple[WorkspaceDock, ...] = tuple(each(*of_all, self.area) for each in classes)
        self._floating: list[WorkspaceDock] = []
        self._focus: QWidget | None = None
        """What had the focus when the view was left."""
        for dock in self.all:
            dock.wanted.connect(lambda: of_all[2].shown_view.show(view.name))

    def unbuilt(self, dock_class: type[D]) -> D:
        """Return a dock of the view as it is; it may be without content. Raises ``StopIteration`` if there is none."""
        return next(each for each in self.all if isinstance(each, dock_class))

    @property
    def panels(self) -> Mapping[str, tuple[WorkspaceDock, ...]]:
        """The docks by what they show, for menus."""
        return {f"Panels of {self.view.title}": self.all}

    @property
    def layout_version(self) -> int:
        """A number that is another one when docks are added or removed: their kept layout is not restored then."""
        return crc32(" ".join(each.name for each in self.all).encode()) & 0x7FFFFFFF

    def bring_to_front(self, names: Collection[str]) -> None:
        """Bring docks in front of their tabs, and the first ones of groups of which no dock is named.

        The view stays in front, or behind, as it is.
        """
        for dock in (*self.first_docks(), *(each for each in self.all if each.name in names)):
            QDockWidget.raise_(dock)

    def first_docks(self) -> tuple[WorkspaceDock, ...]:
        """Return the docks that are in front at first."""
        raise NotImplementedError

    def restore_default(self) -> None:
        """Restore the default layout."""
        for dock in self.all:
            dock.setFloating(False)
            self.area.removeDockWidget(dock)
        self._apply_default_layout()

    def _apply_default_layout(self) -> None:
        raise NotImplementedError

    def fold(self) -> None:
        """Fold what has no room in the window now."""

    def share_room(self) -> None:
        """Give each dock its default place and size; the area must have its final size."""
        raise NotImplementedError

    def leave(self) -> None:
        """Hide the docks that float, which are windows of their own: another view is shown."""
        focus = QApplication.focusWidget()
        self._focus = focus if any(focus is not None and each.holds(focus) for each in self.all) else None
        self._floating = [each for each in self.all if each.isFloating() and each.isVisible()]
        for each in self._floating:
            each.hide()

    def come_back(self) -> None:
        """Show the docks again that ``leave`` hid, and give the focus to what had it, or to the first dock."""
        floating, self._floating = self._floating, []
        for each in floating:
            each.show()
        if self._focus is not None and isValid(self._focus) and self._focus.isVisible():
            self._focus.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.main_dock.take_focus()

    @property
    def main_dock(self) -> WorkspaceDock:
        """The dock that gets the focus when the view is shown for the first time."""
        return self.first_docks()[0]

    def fit_kept(self) -> None:
        """Give the docks of a kept layout what they need: it may be of a larger window, or of other docks.

        Where there is no room for all of them, they stand as they do at first.
        """
        if self.area.minimumSizeHint().expandedTo(self.area.size()) != self.area.size():
            self.restore_default()
        self._raise_sizes()

    def _raise_sizes(self) -> None:
        """Give each dock in front the size that it needs."""
        seen = [each for each in self.all if not each.isHidden() and not each.isFloating() and not each.is_covered]
        self._enlarge({each: LEAST_WIDTH - each.width() for each in seen}, Qt.Orientation.Horizontal)
        self._enlarge({each: each.least_height - each.widget().height() for each in seen}, Qt.Orientation.Vertical)

    def _enlarge(self, missing: Mapping[WorkspaceDock, int], way: Qt.Orientation) -> None:
        """Give docks more pixels, and take them from the largest that stands beside them, or above or below."""
        is_across = way is Qt.Orientation.Horizontal
        sizes = {each: each.width() if is_across else each.height() for each in missing}
        wanted: dict[QDockWidget, int] = {}
        for dock, pixels in missing.items():
            box = dock.geometry()
            row = QRect(0, box.y(), self.area.width(), 1) if is_across else QRect(box.x(), 0, 1, self.area.height())
            others = [each for each in missing if each is not dock and each.geometry().intersects(row)]
            giver = max(others, key=sizes.__getitem__, default=None)
            if pixels > 0 and giver is not None:
                wanted[dock] = sizes[dock] + pixels
                wanted[giver] = wanted.get(giver, sizes[giver]) - pixels
        self.area.resizeDocks(list(wanted), list(wanted.values()), way)


class ColumnDocks(ViewDocks):
    """The docks of a view whose rows stand in columns."""

    def __init__(
        self,
        view: WindowView,
        of_all: tuple[Presence, Mapping[str, QAction], Workspace, Theme],
        parent: QWidget,
    ) -> None:
        self._columns: tuple[Column, ...] = view.columns()
        rows = chain.from_iterable(column.rows for column in self._columns)
        super().__init__(view, tuple(chain.from_iterable(rows)), of_all, parent)
        self._apply_default_layout()

    def first_docks(self) -> tuple[WorkspaceDock, ...]:
        return tuple(self.unbuilt(row[0]) for column in self._columns for row in column.rows)

    @property
    def main_dock(self) -> WorkspaceDock:
        widest = next((each for each in self._columns if not each.width), self._columns[0])
        return self.unbuilt(widest.rows[0][0])

    def _apply_default_layout(self) -> None:
        area, tops = self.area, [self.unbuilt(column.rows[0][0]) for column in self._columns]
        area.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, tops[0])
        for left, right in pairwise(tops):
            area.splitDockWidget(left, right, Qt.Orientation.Horizontal)
        for column in self._columns:
            fronts = [self.unbuilt(row[0]) for row in column.rows]
            for upper, lower in pairwise(fronts):
                area.splitDockWidget(upper, lower, Qt.Orientation.Vertical)
            for row in column.rows:
                for first, second in pairwise(map(self.unbuilt, row)):
                    area.tabifyDockWidget(first, second)
        for dock in self.all:
            dock.show()
        self.bring_to_front(())
        self.share_room()

    def share_room(self) -> None:
        width, gap = self.area.width(), self.area.gap
        fixed = [min(each.width, max(LEAST_WIDTH, each.width * width // _DRAWN_WIDTH)) for each in self._columns]
        rest = width - sum(fixed) - gap * (len(fixed) + 1)
        lacking = round(width * _OTHER_SHARE) - rest if 0 in fixed else 0
        if lacking > 0:
            fixed = [each and max(LEAST_WIDTH, each - lacking * each // sum(fixed)) for each in fixed]
            rest = width - sum(fixed) - gap * (len(fixed) + 1)
        fronts: list[list[QDockWidget]] = [[self.unbuilt(row[0]) for row in column.rows] for column in self._columns]
        self.area.resizeDocks([each[0] for each in fronts], [each or rest for each in fixed], Qt.Orientation.Horizontal)
        for column, rows in zip(self._columns, fronts, strict=True):
            whole = self.area.height() // sum(column.heights)
            self.area.resizeDocks(rows, [each * whole for each in column.heights], Qt.Orientation.Vertical)
