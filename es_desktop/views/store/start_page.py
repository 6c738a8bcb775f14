"""The page that the window shows without a store: three ways to begin, the tours, and the recent stores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from es_desktop.app.store.preview import StorePreview
from es_desktop.app.tour.summary import SUMMARIES, TourSummary
from es_desktop.models.guard import Guarded
from es_desktop.views.style.builders import fill, push_button
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import BASE_POINTS, SMALL_POINTS, restyle, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens

from .recent_button import RecentButton, describe_store

WIDTH: Final = 720
_SENTENCE: Final = "Open an event store, step through it, and ask it anything. Nothing is written unless you write it."
_DEMO: Final = "300 orders, accounts and tickets, in a copy that is yours to change."
_OTHERS: Final = "Others’ stores open read-only and stay as they are, byte for byte. Or drop a file on this window."
_OWN: Final = "Orders, accounts and tickets come with it, for you to create and change."
_RECENT_SHOWN: Final = 4
_KEYS: Final = (("open", "open"), ("palette", "any command"), ("shortcuts", "keys"), ("explain", "what is this"))
_WAYS: Final = ("demo", "open", "connect", "new-store")
_SIDE: Final = 36


class _Door(QFrame):
    """A way to begin: an icon, a title and a sentence, above more."""

    def __init__(
        self, drawing: str, title: str, sentence: str, *below: QWidget | QLayout, beside: QWidget | None = None
    ) -> None:
        super().__init__()
        self.setProperty("role", "door")
        self._drawing = drawing
        self._icon = Label(role="door-icon")
        self._icon.setFixedSize(_SIDE, _SIDE)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._icon.setAccessibleName(f"Picture: {title}")
        name = Label(title)
        name.setFont(ui_font(BASE_POINTS * 15 / 13, bold=True))
        texts = fill(QVBoxLayout(), name, Label(sentence, role="dim", wraps=True), spacing=3)
        head = fill(QHBoxLayout(), self._icon, (texts, 1), *([beside] if beside else []), spacing=15)
        fill(QVBoxLayout(self), head, *below, margins=(20, 17, 20, 19), spacing=12)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        drawn = icon(self._drawing, tokens, tokens.accent)
        self._icon.setPixmap(drawn.pixmap(QSize(20, 20), self.devicePixelRatioF()))


class _Story(QFrame):
    """A tour: what it is about, how long it takes, and a button that begins it."""

    def __init__(self, tour: TourSummary, button: QPushButton) -> None:
        super().__init__()
        self._tour, self._button = tour, button
        self.setProperty("role", "story")
        button.setAccessibleName(f"Start the tour {tour.title}")
        button.setAccessibleDescription(tour.sentence)
        self._length = Label(role="dim")
        sentence = Label(tour.sentence, wraps=True)
        for label in (self._length, sentence):
            label.setFont(ui_font(SMALL_POINTS))
        sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        head = fill(QHBoxLayout(), Label(tour.title, role="title"), (0, 1), self._length)
        start = fill(QHBoxLayout(), button, (0, 1))
        fill(QVBoxLayout(self), head, (sentence, 1), 6, start, margins=(16, 12, 16, 12), spacing=6)

    def show_state(self, *, is_done: bool, is_next: bool) -> None:
        """Show whether the tour was done, and whether it is the one to begin with."""
        self._length.setText("✓ done" if is_done else f"{self._tour.minutes} min")
        restyle(self._length, role="good" if is_done else "dim")
        restyle(self, state="next" if is_next else "")
        restyle(self._button, role="accent" if is_next else "")


class StartPage(Guarded, QWidget):
    """Offers the demo with its tours, to open a store or make one, and the recent stores."""

    recent_chosen = Signal(object)
    """The path or address of a recent store."""

    def __init__(self, actions: Mapping[str, QAction], pages: QStackedWidget | None = None) -> None:
        """``actions`` are those of the window by name; each button triggers one of them. ``pages`` get the page."""
        super().__init__(pages)
        if pages is not None:
            pages.addWidget(self)  # empty, as the page in its area below
        self._actions = actions
        self._tokens = LIGHT
        self._recent: list[RecentButton] = []
        self._shows_all = False
        self._buttons: dict[str, QPushButton] = {}
        """By the names of their actions."""
        self._stories = {tour: _Story(tour, self._button(f"tour-{tour.id}", "Start")) for tour in SUMMARIES}
        self._doors = self._make_doors()
        self._recent_title = Label("Recent", role="title")
        self._all_button = push_button("", self, "link")
        self._all_button.clicked.connect(self._show_all)
        self._recent_box = fill(QVBoxLayout())
        area, page = QScrollArea(self), QWidget()
        area.setWidgetResizable(True)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)  # empty: it would be measured, and so be styled before it has its place in the window
        self._fill(page)
        self._column = fill(QVBoxLayout(self), (area, 1), self._foot())
        self.show_done(())
        self.set_recent([])

    def _button(self, action: str, text: str) -> QPushButton:
        button = push_button(text, self)
        self._buttons[action] = button
        button.clicked.connect(lambda: self._actions[action].trigger())
        return button

    def _make_doors(self) -> tuple[_Door, _Door, _Door]:
        stories = fill(QHBoxLayout(), *((each, 1) for each in self._stories.values()), spacing=12)
        demo = self._button("demo", "Open the demo")
        opened = (self._button("open", "Choose a file…"), self._button("connect", "Enter a URL…"))
        return (
            _Door("play", "Look at the demo", _DEMO, stories, beside=demo),
            _Door("open", "Open a store", "A file, a folder or a database URL.", *_more(_OTHERS, *opened)),
            _Door("new-entity", "Make a store", "A new file, empty, to try things in.",
                  *_more(_OWN, self._button("new-store", "New store…"))),
        )  # fmt: skip

    def _fill(self, page: QWidget) -> None:
        page.setObjectName("page")
        page.setMaximumWidth(WIDTH)
        title = Label("See how every state came to be")
        title.setFont(ui_font(BASE_POINTS * 22 / 13, bold=True))
        sentence = Label(_SENTENCE, role="dim", wraps=True)
        sentence.setFont(ui_font(BASE_POINTS * 14 / 13))
        demo, opened, made = self._doors
        fill(
            QVBoxLayout(page),
            (0, 1),
            title,
            6,
            sentence,
            20,
            demo,
            12,
            fill(QHBoxLayout(), (opened, 1), (made, 1), spacing=12),
            22,
            fill(QHBoxLayout(), self._recent_title, (0, 1), self._all_button),
            4,
            self._recent_box,
            (0, 2),
            margins=(18, 28, 18, 18),
        )

    def _foot(self) -> QFrame:
        """Return the line with the keys of what a person wants first, and the way to the preferences."""
        foot, row = QFrame(), QHBoxLayout()
        foot.setProperty("role", "foot")
        fill(row, margins=(24, 8, 24, 8), spacing=8)
        for name, text in _KEYS:
            keys = self._actions[name].shortcut() if name in self._actions else QKeySequence()
            if not keys.isEmpty():
                row.addWidget(Label(keys.toString(QKeySequence.SequenceFormat.NativeText), role="key"))
                row.addWidget(Label(text, role="dim"))
                row.addSpacing(16)
        row.addStretch(1)
        preferences = self._button("preferences", "Preferences")
        preferences.setProperty("role", "link")
        row.addWidget(preferences)
        foot.setLayout(row)
        return foot

    def show_bar(self, bar: QWidget) -> None:
        """Show a bar above the line of keys."""
        self._column.insertWidget(self._column.count() - 1, bar)

    def set_recent(self, stores: Sequence[str], previews: Mapping[str, StorePreview] = MappingProxyType({})) -> None:
        """Show these recent stores in this order, with what is kept of them; a missing file is disabled."""
        for button in self._recent:
            button.hide()
            button.deleteLater()
        names = Counter(describe_store(store)[0] for store in stores)
        self._recent = [
            RecentButton(store, previews.get(store), names_folder=names[describe_store(store)[0]] > 1)
            for store in stores
        ]
        for store, button in zip(stores, self._recent, strict=True):
            button.clicked.connect(partial(self.recent_chosen.emit, store))
            button.set_tokens(self._tokens)
            self._recent_box.addWidget(button)
        self._recent_title.setVisible(bool(stores))
        self._show_rows()
        ways = [self._buttons[f"tour-{tour.id}"] for tour in SUMMARIES] + [self._buttons[name] for name in _WAYS]
        for each, following in pairwise([*ways, self._all_button, *self._recent, self._buttons["preferences"]]):
            QWidget.setTabOrder(each, following)

    def show_done(self, done: Collection[str]) -> None:
        """Show which tours were done, by id; the first of the others is the one to begin with."""
        following = next((tour for tour in SUMMARIES if tour.id not in done), None)
        for tour, story in self._stories.items():
            story.show_state(is_done=tour.id in done, is_next=tour is following)
        self.setFocusProxy(self._buttons[f"tour-{(following or SUMMARIES[0]).id}"])

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens
        for door in self._doors:
            door.set_tokens(tokens)
        for button in self._recent:
            button.set_tokens(tokens)

    def _show_all(self) -> None:
        self._shows_all = True
        self._show_rows()

    def _show_rows(self) -> None:
        for number, button in enumerate(self._recent):
            button.setVisible(self._shows_all or number < _RECENT_SHOWN)
        self._all_button.setText(f"Show all {len(self._recent)}")
        self._all_button.setVisible(not self._shows_all and len(self._recent) > _RECENT_SHOWN)


def _more(text: str, *buttons: QPushButton) -> tuple[QWidget, QLayout]:
    """Return a small text, and a row of buttons below it."""
    label = Label(text, role="dim", wraps=True)
    label.setFont(ui_font(SMALL_POINTS))
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return label, fill(QHBoxLayout(), *buttons, (0, 1), spacing=8)
