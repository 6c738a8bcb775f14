"""Stores that are sound as files, and hostile in what they hold: sizes, bombs, names, views that never end.

Each round makes one store at random from the list, and asks one command, or the window, about it.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Final

from es_desktop.views.panels.window_views import VIEWS as WINDOW_VIEWS
from tests.faults.common import Figures, Outcome, Program, Scratch

SHORT = 5
LONG = 1_000
_MILLION: Final = 1_000_000
_TABLE: Final = (
    "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
    "PRIMARY KEY (originator_id, originator_version))"
)
_SECONDS: Final = 30.0
"""Of a machine with other work; nothing may take this long."""

PAYLOADS: Final[dict[str, Callable[[int], bytes]]] = {
    "arrays in arrays": lambda size: b"[" * size + b"]" * size,
    "objects in objects": lambda size: b'{"a":' * size + b"1" + b"}" * size,
    "objects that do not end": lambda size: b'{"a":' * size,
    "many attributes": lambda size: json.dumps({f"a{number}": number for number in range(size * 10)}).encode(),
    "a long list": lambda size: json.dumps({"list": [*range(size * 10)]}).encode(),
    "a long text": lambda size: b'{"text":"' + b"x" * size * 1_000 + b'"}',
    "a long text of other letters": lambda size: b'{"text":"' + "é".encode() * size * 500 + b'"}',
    "a long text in lists": lambda size: b'{"a":[[{"b":"' + b"x" * size * 1_000 + b'"}]]}',
    "long bytes": lambda size: b"\xc1\x00" * size * 500,
    "a long name": lambda size: b'{"' + b"x" * size * 100 + b'":1}',
    "many commas": lambda size: json.dumps({"text": "," * size * 10}).encode(),
    "a bomb": lambda size: zlib.compress(b'{"text":"' + b"x" * size * 3_000 + b'"}'),
    "a bomb in a bomb": lambda size: zlib.compress(zlib.compress(b"x" * size * 3_000)),
    "a list in a bomb": lambda size: zlib.compress(json.dumps([*range(size * 10)]).encode()),
    "many digits": lambda size: b'{"whole":' + b"9" * size + b',"part":0.' + b"1" * size + b"}",
    "exponents": lambda size: b'{"large":1e%d,"small":1e-%d}' % (size, size),
    "no numbers": lambda size: b'{"a":NaN,"b":Infinity,"c":-Infinity,"d":-0.0}',
    "half characters": lambda size: b'{"\\ud800":"\\udfff","b":"\\u0000\\u202e"}',
    "names twice": lambda size: b'{"a":1,"a":{"b":2},"a":[3]}',
    "empty names": lambda size: b'{"":{"":{"":[]}}}',
    "tags": lambda size: b'{"UUID":"x","a":{"ISO8601_date":"9999-99-99"},"__class__":"os:system"}',
    "no text": lambda size: bytes(range(256)) * 4,
}
TEXTS: Final = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2",
    "@SUM(1)",
    "\t=1",
    "a\nb",
    "a\r\nb",
    "a\0b",
    "\u202eabc",
    "\u200f\u2066x",
    "<img src=file:///etc/passwd>",
    "'; DROP TABLE stored_events; --",
    "\x1b[31mred",
    "",
    " ",
    "x" * 5_000,
    "é\u0301🙂",
)
"""Ids, topics and values."""
NAMES: Final = (
    b"shop.db",
    b"~root.db",
    b"-x.db",
    b"a?mode=rw#.db",
    b"a%20b%2f.db",
    b"drop table x;--.db",
    b"\xff\xfe.db",
    "\u202egnp.db".encode(),
    b"a\nb.db",
    b" .db",
    b"file:x.db",
    b"<b>x.db",
    b"x" * 200 + b".db",
)
"""File names, as bytes."""
VIEWS: Final = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT '1' AS originator_id, "
    "i AS originator_version, 't' AS topic, '{}' AS state FROM n",
    "SELECT '1' AS originator_id, 1 AS originator_version, 't' AS topic, zeroblob(999000000) AS state",
    "SELECT '1' AS originator_id, 1 AS originator_version, load_extension('x') AS topic, '{}' AS state",
    "SELECT '1' AS originator_id, 1 AS originator_version, name AS topic, '{}' AS state FROM stored_events",
)
COMMANDS: Final = (
    "info",
    "entities",
    "events",
    "explain",
    "snapshots",
    "verify",
    "export",
    "copy",
    "rescue",
    "find",
    "window",
)


def make(random: Random, folder: Path, most: int) -> tuple[Path, str, str]:
    """Make a store; return its file, an id in it, and what is hostile."""
    path = Path(os.fsdecode(os.path.join(os.fsencode(folder), random.choice(NAMES))))  # noqa: PTH118
    kind, entity, topic = random.choice(sorted(PAYLOADS)), random.choice(TEXTS), random.choice(TEXTS)
    with closing(sqlite3.connect(path)) as connection:
        if random.random() < 0.15:
            view = random.choice(VIEWS)
            connection.execute(f"CREATE VIEW stored_events AS {view}")
            return path, "1", f"{path.name!a}: {view}"
        payload = PAYLOADS[kind](random.choice((1, 500, most)))
        connection.execute(_TABLE)
        rows = [(entity, 1, topic, payload), (entity, 2, "shop:Placed", json.dumps({topic or "a": topic}))]
        connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    return path, entity, f"{path.name!a}: {kind} of {len(payload)} bytes, id {entity[:40]!a}, topic {topic[:40]!a}"


def line(random: Random, store: Path, entity: str, folder: Path) -> list[str]:
    command = random.choice(COMMANDS)
    if command == "window":
        view = ["--view", random.choice([each.name for each in WINDOW_VIEWS])]
        return ["--screenshot", str(folder / "window.png"), *view, "--limit", "table_seconds=1", "--", str(store)]
    format = random.choice(("csv", "jsonl", "cloudevents", "case"))
    more = {
        "events": [entity],
        "explain": [entity],
        "snapshots": [entity],
        "export": ["--format", format, "--out", str(folder / f"out.{format}")] if format != "case" else [],
        "copy": [str(folder / "copy.esdb")],
        "rescue": [str(folder / "rescued.esdb")],
        "find": ["a > 1"],
    }.get(command, [])
    options = [each for each in more if each.startswith("--")]
    rest = more if options else []
    positional = [] if options else more
    json_option = ["--json"] if random.random() < 0.3 else []
    return [command, *rest, *json_option, "--limit", "table_seconds=1", "--", str(store), *positional]


def formulas(path: Path) -> Iterator[str]:
    """Yield the cells of a CSV that a spreadsheet would compute, whatever separator it takes."""
    text = path.read_text("utf-8", "surrogateescape")
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            yield from (cell for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(cell))


def _is_number(text: str) -> bool:
    try:
        return bool(float(text)) or True
    except ValueError:
        return False


def run(rounds: int, seed: int) -> Figures:
    csv.field_size_limit(2**31 - 1)
    random, figures = Random(seed), Figures()
    most = 100_000 if rounds > SHORT else 5_000
    with Scratch() as home, Program(home, most_seconds=_SECONDS) as program:
        for number in range(rounds):
            folder = home / str(number)
            folder.mkdir()
            store, entity, about = make(random, folder, most)
            asked = line(random, store, entity, folder)
            outcome = program.run(*asked)
            figures.rounds += 1
            fault = _fault(outcome, folder / "out.csv", asked[0] == "export")
            figures.add(replace(outcome, seconds=0.0), f"{asked[0]} of {about}", fault)
            for each in folder.iterdir():
                each.unlink()
    return figures


def _fault(outcome: Outcome, exported: Path, is_export: bool) -> str | None:
    fault = outcome.fault(_SECONDS)
    # What goes through a pipe is as it is stored.
    if fault is None and not is_export and any(each in outcome.out + outcome.err for each in ("\x1b", "\u202e", "\0")):
        return "a control character is printed"
    if fault is None and exported.exists() and (cell := next(formulas(exported), None)) is not None:
        return f"a cell of the CSV is a formula: {cell[:20]!a}"
    return fault
