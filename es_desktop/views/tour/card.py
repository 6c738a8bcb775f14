"""The card of a tour: what to do and why, and how far the person is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from es_desktop.app.tour.steps import TourProgress
from es_desktop.app.tour.summary import TourSummary, following_tour
from es_desktop.models.guard import Guarded
from es_desktop.views.preferences.keys import key_of, with_keys
from es_desktop.views.style.builders import bare_button, fill, push_button
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import Label, set_tip
from es_desktop.views.style.theme import BASE_POINTS, SMALL_POINTS, mono_font, restyle, ui_font
from es_desktop.views.style.tokens import Tokens

_WIDTH: Final = 440
_LINE: Final = 16
"""Height of a line, in pixels, at which the card has that width."""
_COLUMNS: Final = 2


class _Mark(QWidget):
    """One step in the list of all: its number, or a tick, and its title."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.is_wanted = False
        """Whether the tour in view has such a step."""
        self._sign = Label(parent=self, role="mark")
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = Label(parent=self)
        self._title.setFont(ui_font(SMALL_POINTS))
        fill(QHBoxLayout(self), self._sign, (self._title, 1), spacing=8)

    def show_step(self, number: int, title: str, *, is_done: bool, is_now: bool) -> None:
        """Show a step; ``number`` counts from 1."""
        self._sign.setText("✓" if is_done and not is_now else str(number))
        self._title.setText(title)
        self._title.setFont(ui_font(SMALL_POINTS, bold=is_now))
        restyle(self._sign, tone="accent" if is_now else "green" if is_done else "")
        restyle(self._title, role="" if is_now else "dim")
        state = "now" if is_now else "done" if is_done else "to do"
        self._title.setAccessibleName(f"{title}: {state}")


