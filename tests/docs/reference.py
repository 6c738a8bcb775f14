"""The tables of the reference, made of the program's own: actions, preferences, commands and formats."""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

import es_desktop.api
import es_desktop.testing
from es_desktop.app.preferences.table import PREFERENCES, Kind, Preference
from es_desktop.cli.arguments import window_parser
from es_desktop.cli.command import ABOUT_CODE, add_code, add_opening, given, words_of
from es_desktop.cli.manual import STATUSES, WORDS, manual
from es_desktop.cli.table import COMMANDS
from es_desktop.history.views import SNAPSHOTS, VIEWS
from es_desktop.stores.columnmap import Constant, FirstOf, JsonField, Source, Template
from es_desktop.stores.formats import FORMATS
from es_desktop.stores.formats.base import DeclaredFormat
from es_desktop.views.actions import MENUS, flat
from tests.docs.pages import DOCS
from tests.running import ROOT

_MADE: Final = re.compile(r"(<!-- made by `python -m tests\.docs`: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (heads, ["---"] * len(heads), *rows))


def actions() -> str:
    """Return a table of all actions: keys, text, menu, and the name that a shortcut is kept under."""
    rows = [
        (" or ".join(f"`{keys}`" for keys in spec.shortcuts), spec.text.rstrip("…"), way, f"`keys.{spec.id}`")
        for menu, groups in MENUS.items()
        for way, spec in flat(menu, groups)
    ]
    return table(("keys", "what it does", "menu", "name"), rows)


def preferences() -> str:
    """Return a table of the preferences."""
    heads = ("group", "preference", "name", "values", "default", "what it does")
    rows = (
        (each.group, each.title, f"`{each.name}`", _values(each), each.text_of(each.default), each.help)
        for each in PREFERENCES
    )
    return table(heads, rows)


def _values(preference: Preference) -> str:
    if preference.kind is Kind.NUMBER:
        return f"{preference.least} to {preference.most}"
    if preference.kind is Kind.SWITCH:
        return "`true`, `false`"
    named = ", ".join(f"`{value}`" for value, _ in preference.choices)
    return f"{named}, or the name of a zone" if preference.kind is Kind.ZONE else named


def commands() -> str:
    """Return a section for each command, by group, with its arguments; first what many of them share."""
    trusting = ", ".join(f"`{each.name}`" for each in COMMANDS.values() if each.runs_code)
    parts = [
        f"## Options of opening a store\n\n{_arguments(given(add_opening))}",
        f"## Code of your own\n\nThese have it: {trusting}. {ABOUT_CODE}\n\n{_arguments(given(add_code))}",
    ]
    for group, members in groupby(COMMANDS.values(), lambda each: each.group):
        parts.append(f"## {group}\n")
        for each in members:
            own = each.own_arguments
            parts.append(f"### {each.name}\n\n{each.explanation}\n\n```text\n{each.usage}\n```\n")
            parts.extend([_arguments(own)] if own else [])
            examples = "\n".join(f"es-desktop {line}" for line in each.examples)
            parts.extend([f"```sh\n{examples}\n```\n"] if examples else [])
    return "\n".join(parts)


def words() -> str:
    """Return a list of what stands in the lines of many commands."""
    return "".join(f"- `{name}`: {about}.\n" for name, about in WORDS.items())


def statuses() -> str:
    """Return a table of the exit statuses."""
    return table(("exit status", "meaning"), STATUSES.items())


def _arguments(given: Iterable[argparse.Action]) -> str:
    return table(("argument", "what it is"), map(_argument, given))


def _argument(action: argparse.Action) -> tuple[str, str]:
    """Return the row of an argument; a bar in code would end its cell on the site, or have a backslash there."""
    about = (action.help or "").replace("|", r"\|")
    if action.choices and not action.metavar:
        choices = ", ".join(f"`{each}`" for each in action.choices)
        return f"`{action.option_strings[0]}`", f"{about}; one of {choices}"
    return ", ".join(f"`{each}`" for each in words_of(action).split(", ")), about


def formats() -> str:
    """Return a table of the formats with the columns in which they keep what."""
    heads = ("format", "table", "entity", "version", "event type", "payload", "time")
    return table(heads, (row for each in FORMATS for row in _columns_of(each.name, each)))


def _columns_of(name: str, format: object) -> Iterator[Sequence[str]]:
    if isinstance(format, DeclaredFormat):
        for each in (format.map, *format.other_maps):
            parts = (each.stream, each.version, each.type, each.payload, each.time)
            yield (name, f"`{each.table}`", *map(_source, parts))
            name = ""
    else:
        yield (name, "found by its columns", "", "", "", "", "")


def _source(source: Source | None) -> str:
    match source:
        case None:
            return "–"
        case str():
            return f"`{source}`"
        case Template(text=text):
            return f"`{text}`"
        case JsonField(column=column, path=path):
            return f"`{'.'.join((column, *path))}`"
        case Constant(text=text):
            return text
        case FirstOf(columns=columns):
            return " or ".join(f"`{each}`" for each in columns)
        case _:
            return "computed"


_HEADS: Final = ("member", "what it is")
_OF_ALL: Final = ("to_dict", "add_note", "with_traceback", "args")
"""What all values, or all errors, have."""


def api() -> str:
    """Return a section for each name of the API, with what may be called or read on it."""
    parts = []
    for module in (es_desktop.api, es_desktop.testing):
        for name in module.__all__:
            found = getattr(module, name)
            head = f"### {name}{_signature(found) if inspect.isfunction(found) else ''}"
            members = list(_members(found)) if inspect.isclass(found) else []
            parts.append(
                f"{head}\n\n{_first_part(found)}\n\n{table(_HEADS, members) if members else ''}".rstrip() + "\n"
            )
    return "\n".join(parts)


def _members(cls: type) -> Iterator[Sequence[str]]:
    for name, member in inspect.getmembers(cls):
        about = _first_part(member)
        if name.startswith("_") or not about or name in _OF_ALL:
            continue
        yield (f"`{name}{_signature(member) if callable(member) else ''}`", about.replace("|", r"\|"))


def _signature(function: Callable[..., object]) -> str:
    names = []
    for each in inspect.signature(function).parameters.values():
        stars = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        optional = "" if each.default is each.empty else "=…"
        names += [] if each.name in ("self", "cls") else [f"{stars}{each.name}{optional}"]
    return f"({', '.join(names)})"


def _first_part(member: object) -> str:
    """Return the first paragraph of what a member says of itself; nothing for what has no text of its own."""
    text = inspect.getdoc(member) if callable(member) or isinstance(member, property) else None
    return " ".join((text or "").partition("\n\n")[0].split()).replace("``", "`")


def sql() -> str:
    """Return a section for each view of SQL, with its columns."""
    parts = []
    for view in (*VIEWS, SNAPSHOTS):
        rows = [(f"`{each.name}`", each.type, each.meaning) for each in view.columns]
        parts.append(f"## {view.name}\n\n{view.meaning[0].upper()}{view.meaning[1:]}.\n")
        parts.append(f"{table(('column', 'type', 'what it is'), rows)}\n")
    return "\n".join(parts).rstrip()


TABLES: Final[dict[str, Callable[[], str]]] = {
    each.__name__: each for each in (actions, preferences, words, statuses, commands, formats, api, sql)
}


def renewed(text: str) -> str:
    """Return a page with its tables made anew; text that is not between the marks stays."""
    return _MADE.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}", text)


MANUAL: Final = ROOT / "resources" / "es-desktop.1"
"""The manual page, where packages take it from."""


def write() -> list[str]:
    """Make the manual page and the tables of all pages anew; return the pages that have one."""
    MANUAL.write_text(manual(window_parser()), "ascii")
    pages = [each for each in sorted(DOCS.rglob("*.md")) if _MADE.search(each.read_text("utf-8"))]
    for page in pages:
        page.write_text(renewed(page.read_text("utf-8")), "utf-8")
    return [each.relative_to(DOCS).as_posix() for each in pages]
