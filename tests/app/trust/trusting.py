"""A store of another program, and code of a person that folds it."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from es_desktop.app.store.session import Session, open_session
from es_desktop.app.trust.fold import LIMITS, Limits, Trust
from tests.conftest import SAMPLES

SHOP = "es-9.5.6-sqlite-plain.db"
ORDER = "72e99070351d434989d1e921f0451626"
"""An order of the shop with 15 events, and a snapshot at 10."""
QUICK = Limits(seconds=0.6)


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


@contextmanager
def trusting(store: Path, trust: Trust, limits: Limits = LIMITS) -> Iterator[Session]:
    """The store with trusted code, closed in any case."""
    session = open_session(str(store))
    try:
        session.set_trust(trust, limits)
        yield session
    finally:
        session.close()
