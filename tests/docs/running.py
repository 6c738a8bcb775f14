"""Does what a page says, in a folder of its own, and compares what is printed with what the page shows."""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from es_desktop.cli.arguments import parse
from es_desktop.cli.table import COMMANDS
from tests.docs.pages import Block
from tests.running import ask, environment

_PROMPT: Final = "$ "


class Follower:
    """A reader who follows a page from its top, in the folder ``here`` of a folder."""

    def __init__(self, home: Path, renamed: Mapping[str, str]) -> None:
        self.here = home / "here"
        self.here.mkdir()
        self._home = home
        self._renamed = renamed
        """Names of stores on the page, each with the one that it has here."""
        self._status = 0
        self._names: dict[str, Any] = {"__name__": "docs"}
        config = home / "xdg_config_home" / "es-desktop"
        config.mkdir(parents=True)
        (config / "preferences.json").write_text('{"time_zone": "UTC"}')
        self._do: Mapping[str, Callable[[Block], None]] = {
            "console": self._type,
            "python": self._run_python,
            "sh": _read_commands,
            "toml": lambda block: _can_be_read(tomllib.loads(block.text)),
            "json": lambda block: _can_be_read(json.loads(block.text)),
            "text": _can_be_read,
        }

    def follow(self, block: Block) -> None:
        """Do what a block says; a block with a title is a file."""
        if block.title:
            (self.here / block.title).write_text(block.text, encoding="utf-8")
        else:
            self._do[block.language](block)

    def _type(self, block: Block) -> None:
        for typed in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, expected = typed.partition("\n")
            if command == "echo $?":
                printed, self._status = f"{self._status}\n", 0
            else:
                assert self._status == 0, f"before {command}: status {self._status}"
                printed, self._status = self._answer(command)
            assert _fits(expected, printed), f"{_PROMPT}{command}\n{printed}"
        assert self._status == 0

    def _answer(self, command: str) -> tuple[str, int]:
        for name, real in self._renamed.items():
            command = command.replace(name, real)
        program, *arguments = shlex.split(command)
        match program:
            case "es-desktop":
                answer = ask(self._home, *arguments)
                printed, status = answer.stdout + answer.stderr, answer.returncode
            case "cat":
                printed, status = (self.here / arguments[0]).read_text("utf-8"), 0
            case "pytest":
                printed, status = self._run_pytest(arguments)
            case _:
                raise AssertionError(f"no page may say {command}")
        for name in self._renamed:  # the program prints a URL as it reads it
            printed = re.sub(r"^postgresql://\S+", name, printed, flags=re.MULTILINE)
        return printed.replace(str(self.here), "…"), status

    def _run_pytest(self, arguments: list[str]) -> tuple[str, int]:
        line = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        env = {**environment(self._home), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONBREAKPOINT": "0"}
        answer = subprocess.run(line, cwd=self.here, env=env, capture_output=True, encoding="utf-8", check=False)
        return answer.stdout + answer.stderr, answer.returncode

    def _run_python(self, block: Block) -> None:
        with contextlib.chdir(self.here):
            if block.text.startswith(">>> "):
                test = doctest.DocTestParser().get_doctest(block.text, self._names, "page", None, 0)
                log = io.StringIO()
                runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
                runner.run(test, out=log.write, clear_globs=False)
                self._names.update(test.globs)
                assert not log.getvalue(), log.getvalue()
            else:
                exec(compile(block.text, "page", "exec"), self._names)


def _can_be_read(content: object) -> None:
    """Accept what its reader made something of."""


def _read_commands(block: Block) -> None:
    """Read what changes the machine, or shows a window: its commands are not run, but are commands that there are."""
    for line in block.text.splitlines():
        command = line.partition("#")[0].strip()
        for ours in ("es-desktop ", "python3 run.py "):
            if command.startswith(ours):
                check_command(command.removeprefix(ours))


def check_command(arguments: str) -> None:
    """Raise an error if the program, or ``run.py``, does not take these arguments."""
    words = shlex.split(arguments)
    if words[:1] in (["test"], ["build"], ["docs"], ["release"]) or (len(words) == 1 and words[0] in COMMANDS):
        return  # of run.py; or only named
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            parse(words)
        except SystemExit as end:  # help ends it too
            assert end.code == 0, arguments


def _fits(expected: str, printed: str) -> bool:
    """Return whether a text is what a page shows, where ``…`` is any text, and a line of it any lines."""
    lines = [re.escape(line).replace("…", ".*?") + r"\n" for line in expected.rstrip("\n").split("\n") if expected]
    pattern = "".join(r"(?:.*\n)*?" if line == r".*?\n" else line for line in lines)
    plain = "".join(f"{line.rstrip()}\n" for line in printed.rstrip("\n").split("\n") if printed)
    return re.fullmatch(pattern, plain) is not None
