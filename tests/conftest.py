"""What tests of several folders share: real stores in folders of their own, and the platform that Qt draws on."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from _pytest.logging import caplog_records_key
from _pytest.pathlib import import_path
from _pytest.unraisableexception import gc_collect_iterations_key
from hypothesis import Phase, settings
from hypothesis.internal.conjecture import providers
from PySide6.QtCore import SLOT, QEvent, QEventLoop, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication
from pytest_timeout import Settings, timeout_timer
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from es_desktop.app.runtime import processes
from tests.altering import part_of_demo
from tests.forking import METHOD, new_processes
from tests.patience import PATIENCE_MS
from tests.stores.serving import Server, one_at_a_time, running_server
from tests.watching import Watch

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"  # numbers have the separators of the person's language
os.environ.pop("PYTHONUNBUFFERED", None)  # what a process prints waits as it does for a person
# An example takes as long as the disk and whoever else works on the machine let it.
# The same examples in every run: what fails for one person fails for all. "thorough" looks for new ones.
settings.register_profile("quick", max_examples=25, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=300, deadline=None)
settings.register_profile(
    "mutation", settings.get_profile("quick"), derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("quick")
# Texts and numbers of the modules that happen to be loaded would be among the examples; to find them takes seconds.
providers.is_local_module_file = lambda path: False
IN_MEMORY = Path("/dev/shm")
SAMPLES = Path(__file__).parent / "samples"


pytest_plugins = ["es_desktop.testing.plugin"]
HOMES = pytest.StashKey[Path]()
WATCH = pytest.StashKey[Watch]()
_numbers = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--one-case",
        type=int,
        metavar="NUMBER",
        help="run each test with one of its parameters only; which one, the number says",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep one case of each test, if asked to: what differs on another Python seldom depends on the parameter."""
    number = config.getoption("--one-case")
    if number is None:
        return
    cases: dict[str, list[pytest.Item]] = {}
    for each in items:
        cases.setdefault(each.nodeid.partition("[")[0], []).append(each)
    kept = {id(each[number % len(each)]) for each in cases.values()}
    config.hook.pytest_deselected(items=[each for each in items if id(each) not in kept])
    items[:] = [each for each in items if id(each) in kept]


