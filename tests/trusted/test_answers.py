"""Whatever the process of trusted code answers, it is one error: an answer is used only after it was checked."""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_desktop.trusted import CodeEndedError, CodeOutcome, CodeRefusedError, Trust, TrustedCode
from tests.app.trust.trusting import ORDER, shop_in
from tests.running import ask, refused
from tests.trials import FEW
from tests.trusted.coding import ID, QUICK, ZERO, at_work, record

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script is no interpreter there")

_INTERPRETER = """\
#!{python} -IS
import json, os, struct
answers = [bytes.fromhex(each) for each in json.load(open({answers!r}))]
while answers and (head := os.read(0, 4)):
    left = struct.unpack(">I", head)[0]
    while left:
        left -= len(os.read(0, left))
    data = answers.pop(0)
    while data:
        data = data[os.write(1, data):]
os.read(0, 1)
"""
STARTED = {"python": "3.11", "files": {}}


def frame(message: Any) -> bytes:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack(">I", len(body)) + body


def interpreter(folder: Path, *answers: bytes) -> Trust:
    """Return trust in an interpreter that gives these answers, one to each request, whatever is asked."""
    (folder / "answers.json").write_text(json.dumps([each.hex() for each in answers]))
    program = folder / "python"
    program.write_text(_INTERPRETER.format(python=sys.executable, answers=str(folder / "answers.json")))
    program.chmod(0o755)
    return Trust(folder, ("mine",), str(program))


def outcomes_of(code: TrustedCode, *, views: bool) -> list[CodeOutcome]:
    """Return what two events come to."""
    found: list[CodeOutcome] = []
    code.fold(ID, ZERO, [record(1), record(2)], lambda at, outcome: found.append(outcome), views=views)
    return found


NONSENSE = [
    b"",
    b"{",
    b"\xff\xfe",
    b"null",
    b"[]",
    b'"text"',
    b"1e400",
    b"[" * 100_000,
    b'{"view":' + b'{"a":' * 900 + b"1" + b"}" * 901,
    b"{" + b'"a":1,' * 1000 + b'"view":[]}',
    b'{"view": ' + b"9" * 5000 + b"}",
    {},
    {"view": 3},
    {"view": [1]},
    {"errors": {}},
    {"errors": []},
    {"errors": [1]},
    {"errors": ["a", "b", "c"]},
    {"failed": None},
    {"failed": ["one"]},
    {"failed": [1, 2]},
    {"failed": ["a", "b", "c"]},
    {"failed": ["a\nb" * 99_999, "c" * 99_999]},
    {"wrong": ["", "", ""]},
    b'{"view":{"a":' + b'{"!":["tuple",[' * 310 + b"1" + b"]]}" * 310 + b"}}",
    b'{"view":{"a":[' + b"[]," * 100_000 + b"1]}}",
    {"state": 1},
    {"state": "1"},
    {"change": ["=", 3]},
    {"change": ["?", 3]},
    {"change": ["{", [["a", ["[", [], 5, []]]], []]},
    {"change": ["{", [[1, ["=", 2]]], []]},
    {"change": ["{", [], ["missing"]]},
    {"change": "="},
    {"wrong": "it"},
    {"wrong": [None, ""]},
    *({"view": {"a": {"!": each}}} for each in ([], "", 3, {}, [[]], ["nothing", 1], ["uuid", 5], ["decimal", "x"])),
    *({"view": {"a": {"!": each}}} for each in (["enum"], ["enum", 1, 2, 3, 4], ["text", 1, 2], ["set", [[1]]])),
    *(
        {"view": {"a": {"!": each}}}
        for each in (["dict", [[1, 2]]], ["timedelta", [1e308, 1e308, 1e308]], ["float", []])
    ),
]


QUESTIONS = ["start", "bases", "view", "fold", "fold with views"]
ASKED = [(answer, QUESTIONS[at % 5]) for at, answer in enumerate(NONSENSE)]
ASKED += [(answer, "fold with views") for answer in NONSENSE[7:9] + NONSENSE[23:]]


