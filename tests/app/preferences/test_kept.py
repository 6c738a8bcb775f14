"""The preferences that are kept: one table, one file, read by the window and the command line."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from es_desktop.app.preferences.kept import Preferences
from es_desktop.app.preferences.table import FONT_SIZE, GROUPS, NUMBERS, PREFERENCES, THEME, ZONE
from es_desktop.app.runtime import places
from es_desktop.app.runtime.errors import UserError
from es_desktop.system.limits import VARIABLE, Limits
from tests.running import ask, environment, fine


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")


def test_each_preference_accepts_its_default_and_says_what_it_does() -> None:
    assert len({each.name for each in PREFERENCES}) == len(PREFERENCES)
    for each in PREFERENCES:
        assert each.accepts(each.default) and each.group in GROUPS and each.help.endswith(".")
    assert {name: Preferences(Path("none")).number(name) for name in vars_of(Limits())} == vars_of(Limits())


def vars_of(shown: Limits) -> dict[str, int]:
    return {name: getattr(shown, name) for name in Limits.__slots__}


def test_what_is_set_is_kept_and_what_is_reset_is_not(tmp_path: Path) -> None:
    file = tmp_path / "new" / "preferences.json"
    first, second = Preferences(file), Preferences(file)
    first.set(THEME, "dark")
    first.set(FONT_SIZE, 15)
    first.save()
    second.set(ZONE, "UTC")
    second.set(FONT_SIZE, 13)
    second.save()
    assert json.loads(file.read_text()) == {"theme": "dark", "time_zone": "UTC"}, "both windows are heard"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"theme": 1, "font_size": true}',
        '{"theme": "pink", "font_size": 99, "time_zone": "../x"}',
        "[" * 99999,
    ],
    ids=["empty", "list", "half", "types", "values", "deep"],
)
def test_a_file_or_a_value_that_is_not_understood_counts_as_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "preferences.json"
    file.write_text(text)
    found = Preferences(file)
    assert all(found.is_default(each.name) for each in PREFERENCES)


def test_what_a_newer_program_keeps_stays(tmp_path: Path) -> None:
    file = tmp_path / "preferences.json"
    file.write_text('{"sounds": "loud"}')
    found = Preferences(file)
    found.set(NUMBERS, "plain")
    found.save()
    assert json.loads(file.read_text()) == {"sounds": "loud", "numbers": "plain"}
    with pytest.raises(ValueError, match="is no value of theme"):
        found.set(THEME, "pink")


def test_a_folder_that_cannot_be_written_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = Preferences(tmp_path / "file" / "preferences.json")
    found.set(THEME, "dark")
    with pytest.raises(UserError, match="The preferences cannot be kept"):
        found.save()


def test_the_command_line_reads_the_kept_limits_and_zone(sample: Path, tmp_path: Path) -> None:
    with patch.dict(os.environ, environment(tmp_path)):
        kept = Preferences(places.preferences_file())
    times = []
    for zone in ("UTC", "Asia/Tokyo"):
        kept.set(ZONE, zone)
        kept.save()
        (line,) = (each for each in fine(ask(tmp_path, "info", sample)) if each.startswith("from "))
        times.append(datetime.fromisoformat(line[5:24]))
    assert times[1] - times[0] == timedelta(hours=9)
    kept.set("values", 2)
    kept.save()
    assert "the limit values is 2" in fine(ask(tmp_path, "events", sample, "1d122c26"))[0]


def test_what_a_command_line_asks_for_counts_more(sample: Path, tmp_path: Path) -> None:
    with patch.dict(os.environ, environment(tmp_path)):
        kept = Preferences(places.preferences_file())
    kept.set("values", 2)
    kept.save()
    assert "the limit" not in "".join(fine(ask(tmp_path, "events", sample, "1d122c26", "--limit", "values=500")))
