"""The commands: each one prints what it finds or does, as text or JSON."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from es_desktop.app.compare.compare import report_comparison
from es_desktop.app.entity.checks import check_base, verify_entity, verify_store
from es_desktop.app.entity.facts import EntityCheck
from es_desktop.app.entity.verdict import first_failure
from es_desktop.app.notes.notebook import NotebookFolder
from es_desktop.app.preferences.kept import Preferences
from es_desktop.app.runtime import places
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.log import complain
from es_desktop.app.search import find
from es_desktop.app.search.find import FoundEvent
from es_desktop.app.search.state_scan import SearchProgress, StateHit
from es_desktop.app.store.demo import make_demo
from es_desktop.app.store.opening import MapFolder, Opener, given_options
from es_desktop.app.store.session import Session, create_session
from es_desktop.app.text import json_view
from es_desktop.app.text.plain import elide, without_secrets
from es_desktop.app.transfer import export, import_
from es_desktop.app.transfer.export import ExportFormat, ExportRequest
from es_desktop.app.transfer.rescue import rescue_store
from es_desktop.app.transfer.working_copy import StoreCopier
from es_desktop.app.trust.settings import chosen_trust, split_names
from es_desktop.app.watch.watchpoints import watch
from es_desktop.core import DatastoreError
from es_desktop.stores import OpenOptions
from es_desktop.system.counts import count_text
from es_desktop.system.stop import stoppable

from . import output
from .ending import BAD_INPUT, FOUND_WRONG, OK
from .output import ProgressLine

_CANNOT_BE_READ: Final = "the store cannot be read: "


def run(args: argparse.Namespace) -> int:
    """Carry out a command on a store and return its exit status."""
    # Here, because the window is there before SQLAlchemy is loaded.
    from es_desktop.stores.queries import as_datastore_errors

    if sys.stdout is None:
        complain("standard output is closed. Say where the output goes.")
        return BAD_INPUT
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    Preferences(places.preferences_file()).apply()
    try:
        if args.command in _WITHOUT_STORE:
            for line in _WITHOUT_STORE[args.command](args):
                print(line)
            return int(args.status)
        options = given_options(args.scope, args.key_file, args.map, writes_any=args.command == "import")
        with as_datastore_errors():
            try:
                _run(args, options)
            except DatastoreError as error:
                if not error.is_damage or args.has_printed:
                    raise
                _run(args, replace(options, rescues=True))  # what can be read
    except UserError as error:
        complain(str(error))
        return BAD_INPUT
    except DatastoreError as error:
        lines = str(error).strip().splitlines()
        reason = lines[0].rstrip(".") if lines else type(error).__name__
        complain(f"{_CANNOT_BE_READ}{reason.removeprefix(_CANNOT_BE_READ)}. {error.hint}".rstrip())
        return BAD_INPUT
    return int(args.status)


def _run(args: argparse.Namespace, options: OpenOptions) -> None:
    """Open the store, and print what the command finds or does. Of a damaged store that is what can be read."""
    args.has_printed = False
    with ProgressLine("reading the file", "parts") as shown, stoppable(progress=shown.report):
        session = Opener(maps=MapFolder(places.maps())).open(args.store, options, writable=args.command == "import")
    try:
        _set_trust(session, args)
        lines = iter(_COMMANDS[args.command](session, args))
        # A headline waits for what may show that the file is damaged.
        first = list(islice(lines, 0 if args.json else 2))
        for line in chain(first, lines):
            args.has_printed = True
            print(line if args.json else elide(line, sys.maxsize))
        sys.stdout.flush()
        if session.store.damage is not None and args.command != "rescue":
            complain(str(session.store.damage))
            args.status = FOUND_WRONG
    finally:
        session.close()


def _set_trust(session: Session, args: argparse.Namespace) -> None:
    """Trust the code that the arguments name; states are then made by it."""
    folder, modules, python, function = (vars(args).get(name) for name in ("trust", "modules", "python", "fold"))
    if folder is not None:
        names = [name for text in modules or () for name in split_names(text)]
        session.set_trust(chosen_trust(folder, names, python or "", function or ""))
    elif modules or python or function:
        raise UserError("code is named, and not trusted", "Say so with --trust DIR, the folder that holds it.")


def _info(session: Session, args: argparse.Namespace) -> Iterable[str]:
    return _one(args, json_view.store_json, output.store_lines, session.facts())


def _entities(session: Session, args: argparse.Namespace) -> Iterable[str]:
    entities = (each for each in session.entities() if args.type in (None, each.type))
    nothing = "the store has no entities" if args.type is None else f"no entity is a {args.type}; info lists the types"
    return _lines(entities, args, json_view.entity_json, output.entity_lines, nothing)


def _events(session: Session, args: argparse.Namespace) -> Iterable[str]:
    events = session.events(session.find_id(args.entity))
    return _lines(events, args, json_view.event_json, output.event_lines, "the entity has no events")


def _snapshots(session: Session, args: argparse.Namespace) -> Iterable[str]:
    entity = session.entity(session.find_id(args.entity))
    snapshots = [json_view.snapshot_json(each, entity.type) for each in session.snapshots(entity.id)]
    return _lines(snapshots, args, lambda each: each, output.snapshot_lines, f"the {entity.type} has no snapshots")


def _explain(session: Session, args: argparse.Namespace) -> Iterable[str]:
    entity = session.entity(session.find_id(args.entity))
    at = entity.version if args.at is None else args.at
    rebuild = session.explain(entity.id, at, base=args.base)
    check_base(session, entity, rebuild.base.version)
    failure = first_failure(rebuild.steps)
    verdict = session.verdict(entity, rebuild.exactness, rebuild.base.version, failure)
    return _one(args, json_view.rebuild_json, output.rebuild_lines, rebuild, entity, at, verdict)


def _find(session: Session, args: argparse.Namespace) -> Iterator[str]:
    types = None if args.types is None else frozenset(args.types)
    request = find.Request(args.expression, args.text, args.as_of, types)
    searched: SearchProgress | None = None

    def hits() -> Iterator[StateHit | FoundEvent]:
        nonlocal searched
        with ProgressLine("indexing", "events") as line:
            for found in find.find(session, places.indexes(), request, line.report):
                line.clear()
                if isinstance(found, SearchProgress):
                    searched = found
                elif isinstance(found, StateHit) and found.base is not None:
                    check_base(session, found.entity, found.base)
                    verdict = session.verdict(found.entity, found.exactness, found.base)
                    yield replace(found, exactness=verdict.exactness)
                else:
                    yield found

    for line in _lines(hits(), args, output.found_json, output.found_lines, "nothing found"):
        yield line
        sys.stdout.flush()  # the one that waits for the first ones sees them at once
    for note in () if searched is None else (searched.trouble, searched.without.text):
        if note:
            complain(note)


def _verify(session: Session, args: argparse.Namespace) -> Iterator[str]:
    entity = None if args.entity is None else session.entity(session.find_id(args.entity))

    def checks() -> Iterator[EntityCheck]:
        for found in verify_store(session) if entity is None else verify_entity(session, entity):
            args.status = FOUND_WRONG if found.check.ok is False else args.status
            yield found

    nothing = f"the {'store' if entity is None else entity.type} has no snapshots to check"
    yield from _lines(checks(), args, json_view.check_json, output.check_lines, nothing)
    if entity is None and session.unchecked and args.json:
        complain(session.unchecked)
    elif entity is None and session.unchecked:
        yield session.unchecked


def _compare(session: Session, args: argparse.Namespace) -> Iterable[str]:
    report = report_comparison(session, args.left, args.right, args.beside)
    args.status = FOUND_WRONG if report.differs else OK
    return _one(args, json_view.comparison_json, output.comparison_lines, report)


def _watch(session: Session, args: argparse.Namespace) -> Iterable[str]:
    crossings = watch(session, session.entity(session.find_id(args.entity)), args.expression)
    nothing = f"{args.expression} has no value at any version, or the same value at all of them"
    return _lines(crossings, args, json_view.crossing_json, output.crossing_lines, nothing)


def _export(session: Session, args: argparse.Namespace) -> Iterable[str]:
    entities = tuple(session.find_id(each) for each in args.entity) or None
    request = ExportRequest(ExportFormat(args.format), entities, args.at, args.bom, fails_where=args.fails_where)
    left_out = session.left_out(entities)
    if request.format is ExportFormat.CASE:
        request = replace(request, notebook=NotebookFolder(places.notebooks()).load(session.kept_name))
    if args.out is None:
        args.has_printed = True
        lines = export.exported_lines(session, request)
        if sys.stdout.isatty():
            # What a terminal shows is read by a person, so no character in it controls the terminal.
            for each in lines:
                print(elide(each.decode(errors="replace").rstrip("\r\n"), sys.maxsize))
        else:
            # As bytes: a text stream has line ends of its own on some systems.
            sys.stdout.buffer.writelines(lines)
        if next(iter(session.entities()), None) is None:
            complain("the store has no events, so nothing is exported")
        if left_out:
            complain(left_out)
        return ()
    out = without_secrets(args.out)
    done = export.export_to_file(session, Path(args.out), request)
    if args.json:
        found = {"file": out, "format": args.format, "events": done.events, "snapshots": done.snapshots}
        notes = {name: text for name, text in (("left_out", left_out), ("note", done.note)) if text}
        return [json_view.to_json({**found, **notes})]
    events, snapshots = count_text(done.events, "event"), count_text(done.snapshots, "snapshot")
    return [f"{out}: {events}, {snapshots}", *filter(None, [left_out, done.note])]


def _import(session: Session, args: argparse.Namespace) -> list[str]:
    done = import_.import_file(session, Path(args.file))
    if args.json:
        return [json_view.to_json({"events": done.events, "snapshots": done.snapshots, "skipped": done.skipped})]
    events, snapshots = count_text(done.events, "event"), count_text(done.snapshots, "snapshot")
    return [f"{events} and {snapshots} imported, {done.skipped} were there already"]


def _copy(session: Session, args: argparse.Namespace) -> Iterable[str]:
    entities = tuple(session.find_id(each) for each in args.entity) or None
    copying = StoreCopier(session, Path(args.target), entities)
    try:
        copied = copying.run()
    except KeyboardInterrupt as stopped:
        stopped.add_note(f"{args.target} holds {copying.progress_text}. Run it again to continue.")
        raise
    args.status = FOUND_WRONG if copied.mismatches else OK
    target = without_secrets(args.target)
    return _one(args, output.copied_json, output.copied_lines, copied, target, session.left_out(entities, is_copy=True))


def _rescue(session: Session, args: argparse.Namespace) -> Iterable[str]:
    target = Path(args.target)
    with ProgressLine("rescuing", "parts") as line, stoppable(progress=line.report):
        report = rescue_store(session.absolute_name, session.options, target, line.report)
    args.status = OK if report.is_whole else FOUND_WRONG
    return [json_view.to_json(asdict(report))] if args.json else report.lines(target)


def _new(args: argparse.Namespace) -> list[str]:
    create_session(args.file).close()
    return _made(args)


def _demo(args: argparse.Namespace) -> list[str]:
    with ProgressLine("making the demo", "histories") as line:
        make_demo(Path(args.file), line.report, replaces=False)
    return _made(args)


def _made(args: argparse.Namespace) -> list[str]:
    name = without_secrets(args.file)
    return [json_view.to_json({"store": name}) if args.json else name]


def _register(args: argparse.Namespace) -> list[str]:
    from es_desktop.app.desktop import registration

    done = registration.unregister() if args.remove else registration.register()
    return [json_view.to_json(asdict(done))] if args.json else done.lines()


def _completion(args: argparse.Namespace) -> list[str]:
    from .shell import completion

    return [completion(args.shell)]


def _one(
    args: argparse.Namespace, json_object: Callable[..., Any], text_lines: Callable[..., Iterable[str]], *result: Any
) -> Iterable[str]:
    return [json_view.to_json(json_object(*result))] if args.json else text_lines(*result)


def _lines(
    rows: Iterable[Any],
    args: argparse.Namespace,
    json_object: Callable[[Any], Any],
    text_lines: Callable[[Iterable[Any]], Iterable[str]],
    nothing: str,
) -> Iterator[str]:
    """Yield the rows as JSON or as text; where there are none, text says so with ``nothing``."""
    if args.json:
        yield from (json_view.to_json(json_object(row)) for row in rows)
        return
    rows = iter(rows)
    first = list(islice(rows, 1))
    yield from text_lines(chain(first, rows)) if first else [nothing]


_COMMANDS: Final[dict[str, Callable[[Session, argparse.Namespace], Iterable[str]]]] = {
    "info": _info,
    "entities": _entities,
    "events": _events,
    "snapshots": _snapshots,
    "explain": _explain,
    "find": _find,
    "verify": _verify,
    "compare": _compare,
    "watch": _watch,
    "export": _export,
    "import": _import,
    "copy": _copy,
    "rescue": _rescue,
}

_WITHOUT_STORE: Final[dict[str, Callable[[argparse.Namespace], list[str]]]] = {
    "new": _new,
    "demo": _demo,
    "register": _register,
    "completion": _completion,
}
