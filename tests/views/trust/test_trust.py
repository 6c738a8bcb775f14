"""Trusting code in the window: what is asked, what is shown before anything runs, and the result."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from es_desktop.app.trust.fold import Trust
from es_desktop.app.trust.rights import rights_taken_here, rights_text
from es_desktop.app.trust.settings import RememberedTrust, code_digest
from es_desktop.views.trust import TrustDialog
from tests.app.trust.trusting import ORDER, counting, fold_in, is_read, named_pipe, needs_named_pipes, shop_in
from tests.conftest import SAMPLES
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window
SHOP = Trust(SAMPLES, ("es9_shop",), sys.executable)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return shop_in(tmp_path)


@pytest.fixture
def shop(driver: Driver, store: Path) -> Driver:
    """The window with the shop's store, at an order."""
    driver.workspace.open(str(store), entity=ORDER)
    driver.settle()
    return driver


def asked(driver: Driver) -> TrustDialog:
    driver.act("trust-code")
    dialog = driver.dialog(TrustDialog)
    dialog.activateWindow()  # as a window manager does when a dialog opens
    driver.qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def fill(driver: Driver, dialog: TrustDialog, trust: Trust) -> None:
    driver.type_into(dialog.folder, str(trust.folder))
    driver.type_into(dialog.modules, ", ".join(trust.modules))
    driver.type_into(dialog.function, trust.function or "")
    line = dialog.python.lineEdit()
    assert line is not None
    driver.type_into(line, trust.python)


def agree(driver: Driver, dialog: TrustDialog) -> None:
    driver.qtbot.mouseClick(dialog.agree_button, Qt.MouseButton.LeftButton)
    driver.settle()


def is_open(driver: Driver) -> bool:
    return bool(driver.dialogs(TrustDialog))


def badge(driver: Driver) -> str:
    return driver.window.docks.state.title_bar.badge.text()


def test_a_person_trusts_the_code_that_wrote_the_store_and_sees_exact_states(shop: Driver) -> None:
    driver = shop
    driver.workspace.selection.go_to(12)
    driver.settle()
    assert badge(driver) == "inferred"
    assert "sku" in driver.state(), "the last value of each payload field"
    dialog = asked(driver)
    assert dialog.focusWidget() is dialog.folder
    assert not dialog.agree_button.isEnabled()
    driver.type_into(dialog.folder, str(SAMPLES))
    driver.qtbot.mouseClick(dialog.use_named, Qt.MouseButton.LeftButton)
    assert dialog.modules.text() == "es9_shop"
    agree(driver, dialog)
    assert not is_open(driver)
    assert badge(driver) == "exact (your code)"
    assert driver.state()["total"] == "1256.41 → 1456.36"
    assert driver.state()["status"] == "open"
    assert "es9_shop" in driver.window.docks.state.title_bar.badge.toolTip()
    assert any("items" in text for text in driver.timeline(4))
    assert driver.window.actions_by_id["stop-trust"].isEnabled()
    driver.act("stop-trust")
    driver.settle()
    assert badge(driver) == "inferred"
    assert not driver.window.actions_by_id["stop-trust"].isEnabled()


def test_a_click_on_the_badge_offers_to_trust_code_where_that_would_help(shop: Driver) -> None:
    pill = shop.window.docks.state.title_bar.badge
    assert (pill.text(), pill.cursor().shape()) == ("inferred", Qt.CursorShape.PointingHandCursor)
    assert "Click to trust the code" in pill.toolTip()
    shop.qtbot.mouseClick(pill, Qt.MouseButton.RightButton)
    assert not is_open(shop)
    shop.qtbot.mouseClick(pill, Qt.MouseButton.LeftButton)
    dialog = shop.dialog(TrustDialog)
    fill(shop, dialog, SHOP)
    agree(shop, dialog)
    assert (badge(shop), pill.cursor().shape()) == ("exact (your code)", Qt.CursorShape.ArrowCursor)
    shop.qtbot.mouseClick(pill, Qt.MouseButton.LeftButton)
    assert not is_open(shop)


@needs_named_pipes
def test_it_is_said_what_will_run_before_it_does(shop: Driver, tmp_path: Path) -> None:
    trust = fold_in(tmp_path / "code", "open('ran').close()\n" + counting("pass"))
    ran = named_pipe(trust.folder / "ran")
    dialog = asked(shop)
    fill(shop, dialog, trust)
    lines = dialog.notice.lines.text().replace("\u200b", "").splitlines()
    assert lines == [
        f"{sys.executable}   in {trust.folder}",
        "import mine",
        "for each event:   mine:fold(state, event)",
    ]
    shop.settle()
    terms = dialog.notice.terms.text()
    assert rights_text(rights_taken_here()) in terms
    for text in ("runs with your rights", "through a pipe", "5 s", "2 GB", "Trust ends when the store is closed"):
        assert text in terms
    shop.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not is_open(shop)
    shop.settle()
    assert not is_read(ran)
    assert shop.workspace.trust_control.trust is None


