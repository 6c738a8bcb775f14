"""Fuzzing that is led by coverage: ``python -m tests.faults.guided [--seconds N] [--seed S] [TARGET ...]``.

The same parsers and the same corpus as in ``fuzz``, but atheris keeps an input that reaches what no other has reached,
and changes that one further. It needs ``pip install atheris``, which exists for Linux and for some Pythons only. Each
parser has a process of its own for so many seconds. The last line says how many inputs there were, and what was found.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.faults.common import MOST_MIB, MOST_SECONDS

_CORPUS: Final = Path(__file__).parent / "corpus"
_MOST_BYTES: Final = 20_000
_STATISTICS: Final = re.compile(r"^stat::(\w+):\s+(\d+)$", re.MULTILINE)


def main() -> int:
    """Fuzz each target in a process; return 1 if one of them failed."""
    names = sorted(each.name for each in _CORPUS.iterdir())
    parser = argparse.ArgumentParser(prog="python -m tests.faults.guided")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"{', '.join(names)}; all by default")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    options, others = parser.parse_known_args()
    if options.only:
        _fuzz(options.only, others)
    inputs, found = 0, []
    for name in options.targets or names:
        with tempfile.TemporaryDirectory(prefix="es-desktop-guided-") as folder:
            limits = [f"-max_total_time={options.seconds}", f"-seed={options.seed}", f"-max_len={_MOST_BYTES}"]
            limits += [f"-timeout={MOST_SECONDS:.0f}", f"-rss_limit_mb={MOST_MIB}", "-print_final_stats=1"]
            line = [sys.executable, "-m", "tests.faults.guided", "--only", name, *limits]
            line += [f"-artifact_prefix={folder}/", str(_CORPUS / name)]
            done = subprocess.run(line, capture_output=True, text=True, errors="replace")
            statistics = {key: int(value) for key, value in _STATISTICS.findall(done.stderr)}
            count = statistics.get("number_of_executed_units", 0)
            inputs += count
            print(f"{name}: {count:,} inputs, {statistics.get('new_units_added', 0)} reached something new", flush=True)
            if done.returncode:
                found.append(name)
                print("\n".join(done.stderr.splitlines()[-40:]))
                for each in Path(folder).iterdir():
                    print(repr(each.read_bytes()))
    print(f"guided: {inputs:,} inputs, {len(found)} found {' '.join(found)}".rstrip() + f", seed {options.seed}")
    return 1 if found else 0


def _fuzz(name: str, arguments: list[str]) -> None:
    """Fuzz one target, and end the process."""
    import atheris

    with atheris.instrument_imports(include=["es_desktop"], enable_loader_override=False):
        from tests.faults.fuzz import targets

    with tempfile.TemporaryDirectory(prefix="es-desktop-guided-") as scratch:
        target = targets(Path(scratch))[name]

        def parse(data: bytes) -> None:
            try:
                target.parse(data)
            except target.raises as error:
                assert len(str(error).splitlines()) <= 1, "an error of several lines"

        atheris.Setup([sys.argv[0], *arguments], parse)
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
