"""A short command loads little: most of its time is that of what it loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE
from tests.running import environment

HEAVY = {
    "difflib",
    "duckdb",
    "es_desktop.api.process",
    "es_desktop.app.search.find",
    "es_desktop.cli.manual",
    "es_desktop.cli.rules",
    "es_desktop.index",
    "es_desktop.replay.branch",
    "es_desktop.replay.watch",
    "multiprocessing.context",
    "psycopg",
    "pyarrow",
    "PySide6",
    "sqlalchemy.orm",
    "xlsxwriter",
}


def test_info_loads_neither_the_window_nor_the_orm_nor_other_commands(demo_store: Path, tmp_path: Path) -> None:
    code = "import sys; from es_desktop.__main__ import main; main(); print(*sys.modules, file=sys.stderr)"
    line = [sys.executable, "-c", code, "info", str(demo_store)]
    ended = subprocess.run(
        line, env=environment(tmp_path), capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert "300 entities" in ended.stdout
    assert {*ended.stderr.split()} & HEAVY == set()
