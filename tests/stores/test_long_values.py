"""One long value does not take several times its length of memory, whatever is asked about its store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.common import Program

LENGTH = 20_000_000
ENTITY = "order-1"
CREATE = (
    "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, "
    "PRIMARY KEY (originator_id, originator_version))"
)


def store_of(path: Path, payload: str | bytes) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(CREATE)
        rows = [(ENTITY, number, "shop:Order.Placed", each) for number, each in enumerate(("{}", payload), 1)]
        connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    return path


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program(tmp_path_factory.mktemp("home"), most_seconds=60) as found:
        yield found


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("stores")
    payloads = {"short": "{}", "ascii": '{"a":"%s"}' % ("x" * LENGTH), "letters": '{"a":"%s"}' % ("é" * (LENGTH // 2))}
    return {name: store_of(folder / f"{name}.db", each) for name, each in payloads.items()}


def times(
    program: Program, arguments: list[str], stores: dict[str, Path], name: str, folder: Path | None = None
) -> float:
    """Return how many times the length of the long value a command takes, beside what it takes without it."""
    peaks = []
    for each in ("short", "short", name):  # the first time, modules are loaded
        outcome = program.run(*(argument.format(store=stores[each]) for argument in arguments))
        assert outcome.status == 0, outcome.err
        if each == "short" and folder is not None:
            for made in folder.iterdir():
                made.unlink()
        peaks.append(outcome.peak_mib)
    return (peaks[2] - peaks[1]) * 2**20 / LENGTH


@pytest.mark.parametrize("name", ["ascii", "letters"])
@pytest.mark.parametrize(
    "command",
    [
        ["info", "{store}"],
        ["entities", "{store}"],
        ["events", "{store}", ENTITY, "--json"],
        ["explain", "{store}", ENTITY],
        ["find", "{store}", "a > 1"],
        ["find", "{store}", "--text", "word"],
    ],
    ids=lambda value: value[0],
)
def test_a_value_over_the_limit_is_not_read(
    program: Program, stores: dict[str, Path], command: list[str], name: str
) -> None:
    assert times(program, [*command, "--limit", "payload_mb=10"], stores, name) < 2.5


@pytest.mark.parametrize("name", ["ascii", "letters"])
@pytest.mark.parametrize(
    "command",
    [
        ["export", "{store}", "--format", "jsonl", "--out", "{folder}/out.jsonl"],
        ["export", "{store}", "--format", "csv", "--out", "{folder}/out.csv"],
        ["copy", "{store}", "{folder}/copy.esdb"],
        ["rescue", "{store}", "{folder}/rescued.esdb"],
    ],
    ids=lambda value: "-".join(value[:1] + value[3:4]),
)
def test_a_value_over_the_limit_is_copied_as_it_is_stored(
    program: Program, stores: dict[str, Path], tmp_path: Path, command: list[str], name: str
) -> None:
    command = [each.replace("{folder}", str(tmp_path)) for each in command]
    assert times(program, [*command, "--limit", "payload_mb=10"], stores, name, tmp_path) < 8
    data = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert ("x" if name == "ascii" else "é").encode() * 1_000 in data
