"""The command line: the same engine without a window."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

from es_desktop import __version__
from es_desktop.app import debugging, exporting, importing, jsonview, textview
from es_desktop.app.errors import UserError
from es_desktop.app.facts import EntityCheck
from es_desktop.app.session import Session, open_session
from es_desktop.core import DatastoreError

OK: Final = 0
FOUND_WRONG: Final = 1
BAD_INPUT: Final = 2


class _Parser(argparse.ArgumentParser):
    """Tells what is wrong in one line, as the program's other errors are told."""

    def error(self, message: str) -> NoReturn:
        # What stands in a URL that came at the wrong place may be a secret.
        told = re.sub(r"://\S*", "://…", message)
        sys.stderr.write(f"es-desktop: {told}. See: es-desktop --help\n")
        raise SystemExit(BAD_INPUT)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the arguments. ``command`` says what is asked for: one on a store, ``selftest``, or ``window``."""
    if arguments and arguments[0] in {*_COMMANDS, "selftest"}:
        return _command_parser().parse_args(arguments)
    return _window_parser().parse_args(arguments)


def run(args: argparse.Namespace) -> int:
    """Carry out a command on a store and return its exit status."""
    from sqlalchemy import exc  # here, because the window is there before SQLAlchemy is loaded

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    try:
        session = open_session(args.store, writable=args.command == "import")
        try:
            for line in _COMMANDS[args.command](session, args):
                print(line)
            sys.stdout.flush()
        finally:
            session.close()
    except UserError as error:
        print(f"es-desktop: {error}", file=sys.stderr)
        return BAD_INPUT
    except (DatastoreError, exc.DatabaseError) as error:
        reason = error.orig if isinstance(error, exc.DatabaseError) else error
        print(f"es-desktop: the store cannot be read: {reason}. It may be damaged; try a copy of it.", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain again when it flushes the stream at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return int(args.status)


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
    rebuild = session.explain(entity.id, at, from_snapshot=args.base == "snapshot")
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


def _watch(session: Session, args: argparse.Namespace) -> Iterable[str]:
    crossings = debugging.watch(session, session.entity(session.find_id(args.entity)), args.expression)
    return _lines(crossings, args, jsonview.crossing_json, textview.crossing_lines)


def _export(session: Session, args: argparse.Namespace) -> Iterator[str]:
    entities = [session.find_id(each) for each in args.entities] or None
    kind = exporting.ExportFormat(args.format)
    if args.out is None:
        # As bytes: a text stream has line ends of its own on some systems.
        sys.stdout.buffer.writelines(exporting.exported_lines(session, kind, entities, bom=args.bom))
        return
    done = exporting.export_to_file(session, Path(args.out), kind, entities, bom=args.bom)
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
    "watch": _watch,
    "export": _export,
    "import": _import,
}


def _command_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="es-desktop")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    reading = _Parser(add_help=False)
    reading.add_argument("store", metavar="STORE", help="a file or a database URL")
    reading.add_argument("--json", action="store_true", help="print JSON, one object a line")
    entity = _Parser(add_help=False)
    entity.add_argument("entity", metavar="ENTITY", help="an id, or the beginning of one")
    commands.add_parser("info", parents=[reading], help="what the store holds")
    commands.add_parser("entities", parents=[reading], help="its entities").add_argument(
        "--type", metavar="T", help="only those of one type"
    )
    commands.add_parser("events", parents=[reading, entity], help="the events of an entity")
    commands.add_parser("snapshots", parents=[reading, entity], help="the snapshots of an entity")
    explain = commands.add_parser("explain", parents=[reading, entity], help="how a state came to be")
    explain.add_argument("--at", type=int, metavar="N", help="the version; the last one unless told")
    explain.add_argument(
        "--from", dest="base", choices=["snapshot", "zero"], default="snapshot", help="what the rebuild starts from"
    )
    verify = commands.add_parser("verify", parents=[reading], help="whether its snapshots are true")
    verify.add_argument("entity", metavar="ENTITY", nargs="?", help="an id, or the beginning of one; all unless told")
    watch = commands.add_parser("watch", parents=[reading, entity], help="where a condition on the state changes")
    watch.add_argument("expression", metavar="EXPR", help="such as: status == 'paid' and total > 100")
    parser.set_defaults(status=OK)
    export = commands.add_parser("export", parents=[reading], help="its records as a file for others")
    export.add_argument("entities", metavar="ENTITY", nargs="*", help="an id, or the beginning of one; all unless told")
    formats = [each.value for each in exporting.ExportFormat]
    export.add_argument("--format", choices=formats, default=formats[0], help=f"{formats[0]} unless told")
    export.add_argument("--out", metavar="FILE", help="where to; printed unless told")
    export.add_argument("--bom", action="store_true", help="begin a CSV with a byte order mark, which Excel looks for")
    importing_ = commands.add_parser("import", parents=[reading], help="add the records of a file, all or none")
    importing_.add_argument("file", metavar="FILE", help="JSON Lines as export makes them, or CloudEvents 1.0")
    commands.add_parser("selftest", help="try the program on a demo store, and exit")
    return parser


def _window_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="es-desktop",
        description="See what an event store holds, and how each state came to be.",
        epilog=f"Without a window: es-desktop {{{','.join([*_COMMANDS, 'selftest'])}}} --help",
    )
    parser.set_defaults(command="window")
    parser.add_argument("store", metavar="STORE", nargs="?", help="a file or a database URL to open")
    parser.add_argument("--demo", action="store_true", help="make a demo store and open it")
    parser.add_argument("--entity", metavar="ID", help="choose this entity")
    parser.add_argument("--at", type=int, metavar="N", help="choose this version of it")
    parser.add_argument("--screenshot", metavar="FILE.png", help="draw the window into a file, and exit")
    parser.add_argument("--size", metavar="WxH", type=_size, default=(1440, 900), help="of the drawn window")
    parser.add_argument("--theme", choices=["system", "light", "dark"], help="of the window")
    parser.add_argument("--version", action="version", version=f"es-desktop {__version__}")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1440x900")
    return int(width), int(height)
