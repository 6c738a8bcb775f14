"""A test as an export: it rebuilds the entity in a process of its own, and stops where it says."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.entity.commands import Commands
from es_desktop.app.entity.facts import EntityFacts
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.text.json_view import plain_json
from es_desktop.app.transfer.export import ExportCounts, ExportFormat, ExportRequest, export_to_file, exported_lines
from es_desktop.core import EntityId
from es_desktop.examples import Example
from es_desktop.examples.story import WRONG_TOTAL
from tests.app.recording import event, store_of
from tests.app.storing import sql
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[3]
HOSTILE = '"""\nimport os; os.abort()\n"""\\\'{version}$stop\u2028é'


def written(session: Session, path: Path, *entities: EntityId, to: int | None = None) -> ExportCounts:
    return export_to_file(session, path, ExportRequest(ExportFormat.PYTEST, entities, to))


def tried(folder: Path, *, stops: bool, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run pytest on the tests of a folder, as their reader would; ``typed`` goes to the debugger, at a terminal."""
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    # The plugins that are installed for our tests take longer to import than all else.
    ours = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    env = {**kept, **ours}
    if not stops:
        env["PYTHONBREAKPOINT"] = "0"
    if typed:
        return at_terminal(line, folder, env, typed)
    return subprocess.run(
        line, cwd=folder, env=env, input="", capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )


