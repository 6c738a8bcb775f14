"""Fuzzing: each parser of the program gets texts and bytes that nobody wrote, made from a corpus of good ones.

A round is one changed input for each target. What is in the corpus is tried unchanged first: there are also all inputs
that failed once. Formats are detected in tables whose columns, types and values were exchanged.
"""

from __future__ import annotations

import signal
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Final

from es_desktop.app.notes.address import Address
from es_desktop.app.notes.notebook import notebook_from_json, notebook_to_json
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.credentials import ServerAddress, keys_from_text
from es_desktop.app.store.session import create_session, open_session
from es_desktop.app.store.table_maps import map_from_toml, map_to_toml
from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.times import parse_as_of
from es_desktop.app.transfer.case import Case
from es_desktop.app.transfer.import_ import preview_file
from es_desktop.app.transfer.store_file import CopyNotes
from es_desktop.core import DatastoreError, StoreRefusedError, ValueDecodingError
from es_desktop.core.json_text import read_json
from es_desktop.core.values import loads
from es_desktop.replay import plain
from es_desktop.replay.conditions import Condition, ConditionError
from es_desktop.replay.conditions.condition import Moment
from es_desktop.stores.location import parse_location
from es_desktop.stores.payloads.akka import from_envelope, from_snapshot
from es_desktop.stores.payloads.cbor import from_cbor
from es_desktop.stores.payloads.erlang import from_erlang
from es_desktop.stores.payloads.jsonb import from_jsonb
from es_desktop.stores.payloads.unpacking import as_payload, unpack
from es_desktop.stores.payloads.xmltree import from_xml
from es_desktop.stores.payloads.yamltext import from_yaml
from es_desktop.stores.times import seconds_of
from tests.faults.common import MOST_SECONDS, Figures, Finding, Scratch
from tests.faults.corrupt import SAMPLES
from tests.faults.worker import peak_mib

