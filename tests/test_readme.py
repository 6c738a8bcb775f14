"""The README says what is: its table of actions is the program's own, and its example runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from es_desktop.views.window.window_actions import action_table

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_table_of_keys_is_that_of_the_actions() -> None:
    assert action_table() in README


def test_the_example_of_the_core_runs_to_its_end(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    # The example leaves closing its memory database to the end of the process, as a reader would.
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])


def test_every_picture_and_file_that_it_links_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)]+)\)", README)
    assert links
    assert all((Path(__file__).parents[1] / link).exists() for link in links)
