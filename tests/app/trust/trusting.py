"""A store of another program, and code of a person that folds it."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from es_desktop.app.store.session import Session, open_session
from es_desktop.app.trust.fold import Limits, Trust
from tests.conftest import SAMPLES
from tests.trusted.coding import PATIENT

SHOP = "es-9.5.6-sqlite-plain.db"
ORDER = "72e99070351d434989d1e921f0451626"
"""An order of the shop with 15 events, and a snapshot at 10."""
needs_named_pipes = pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")


def shop_in(folder: Path) -> Path:
    """Copy the shop's store."""
    return Path(shutil.copyfile(SAMPLES / SHOP, folder / "shop.db"))


def fold_in(folder: Path, source: str) -> Trust:
    """Write a module with a function ``fold``, and return the trust in it."""
    folder.mkdir(exist_ok=True)
    (folder / "mine.py").write_text(textwrap.dedent(source), "utf-8")
    return Trust(folder, ("mine",), sys.executable, "mine:fold")


def counting(*lines: str) -> str:
    """The source of a function that counts events, after it has done something else."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"def fold(state, event):\n{body}    return {{'count': (state or {{'count': 0}})['count'] + 1}}\n"


def named_pipe(path: Path) -> Path:
    """Make a named pipe, by which code that may only read shows that it runs: it opens it, and waits."""
    os.mkfifo(path)
    return path


def is_read(pipe: Path) -> bool:
    """Return whether code waits at a named pipe, and let it go on."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


@contextmanager
def trusting(store: Path, trust: Trust, limits: Limits = PATIENT) -> Iterator[Session]:
    """The store with trusted code, closed in any case."""
    session = open_session(str(store))
    try:
        session.set_trust(trust, limits)
        yield session
    finally:
        session.close()