@pytest.mark.parametrize(("answer", "question"), ASKED, ids=lambda each: str(each)[:40])
def test_an_answer_that_is_none_is_one_error(tmp_path: Path, answer: Any, question: str) -> None:
    answers = [frame(answer)] if question == "start" else [frame(STARTED), frame(answer)]
    with at_work(interpreter(tmp_path, *answers), QUICK) as code:
        try:
            match question:
                case "start":
                    code.start()
                case "bases":
                    code.base_errors(ID, [record(1), record(2)])
                case "view":
                    assert not isinstance(code.view(ID, ZERO), list | int)
                case _:
                    outcomes_of(code, views=question != "fold")
        except (CodeEndedError, CodeRefusedError) as error:
            assert str(error)
            assert len(str(error)) < 600
            assert len(str(error).splitlines()) == 1
            return
        assert question == "view", "a state can be any object"


_WORDS = st.sampled_from(
    ["view", "state", "change", "wrong", "failed", "errors", "files", "!", "{", "[", "=", "a", "set"]
)
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | _WORDS | st.text(max_size=4)
TREES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS | st.text(max_size=2), inner, max_size=3),
    max_leaves=12,
)
MESSAGES = st.dictionaries(_WORDS, TREES, max_size=2) | TREES | st.binary(max_size=12)


@settings(FEW, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(MESSAGES, min_size=1, max_size=5), views=st.booleans())
def test_well_framed_nonsense_is_one_error_or_an_answer(tmp_path: Path, answers: list[Any], views: bool) -> None:
    with at_work(interpreter(tmp_path, frame(STARTED), b"".join(map(frame, answers)), frame({})), QUICK) as code:
        try:
            found = outcomes_of(code, views=views)
        except (CodeEndedError, CodeRefusedError) as error:
            assert str(error)
        else:
            assert len(found) == 2
            assert all(isinstance(each.after, dict | None) for each in found)


@pytest.mark.parametrize("depth", [250, 320, 900])
def test_a_state_is_as_deep_as_the_program_can_show(tmp_path: Path, depth: int) -> None:
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    frames = [frame({"view": None}), frame(b'{"change":["=",' + deep + b"]}"), *[frame(b"")] * 14, frame({"state": 1})]
    answers = [frame(STARTED), frame({"errors": ["not of a snapshot"]}), b"".join(frames), frame({"view": None})]
    (tmp_path / "mine.py").write_text("")
    trust = ("--trust", tmp_path, "--import", "mine", "--python", interpreter(tmp_path, *answers).python)
    asked = ask(tmp_path, "explain", shop_in(tmp_path), ORDER, "--at", 1, *trust)
    if depth < 300:
        assert asked.returncode == 0
    else:
        assert "cannot be understood" in refused(asked) or "ended 3 times" in refused(asked)


@pytest.mark.parametrize("data", [struct.pack(">I", 1 << 31), b"\x00\x00\x00\x09{}", b"Traceback (most"])
def test_what_is_no_frame_is_one_error(tmp_path: Path, data: bytes) -> None:
    with at_work(interpreter(tmp_path, frame(STARTED), data), QUICK) as code, pytest.raises(CodeEndedError):
        code.view(ID, ZERO)


def test_more_frames_than_events_end_the_answer(tmp_path: Path) -> None:
    endless = b"".join([frame({"view": None}), *[frame(b"")] * 1000])
    trust, reason = interpreter(tmp_path, frame(STARTED), endless), "cannot be understood: KeyError: 'state'"
    with at_work(trust) as code, pytest.raises(CodeEndedError, match=reason):
        outcomes_of(code, views=True)


def test_the_command_line_reports_it_in_one_line(tmp_path: Path) -> None:
    store = shop_in(tmp_path)
    program = interpreter(tmp_path, frame(STARTED), *[frame({"errors": 3})] * 9).python
    (tmp_path / "mine.py").write_text("")
    asked = ask(tmp_path, "explain", store, ORDER, "--trust", tmp_path, "--import", "mine", "--python", program)
    assert "cannot be understood" in refused(asked)
