"""The bar on the start page that offers to add the program to the desktop: once, and only for an installed program."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from es_desktop.views.desktop.offer import RegistrationOffer, offer_registration
from tests.views.driving import Driver
from tests.views.reading import painted_texts

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="their desktops have other rules")


@pytest.fixture
def share(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder ``share`` of a person whose desktop knows no program, and has no tools."""
    for name in ("XDG_DATA_HOME", "XDG_DATA_DIRS", "PATH"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path / "XDG_DATA_HOME"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)


def bars(driver: Driver) -> list[RegistrationOffer]:
    """The bars that are shown once the window is ready."""
    window = driver.window
    offer_registration(window.start_page, window.settings, window.workspace.runner)
    driver.settle()
    return [each for each in window.start_page.findChildren(RegistrationOffer) if each.isVisible()]


def click(driver: Driver, text: str) -> None:
    (button,) = (each for each in driver.window.start_page.findChildren(QPushButton) if each.text() == text)
    driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    driver.settle()


def shown(bar: RegistrationOffer) -> str:
    return " ".join(each.text for each in painted_texts(bar))


def test_a_run_from_a_clone_is_not_offered_anything(driver: Driver, share: Path) -> None:
    assert bars(driver) == []


@pytest.mark.usefixtures("installed")
def test_not_now_is_remembered(driver: Driver, share: Path) -> None:
    (bar,) = bars(driver)
    assert "have a double click open .esdb files?" in shown(bar)
    click(driver, "Not now")
    assert bars(driver) == [] and not share.exists()


@pytest.mark.usefixtures("installed")
def test_one_click_adds_it_and_the_bar_says_what_is_left_to_do(driver: Driver, share: Path) -> None:
    (bar,) = bars(driver)
    click(driver, "Add it")
    assert (share / "applications" / "es-desktop.desktop").is_file()
    assert "It is in the applications menu now." in shown(bar) and "update-mime-database" in shown(bar)
    click(driver, "Close")
    assert bars(driver) == []


@pytest.mark.usefixtures("installed")
def test_a_program_that_is_in_a_menu_is_not_offered_again(driver: Driver, share: Path, tmp_path: Path) -> None:
    entry = tmp_path / "XDG_DATA_DIRS" / "applications" / "es-desktop.desktop"
    entry.parent.mkdir(parents=True)
    entry.touch()
    assert bars(driver) == []


@pytest.mark.usefixtures("installed")
def test_what_cannot_be_written_is_said_in_the_bar(driver: Driver, share: Path) -> None:
    share.touch()
    (bar,) = bars(driver)
    click(driver, "Add it")
    assert "cannot be written" in shown(bar)
