"""Connecting to a real server: the dialog, the keyring, what is remembered, and no password anywhere else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from es_desktop.app.store.credentials import SystemKeyring
from es_desktop.app.store.opening import MapFolder, Opener
from es_desktop.app.store.session import create_session
from es_desktop.views.store.connect_dialog import ConnectDialog, PasswordDialog
from es_desktop.views.window.settings import Settings
from tests.keeping import MemoryKeyring, NoKeyring, system_keyring
from tests.stores.serving import PASSWORD, Server
from tests.views.driving import Driver


@pytest.fixture
def keyring() -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with system_keyring(backend):
        yield backend


@pytest.fixture
def opener(keyring: MemoryKeyring, tmp_path: Path) -> Opener:
    return Opener(SystemKeyring(), MapFolder(tmp_path / "maps"))


def with_password(url: str) -> str:
    return url.replace("ana@", f"ana:{PASSWORD}@")


@pytest.fixture
def store(server: Server) -> str:
    """A store of ours in a database of ana's; the URL is without her password."""
    url = server.database_with_password()
    create_session(with_password(url)).close()
    return url


def begin(driver: Driver) -> ConnectDialog:
    driver.act("connect")
    dialog = driver.dialog(ConnectDialog)
    driver.settle()
    return dialog


def press(driver: Driver, dialog: QWidget, text: str) -> None:
    button = next(each for each in dialog.findChildren(QPushButton) if each.text().replace("&", "") == text)
    driver.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    driver.settle()


def everything_shown(widget: QWidget) -> str:
    """What can be read anywhere in a window and its dialogs; a password line shows no letters."""
    labels = [each.text() + each.toolTip() for each in widget.findChildren(QLabel)]
    lines = [each.displayText() + each.toolTip() for each in widget.findChildren(QLineEdit)]
    return "\n".join([widget.windowTitle(), *labels, *lines])


# The dialog -----------------------------------------------------------------------------------------------------------


def test_the_url_fills_the_fields_and_hides_the_password(driver: Driver) -> None:
    dialog = begin(driver)
    driver.type_into(dialog.url, f"postgresql://ana:{PASSWORD}@db.example:5433/shop?sslmode=require")
    parts = (dialog.host, dialog.port, dialog.database, dialog.user, dialog.password)
    assert [each.text() for each in parts] == ["db.example", "5433", "shop", "ana", PASSWORD]
    assert dialog.url.text() == "postgresql://ana@db.example:5433/shop?sslmode=require"
    assert dialog.store == dialog.url.text()
    assert PASSWORD not in everything_shown(dialog)
    assert PASSWORD not in repr(dialog.options)
    dialog.reject()


def test_the_fields_make_the_url(driver: Driver) -> None:
    dialog = begin(driver)
    assert not dialog.try_button.isEnabled()
    driver.type_into(dialog.host, "::1")
    driver.type_into(dialog.database, "a shop")
    driver.type_into(dialog.user, "a@b")
    assert dialog.url.text() == "postgresql://a%40b@[::1]/a%20shop"
    driver.type_into(dialog.host, "/run/pg")
    assert dialog.url.text() == "postgresql://a%40b@/a%20shop?host=/run/pg"
    assert dialog.try_button.isEnabled()
    dialog.reject()


def test_testing_a_connection_shows_the_result_in_one_line(driver: Driver, server: Server, store: str) -> None:
    dialog = begin(driver)
    for url, text in {
        with_password(store): "Connected: a store of this program.",
        server.fresh_database(): "Connected: it holds no event tables that are known yet.",
        store.replace("ana@", "nobody@"): 'role "nobody" does not exist',
        "postgresql://ana@127.0.0.1:1/nowhere?connect_timeout=2": "Connection refused",
    }.items():
        driver.type_into(dialog.password, "")
        driver.type_into(dialog.url, url)
        press(driver, dialog, "Test connection")
        assert text in dialog.result_line.text()
        assert "\n" not in dialog.result_line.text()
    driver.type_into(dialog.url, store)
    driver.type_into(dialog.password, "wrong-secret")
    press(driver, dialog, "Connect")
    assert dialog.isVisible()
    assert 'password authentication failed for user "ana"' in dialog.result_line.text()
    assert "secret" not in everything_shown(dialog)
    dialog.reject()


