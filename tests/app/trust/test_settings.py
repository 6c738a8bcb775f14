"""What is to be trusted: read from what a person types, refused where it cannot be meant, and never run for that."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.trust import settings
from es_desktop.app.trust.fold import Trust
from es_desktop.app.trust.settings import (
    RememberedTrust,
    chosen_trust,
    code_digest,
    default_python,
    modules_in_topics,
    offered_pythons,
    split_names,
)


def test_a_choice_names_folder_modules_and_interpreter(tmp_path: Path) -> None:
    assert chosen_trust(str(tmp_path), ["shop", "shop"]) == Trust(tmp_path.resolve(), ("shop",), sys.executable)
    chosen = chosen_trust(f"  {tmp_path}".strip(), ["shop.orders:Shop"], sys.executable, "shop.folding:fold")
    assert (chosen.modules, chosen.function, chosen.title) == (
        ("shop.orders:Shop",),
        "shop.folding:fold",
        "shop.folding:fold",
    )


def test_a_function_needs_no_other_module(tmp_path: Path) -> None:
    assert chosen_trust(str(tmp_path), [], function="mine:fold").modules == ()


@pytest.mark.parametrize(
    ("folder", "modules", "python", "function", "results"),
    [
        ("", ["shop"], "", "", "no folder"),
        ("/no/such/folder", ["shop"], "", "", "no folder"),
        (".", [], "", "", "no module is named"),
        (".", ["shop-orders"], "", "", "'shop-orders' is not the name of a module"),
        (".", ["../shop"], "", "", "is not the name of a module"),
        (".", ["shop; import os"], "", "", "is not the name of a module"),
        (".", ["shop"], "", "fold", "'fold' is not the name of a function"),
        (".", ["shop"], "", "shop:fold()", "is not the name of a function"),
        (".", ["shop"], "no-such-python", "", "there is no interpreter 'no-such-python'"),
        (".", ["shop"], ".", "", "there is no interpreter"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    folder: str, modules: list[str], python: str, function: str, results: str
) -> None:
    with pytest.raises(UserError, match=results):
        chosen_trust(folder, modules, python, function)


def test_names_are_separated_by_commas_or_spaces() -> None:
    assert split_names(" shop.orders, shop.stock  x ") == ["shop.orders", "shop.stock", "x"]


def test_topics_name_modules_that_could_be_imported() -> None:
    topics = ["es9_shop:Order", "a.b#C.D", "es9_shop:Cart", "OrderPlaced", "", "no-module:X", "../x:Y", "é:Z"]
    assert modules_in_topics(topics) == ["es9_shop", "a.b", "é"]


# Interpreters -------------------------------------------------------------------------------------------------------


def test_the_interpreter_of_this_program_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert default_python() == sys.executable
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    found = {"python3": str(tmp_path / "python3")}
    monkeypatch.setattr(settings.shutil, "which", found.get)
    assert default_python() == str(tmp_path / "python3"), "the packaged program is none"
    found.clear()
    assert default_python() == "python3"


def test_environments_in_the_folder_or_its_parent_are_offered_first(tmp_path: Path) -> None:
    pythons = [tmp_path / "shop" / ".venv", tmp_path / "venv"]
    for folder in pythons:
        python = folder / settings._IN_ENVIRONMENT
        python.parent.mkdir(parents=True)
        python.touch()
    offered = offered_pythons(tmp_path / "shop")
    assert offered[:3] == [*(str(folder / settings._IN_ENVIRONMENT) for folder in pythons), sys.executable]
    assert offered_pythons(None)[0] == sys.executable


# What is remembered -------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    (folder / "inner").mkdir(parents=True)
    (folder / "shop.py").write_text("x = 1\n", "utf-8")
    (folder / "inner" / "more.py").write_text("y = 1\n", "utf-8")
    return folder


def test_what_is_remembered_comes_back(folder: Path) -> None:
    trust = Trust(folder, ("shop",), sys.executable, "shop:fold")
    remembered = RememberedTrust.of(trust, code_digest(folder))
    again = RememberedTrust.from_json(remembered.to_json())
    assert again == remembered
    assert (again.trust, again.is_unchanged) == (trust, True)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"folder": 1}', "nonsense", "[" * 2000])
def test_what_is_no_trust_is_none(text: str) -> None:
    assert RememberedTrust.from_json(text) is None


@pytest.mark.parametrize("name", ["shop.py", "inner/more.py", "inner/new.py", "shop.so"])
def test_any_other_code_is_not_the_same(folder: Path, name: str) -> None:
    remembered = RememberedTrust.of(Trust(folder, ("shop",), sys.executable), code_digest(folder))
    (folder / name).write_text("x = 2\n", "utf-8")
    assert not remembered.is_unchanged


def test_a_renamed_or_removed_file_is_not_the_same(folder: Path) -> None:
    before = code_digest(folder)
    (folder / "shop.py").rename(folder / "shop2.py")
    assert code_digest(folder) != before
    (folder / "shop2.py").unlink()
    assert code_digest(folder) not in ("", before)


@pytest.mark.parametrize("name", ["notes.txt", ".venv/lib.py", "__pycache__/shop.py", "inner/.hidden/x.py"])
def test_what_is_no_code_of_the_folder_is_left_out(folder: Path, name: str) -> None:
    before = code_digest(folder)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x = 2\n", "utf-8")
    assert code_digest(folder) == before


def test_code_that_cannot_be_watched_is_never_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.app.trust.settings._MAX_FILES", 1)
    assert code_digest(folder) == ""
    assert not RememberedTrust.of(Trust(folder, ("shop",), sys.executable), "").is_unchanged
    assert code_digest(folder / "nowhere") == ""