@pytest.mark.parametrize(
    ("folder", "modules", "text"),
    [("/no/such/folder", "shop", "no folder"), (str(SAMPLES), "shop-1", "not the name of a module")],
)
def test_invalid_input_is_reported_while_it_is_typed(shop: Driver, folder: str, modules: str, text: str) -> None:
    dialog = asked(shop)
    shop.type_into(dialog.folder, folder)
    shop.type_into(dialog.modules, modules)
    assert text in dialog.result_line.text()
    assert not dialog.agree_button.isEnabled()
    assert not dialog.notice.lines.isVisible()


def test_a_module_that_fails_keeps_the_dialog_and_shows_its_lines(shop: Driver, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def make():\n    raise RuntimeError('no licence')\nmake()\n", "utf-8")
    dialog = asked(shop)
    fill(shop, dialog, Trust(tmp_path, ("broken",), sys.executable))
    agree(shop, dialog)
    assert dialog.isVisible()
    assert "could not be imported: RuntimeError: no licence" in dialog.result_line.text()
    assert "line 2, in make" in dialog.traceback.toPlainText()
    assert dialog.traceback.isVisible()
    assert shop.answers.errors == [], "it is reported once, where the person is"
    shop.type_into(dialog.folder, str(SAMPLES))
    shop.type_into(dialog.modules, "es9_shop")
    assert not dialog.traceback.isVisible()
    agree(shop, dialog)
    assert badge(shop) == "exact (your code)"


def test_an_event_that_raises_is_a_red_row_with_the_lines_of_the_code(shop: Driver, tmp_path: Path) -> None:
    trust = fold_in(tmp_path / "code", counting("if event['version'] == 4: raise ValueError('no stock')"))
    dialog = asked(shop)
    fill(shop, dialog, trust)
    agree(shop, dialog)
    shop.workspace.selection.go_to(4)
    shop.settle()
    assert badge(shop) == "broken"
    event = shop.window.docks.event
    assert "ValueError: no stock" in event.error.text()
    assert f'File "{trust.folder / "mine.py"}", line 2, in fold' in event.traceback.toPlainText()
    assert any("no stock" in text for text in shop.timeline(4))


# What is remembered -------------------------------------------------------------------------------------------------


def test_nothing_is_remembered_without_a_tick(shop: Driver, store: Path) -> None:
    dialog = asked(shop)
    fill(shop, dialog, SHOP)
    agree(shop, dialog)
    shop.open(store)
    assert shop.workspace.trust_control.trust is None
    assert shop.window.settings.trust_of(str(store)) is None


def test_remembered_trust_starts_with_the_store_until_it_is_stopped(shop: Driver, store: Path) -> None:
    dialog = asked(shop)
    fill(shop, dialog, SHOP)
    shop.qtbot.keyClick(dialog.remember, Qt.Key.Key_Space)
    assert "opening the store runs the code" in dialog.notice.terms.text()
    agree(shop, dialog)
    shop.open(store)
    assert shop.workspace.trust_control.trust == SHOP
    assert badge(shop) == "exact (your code)"
    dialog = asked(shop)
    assert (dialog.folder.text(), dialog.modules.text()) == (str(SAMPLES), "es9_shop")
    assert dialog.remember.isChecked()
    dialog.reject()
    shop.act("stop-trust")
    shop.settle()
    shop.open(store)
    assert shop.workspace.trust_control.trust is None


@needs_named_pipes
def test_code_that_has_changed_is_asked_for_again_and_enter_does_not_agree(
    shop: Driver, store: Path, tmp_path: Path
) -> None:
    trust = fold_in(tmp_path / "code", counting("pass"))
    ran = named_pipe(trust.folder / "ran")
    shop.window.settings.set_trust_of(str(store), RememberedTrust.of(trust, code_digest(trust.folder)))
    (trust.folder / "mine.py").write_text("open('ran').close()\n" + counting("pass"), "utf-8")
    shop.workspace.open(str(store))
    dialog = shop.dialog(TrustDialog)
    shop.settle()
    assert "has changed" in dialog.result_line.text()
    assert dialog.function.text() == "mine:fold"
    shop.qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert not is_open(shop)
    shop.settle()
    assert not is_read(ran)
    assert shop.workspace.trust_control.trust is None


def test_the_whole_dialog_can_be_used_by_keyboard(shop: Driver) -> None:
    dialog = asked(shop)
    dialog.activateWindow()
    shop.qtbot.waitUntil(dialog.isActiveWindow)
    focused = []
    for _ in range(12):
        focused.append(QApplication.focusWidget())
        shop.press(Qt.Key.Key_Tab)
    wanted = [dialog.folder, dialog.modules, dialog.use_named, dialog.function, dialog.python, dialog.remember]
    assert [each for each in focused if each in wanted][: len(wanted)] == wanted
    cancel = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Cancel)
    assert cancel in focused