def pytest_configure(config: pytest.Config) -> None:
    """Give all processes of a run one runtime folder, away from the person's, and put stores where none is synced.

    What the program imports is copied where it starts a process, as the tests do: that takes 0.3 seconds less for each.
    """
    if not hasattr(config, "workerinput"):
        if "TMPDIR" not in os.environ and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > 2 * 2**30:
            os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)
        folder = tempfile.TemporaryDirectory(prefix="es-desktop-tests-")
        config.add_cleanup(folder.cleanup)
        # The last is where pgserver puts its lock, if it is there: otherwise into a folder that others use, too.
        for name in ("homes", "runtime", "runtime/python_PostgresServer"):
            Path(folder.name, name).mkdir(0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(Path(folder.name, "runtime"))
    config.stash[HOMES] = Path(os.environ["XDG_RUNTIME_DIR"]).with_name("homes")
    config.stash[WATCH] = Watch(os.dup(2))
    config.add_cleanup(config.stash[WATCH].close)
    config.stash[gc_collect_iterations_key] = 1  # of five at the end, four find nothing in CPython
    new_processes()
    processes.START_METHOD = METHOD  # type: ignore[misc]


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Import a share of the tests before the others, where several processes have to import all of them.

    pytest compiles a file that is new or was changed, and keeps that: so each process compiles its share, and not all.
    To compile all takes 9 seconds.
    """
    gc.disable()  # what is collected stays
    config = session.config
    given: dict[str, Any] = getattr(config, "workerinput", {})
    number, count = int(given.get("workerid", "gw0").removeprefix("gw")), int(given.get("workercount", 1))
    found = sorted(path for each in config.args for path in config.rootpath.joinpath(each).rglob("test_*.py"))
    for path in found[number::count] if count > 1 else ():
        with suppress(Exception):  # it is reported where the file is collected
            import_path(path, mode="importlib", root=config.rootpath, consider_namespace_packages=False)


def pytest_collection_finish() -> None:
    """Have the garbage collector leave the thousands of tests alone, and come less often."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(500_000, 10, 100)


def pytest_timeout_set_timer(item: pytest.Item, settings: Settings) -> bool:
    item.config.stash[WATCH].start(settings.timeout, partial(timeout_timer, item, settings))
    return True


def pytest_timeout_cancel_timer(item: pytest.Item) -> bool:
    item.config.stash[WATCH].stop()
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep what the program remembers out of the home of whoever runs the tests: each test has a home of its own.

    Here and below are hooks, as five fixtures that each test has take as long as half of the tests.
    """
    home = f"{item.config.stash[HOMES]}/{os.getpid()}-{next(_numbers)}"
    Path(home).mkdir()
    os.environ.update(XDG_CONFIG_HOME=home, XDG_DATA_HOME=home, XDG_CACHE_HOME=home)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Delete what a test leaves to be deleted later: windows stayed until a test waited, and slowed what follows.

    Fail a test in which what Qt called has raised: the guard of the tables lives on, and logs it.
    """
    logged = item.stash.get(caplog_records_key, {}).get("call", [])
    failed = [each.getMessage() for each in logged if each.name == "es_desktop.models.guard"]
    yield
    if QApplication.instance():
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not failed, failed


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """What pytest-qt makes the application with: the style that the program has."""
    from es_desktop.views.style.theme import STYLE

    return ["es-desktop", *STYLE]


class PatientBot(QtBot):
    """Waits as long as a machine with other work may need, and looks ten times as often as its parent."""

    def wait(self, ms: int) -> None:
        loop = QEventLoop()  # the parent's takes three times as long to make
        QTimer.singleShot(min(ms, 1), loop, SLOT("quit()"))
        loop.exec()

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: SignalInstance, *, timeout: int = PATIENCE_MS, **options: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **options)


@pytest.fixture
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the program start processes as it does elsewhere."""
    monkeypatch.setattr(processes, "START_METHOD", "spawn")


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(scope="session", autouse=True)
def patient_with_code() -> Iterator[None]:
    """Trusted code has as long as a test waits, wherever a store is opened with it: a busy machine is no fault."""
    from es_desktop.app.trust import fold
    from tests.trusted.coding import PATIENT

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fold, "LIMITS", PATIENT)
        yield


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo store, made once for all processes of the run; copy it before you write to it."""
    from es_desktop.app.store.demo import make_demo

    made = Path(os.environ["XDG_RUNTIME_DIR"], "made", "demo.esdb")
    with one_at_a_time():
        if not made.exists():
            made.parent.mkdir(exist_ok=True)
            make_demo(made, lambda done, total: None)
    return Path(shutil.copyfile(made, tmp_path_factory.mktemp("demo") / "demo.esdb"))


@pytest.fixture
def demo_store(demo_template: Path, tmp_path: Path) -> Path:
    """A demo store of the test's own."""
    return Path(shutil.copyfile(demo_template, tmp_path / "demo.esdb"))


@pytest.fixture(scope="session")
def small_demo_template(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo store with a seventh of its entities, those of its story among them; copy it before you write to it.

    For tests that read every entity, and learn no more from 300 of them.
    """
    return part_of_demo(demo_template, tmp_path_factory.mktemp("small") / "demo.esdb")


@pytest.fixture
def small_demo(small_demo_template: Path, tmp_path: Path) -> Path:
    """A store of the test's own with a seventh of the demo."""
    return Path(shutil.copyfile(small_demo_template, tmp_path / "demo.esdb"))


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the file that Python eventsourcing 3.1.0 wrote, in a folder of its own."""
    folder = tmp_path / "sample"
    folder.mkdir()
    name = "es-3.1.0-sqlalchemy-sqlite.db"
    return Path(shutil.copyfile(SAMPLES / name, folder / name))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A real PostgreSQL server."""
    with running_server() as socket_folder:
        yield Server(socket_folder)
