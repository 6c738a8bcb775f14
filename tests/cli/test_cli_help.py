"""What the program says of itself: the list of commands, the help of each, near names, completion."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from es_desktop import __version__
from es_desktop.cli.own_arguments import SHELLS
from es_desktop.cli.table import COMMANDS
from tests.running import Answer, ask, fine, refused

STORES = [each.name for each in COMMANDS.values() if each.reads_store]


def test_the_help_lists_each_command_once_with_its_line(tmp_path: Path) -> None:
    lines = fine(ask(tmp_path, "--help"))
    for each in COMMANDS.values():
        assert [line.split(None, 1)[1] for line in lines if line.startswith(f"    {each.name} ")] == [each.help]
        assert f"  {each.group}" in lines


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_explained_in_both_ways(tmp_path: Path, name: str) -> None:
    lines = fine(ask(tmp_path, "help", name))
    assert lines == fine(ask(tmp_path, name, "--help"))
    assert lines[0].startswith(f"usage: es-desktop {name} ")
    assert COMMANDS[name].help in " ".join(lines).lower().replace("  ", " ") or name in lines[0]


def test_each_example_runs_in_the_order_of_the_help(small_demo: Path, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    shutil.move(small_demo, tmp_path / "here")
    lines = [line for each in COMMANDS.values() for line in each.examples if each.name != "demo"]
    for line in lines:
        answer = ask(tmp_path, *shlex.split(line))
        assert answer.returncode in (0, 1) and not answer.stderr and answer.stdout, line
    assert {path.name for path in (tmp_path / "here").iterdir()} >= {"events.xlsx", "quality.html", "test_order.py"}


def test_help_without_a_name_is_that_of_the_program(tmp_path: Path) -> None:
    assert fine(ask(tmp_path, "help")) == fine(ask(tmp_path, "--help"))


@pytest.mark.parametrize("line", [["--version"], ["info", "--version"], ["find", "x.db", "--version"]])
def test_the_version_is_printed_anywhere(tmp_path: Path, line: list[str]) -> None:
    assert fine(ask(tmp_path, *line)) == [f"es-desktop {__version__}"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (["inf", "x.db"], "inf is no command and no file; did you mean info? See:"),
        (["exprot"], "did you mean export?"),
        (["help", "fnd"], "fnd is no command; did you mean find?"),
        (["help", "cooking"], "cooking is no command; did you mean common? See:"),
        (["copy", "x.db"], "the following arguments are required: TARGET.esdb. See:"),
        (["process", "x.db", "--type", "T", "--at-least", "0"], "'0' is not a whole number from 1 on"),
        (["export", "x.db", "--to", "-1"], "'-1' is not a whole number from 0 on"),
        (["sql", "x.db", "SELECT 1", "--seconds", "0"], "'0' is not a number above 0"),
        (["--json", "info", "x.db"], "put the command first: es-desktop info …; a file of this name is ./info"),
        (["info"], "the following arguments are required: STORE. See: es-desktop info --help"),
        (["completion", "tcsh"], "choose from"),
    ],
)
def test_what_is_no_command_or_argument_is_refused(tmp_path: Path, line: list[str], shown: str) -> None:
    assert shown in refused(ask(tmp_path, *line))


def test_new_and_demo_make_stores_and_write_over_nothing(tmp_path: Path) -> None:
    made = fine(ask(tmp_path, "new", "--", "-a b.esdb"))
    assert made == ["-a b.esdb"]
    assert "0 entities, 0 events, 0 snapshots" in fine(ask(tmp_path, "info", "--", "-a b.esdb"))
    assert fine(ask(tmp_path, "demo", "demo.esdb", "--json")) == ['{"store":"demo.esdb"}']
    (part,) = tmp_path.rglob("demo.esdb")
    before = part.read_bytes()
    for command in ("new", "demo"):
        assert "exists already, and is not written over" in refused(ask(tmp_path, command, "demo.esdb"))
        assert "cannot be made" in refused(ask(tmp_path, command, "no/folder.esdb"))
    assert part.read_bytes() == before


def test_a_file_named_as_an_address_with_a_password_is_shown_without_it(tmp_path: Path) -> None:
    name = "postgresql:ann:hunter2@host.esdb"
    shown = fine(ask(tmp_path, "new", name)) + fine(ask(tmp_path, "info", f"./{name}"))
    assert fine(ask(tmp_path, "info", f"./{name}", "--json")) and not any("hunter2" in each for each in shown)


def test_a_demo_leaves_the_files_beside_it_alone(tmp_path: Path) -> None:
    fine(ask(tmp_path, "new", "other.esdb"))
    (other,) = tmp_path.rglob("other.esdb")
    beside = other.with_name("demo.part")
    beside.write_text("mine", encoding="utf-8")
    fine(ask(tmp_path, "demo", "demo.esdb"))
    assert beside.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("shell", SHELLS)
def test_the_completion_of_each_shell_knows_commands_and_options(tmp_path: Path, shell: str) -> None:
    text = "\n".join(fine(ask(tmp_path, "completion", shell)))
    assert all(name in text for name in COMMANDS)
    assert "as-of" in text and "cloudevents" in text


def complete(script: Path, *words: str) -> list[str]:
    """Return what bash offers for the last word of a line."""
    line = " ".join(words)
    ask_bash = (
        f'source "{script}"; COMP_WORDS=({" ".join(repr(each) for each in words)}); COMP_CWORD={len(words) - 1}; '
        f'COMP_LINE="{line}"; COMP_POINT={len(line)}; _shtab_es_desktop; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", ask_bash], capture_output=True, encoding="utf-8", cwd=script.parent, check=True
    )
    return sorted(done.stdout.split())


@pytest.mark.skipif(sys.platform == "win32", reason="bash is not there")
def test_bash_completes_commands_options_choices_and_files(tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_text("\n".join(fine(ask(tmp_path, "completion", "bash"))), encoding="utf-8")
    (tmp_path / "entries.db").touch()
    assert complete(script, "es-desktop", "ex") == ["explain", "export"]
    assert complete(script, "es-desktop", "ent") == ["entities"]
    assert "complete -o default" in script.read_text("utf-8"), "where no command begins so, bash offers stores"
    assert "--as-of" in complete(script, "es-desktop", "find", "--a")
    assert complete(script, "es-desktop", "export", "--format", "c") == ["case", "cloudevents", "csv"]
    assert complete(script, "es-desktop", "info", "ent") == ["entries.db"]
    assert complete(script, "es-desktop", "completion", "") == sorted(SHELLS)


def test_an_answer_of_help_is_on_standard_output(tmp_path: Path) -> None:
    answer: Answer = ask(tmp_path, "help", "info")
    assert answer.returncode == 0 and not answer.stderr
