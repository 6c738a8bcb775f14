"""The page that the window shows without a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from es_desktop.models.guard import Guarded
from es_desktop.views.style.builders import fill
from es_desktop.views.style.dock_frame import ElidedLabel
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import Label, set_tip
from es_desktop.views.style.theme import BASE_POINTS, SMALL_POINTS, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens

PRODUCT = "Event Stream Explorer"
SENTENCE = "Explore the history of any entity in an event store: every event, every state, and what changed it."
WIDTH = 560
_ACTIONS = (
    ("open", "Open a store…", "A file or a database. Stores of other programs stay read-only"),
    ("new-store", "New store…", "An empty file for entities of your own"),
    ("demo", "Try the demo", "A shop with orders, tickets and accounts to step through"),
)


class RowButton(Guarded, QPushButton):
    """A wide button with an icon, a title, a note and a text at its right; Enter presses it like Space."""

    def __init__(self, title: str, note: str, right: str = "", large: bool = True) -> None:
        super().__init__()
        self.setProperty("role", "row" if large else "recent")
        self.setAccessibleName(title)
        self.setAccessibleDescription(note)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(60 if large else 34)
        self._picture = Label()
        title_label = Label(title)
        title_label.setFont(ui_font(BASE_POINTS + (1 if large else 0), bold=large))
        note_label = ElidedLabel(note)
        note_label.setFont(ui_font(BASE_POINTS if large else SMALL_POINTS))
        key = Label(right, role="pill" if large else "dim")
        key.setVisible(bool(right))
        if large:
            texts = fill(QVBoxLayout(), (0, 1), title_label, note_label, (0, 1), spacing=3)
            fill(QHBoxLayout(self), self._picture, (texts, 1), key, margins=(16, 0, 14, 0), spacing=14)
        else:
            parts = (self._picture, title_label, (note_label, 1), key)
            fill(QHBoxLayout(self), *parts, margins=(10, 0, 10, 0), spacing=10)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_icon(self, name: str, tokens: Tokens, color: str, side: int) -> None:
        """Show an icon at the left."""
        self._picture.setPixmap(icon(name, tokens, color).pixmap(QSize(side, side), self.devicePixelRatioF()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, self.height())


class StartPage(QWidget):
    """Offers to open a store, create one or try the demo, and the recent stores."""

    open_requested = Signal()
    new_requested = Signal()
    demo_requested = Signal()
    recent_chosen = Signal(object)
    """The path or address of a recent store."""

    def __init__(
        self, shortcuts: Sequence[str] = ("Ctrl+O", "Ctrl+N", "Ctrl+D"), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tokens = LIGHT
        self._recent: list[RowButton] = []
        self._app_icon = Label()
        self._app_icon.setAccessibleName("Icon of the program")
        self._recent_title = Label("Recent stores", role="title")
        self._recent_box = QVBoxLayout()
        self._recent_box.setSpacing(0)
        self._buttons = [
            RowButton(title, note, QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText))
            for (_, title, note), keys in zip(_ACTIONS, shortcuts, strict=True)
        ]
        signals = (self.open_requested, self.new_requested, self.demo_requested)
        for button, signal in zip(self._buttons, signals, strict=True):
            button.clicked.connect(signal.emit)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._page())
        fill(QVBoxLayout(self), area)
        self.setFocusProxy(self._buttons[0])
        self.set_recent([])

    def _page(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        page.setMaximumWidth(WIDTH)
        column = fill(QVBoxLayout(page), (0, 2), self._heading(), 14, *self._buttons, 14, spacing=10)
        fill(column, self._recent_title, self._recent_box, (0, 3), margins=(20, 28, 20, 28), spacing=10)
        return page

    def set_recent(self, stores: Sequence[str], versions: Mapping[str, int] = MappingProxyType({})) -> None:
        """Show these recent stores in this order, with the versions that they open at; a missing file is disabled."""
        for button in self._recent:
            button.deleteLater()
        self._recent.clear()
        for store in stores:
            name, where, missing = describe_store(store)
            last = f"version {versions[store]}" if store in versions else ""
            button = RowButton(name, where, "not found" if missing else last, large=False)
            button.setEnabled(not missing)
            set_tip(button, where)
            button.clicked.connect(lambda _checked=False, store=store: self.recent_chosen.emit(store))
            self._recent_box.addWidget(button)
            self._recent.append(button)
        self._recent_title.setVisible(bool(stores))
        self._show_recent_icons()

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._tokens = tokens
        ratio = self.devicePixelRatioF()
        self._app_icon.setPixmap(icon("app", tokens, tokens.accent).pixmap(QSize(64, 64), ratio))
        for button, (name, *_rest) in zip(self._buttons, _ACTIONS, strict=True):
            button.show_icon(name, tokens, tokens.accent, 24)
        self._show_recent_icons()

    def _show_recent_icons(self) -> None:
        tokens = self._tokens
        for button in self._recent:
            button.show_icon("open", tokens, tokens.dim if button.isEnabled() else tokens.disabled, 16)

    def _heading(self) -> QHBoxLayout:
        name = Label(PRODUCT)
        name.setFont(ui_font(BASE_POINTS + 9, bold=True))
        sentence = Label(SENTENCE, role="dim", wraps=True)
        sentence.setFont(ui_font(BASE_POINTS + 1))
        self._app_icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        texts = fill(QVBoxLayout(), name, sentence, spacing=6)
        return fill(QHBoxLayout(), self._app_icon, (texts, 1), spacing=18)


def describe_store(store: str) -> tuple[str, str, bool]:
    """Return the name of a store, its folder or server, and whether its file is missing; without any password."""
    parts = urlsplit(store)
    if "://" in store and not parts.scheme.startswith("sqlite"):
        host = parts.hostname or "local"
        where = f"{parts.scheme.partition('+')[0]} · {host}" + (f":{parts.port}" if parts.port else "")
        return unquote(parts.path.strip("/")) or host, where, False
    # sqlite:///relative, sqlite:////absolute
    path = Path(unquote(parts.path)[1:] if "://" in store else store).expanduser()
    folder = str(path.parent)
    home = str(Path.home())
    if folder == home or folder.startswith(home + "/"):
        folder = "~" + folder[len(home) :]
    return path.name, folder, not path.exists()
