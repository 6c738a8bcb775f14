"""Each argument that names something is checked: a wrong name is bad input, and the error says what there is.

The tests walk through the table of commands: who adds an option says here what a wrong name of it is, or why it has
none.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from es_desktop import api
from es_desktop.cli.command import Command, actions_of
from es_desktop.cli.table import COMMANDS
from tests.running import ask, refused

ORDER: Final = "7715f753"
NO_TYPE: Final = "there is no entity type Ordr. Did you mean Order?"
NO_PATH: Final = "no entity has totl. Did you mean total"
NO_EVENT: Final = "there is no event type Payd. Did you mean Paid?"
NO_ENTITY: Final = "no entity has an id that begins with 'zzz'"
NO_FILE: Final = "Check the name"
NO_COMMAND: Final = "infos is no command; did you mean info? See: es-desktop --help"
FINDS: Final = "total > 1"

WRONG: Final[dict[tuple[str, str], list[tuple[str, str]]]] = {
    ("entities", "--type"): [("--type Ordr", NO_TYPE)],
    ("events", "ENTITY"): [("zzz", NO_ENTITY)],
    ("snapshots", "ENTITY"): [("zzz", NO_ENTITY)],
    ("explain", "ENTITY"): [("zzz", NO_ENTITY)],
    ("find", "QUESTION"): [
        ("totl>1", NO_PATH),
        ("not|totl", NO_PATH),
        ("total>1|or|totl==1", NO_PATH),
        ("never|totl==1", NO_PATH),
        ("totl==1 --count-over-time", NO_PATH),
        ("total>1|or|totl==1 --versions", NO_PATH),
        ("Order,Ordr|where|total>1", NO_TYPE),
        ("Created|before|Payd", NO_EVENT),
    ],
    ("find", "--type"): [
        ("total>1 --type Ordr", NO_TYPE),
        ("total>1 --type Order --type Ordr", NO_TYPE),
        ("ever|total>1 --type Order --type Ordr", NO_TYPE),
        ("--text tea --type ItemAdded --type Ordr", "there is no type Ordr. Did you mean Order?"),
    ],
    ("find", "--column"): [
        ("total>1 --column totl", NO_PATH),
        ("total>1 --column lines[7].skuu", "no entity has lines[0].skuu. Did you mean lines[0].sku"),
    ],
    ("sql", "SELECT"): [
        ('SELECT|totl|FROM|"Order"', 'Referenced column "totl" not found'),
        ("SELECT|*|FROM|Ordr", "Table with name Ordr does not exist"),
    ],
    ("watch", "ENTITY"): [("zzz total", NO_ENTITY)],
    ("watch", "EXPR"): [(f"{ORDER} totl", NO_PATH), (f"{ORDER} total>1|or|totl>1", NO_PATH)],
    ("compare", "left"): [(f"zzz {ORDER}", NO_ENTITY)],
    ("compare", "right"): [(f"{ORDER} zzz", NO_ENTITY)],
    ("verify", "ENTITY"): [("zzz", NO_ENTITY)],
    ("quality", "--type"): [("--type Ordr", "there is no type Ordr. Did you mean Order?")],
    ("process", "--type"): [("--type Ordr", NO_TYPE)],
    ("process", "--conforms"): [("--type Order --conforms Created>Payd", NO_EVENT)],
    ("process", "--waiting"): [("--type Order --waiting Created Payd", NO_EVENT)],
    ("process", "--without"): [("--type Order --without Paid --without Payd", NO_EVENT)],
    ("common", "QUESTION"): [("totl>1", NO_PATH), ("total>1|or|totl==1", NO_PATH), ("Ordr|where|total>1", NO_TYPE)],
    ("common", "--type"): [("total>1 --type Ordr", NO_TYPE)],
    ("rules", "--type"): [("--type Ordr", NO_TYPE)],
    ("rules", "--keep"): [("--keep nosuch", "no rule 'nosuch' holds")],
    ("rules", "--forget"): [("--forget nosuch", "no rule 'nosuch' is kept")],
    ("export", "ENTITY"): [("zzz", NO_ENTITY)],
    ("export", "--fails-where"): [
        (f"{ORDER} --format pytest --fails-where totl>1", NO_PATH),
        (f"{ORDER} --format pytest --fails-where total>1|or|totl>1", NO_PATH),
        (f"{ORDER} --format pytest --fails-where total>", "cannot be used at column"),
        (f"{ORDER} --fails-where total>1", "only the format pytest fails where a condition is true"),
    ],
    ("copy", "ENTITY"): [("copy.esdb zzz", NO_ENTITY)],
    ("", "--scope"): [("--scope nosuch", "there is no part 'nosuch' of this store")],
    ("", "--key-file"): [("--key-file nosuch", NO_FILE)],
    ("", "--map"): [("--map nosuch", NO_FILE)],
    ("", "--limit"): [("--limit nosuch=3", "is not one of payload_mb, values")],
    ("help", "COMMAND"): [("infos", NO_COMMAND)],
}
"""Of a command, or of all that open a store, by argument: lines with a wrong name, and what the error says.

