"""Hands the program one kind of fault after another: ``python -m tests.faults NAME [--rounds N] [--seed S]``.

Prints a line for each kind of failure, and last a line of figures. Ends with 1 if anything was found.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.faults.common import harness, harnesses


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("name", choices=harnesses(), help="which kind of fault")
    parser.add_argument("--rounds", type=int, help="how many; those of the long form by default")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same faults (1)")
    options = parser.parse_args(arguments)
    chosen = harness(options.name)
    figures = chosen.run(chosen.LONG if options.rounds is None else options.rounds, options.seed)
    for line in figures.findings():
        print(line)
    print(f"{options.name}: {figures.line()}, seed {options.seed}")
    return 1 if figures.found else 0


if __name__ == "__main__":
    sys.exit(main())
