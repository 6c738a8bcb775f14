"""``python -m tests.benchmarks [NAME …] [--events N]``: measures, prints a table, and JSON lines for machines."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from .appending import append
from .measuring import Figure
from .replaying import replay_limit, snapshot
from .scrubbing import scrub
from .starting import startup

BENCHMARKS: dict[str, Callable[[Path, int], Figure]] = {
    "replay-limit": replay_limit,
    "snapshot": snapshot,
    "append": append,
    "scrub": scrub,
    "startup": startup,
}


def main() -> None:
    """Run the benchmarks that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", metavar="NAME", nargs="*", choices=[[], *BENCHMARKS], default=[])
    parser.add_argument("--events", type=int, default=50_000, metavar="N", help="of the entity that is replayed")
    args = parser.parse_args()
    figures = []
    for name in args.names or BENCHMARKS:
        with tempfile.TemporaryDirectory() as folder:
            figures.append(BENCHMARKS[name](Path(folder), args.events))
    print(f"{'name':<14}{'ours':>12}{'peer':>12}  {'unit':<10}{'ratio':>7}  {'events':>8}  peer")
    for each in figures:
        row = f"{each.name:<14}{each.ours:>12,.1f}{each.peer:>12,.1f}  {each.unit:<10}{each.ratio:>7.2f}"
        print(f"{row}  {each.events:>8,}  {each.peer_name}")
    for each in figures:
        told = {
            field: getattr(each, field) for field in ("name", "ours", "peer", "peer_name", "ratio", "unit", "events")
        }
        print(msgspec.json.encode(told).decode())


if __name__ == "__main__":
    main()
