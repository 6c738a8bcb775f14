"""The command line: the same engine without a window."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NoReturn

from es_desktop import __version__
from es_desktop.app import copy_report, debugging, exporting, importing, jsonview, keys, places, textview
from es_desktop.app.address import Address
from es_desktop.app.bases import NEAREST, ZERO, BaseChoice
from es_desktop.app.comparison_report import report_comparison
from es_desktop.app.copying import StoreCopying
from es_desktop.app.errors import UserError
from es_desktop.app.exportformat import ExportFormat
from es_desktop.app.exportrequest import ExportRequest
from es_desktop.app.facts import EntityCheck
from es_desktop.app.mapping import MapFolder
from es_desktop.app.notebook import NotebookFolder
from es_desktop.app.opening import Opener, given_options
from es_desktop.app.session import Session
from es_desktop.app.trust_choice import chosen_trust, split_names
from es_desktop.core import DatastoreError

OK: Final = 0
FOUND_WRONG: Final = 1
BAD_INPUT: Final = 2
_ABOUT_PASSWORDS: Final = (
    "A database is postgresql://USER@HOST:PORT/DATABASE. Its password is best kept in ~/.pgpass or in PGPASSWORD: "
    "what stands in an argument is seen by others."
)


class _Parser(argparse.ArgumentParser):
    """Tells what is wrong in one line, as the program's other errors are told."""

    def error(self, message: str) -> NoReturn:
        # What stands in a URL that came at the wrong place may be a secret.
        told = re.sub(r"://\S*", "://…", message)
        sys.stderr.write(f"es-desktop: {told}. See: es-desktop --help\n")
        raise SystemExit(BAD_INPUT)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the arguments. ``command`` says what is asked for: one on a store, ``selftest``, or ``window``."""
    if not arguments or arguments[0] not in {*_COMMANDS, "selftest"}:
        parser, started = _window_parser(), argparse.Namespace(command="window")
    else:
        parser, started = _command_parser(arguments[0])
        arguments = arguments[1:]
    # Options may stand before, between and behind what has no name.
    args = parser.parse_intermixed_args(arguments, started)
    if getattr(args, "store", None) is not None:
        _take_address(parser, args)
    return args


def _take_address(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Let the store be an address; what is said besides it counts more."""
    try:
        address = Address.parse(args.store)
    except UserError as error:
        parser.error(str(error).rstrip("."))
    args.store = address.store
    if not vars(args).get("entity", True) and address.entity is not None:
        args.entity = [address.entity] if isinstance(args.entity, list) else address.entity
        args.at = address.version if vars(args).get("at") is None else args.at
    if "needs_entity" in args and args.entity is None:
        parser.error("the following arguments are required: ENTITY")


