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
import pickle
import random
import re
import resource
import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from time import process_time
from types import CodeType, FrameType, ModuleType

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
MEASURED = tuple(str(ROOT / "es_desktop" / package) for package in PACKAGES)
SLOW_SECONDS = 0.05
"""Tests that take longer run after the others, unless they are named after the file."""
MOST_SECONDS = 600
"""Of a processor, for all tests without a mutant. With one they get five times what they took: a loop may never end."""
PROGRESS = 25
"""After so many mutants, how many were killed is reported."""
UNSEEN = re.compile(r"(overload|override|final|lru_cache\(.*\))$")
"""Decorators that no test can see."""
NO_TESTS = pytest.ExitCode.NO_TESTS_COLLECTED
MOST_BYTES = 8 * 2**30
PYTEST = (
    *("-x", "-q", "-n0", "--timeout=0", "-pno:cacheprovider", "--hypothesis-profile=mutation"),
    "-Wignore::pytest.PytestAssertRewriteWarning",  # of the plugins that are loaded before
)


@dataclass(frozen=True)
class Mutant:
    """One change to one file: its position, its operator, and which of the operator's positions in the file it is."""

    file: Path
    position: tuple[int, int]
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
        line = self.position[0] - 1
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
    """Leaves out of a module what no test can see.

    That is what only type checkers read, how objects lie in memory, what is cached, the defaults and decorators of
    functions that only declare a signature, and that ``zip`` would refuse lengths which are never different.
    """

    def visit_Module(self, node: ast.Module) -> ast.AST:
        node.body = [each for each in node.body if not self._is_alias(each)]
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        node.decorator_list = [each for each in node.decorator_list if not UNSEEN.match(ast.unparse(each))]
        if all(isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in node.body):
            node.args.defaults, node.args.kw_defaults, node.decorator_list = [], [], []
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(node.arg)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test).endswith("TYPE_CHECKING") else self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST | None:
        return None if node.arg in ("slots", "strict") else self.generic_visit(node)

    def _is_alias(self, node: ast.stmt) -> bool:
        """Whether a statement gives a type another name, as in ``Name = int | str``."""
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.BinOp | ast.Subscript):
            return False
        leaves = [each for each in ast.walk(node.value) if isinstance(each, ast.Constant | ast.Call)]
        return all(isinstance(each, ast.Constant) and each.value in (None, ...) for each in leaves)


def seen_by_tests(text: str) -> str:
    return ast.dump(Unseen().visit(ast.parse(text)))


def mutants_of(file: Path) -> Iterator[list[Mutant]]:
    """Yield, for each position in a file that an operator changes, its mutants."""
    operators = {name: OperatorProvider()[name] for name in OperatorProvider()}
    counted: Counter[str] = Counter()
    positions: dict[tuple[int, int], list[Mutant]] = {}
    for node in ast_nodes(get_ast(file.read_text(encoding="utf-8"))):
        for name, operator in operators.items():
            if operator.arguments():
                continue  # these want names of variables from a person
            for start, _ in operator().mutation_positions(node):
                positions.setdefault(start, []).append(Mutant(file, start, name, counted[name]))
                counted[name] += 1
    yield from positions.values()


def sampled(packages: Sequence[str], size: int, seed: int) -> list[Mutant]:
    """Return ``size`` mutants at as many positions, each as likely as any other; fewer where there are no more."""
    chance = random.Random(seed)
    files = [file for package in packages for file in sorted((ROOT / "es_desktop" / package).rglob("*.py"))]
    positions = [position for file in files for position in mutants_of(file)]
    chance.shuffle(positions)
    taken: list[Mutant] = []
    for position in positions:
        mutant = chance.choice(position)
        if len(taken) < size and changes_something(mutant):
            taken.append(mutant)
    return taken


def changes_something(mutant: Mutant) -> bool:
    try:
        return seen_by_tests(mutant.source()) != seen_by_tests(mutant.file.read_text(encoding="utf-8"))
    except SyntaxError:
        return False  # a mutant that is no Python says nothing about the tests


@dataclass(frozen=True)
class Test:
    """What one test does without any mutant: its seconds, and the functions that it calls by file and first line."""

    id: str
    seconds: float
    calls: frozenset[tuple[str, int]]


