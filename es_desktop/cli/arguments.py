"""The arguments of the program: what a command line asks for. The window starts here too, so little is imported."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from es_desktop import __version__
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.log import complain
from es_desktop.app.runtime.places import KEY_VARIABLE
from es_desktop.app.search.examples import CONDITION, WATCHED

from .ending import BAD_INPUT, OK

if TYPE_CHECKING:
    from es_desktop.app.entity.verdict import BaseChoice

_COMMANDS: Final = (
    *("info", "entities", "events", "snapshots", "explain", "find", "verify", "compare", "watch"),
    *("export", "import", "copy", "rescue", "selftest"),
)
_NO_OPTION: Final = "\0"
_ABOUT_PASSWORDS: Final = (
    "A database is postgresql://USER@HOST:PORT/DATABASE. Its password is best kept in ~/.pgpass or in PGPASSWORD: "
    "other users can see arguments."
)


class _Parser(argparse.ArgumentParser):
    """Reports errors in one line, like the other errors of the program."""

    def error(self, message: str) -> NoReturn:
        complain(f"{message.replace(_NO_OPTION, '')}. See: es-desktop --help")
        raise SystemExit(BAD_INPUT)


_AddCommand: TypeAlias = Callable[..., _Parser]
"""Adds the parser of a command: takes its name, its parents and its help."""


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the arguments. ``command`` says what is asked for: one on a store, ``selftest``, or ``window``."""
    if not arguments or arguments[0] not in _COMMANDS:
        parser, started = _window_parser(), argparse.Namespace(command="window")
    else:
        parser, started = _command_parser(arguments[0]), argparse.Namespace(command=arguments[0], status=OK)
        arguments = arguments[1:]
    # Options may be before, between and after positional arguments. Python 3.11 forgets ``--`` where they are mixed, so
    # what follows it is marked, and then no option.
    first, rest = arguments, []
    if "--" in arguments:
        at = arguments.index("--")
        first, rest = arguments[:at], [f"{_NO_OPTION}{each}" for each in arguments[at + 1 :]]
    args = parser.parse_intermixed_args([*first, *rest], started) if arguments else parser.parse_args([], started)
    for name, value in vars(args).items():
        setattr(args, name, _unmarked(value))
    if vars(args).get("limit"):
        from es_desktop.system.limits import raise_limits

        try:
            raise_limits(args.limit)
        except ValueError as error:
            parser.error(str(error))
    if "needs_question" in args and args.expression is None and args.text is None:
        parser.error("give EXPR, or --text, or both")
    if getattr(args, "store", None) is not None:
        _take_address(parser, args)
    return args


def _unmarked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unmarked(each) for each in value]
    return value.removeprefix(_NO_OPTION) if isinstance(value, str) else value