def run(args: argparse.Namespace) -> int:
    """Carry out a command on a store and return its exit status."""
    from sqlalchemy import exc  # here, because the window is there before SQLAlchemy is loaded

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    try:
        options = given_options(args.scope, args.key_file, args.map)
        opener = Opener(maps=MapFolder(places.maps()))
        session = opener.open(args.store, options, writable=args.command == "import")
        try:
            _set_trust(session, args)
            for line in _COMMANDS[args.command](session, args):
                print(line)
            sys.stdout.flush()
        finally:
            session.close()
    except UserError as error:
        print(f"es-desktop: {error}", file=sys.stderr)
        return BAD_INPUT
    except (DatastoreError, exc.DatabaseError) as error:
        told = str(error.orig if isinstance(error, exc.DatabaseError) else error).strip()
        reason = told.splitlines()[0].rstrip(".") if told else type(error).__name__
        print(f"es-desktop: the store cannot be read: {reason}. It may be damaged; try a copy of it.", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain again when it flushes the stream at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return int(args.status)


def _set_trust(session: Session, args: argparse.Namespace) -> None:
    """Let states be made by the code that is named."""
    folder, modules, python, function = (vars(args).get(name) for name in ("trust", "modules", "python", "fold"))
    if folder is not None:
        names = [name for text in modules or () for name in split_names(text)]
        session.set_trust(chosen_trust(folder, names, python or "", function or ""))
    elif modules or python or function:
        raise UserError("code is named, and not trusted", "Say so with --trust DIR, the folder that holds it.")


def _info(session: Session, args: argparse.Namespace) -> Iterator[str]:
    facts = session.facts()
    if args.json:
        yield jsonview.to_json(jsonview.store_json(facts))
    else:
        yield from textview.store_lines(facts)


def _entities(session: Session, args: argparse.Namespace) -> Iterable[str]:
    entities = (each for each in session.entities() if args.type in (None, each.type))
    return _lines(entities, args, jsonview.entity_json, textview.entity_lines)


def _events(session: Session, args: argparse.Namespace) -> Iterable[str]:
    events = session.events(session.find_id(args.entity))
    return _lines(events, args, jsonview.event_json, textview.event_lines)


def _snapshots(session: Session, args: argparse.Namespace) -> Iterable[str]:
    entity = session.entity(session.find_id(args.entity))
    snapshots = [jsonview.snapshot_json(each, entity.type) for each in session.snapshots(entity.id)]
    return _lines(snapshots, args, lambda each: each, textview.snapshot_lines)


def _explain(session: Session, args: argparse.Namespace) -> Iterator[str]:
    entity = session.entity(session.find_id(args.entity))
    at = entity.version if args.at is None else args.at
    rebuild = session.explain(entity.id, at, base=args.base)
    if args.json:
        yield jsonview.to_json(jsonview.rebuild_json(rebuild, entity, at))
    else:
        yield from textview.rebuild_lines(rebuild, entity, at)


def _verify(session: Session, args: argparse.Namespace) -> Iterator[str]:
    if args.entity is None:
        checks = debugging.verify_store(session)
    else:
        checks = debugging.verify_entity(session, session.entity(session.find_id(args.entity)))

    def noted() -> Iterator[EntityCheck]:
        for found in checks:
            if found.check.ok is False:
                args.status = FOUND_WRONG
            yield found

    yield from _lines(noted(), args, jsonview.check_json, textview.check_lines)


def _compare(session: Session, args: argparse.Namespace) -> Iterable[str]:
    report = report_comparison(session, args.left, args.right, args.beside)
    args.status = FOUND_WRONG if report.differs else OK
    return _lines([report], args, jsonview.comparison_json, textview.comparison_lines)


def _watch(session: Session, args: argparse.Namespace) -> Iterable[str]:
    crossings = debugging.watch(session, session.entity(session.find_id(args.entity)), args.expression)
    return _lines(crossings, args, jsonview.crossing_json, textview.crossing_lines)


def _export(session: Session, args: argparse.Namespace) -> Iterator[str]:
    entities = tuple(session.find_id(each) for each in args.entity) or None
    request = ExportRequest(ExportFormat(args.format), entities, args.at, args.bom)
    if request.format is ExportFormat.CASE:
        request = replace(request, notebook=NotebookFolder(places.notebooks()).load(session.place))
    if args.out is None:
        # As bytes: a text stream has line ends of its own on some systems.
        sys.stdout.buffer.writelines(exporting.exported_lines(session, request))
        return
    done = exporting.export_to_file(session, Path(args.out), request)
    if args.json:
        yield jsonview.to_json(
            {"file": args.out, "format": args.format, "events": done.events, "snapshots": done.snapshots}
        )
    else:
        yield f"{args.out}: {done.events} events, {done.snapshots} snapshots"


def _import(session: Session, args: argparse.Namespace) -> Iterator[str]:
    done = importing.import_file(session, Path(args.file))
    if args.json:
        yield jsonview.to_json({"events": done.events, "snapshots": done.snapshots, "skipped": done.skipped})
    else:
        yield f"{done.events} events and {done.snapshots} snapshots imported, {done.skipped} were there already"


def _copy(session: Session, args: argparse.Namespace) -> Iterator[str]:
    entities = tuple(session.find_id(each) for each in args.entity) or None
    copying = StoreCopying(session, Path(args.target), entities)
    try:
        copied = copying.run()
    except KeyboardInterrupt:
        told = f"stopped: {args.target} holds {copying.standing}"
        raise UserError(told, "Run it again to go on from there.") from None
    args.status = FOUND_WRONG if copied.mismatches else OK
    if args.json:
        yield jsonview.to_json(copy_report.copied_json(copied, args.target))
    else:
        yield from copy_report.copied_lines(copied, args.target)


def _lines(
    rows: Iterable[Any],
    args: argparse.Namespace,
    json_object: Callable[[Any], Any],
    text_lines: Callable[[Iterable[Any]], Iterable[str]],
) -> Iterable[str]:
    return (jsonview.to_json(json_object(row)) for row in rows) if args.json else text_lines(rows)


_COMMANDS: Final[dict[str, Callable[[Session, argparse.Namespace], Iterable[str]]]] = {
    "info": _info,
    "entities": _entities,
    "events": _events,
    "snapshots": _snapshots,
    "explain": _explain,
    "verify": _verify,
    "compare": _compare,
    "watch": _watch,
    "export": _export,
    "import": _import,
    "copy": _copy,
}


def _command_parser(name: str) -> tuple[argparse.ArgumentParser, argparse.Namespace]:
    commands = _Parser(prog="es-desktop").add_subparsers(parser_class=_Parser)
    reading = _Parser(add_help=False)
    reading.add_argument("store", metavar="STORE", help="a file, a database URL, or an address such as esdb:FILE?…")
    _add_opening(reading)
    reading.add_argument("--json", action="store_true", help="print JSON, one object a line")
    entity = _Parser(add_help=False)
    entity.add_argument("entity", metavar="ENTITY", nargs="?", help="an id, or the beginning of one; an address has it")
    entity.set_defaults(needs_entity=True)
    trusting = _Parser(add_help=False)
    _add_trust(trusting)
    commands.add_parser("info", parents=[reading], help="what the store holds")
    commands.add_parser("entities", parents=[reading], help="its entities").add_argument(
        "--type", metavar="T", help="only those of one type"
    )
    commands.add_parser("events", parents=[reading, entity], help="the events of an entity")
    commands.add_parser("snapshots", parents=[reading, entity], help="the snapshots of an entity")
    explain = commands.add_parser("explain", parents=[reading, trusting, entity], help="how a state came to be")
    explain.add_argument("--at", type=int, metavar="N", help="the version; the last one unless told")
    explain.add_argument(
        "--from",
        dest="base",
        metavar="BASE",
        type=_base,
        default=NEAREST,
        help="what the rebuild starts from: snapshot (the nearest), zero, or the version of a snapshot",
    )
    verify = commands.add_parser("verify", parents=[reading, trusting], help="whether its snapshots are true")
    verify.add_argument("entity", metavar="ENTITY", nargs="?", help="an id, or the beginning of one; all unless told")
    told = "Ends with 1 where the states, or the histories of two entities, differ; otherwise with 0, as diff does."
    compare = commands.add_parser("compare", parents=[reading], help="where two states differ", description=told)
    for side in ("left", "right"):
        compare.add_argument(side, metavar="ENTITY[@VERSION]", help="an id, or its beginning; at its last unless told")
    compare.add_argument("--with", dest="beside", metavar="STORE", help="where the second one is, if in another store")
    told = "where a condition on the state changes"
    watch = commands.add_parser("watch", parents=[reading, trusting, entity], help=told)
    watch.add_argument("expression", metavar="EXPR", help="such as: status == 'paid' and total > 100")
    export = commands.add_parser("export", parents=[reading], help="its records as a file for others")
    export.add_argument("entity", metavar="ENTITY", nargs="*", help="an id, or the beginning of one; all unless told")
    export.add_argument("--to", "--at", dest="at", type=int, metavar="N", help="no later version; all unless told")
    formats = [each.value for each in ExportFormat]
    export.add_argument("--format", choices=formats, default=formats[0], help=f"{formats[0]} unless told")
    export.add_argument("--out", metavar="FILE", help="where to; printed unless told")
    export.add_argument("--bom", action="store_true", help="begin a CSV with a byte order mark, which Excel looks for")
    importing_ = commands.add_parser("import", parents=[reading], help="add the records of a file, all or none")
    importing_.add_argument("file", metavar="FILE", help="JSON Lines as export makes them, or CloudEvents 1.0")
    told = "Run again, it goes on where it stopped. Ends with 1 where the copy is not as the store is."
    copy = commands.add_parser("copy", parents=[reading], help="make a store of it to work in", description=told)
    copy.add_argument("target", metavar="TARGET.esdb", help="the copy, a file that is not there or was begun before")
    copy.add_argument("entity", metavar="ENTITY", nargs="*", help="an id, or the beginning of one; all unless told")
    commands.add_parser("selftest", help="try the program on a demo store, and exit")
    commands.choices[name].epilog = _ABOUT_PASSWORDS
    return commands.choices[name], argparse.Namespace(command=name, status=OK)


def _window_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="es-desktop",
        description="See what an event store holds, and how each state came to be.",
        epilog=f"Without a window: es-desktop {{{','.join([*_COMMANDS, 'selftest'])}}} --help. {_ABOUT_PASSWORDS}",
    )
    parser.add_argument("store", metavar="STORE", nargs="?", help="a file, a database URL, or an address to open")
    _add_opening(parser)
    parser.add_argument("--demo", action="store_true", help="make a demo store and open it")
    parser.add_argument("--entity", metavar="ID", help="choose this entity")
    parser.add_argument("--at", type=int, metavar="N", help="choose this version of it")
    parser.add_argument("--screenshot", metavar="FILE.png", help="draw the window into a file, and exit")
    parser.add_argument("--size", metavar="WxH", type=_size, default=(1440, 900), help="of the drawn window")
    parser.add_argument("--theme", choices=["system", "light", "dark"], help="of the window")
    parser.add_argument("--version", action="version", version=f"es-desktop {__version__}")
    return parser


