"""The window without anybody before it: drawn into a file, on a machine without a display, and trying itself."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.running import copied, draw, fine, refused, start

ENTITY = "1d122c26-7954-48ad-a70a-ed797cc526c5"


def size_of(png: Path) -> tuple[int, int]:
    """The size that the header of a PNG file states."""
    content = png.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


@pytest.mark.parametrize(
    ("options", "size"), [([], (1440, 900)), (["--size", "1100x720", "--theme", "dark"], (1100, 720))]
)
def test_a_screenshot_is_drawn_in_the_size_asked_for(
    tmp_path: Path, sample: Path, qapp: QApplication, options: list[str], size: tuple[int, int]
) -> None:
    before = sample.read_bytes()
    target = tmp_path / "window.png"
    lines = fine(draw(tmp_path, "--screenshot", target, sample, "--entity", ENTITY, "--at", 10, *options))
    assert lines == []
    assert size_of(target) == size
    assert sample.read_bytes() == before
    assert list(sample.parent.iterdir()) == [sample]
    assert list((tmp_path / "here").iterdir()) == []


def test_without_a_display_the_window_is_drawn_and_it_says_why(tmp_path: Path, sample: Path) -> None:
    lines = fine(start(tmp_path, sample))
    assert len(lines) == 2
    assert "no display" in lines[0]
    assert "es-desktop.png" in lines[0]
    assert "QT_QPA_PLATFORM" in lines[1]
    assert [file.name for file in (tmp_path / "here").iterdir()] == ["es-desktop.png"]
    assert size_of(tmp_path / "here" / "es-desktop.png") == (1440, 900)


def test_variables_that_are_set_to_nothing_are_as_good_as_not_set(tmp_path: Path, sample: Path) -> None:
    empty = dict.fromkeys(("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"), "")
    assert len(fine(copied(tmp_path, sample, env=empty))) == 2
    assert [file.name for file in (tmp_path / "here").iterdir()] == ["es-desktop.png"]


def test_the_program_tries_itself_and_leaves_nothing(tmp_path: Path) -> None:
    lines = fine(copied(tmp_path, "selftest"))
    assert lines[-1] == "selftest: passed"
    assert all(line.startswith("selftest: ") for line in lines)
    # On a machine that never drew a text, the library that finds fonts keeps what it found in the cache folder.
    assert [each for each in tmp_path.rglob("*") if each.is_file() and "fontconfig" not in each.parts] == []


def test_a_picture_that_cannot_be_written_is_bad_input(tmp_path: Path, sample: Path, qapp: QApplication) -> None:
    line = refused(draw(tmp_path, "--screenshot", tmp_path / "nowhere" / "window.png", sample))
    assert "cannot be written" in line


def test_a_damaged_file_is_one_line_whatever_comes_of_it(tmp_path: Path, sample: Path, qapp: QApplication) -> None:
    content = sample.read_bytes()
    sample.write_bytes(content[: 13 * 4096] + b"\xff" * 8192 + content[15 * 4096 :])
    target = tmp_path / "window.png"
    drawn = draw(tmp_path, "--screenshot", target, sample)
    assert drawn.returncode == 0 and target.exists()
    assert drawn.stderr.startswith("es-desktop: the file is damaged: ") and drawn.stderr.count("\n") == 1
    assert "no entity has an id" in refused(draw(tmp_path, "--screenshot", target, sample, "--entity", "ffff"))


@pytest.mark.parametrize(
    ("arguments", "results"),
    [
        pytest.param(["nowhere.db"], "there is no file nowhere.db"),
        pytest.param(["postgresql://ana:tiger-secret@db.example/shop"], "db.example"),
        (["SAMPLE", "--key-file", "nowhere"], "the key file nowhere cannot be read"),
        (["SAMPLE", "--entity", "ffff"], "no entity has an id that begins with 'ffff'"),
    ],
)
@pytest.mark.parametrize("draws", [["--screenshot", "window.png"], []])
def test_what_cannot_be_shown_is_bad_input_and_no_picture(
    tmp_path: Path, sample: Path, qapp: QApplication, arguments: list[str], results: str, draws: list[str]
) -> None:
    line = refused(draw(tmp_path, *draws, *(sample if each == "SAMPLE" else each for each in arguments)))
    assert results in line
    assert "secret" not in line
    assert list((tmp_path / "here").iterdir()) == []
