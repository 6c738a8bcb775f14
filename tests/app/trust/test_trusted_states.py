"""States by the classes of the system itself: of a file that Python eventsourcing 9.5.6 wrote, as it printed them.

The states were noted by the very program that wrote the file, with its own repository.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import sqlite3
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from es_desktop.app.branch.view import BranchReader, RecordedHistory
from es_desktop.app.entity.checks import verify_store
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.entity.verdict import NEAREST, ZERO, BaseChoice
from es_desktop.app.entity.view import EntityView, StateView
from es_desktop.app.snapshot_cost.measure import Effort, measure_entity
from es_desktop.app.store.credentials import keys_from_text
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.text.json_view import plain_json
from es_desktop.app.transfer.working_copy import StoreCopier
from es_desktop.app.trust.fold import Trust, TrustError
from es_desktop.app.watch.watchpoints import watch
from es_desktop.replay import Edit, Exactness, Insert, Skip
from es_desktop.stores import OpenOptions
from tests.conftest import SAMPLES
from tests.trusted.coding import PATIENT

NAME = "es-9.5.6-sqlite-plain"
SHOP = Trust(SAMPLES, ("es9_shop",), sys.executable)


def recorded_states() -> dict[tuple[str, int], Any]:
    """Return the states that the writing program recorded beside the file, by entity and version."""
    lines = (SAMPLES / f"{NAME}.states.jsonl").read_text("utf-8").splitlines()
    results = [json.loads(line) for line in lines]
    return {(each["entity"], each["version"]): each["state"] for each in results}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copyfile(SAMPLES / f"{NAME}.db", tmp_path_factory.mktemp("shop") / "shop.db"))


@pytest.fixture(scope="module")
def session(store: Path) -> Iterator[Session]:
    """The store, with the code that wrote it."""
    with closing(open_session(str(store))) as session:
        session.set_trust(SHOP, PATIENT)
        yield session


def every_state(session: Session, base: BaseChoice) -> Iterator[tuple[EntityFacts, StateView]]:
    """Yield each entity with its state at each version; the events of an entity are read and folded once."""
    for entity in session.entities():
        yield from ((entity, each) for each in states_of(EntityView(session, entity.id), base))


def states_of(view: EntityView, base: BaseChoice) -> Iterator[StateView]:
    """Yield the state at each version; that of the last is the one that ``explain`` rebuilds on its own."""
    for version in view.outline.versions:
        if base.version is None or base.version <= version:
            found = view.state_at(version, base=base, checkpoint=lambda: None)
            assert found.base_note == ""
            yield found
    rebuild = view.reading.explain(view.facts.id, base=base)
    assert (rebuild.state, rebuild.exactness, rebuild.base) == (found.state, found.exactness, found.base)


def test_every_state_from_zero_is_what_the_system_says(session: Session) -> None:
    results = recorded_states()
    for entity, found in every_state(session, ZERO):
        assert plain_json(found.state) == results.pop((entity.id.hex, found.version))  # type: ignore[union-attr]
        assert found.exactness is Exactness.EXACT
    for entity in session.entities():
        steps = session.explain(entity.id, base=ZERO).steps
        assert [step.error for step in steps] == [None] * entity.version
    assert results == {}


def test_every_state_from_every_snapshot_is_what_the_system_says(session: Session) -> None:
    results, count = recorded_states(), 0
    for entity in session.entities():
        view = EntityView(session, entity.id)
        assert all(not base.error for base in view.bases.rows)
        for base in (NEAREST, *map(BaseChoice.picked, view.snapshot_versions)):
            for found in states_of(view, base):
                assert plain_json(found.state) == results[entity.id.hex, found.version]  # type: ignore[union-attr]
                has_base = min(view.snapshot_versions, default=found.version + 1) <= found.version
                assert (found.exactness, found.base.version is not None) == ("exact", has_base)
                count += has_base
    assert count > 80


def test_without_trust_only_a_state_that_is_a_whole_snapshot_is_exact(store: Path) -> None:
    """Not one event later: what the model makes of an event is not known here."""
    results, exact = recorded_states(), 0
    with closing(open_session(str(store))) as session:
        assert {found.exactness for _, found in every_state(session, ZERO)} == {Exactness.INFERRED}
        for entity, found in every_state(session, NEAREST):
            assert (found.exactness is Exactness.EXACT) == (found.base.version == found.version)
            verdict = session.verdict(entity, found.exactness, found.base.version)
            assert ("holds the whole state" in verdict.reason) == (found.base.version == found.version)
            if found.exactness is Exactness.EXACT:
                exact += 1
                assert plain_json(found.state) == results[entity.id.hex, found.version]  # type: ignore[union-attr]
    assert exact == 10


def exact_versions(session: Session) -> set[tuple[Any, int]]:
    return {(each.id, found.version) for each, found in every_state(session, NEAREST) if found.exactness == "exact"}


def test_a_copy_of_a_whole_snapshot_is_exact_as_well(store: Path, tmp_path: Path) -> None:
    with closing(open_session(str(store))) as session:
        StoreCopier(session, tmp_path / "copy.esdb").run()
        whole = exact_versions(session)
    with closing(open_session(str(tmp_path / "copy.esdb"))) as copy:
        assert whole == exact_versions(copy)


@pytest.mark.parametrize(
    ("topic", "state"),
    [
        ("es9_shop:Order.Snapshot", {"customer": "Ada"}),
        ("eventsourcing.domain:Snapshot", {"due": {"_type_": "money", "_data_": 5}}),
        ("eventsourcing.domain:Snapshot", {"lines": [{"due": {"_type_": "money", "_data_": 5}}]}),
    ],
)
def test_a_snapshot_that_may_lack_something_stays_inferred(
    store: Path, tmp_path: Path, topic: str, state: dict[str, Any]
) -> None:
    path = Path(shutil.copyfile(store, tmp_path / "other.db"))
    with closing(sqlite3.connect(path)) as connection, connection:
        data = json.dumps({"timestamp": None, "topic": "es9_shop:Order", "state": state}).encode()
        connection.execute("UPDATE stored_snapshots SET topic = ?, state = ?", (topic, data))
    with closing(open_session(str(path))) as session:
        assert {found.exactness.value for _, found in every_state(session, NEAREST)} == {"inferred"}


def test_steps_have_the_changes_of_each_event_by_the_code(session: Session) -> None:
    order = next(each for each in session.entities() if each.type == "Order" and each.events > 10)
    rebuild = session.explain(order.id, base=ZERO)
    added = next(step for step in rebuild.steps if step.type == "ItemAdded")
    assert {change.path.partition("[")[0].partition(".")[0] for change in added.changes} == {"items", "total"}
    assert rebuild.writers["total"] == [step.version for step in rebuild.steps if "total" in str(step.changes)]


def test_snapshots_are_seen_to_be_true(session: Session) -> None:
    checks = [found.check for found in verify_store(session)]
    assert [check.ok for check in checks] == [True] * 10


def test_a_condition_looks_at_the_states_of_the_code(session: Session) -> None:
    order = next(each for each in session.entities() if each.type == "Order" and each.discarded)
    (first, *_, last) = watch(session, order, "total > 0")
    assert (first.before, last.after) == (False, False)


def test_the_file_is_as_it_was(session: Session, store: Path) -> None:
    for each in session.entities():
        session.explain(each.id)
    assert [file.name for file in store.parent.iterdir()] == [store.name]
    wanted = hashlib.sha256((SAMPLES / f"{NAME}.db").read_bytes()).hexdigest()
    assert hashlib.sha256(store.read_bytes()).hexdigest() == wanted


def test_after_the_end_of_trust_states_are_inferred_again(store: Path) -> None:
    with closing(open_session(str(store))) as session:
        entity = next(session.entities())
        session.set_trust(SHOP, PATIENT)
        assert session.explain(entity.id, base=ZERO).exactness is Exactness.EXACT
        session.set_trust(None)
        assert session.trusted is None
        assert session.explain(entity.id, base=ZERO).exactness is Exactness.INFERRED


def test_code_that_cannot_be_imported_is_not_trusted_and_says_where_it_fails(store: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def make():\n    raise RuntimeError('no')\nmake()\n", "utf-8")
    with closing(open_session(str(store))) as session:
        with pytest.raises(TrustError) as raised:
            session.set_trust(Trust(tmp_path, ("broken",), sys.executable), PATIENT)
        assert session.trusted is None
        assert session.explain(next(session.entities()).id, base=ZERO).exactness is Exactness.INFERRED
    assert str(raised.value) == (
        "the module broken could not be imported: RuntimeError: no (broken.py, line 2). "
        f"It was run by {sys.executable}."
    )
    assert raised.value.traceback.splitlines()[0] == f'  File "{tmp_path / "broken.py"}", line 3, in <module>'


# What if --------------------------------------------------------------------------------------------------------------


def test_a_branch_is_folded_by_the_code(session: Session) -> None:
    order = next(each for each in session.entities() if each.type == "Order" and each.events > 10)
    recorded = RecordedHistory(session, order)
    reader = BranchReader(recorded)
    added = next(event for event in recorded.events if event.type == "ItemAdded")
    data = {**added.data, "sku": "NEW", "qty": 7}
    more = Insert(order.version, "ItemAdded", {**data, "sku": "MORE"})
    edits = [Edit(added.version, data), Skip(added.version + 1), more]
    branch = recorded.branch(edits)
    outcome = reader.outcome(branch)
    assert outcome.failed == ()
    state = branch.chain(recorded.fold()).state_after(len(branch.events()))[0]
    assert (state["items"]["NEW"], state["items"]["MORE"]) == (7, 7)
    assert state["total"] == sum(
        event.data["price"] * event.data["qty"] for event in branch.events() if event.type == "ItemAdded"
    )


def test_the_history_of_an_entity_is_folded_by_the_code(session: Session) -> None:
    order = next(each for each in session.entities() if each.type == "Order" and each.snapshots)
    view = EntityView(session, order.id)
    history = view.history(lambda: None)
    assert history.failed == ()
    assert history.blame.last_writer("status", order.version) in view.outline.versions


def test_snapshot_costs_are_measured_without_the_pipe(session: Session) -> None:
    order = next(each for each in session.entities() if each.type == "Order" and each.snapshots)
    costs = measure_entity(session, order, effort=Effort(rounds=1))
    assert costs.events == order.events


# Other stores ---------------------------------------------------------------------------------------------------------


FOLD = """
def fold(state, event):
    seen, data = ([], {}) if state is None else (state["seen"], state["data"])
    return {"seen": [*seen, event["type"]], "data": {**data, **event["data"]}, "at": event["timestamp"]}
