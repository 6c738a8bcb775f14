"""Texts of every script: right-to-left, mixed, combining, CJK, emoji and very long words, in every view and layout."""

# ruff: noqa: RUF001

from __future__ import annotations

import logging
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.ids import short_id
from es_desktop.app.store.session import create_session
from es_desktop.app.text.plain import character_start, elide, in_sentence
from es_desktop.examples import Example, Order
from tests.app.storing import sql
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window

TEXTS = {
    "Arabic": "محمد بن عبد الله، الطلب رقم ١٢٣ قيد التنفيذ",
    "Hebrew": "שלום עולם, ההזמנה נשלחה",
    "mixed": "order 12 של דנה (VIP) – total ₪ 45.00",
    "overrides": "abc \u202eevil\u202c \u2067isolated\u2069 end",
    "Chinese": "訂單已發貨，請於三日內簽收。謝謝您的惠顧！",
    "Japanese": "株式会社山田商店のご注文",
    "Korean": "주문이 발송되었습니다",
    "emoji": "👩‍👩‍👧‍👦 family 🏳️‍🌈 flag 👍🏽 🇵🇹",
    "combining": "Z̷̡̛͎a̸͇͑l̵̰̽g̶̬̾ö̵́ é́́́",
    "Devanagari": "ग्राहक का नाम क्षत्रिय",
    "Thai": "คำสั่งซื้อหมายเลขที่สิบสอง",
    "long": "Donaudampfschifffahrtsgesellschaftskapitän" * 6,
    "ZWSP": "zero\u200bwidth\u200bspaces\ufeffand\u00adhyphens",
}


def many_scripts(path: Path) -> Path:
    """Make a store with an order and an example for each text: as id, name, value, item and key."""
    session = create_session(str(path))
    commands = Commands(session)
    ids = {}
    for name, text in TEXTS.items():
        order = commands.create(Order, {"customer": text})
        ids[name] = order.entity_id
        with session.bus.activated():
            found = session.repository[order.entity_id]
            found.add_item(text, text, 2, Decimal("1.50"))
            found.add_item("plain", f"{text} / plain", 1, Decimal("2.00"))
        commands.create(Example, {"foo": {text: [text, {text: text}]}, "a": text, "b": f"{text}\n{text}"})
    session.close()
    for name, number in ids.items():
        for table in ("integer_sequenced_items", "snapshots"):
            text = TEXTS[name].replace("'", "''")
            sql(path, f"UPDATE {table} SET sequence_id = '{text}' WHERE sequence_id = x'{number.hex}'")
    return path


def test_every_view_draws_every_script(driver: Driver, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        driver.open(many_scripts(tmp_path / "scripts.esdb"))
        entities = driver.workspace.entities
        chosen = [entities.at(row).id for row in range(entities.rowCount())]
        assert len({str(each) for each in chosen} & set(TEXTS.values())) == len(TEXTS)
        for text in TEXTS.values():
            driver.workspace.choose(next(each for each in chosen if str(each) == text))
            driver.settle()
            assert driver.state()["customer"].startswith(elide(text, 8)[:-1])
            driver.window.grab()
        for dock in driver.every_dock():
            dock.bring_forward(dock)
            driver.settle()
            driver.window.grab()
    assert not caplog.records


def test_the_window_goes_from_left_to_right_and_a_text_by_its_own_letters(driver: Driver, tmp_path: Path) -> None:
    """A cell of Arabic that is too long has the mark of the cut at its left, where its end is."""
    assert QApplication.layoutDirection() == Qt.LayoutDirection.LeftToRight
    driver.open(many_scripts(tmp_path / "scripts.esdb"))
    table, entities = driver.window.docks.entities.table, driver.workspace.entities
    table.setColumnWidth(2, 120)
    row = next(row for row in range(entities.rowCount()) if str(entities.at(row).id) == TEXTS["Arabic"])
    index = table.model().index(row, 2)
    table.scrollTo(index)
    driver.settle()
    cell = QRect(table.visualRect(index))
    left = QRect(cell.left() + 6, cell.top() + 2, 12, cell.height() // 2 - 4)
    right = QRect(cell.left() + 60, cell.top() + 2, 50, cell.height() - 4)
    picture = table.viewport().grab().toImage()
    assert inked(picture, right) > 0 == inked(picture, left), "three dots are low"


def inked(picture: QImage, part: QRect) -> int:
    """Return how many pixels of a part are not like its first one."""
    cut = picture.copy(part)
    points = ((x, y) for x in range(cut.width()) for y in range(cut.height()))
    return sum(cut.pixel(x, y) != cut.pixel(0, 0) for x, y in points)


@pytest.mark.parametrize(
    ("text", "index", "start"),
    [
        ("abc", 2, 2),
        ("e\u0301x", 1, 0),
        ("e\u0301x", 2, 2),
        ("👩\u200d👩\u200d👧x", 4, 0),
        ("👩\u200d👩\u200d👧x", 5, 5),
        ("👍🏽", 1, 0),
        ("🇵🇹🇩🇪", 1, 0),
        ("🇵🇹🇩🇪", 2, 2),
        ("🇵🇹🇩🇪", 3, 2),
        ("a" + "\u0301" * 3000, 2000, 2000),
    ],
)
def test_a_cut_keeps_what_is_seen_as_one_character(text: str, index: int, start: int) -> None:
    assert character_start(text, index) == start


def test_ids_and_lines_are_cut_between_characters() -> None:
    assert short_id("คำสั่งซื้อหมายเลขที่สิบสอง")[1] not in "ิ่"
    assert elide("👩\u200d👩\u200d👧 of all", 4) == "…"
    assert in_sentence("שלום") == "שלום\u200e" and in_sentence("hello") == "hello"
