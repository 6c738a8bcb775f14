"""Two processes append to the same entity of one file: each event gets a version of its own, and none is lost."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from es_desktop.core import KnownClasses
from es_desktop.stores import StoreLocation, create_store, open_store
from tests.patience import PATIENCE

PROGRAM = Path(__file__).with_name("append_events.py")
ROOT = PROGRAM.parents[2]
COUNT = 500


def test_two_processes_append_without_a_gap(tmp_path: Path) -> None:
    location, entity_id = StoreLocation(tmp_path / "shared.esdb"), uuid4()
    create_store(location, KnownClasses()).close()
    command = [sys.executable, "-W", "error", str(PROGRAM), str(location.path), str(entity_id), str(COUNT)]
    processes = [
        subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    outcomes = [(*process.communicate(timeout=PATIENCE), process.returncode) for process in processes]
    assert [(error, code) for _, error, code in outcomes] == [("", 0)] * 2

    opened = open_store(location, KnownClasses(), writable=False)
    events = opened.reader.events(entity_id)
    opened.close()
    assert [event.version for event in events] == list(range(2 * COUNT))
    notes = sorted(event.data["note"] for event in events)
    assert notes == sorted([*range(COUNT)] * 2)
    assert [file.name for file in tmp_path.iterdir()] == ["shared.esdb"]