"""


@pytest.mark.parametrize("name", sorted(each.name for each in SAMPLES.glob("*.db")))
def test_a_function_folds_any_store(name: str, tmp_path: Path) -> None:
    store = Path(shutil.copyfile(SAMPLES / name, tmp_path / name))
    (tmp_path / "mine.py").write_text(FOLD, "utf-8")
    with closing(open_session(str(store))) as session:
        session.set_trust(Trust(tmp_path, (), sys.executable, "mine:fold"), PATIENT)
        entity = max(session.entities(), key=lambda each: each.events)
        rebuild = session.explain(entity.id)
        assert rebuild.base.version is None, "a function folds from zero"
        if any(event.error for event in session.events(entity.id)):
            assert rebuild.exactness is Exactness.BROKEN
        else:
            assert (rebuild.exactness, rebuild.state["seen"]) == ("exact", [each.type for each in rebuild.steps])


def test_the_classes_of_an_encrypted_store_get_the_opened_records(tmp_path: Path) -> None:
    name = "es-9.5.6-sqlite-aes-zlib.db"
    store = Path(shutil.copyfile(SAMPLES / name, tmp_path / name))
    keys = keys_from_text((SAMPLES / f"{name}.key").read_text("utf-8"))
    with closing(open_session(str(store), options=OpenOptions(keys=keys))) as session:
        session.set_trust(SHOP, PATIENT)
        for entity in session.entities():
            rebuild = session.explain(entity.id, base=ZERO)
            assert (rebuild.exactness, [step.error for step in rebuild.steps if step.error]) == ("exact", [])
    with closing(open_session(str(store))) as session:
        session.set_trust(SHOP, PATIENT)
        entity = next(session.entities())
        assert all("encrypted" in (step.error or "") for step in session.explain(entity.id, base=ZERO).steps)


@pytest.mark.parametrize("inner", [lambda data: data, zlib.decompress], ids=["compressed", "plain"])
@pytest.mark.parametrize("nonce", [b"{", b"x\x9c", b'{"a":1}'])
def test_encrypted_records_that_begin_like_another_encoding(
    tmp_path: Path, nonce: bytes, inner: Callable[[bytes], bytes]
) -> None:
    """A record that begins with ``{`` was taken for JSON. With the key it is folded; without it, it says so."""
    name = "es-9.5.6-sqlite-aes-zlib.db"
    store = Path(shutil.copyfile(SAMPLES / name, tmp_path / name))
    text = (SAMPLES / f"{name}.key").read_text("utf-8")
    key, keys = base64.b64decode(text), keys_from_text(text)
    with closing(sqlite3.connect(store)) as connection, connection:
        for table in ("stored_events", "stored_snapshots"):
            rows = list(connection.execute(f"SELECT originator_id, originator_version, state FROM {table}"))
            for number, (entity_id, version, state) in enumerate(rows):
                data = inner(AESGCM(key).decrypt(state[:12], state[28:] + state[12:28], None))
                start = (nonce + number.to_bytes(12, "little"))[:12]
                sealed = AESGCM(key).encrypt(start, data, None)
                changed = (start + sealed[-16:] + sealed[:-16], entity_id, version)
                statement = f"UPDATE {table} SET state = ? WHERE originator_id = ? AND originator_version = ?"
                connection.execute(statement, changed)
    for given, exactness in ((keys, {"exact"}), ((), {"broken"})):
        with closing(open_session(str(store), options=OpenOptions(keys=given))) as session:
            session.set_trust(SHOP, PATIENT)
            assert {session.explain(each.id).exactness for each in session.entities()} == exactness


def test_entities_of_known_classes_are_the_same_by_the_code(demo_store: Path) -> None:
    root = Path(__file__).parents[3]
    with closing(open_session(str(demo_store), writable=False)) as session:
        entities = [each for each in session.entities() if each.events < 60][:12]
        here = [session.explain(each.id) for each in entities]
        session.set_trust(Trust(root, ("es_desktop.examples",), sys.executable), PATIENT)
        for each, wanted in zip(entities, here, strict=True):
            found = session.explain(each.id)
            assert (found.state, found.base, found.writers) == (wanted.state, wanted.base, wanted.writers)
            assert [replace(step, seconds=0) for step in found.steps] == [
                replace(step, seconds=0) for step in wanted.steps
            ]
