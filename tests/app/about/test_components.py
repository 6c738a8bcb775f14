"""Every part of the program has its licence, as a name and with the whole text."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution, requires
from pathlib import Path

import pytest

from es_desktop import __version__
from es_desktop.app.about import components as about
from es_desktop.app.about.components import Component, components
from es_desktop.app.runtime.places import resources

LICENCES = resources() / "licences"


@pytest.fixture(scope="module")
def parts() -> dict[str, Component]:
    return {each.name: each for each in components()}


def test_each_has_a_name_a_version_a_licence_and_its_text(parts: dict[str, Component]) -> None:
    assert [each.name for each in parts.values() if not (each.version and each.licence and len(each.text) > 200)] == []
    assert "Permission is hereby granted" in next(iter(parts.values())).text, "the program's own is the first"


def test_all_that_is_required_here_is_among_them(parts: dict[str, Component]) -> None:
    named = {re.sub(r"[-_.]+", "-", each).lower() for each in parts}
    wanted = {re.split(r"[^\w.-]", line)[0].lower() for line in requires("es-desktop") or () if ";" not in line}
    assert {each for each in wanted if "pyside" not in each} <= named
    assert {"Qt", "Qt for Python (PySide6)", "psycopg-binary", "ICU", "Inter and JetBrains Mono"} <= {*parts}


def test_the_notice_of_qt_says_what_its_licence_asks_for(parts: dict[str, Component]) -> None:
    for name in ("Qt", "Qt for Python (PySide6)"):
        text = " ".join(parts[name].text.split())
        for each in ("GNU LESSER GENERAL PUBLIC LICENSE Version 3", "GNU GENERAL PUBLIC LICENSE Version 3"):
            assert each in text
        assert "https://download.qt.io/official_releases/" in text
        assert "You may use your own, changed build of these libraries" in text


def test_each_text_that_is_kept_here_is_used() -> None:
    entries = tomllib.loads((LICENCES / "components.toml").read_text("utf-8"))["component"]
    named = {text for entry in entries for text in entry["texts"]}
    assert {each.name for each in LICENCES.glob("*.txt")} == {each for each in named if "/" not in each}


def test_the_packaged_program_lists_python_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any(each.name == "Python" for each in components())
    monkeypatch.setattr("sys.frozen", True, raising=False)
    (python,) = (each for each in components() if each.name == "Python")
    assert python.version.startswith("3.") and "PYTHON SOFTWARE FOUNDATION LICENSE" in python.text


def test_a_program_without_metadata_still_says_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about, "NAME", "no-such-program")
    assert components() == (Component("no-such-program", __version__, "", ""),)


def test_the_version_is_that_of_the_program_and_not_of_its_old_metadata(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "es_desktop-0.0.1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.4\nName: es-desktop\nVersion: 0.0.1\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert distribution("es-desktop").version == "0.0.1"
    found = {each.name: each.version for each in components()}
    assert found == {"es-desktop": __version__, "Inter and JetBrains Mono": f"in es-desktop {__version__}"}