def _take_address(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Replace an address by its parts; explicit arguments take precedence."""
    from es_desktop.app.notes.address import Address

    try:
        address = Address.parse(args.store)
    except UserError as error:
        parser.error(str(error).rstrip("."))
    args.store = address.store
    args.scope = args.scope or address.scope
    if not vars(args).get("entity", True) and address.entity is not None:
        args.entity = [address.entity] if isinstance(args.entity, list) else address.entity
        args.at = address.version if vars(args).get("at") is None else args.at
    if "needs_entity" in args and args.entity is None:
        parser.error("the following arguments are required: ENTITY")


def _window_parser() -> _Parser:
    parser = _Parser(
        prog="es-desktop",
        description="Show what an event store holds, and how each state was made.",
        epilog=f"Without a window: es-desktop {{{','.join(_COMMANDS)}}} --help. {_ABOUT_PASSWORDS}",
    )
    parser.add_argument("store", metavar="STORE", nargs="?", help="a file, a database URL, or an address to open")
    _add_opening(parser)
    parser.add_argument("--demo", action="store_true", help="make a demo store and open it")
    parser.add_argument("--entity", metavar="ID", help="choose this entity")
    parser.add_argument("--at", type=int, metavar="N", help="choose this version of it")
    text = "open a window of its own, also where the program runs already and would show the store"
    parser.add_argument("--new-window", action="store_true", help=text)
    parser.add_argument("--screenshot", metavar="FILE.png", help="draw the window into a file, and exit")
    parser.add_argument("--size", metavar="WxH", type=_size, default=(1440, 900), help="of the drawn window")
    parser.add_argument("--theme", choices=["system", "light", "dark", "contrast"], help="of the window")
    parser.add_argument("--version", action="version", version=f"es-desktop {__version__}")
    return parser


def _command_parser(name: str) -> _Parser:
    commands = _Parser(prog="es-desktop").add_subparsers(parser_class=_Parser)
    store, entity, code = (_Parser(add_help=False) for _ in range(3))
    store.add_argument("store", metavar="STORE", help="a file, a database URL, or an address such as esdb:FILE?…")
    _add_opening(store)
    store.add_argument("--json", action="store_true", help="print JSON, one object a line")
    entity.add_argument("entity", metavar="ENTITY", nargs="?", help="an id or its first characters; an address has it")
    entity.set_defaults(needs_entity=True)
    _add_code(code)
    _add_looking(commands.add_parser, store, entity, code)
    _add_finding(commands.add_parser, store, code)
    _add_checking(commands.add_parser, store, entity, code)
    _add_moving(commands.add_parser, store)
    commands.add_parser("selftest", help="try the program on a demo store, and exit")
    commands.choices[name].epilog = _ABOUT_PASSWORDS
    return commands.choices[name]


def _add_code(parser: _Parser) -> None:
    """Add the options that name trusted code, which runs only where it is named."""
    text = "It runs with your rights, in a separate process that gets the records through a pipe."
    code = parser.add_argument_group("code of your own", text)
    code.add_argument("--trust", metavar="DIR", help="use the code in this folder to make states from records")
    code.add_argument("--import", dest="modules", metavar="MODULE", action="append", help="a module to import from it")
    code.add_argument("--python", metavar="EXE", help="the interpreter that runs it; that of this program by default")
    code.add_argument("--fold", metavar="MODULE:FUNCTION", help="folds instead of classes: function(state, event)")


def _add_looking(add: _AddCommand, store: _Parser, entity: _Parser, code: _Parser) -> None:
    from es_desktop.app.entity.verdict import NEAREST

    add("info", parents=[store], help="what the store holds")
    entities = add("entities", parents=[store], help="its entities")
    entities.add_argument("--type", metavar="T", help="only those of one type")
    add("events", parents=[store, entity], help="the events of an entity")
    add("snapshots", parents=[store, entity], help="the snapshots of an entity")
    explain = add("explain", parents=[store, code, entity], help="how a state was made")
    explain.add_argument("--at", type=int, metavar="N", help="the version; the last one by default")
    text = "what the rebuild starts from: snapshot (the nearest), zero, or the version of a snapshot"
    explain.add_argument("--from", dest="base", metavar="BASE", type=_base, default=NEAREST, help=text)


def _add_finding(add: _AddCommand, store: _Parser, code: _Parser) -> None:
    """Add the command that searches all entities."""
    find = add("find", parents=[store, code], help="entities by their state, or events by the words in them")
    find.add_argument("expression", metavar="EXPR", nargs="?", help=f"such as: {CONDITION}")
    text = "the state is the one of that time: an ISO date, which means its end, or a date and time; the last if none"
    find.add_argument("--as-of", metavar="TIME", type=_as_of, help=text)
    find.add_argument("--text", metavar="TEXT", help="words that an event holds; with EXPR, one of the entity's events")
    text = "only of this type of entity, or without EXPR of this type of event; may be given more than once"
    find.add_argument("--type", dest="types", metavar="T", action="append", help=text)
    find.set_defaults(needs_question=True)


def _add_checking(add: _AddCommand, store: _Parser, entity: _Parser, code: _Parser) -> None:
    verify = add("verify", parents=[store, code], help="whether its snapshots are true")
    verify.add_argument("entity", metavar="ENTITY", nargs="?", help="an id or its first characters; all by default")
    text = "Ends with 1 if the states, or the histories of two entities, differ; otherwise with 0, as diff does."
    compare = add("compare", parents=[store], help="where two states differ", description=text)
    for side in ("left", "right"):
        compare.add_argument(side, metavar="ENTITY[@VERSION]", help="an id or its first characters")
    compare.add_argument("--with", dest="beside", metavar="STORE", help="where the second one is, if in another store")
    watch = add("watch", parents=[store, code, entity], help="where a condition on the state changes")
    watch.add_argument("expression", metavar="EXPR", help=f"such as: {WATCHED[0]}")


def _add_moving(add: _AddCommand, store: _Parser) -> None:
    from es_desktop.app.transfer.export import ExportFormat

    export = add("export", parents=[store], help="export its records to a file")
    export.add_argument("entity", metavar="ENTITY", nargs="*", help="an id or its first characters; all by default")
    export.add_argument("--to", "--at", dest="at", type=int, metavar="N", help="no later version; all by default")
    formats = [each.value for each in ExportFormat]
    text = "csv, xlsx and parquet are tables of the events; xlsx and parquet need --out, and parquet needs pyarrow"
    export.add_argument("--format", choices=formats, default=formats[0], help=f"{formats[0]} by default; {text}")
    export.add_argument("--out", metavar="FILE", help="where to; printed by default")
    export.add_argument("--bom", action="store_true", help="begin a CSV with a byte order mark, which Excel looks for")
    export.add_argument("--fails-where", metavar="EXPR", default="", help="a condition at which a pytest file fails")
    importing = add("import", parents=[store], help="add the records of a file, all or none")
    importing.add_argument("file", metavar="FILE", help="JSON Lines as export makes them, or CloudEvents 1.0")
    text = "If it was stopped, run it again to continue. Ends with 1 if the copy differs from the store."
    copy = add("copy", parents=[store], help="make a working copy, in which you can change things", description=text)
    copy.add_argument("target", metavar="TARGET.esdb", help="the copy, a new file, or an unfinished copy")
    copy.add_argument("entity", metavar="ENTITY", nargs="*", help="an id or its first characters; all by default")
    text = "Ends with 1 if anything is known to be lost, and says what."
    rescue = add("rescue", parents=[store], help="write what can be read of a damaged file", description=text)
    rescue.add_argument("target", metavar="NEW.esdb", help="a new store, which has only what can be read")


def _add_opening(parser: argparse.ArgumentParser) -> None:
    """Add the options of opening a store. A key is not an argument, because other users can see arguments."""
    text = "which store of the database, by table, application, schema or format; or which part of a shared one"
    parser.add_argument("--scope", metavar="NAME", help=text)
    text = f"the key of encrypted records; or set {KEY_VARIABLE}"
    parser.add_argument("--key-file", metavar="FILE", type=Path, help=text)
    text = "raise a limit: payload_mb, values, statement_seconds or table_seconds; may be given more than once"
    parser.add_argument("--limit", metavar="NAME=N", action="append", help=text)
    parser.add_argument("--map", metavar="FILE.toml", type=Path, help="which columns hold events, in other tables")


def _base(text: str) -> BaseChoice:
    from es_desktop.app.entity.verdict import NEAREST, ZERO, BaseChoice

    if text.isascii() and text.isdecimal():
        return BaseChoice.picked(int(text))
    known = {"snapshot": NEAREST, "zero": ZERO}
    if text not in known:
        raise argparse.ArgumentTypeError(f"{text!r} is not snapshot, zero, or the version of a snapshot")
    return known[text]


def _as_of(text: str) -> float:
    from es_desktop.app.text.times import parse_as_of

    try:
        return parse_as_of(text)
    except UserError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from error


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1440x900")
    return int(width), int(height)
