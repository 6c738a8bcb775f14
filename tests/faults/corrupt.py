"""Damaged SQLite files: bytes, pages, headers, schemas, chains and logs of each sample are changed, and all is read.

A round damages each sample once. Its entities are listed, and by turns another command reads it or the window is drawn.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.app.storing import in_another_shape
from tests.faults.common import Figures, Program, Scratch

LONG: Final = 2_000
SHORT: Final = 1
SAMPLES: Final = Path(__file__).parents[1] / "samples"
_WINDOW_EVERY: Final = 40
_HEADER_FIELDS: Final = ((16, 2), (18, 1), (19, 1), (20, 1), (24, 4), (28, 4), (32, 4), (36, 4), (40, 4), (44, 4),
                         (52, 4), (56, 4), (60, 4), (64, 4), (96, 4))  # fmt: skip
"""Offset and length of the fields of a file's header: https://www.sqlite.org/fileformat.html, section 1.3."""


def run(rounds: int, seed: int) -> Figures:
    """Damage each sample in each round, and have commands read it."""
    figures = Figures(rounds)
    with Scratch() as scratch, Program(scratch / "home") as program:
        samples = _samples(scratch, program)
        for number in range(rounds * len(samples)):
            random = Random(f"{seed} {number}")
            name, sample = samples[number % len(samples)]
            folder = scratch / "damaged"
            folder.mkdir()
            path = folder / sample.name
            what = damage(sample, path, random)
            # Each sample has each command by turns, so the number of samples must not matter.
            turn = number // len(samples) + number % len(samples)
            _try(program, figures, path, f"round {number // len(samples)} ({name}, {what})", turn)
            shutil.rmtree(folder)
    return figures


def _samples(scratch: Path, program: Program) -> list[tuple[str, Path]]:
    """Return the samples, and some in another shape: with pointer maps, with long payloads, as a store of ours."""
    found = [(each.stem, each) for each in sorted(SAMPLES.glob("*.db"))]
    first = SAMPLES / "es-9.5.6-sqlite-plain.db"
    mapped = Path(shutil.copyfile(first, scratch / "mapped.db"))
    with closing(sqlite3.connect(mapped)) as connection:
        connection.execute("PRAGMA auto_vacuum = FULL")
        connection.execute("VACUUM")
    long = Path(shutil.copyfile(SAMPLES / "emmett-sqlite-0.42.4.db", scratch / "long.db"))
    with closing(sqlite3.connect(long)) as connection:
        # Payloads of several pages, and then pages that are free.
        padded = "UPDATE emt_messages SET message_data = json_set(message_data, '$.note', ?)"
        connection.execute(padded, ["long " * 4_000])
        connection.commit()
        connection.execute(f"{padded} WHERE rowid % 3 = 0", ["short"])
        connection.commit()
    ours = scratch / "ours.esdb"
    assert program.run("copy", first, ours).status == 0
    others = ("encoding = 'UTF-16be'", "page_size = 512")
    wide = in_another_shape(SAMPLES / "emmett-sqlite-0.42.4.db", scratch / "wide.db", *others)
    wide_ours = in_another_shape(ours, scratch / "wide.esdb", *others)
    shaped = [("with pointer maps", mapped), ("with long payloads", long), ("of ours", ours)]
    return [*found, *shaped, ("in UTF-16", wide), ("of ours in UTF-16", wide_ours)]


def _try(program: Program, figures: Figures, path: Path, about: str, turn: int) -> None:
    """List the entities of a damaged file, and run the command whose turn it is on the first of them."""
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    made = path.parent.parent / "made"
    made.mkdir(exist_ok=True)
    listed = program.run("entities", path, "--json")
    figures.add(listed, f"{about} entities --json")
    entity = _first_id(listed.out)
    lines: list[tuple[object, ...]] = [
        ("info", path),
        ("entities", path),
        ("events", path, entity),
        ("explain", path, entity),
        ("snapshots", path, entity),
        ("find", path, "x > 1"),
        ("find", path, "--text", "a"),
        ("verify", path),
        ("export", path),
        ("export", path, "--format", "csv"),
        ("export", path, "--format", "esdb", "--out", made / "exported.esdb"),
        ("copy", path, made / "copied.esdb"),
        ("rescue", path, made / "rescued.esdb"),
    ]
    draws = turn % _WINDOW_EVERY == 0
    line = (path, "--screenshot", made / "window.png") if draws else lines[turn % len(lines)]
    temporary = program.temporary_files()
    outcome = program.run(*line)
    # The pictures of the window's theme stay until the process ends.
    left = _left(path, before) or (None if draws or program.temporary_files() == temporary else "temporary files stay")
    figures.add(outcome, f"{about} {'window' if draws else ' '.join(map(str, line))}", outcome.fault() or left)
    for each in made.iterdir():
        each.unlink()


def _left(path: Path, before: dict[str, bytes]) -> str | None:
    """Return what a command left beside a file; the log of a store of ours may be written into it."""
    now = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    added = now.keys() - before.keys()
    if added:
        return f"files stay beside the store: {min(added).removeprefix(path.name)}"
    return "the store was changed" if now != before and path.suffix != ".esdb" else None


