"""The file of the open store is replaced or deleted: the window offers what can be done."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import open_session
from es_desktop.examples import Example
from tests.views.driving import Driver

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody replace a file that is open")


def change(driver: Driver, value: str) -> None:
    """Create an entity, and wait until it is shown."""
    driver.workspace.commander.run("Making", lambda commands: commands.create(Example, {"foo": value}))
    driver.settle()


def values(store: Path) -> set[object]:
    """Return the attribute ``foo`` of all examples of a store."""
    session = open_session(str(store), writable=False)
    try:
        examples = [each.id for each in session.entities() if each.type == "Example" and not each.discarded]
        return {session.repository[each].foo for each in examples}
    finally:
        session.close()


def wait_for_refusal(driver: Driver) -> str:
    """Return the refusal of the next poll, once what was chosen then is done."""
    driver.qtbot.waitUntil(lambda: bool(driver.answers.errors))
    driver.settle()
    (refused,) = driver.answers.errors
    return refused.text


def test_of_a_replaced_file_what_is_there_now_can_be_opened(
    driver: Driver, demo_store: Path, demo_template: Path, tmp_path: Path
) -> None:
    driver.open(demo_store)
    change(driver, "ours")
    before = driver.workspace.session
    driver.answers.chosen = "Open"
    Path(shutil.copyfile(demo_template, tmp_path / "new.esdb")).replace(demo_store)
    assert "replaced by another file" in wait_for_refusal(driver)
    assert driver.workspace.session not in (None, before)
    change(driver, "new")
    driver.workspace.close_store()
    driver.settle()
    assert "new" in values(demo_store) and "ours" not in values(demo_store)


@pytest.mark.parametrize("deletes", [True, False])
def test_what_was_opened_can_be_saved_and_is_open_then(
    driver: Driver, demo_store: Path, demo_template: Path, tmp_path: Path, deletes: bool
) -> None:
    driver.open(demo_store)
    change(driver, "ours")
    driver.answers.chosen, driver.answers.file = "Save", str(tmp_path / "saved.esdb")
    if deletes:
        demo_store.unlink()
    else:
        Path(shutil.copyfile(demo_template, tmp_path / "new.esdb")).replace(demo_store)
    wait_for_refusal(driver)
    offers = ["Open what is there now", "Save what was opened…"]
    assert driver.answers.offers == offers[deletes:]
    assert driver.workspace.session is not None and driver.workspace.session.short_name == "saved.esdb"
    change(driver, "later")
    driver.workspace.close_store()
    driver.settle()
    assert {"ours", "later"} <= values(tmp_path / "saved.esdb")
    assert demo_store.exists() != deletes


def test_nothing_is_done_that_was_not_chosen(driver: Driver, demo_store: Path) -> None:
    driver.open(demo_store)
    before = driver.workspace.session
    demo_store.unlink()
    assert "moved or deleted" in wait_for_refusal(driver)
    assert driver.workspace.session is before
    driver.workspace.commander.run_on_entity("Discarding", Commands.discard)
    driver.qtbot.waitUntil(lambda: len(driver.answers.errors) == 2)
    assert not demo_store.exists()
