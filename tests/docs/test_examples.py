"""What the pages say is done: their commands and code are run, and print what the pages show."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import pytest

from tests.docs import notebook
from tests.docs.pages import ROOT, Block, Page, pages
from tests.docs.running import Follower, check_command
from tests.faults.common import harnesses
from tests.stores.formats.samples import DUMPS, SAMPLES

PAGES = [each for each in pages() if each.blocks]
SAMPLE_FILES = ROOT / "tests" / "samples"
BY_FILE = {each.file: each for each in (*SAMPLES, *DUMPS)}


def bring(folder: Path) -> None:
    """Put into a folder what pages name without a store: code to trust, and a key."""
    (folder / "code").mkdir()
    shutil.copy(SAMPLE_FILES / "es9_shop.py", folder / "code")
    shutil.copy(SAMPLE_FILES / "es-9.5.6-sqlite-aes-zlib.db.key", folder / "secret.key")


@pytest.mark.parametrize("page", PAGES, ids=[each.name for each in PAGES])
def test_a_reader_who_follows_a_page_sees_what_it_shows(
    page: Page, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    renamed: dict[str, str] = {}
    follower = Follower(tmp_path, renamed)
    for name, file in page.stores.items():
        if "://" in name:
            renamed[name] = BY_FILE[file].serve(request.getfixturevalue("server"))
        elif file == "demo":
            (follower.here / name).write_bytes(request.getfixturevalue("demo_template").read_bytes())
        else:
            BY_FILE[file].copy_to(follower.here).rename(follower.here / name)
    bring(follower.here)
    for block in page.blocks:
        follower.follow(block)


def test_the_notebook_has_the_results_of_its_cells(demo_template: Path) -> None:
    assert notebook.run(notebook.read(), demo_template) == notebook.read(), "run it anew: python -m tests.docs notebook"


@pytest.mark.parametrize(
    "text", ["$ es-desktop new my.esdb\n", "$ es-desktop new my.esdb\nyour.esdb\n", "$ es-desktop info none.db\n…\n"]
)
def test_a_page_that_shows_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(AssertionError):
        Follower(tmp_path, {}).follow(Block("console", "", text))


@pytest.mark.parametrize("page", pages(), ids=[each.name for each in pages()])
def test_a_command_within_a_text_is_one_that_there_is(page: Page) -> None:
    for arguments in re.findall(r"`es-desktop ([^`]+)`", page.prose):
        check_command(re.sub(r" \[.*?\]|…", "", arguments).split("|")[0])


@pytest.mark.parametrize("page", pages(), ids=[each.name for each in pages()])
def test_a_module_that_a_page_runs_is_there(page: Page) -> None:
    for module, name in re.findall(r"python -m\s(tests[.\w]*)(?: ([a-z]\w+))?", page.text):
        assert importlib.util.find_spec(module) is not None, module
        assert module != "tests.faults" or not name or name in harnesses(), name
