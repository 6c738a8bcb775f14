"""What tests of several folders share: real stores in folders of their own, and the platform that Qt draws on."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.stores.serving import Server, running_server

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# An example takes as long as the disk and whoever else works on the machine let it.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
SAMPLES = Path(__file__).parent / "samples"


def pytest_configure(config: pytest.Config) -> None:
    """Give all processes of a run one runtime folder, away from the person's; who makes it takes it away."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.TemporaryDirectory(prefix="es-desktop-tests-")
        config.add_cleanup(folder.cleanup)
        os.environ["XDG_RUNTIME_DIR"] = folder.name


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """What pytest-qt makes the application with: the style that the program has."""
    from es_desktop.views.style.theme import STYLE

    return ["es-desktop", *STYLE]


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo store, made once; copy it before you write to it."""
    from es_desktop.app.store.demo import make_demo

    path = tmp_path_factory.mktemp("demo") / "demo.esdb"
    make_demo(path, lambda done, total: None)
    return path


@pytest.fixture
def demo_store(demo_template: Path, tmp_path: Path) -> Path:
    """A demo store of the test's own."""
    return Path(shutil.copyfile(demo_template, tmp_path / "demo.esdb"))


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


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep what the program remembers out of the home of whoever runs the tests."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    yield
