"""The guard where Qt calls Python: an exception is logged, and Qt gets an answer that it can use.

Without it PySide keeps the exception and raises it later, wherever the program calls Qt next; and a painter that is
left open ends the process.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, TracebackType
from typing import Any, Final, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter

CANNOT_BE_SHOWN: Final = "cannot be shown"
_DISPLAY: Final = int(Qt.ItemDataRole.DisplayRole)
_log = logging.getLogger(__name__)
F = TypeVar("F", bound=Callable[..., Any])


def _text_if_shown(index: object = None, role: int = _DISPLAY, *_: object) -> str | None:
    return CANNOT_BE_SHOWN if role == _DISPLAY else None


def _paint_reason(painter: QPainter, target: Any, *_: object) -> None:
    """Paint in the cell of a delegate, or in a rectangle, that it cannot be shown."""
    painter.drawText(getattr(target, "rect", target), Qt.AlignmentFlag.AlignVCenter, CANNOT_BE_SHOWN)


_FALLBACKS: Final[Mapping[str, Callable[..., Any]]] = {
    "data": _text_if_shown,
    "headerData": lambda section=0, orientation=None, role=_DISPLAY: _text_if_shown(None, role),
    "setData": lambda *_: False,
    "flags": lambda *_: Qt.ItemFlag.NoItemFlags,
    "sort": lambda *_: None,
    "rowCount": lambda *_: 0,
    "columnCount": lambda *_: 0,
    "hasChildren": lambda *_: False,
    "index": lambda *_: QModelIndex(),
    "parent": lambda *_: QModelIndex(),
    "event": lambda *_: False,
    "eventFilter": lambda *_: False,
    "viewportEvent": lambda *_: False,
    "helpEvent": lambda *_: False,
    "paint": _paint_reason,
}
"""What a method returns to Qt if it raises; others return what Qt's own method does."""


def guarded(method: F) -> F:
    """Return a method that reports an exception, and then returns its fallback. It must be one of a ``Guarded``."""
    name = method.__name__

    @functools.wraps(method)
    def call(self: Guarded, *args: Any, **named: Any) -> Any:
        try:
            return method(self, *args, **named)
        except Exception as error:
            is_index = bool(args) and isinstance(args[0], (QModelIndex, QPersistentModelIndex))
            self.report(name, error, args[0].column() if is_index else None)
            _end_painters(error.__traceback__, args)
        try:
            return _FALLBACKS[name](*args, **named) if name in _FALLBACKS else _of_qt(self, name)(self, *args, **named)
        except Exception as error:
            self.report(f"{name} of Qt", error)
            return None

    call.is_guarded = True  # type: ignore[attr-defined]
    return call  # type: ignore[return-value]


class Guarded:
    """A mix-in, named before a class of Qt: in its subclasses no method that overrides one of Qt's raises.

    What it raises is logged, once for each object, method, column and class of error.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, method in overrides(cls):
            setattr(cls, name, guarded(method))

    def report(self, method: str, error: Exception, column: int | None = None) -> None:
        """Log what a method raised, unless it was logged before."""
        reported = vars(self).setdefault("_reported", set())
        key = method, column, type(error)
        if key not in reported:
            reported.add(key)
            where = "" if column is None else f" of column {column}"
            _log.error("%s.%s%s failed", type(self).__name__, method, where, exc_info=error)


def overrides(cls: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the methods of a class itself that override one of Qt's, and are not guarded."""
    of_qt = [each for each in cls.__mro__ if _is_of_qt(each)]
    for name, method in list(vars(cls).items()):
        if not name.startswith("_") and isinstance(method, FunctionType) and not hasattr(method, "is_guarded"):
            known = name in _FALLBACKS or any(hasattr(each, name) for each in of_qt)
            if known and of_qt:
                yield name, method


def _is_of_qt(cls: type) -> bool:
    return cls.__module__.startswith("PySide6.")


def _of_qt(self: object, name: str) -> Callable[..., Any]:
    """Return Qt's own method."""
    found: Callable[..., Any] = getattr(next(each for each in type(self).__mro__ if _is_of_qt(each)), name)
    return found


def _end_painters(trace: TracebackType | None, given: tuple[Any, ...]) -> None:
    """End the painters that a failed method has made; a traceback keeps its variables, and Qt needs its device back."""
    while trace is not None:
        for value in trace.tb_frame.f_locals.values():
            if isinstance(value, QPainter) and value.isActive() and not any(value is each for each in given):
                value.end()
        trace = trace.tb_next
