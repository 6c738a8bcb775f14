"""Everything can be read: each text of the real window stands out from its ground, in every theme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, qGray
from PySide6.QtWidgets import QDialog, QTableView, QWidget

from es_desktop.app.search.questions import AskedQuestion
from es_desktop.models.table.model import MARK_ROLE, TONE_ROLE
from es_desktop.views.panels.window_views import VIEWS
from es_desktop.views.preferences.dialog import PreferencesDialog
from es_desktop.views.style.rows import PAD
from es_desktop.views.style.tokens import CONTRAST, DARK, LIGHT, Tokens
from es_desktop.views.window.palette import Palette, ShortcutSheet
from tests.views.driving import Driver
from tests.views.reading import contrast, painted_texts

pytestmark = pytest.mark.one_window

THEMES = (LIGHT, DARK, CONTRAST)
FALSE_SNAPSHOT, BROKEN = "cce1c12a", "f094cb8b"
"""An account and a ticket of the demo's story."""
in_each_theme = pytest.mark.parametrize("tokens", THEMES, ids=lambda tokens: tokens.name)


def least(tokens: Tokens) -> float:
    return 7.0 if tokens is CONTRAST else 4.5


def hard_to_read(widget: QWidget, tokens: Tokens) -> list[str]:
    """Return the texts without enough contrast, but for those of controls that cannot be used."""
    texts = painted_texts(widget)
    assert texts
    return [
        str(each) for each in texts if contrast(each.ink, each.ground) < least(tokens) and each.ink != tokens.disabled
    ]


def show_a_false_snapshot(driver: Driver) -> QWidget:
    driver.workspace.choose_by_id(FALSE_SNAPSHOT, 20)
    driver.settle()
    driver.act("verify-store")
    driver.settle()
    return driver.window


def show_a_failure(driver: Driver) -> QWidget:
    driver.workspace.choose_by_id(BROKEN, 11)
    driver.settle()
    return driver.window


def raise_others(driver: Driver) -> QWidget:
    docks = driver.window.docks
    for dock in (docks.log, docks.event, docks.notes, docks.watch):
        dock.raise_()
    driver.settle()
    return driver.window


def raise_last(driver: Driver) -> QWidget:
    docks = driver.window.docks
    for dock in (docks.activity, docks.compare, docks.what_if):
        dock.raise_()
    driver.settle()
    return driver.window


def show_view(name: str) -> Callable[[Driver], QWidget]:
    def show(driver: Driver) -> QWidget:
        if driver.workspace.questioner.asked is None:
            driver.workspace.questioner.ask(AskedQuestion("Order where ever total > 300"))
        driver.act(f"view-{name}")
        return driver.window

    return show


def open_dialog(name: str, dialog: type[QDialog]) -> Callable[[Driver], QWidget]:
    def show(driver: Driver) -> QWidget:
        driver.act(name)
        return driver.dialog(dialog)

    return show


SCENES = {
    "false snapshot": show_a_false_snapshot,
    "failure": show_a_failure,
    "log": raise_others,
    "activity": raise_last,
    **{each.name: show_view(each.name) for each in VIEWS[1:]},
    "preferences": open_dialog("preferences", PreferencesDialog),
    "palette": open_dialog("palette", Palette),
    "shortcuts": open_dialog("shortcuts", ShortcutSheet),
}


def test_each_text_that_the_window_paints_can_be_read(driver: Driver, demo_store: Path) -> None:
    for tokens in THEMES:
        driver.window.preferences.set({"theme": tokens.name})
        assert hard_to_read(driver.window, tokens) == [], f"start page, {tokens.name}"
    driver.open(demo_store)
    for tokens in THEMES:
        driver.window.preferences.set({"theme": tokens.name})
        for name, show in SCENES.items():
            shown = show(driver)
            driver.settle()
            assert hard_to_read(shown, tokens) == [], f"{name}, {tokens.name}"
            if isinstance(shown, QDialog):
                shown.close()
    driver.window.preferences.set({"theme": "system"})


@in_each_theme
def test_each_ink_can_be_read_on_each_ground(tokens: Tokens) -> None:
    """Also where no test paints it: inks and grounds are found by the names of the colours."""
    names = {each.name: getattr(tokens, each.name) for each in fields(tokens) if each.name not in ("name", "hues")}
    grounds = [
        "panel",
        "background",
        "soft",
        "hover",
        "pressed",
        *(name for name in names if name.endswith("_soft") and name != "line_soft"),
    ]
    inks = ["dim", "faint", *(name for name in names if name.endswith("_text") and name != "tooltip_text")]
    assert min(contrast(tokens.text, names[ground]) for ground in grounds) >= 7
    assert [pair for pair in product(inks, grounds) if contrast(*map(names.__getitem__, pair)) < least(tokens)] == []
    accents = (tokens.accent, tokens.accent_hover, tokens.accent_pressed)
    assert min(contrast(tokens.on_accent, accent) for accent in accents) >= least(tokens)
    assert contrast(tokens.tooltip_text, tokens.tooltip) >= least(tokens)
    for tone in ("accent", "amber", "red", "green", "neutral"):
        assert contrast(*tokens.tone(tone)) >= least(tokens)


@in_each_theme
def test_marks_can_be_seen(tokens: Tokens) -> None:
    for color in (tokens.accent, tokens.amber, tokens.red, tokens.green, *tokens.hues):
        assert contrast(color, tokens.panel) >= 3
    if tokens is CONTRAST:
        for color in (tokens.line, tokens.line_soft, tokens.outline, tokens.scroll):
            assert contrast(color, tokens.panel) >= 3
        assert contrast(tokens.disabled, tokens.panel) >= 4.5


def in_grey(table: QTableView, row: int, column: int, box: QRect) -> list[int]:
    """Return the shades of a part of a cell; ``box`` is relative to its right end, or its start, and its middle."""
    table.scrollTo(table.model().index(row, column))
    picture = table.viewport().grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    cell = table.visualRect(table.model().index(row, column))
    left = cell.right() + box.left() if box.left() < 0 else cell.left() + box.left()
    spots = product(range(box.width()), range(box.height()))
    return [qGray(picture.pixel(left + x, cell.center().y() + box.top() + y)) for x, y in spots]


def test_what_failed_has_a_sign_beside_its_colour(driver: Driver, demo_store: Path) -> None:
    """In grey, too, a failed row and a false snapshot differ from others."""
    driver.open(demo_store)
    show_a_failure(driver)
    table = driver.window.docks.timeline.table
    model = table.model()
    row = next(row for row in range(model.rowCount()) if model.index(row, 0).data(TONE_ROLE) == "failed")
    start = QRect(4, -2, 4, 5)
    assert len(set(in_grey(table, row, 0, start))) > 1 == len(set(in_grey(table, row - 1, 0, start)))

    show_a_false_snapshot(driver)
    last = model.columnCount() - 1
    marks = {model.index(row, last).data(MARK_ROLE): row for row in range(model.rowCount())}
    assert {"red"} < set(marks), marks
    middles = []
    for row in (marks["red"], next(row for mark, row in marks.items() if mark and mark != "red")):
        table.scrollTo(model.index(row, 0))
        middles.append(max(in_grey(table, row, last, QRect(-PAD - 6, -1, 3, 3))))
    assert middles[0] > middles[1] + 60, "a light cross is on the false one"
