"""Every method that Qt calls raises, one after another, in a window on a store; and formatters get any value anywhere.

A round is a method of a class; the window is painted, resized, moved over and typed into. It must live on.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import time
import zoneinfo
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from tests.conftest import SAMPLES
from tests.faults.common import Figures, Outcome, Scratch
from tests.faults.windows import OpenWindow, run_driven

SHORT = 3
LONG = 300


class Odd:
    """A value none of whose texts can be made."""

    def __str__(self) -> str:
        raise ValueError("no text")

    __repr__ = __format__ = __hash__ = __str__  # type: ignore[assignment]


def values(random: Random) -> list[Any]:
    zones = [dt.timezone(dt.timedelta(hours=hours)) for hours in (-23, 14, 23)]
    ends = [each.replace(tzinfo=zone) for each in (dt.datetime.min, dt.datetime.max) for zone in (None, *zones)]
    numbers = [0, -1, 2**63, 10**5_000, -(10**400), 1e308, -1e308, 5e-324, math.nan, math.inf, -math.inf]
    return [
        *(None, True, "", "x" * 9_999, "\ud800", "\0\u202e<b>", b"\xff", [], {}, [[]], {"a": {"b": [1]}}, {1: Odd()}),
        *(*numbers, *ends, Decimal("NaN"), Decimal("sNaN"), Decimal("1e999999"), dt.date.min, dt.time.max),
        *(dt.timedelta.max, Odd(), [Odd()], range(3), 1 + 2j, object(), random.uniform(-1e13, 1e13), -62_135_596_800),
        *(253_402_300_799, 253_402_300_800.5, random.getrandbits(200)),
    ]


def formatters() -> list[Callable[[Any], Any]]:
    from es_desktop.app.entity.ids import short_id
    from es_desktop.app.text import times
    from es_desktop.app.text import values as texts
    from es_desktop.app.text.json_view import iso_time, to_json

    one: list[Callable[[Any], Any]] = [texts.format_value, texts.format_bytes, texts.day_text, to_json, short_id]
    one += [times.format_time, times.format_day, times.format_gap, times.format_cost, times.format_length]
    one += [times.local_time, iso_time, lambda value: texts.flat_text({"a": value}, 99)]
    one += [lambda value: texts.difference_texts(value, "other"), lambda value: texts.format_transition(value, value)]
    one += [lambda value: times.format_time_range(value, 0), lambda value: times.format_time_range(0, value)]
    return [*one, lambda value: times.time_ticks(value, 0, 9), lambda value: times.time_ticks(-9, value, 9)]


def _try_formatters(random: Random, zones: list[str], figures: Figures) -> None:
    before = os.environ.get("TZ")
    try:
        for zone in zones:
            os.environ["TZ"] = zone
            if hasattr(time, "tzset"):
                time.tzset()
            for formatter in formatters():
                for value in values(random):
                    figures.inputs += 1
                    try:
                        formatter(value)
                    except Exception as error:
                        name = getattr(formatter, "__name__", "")
                        kind = f"{name} raised {type(error).__name__} for a {type(value).__name__}"
                        figures.add(Outcome(0), f"in {zone}", kind)
    finally:
        os.environ.pop("TZ", None)
        if before is not None:
            os.environ["TZ"] = before
        if hasattr(time, "tzset"):
            time.tzset()


def guarded_methods() -> Iterator[tuple[type, str]]:
    """Yield each class of the window with each method in it that the guard is around."""
    from es_desktop.models.guard import Guarded

    waiting = [Guarded]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        yield from ((found, name) for name, method in vars(found).items() if hasattr(method, "is_guarded"))


def _raising(name: str) -> Callable[..., Any]:
    def method(self: object, *args: Any) -> Any:
        from PySide6.QtGui import QPainter
        from PySide6.QtWidgets import QAbstractScrollArea, QWidget

        if name == "paintEvent" and isinstance(self, QWidget):
            painter = QPainter(self.viewport() if isinstance(self, QAbstractScrollArea) else self)
            painter.fillRect(0, 0, 1, 1, "red")
        raise ValueError(name)

    method.__name__ = name
    return method


def _drive(home: Path, rounds: int, seed: int, pipe: Any) -> None:
    """Let each of some methods raise while the window is used."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from es_desktop.models.guard import guarded
    from tests.views.driving import every_dock

    opened = OpenWindow(home, SAMPLES / "es-3.1.0-sqlalchemy-sqlite.db")
    window = opened.window
    every = sorted(set(guarded_methods()), key=lambda each: (each[0].__module__, each[0].__name__, each[1]))
    kept = []  # PySide keeps a method that it has found once, but does not keep it alive
    for cls, name in Random(seed).sample(every, min(rounds, len(every))):
        pipe.send(f"{cls.__name__}.{name}")
        before = vars(cls)[name]
        kept.append(guarded(_raising(name)))
        setattr(cls, name, kept[-1])
        try:
            window.resize(1_000 + len(name), 700)
            for dock in every_dock(window):
                dock.raise_()
                QTest.mouseMove(dock, QPoint(40, 60))
                dock.grab()
            window.workspace.selection.go_to(3)
            opened.settle()
            QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Down)
            window.grab()
            opened.settle()
        except Exception as error:
            opened.failures.append(repr(error))
        setattr(cls, name, before)
        pipe.send([f"reached the program: {each}" for each in opened.failures])
        opened.failures.clear()


def run(rounds: int, seed: int) -> Figures:
    random, figures = Random(seed), Figures(rounds=rounds)
    zones = sorted(zoneinfo.available_timezones())
    _try_formatters(random, random.sample(zones, min(len(zones), 2 * rounds)), figures)
    with Scratch() as home:
        run_driven(_drive, figures, home, rounds, seed)
    return figures
