"""A recent store on the start page: its name, its last place, and the events there as a small picture."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from es_desktop.app.store.preview import StorePreview
from es_desktop.models.guard import Guarded
from es_desktop.views.style.builders import fill
from es_desktop.views.style.icons import icon
from es_desktop.views.style.plain_text import ElidedLabel, Label, set_tip
from es_desktop.views.style.theme import SMALL_POINTS, ui_font
from es_desktop.views.style.tokens import LIGHT, Tokens

_HEIGHT: Final = 58
_PICTURE: Final = QSize(146, 42)
_DOT: Final = 2.4
_DIAMOND: Final = 4.0


class _Picture(Guarded, QWidget):
    """The events of the last place: a dot each in its colour, snapshots below, a value above."""

    def __init__(self, preview: StorePreview | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(_PICTURE)
        self.setAccessibleName("The events of its last place")
        self._preview = preview
        self.tokens = LIGHT

    def paintEvent(self, event: QPaintEvent) -> None:
        preview, tokens = self._preview, self.tokens
        if preview is None or not preview.hues:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, width, middle = 5.0, self.width() - 10.0, self.height() * 0.6
        places = [left + width * index / max(1, len(preview.hues) - 1) for index in range(len(preview.hues))]
        painter.setPen(QPen(QColor(tokens.line), 1.5))
        painter.drawLine(QPointF(places[0], middle), QPointF(places[-1], middle))
        if len(preview.line) == len(places):
            heights = [middle - 7 - each * (middle - 10) for each in preview.line]
            painter.setPen(QPen(QColor(tokens.accent), 1.6))
            painter.drawPolyline(QPolygonF([QPointF(*each) for each in zip(places, heights, strict=True)]))
        painter.setPen(Qt.PenStyle.NoPen)
        for place, hue in zip(places, preview.hues, strict=True):
            painter.setBrush(QColor(tokens.hue(hue)))
            painter.drawEllipse(QPointF(place, middle), _DOT, _DOT)
        painter.setBrush(QColor(tokens.amber))
        for part in preview.snapshots:
            x, y, half = left + width * part, middle + 10, _DIAMOND
            corners = (x, y - half), (x + half, y), (x, y + half), (x - half, y)
            painter.drawPolygon(QPolygonF([QPointF(*each) for each in corners]))


class RecentButton(Guarded, QPushButton):
    """Opens a recent store. A store whose file is missing is disabled."""

    def __init__(self, store: str, preview: StorePreview | None, *, names_folder: bool = False) -> None:
        """``names_folder`` shows the folder or server beside the name: another recent store has the same name."""
        super().__init__()
        name, where, missing = describe_store(store)
        self.setProperty("role", "recent")
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self._picture = _Picture(preview, self)
        title = Label(name, role="title")
        facts = (
            preview.content if preview is not None else "",
            f"in {Path(where).name or where}" if names_folder else "",
        )
        content = ElidedLabel("".join(f"· {each} " for each in facts if each).strip())
        place = where if preview is None else f"{preview.place} · {_seen_text(preview.seen)}"
        second = ElidedLabel(place)
        second.setFont(ui_font(SMALL_POINTS))
        word = "" if preview is None else "WRITABLE" if preview.is_writable else "READ ONLY"
        self._lock = Label()
        self._lock.setAccessibleName("Locked")
        self._lock.setVisible(word == "READ ONLY" and not missing)
        pill = Label("not found" if missing else word, role="pill")
        pill.setVisible(bool(pill.text()))
        texts = fill(
            QVBoxLayout(), (0, 1), fill(QHBoxLayout(), title, (content, 1), spacing=5), second, (0, 1), spacing=3
        )
        fill(QHBoxLayout(self), self._picture, (texts, 1), self._lock, pill, margins=(4, 0, 4, 0), spacing=8)
        self.setEnabled(not missing)
        self.setAccessibleDescription(", ".join(filter(None, (content.whole_text(), place, pill.text(), where))))
        set_tip(self, where)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of a theme."""
        self._picture.tokens = tokens
        self._picture.update()
        self._lock.setPixmap(icon("lock", tokens, tokens.dim).pixmap(QSize(14, 14), self.devicePixelRatioF()))

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())


def _seen_text(seen: float) -> str:
    """Return when a store was left: ``today 09:31``, ``yesterday``, or the day."""
    from datetime import date, timedelta

    from es_desktop.app.text.times import calendar_time, format_day

    moment = calendar_time(seen)
    if moment is None:
        return ""
    if moment.date() == date.today():
        return f"today {moment:%H:%M}"
    return "yesterday" if moment.date() == date.today() - timedelta(days=1) else format_day(seen)


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
