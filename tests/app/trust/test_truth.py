"""Exact states are the library's own: each sample of Python eventsourcing against what its release made of it.

The truth files beside the samples were written by ``tests/samples/truth.py``, with each release's own repository. The
classes of release 9 run wherever the tests do. For those of 2 to 8, ``ES_DESKTOP_OLD_RELEASES`` names a folder that has
``pip install --no-deps --target 7.2.4 eventsourcing==7.2.4`` of each, and ``ES_DESKTOP_OLD_PYTHON`` a Python with their
dependencies: SQLAlchemy 1.3, sqlalchemy-utils, six, python-dateutil, pycryptodome, requests.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.entity.checks import check_base, verify_store
from es_desktop.app.entity.verdict import NEAREST, ZERO
from es_desktop.app.entity.view import EntityView
from es_desktop.app.store.credentials import keys_from_text
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.text.json_view import plain_json
from es_desktop.app.trust.fold import Trust
from es_desktop.replay import Exactness
from es_desktop.stores import OpenOptions
from tests.conftest import SAMPLES
from tests.trusted.coding import PATIENT

MODELS = {"es-2": "es2_garden", "es-3": "es3_todo", "es-9": "es9_shop", "es-s": "es9_shop"}
NAMES = sorted(each.name.removesuffix(".states.jsonl") for each in SAMPLES.glob("*.states.jsonl"))
OLD = [name for name in NAMES if name[3] in "2345678"]
RELEASES, PYTHON = os.environ.get("ES_DESKTOP_OLD_RELEASES"), os.environ.get("ES_DESKTOP_OLD_PYTHON", sys.executable)


def truth_of(name: str) -> dict[tuple[str, int], Any]:
    """Return each state by entity and version."""
    lines = (SAMPLES / f"{name}.states.jsonl").read_text("utf-8").splitlines()
    return {(each["entity"], each["version"]): each["state"] for each in map(json.loads, lines)}


def keys_of(name: str) -> tuple[bytes, ...]:
    if not name.endswith("-aes-zlib"):
        return (b"0123456789abcdef",) if name.endswith("-aes") else ()
    return keys_from_text((SAMPLES / f"{name}.db.key").read_text("utf-8"))


@contextmanager
def opened(name: str, folder: Path, scope: str | None = None) -> Iterator[Session]:
    store = Path(shutil.copyfile(SAMPLES / f"{name}.db", folder / "store.db"))
    with closing(open_session(str(store), options=OpenOptions(keys=keys_of(name), scope=scope))) as session:
        yield session


def scopes_of(name: str, folder: Path) -> list[str | None]:
    with opened(name, folder) as session:
        return [scope for _, scope in session.scope_choices if scope is not None] or [None]


def compare(session: Session, truth: dict[tuple[str, int], Any]) -> tuple[set[tuple[str, int]], int]:
    """Return the versions that were compared, and how many of the states are exact; an exact one must be the truth."""
    seen, exact = set(), 0
    for entity in session.entities():
        view = EntityView(session, entity.id)  # which reads each event once, as the window does
        for version in view.outline.versions:
            key = getattr(entity.id, "hex", str(entity.id)), version
            if key in truth:  # a log of the library has none
                seen.add(key)
                for base in (ZERO, NEAREST):
                    found = view.state_at(version, base=base, checkpoint=lambda: None)
                    if version == entity.version:
                        explained = session.explain(entity.id, base=base)
                        assert (found.state, found.exactness) == (explained.state, explained.exactness)
                    if found.exactness is Exactness.EXACT and session.trusted is None:
                        check_base(session, entity, found.base.version)
                    verdict = session.verdict(entity, found.exactness, found.base.version)
                    if verdict.exactness is Exactness.EXACT:
                        exact += 1
                        assert plain_json(found.state) == truth[key], (entity.id, version, base)
    return seen, exact


@pytest.mark.parametrize("name", NAMES)
def test_without_the_classes_an_exact_state_is_the_librarys_own(name: str, tmp_path: Path) -> None:
    truth, seen, exact, kept = truth_of(name), set(), 0, 0
    for scope in scopes_of(name, tmp_path):
        with opened(name, tmp_path, scope) as session:
            versions, count = compare(session, truth)
            seen, exact = seen | versions, exact + count
            # The snapshots that the library itself wrote are whole.
            rows = list(session.store.reader.all_snapshot_records())
            kept += sum(str(row[2]).startswith("eventsourcing.") for row in rows)
    assert seen == truth.keys()
    assert exact == kept


@pytest.mark.parametrize("name", [name for name in NAMES if RELEASES is not None or name not in OLD])
def test_with_the_classes_every_state_is_exact_and_the_librarys_own(name: str, tmp_path: Path) -> None:
    python, code = sys.executable, tmp_path / "code"
    module = "es9_course" if name.endswith("textids") else MODELS.get(name[:4], "es_acct")
    code.mkdir()
    shutil.copyfile(SAMPLES / f"{module}.py", code / f"{module}.py")
    if name in OLD and RELEASES is not None:
        python, release = PYTHON, name.split("-")[1]
        (code / "eventsourcing").symlink_to(Path(RELEASES, release, "eventsourcing"))
    truth, seen, exact = truth_of(name), set(), 0
    for scope in scopes_of(name, tmp_path):
        with opened(name, tmp_path, scope) as session:
            session.set_trust(Trust(code, (module,), python), PATIENT)
            versions, count = compare(session, truth)
            seen, exact = seen | versions, exact + count
            assert all(each.check.ok for each in verify_store(session)), "the snapshots are the library's, too"
    assert (seen, exact) == (truth.keys(), 2 * len(truth))
