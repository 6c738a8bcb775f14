"""The commands of a store of another program: none without its code, and a what-if with it."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from es_desktop.app.trust.fold import Trust
from tests.app.branch.test_trusted_commands import PROGRAM, cart_in
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window


def test_the_commands_of_another_program_are_a_what_if_once_its_code_is_trusted(driver: Driver, tmp_path: Path) -> None:
    driver.open(cart_in(tmp_path))
    dock = driver.window.docks.commands
    assert "Trust the code that has it" in dock.hint.text() and not dock.buttons
    (tmp_path / "carts_of_a_test.py").write_text(textwrap.dedent(PROGRAM), "utf-8")
    trust = Trust(tmp_path, ("carts_of_a_test",), sys.executable)
    driver.workspace.trust_control.begin(trust, lambda active: None, driver.answers.errors.append)
    driver.settle()
    assert list(dock.buttons) == ["fill", "crash"]
    assert dock.title_bar.summary() == "Zoë, what if · nothing is written"
    dock.open_command("fill")
    driver.settle()
    driver.type_into(dock.form.editor("item").focusProxy(), "lamp")
    driver.qtbot.waitUntil(dock.form.write_button.isEnabled)
    dock.form.write_button.click()
    driver.settle()
    branch = driver.workspace.what_if.current.branch
    assert branch is not None
    assert [each.type for each in branch.entries] == ["Begun", "Filled"]
    driver.workspace.what_if.end()
    driver.workspace.trust_control.revoke()
    driver.settle()
    assert not dock.buttons
