"""The theme: two legible schemes, applied to the whole program, and icons that follow."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from re import findall

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QFontMetricsF, QIcon, QImage, QPalette
from PySide6.QtWidgets import QApplication, QSpinBox
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime.places import resources
from es_desktop.views.entity.strip import TimelineStrip
from es_desktop.views.style.icons import icon
from es_desktop.views.style.style_sheet import SHEET
from es_desktop.views.style.theme import Theme, mono_font, ui_font, use_fonts
from es_desktop.views.style.tokens import CONTRAST, DARK, HUE_COUNT, LIGHT, Tokens, hue_index, mix
from tests.patience import PATIENCE


def emissions_of(theme: Theme) -> list[object]:
    emitted: list[object] = []
    theme.changed.connect(emitted.append)
    return emitted


def test_the_style_is_fusion_everywhere() -> None:
    # In a process of its own: with a sheet the style hides behind another, and without one Qt and Python disagree later
    # on whose it is.
    shown = "print(QApplication(['es-desktop', *STYLE]).style().name())"
    code = f"from PySide6.QtWidgets import QApplication; from es_desktop.views.style.theme import STYLE; {shown}"
    command, root = [sys.executable, "-c", code], Path(__file__).parents[3]
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert answer.stdout == "fusion\n"


def test_a_mode_sets_palette_and_sheet_and_is_emitted_once(theme: Theme, qapp: QApplication) -> None:
    emitted = emissions_of(theme)
    theme.set_mode("dark")
    theme.set_mode("dark")
    assert emitted == [DARK]
    assert (theme.mode, theme.tokens) == ("dark", DARK)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.background
    assert DARK.panel in qapp.styleSheet()
    assert LIGHT.panel not in qapp.styleSheet()


def test_without_a_word_from_the_system_it_is_light(theme: Theme) -> None:
    theme.set_mode("dark")
    theme.set_mode("system")
    assert theme.mode == "system"
    assert theme.tokens is LIGHT


def test_those_who_follow_get_the_colours_now_and_later(theme: Theme, qtbot: QtBot) -> None:
    strip = TimelineStrip()
    qtbot.addWidget(strip)
    theme.set_mode("dark")
    theme.follow(strip)
    dark = strip.grab().toImage()
    theme.set_mode("light")
    assert strip.grab().toImage() != dark


def test_the_sheet_is_complete_and_its_drawings_exist(theme: Theme, qapp: QApplication) -> None:
    assert "$" not in qapp.styleSheet()
    drawings = findall(r"url\((.*?)\)", qapp.styleSheet())
    assert drawings
    assert all(Path(drawing).is_file() for drawing in drawings)


def test_a_spin_box_without_buttons_shows_its_number(theme: Theme, qtbot: QtBot) -> None:
    box = QSpinBox()
    qtbot.addWidget(box)
    box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    box.setFixedWidth(50)
    box.show()
    assert box.lineEdit().width() > 30


def test_fonts(theme: Theme, qapp: QApplication) -> None:
    assert qapp.font().pointSizeF() == ui_font().pointSizeF()
    assert mono_font(8, bold=True).bold()
    assert mono_font(8).pointSizeF() == 8


def test_the_fonts_come_with_the_program_and_draw_text_as_it_is(theme: Theme) -> None:
    texts, values = ui_font(), mono_font()
    assert (QFontInfo(texts).family(), QFontInfo(values).family()) == ("Inter", "JetBrains Mono")
    assert QFontInfo(ui_font(bold=True)).weight() == QFont.Weight.DemiBold
    widths = QFontMetricsF(texts)
    assert len({widths.horizontalAdvance(digit * 8) for digit in "0123456789"}) == 1
    assert QFontMetricsF(values).horizontalAdvance("->") == QFontMetricsF(values).horizontalAdvance("ab")
    licence = (resources() / "fonts" / "LICENSE.txt").read_text("utf-8")
    files = {each.name for each in (resources() / "fonts").glob("*.?tf")}
    assert files
    assert all(name in licence for name in files)


def test_a_person_may_have_the_font_of_the_system(theme: Theme) -> None:
    use_fonts(of_system=True)
    try:
        assert ui_font().families() == QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).families()
        assert mono_font().families() == QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families()
    finally:
        use_fonts(of_system=False)
    assert ui_font().family() == "Inter"


@pytest.mark.parametrize("tokens", [LIGHT, DARK, CONTRAST], ids=lambda tokens: tokens.name)
def test_no_event_type_has_a_colour_that_means_something(tokens: Tokens) -> None:
    """Amber, red and green lie between 0 and 60, and 90 and 170 degrees, where they are strong colours."""
    for hue in map(QColor, tokens.hues):
        at, strength = hue.hslHue(), hue.hslSaturationF()
        assert strength < 0.45 or 170 < at < 345, hue.name()


def test_the_sheet_writes_no_text_in_the_colour_of_a_mark(theme: Theme) -> None:
    marks = findall(r"(?<![-\w])color: \$(?:accent|amber|red|green)\b(?!_)", SHEET.template)
    assert marks == []


def test_event_types_keep_their_hues() -> None:
    assert [hue_index(f"Type{order}", order) for order in range(HUE_COUNT)] == list(range(HUE_COUNT))
    assert hue_index("Late", 11) == hue_index("Late", 99) < HUE_COUNT
    assert len(LIGHT.hues) == len(DARK.hues) == HUE_COUNT
    assert len(set(DARK.hues)) == HUE_COUNT
    assert mix("#ffffff", "#000000", 0.5) == "#808080"


def ink(image: QImage) -> str:
    """The colour of most of a drawing: at its edges the colours are rounded."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return Counter(QColor(pixel.rgb()).name() for pixel in pixels if pixel.alpha() == 255).most_common(1)[0][0]


def test_icons_have_the_colours_of_the_theme(qapp: QApplication) -> None:
    for tokens in (LIGHT, DARK):
        drawn = icon("play", tokens)
        assert ink(drawn.pixmap(QSize(16, 16)).toImage()) == tokens.text
        assert ink(drawn.pixmap(QSize(16, 16), QIcon.Mode.Disabled).toImage()) == tokens.disabled
    assert ink(icon("play", DARK, "#ff0000").pixmap(QSize(20, 20)).toImage()) == "#ff0000"


def test_an_icon_is_sharp_on_a_fine_screen(qapp: QApplication) -> None:
    assert icon("play", LIGHT).pixmap(QSize(16, 16), 2.0).size() == QSize(32, 32)


def test_icons_are_kept_and_a_missing_one_is_null(qapp: QApplication) -> None:
    assert icon("play", LIGHT) is icon("play", LIGHT)
    assert icon("no-such-icon", LIGHT).isNull()
    assert (resources() / "icons").is_dir()