In a word of a line ``|`` stands for a space.
"""
OF_CODE: Final = frozenset({"--trust", "--import", "--python", "--fold"})
"""The names of a person's own code: ``test_cli_trust.py``."""
NO_NAMES: Final = frozenset({"--text"})
"""Words that may be found, or not."""
OF_FILES: Final = frozenset({"STORE", "FILE", "FILE.esdb", "TARGET.esdb", "NEW.esdb"})
"""Files and stores to read or to write: ``test_cli.py`` and the tests of each command."""


@pytest.fixture(scope="module")
def store(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one entity of two types each, which nothing here changes."""
    target = tmp_path_factory.mktemp("names") / "demo.esdb"
    with api.open(demo_template) as demo:
        account = demo.entities("Account").first()
        assert account is not None
        demo.export(target, "esdb", entities=[ORDER, account.id])
    return target


def arguments_of(command: Command) -> Iterator[tuple[str, argparse.Action]]:
    """Yield the arguments with a value that the parser itself does not check, each with what it is called here."""
    parser = argparse.ArgumentParser(add_help=False)
    command.add_arguments(parser)
    for each in actions_of(parser):
        checked = each.choices is not None or (each.type is not None and each.type is not Path)
        if each.nargs != 0 and not checked:
            yield next(iter(each.option_strings), "") or _positional(each), each


def _positional(action: argparse.Action) -> str:
    return action.dest if action.metavar == "ENTITY[@VERSION]" else str(action.metavar)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_each_argument_has_a_wrong_name_here_or_names_nothing(command: Command) -> None:
    missing = [
        name
        for name, each in arguments_of(command)
        if not {(command.name, name), ("", name)} & WRONG.keys()
        and name not in OF_CODE | NO_NAMES
        and each.metavar not in OF_FILES
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("command", "line", "error"),
    [
        pytest.param(command or "info", line, error, id=f"{command or 'info'} {line}")
        for (command, _), lines in WRONG.items()
        for line, error in lines
    ],
)
def test_a_wrong_name_is_bad_input_and_the_error_says_what_there_is(
    tmp_path: Path, store: Path, command: str, line: str, error: str
) -> None:
    words = [each.replace("|", " ") for each in line.split()]
    answer = ask(tmp_path, command, *[store] * COMMANDS[command].reads_store, *words)
    assert answer.returncode == 2
    assert error in answer.stderr.splitlines()[-1]


def test_a_wrong_name_is_found_before_a_file_is_written(tmp_path: Path, store: Path) -> None:
    target = tmp_path / "test_order.py"
    line = ["--format", "pytest", "--fails-where", "totl > 1", "--out", target]
    assert NO_PATH in refused(ask(tmp_path, "export", store, ORDER, *line))
    assert not target.exists()
    assert "only the format csv begins with" in refused(ask(tmp_path, "export", store, "--bom"))


def test_a_name_that_only_earlier_versions_or_other_types_have_is_known(tmp_path: Path, store: Path) -> None:
    for line in (["find", "balance is None", "--type", "Order"], ["watch", ORDER, "total > 1 or balance > 1"]):
        command, *rest = line
        assert ask(tmp_path, command, store, *rest).returncode == 0
