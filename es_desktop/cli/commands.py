"""The commands: each one asks the store by the API, and prints what it gives, as text or JSON."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from es_desktop.api.rows import Rows
from es_desktop.api.store import Store, open_store, trusted_code
from es_desktop.app.preferences.kept import Preferences
from es_desktop.app.runtime import places
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.log import complain
from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.plain import elide, without_secrets
from es_desktop.core import DatastoreError
from es_desktop.system.counts import count_text

from . import output
from .ending import BAD_INPUT, FOUND_WRONG, OK, stop_signal
from .garbage import collect_garbage
from .progress import ProgressLine
from .without_store import WITHOUT_STORE, one

if TYPE_CHECKING:
    from es_desktop.api.values import Check
    from es_desktop.app.runtime.errors import Progress
    from es_desktop.trusted import Trust

T = TypeVar("T")
_CANNOT_BE_READ: Final = "the store cannot be read: "


def run(args: argparse.Namespace) -> int:
    """Carry out a command on a store and return its exit status."""
    if sys.stdout is None:
        complain("standard output is closed. Say where the output goes.")
        return BAD_INPUT
    args.line = ProgressLine()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    Preferences(places.preferences_file()).apply()
    try:
        if args.command in WITHOUT_STORE:
            collect_garbage()
            with args.line:
                lines = list(WITHOUT_STORE[args.command](args))
            for line in lines:
                print(line)
            return int(args.status)
        try:
            _run(args)
        except DatastoreError as error:
            if not error.is_damage or args.has_printed:
                raise
            _run(args, rescues=True)  # what can be read
    except (UserError, DatastoreError) as error:
        if stop_signal() is not None:
            raise  # a statement that a signal ended seems to be one that failed
        complain(_error_text(error))
        return BAD_INPUT
    return int(args.status)


def _error_text(error: UserError | DatastoreError) -> str:
    if isinstance(error, UserError):
        return str(error)
    lines = str(error).strip().splitlines()
    reason = lines[0].rstrip(".") if lines else type(error).__name__
    return f"{_CANNOT_BE_READ}{reason.removeprefix(_CANNOT_BE_READ)}. {error.hint}".rstrip()


def _run(args: argparse.Namespace, rescues: bool = False) -> None:
    """Open the store, and print what the command finds or does. Of a damaged store that is what can be read."""
    args.has_printed = False
    is_import = args.command == "import"
    with args.line:
        opened = open_store(
            args.store,
            writable=is_import,
            writes_any=is_import,
            scope=args.scope,
            key_file=args.key_file,
            table_map=args.map,
            trust=_trust(args),
            rescues=rescues,
            progress=args.line.of("reading the file", "parts"),
        )
    collect_garbage()
    # Closed, too, if nobody reads on: a half-read answer holds a connection, which keeps the files beside the store.
    with opened as store, args.line, closing(_each(_COMMANDS[args.command](store, args))) as lines:
        # A headline waits for what may show that the file is damaged.
        first = list(islice(lines, 0 if args.json else 2))
        for line in chain(first, lines):
            args.has_printed = True
            args.line.clear()
            print(line if args.json else elide(line, sys.maxsize))
        args.line.clear()
        sys.stdout.flush()
        if store.damage and args.command != "rescue":
            complain(store.damage)
            args.status = FOUND_WRONG


def _each(lines: Iterable[str]) -> Generator[str, None, None]:
    yield from lines


def _trust(args: argparse.Namespace) -> Trust | None:
    """Return the code that the arguments trust to make states."""
    folder, modules, python, function = (vars(args).get(name) for name in ("trust", "modules", "python", "fold"))
    if folder is not None:
        from es_desktop.app.trust.settings import split_names

        names = [name for text in modules or () for name in split_names(text)]
        return trusted_code(folder, *names, python=python or "", fold=function or "")
    if modules or python or function:
        raise UserError("code is named, and not trusted", "Say so with --trust DIR, the folder that holds it.")
    return None


def _info(store: Store, args: argparse.Namespace) -> Iterable[str]:
    found = store.summary(progress=args.line.of("reading", "events"))
    return one(args, found.to_dict(), output.store_lines(found.facts))


def _entities(store: Store, args: argparse.Namespace) -> Iterable[str]:
    rows = store.entities(args.type, progress=args.line.of("reading", "events"))
    return _lines(args, rows, output.entity_lines, "the store has no entities")


def _events(store: Store, args: argparse.Namespace) -> Iterable[str]:
    entity = store.entity(args.entity)
    see = _counted(args.line.of("reading", "events"), entity.facts.events)
    return _lines(args, entity.events, output.event_lines, "the entity has no events", see)


def _snapshots(store: Store, args: argparse.Namespace) -> Iterable[str]:
    entity = store.entity(args.entity)
    see = _counted(args.line.of("reading", "snapshots"), entity.facts.snapshots)
    return _lines(args, entity.snapshots, output.snapshot_lines, f"the {entity.type} has no snapshots", see)


def _explain(store: Store, args: argparse.Namespace) -> Iterable[str]:
    found = store.entity(args.entity).rebuild(args.at, base=args.base, progress=args.line.of("rebuilding", "events"))
    return one(args, found.to_dict(), output.rebuild_lines(found.rebuild, found.facts, found.version, found.verdict))


def _find(store: Store, args: argparse.Namespace) -> Iterator[str]:
    notes: list[str] = []
    progress = args.line.of("searching", "events")
    if args.expression is None:
        words = {"text": args.text, "types": args.types, "progress": progress}
        lines = _lines(args, store.log(until=args.as_of, **words), output.logged_lines, output.NOTHING_FOUND)
    else:
        from .find import asked_rows

        lines = _lines(args, *asked_rows(store, args, progress=progress, on_note=notes.append))
    for each in lines:
        yield each
        sys.stdout.flush()  # the one that waits for the first ones sees them at once
    args.line.clear()
    for note in notes:
        complain(note)


def _sql(store: Store, args: argparse.Namespace) -> Iterator[str]:
    progress = args.line.of("reading all versions", "events")
    rows = store.sql(args.statement, seconds=args.seconds, progress=progress)
    if args.out is None:
        yield from _lines(args, rows, output.table_lines, "no rows")
        return
    count, out = rows.write(args.out), without_secrets(args.out)
    yield to_json({"file": out, "rows": count}) if args.json else f"{out}: {count_text(count, 'row')}"


def _verify(store: Store, args: argparse.Namespace) -> Iterator[str]:
    def see(check: Check) -> None:
        args.status = FOUND_WRONG if check.ok is False else args.status

    entity = None if args.entity is None else store.entity(args.entity)
    checks = (store if entity is None else entity).verify(progress=args.line.of("checking", "events"))
    nothing = f"the {'store' if entity is None else entity.type} has no snapshots to check"
    yield from _lines(args, checks, output.check_lines, nothing, see)
    args.line.clear()
    if args.entity is None and store.unchecked and args.json:
        complain(store.unchecked)
    elif args.entity is None and store.unchecked:
        yield store.unchecked


def _quality(store: Store, args: argparse.Namespace) -> Iterator[str]:
    from .quality import report_lines, shape_lines

    found = store.quality(snapshots=not args.no_snapshots, progress=args.line.of("reading", "events"))
    args.status = OK if found.report.is_clean else FOUND_WRONG
    shape = found.shape if args.type is None else found.shape.of(args.type)
    if args.html is not None:
        found.save(args.html)
    if args.json:
        about = {**found.to_dict(), **({"html": without_secrets(args.html)} if args.html is not None else {})}
        yield to_json({**about, "shape": shape.to_dict()} if args.shape else about)
        return
    yield from report_lines(found.report)
    if args.shape:
        yield ""
        yield from shape_lines(shape.shape)
    if args.html is not None:
        yield from ("", without_secrets(args.html))


def _compare(store: Store, args: argparse.Namespace) -> Iterable[str]:
    found = store.compare(args.left, args.right, beside=args.beside, progress=args.line.of("comparing", "events"))
    args.status = FOUND_WRONG if found.differs else OK
    return one(args, found.to_dict(), output.comparison_lines(found.report))


def _watch(store: Store, args: argparse.Namespace) -> Iterable[str]:
    changes = store.entity(args.entity).history(args.expression, progress=args.line.of("watching", "events"))
    nothing = f"{args.expression} has no value at any version, or the same value at all of them"
    return _lines(args, changes, output.crossing_lines, nothing)


def _process(store: Store, args: argparse.Namespace) -> Iterable[str]:
    from .process import process

    return process(store, args)


def _common(store: Store, args: argparse.Namespace) -> Iterable[str]:
    from .rules import common

    return common(store, args)


def _rules(store: Store, args: argparse.Namespace) -> Iterable[str]:
    from .rules import rules

    return rules(store, args)


def _export(store: Store, args: argparse.Namespace) -> Iterable[str]:
    settings = {"to": args.at, "bom": args.bom, "fails_where": args.fails_where}
    searching = args.line.of("searching", "events")
    request = store.export_request(args.format, args.entity, **settings, progress=searching)
    left_out = store.left_out(args.entity)
    progress = args.line.of("exporting", "records")
    if args.out is None:
        args.has_printed = True
        if sys.stdout.isatty():
            # What a terminal shows is read by a person, so no character in it controls the terminal.
            for each in store.exported_lines(request):
                print(elide(each.decode(errors="replace").rstrip("\r\n"), sys.maxsize))
        else:
            # As bytes: a text stream has line ends of its own on some systems.
            with closing(store.exported_lines(request, progress=progress)) as lines:
                sys.stdout.buffer.writelines(lines)
        args.line.clear()
        if store.entities().first() is None:
            complain("the store has no events, so nothing is exported")
        if left_out:
            complain(left_out)
        return ()
    done, out = store.export(args.out, request, progress=progress), without_secrets(args.out)
    if args.json:
        found = {"file": out, "format": args.format, "events": done.events, "snapshots": done.snapshots}
        notes = {name: text for name, text in (("left_out", left_out), ("note", done.note)) if text}
        return [to_json({**found, **notes})]
    events, snapshots = count_text(done.events, "event"), count_text(done.snapshots, "snapshot")
    return [f"{out}: {events}, {snapshots}", *filter(None, [left_out, done.note])]


def _import(store: Store, args: argparse.Namespace) -> list[str]:
    done = store.import_file(args.file, progress=args.line.of("importing", "bytes"))
    if args.json:
        return [to_json({"events": done.events, "snapshots": done.snapshots, "skipped": done.skipped})]
    events, snapshots = count_text(done.events, "event"), count_text(done.snapshots, "snapshot")
    return [f"{events} and {snapshots} imported, {done.skipped} were there already"]


def _copy(store: Store, args: argparse.Namespace) -> Iterable[str]:
    from es_desktop.app.text.json_objects import copied_json

    copied = store.copy(args.target, args.entity, progress=args.line.of("copying and comparing", "records"))
    left_out = store.left_out(args.entity, is_copy=True)
    args.status = FOUND_WRONG if copied.mismatches else OK
    target = without_secrets(args.target)
    return one(args, copied_json(copied, target, left_out), output.copied_lines(copied, target, left_out))


def _rescue(store: Store, args: argparse.Namespace) -> Iterable[str]:
    report = store.rescue(args.target, progress=args.line.of("rescuing", "parts"))
    args.status = OK if report.is_whole else FOUND_WRONG
    return one(args, asdict(report), report.lines(Path(args.target)))


def _lines(
    args: argparse.Namespace,
    rows: Rows[T],
    text_lines: Callable[[Iterable[T]], Iterable[str]],
    nothing: str,
    see: Callable[[T], object] = lambda row: None,
) -> Iterator[str]:
    """Yield the rows as JSON or as text, each after ``see``; where there are none, text says so with ``nothing``."""
    found = _seen(rows, see)
    if args.json:
        yield from (to_json(rows.as_dict(row)) for row in found)
        return
    first = list(islice(found, 1))
    yield from text_lines(chain(first, found)) if first else [nothing]


def _counted(progress: Progress, total: int) -> Callable[[object], None]:
    """Return what counts the rows that it sees."""
    done = iter(range(total))
    return lambda row: progress(next(done, total), total)


def _seen(rows: Iterable[T], see: Callable[[T], object]) -> Iterator[T]:
    for row in rows:
        see(row)
        yield row


_COMMANDS: Final[dict[str, Callable[[Store, argparse.Namespace], Iterable[str]]]] = {
    "info": _info,
    "entities": _entities,
    "events": _events,
    "snapshots": _snapshots,
    "explain": _explain,
    "find": _find,
    "sql": _sql,
    "verify": _verify,
    "quality": _quality,
    "compare": _compare,
    "watch": _watch,
    "process": _process,
    "common": _common,
    "rules": _rules,
    "export": _export,
    "import": _import,
    "copy": _copy,
    "rescue": _rescue,
}
