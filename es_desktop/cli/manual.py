"""The manual page, in the language of ``man``: made of the same table and parsers as the help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from es_desktop.app.runtime.places import KEY_VARIABLE
from es_desktop.system.plugins import VARIABLE as PLUGINS_VARIABLE

from .command import ABOUT_CODE, ABOUT_PASSWORDS, CODE, actions_of, add_code, add_opening, given, words_of
from .table import COMMANDS

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
    yield f".SH {CODE.upper()}"
    yield _text(f"These have it: {', '.join(each.name for each in COMMANDS.values() if each.runs_code)}. {ABOUT_CODE}")
    yield from _arguments(given(add_code))
    yield ".SH COMMANDS"
    for group, members in groupby(COMMANDS.values(), lambda each: each.group):
        yield f".SS {_text(group)}"
        for each in members:
            yield from (".TP", f".B {_text(each.usage)}", _text(each.explanation))
            if own := each.own_arguments:
                yield from (".RS", *_arguments(own), ".RE")
    yield ".SH EXIT STATUS"
    yield from _entries(STATUSES.items())
    yield ".SH ENVIRONMENT"
    yield from _entries(VARIABLES.items())
    yield ".SH EXAMPLES"
    yield _text("They run beside the store that es-desktop demo demo.esdb makes.")
    for each in COMMANDS.values():
        if each.examples:
            lines = (_text(f"es-desktop {line}") for line in each.examples)
            yield from (".PP", _text(f"{each.explanation.partition('. ')[0].rstrip('.')}:"), ".PP", ".RS 4", ".nf")
            yield from (*lines, ".fi", ".RE")


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