class Recorder:
    """Records the tests of a run, and writes them to a file at its end."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._tests: list[Test] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        calls: set[tuple[str, int]] = set()

        def record(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_filename.startswith(MEASURED):
                calls.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

        began = process_time()
        threading.settrace(record)
        sys.settrace(record)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self._tests.append(Test(item.nodeid, process_time() - began, frozenset(calls)))

    def pytest_sessionfinish(self) -> None:
        self._file.write_bytes(pickle.dumps(self._tests))


class Chosen:
    """Has only the chosen tests run, in their order; those that the mutant has renamed do not run."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self._order = {test.id: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((each for each in items if each.nodeid in self._order), key=lambda x: self._order[x.nodeid])


def killed(mutant: Mutant, tests: Sequence[Test], scratch: Path) -> bool:
    """Whether a test fails for a mutant: first those that call the function, then the others, as calls are cached."""
    file, function = str(mutant.file), function_at(mutant)
    nearest = [test for test in tests if any(file == each and function in (None, line) for each, line in test.calls)]
    nearest.sort(
        key=lambda test: (
            f"/test_{mutant.file.stem}" not in test.id,
            test.seconds > SLOW_SECONDS,
            f"tests/{mutant.module.split('.')[1]}/" not in test.id,
        )
    )
    near = {test.id for test in nearest}
    others = [test for test in tests if test.id not in near]
    return any(fails(mutant, chosen, scratch) for chosen in (nearest, others) if chosen)


def function_at(mutant: Mutant) -> int | None:
    """Return the first line of the function whose body has the mutant; ``None`` if that runs when it is imported."""
    functions = [
        (node.body[0].lineno, min(each.lineno for each in (node, *node.decorator_list)))
        for node in ast.walk(ast.parse(mutant.file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.body[0].lineno <= mutant.position[0] <= (node.end_lineno or 0)
    ]
    return max(functions)[1] if functions else None


def fails(mutant: Mutant, tests: Sequence[Test], scratch: Path) -> bool:
    """Whether one of some tests fails for a mutant, or the first import does, or they take far longer than before."""
    files = dict.fromkeys(test.id.partition("::")[0] for test in tests)
    seconds = 20 + 5 * sum(test.seconds for test in tests)
    return run_tests([*files], scratch, round(seconds), Chosen(tests), mutant) not in (0, NO_TESTS)


def run_tests(files: Sequence[str], scratch: Path, seconds: int, plugin: object, mutant: Mutant | None = None) -> int:
    """Run some tests in a fork of this process, which ends after ``seconds`` of a processor; return its status."""
    child = os.fork()
    if child == 0:
        with open(os.devnull, "w") as nothing:  # noqa: PTH123 # this is for the descriptors, not a file
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        if mutant:
            sys.meta_path.insert(0, MutantImporter(mutant))
        status = 1
        try:
            status = int(pytest.main([*PYTEST, f"--basetemp={scratch}", *files], [plugin]))
        finally:
            os._exit(status)
    # One that waits for ever uses no processor.
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(10 * seconds)
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    return os.waitstatus_to_exitcode(status)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sample", type=int, default=400, help="how many mutants (400)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample: the same seed, the same mutants (1)")
    parser.add_argument("--from", type=int, default=1, dest="first", help="the number of the first one to try (1)")
    parser.add_argument("--package", choices=PACKAGES, action="append", help="one of them only")
    options = parser.parse_args(arguments)
    packages = options.package or PACKAGES
    os.chdir(ROOT)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory(prefix="es-desktop-mutation-") as folder:
        scratch, recorded = Path(folder, "tests"), Path(folder, "recorded")
        if run_tests(JUDGES, scratch, MOST_SECONDS, Recorder(recorded)):
            sys.exit("The tests fail without any change.")
        tests = sorted(pickle.loads(recorded.read_bytes()), key=attrgetter("seconds"))  # our own
        mutants = sampled(packages, options.sample, options.seed)
        tried = survivors = 0
        for number, mutant in enumerate(mutants[options.first - 1 :], options.first):
            tried += 1
            if not killed(mutant, tests, scratch):
                survivors += 1
                print(f"{number}/{len(mutants)} survived: {mutant}", flush=True)
            if number % PROGRESS == 0:
                print(f"{number}/{len(mutants)}: {tried - survivors} killed, {survivors} survived", file=sys.stderr)
    print(
        f"mutation score of {' and '.join(packages)}: {(tried - survivors) / max(tried, 1):.1%} "
        f"({tried - survivors} of {tried} mutants killed, {survivors} survived; seed {options.seed})"
    )


if __name__ == "__main__":
    main()