LONG: Final = 20_000
SHORT: Final = 12
CORPUS: Final = Path(__file__).parent / "corpus"
_MOST_BYTES: Final = 20_000
_ODD: Final = (
    *(b"\0", b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\x80" * 9, b"9" * 5_000, b"1e999", b"-0", b"NaN", b"null", b'"'),
    *(b"[" * 2_000, b'{"a":' * 2_000, b"(" * 300, b"\\ud800", b"\\x", b"%00", b"%ff", b"::", b"://", b"[::1", b"\r\n"),
    *(
        b"&a *a ",
        b"<!DOCTYPE a [",
        b"&#0;",
        b"!ruby/object:",
        b"\xe2\x80\xae",
        b"~",
        b"\x7f",
        b"**9**9**9",
        b"9999-12-31",
        b"e-99999999999999999999",
        b"e99999999999999999999",
    ),
)
"""What has ended parsers before."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parser, and what it may raise."""

    parse: Callable[[bytes], object]
    raises: tuple[type[Exception], ...]
    every: int = 1
    """In which rounds it is tried; a slow one not in each."""


def run(rounds: int, seed: int) -> Figures:
    """Try the corpus, and then changed inputs."""
    figures = Figures(rounds)
    with Scratch() as scratch:
        parsers = targets(scratch)
        corpora = {name: [each.read_bytes() for each in sorted((CORPUS / name).iterdir())] for name in parsers}
        everything = [each for some in corpora.values() for each in some]
        for name, corpus in corpora.items():
            for data in corpus:
                _try(figures, name, parsers[name], data)
        for number in range(rounds):
            for name, target in parsers.items():
                if number % target.every == 0:
                    random = Random(f"{seed} {number} {name}")
                    first = random.choice(corpora[name] if random.random() < 0.9 else everything)
                    _try(figures, name, target, _changed(first, random.choice(corpora[name]), random))
            if number % 4 == 0:
                _detect(figures, scratch / "tables.db", Random(f"{seed} {number} tables"))
    figures.peak_mib = peak_mib()
    return figures


def _try(figures: Figures, name: str, target: Target, data: bytes) -> None:
    figures.inputs += 1
    try:
        with _limited():
            target.parse(data)
    except target.raises as error:
        if len(str(error).splitlines()) > 1:
            figures.found.append(Finding(f"{name}: an error of several lines ({type(error).__name__})", repr(data)))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        figures.found.append(Finding(f"{name}: {_cause(error)}", repr(data[:2_000])))


def _cause(error: BaseException) -> str:
    """Return where of ours an error was raised, and its type."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if "es_desktop" in each.filename] or list(frames)
    place = ours[-1].filename.rpartition("es_desktop")[2]
    return f"{place}:{ours[-1].lineno}: {type(error).__name__}"


class _TooSlow(BaseException):
    """A parser takes too long."""


@contextmanager
def _limited() -> Iterator[None]:
    """Raise ``_TooSlow`` in a block that takes too long of a processor, where the system has such an alarm.

    Time by the clock depends on what else the machine does, and no parser waits for anything.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return

    def late(*_: object) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


# Targets --------------------------------------------------------------------------------------------------------------


def _text(data: bytes) -> str:
    """Return bytes as a text of a database: what is no UTF-8 has lone surrogates."""
    return data.decode("utf-8", "surrogateescape")


def _unpacked(data: Any) -> None:
    tree = plain(as_payload(unpack(data)))
    to_json(tree)
    list(islice(map(str, _leaves(tree)), 1_000))


def _json(data: bytes) -> None:
    read_json(data)
    read_json(_text(data))
    loads(_text(data))


def _leaves(tree: Any) -> Iterator[Any]:
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        yield type(each)


def _address(data: bytes) -> None:
    address = Address.parse(_text(data))
    Address.parse(str(address))
    parse_location(address.store)


def _server(data: bytes) -> None:
    text = str(ServerAddress.parse(_text(data)))
    assert str(ServerAddress.parse(text)) == text


def _map(data: bytes) -> None:
    found = map_from_toml(data.decode("utf-8", "replace"))
    assert map_from_toml(map_to_toml(found)) == found


def _condition(data: bytes) -> None:
    condition = Condition(_text(data), limit_seconds=1)
    value = condition.run()
    for state in ({}, {"total": 10, "lines": [{"price": 1.5}], "status": "open", "x": None}, {"total": "10", "x": [1]}):
        value(Moment(state, {"total": 9}, 3, None))
    assert isinstance(condition.paths, tuple)


def _case(data: bytes) -> None:
    for kind in (Case, CopyNotes):
        found = kind.from_json(_text(data))
        if found is not None:
            found.note.encode("utf-8", "replace")
            assert kind.from_json(found.to_json()) == found
    notebook_to_json(notebook_from_json(data))


def targets(scratch: Path) -> dict[str, Target]:
    """Return the parsers by name; ``scratch`` is a folder for their files."""
    decoding = (ValueDecodingError,)
    file = scratch / "import.jsonl"
    store = create_session(str(scratch / "into.esdb"))

    def imported(data: bytes) -> None:
        file.write_bytes(data)
        preview_file(store, file)

    return {
        "payload": Target(lambda data: (_unpacked(data), _unpacked(_text(data))), decoding),
        "json": Target(
            lambda data: (read_json(data), read_json(_text(data)), loads(_text(data))), (ValueError, RecursionError)
        ),
        "cbor": Target(from_cbor, decoding),
        "erlang": Target(from_erlang, decoding),
        "jsonb": Target(lambda data: from_jsonb(data, read_json), decoding),
        "xml": Target(lambda data: from_xml(_text(data)), decoding),
        "yaml": Target(lambda data: from_yaml(_text(data)), decoding),
        "envelope": Target(lambda data: from_envelope(data).tree(), decoding),
        "snapshot": Target(lambda data: from_snapshot(data).tree(), decoding),
        "time": Target(lambda data: seconds_of(_text(data)), decoding),
        "day": Target(lambda data: parse_as_of(_text(data)), (UserError,)),
        "map": Target(_map, (UserError,)),
        "address": Target(_address, (UserError, StoreRefusedError)),
        "server": Target(_server, (UserError,)),
        "key": Target(lambda data: keys_from_text(_text(data)), (UserError,)),
        "condition": Target(_condition, (ConditionError,)),
        "case": Target(_case, (ValueError,)),
        "import": Target(imported, (UserError,), every=4),
    }


# Changed inputs -------------------------------------------------------------------------------------------------------


def _changed(data: bytes, other: bytes, random: Random) -> bytes:
    for _ in range(random.choice([1, 1, 2, 4])):
        data = random.choice(_CHANGES)(data, other, random)
    return data[:_MOST_BYTES]


def _place(data: bytes, random: Random) -> int:
    return random.randint(0, len(data))


def _bits(data: bytes, other: bytes, random: Random) -> bytes:
    changed = bytearray(data or b"\0")
    for _ in range(random.choice([1, 2, 8])):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _insert(data: bytes, other: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + random.choice([random.choice(_ODD), random.randbytes(random.choice([1, 4, 9]))]) + data[at:]


def _cut(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = sorted((_place(data, random), _place(data, random)))
    return random.choice([data[:start], data[start:], data[:start] + data[end:]])


def _repeat(data: bytes, other: bytes, random: Random) -> bytes:
    start, end = sorted((_place(data, random), _place(data, random)))
    return data[:end] + data[start:end] * random.choice([1, 3, 50]) + data[end:]


def _splice(data: bytes, other: bytes, random: Random) -> bytes:
    return data[: _place(data, random)] + other[_place(other, random) :]


def _number(data: bytes, other: bytes, random: Random) -> bytes:
    """Put a number of a length at a place: counts and lengths stand there."""
    at, length = _place(data, random), random.choice([1, 2, 4, 8])
    value = random.choice([0, 1, 2 ** (8 * length) - 1, 2 ** (8 * length - 1), random.getrandbits(8 * length)])
    return data[:at] + value.to_bytes(length, random.choice(["big", "little"])) + data[at + length :]


_CHANGES: Final = (_bits, _bits, _insert, _cut, _repeat, _splice, _number)


# Detection ------------------------------------------------------------------------------------------------------------


def _detect(figures: Figures, path: Path, random: Random) -> None:
    """Open a file with tables of the samples whose columns and values were exchanged, and read it all."""
    figures.inputs += 1
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        for sample in random.sample(sorted(SAMPLES.glob("*.db")), 2):
            _make_tables(connection, sample, random)
        connection.commit()
    try:
        with _limited(), closing(open_session(str(path), writable=False)) as session:
            session.facts()
            for entity in islice(session.entities(), 20):
                to_json([str(each) for each in session.events(entity.id)])
                session.explain(entity.id)
    except (UserError, DatastoreError):
        pass
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        kept = path.with_name("kept.sql")
        with closing(sqlite3.connect(path)) as connection:
            kept.write_text("\n".join(connection.iterdump()), errors="backslashreplace")
        figures.found.append(Finding(f"tables: {_cause(error)}", kept.read_text()[:4_000]))


_VALUES: Final = (
    None,
    0,
    -1,
    2**63 - 1,
    1.5,
    float("inf"),
    "",
    "x",
    "{}",
    "[1]",
    "\0",
    b"",
    b"\xff\x00",
    b"{}",
    "9" * 40,
)


def _make_tables(connection: sqlite3.Connection, sample: Path, random: Random) -> None:
    """Make the tables of a sample with a few of their rows, and change some columns, types and values."""
    with closing(sqlite3.connect(f"{sample.as_uri()}?immutable=1", uri=True)) as source:
        source.text_factory = lambda data: data.decode("utf-8", "replace")
        names = source.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (name,) in names.fetchall():
            columns = [(row[1], row[2]) for row in source.execute(f"PRAGMA table_info('{name}')")]
            rows = [list(row) for row in source.execute(f'SELECT * FROM "{name}" LIMIT 12')]
            if random.random() < 0.3:
                others = [
                    "version",
                    "type",
                    "payload",
                    "data",
                    "id",
                    "stream_id",
                    "Ünï",
                    'a"b',
                    "position",
                    "created_at",
                ]
                at = random.randrange(len(columns))
                columns[at] = (random.choice([each for each in others if each not in dict(columns)]), "TEXT")
            types = [random.choice(["TEXT", "INTEGER", "BLOB", "", "DATETIME", old]) for _, old in columns]
            quoted = ", ".join(
                '"' + each.replace('"', '""') + f'" {kind}' for (each, _), kind in zip(columns, types, strict=True)
            )
            for _ in range(random.choice([0, 1, 5, 20])):
                if rows:
                    random.choice(rows)[random.randrange(len(columns))] = random.choice(_VALUES)
            try:
                connection.execute(f'CREATE TABLE "{name}" ({quoted})')
            except sqlite3.OperationalError:
                continue  # the other sample has it
            connection.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})', rows)
