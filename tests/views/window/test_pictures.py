"""Pictures of views: as files of pixels, of lines and of a page, and printed."""

from __future__ import annotations

import gc
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QAbstractButton, QApplication

from es_desktop.views.window.pictures import PictureDialog, PictureFormat
from es_desktop.views.window.prompts import Dialogs
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SVG = "{http://www.w3.org/2000/svg}"


def saved(driver: Driver, file: Path, format: PictureFormat) -> bytes:
    """Save a picture of the view that has the focus, and return the file."""
    driver.answers.file = str(file)
    driver.press(Qt.Key.Key_P, CTRL | ALT)
    dialog = driver.dialog(PictureDialog)
    driver.qtbot.waitUntil(dialog.isActiveWindow)
    radio: QAbstractButton = dialog.formats[format]
    driver.qtbot.mouseClick(radio, Qt.MouseButton.LeftButton, pos=QPoint(8, radio.height() // 2))
    assert radio.isChecked()
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert driver.answers.offered == f"entities{format.value.ending}"
    return file.read_bytes()


def text_of_pdf(page: bytes) -> str:
    """Return the text of a document as a reader of such files selects it: its letters by the fonts that it holds."""
    objects = dict(re.findall(rb"\n(\d+) 0 obj\s(.*?)\sendobj", page, re.DOTALL))
    letters: dict[bytes, dict[bytes, str]] = {}
    for font, content in objects.items():
        if found := re.search(rb"/ToUnicode (\d+)", content):
            ranges = re.findall(rb"<(\w{4})> <\w{4}> \[(.*?)\]", objects[found[1]], re.DOTALL)
            codes = [(int(first, 16), re.findall(rb"<(\w+)>", each)) for first, each in ranges]
            letters[font] = {
                b"%04X" % (first + at): bytes.fromhex(code.decode()).decode("utf-16-be")
                for first, each in codes
                for at, code in enumerate(each)
            }
    text, table = "", dict[bytes, str]()
    for content in objects.values():
        stream = re.search(rb"stream\r?\n(.*)\nendstream", content, re.DOTALL) if b"/FlateDecode" in content else None
        for font, glyph in re.findall(rb"/F(\d+) [\d.]+ Tf|<(\w+)> Tj", zlib.decompress(stream[1]) if stream else b""):
            table = letters[font] if font else table
            text += table.get(glyph, "")
    return text.replace("\t", " ")  # a font has one glyph for both


def test_a_view_is_saved_as_it_looks(driver: Driver, demo_store: Path, tmp_path: Path) -> None:
    driver.open(demo_store)
    dock = driver.window.docks.entities
    dock.bring_forward(dock.table)
    name = str(dock.table.model().index(0, 2).data())
    pixels = saved(driver, tmp_path / "a.png", PictureFormat.PNG)
    assert pixels[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", pixels[16:24]) == (2 * dock.width(), 2 * dock.height())
    drawing = ElementTree.fromstring(saved(driver, tmp_path / "a.svg", PictureFormat.SVG))
    assert name in {"".join(each.itertext()).strip() for each in drawing.iter(f"{SVG}text")}
    assert drawing.get("viewBox") == f"0 0 {dock.width()} {dock.height()}"
    page = saved(driver, tmp_path / "a.pdf", PictureFormat.PDF)
    assert page.startswith(b"%PDF-") and page.count(b"/Type /Page\n") == 1
    assert name in text_of_pdf(page)
    assert driver.last_message().startswith("a.pdf was written")


def test_only_what_can_be_seen_is_offered_and_the_window_too(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    driver.act("save-picture")
    dialog = driver.dialog(PictureDialog)
    texts = [dialog.view.itemText(at) for at in range(dialog.view.count())]
    assert "Timeline" in texts and "Log" not in texts and texts[-1] == "The whole window"
    dialog.reject()


def test_a_view_is_printed_on_one_page(driver: Driver, demo_store: Path, tmp_path: Path) -> None:
    driver.open(demo_store)
    driver.window.docks.entities.table.setFocus()
    driver.answers.file = str(tmp_path / "printed.pdf")
    driver.press(Qt.Key.Key_P, CTRL)
    dialog = driver.dialog(PictureDialog)
    assert dialog.view.currentText() == "Entities" and not dialog.formats[PictureFormat.PNG].isVisible()
    driver.qtbot.mouseClick(dialog.agree_button, Qt.MouseButton.LeftButton)
    table = driver.window.docks.entities.table
    assert str(table.model().index(0, 2).data()) in text_of_pdf((tmp_path / "printed.pdf").read_bytes())
    assert driver.last_message() == "Entities was sent to the printer."


def test_the_real_dialog_of_printers_gives_a_printer_or_none(driver: Driver) -> None:
    prompts = Dialogs(driver.window)
    for answer, is_given in ((QPrintDialog.accept, True), (QPrintDialog.reject, False)):

        def later(answer: Callable[[QPrintDialog], None] = answer) -> None:
            gc.collect()
            (dialog,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, QPrintDialog))
            answer(dialog)

        QTimer.singleShot(0, later)
        assert (prompts.printer() is not None) == is_given
