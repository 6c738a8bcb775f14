"""Code of a person's own on the command line: ``--trust``, and nothing without it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.trust import fold
from es_desktop.trusted import LIMITS
from tests.app.trust.trusting import ORDER, counting, shop_in
from tests.conftest import SAMPLES
from tests.running import ask, fine, refused
from tests.trusted.coding import PATIENT

SHOP = ("--trust", SAMPLES, "--import", "es9_shop", "--python", sys.executable)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return shop_in(tmp_path)


def explained(tmp_path: Path, *arguments: object) -> Any:
    (line,) = fine(ask(tmp_path, "explain", *arguments, "--json"))
    return json.loads(line)


@pytest.mark.parametrize("base", ["zero", "snapshot", "10"])
def test_explain_gives_the_states_of_the_system(tmp_path: Path, store: Path, base: str) -> None:
    lines = (SAMPLES / "es-9.5.6-sqlite-plain.states.jsonl").read_text("utf-8").splitlines()
    results = next(each for each in map(json.loads, lines) if (each["entity"], each["version"]) == (ORDER, 12))
    found = explained(tmp_path, store, ORDER, "--at", 12, "--from", base, *SHOP)
    assert (found["state"], found["exactness"]) == (results["state"], "exact")
    assert found["base"]["kind"] == ("zero" if base == "zero" else "snapshot")


def test_a_busy_machine_makes_no_test_of_trusted_code_fail() -> None:
    assert fold.LIMITS == PATIENT, "each way to open a store with code takes its limits there"
    assert fold.Limits() == LIMITS, "the program has limits that a person can wait for"


def test_without_trust_nothing_runs(tmp_path: Path, store: Path) -> None:
    assert explained(tmp_path, store, ORDER, "--from", "zero")["exactness"] == "inferred"


def test_the_interpreter_of_the_program_is_the_default(tmp_path: Path, store: Path) -> None:
    assert explained(tmp_path, store, ORDER, *SHOP[:4])["exactness"] == "exact"


def test_a_function_folds_and_its_failures_have_their_traceback(tmp_path: Path, store: Path) -> None:
    (tmp_path / "mine.py").write_text(counting("if event['version'] == 4: raise ValueError('no stock')"), "utf-8")
    trust = ("--trust", tmp_path, "--fold", "mine:fold")
    found = explained(tmp_path, store, ORDER, *trust)
    assert (found["state"], found["exactness"]) == ({"count": 14}, "broken")
    assert [step["version"] for step in found["steps"] if step["error"]] == [4]
    text = fine(ask(tmp_path, "explain", store, ORDER, *trust))
    *_, at = (number for number, line in enumerate(text) if "ValueError: no stock" in line)  # the step, not the verdict
    assert text[at + 1].strip() == f'File "{tmp_path / "mine.py"}", line 2, in fold'


def test_verify_and_watch_take_it_too(tmp_path: Path, store: Path) -> None:
    checks = [json.loads(line) for line in fine(ask(tmp_path, "verify", store, "--json", *SHOP))]
    assert [each["ok"] for each in checks] == [True] * 10
    lines = [json.loads(line) for line in fine(ask(tmp_path, "watch", store, ORDER, "total > 500", "--json", *SHOP))]
    assert [(each["version"], each["to"]) for each in lines] == [(4, True)]


@pytest.mark.parametrize(
    ("arguments", "results"),
    [
        (["--import", "es9_shop"], "code is named, and not trusted. Say so with --trust DIR"),
        (["--fold", "a:b"], "code is named, and not trusted"),
        (["--trust", SAMPLES], "no module is named"),
        (["--trust", "/no/such/folder", "--import", "es9_shop"], "there is no folder '/no/such/folder'"),
        (["--trust", SAMPLES, "--import", "no_such_module"], "No module named 'no_such_module'"),
        (["--trust", SAMPLES, "--import", "es9_shop", "--python", "no-python"], "no interpreter 'no-python'"),
        (["--trust", SAMPLES, "--import", "es9_shop", "--python", "true"], "exit status 0"),
    ],
)
def test_what_cannot_be_trusted_is_bad_input_in_one_line(
    tmp_path: Path, store: Path, arguments: list[object], results: str
) -> None:
    assert results in refused(ask(tmp_path, "explain", store, ORDER, *arguments))


def test_a_module_that_fails_is_reported_with_its_line(tmp_path: Path, store: Path) -> None:
    (tmp_path / "broken.py").write_text("\nimport no_such_thing\n", "utf-8")
    results = refused(ask(tmp_path, "explain", store, ORDER, "--trust", tmp_path, "--import", "broken"))
    assert results == (
        "the module broken could not be imported: ModuleNotFoundError: No module named 'no_such_thing' "
        f"(broken.py, line 2). It was run by {sys.executable}."
    )
