"""No text of the window names a key by itself: a person may have changed it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import es_desktop
from es_desktop.app.preferences.table import keys_name
from es_desktop.views.actions import ACTIONS
from es_desktop.views.preferences.keys import with_keys
from tests.views.driving import Driver

pytestmark = pytest.mark.one_window

VIEWS = Path(es_desktop.__file__).parent / "views"
WORDS = {"Home", "End", "Space", "Ins"}
KEYS = {key for spec in ACTIONS for key in spec.shortcuts if len(key) > 1} - WORDS


def test_keys_are_named_by_their_actions() -> None:
    files = [each for each in VIEWS.rglob("*.py") if each.parent.name != "actions"]
    named = {
        f"{file.name}: {text}"
        for file in files
        for text in re.findall(r'"([^"\n]*)"', file.read_text("utf-8"))
        for key in KEYS
        if " " in text and re.search(rf"(?<![\w+]){re.escape(key)}(?![\w+])", text)
    }
    assert named == {"dialog.py: Search, such as: theme, zone, Ctrl+K"}, "use with_keys"
    ids = {spec.id for spec in ACTIONS}
    used = {name for file in files for name in re.findall(r"\{([a-z]+(?:-[a-z]+)+)\}", file.read_text("utf-8"))}
    assert used and used <= ids


def test_a_changed_key_is_named_in_texts(driver: Driver) -> None:
    assert with_keys("Press {go-to}.") == "Press Ctrl+G."
    name = keys_name("go-to")
    driver.window.preferences.set({name: "Ctrl+Alt+G"})
    assert with_keys("Press {go-to}.") == "Press Ctrl+Alt+G."
    driver.window.preferences.set({name: ""})
    assert with_keys("Press {go-to}.") == "Press “Go to version” in the menus."
    driver.window.preferences.set({name: "Ctrl+G"})
    assert with_keys("Press {no-action}.") == "Press {no-action}."
