"""The window on a large store against the window on a small one: first rows, memory, and whether it ever waits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from .measuring import Figure, alternated, at_most, ratio_of_at_most
from .stores import store_of

_SMALL: Final = 10_000
_MOST: Final = 4_000_000_000
_PEER: Final = f"{_SMALL:,} events"


def first_rows(folder: Path, events: int) -> Figure:
    """From the start of opening to the first painted rows; nothing was indexed before."""
    large, small = store_of(events), store_of(_SMALL)
    ours, peer = alternated(
        lambda: _sat(folder, "first-rows", large)["seconds"], lambda: _sat(folder, "first-rows", small)["seconds"]
    )
    return Figure("first-rows", ours * 1e3, peer * 1e3, _PEER, "ms", events, ratio_of_at_most(1.5))


def memory(folder: Path, events: int) -> Figure:
    """How much more is resident after opening, scrolling to the ends and choosing the longest entity."""
    large, small = (_sat(folder, "memory", store_of(count))["after"] for count in (events, _SMALL))
    return Figure("memory", large - small, small, f"all of it with {_PEER}", "MB", events, at_most(40))


def rows(folder: Path, events: int) -> Iterator[Figure]:
    """From asking for any row of the log until it is painted, the longest of fifty times: of a store, and made up."""
    large, small = (_sat(folder, "rows", store_of(count)) for count in (events, _SMALL))
    yield Figure("rows", large["longest"] * 1e3, small["longest"] * 1e3, _PEER, "ms", events, at_most(100))
    large, small = (_run(folder, "reaching", str(count)) for count in (_MOST, _SMALL))
    yield Figure("rows-made-up", large["longest"] * 1e3, small["longest"] * 1e3, _PEER, "ms", _MOST, at_most(100))


def frames(folder: Path, events: int) -> Iterator[Figure]:
    """How long the GUI thread is ever busy: the longest time, and the one that 999 of 1,000 do not reach."""
    large, small = (_sat(folder, "frames", store_of(count)) for count in (events, _SMALL))
    yield Figure("frames-longest", large["longest"], small["longest"], _PEER, "ms", events, at_most(100))
    yield Figure("frames-p99.9", large["p999"], small["p999"], _PEER, "ms", events, at_most(20))


def _sat(folder: Path, work: str, store: Path) -> dict[str, float]:
    """Sit at the window in a process of its own."""
    return _run(folder, "windowed", work, str(store))


def _run(folder: Path, module: str, *arguments: str) -> dict[str, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(folder)}
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, float] = msgspec.json.decode(done.stdout)
    return found
