"""The manual page, in the language of ``man``: made of the same table and parsers as the help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final

from es_desktop.app.runtime.places import KEY_VARIABLE
from es_desktop.app.search.examples import CONDITION
from es_desktop.system.plugins import VARIABLE as PLUGINS_VARIABLE

from .table import ABOUT_PASSWORDS, COMMANDS, Command, actions_of, add_opening

WORDS: Final = {
    "STORE": "a file, a database such as postgresql://user@host/database, or an address such as "
    "esdb:/folder/store.esdb?entity=5f2c&at=17",
    "ENTITY": "an id with or without dashes, or the beginning of one where only one entity has it",
    "--json": "prints one object, or one a line where there are many; times are ISO 8601 with their difference from "
    "UTC",
    "--": "ends the options: what follows is never one, for names that begin with a dash",
}
"""What stands in the lines of many commands."""
STATUSES: Final = {
    "0": "fine",
    "1": "a check found something: a false snapshot, a difference, a damaged file",
    "2": "bad input, or a disk or memory that is full: one line on standard error says what, and what to do",
    "130, 143": "ended by Ctrl-C, or by a signal",
    "70": "a bug",
}
VARIABLES: Final = {
    KEY_VARIABLE: "the key of encrypted records, where no --key-file is given",
    "PGPASSWORD": "the password of a database",
    PLUGINS_VARIABLE: "plugins that are switched off: names of packages, or all",
}
EXAMPLES: Final = {
    "es-desktop demo demo.esdb": "Make a store to try the program on:",
    "es-desktop info demo.esdb": "See what it holds:",
    f"es-desktop find demo.esdb '{CONDITION}' --type Order": "Find entities by their state:",
    "es-desktop export demo.esdb --format csv --out demo.csv": "Write its events as a table:",
}

_SHARED: Final = ("store", "json")
"""Arguments, by their names in Python, that many commands have and ``WORDS`` explains."""


def given(add: Callable[[argparse.ArgumentParser], None]) -> list[argparse.Action]:
    """Return the arguments and options that a function adds to a parser."""
    parser = argparse.ArgumentParser(add_help=False)
    add(parser)
    return actions_of(parser)


def own_arguments(command: Command) -> list[argparse.Action]:
    """Return the arguments of a command that it does not share with others: those without a dash first."""
    shared = {*_SHARED, *(each.dest for each in given(add_opening))}
    own = (each for each in given(command.add_arguments) if each.dest not in shared)
    return sorted(own, key=lambda each: bool(each.option_strings))


def usage_of(command: Command) -> str:
    """Return the line of a command with its own arguments: ``es-desktop export STORE [ENTITY …] [--to N] …``."""
    own = (_optional(each) for each in own_arguments(command))
    return " ".join(["es-desktop", command.name, *["STORE"] * command.reads_store, *own])


def _optional(action: argparse.Action) -> str:
    is_required = not action.option_strings and action.nargs not in ("?", "*")
    return words_of(action, is_first=True) if is_required else f"[{words_of(action, is_first=True)}]"


def words_of(action: argparse.Action, *, is_first: bool = False) -> str:
    """Return an argument as it is given: ``ENTITY …``, ``--to N, --at N``; or only the first name of an option."""
    value = str(action.metavar or "|".join(map(str, action.choices or ()))) if action.nargs != 0 else ""
    if not action.option_strings:
        return f"{value} …" if action.nargs == "*" else value
    names = action.option_strings[:1] if is_first else action.option_strings
    return ", ".join(" ".join(filter(None, (name, value))) for name in names)


def manual(window: argparse.ArgumentParser) -> str:
    """Return the page es-desktop(1), in ASCII: any ``man`` shows it. ``window`` has the options of the window."""
    return "\n".join(_lines(window)) + "\n"


def _lines(window: argparse.ArgumentParser) -> Iterator[str]:
    yield '.\\" Made by `es-desktop help --man`, of the table of commands.'
    yield '.TH ES\\-DESKTOP 1 "" "es\\-desktop" "User Commands"'
    yield ".SH NAME"
    yield _text("es-desktop - show what an event store holds, and how each state was made")
    yield ".SH SYNOPSIS"
    for index, line in enumerate(("es-desktop [options] [STORE]", "es-desktop COMMAND [arguments]")):
        yield from [".br"] * bool(index)
        yield _text(line)
    yield ".SH DESCRIPTION"
    yield _text("Without a command the window opens. Each command works without a window and without a display.")
    yield from _entries(WORDS.items())
    yield ".SH OPTIONS OF THE WINDOW"
    opening = {each.dest for each in given(add_opening)}
    yield from _arguments(each for each in actions_of(window) if each.dest not in opening)
    yield ".SH OPTIONS OF OPENING A STORE"
    yield _text("The window and each command that reads a store have these.")
    yield from _arguments(given(add_opening))
    yield _text(ABOUT_PASSWORDS)
    yield ".SH COMMANDS"
    for group, members in groupby(COMMANDS.values(), lambda each: each.group):
        yield f".SS {_text(group)}"
        for each in members:
            yield from (".TP", f".B {_text(usage_of(each))}", _text(each.explanation))
            if own := own_arguments(each):
                yield from (".RS", *_arguments(own), ".RE")
    yield ".SH EXIT STATUS"
    yield from _entries(STATUSES.items())
    yield ".SH ENVIRONMENT"
    yield from _entries(VARIABLES.items())
    yield ".SH EXAMPLES"
    for line, about in EXAMPLES.items():
        yield from (".PP", _text(about), ".PP", ".RS 4", ".nf", _text(line), ".fi", ".RE")


def _arguments(arguments: Iterable[argparse.Action]) -> Iterator[str]:
    for each in arguments:
        yield from _entries([(words_of(each), each.help or "")])


def _entries(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, about in entries:
        yield from (".TP", f".B {_text(name)}", _text(about))
    yield ".PP"


def _text(text: str) -> str:
    """Return a line of text that nothing in it formats."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("'", "\\(aq")
    text = re.sub(r"[^\x20-\x7e]", lambda found: f"\\[u{ord(found[0]):04X}]", text.replace("`", "\\(ga"))
    return f"\\&{text}" if text.startswith(".") else text
