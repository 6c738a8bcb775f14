"""``python -m tests.benchmarks [NAME …] [--events N]``: measures, prints a table, and JSON lines for machines."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import msgspec

from .appending import append, append_100
from .asking import asking, common, history
from .finding import find_state
from .indexing import find, index
from .measuring import Benchmark, Figure, set_rounds
from .processing import process
from .questions import questions
from .replaying import replay, replay_limit, snapshot
from .ruling import rules
from .scrubbing import scrub
from .starting import startup
from .stores import keep_stores_in
from .surveying import quality
from .viewing import first_rows, frames, memory, rows

BENCHMARKS = {
    "replay": Benchmark(replay),
    "replay-limit": Benchmark(replay_limit),
    "snapshot": Benchmark(snapshot),
    "append": Benchmark(append),
    "append-100": Benchmark(append_100),
    "index": Benchmark(index, events=500_000),
    "find": Benchmark(find, events=500_000),
    "find-state": Benchmark(find_state, events=400_000),
    "quality": Benchmark(quality, events=400_000),
    "process": Benchmark(process, events=400_000),
    "rules": Benchmark(rules, events=20_000),
    "history": Benchmark(history, events=20_000),
    "asking": Benchmark(asking, events=20_000),
    "common": Benchmark(common, events=20_000),
    "questions": Benchmark(questions, events=60_000),
    "scrub": Benchmark(scrub, events=100_000),
    "startup": Benchmark(startup),
    "first-rows": Benchmark(first_rows, events=1_000_000),
    "memory": Benchmark(memory, events=1_000_000),
    "rows": Benchmark(rows, events=1_500_000),
    "frames": Benchmark(frames, events=1_000_000),
}
_FIELDS = ("name", "ours", "peer", "peer_name", "ratio", "unit", "events", "processor", "memory")


def main() -> None:
    """Run the benchmarks that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", metavar="NAME", nargs="*", choices=[[], *BENCHMARKS], default=[])
    parser.add_argument(
        "--events", type=int, metavar="N", help="in what is read; each benchmark's own number by default"
    )
    parser.add_argument(
        "--stores", type=Path, metavar="DIR", help="where the stores are kept for the next time; they are seeded"
    )
    parser.add_argument(
        "--rounds", type=int, default=5, metavar="N", help="how often each is measured; once for what takes minutes"
    )
    args = parser.parse_args()
    set_rounds(max(1, args.rounds))
    _print_titles()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as stores:
        keep_stores_in(args.stores or Path(stores))
        for name in args.names or BENCHMARKS:
            with tempfile.TemporaryDirectory() as folder:
                for each in BENCHMARKS[name].figures(Path(folder), args.events):
                    _print_row(each)
                    figures.append(each)
    for each in figures:
        print(msgspec.json.encode({field: getattr(each, field) for field in _FIELDS}).decode())


def _print_titles() -> None:
    titles = f"{'name':<14}{'ours':>12}{'peer':>12}  {'unit':<10}{'ratio':>8}  {'goal':<14}{'':<5}{'events':>10}"
    print(f"{titles}{'CPU s':>8}{'MB':>7}  peer", flush=True)


def _print_row(each: Figure) -> None:
    """Print a figure as soon as it is measured, as the next one may take minutes."""
    goal = "" if each.goal is None else str(each.goal)
    met = "" if each.goal is None else "met" if each.goal.is_met_by(each) else "not"
    measured = f"{each.name:<14}{_text(each.ours):>12}{_text(each.peer):>12}  {each.unit:<10}{each.ratio:>8.3g}"
    cost = "".join(f"{value:>{width}.3g}" if value else " " * width for value, width in _costs(each))
    print(f"{measured}  {goal:<14}{met:<5}{each.events:>10,}{cost}  {each.peer_name}", flush=True)


def _costs(figure: Figure) -> tuple[tuple[float, int], ...]:
    """Return the seconds of the processor and the MB of a figure, each with the width of its column."""
    return (figure.processor, 8), (figure.memory, 7)


def _text(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


if __name__ == "__main__":
    main()
