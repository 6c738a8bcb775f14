"""The system asks the program that runs to open a file or an address: macOS does for each double click."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from es_desktop.app.notes.address import Address
from tests.conftest import SAMPLES
from tests.running import copied

SCRIPT = Path(__file__).with_name("window_asked_to_open.py")
SHOP = "es-9.5.6-sqlite-plain.db"


def test_what_comes_before_the_window_is_opened_and_what_comes_later_beside_it(tmp_path: Path) -> None:
    first, second = (tmp_path / name for name in ("a b.db", "é.db"))
    for each in (first, second):
        shutil.copyfile(SAMPLES / SHOP, each)
    address = str(Address(str(second), "72e99070", 7))
    with tempfile.TemporaryDirectory() as short:
        own = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": short}
        answer = copied(tmp_path, first, address, env=own, script=SCRIPT)
    assert answer.returncode == 0
    lines = answer.stdout.splitlines()
    assert [line.rsplit(" ", 2)[0] for line in lines] == [str(first), str(second)]
    assert lines[1].endswith(" 7")