class TourCard(Guarded, QFrame):
    """Shows the step in view. It can be dragged away from what it covers."""

    step_wanted = Signal(object)
    """By how many steps to go on, or back if negative."""
    help_wanted = Signal()
    """Show what is meant, or go back to what the step is about; at the end, begin the next tour."""
    left = Signal()
    """The tour should end."""
    focus_left = Signal()
    """Escape was pressed: the focus should go back to the window."""
    dragged = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "tour")
        self._pressed: QPoint | None = None
        self._code = ""
        self._caption = Label(parent=self, role="dim")
        self._caption.setFont(ui_font(SMALL_POINTS))
        self._close = bare_button("End the tour", self)
        self._close.setIconSize(QSize(14, 14))
        self._close.clicked.connect(self.left)
        self._title = Label(parent=self)
        self._title.setFont(ui_font(BASE_POINTS * 16 / 13, bold=True))
        self._text = Label(parent=self, wraps=True)
        self._code_label = Label(parent=self, wraps=True)
        self._code_label.setFont(mono_font())
        self._copy = push_button("Copy", self, "link")
        self._copy.clicked.connect(self._copy_code)
        self._code_frame = QFrame(self)
        self._code_frame.setProperty("role", "preview")
        code = fill(QHBoxLayout(self._code_frame), (self._code_label, 1), self._copy, margins=(10, 8, 4, 8), spacing=6)
        self._do = Label("Do it", self, "title")
        self._task = Label(parent=self, wraps=True)
        self._keys = Label(parent=self, role="key")
        self._task_frame = QFrame(self)
        self._task_frame.setProperty("role", "task")
        head = fill(QHBoxLayout(), self._do, (0, 1), self._keys)
        task = fill(QVBoxLayout(self._task_frame), head, self._task, margins=(12, 9, 12, 10), spacing=3)
        self._inner: tuple[QLayout, ...] = (code, task)
        self._marks: list[_Mark] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._back = push_button("Back", self)
        self._help = push_button("Show me", self)
        self._next = push_button("Skip", self)
        self._leave = push_button("Leave the tour", self, "link")
        self._lay_out()
        self._back.clicked.connect(lambda: self.step_wanted.emit(-1))
        self._next.clicked.connect(lambda: self.step_wanted.emit(1))
        self._help.clicked.connect(self.help_wanted)
        self._leave.clicked.connect(self.left)

    def _lay_out(self) -> None:
        key = Label(key_of("tour-card"), self, "key")
        set_tip(key, with_keys("{tour-card} goes to this card, and back"))
        self._rows = fill(
            QVBoxLayout(self),
            fill(QHBoxLayout(), (self._caption, 1), key, self._close, spacing=6),
            self._title,
            self._text,
            self._code_frame,
            self._task_frame,
            self._grid,
            2,
            fill(QHBoxLayout(), self._back, self._help, self._next, (0, 1), self._leave, spacing=8),
            margins=(20, 14, 16, 16),
            spacing=9,
        )

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._close.setIcon(icon("close", tokens, tokens.dim))

    def show_offer(self, tour: TourSummary) -> None:
        """Ask whether to begin a tour."""
        self._caption.setText("Your first time here?")
        self._title.setText(f"{tour.title}, in {tour.minutes} minutes")
        self._text.setText(f"{tour.sentence} It has a demo store of its own. You find it in the menu Help, too.")
        for part in (self._code_frame, self._task_frame, self._back, self._next):
            part.hide()
        for mark in self._marks:
            mark.is_wanted = False
        self._help.setText("Start the tour")
        self._leave.setText("Not now")
        self.setAccessibleName(f"{self._caption.text()} {self._title.text()}")
        self.setAccessibleDescription(self._text.text())

    def show_progress(self, progress: TourProgress) -> None:
        """Show the step in view, or the end."""
        tour, step, is_over = progress.tour, progress.step, progress.is_over
        count, obstacle = len(tour.steps), progress.obstacle
        number = "done" if is_over else f"{progress.at + 1} of {count}"
        self._caption.setText(f"{tour.summary.title} · {number}")
        self._title.setText("Well done" if is_over else step.title)
        self._text.setText(tour.ending if is_over else progress.text(step.text))
        self._code = "" if is_over else step.code
        self._code_label.setText(self._code)
        self._code_frame.setVisible(bool(self._code))
        self._copy.setText("Copy")
        self._show_task(progress)
        while len(self._marks) < count:
            self._marks.append(_Mark(self))
        rows = -(-count // _COLUMNS)
        for index, mark in enumerate(self._marks):
            mark.is_wanted = index < count
            if index < count:
                self._grid.addWidget(mark, index % rows, index // rows)
                title, now = tour.steps[index].title, index == progress.at
                mark.show_step(index + 1, title, is_done=index in progress.done, is_now=now)
        self._back.show()
        self._back.setEnabled(progress.at > 0)
        following = following_tour(tour.summary)
        self._help.setVisible(
            following is not None if is_over else not progress.is_step_done and progress.facts.was_open
        )
        label = "Back to it" if obstacle else "Show me"
        self._help.setText(f"Go on: {following.title}" if is_over and following is not None else label)
        self._next.setVisible(not is_over)
        self._next.setText("Next" if progress.is_step_done else "Skip")
        self._leave.setText("Close" if is_over else "Leave the tour")
        self.setAccessibleName(f"{self._caption.text()}: {self._title.text()}")
        self.setAccessibleDescription(f"{self._text.text()} {self._task.text()}")

    def _show_task(self, progress: TourProgress) -> None:
        step, obstacle = progress.step, progress.obstacle
        self._task_frame.setVisible(not progress.is_over)
        self._do.setText("First" if obstacle else "Done" if progress.is_step_done else "Do it")
        done = "You did this. Do it once more, or go on."
        goes_on = "The tour goes on by itself when it is done."
        task = f"{step.task[:1].upper()}{step.task[1:]} {goes_on}"
        self._task.setText(obstacle or (done if progress.is_step_done else task))
        self._keys.setText(step.keys)
        self._keys.setVisible(bool(step.keys) and not obstacle)

    def _copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self._code)
        self._copy.setText("Copied")

    def fit(self, room: QSize) -> None:
        """Take the size that the texts need; where there is no room for all, without the list of steps."""
        self.setFixedWidth(min(room.width(), round(_WIDTH * self.fontMetrics().height() / _LINE)))
        for mark in self._marks:
            mark.setVisible(mark.is_wanted)
        self._take_height()
        if self.height() > room.height():
            for mark in self._marks:
                mark.hide()
            self._take_height()

    def _take_height(self) -> None:
        for each in (*self._inner, self._rows):
            each.invalidate()  # the texts have changed, which layouts notice later
        self._rows.activate()
        self.setFixedHeight(self._rows.heightForWidth(self.width()))

    def take_focus(self) -> None:
        """Give the focus to the first button that helps."""
        next(each for each in (self._help, self._next, self._leave) if each.isVisible()).setFocus()

    # Event handlers

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.focus_left.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            wanted = self.mapToParent(event.position().toPoint() - self._pressed)
            room = self.window().rect().adjusted(0, 0, -self.width(), -self.height())
            self.move(max(0, min(wanted.x(), room.right())), max(0, min(wanted.y(), room.bottom())))
            self.dragged.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            return True  # not for what the card covers
        return super().event(event)