def _add_opening(parser: argparse.ArgumentParser) -> None:
    """Add what may be said of a store besides its name. A key is no argument: those are seen by others."""
    parser.add_argument("--scope", metavar="NAME", help="only this application, tenant or partition of a shared store")
    parser.add_argument(
        "--key-file", metavar="FILE", type=Path, help=f"what opens encrypted records; or set {keys.VARIABLE}"
    )
    parser.add_argument("--map", metavar="FILE.toml", type=Path, help="which columns hold events, in other tables")


def _add_trust(parser: argparse.ArgumentParser) -> None:
    """Add what names code of a person's own, which runs only where it is named."""
    code = parser.add_argument_group(
        "code of your own", "It runs with your rights, in a process of its own, which gets the records through a pipe."
    )
    code.add_argument("--trust", metavar="DIR", help="run the code in this folder: states are what it makes of records")
    code.add_argument("--import", dest="modules", metavar="MODULE", action="append", help="what to import from there")
    code.add_argument("--python", metavar="EXE", help="the interpreter that runs it; the one of this program if none")
    code.add_argument("--fold", metavar="MODULE:FUNCTION", help="what folds instead of classes: function(state, event)")


def _base(text: str) -> BaseChoice:
    if text.isascii() and text.isdecimal():
        return BaseChoice.picked(int(text))
    known = {"snapshot": NEAREST, "zero": ZERO}
    if text not in known:
        raise argparse.ArgumentTypeError(f"{text!r} is not snapshot, zero, or the version of a snapshot")
    return known[text]


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1440x900")
    return int(width), int(height)