def _first_id(listed: str) -> str:
    for line in listed.splitlines():
        found: dict[str, Any] = json.loads(line)
        return str(found["id"])
    return "none"


# Damage ---------------------------------------------------------------------------------------------------------------


def damage(sample: Path, path: Path, random: Random) -> str:
    """Write a damaged copy of a sample to a path; return how it was damaged."""
    content = bytearray(sample.read_bytes())
    kind = random.choice([*_DAMAGES, *_SIDE_DAMAGES])
    page_size = struct.unpack_from(">H", content, 16)[0] or 65_536
    if page_size == 1:
        page_size = 65_536
    if kind in _DAMAGES:
        _DAMAGES[kind](content, random, page_size)
        path.write_bytes(content)
    else:
        path.write_bytes(content)
        _SIDE_DAMAGES[kind](path, random, page_size)
    return kind


def _flip_bytes(content: bytearray, random: Random, page_size: int) -> None:
    for _ in range(random.choice([1, 3, 20, 200])):
        content[random.randrange(len(content))] = random.randrange(256)


def _overwrite(content: bytearray, random: Random, page_size: int) -> None:
    at, count = random.randrange(len(content)), random.choice([16, 512, page_size])
    filling = random.choice([bytes(count), b"\xff" * count, random.randbytes(count)])
    end = min(at + count, len(content))
    content[at:end] = filling[: end - at]


