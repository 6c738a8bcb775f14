"""An answer that is empty says so in words; as JSON it is an empty list."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import create_session
from es_desktop.cli.table import COMMANDS
from es_desktop.examples import Example
from tests.running import ask, fine, refused

ALWAYS = "info explain compare quality import copy rescue selftest new demo register plugins completion help"
"""Commands that always have an answer: one report, or a line with counts."""
REFUSED = "process common"
"""Commands whose question an empty store has no answer to, which is an error."""
EMPTY_STORE = {
    "entities": "the store has no entities",
    "find": "nothing found",
    "rules": "no rules were found",
    "sql": "no rows",
    "verify": "the store has no snapshots to check",
}
ARGUMENTS = {"find": ["True"], "sql": ["SELECT * FROM entities"]}
ONE_ENTITY = {
    "snapshots": ("the Example has no snapshots", ["ID"]),
    "verify": ("the Example has no snapshots to check", ["ID"]),
    "find": ("nothing found", ["foo == 2"]),
    "watch": ("foo == 3 has no value at any version, or the same value at all of them", ["ID", "foo == 3"]),
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    create_session(str(tmp_path / "mine.esdb")).close()
    return tmp_path / "mine.esdb"


def test_an_empty_answer_is_one_line_of_text_and_no_line_of_json(store: Path, tmp_path: Path) -> None:
    for command, nothing in EMPTY_STORE.items():
        more = ARGUMENTS.get(command, [])
        assert fine(ask(tmp_path, command, store, *more)) == [nothing]
        assert fine(ask(tmp_path, command, store, *more, "--json")) == []
    with closing(create_session(str(tmp_path / "one.esdb"))) as session:
        made = Commands(session).create(Example, {"foo": "1"}).entity_id
    for command, (nothing, arguments) in ONE_ENTITY.items():
        line = [command, tmp_path / "one.esdb", *(str(made) if each == "ID" else each for each in arguments)]
        assert fine(ask(tmp_path, *line)) == [nothing]
        assert fine(ask(tmp_path, *line, "--json")) == []


def test_what_is_watched_and_no_entity_has_is_an_error(tmp_path: Path) -> None:
    with closing(create_session(str(tmp_path / "one.esdb"))) as session:
        made = Commands(session).create(Example, {"foo": "1"}).entity_id
    for expression in ("fo", "foo == 3 and fo == 1"):
        assert "no entity has fo. Did you mean foo?" in refused(
            ask(tmp_path, "watch", tmp_path / "one.esdb", made, expression)
        )


def test_what_another_entity_has_may_be_watched(tmp_path: Path, store: Path) -> None:
    lines = [{"kind": "format", "format": "es-desktop records", "version": 1}]
    event = {"kind": "event", "sequence_type": "text", "version": 0, "topic": "shop#Cart.Filled"}
    lines += [{**event, "sequence": name, "data": data} for name, data in (("a", {"n": 1}), ("b", {"n": 1, "rare": 2}))]
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    fine(ask(tmp_path, "import", store, tmp_path / "lines.jsonl"))
    assert "has no value at any version" in fine(ask(tmp_path, "watch", store, "a", "rare"))[0]
    assert "no entity has rar. " in refused(ask(tmp_path, "watch", store, "a", "rar"))


def test_an_export_of_nothing_is_reported_beside_it(store: Path, tmp_path: Path) -> None:
    nothing = "es-desktop: the store has no events, so nothing is exported\n"
    for format in ("jsonl", "csv", "cloudevents"):
        answer = ask(tmp_path, "export", store, "--format", format)
        assert (answer.returncode, answer.stderr) == (0, nothing)
        assert len(answer.stdout.splitlines()) == (format != "cloudevents")


def test_each_command_is_tried_here() -> None:
    tried = {*EMPTY_STORE, *ONE_ENTITY, *ALWAYS.split(), *REFUSED.split(), "export", "events"}
    assert {*COMMANDS} == tried, "events: an entity without events is not listed"
