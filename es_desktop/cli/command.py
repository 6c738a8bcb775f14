"""What a command is, the options that many of them share, and how its arguments are written in a line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from es_desktop.app.runtime.places import KEY_VARIABLE

Parser = argparse.ArgumentParser
ABOUT_PASSWORDS: Final = (
    "A database is postgresql://USER@HOST:PORT/DATABASE. Its password is best kept in ~/.pgpass or in PGPASSWORD: "
    "other users can see arguments."
)
ABOUT_CODE: Final = "It runs with your rights, in a separate process that gets the records through a pipe."
AGAIN: Final = "may be given more than once"
AN_ENTITY: Final = "an id or its first characters"
OPENING, CODE = "opening the store", "code of your own"
"""Groups of options."""


@dataclass(frozen=True)
class Command:
    """A command of the program."""

    name: str
    group: str
    help: str
    add_own: Callable[[Parser], None]
    """Adds the arguments and options that only this command has."""
    description: str = ""
    """More than the help says, for the help of this command alone."""
    examples: tuple[str, ...] = ()
    """Lines without the name of the program. They run one after the other, beside ``demo.esdb``."""
    reads_store: bool = True
    runs_code: bool = False
    """Whether a person's own code may make the states."""
    prints_json: bool = True

    @property
    def explanation(self) -> str:
        """What it does, in sentences."""
        return f"{self.help[0].upper()}{self.help[1:]}. {self.description}".rstrip()

    def add_arguments(self, parser: Parser) -> None:
        """Add all arguments and options, in the order of the help: its own, then those that commands share."""
        if self.reads_store:
            text = "a file, a database URL, or an address such as esdb:FILE?…"
            parser.add_argument("store", metavar="STORE", help=text)
        self.add_own(parser)
        if self.prints_json:
            parser.add_argument("--json", action="store_true", help="print JSON, one object a line")
        if self.runs_code:
            add_code(parser)
        if self.reads_store:
            add_opening(parser)

    @property
    def own_arguments(self) -> list[argparse.Action]:
        """The arguments and options that only this command has: those without a dash first."""
        return sorted(given(self.add_own), key=lambda each: bool(each.option_strings))

    @property
    def usage(self) -> str:
        """Its line with its own arguments: ``es-desktop export STORE [ENTITY …] [--to N] …``."""
        own = (_in_usage(each) for each in self.own_arguments)
        return " ".join(["es-desktop", self.name, *["STORE"] * self.reads_store, *own])


def add_opening(parser: Parser) -> None:
    """Add the options of opening a store. A key is not an argument, because other users can see arguments."""
    group = parser.add_argument_group(OPENING)
    text = "which store of the database, by table, application, schema or format; or which part of a shared one"
    group.add_argument("--scope", metavar="NAME", help=text)
    text = f"a file with the key of encrypted records; or set {KEY_VARIABLE}"
    group.add_argument("--key-file", metavar="FILE", type=Path, help=text)
    text = "raise a limit: payload_mb, values, statement_seconds or table_seconds, as values=200000"
    group.add_argument("--limit", metavar="NAME=N", action="append", help=f"{text}; {AGAIN}")
    text = "a map of columns, to read tables of no known format"
    group.add_argument("--map", metavar="FILE.toml", type=Path, help=text)


def add_code(parser: Parser) -> None:
    """Add the options that name trusted code, which runs only where it is named."""
    group = parser.add_argument_group(CODE, ABOUT_CODE)
    group.add_argument("--trust", metavar="DIR", help="use the code in this folder to make states from records")
    text = f"a module of it to import; {AGAIN}"
    group.add_argument("--import", dest="modules", metavar="MODULE", action="append", help=text)
    group.add_argument("--python", metavar="EXE", help="the Python that runs it; that of this program by default")
    text = "what makes the states, instead of classes: function(state, event)"
    group.add_argument("--fold", metavar="MODULE:FUNCTION", help=text)


def number_from(least: int) -> Callable[[str], int]:
    """Return what reads a whole number that is not below ``least``."""

    def read(text: str) -> int:
        try:
            found = int(text)
        except ValueError:
            found = least - 1
        if found < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} on")
        return found

    return read


def positive_number(text: str) -> float:
    """Return a number above 0. Raises ``argparse.ArgumentTypeError``."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return found


def actions_of(parser: Parser) -> list[argparse.Action]:
    """Return the arguments and options of a parser, those of its commands too."""
    # argparse lists them nowhere else; the tools that make completion and manuals read them there, too.
    own = list(parser._actions)
    parts = (each.choices.values() for each in own if isinstance(each, argparse._SubParsersAction))
    return [*own, *(each for members in parts for part in members for each in actions_of(part))]


def given(add: Callable[[Parser], None]) -> list[argparse.Action]:
    """Return the arguments and options that a function adds to a parser."""
    parser = Parser(add_help=False)
    add(parser)
    return actions_of(parser)


def words_of(action: argparse.Action, *, is_first: bool = False) -> str:
    """Return an argument as it is given: ``ENTITY …``, ``--to N, --at N``; or only the first name of an option."""
    value = "" if action.nargs == 0 else action.metavar or "|".join(map(str, action.choices or ()))
    value = " ".join(value) if isinstance(value, tuple) else value
    if not action.option_strings:
        return f"{value} …" if action.nargs == "*" else value
    names = action.option_strings[:1] if is_first else action.option_strings
    return ", ".join(" ".join(filter(None, (name, value))) for name in names)


def _in_usage(action: argparse.Action) -> str:
    words = words_of(action, is_first=True)
    return words if action.required and action.nargs not in ("?", "*") else f"[{words}]"
