"""Measure what the tests of the core and of replay notice: change one thing in the code, run the tests, see who fails.

``python -m tests.mutation`` needs the extra ``mutation`` and a system that can fork. The mutations are cosmic-ray's;
its sessions are not used, because they start a Python for each mutant and take no sample. Here each mutant is a fork of
one process that has the libraries loaded, and is imported from memory: no file is changed.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import resource
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

import hypothesis
import psycopg
import pytest
import pytestqt.plugin
import sqlalchemy.orm
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.provider import OperatorProvider

ROOT = Path(__file__).parents[1]
PACKAGES = ("core", "replay")
JUDGES = ("tests/core", "tests/replay", "tests/examples")
LOADED = (hypothesis, psycopg, pytestqt.plugin, sqlalchemy.orm)
"""What takes long to import and is none of ours: each fork has it already."""
MOST_SECONDS = 300
"""Of a processor, for the tests of one mutant: several times what they take, so more means a loop without end."""
MOST_BYTES = 8 * 2**30
PYTEST = (
    *("-x", "-q", "-n0", "--timeout=0", "-pno:cacheprovider", "--hypothesis-profile=mutation"),
    "-Wignore::pytest.PytestAssertRewriteWarning",  # of the plugins that are loaded before
)


@dataclass(frozen=True)
class Mutant:
    """One change to one file: where it is, which operator makes it, and at which of the places that it could change."""

    file: Path
    place: tuple[int, int]
    operator: str
    occurrence: int

    @property
    def module(self) -> str:
        parts = self.file.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def source(self) -> str:
        """Return the text of the file with the change."""
        text = self.file.read_text(encoding="utf-8")
        return str(mutate_code(text, OperatorProvider()[self.operator](), self.occurrence))

    def __str__(self) -> str:
        line = self.place[0] - 1
        before, after = (text.splitlines()[line:] for text in (self.file.read_text(encoding="utf-8"), self.source()))
        became = after[0].strip() if len(after) == len(before) else "(without it)"
        return f"{self.file.relative_to(ROOT)}:{line + 1}: {before[0].strip()}  ->  {became}"


class MutantImporter(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Imports one module from the text of a mutant, and leaves all others to the usual importers."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.module, str(mutant.file))
        self._text = mutant.source()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return (
            importlib.util.spec_from_file_location(fullname, self.path, loader=self) if fullname == self.name else None
        )

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._text, self.path, "exec")


class Unseen(ast.NodeTransformer):
    """Leaves out of a module what only type checkers read, and how objects lie in memory: no test can see either."""

    def visit_Module(self, node: ast.Module) -> ast.AST:
        node.body = [each for each in node.body if not self._is_alias(each)]
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        node.decorator_list = [
            each for each in node.decorator_list if ast.unparse(each) not in ("overload", "override", "final")
        ]
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(node.arg)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test).endswith("TYPE_CHECKING") else self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST | None:
        return None if node.arg == "slots" else self.generic_visit(node)

    def _is_alias(self, node: ast.stmt) -> bool:
        """Whether a statement gives a type another name, as in ``Name = int | str``."""
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.BinOp | ast.Subscript):
            return False
        leaves = [each for each in ast.walk(node.value) if isinstance(each, ast.Constant | ast.Call)]
        return all(isinstance(each, ast.Constant) and each.value in (None, ...) for each in leaves)


def seen_by_tests(text: str) -> str:
    return ast.dump(Unseen().visit(ast.parse(text)))


def places_of(file: Path) -> Iterator[list[Mutant]]:
    """Yield, for each place of a file that an operator changes, what may become of it."""
    operators = {name: OperatorProvider()[name] for name in OperatorProvider()}
    counted: Counter[str] = Counter()
    places: dict[tuple[int, int], list[Mutant]] = {}
    for node in ast_nodes(get_ast(file.read_text(encoding="utf-8"))):
        for name, operator in operators.items():
            if operator.arguments():
                continue  # these want names of variables from a person
            for start, _ in operator().mutation_positions(node):
                places.setdefault(start, []).append(Mutant(file, start, name, counted[name]))
                counted[name] += 1
    yield from places.values()


def sampled(packages: Sequence[str], size: int, seed: int) -> list[Mutant]:
    """Return ``size`` mutants at as many places, each place as likely as any other; fewer where there are no more."""
    chance = random.Random(seed)
    files = [file for package in packages for file in sorted((ROOT / "es_desktop" / package).rglob("*.py"))]
    places = [place for file in files for place in places_of(file)]
    chance.shuffle(places)
    taken: list[Mutant] = []
    for place in places:
        mutant = chance.choice(place)
        if len(taken) < size and changes_something(mutant):
            taken.append(mutant)
    return taken


def changes_something(mutant: Mutant) -> bool:
    try:
        return seen_by_tests(mutant.source()) != seen_by_tests(mutant.file.read_text(encoding="utf-8"))
    except SyntaxError:
        return False  # a mutant that is no Python says nothing about the tests


class FastestFirst:
    """Has the tests of a mutant's package run before others, and before those that hypothesis repeats."""

    def __init__(self, mutant: Mutant) -> None:
        self._folder = ROOT / "tests" / mutant.module.split(".")[1]

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        items.sort(
            key=lambda item: (hasattr(getattr(item, "obj", None), "hypothesis"), self._folder not in item.path.parents)
        )


def killed(mutant: Mutant, scratch: Path) -> bool:
    """Whether a test fails for a mutant: first those of the file's own name, which mostly do, then all."""
    nearest = [str(each) for folder in JUDGES for each in (ROOT / folder).rglob(f"test_{mutant.file.stem}*.py")]
    return any(fails(mutant, tests, scratch) for tests in (nearest, JUDGES) if tests)


def fails(mutant: Mutant | None, tests: Sequence[str], scratch: Path) -> bool:
    """Run some tests in a fork of this process; return whether one fails, or is still at it after ``MOST_SECONDS``."""
    child = os.fork()
    if child == 0:
        with open(os.devnull, "w") as nothing:  # noqa: PTH123 # this is for the descriptors, not a file
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        if mutant:
            sys.meta_path.insert(0, MutantImporter(mutant))
        plugins = [FastestFirst(mutant)] if mutant else []
        status = 1
        try:
            status = int(pytest.main([*PYTEST, f"--basetemp={scratch}", *tests], plugins))
        finally:
            os._exit(status)
    # One that waits for ever uses no processor.
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(4 * MOST_SECONDS)
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    return status != 0


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sample", type=int, default=400, help="how many mutants (400)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample: the same seed, the same mutants (1)")
    parser.add_argument("--package", choices=PACKAGES, action="append", help="one of them only")
    options = parser.parse_args(arguments)
    packages = options.package or PACKAGES
    os.chdir(ROOT)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory(prefix="es-desktop-mutation-") as folder:
        scratch = Path(folder, "tests")
        if fails(None, JUDGES, scratch):
            sys.exit("The tests fail without any change.")
        mutants = sampled(packages, options.sample, options.seed)
        survivors = 0
        for number, mutant in enumerate(mutants, 1):
            if not killed(mutant, scratch):
                survivors += 1
                print(f"{number}/{len(mutants)} survived: {mutant}", flush=True)
    killed_ones = len(mutants) - survivors
    print(
        f"mutation score of {' and '.join(packages)}: {killed_ones / len(mutants):.1%} "
        f"({killed_ones} of {len(mutants)} mutants killed, {survivors} survived; seed {options.seed})"
    )


if __name__ == "__main__":
    main()