def test_a_new_store_is_made_in_an_empty_database(driver: Driver, server: Server) -> None:
    dialog = begin(driver)
    driver.type_into(dialog.url, server.fresh_database())
    dialog.make_new.setChecked(True)
    press(driver, dialog, "Connect")
    driver.settle()
    session = driver.workspace.session
    assert session is not None
    assert session.is_writable
    dialog = begin(driver)
    driver.type_into(dialog.url, session.absolute_name)
    dialog.make_new.setChecked(True)
    press(driver, dialog, "Test connection")
    assert "holds a store already" in dialog.result_line.text()
    dialog.reject()


# The keyring ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keeps", [True, False])
def test_the_password_is_in_the_keyring_or_nowhere(
    driver: Driver,
    store: str,
    keyring: MemoryKeyring,
    settings: Settings,
    keeps: bool,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    dialog = begin(driver)
    driver.type_into(dialog.url, with_password(store))
    assert dialog.keep.isEnabled()
    assert not dialog.keep.isChecked()
    dialog.keep.setChecked(keeps)
    press(driver, dialog, "Connect")
    driver.settle()
    session = driver.workspace.session
    assert session is not None
    assert list(keyring.kept.values()) == ([PASSWORD] if keeps else [])
    assert PASSWORD not in "".join(part for key in keyring.kept for part in key)
    assert settings.recent == [session.absolute_name]
    driver.window.close()
    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert PASSWORD.encode() not in kept
    assert PASSWORD not in caplog.text
    assert PASSWORD not in everything_shown(driver.window)
    assert PASSWORD not in f"{session.name} {session.absolute_name} {session.options!r} {session.store.location!r}"


def test_a_recent_store_opens_with_the_password_of_the_keyring(
    driver: Driver, store: str, keyring: MemoryKeyring
) -> None:
    dialog = begin(driver)
    driver.type_into(dialog.url, with_password(store))
    dialog.keep.setChecked(True)
    press(driver, dialog, "Connect")
    driver.settle()
    driver.act("close")
    driver.settle()
    driver.window.start_page.recent_chosen.emit(driver.window.settings.recent[0])
    driver.settle()
    assert driver.workspace.session is not None


def test_without_the_keyring_a_recent_store_asks(driver: Driver, store: str, keyring: MemoryKeyring) -> None:
    driver.workspace.open(store)
    dialog = driver.dialog(PasswordDialog)
    driver.settle()
    assert "requires a password" in everything_shown(dialog)
    driver.type_into(dialog.password, "wrong-secret")
    press(driver, dialog, "Connect")
    again = driver.dialog(PasswordDialog)
    driver.settle()
    assert "password authentication failed" in everything_shown(again)
    assert "secret" not in everything_shown(again)
    driver.type_into(again.password, PASSWORD)
    again.keep.setChecked(True)
    driver.press(Qt.Key.Key_Return)
    driver.settle()
    assert driver.workspace.session is not None
    assert list(keyring.kept.values()) == [PASSWORD]


def test_a_password_of_the_keyring_that_is_wrong_by_now_is_asked_for(
    driver: Driver, store: str, keyring: MemoryKeyring
) -> None:
    with_session = Opener(SystemKeyring()).open(with_password(store))
    keyring.set_password("es-desktop", with_session.absolute_name, "of-last-year")
    with_session.close()
    driver.workspace.open(store)
    driver.dialog(PasswordDialog).reject()
    driver.settle()
    assert driver.answers.errors == []


def test_a_keyring_that_is_locked_does_not_keep_the_store_closed(
    driver: Driver, store: str, keyring: MemoryKeyring
) -> None:
    dialog = begin(driver)
    driver.type_into(dialog.url, with_password(store))
    dialog.keep.setChecked(True)
    keyring.is_locked = True
    press(driver, dialog, "Connect")
    driver.settle()
    assert driver.workspace.session is not None
    assert [error.text for error in driver.answers.errors] == ["the keyring did not keep the password (KeyringLocked)"]


def test_without_a_keyring_the_check_box_says_why_it_is_disabled(driver: Driver) -> None:
    with system_keyring(NoKeyring()):
        dialog = begin(driver)
        assert not dialog.keep.isEnabled()
        assert "No keyring was found" in everything_shown(dialog)
        dialog.reject()