def _change_header(content: bytearray, random: Random, page_size: int) -> None:
    at, length = random.choice(_HEADER_FIELDS)
    most = 256**length - 1
    value = random.choice([0, 1, 2, most, most // 2, random.randint(0, most)])
    content[at : at + length] = min(value, most).to_bytes(length, "big")


def _page(content: bytearray, random: Random, page_size: int) -> int:
    """Return where a page begins, any but the first one."""
    return random.randrange(1, max(2, len(content) // page_size)) * page_size


def _put(content: bytearray, at: int, some: bytes) -> None:
    content[at : at + len(some)] = some[: max(0, len(content) - at)]


def _change_page_header(content: bytearray, random: Random, page_size: int) -> None:
    at = random.choice([100, _page(content, random, page_size)])
    field, length = random.choice([(0, 1), (1, 2), (3, 2), (5, 2), (7, 1), (8, 4)])
    _put(content, at + field, random.choice([bytes(length), b"\xff" * length, random.randbytes(length)]))


def _change_cells(content: bytearray, random: Random, page_size: int) -> None:
    at = random.choice([108, _page(content, random, page_size) + 8])
    for _ in range(random.choice([1, 4])):
        _put(content, at + 2 * random.randrange(20), random.randbytes(2))


def _reverse_cells(content: bytearray, random: Random, page_size: int) -> None:
    """Turn the order of the cells of some pages around: the file is as it was but for the order that it says."""
    for at in {_page(content, random, page_size) for _ in range(random.choice([1, 20]))}:
        kind, _, count = struct.unpack_from(">BHH", content, at)
        start, end = at + (8 if kind in (0x0A, 0x0D) else 12), min(at + page_size, len(content))
        if kind in (0x02, 0x05, 0x0A, 0x0D) and start + 2 * count <= end:
            struct.pack_into(f">{count}H", content, start, *struct.unpack_from(f">{count}H", content, start)[::-1])


def _lengthen(content: bytearray, random: Random, page_size: int) -> None:
    """Make the length of a payload, or the type of a value, larger than anything."""
    _put(content, _page(content, random, page_size) + random.randrange(page_size), b"\xff" * random.choice([1, 4, 9]))


def _change_schema(content: bytearray, random: Random, page_size: int) -> None:
    words = [b"CREATE TABLE", b"TEXT", b"INTEGER", b"PRIMARY KEY", b"(", b")", b",", b"table", b"index", b"NOT NULL"]
    at = content.find(random.choice(words), 100, page_size)
    if at >= 0:
        _put(
            content,
            at,
            random.choice([b"view", b"CREATE VIEW", b"\x00\x00", b"\xff\xfe", b"((((", b"x UNIQUE", b"-- "]),
        )


def _truncate(content: bytearray, random: Random, page_size: int) -> None:
    pages = len(content) // page_size
    del content[random.choice([random.randrange(pages) * page_size, random.randrange(len(content)), 0, 15, 100]) :]


def _swap_pages(content: bytearray, random: Random, page_size: int) -> None:
    one, two = (_page(content, random, page_size) for _ in range(2))
    first, second = (bytes(content[each : each + page_size]) for each in (one, two))
    _put(content, one, second)
    if random.random() < 0.7:  # otherwise one of them is there twice
        _put(content, two, first)


def _change_freelist(content: bytearray, random: Random, page_size: int) -> None:
    pages = len(content) // page_size
    struct.pack_into(">II", content, 32, random.randint(1, pages + 3), random.choice([0, 1, pages, 2**31]))


def _change_chain(content: bytearray, random: Random, page_size: int) -> None:
    """Have a page that begins with the number of another one, as those of overflow do, point anywhere, or to itself."""
    at = _page(content, random, page_size)
    struct.pack_into(">I", content, min(at, len(content) - 4), random.choice([0, at // page_size + 1, 2**31, 3]))


def _change_pointer_map(content: bytearray, random: Random, page_size: int) -> None:
    """Change the second page, which is a pointer map where there are any."""
    for _ in range(random.choice([1, 10])):
        _put(content, page_size + 5 * random.randrange(page_size // 5), random.randbytes(5))


def _redirect(content: bytearray, random: Random, page_size: int) -> None:
    """Exchange the root pages of tables and indexes in the schema, which stays valid in itself."""
    with _schema_of(content) as connection:
        roots = [root for (root,) in connection.execute("SELECT rootpage FROM sqlite_schema WHERE rootpage > 0")]
        for root in roots:
            new = random.choice([*roots, 1, len(content) // page_size + 9])
            connection.execute("UPDATE sqlite_schema SET rootpage = ? WHERE rootpage = ?", [new, root])


def _redefine(content: bytearray, random: Random, page_size: int) -> None:
    """Give tables other definitions than they were written by."""
    changes = {
        **{"TEXT": "INTEGER", "INTEGER": "BLOB", "PRIMARY KEY": "", "NOT NULL": "UNIQUE", "CREATE TABLE": "CREATE"},
        **{"CREATE": "CREATE VIRTUAL", ")": ") WITHOUT ROWID", "CHECK": "GENERATED ALWAYS AS"},
        **{", position)": ", position DESC)", "(sequence_id,": "(sequence_id DESC,", "_id,": "_id COLLATE NOCASE,"},
    }
    old = random.choice(sorted(changes))
    with _schema_of(content) as connection:
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, ?, ?)", [old, changes[old]])


@contextmanager
def _schema_of(content: bytearray) -> Iterator[sqlite3.Connection]:
    """Yield a connection that changes the schema in the bytes of a file."""
    mode = content[18:20]
    content[18:20] = b"\1\1"  # in memory there is no WAL mode
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(bytes(content))
        connection.execute("PRAGMA writable_schema = ON")
        yield connection
        connection.commit()
        content[:] = connection.serialize()
    content[18:20] = mode


_DAMAGES: Final[dict[str, Callable[[bytearray, Random, int], None]]] = {
    "bytes": _flip_bytes,
    "a run of bytes": _overwrite,
    "the header": _change_header,
    "a page header": _change_page_header,
    "cells": _change_cells,
    "the order of cells": _reverse_cells,
    "lengths": _lengthen,
    "the schema": _change_schema,
    "truncated": _truncate,
    "swapped pages": _swap_pages,
    "the freelist": _change_freelist,
    "a chain": _change_chain,
    "pointer maps": _change_pointer_map,
    "root pages": _redirect,
    "definitions": _redefine,
}


def _nonsense_beside(ending: str, path: Path, random: Random, page_size: int) -> None:
    path.with_name(path.name + ending).write_bytes(random.randbytes(random.choice([1, 32, 4_096, 40_000])))


def _damaged_log(path: Path, random: Random, page_size: int) -> None:
    """Leave a log of a crashed writer beside the file, and damage it."""
    _write_log(path)
    wal = path.with_name(path.name + "-wal")
    content = bytearray(wal.read_bytes())
    if content:
        random.choice([_flip_bytes, _overwrite, _truncate])(content, random, min(page_size, len(content)))
    wal.write_bytes(content)


def _log_of_another(path: Path, random: Random, page_size: int) -> None:
    """Leave a whole log beside the file that was written by a file with other pages."""
    other = path.with_name("other")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t (x)")
    _write_log(other)
    other.with_name("other-wal").rename(path.with_name(path.name + "-wal"))
    other.unlink()


def _write_log(path: Path) -> None:
    """Write to a file in WAL mode, and leave its log there as a crash does."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE later (x)")
        connection.executemany("INSERT INTO later VALUES (?)", [[number] for number in range(500)])
        connection.commit()
        names = [each for each in path.parent.iterdir() if each.name.startswith(path.name) and "-shm" not in each.name]
        kept = {each: each.read_bytes() for each in names}
    for each, content in kept.items():
        each.write_bytes(content)


def _hot_journal(path: Path, random: Random, page_size: int) -> None:
    """Leave a journal beside the file that says to write pages back, some of them damaged."""
    count = path.stat().st_size // page_size
    pages = [random.randrange(1, count + 2) for _ in range(3)]
    numbers = (len(pages), 0, count, 512, page_size)
    header = struct.pack(">8sIIIII", bytes.fromhex("d9d505f920a163d7"), *numbers)
    records = b"".join(struct.pack(">I", each) + random.randbytes(page_size + 4) for each in pages)
    path.with_name(path.name + "-journal").write_bytes(header.ljust(512, b"\0") + records)


_SIDE_DAMAGES: Final[dict[str, Callable[[Path, Random, int], None]]] = {
    "a damaged log": _damaged_log,
    "the log of another file": _log_of_another,
    "a hot journal": _hot_journal,
    **{f"nonsense as {each}": partial(_nonsense_beside, each) for each in ("-wal", "-journal", "-shm")},
}
