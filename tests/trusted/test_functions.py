"""A function of a person folds records in a child process: what it gets, what it returns, and how it fails."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from es_desktop.trusted import CodeEndedError, CodeRefusedError, CodeState, StateGoneError
from es_desktop.trusted.child.wire import encode
from es_desktop.trusted.messages import OtherValue
from tests.trusted.coding import COUNTING, ID, at_work, failing_at_1, fold, record, trust_in, views, write


def test_states_follow_from_one_event_to_the_next(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, COUNTING)) as code:
        done = fold(code, record(0), record(1))
        assert done.before is None
        assert views(done) == [{"seen": [0]}, {"seen": [0, 1]}]
        more = fold(code, record(2), start=done.state)
        assert (more.before, views(more)) == ({"seen": [0, 1]}, [{"seen": [0, 1, 2]}])
        assert code.view(ID, more.state) == {"seen": [0, 1, 2]}


def test_a_state_that_is_kept_stays_as_it_was(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, COUNTING)) as code:
        first = fold(code, record(0)).state
        assert views(fold(code, record(1), start=first)) == [{"seen": [0, 1]}]
        assert views(fold(code, record(9), start=first)) == [{"seen": [0, 9]}]
        assert code.view(ID, first) == {"seen": [0]}


def test_the_function_gets_the_event_as_a_dict(tmp_path: Path) -> None:
    source = "def fold(state, event):\n    return {name: repr(value) for name, value in event.items()}\n"
    data = {"total": Decimal("1.50"), "due": dt.date(2026, 11, 23), "ref": ID, "tags": {"a"}, "!": [1, (2, b"x")]}
    with at_work(trust_in(tmp_path, source)) as code:
        sent = [3, "shop#Cart.Filled", ["Filled", 12.5, encode(data)]]
        (view,) = views(fold(code, sent))
    assert view == {
        "type": "'Filled'",
        "topic": "'shop#Cart.Filled'",
        "version": "3",
        "timestamp": "12.5",
        "data": repr(data),
    }


def test_returned_values_keep_their_types(tmp_path: Path) -> None:
    source = """
        import datetime, decimal, enum, fractions, uuid
        from dataclasses import dataclass

        class Status(enum.Enum):
            OPEN = "open"

        @dataclass
        class Money:
            amount: decimal.Decimal
            _currency: str = "EUR"

        class Sku(str):
            pass

        def fold(state, event):
            return {
                "money": Money(decimal.Decimal("1.10")),
                "status": Status.OPEN,
                "at": datetime.datetime(2026, 11, 23, 7, 1, tzinfo=datetime.timezone.utc),
                "ref": uuid.UUID(int=5),
                "sizes": (1, 2),
                "tags": {"b", "a"},
                "raw": b"x",
                "odd": [float("inf"), 10**5000, None, True, "\\ud800"],
                "third": fractions.Fraction(1, 3),
                "sku": Sku("A-1"),
                "!": {"!": 1},
            }
        """
    with at_work(trust_in(tmp_path, source)) as code:
        (view,) = views(fold(code, record(0)))
    status = view.pop("status")
    assert isinstance(status, enum.Enum)
    assert (type(status).__name__, status.name, status.value) == ("Status", "OPEN", "open")
    assert view == {
        "money": {"amount": Decimal("1.10"), "currency": "EUR"},
        "at": dt.datetime(2026, 11, 23, 7, 1, tzinfo=dt.UTC),
        "ref": UUID(int=5),
        "sizes": [1, 2],
        "tags": ["a", "b"],
        "raw": b"x",
        "odd": [float("inf"), 10**5000, None, True, "\ud800"],
        "third": OtherValue("Fraction", "1/3"),
        "sku": "A-1",
        "!": {"!": 1},
    }


def test_the_same_member_of_an_enum_is_the_same_value_each_time(tmp_path: Path) -> None:
    source = """
        import enum
        Size = enum.Enum("Size", ["S", "L"])
        def fold(state, event):
            return {"size": Size.S if event["version"] < 2 else Size.L}
        """
    with at_work(trust_in(tmp_path, source)) as code:
        sizes = [view["size"] for view in views(fold(code, record(0), record(1), record(2)))]
    assert sizes[0] is sizes[1]
    assert sizes[1] != sizes[2]


@pytest.mark.parametrize(
    ("returned", "view"),
    [("None", None), ("[1, 2]", {"value": [1, 2]}), ("7", {"value": 7}), ("{}", {}), ("{1: 2}", {"1": 2})],
)
def test_any_returned_value_is_shown(tmp_path: Path, returned: str, view: object) -> None:
    with at_work(trust_in(tmp_path, f"def fold(state, event):\n    return {returned}\n")) as code:
        assert views(fold(code, record(0))) == [view]


FAILING = """
    def fold(state, event):
        state = state or {"seen": []}
        state["seen"].append(event["version"])
        if event["version"] % 3 == 1:
            state["changed"] = True
            fail(event)
        return state

    def fail(event):
        raise ValueError("the handle broke")
    """


def test_an_event_that_raises_leaves_the_state_unchanged_and_has_a_traceback(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, FAILING)) as code:
        done = fold(code, *(record(version) for version in range(6)))
    assert [each.failure for each in done.outcomes] == [
        None,
        "ValueError: the handle broke",
        None,
        None,
        "ValueError: the handle broke",
        None,
    ]
    assert views(done)[1] == {"seen": [0]}
    assert views(done)[-1] == {"seen": [0, 2, 3, 5]}
    lines = done.outcomes[1].traceback
    assert lines.splitlines()[0] == f'  File "{tmp_path / "mine.py"}", line 7, in fold'
    assert "the handle broke" in lines.splitlines()[-1]
    assert "es_desktop" not in lines


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("import sys; sys.exit(3)", "the code called sys.exit(3)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("input()", "EOFError: EOF when reading a line"),
        ("return fold(state, event)", "RecursionError: "),
        ("me = {}; me['me'] = me; return me", "RecursionError: "),
        ("return {'lock': __import__('threading').Lock(), 'x': 1 / 0}", "ZeroDivisionError: division by zero"),
    ],
)
def test_exits_and_interrupts_are_failures_of_an_event_too(tmp_path: Path, body: str, reason: str) -> None:
    with at_work(trust_in(tmp_path, failing_at_1(body))) as code:
        done = fold(code, record(0), record(1), record(2))
    assert (done.outcomes[1].failure or "").startswith(reason)
    assert views(done) == [{"at": 0}, {"at": 0}, {"at": 2}]
    assert len(done.outcomes[1].traceback) < 20_000


def test_an_event_that_is_only_counted_is_not_shown_to_the_function(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, COUNTING)) as code:
        done = fold(code, record(0), [1, "shop#Cart.Filled", None], record(2))
    assert views(done) == [{"seen": [0]}, {"seen": [0]}, {"seen": [0, 2]}]


def test_without_views_only_failures_are_reported(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, FAILING)) as code:
        done = fold(code, record(0), record(1), views=False)
        assert [each.after for each in done.outcomes] == [None, None]
        assert [each.failure is None for each in done.outcomes] == [True, False]
        assert code.view(ID, done.state) == {"seen": [0]}


def test_printed_text_does_not_reach_the_pipe(tmp_path: Path) -> None:
    source = """
        import os, subprocess, sys
        print("imported")
        def fold(state, event):
            print("x" * 200_000)
            os.write(1, b"loud")
            sys.stdout.write("louder\\n")
            subprocess.run(["echo", "loudest"])
            return {"ok": True}
        """
    with at_work(trust_in(tmp_path, source)) as code:
        assert views(fold(code, record(0), record(1))) == [{"ok": True}] * 2


def test_modules_import_each_other_and_leave_no_files(tmp_path: Path) -> None:
    write(tmp_path, "process", "VALUE = 'theirs'\n")  # a file of ours has this name as well
    write(tmp_path, "wire", "VALUE = 'theirs'\n")
    with at_work(
        trust_in(tmp_path, "import process, wire\ndef fold(s, e): return {'v': process.VALUE + wire.VALUE}")
    ) as code:
        assert code.start() == {"mine": str(tmp_path / "mine.py")}
        assert views(fold(code, record(0))) == [{"v": "theirstheirs"}]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["mine.py", "process.py", "wire.py"]


def test_a_function_folds_from_zero_only(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, COUNTING)) as code:
        (why,) = code.base_errors(ID, [[5, "eventsourcing.domain:Snapshot", "{}"]])
        assert "from zero" in why
        with pytest.raises(CodeRefusedError, match="from zero"):
            code.view(ID, CodeState([5, "eventsourcing.domain:Snapshot", "{}"]))


def test_a_state_that_cannot_be_copied_is_reported(tmp_path: Path) -> None:
    source = "import threading\ndef fold(s, e): return {'lock': threading.Lock()}"
    with at_work(trust_in(tmp_path, source)) as code:
        done = fold(code, record(0))
        assert done.outcomes[0].after["lock"].type_name == "lock"
        with pytest.raises(CodeRefusedError, match="cannot pickle"):
            fold(code, record(1), start=done.state)
        assert views(fold(code, record(2)))[0]["lock"].type_name == "lock", "the process continues"


def test_states_of_an_earlier_process_are_gone(tmp_path: Path) -> None:
    trust = trust_in(tmp_path, failing_at_1("import os; os._exit(3)"))
    with at_work(trust) as code, at_work(trust) as other:
        fold(other, record(0))
        state = fold(code, record(0)).state
        with pytest.raises(CodeEndedError):
            fold(code, record(1))
        with pytest.raises(StateGoneError):
            code.view(ID, state)
        assert views(fold(code, record(2))) == [{"at": 2}]
        with pytest.raises(StateGoneError):
            fold(code, record(2), start=state)


def test_states_that_nobody_holds_are_dropped_by_the_process(tmp_path: Path) -> None:
    source = """
        import gc
        class State:
            def __init__(self): self.count = 0
        def fold(state, event):
            return {"kept": sum(isinstance(each, State) for each in gc.get_objects()), "mine": State()}
        """
    with at_work(trust_in(tmp_path, source)) as code:
        for version in range(20):
            (view,) = views(fold(code, record(version)))
    assert view["kept"] <= 2