def at_terminal(line: list[str], folder: Path, env: dict[str, str], typed: str) -> subprocess.CompletedProcess[str]:
    """Run a command at a terminal of its own, at which a person types."""
    ours, theirs = os.openpty()
    shown = bytearray()
    with os.fdopen(ours, "rb+", buffering=0) as terminal:
        process = subprocess.Popen(line, cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        terminal.write(typed.encode())
        with suppress(OSError):  # what a terminal says at its end
            while block := terminal.read(4096):
                shown += block
        return subprocess.CompletedProcess(line, process.wait(PATIENCE), shown.decode(errors="replace"))


def names_of(path: Path) -> dict[str, Any]:
    """The literals of a file, by name; there is nothing in it but these, imports and one function."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.FunctionDef)
    assert all(isinstance(node, allowed) for node in tree.body)
    assert sum(isinstance(node, ast.Expr) for node in tree.body) == 1, "the docstring"
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value.args[0] if isinstance(node.value, ast.Call) else node.value
            found[node.targets[0].id] = ast.literal_eval(value)
    return found


def chosen(session: Session, choice: str) -> EntityFacts:
    """One of a type, or a discarded one: not a long history."""
    fitting = [
        each for each in session.entities() if (each.discarded if choice == "discarded" else each.type == choice)
    ]
    return max(fitting, key=lambda each: (each.snapshots > 0, -each.events, str(each.id)))


CHOICES = ["Order", "Account", "Ticket", "Example", "discarded"]


def test_it_holds_the_records_and_the_state_and_passes(demo_store: Path, tmp_path: Path) -> None:
    with closing(open_session(str(demo_store), writable=False)) as session:
        for choice in CHOICES:
            path = tmp_path / f"test_{choice}.py"
            entity = chosen(session, choice)
            at = entity.version if choice == "discarded" else entity.version // 2
            assert written(session, path, entity.id, to=at) == ExportCounts(at + 1, 0)
            found = names_of(path)
            assert (found["STOP_BEFORE"], found["ENTITY"]) == (at, str(entity.id))
            assert found["EVENTS"] == [tuple(session.record(entity.id, version))[1:] for version in range(at + 1)]
            assert found["EXPECTED"] == plain_json(session.explain(entity.id, at).state)
            assert (found["EXPECTED"] is None) == (choice == "discarded")
    answer = tried(tmp_path, stops=False)
    assert (answer.returncode, f"{len(CHOICES)} passed" in answer.stdout) == (0, True), answer.stdout


def test_it_stops_before_the_last_event_by_default(demo_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "test_it.py"
    with closing(open_session(str(demo_store), writable=False)) as session:
        written(session, path, chosen(session, "Order").id, to=4)
    never = path.read_text("utf-8").replace("STOP_BEFORE = 4", "STOP_BEFORE = None")
    (tmp_path / "test_never.py").write_text(never, "utf-8")
    answer = tried(tmp_path, stops=True, typed="p 'before', version, entity.version\nc\n")
    assert (answer.returncode, "2 passed" in answer.stdout) == (0, True), answer.stdout
    assert answer.stdout.count("('before', 4, 4)") == 1


def test_it_fails_where_the_class_makes_something_else_of_the_events(demo_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "test_it.py"
    with closing(open_session(str(demo_store), writable=False)) as session:
        written(session, path, chosen(session, "Order").id, to=2)
    path.write_text(path.read_text("utf-8").replace('"customer":"', '"customer":"not '), "utf-8")
    answer = tried(tmp_path, stops=True)
    assert (answer.returncode, "assert state == EXPECTED" in answer.stdout) == (1, True)
    assert ("BdbQuit" in answer.stdout, "1 failed" in answer.stdout) == (False, True), "there is no terminal"


def test_of_an_entity_that_breaks_it_stops_where_it_does(demo_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "test_it.py"
    sql(demo_store, "UPDATE integer_sequenced_items SET data = replace(data, '\"sku\"', '\"skew\"') WHERE position = 3")
    with closing(open_session(str(demo_store), writable=False)) as session:
        broken = [each for each in session.entities() if each.type == "Order" and each.version > 5]
        entity = next(each for each in broken if session.events(each.id, 2, 1)[0].type == "ItemAdded")
        written(session, path, entity.id, to=5)
    found = names_of(path)
    assert (found["STOP_BEFORE"], "EXPECTED" in found, len(found["EVENTS"])) == (3, False, 6)
    assert "Event 3 failed then (AttributeError: 'ItemAdded' object has no attribute 'sku')" in path.read_text("utf-8")
    answer = tried(tmp_path, stops=True, typed="p version\nc\n")
    assert (answer.returncode, "AttributeError" in answer.stdout) == (1, True)
    path.write_text(path.read_text("utf-8").replace('"skew"', '"sku"'), "utf-8")
    assert tried(tmp_path, stops=False).returncode == 0, "the event can be applied now"


@pytest.mark.parametrize("payload", [HOSTILE, HOSTILE.encode("utf-16"), '{"timestamp":1,"foo":"\'\\"\\\\n"}'])
def test_nothing_that_a_store_says_is_code(tmp_path: Path, payload: str | bytes) -> None:
    topic = f"{Example.__module__}#Example."
    records = [
        event(HOSTILE, 0, '{"timestamp":1,"foo":"a"}', topic + "Created"),
        event(HOSTILE, 1, payload, topic + "Heartbeat"),
        event(HOSTILE, 2, '{"timestamp":2}', topic + HOSTILE),
    ]
    store = store_of(tmp_path / f"{HOSTILE.replace('/', '')}.esdb", records)
    with closing(open_session(str(store), writable=False)) as session:
        written(session, tmp_path / "test_it.py", HOSTILE)
    found = names_of(tmp_path / "test_it.py")
    assert found["ENTITY"] == HOSTILE
    assert found["EVENTS"] == [tuple(each.item)[1:] for each in records]


def test_an_entity_that_cannot_be_rebuilt_is_reported(demo_store: Path, sample: Path, tmp_path: Path) -> None:
    class Inner(Example):
        """A class that no import reaches."""

    def refusal(session: Session, *entities: EntityId, to: int | None = None) -> str:
        request = ExportRequest(ExportFormat.PYTEST, entities or None, to)
        with pytest.raises(UserError) as caught:
            list(exported_lines(session, request))
        assert caught.value.hint.endswith(".")
        with pytest.raises(UserError):
            export_to_file(session, tmp_path / "test_it.py", request)
        assert not (tmp_path / "test_it.py").exists()
        return caught.value.text

    with closing(open_session(str(sample))) as session:
        assert "is not known here" in refusal(session, next(session.entities()).id)
    with closing(open_session(str(demo_store), models=[Example, Inner])) as session:
        one, two, *_ = (each.id for each in session.entities() if each.type == "Example")
        assert refusal(session) == refusal(session, one, two) == "a test rebuilds one entity"
        assert "has no event up to version -1" in refusal(session, one, to=-1)
        inner = Commands(session).create(Inner, {}).entity_id
        assert "is not known here" in refusal(session, inner)
        list(exported_lines(session, ExportRequest(ExportFormat.PYTEST, (one, one))))


def test_it_fails_at_the_first_event_after_which_a_condition_is_true(demo_store: Path, tmp_path: Path) -> None:
    condition = "total != sum(line.quantity * line.price\n for line in lines)"
    with closing(open_session(str(demo_store), writable=False)) as session:
        for to in (8, 12):
            request = ExportRequest(ExportFormat.PYTEST, (WRONG_TOTAL,), to, fails_where=condition)
            export_to_file(session, tmp_path / f"test_{to}.py", request)
        with pytest.raises(UserError, match="cannot be used"):
            list(exported_lines(session, ExportRequest(ExportFormat.PYTEST, (WRONG_TOTAL,), fails_where="total !")))
    found = names_of(tmp_path / "test_12.py")
    assert (found["FAILS_WHERE"], "EXPECTED" in found) == (" ".join(condition.splitlines()), False)
    answer = tried(tmp_path, stops=False)
    assert (answer.returncode, "1 failed, 1 passed" in answer.stdout) == (1, True), answer.stdout
    assert f"after event 9, es_desktop.examples.order#Order.QuantityChanged: {found['FAILS_WHERE']}" in answer.stdout
