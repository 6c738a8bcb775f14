"""Flags on the timeline strip: small marks below events, a row and a tone for each set of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from es_desktop.views.style.tokens import Tokens

from .strip_scale import Scale, nearest, thinned

FLAGS_Y: Final = 60
ROW: Final = 6
"""Pixels from one row of flags to the next."""
_HEIGHT: Final = 5
_WIDTH: Final = 7
_BAR: Final = 2.0
_REACH: Final = 4
"""Pixels beside a flag at which it is still pointed at."""


@dataclass(slots=True)
class _FlagSet:
    versions: Sequence[int]
    tone: str
    _view: tuple[float, ...] = ()
    _spans: Sequence[tuple[float, float]] = ()

    def spans(self, scale: Scale) -> Sequence[tuple[float, float]]:
        """Return from where to where in a row there is flag beside flag; kept as long as the same is in view."""
        view = (scale.low, scale.high, scale.left, scale.width)
        if view != self._view:
            self._view, self._spans = view, _joined(round(scale.x(each)) for each in thinned(self.versions, scale, 1.0))
        return self._spans


class Flags:
    """The sets of flags of one strip, by name. An empty set takes no room."""

    def __init__(self) -> None:
        self._sets: dict[str, _FlagSet] = {}

    def set(self, name: str, versions: Sequence[int], tone: str) -> None:
        """Flag these versions, ascending, in a tone of ``Tokens.tone``, in place of those of this name."""
        if versions:
            # A name that is here already keeps its row.
            self._sets[name] = _FlagSet(versions, tone)
        else:
            self._sets.pop(name, None)

    @property
    def height(self) -> int:
        """The pixels that all rows take."""
        return ROW * len(self._sets)

    def at(self, version: int) -> list[str]:
        """Return the names of the sets that flag a version."""
        return [name for name, each in self._sets.items() if holds(each.versions, version)]

    def near(self, point: QPointF, scale: Scale) -> int | None:
        """Return the version whose flag is at a point."""
        row = int((point.y() - FLAGS_Y) // ROW)
        if not 0 <= row < len(self._sets):
            return None
        version = nearest([*self._sets.values()][row].versions, scale.version(point.x()))
        return version if abs(scale.x(version) - point.x()) <= _REACH else None

    def paint(self, painter: QPainter, scale: Scale, tokens: Tokens, pitch: float) -> None:
        """Paint the flags that are in view; ``pitch`` is the room that an event has, in pixels."""
        for row, each in enumerate(self._sets.values()):
            top = FLAGS_Y + row * ROW
            color = QColor(tokens.tone(each.tone)[0])
            if pitch >= _WIDTH:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                for version in thinned(each.versions, scale, 1.0):
                    painter.drawPolygon(_triangle(scale.x(version), top))
            else:
                for left, right in each.spans(scale):
                    painter.fillRect(QRectF(left, top, right - left, _HEIGHT), color)


def holds(line: Sequence[int], version: int) -> bool:
    """Tell whether a version is in an ascending line."""
    place = bisect_left(line, version)
    return place < len(line) and line[place] == version


def _joined(places: Iterable[float]) -> list[tuple[float, float]]:
    """Return ascending bars as spans, where they touch as one."""
    spans: list[tuple[float, float]] = []
    for x in places:
        left, right = x - _BAR / 2, x + _BAR / 2
        if spans and left <= spans[-1][1]:
            spans[-1] = (spans[-1][0], right)
        else:
            spans.append((left, right))
    return spans


def _triangle(x: float, top: float) -> list[QPointF]:
    bottom = top + _HEIGHT
    return [QPointF(x, top), QPointF(x + _WIDTH / 2, bottom), QPointF(x - _WIDTH / 2, bottom)]
