"""A second start hands what it should open to the program that runs."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from es_desktop.app.runtime import places
from es_desktop.cli.arguments import parse
from es_desktop.views.window.hand_over import Answer, Listener, Request, hand_over
from tests.conftest import SAMPLES
from tests.patience import PATIENCE, PATIENCE_MS
from tests.running import copied, environment, fine

SCRIPT = Path(__file__).with_name("window_that_waits.py")
SHOP = "es-9.5.6-sqlite-plain.db"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Wait for an answer as long as it takes, or only shortly for one that never comes."""
    monkeypatch.setattr("es_desktop.views.window.hand_over.PATIENCE", getattr(request, "param", PATIENCE_MS))


NONE_COMES = pytest.mark.parametrize("patience", [100], indirect=True, ids=["soon"])


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path / "meeting")


@pytest.fixture
def taken(address: str, qtbot: QtBot) -> Iterator[list[Request]]:
    """What is handed over at the address."""
    found: list[Request] = []
    parent = QObject()
    listener = Listener(address, parent)
    listener.requested.connect(found.append)
    yield found
    listener.close()


@pytest.fixture
def aside() -> Iterator[Callable[..., Any]]:
    """Run a function beside the event loop, and return what comes of it."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit


def test_what_is_asked_for_arrives_as_it_was_sent(
    taken: list[Request], address: str, aside: Callable[..., Any], qtbot: QtBot
) -> None:
    odd = Request("/there/Zoë \udcff\n'$(rm)'.esdb", "5f2c", -3, "shop", demo=True)
    for request in (odd, Request()):
        answer = aside(talk, address, request.to_line(), GO)
        qtbot.waitUntil(answer.done)
    assert taken == [odd, Request()]


def talk(address: str, *lines: bytes) -> bytes:
    """Send lines, each after an answer to the one before; return the last answer."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(PATIENCE)
        client.connect(address)
        answer = b""
        for line in lines:
            client.sendall(line)
            answer = client.recv(100)
        return answer


VALID, GO = Request("/a.esdb").to_line(), b"go\n"


@pytest.mark.parametrize(
    "lines",
    [
        [b"\n"],
        [b"no json\n"],
        [b"[" * 5_000 + b"\n"],
        [b"\xff\xfe\n"],
        [b"[]\n"],
        [json.dumps({"store": 3}).encode() + b"\n"],
        [json.dumps({"at": "1"}).encode() + b"\n"],
        [json.dumps({"at": True}).encode() + b"\n"],
        [json.dumps({"demo": None}).encode() + b"\n"],
        [json.dumps({"to_line": "x"}).encode() + b"\n"],
        [json.dumps({"run": "rm"}).encode() + b"\n"],
        [VALID, b"stop\n"],
    ],
)
def test_what_is_no_request_ends_the_connection_and_opens_nothing(
    taken: list[Request], address: str, aside: Callable[..., Any], qtbot: QtBot, lines: list[bytes]
) -> None:
    answer = aside(talk, address, *lines)
    qtbot.waitUntil(answer.done)
    assert answer.result() == b""
    assert taken == []


@NONE_COMES
def test_a_line_without_an_end_is_not_read_for_ever(
    taken: list[Request], address: str, aside: Callable[..., Any], qtbot: QtBot
) -> None:
    def flood() -> None:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE)
            client.connect(address)
            for _ in range(1_000):
                client.sendall(b"x" * 10_000)

    ended = aside(flood)
    qtbot.waitUntil(ended.done)
    assert isinstance(ended.exception(), OSError), "it was not read, and then closed"
    assert taken == []


def test_who_did_not_wait_for_the_answer_is_not_served(
    taken: list[Request], address: str, aside: Callable[..., Any], qtbot: QtBot
) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(address)
        client.sendall(VALID)
    answer = aside(talk, address, Request("/b.esdb").to_line(), GO)
    qtbot.waitUntil(answer.done)
    assert [each.store for each in taken] == ["/b.esdb"]


@NONE_COMES
def test_a_program_that_hangs_is_left_alone(address: str, qtbot: QtBot) -> None:
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(address)
        hung.listen()
        assert hand_over(address, Request("/a.esdb")) is Answer.SILENT
        assert Path(address).exists()


def test_what_a_killed_program_left_is_replaced(
    address: str, aside: Callable[..., Any], request: pytest.FixtureRequest, qtbot: QtBot
) -> None:
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(address)
        killed.listen()
    assert Path(address).exists()
    assert hand_over(address, Request("/a.esdb")) is Answer.NOBODY
    taken = request.getfixturevalue("taken")
    answer = aside(talk, address, VALID, GO)
    qtbot.waitUntil(answer.done)
    assert taken == [Request("/a.esdb")]
    assert Path(address).stat().st_mode & 0o077 == 0, "nobody else can connect"


def test_each_person_and_each_settings_folder_has_an_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = places.meeting_address()
    assert places.meeting_address() == first
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert places.meeting_address() != first


def test_a_window_of_its_own_can_be_asked_for() -> None:
    assert parse(["a.esdb", "--new-window"]).new_window
    assert not parse(["a.esdb"]).new_window


def test_the_second_of_two_programs_hands_its_file_over_and_ends(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    short = tempfile.TemporaryDirectory()  # the path of a socket has a hundred characters at most
    for name in ("a.db", "b.db"):
        shutil.copyfile(SAMPLES / SHOP, tmp_path / "here" / name)
    own = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": short.name}
    first = subprocess.Popen(
        [sys.executable, SCRIPT, "a.db"],
        env={**environment(tmp_path), **own},
        cwd=tmp_path / "here",
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with short, first, ExitStack() as stack:
        stack.callback(first.kill)
        assert first.stdout is not None
        assert first.stdout.readline() == f"{tmp_path}/here/a.db\n"
        assert fine(copied(tmp_path, "b.db", env=own, script=SCRIPT)) == []
        lines = [first.stdout.readline() for _ in range(2)]
        assert lines == [f"{tmp_path}/here/a.db {tmp_path}/here/b.db\n", "front: b.db\n"]
        assert fine(copied(tmp_path, "a.db", env=own, script=SCRIPT)) == []
        assert first.stdout.readline() == "front: a.db\n"
        assert first.wait(PATIENCE) == 0
        assert not list(Path(short.name).iterdir()), "the socket is removed"
