"""Code that crashes, hangs, grows, or cannot be started: only its own process ends."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import textwrap
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir
from threading import Timer

import pytest

from es_desktop.trusted import CodeEndedError, CodeRefusedError, CodeState, Limits, Trust, TrustedCode
from tests.patience import PATIENCE
from tests.trusted.coding import (
    COUNTING,
    ID,
    PATIENT,
    QUICK,
    at_work,
    failing_at_1,
    fold,
    record,
    running_in,
    trust_in,
    views,
    without_namespaces,
    write,
)

IS_LINUX = sys.platform == "linux"


def ended_at_1(code: TrustedCode) -> CodeEndedError:
    """Return the error of a process that ends at the second of three events."""
    with pytest.raises(CodeEndedError) as raised:
        fold(code, record(0), record(1), record(2))
    assert raised.value.at == 1
    return raised.value


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("import os; os._exit(3)", "exit status 3"),
        ("import os; os.close(1); os._exit(0)", "exit status 0"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        pytest.param(
            "import os; os.kill(os.getpid(), 41)", "signal 41", marks=pytest.mark.skipif(not IS_LINUX, reason="there")
        ),
        ("import os, time; os.closerange(0, 99); time.sleep(99)", "the code closed its pipe"),
    ],
)
def test_a_crash_names_its_event_and_the_next_call_starts_again(tmp_path: Path, body: str, text: str) -> None:
    with at_work(trust_in(tmp_path, failing_at_1(body))) as code:
        assert text in str(ended_at_1(code))
        assert views(fold(code, record(0), record(2))) == [{"at": 0}, {"at": 2}]


def test_a_crash_in_a_c_library_has_a_traceback(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, failing_at_1("import ctypes; ctypes.string_at(0)"))) as code:
        lines = ended_at_1(code).traceback
    assert lines.startswith(f'  File "{tmp_path / "mine.py"}", line 3, in fold\n')
    assert "es_desktop" not in lines


@pytest.mark.parametrize(
    "body",
    ["while True: pass", "import threading; threading.Event().wait()", "import time; time.sleep(99)"],
)
def test_code_that_does_not_return_is_ended_with_a_traceback(tmp_path: Path, body: str) -> None:
    with at_work(trust_in(tmp_path, failing_at_1(body)), QUICK) as code:
        error = ended_at_1(code)
        assert "did not come back within 0.6 s" in str(error)
        if hasattr(os, "killpg"):
            assert f'File "{tmp_path / "mine.py"}", line 3, in fold' in error.traceback
        assert views(fold(code, record(0))) == [{"at": 0}]


def test_many_events_may_take_longer_than_one(tmp_path: Path) -> None:
    source = "import time\ndef fold(s, e):\n    time.sleep(0.2)\n    return {'at': e['version']}\n"
    with at_work(trust_in(tmp_path, source), QUICK) as code:
        assert len(fold(code, *map(record, range(6))).outcomes) == 6


_LEAVES_ITS_GROUP = """
    import os, signal, subprocess, sys, time
    subprocess.Popen(["sleep", "98"], start_new_session=True, env={})
    if os.fork() == 0:
        os.setsid()
        for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1):
            signal.signal(each, signal.SIG_IGN)
        if os.fork() == 0:
            time.sleep(97)
        os._exit(0)
    """


@pytest.mark.skipif(not IS_LINUX, reason="/proc is there only")
@pytest.mark.parametrize("has_namespaces", [True, False])
@pytest.mark.parametrize("end", ["os._exit(3)", "while True: pass", "os.kill(os.getppid(), 9)", "os.closerange(0, 99)"])
def test_what_the_code_started_is_ended_with_it(tmp_path: Path, end: str, has_namespaces: bool) -> None:
    trust = trust_in(tmp_path, textwrap.dedent(_LEAVES_ITS_GROUP) + failing_at_1(end))
    if not has_namespaces:
        trust = replace(trust, python=without_namespaces(tmp_path))
    with at_work(trust, QUICK) as code:
        code.start()
        assert len(running_in(tmp_path)) > 2
        if "getppid" in end and "orphans" not in code.taken:
            pytest.skip("the system lets it end the process that ends the others")
        with suppress(CodeEndedError):
            fold(code, record(0), record(1), record(2))
        code.close()
        assert running_in(tmp_path) == []


@pytest.mark.skipif(not IS_LINUX, reason="/proc is there only")
def test_what_a_program_that_is_no_interpreter_starts_is_ended_with_it(tmp_path: Path) -> None:
    program = tmp_path / "no-python"
    # It reads the request, so that only the pipe of the answers tells its end, and that is held by what it started.
    program.write_text("#!/bin/sh\nsetsid sleep 96 &\nhead -c 20 >/dev/null\nexit 3\n")
    program.chmod(0o755)
    assert "exit status 3" in str(refused(replace(trust_in(tmp_path, COUNTING), python=str(program))))
    assert running_in(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_code_that_forks_and_returns_twice_answers_once(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, failing_at_1("import os; os.fork()"))) as code:
        done = fold(code, record(0), record(1), record(2))
        assert views(done) == [{"at": 0}, {"at": 1}, {"at": 2}]
        assert code.view(ID, done.state) == {"at": 2}


@pytest.mark.parametrize("has_namespaces", [True, False])
def test_code_can_do_nothing_of_what_was_taken_from_it(tmp_path: Path, has_namespaces: bool) -> None:
    source = """
        import os, socket
        def tried(act):
            try:
                act()
            except OSError:
                return False
            return True
        def fold(state, event):
            return {
                "files": tried(lambda: open("made", "w")) or tried(lambda: os.rename("mine.py", "yours.py")),
                "network": tried(lambda: socket.socket().connect(("127.0.0.1", event["data"]["port"]))),
                "sockets": tried(lambda: socket.socket(socket.AF_UNIX).connect(os.path.abspath("service"))),
                "processes": tried(lambda: os.kill(event["data"]["process"], 0)),
            }
        """
    trust = trust_in(tmp_path, source)
    if not has_namespaces:
        trust = replace(trust, python=without_namespaces(tmp_path))
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        if IS_LINUX:
            stack.enter_context(socket.socket(socket.AF_UNIX)).bind(str(tmp_path / "service"))
        code = stack.enter_context(at_work(trust))
        (view,) = views(fold(code, record(0, port=server.getsockname()[1], process=os.getpid())))
        assert [right for right in view if right in code.taken and view[right]] == []
        assert not IS_LINUX or code.taken >= {"network", "sockets"}


@pytest.mark.skipif(not IS_LINUX, reason="only measured there")
def test_too_much_memory_is_a_failed_event(tmp_path: Path) -> None:
    limits = Limits(memory=400 << 20)
    with at_work(trust_in(tmp_path, failing_at_1("hog = bytearray(1 << 30)")), limits) as code:
        done = fold(code, record(0), record(1), record(2))
        assert (done.outcomes[1].failure or "").startswith("MemoryError")
        assert views(done)[2] == {"at": 2}


def test_a_state_that_is_too_large_to_send_is_a_failed_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "import sys\nsys.modules['es_desktop_child.wire'].LARGEST = 1000\n" + failing_at_1(
        "return {'x': 'y' * 2000}"
    )
    with at_work(trust_in(tmp_path, source)) as code, pytest.raises(CodeRefusedError, match="too large"):
        fold(code, record(0), record(1))


# Starting -------------------------------------------------------------------------------------------------------------


def refused(trust: Trust, limits: Limits = PATIENT) -> CodeRefusedError:
    with at_work(trust, limits) as code:
        for _ in range(2):  # each time it is asked
            with pytest.raises(CodeRefusedError) as raised:
                code.start()
    return raised.value


def test_a_module_that_fails_has_a_traceback_of_its_lines(tmp_path: Path) -> None:
    write(tmp_path, "helper", "def make():\n    return undefined\n")
    error = refused(trust_in(tmp_path, "import helper\nVALUE = helper.make()\n"))
    assert str(error) == "the module mine could not be imported: NameError: name 'undefined' is not defined"
    assert error.traceback.splitlines()[0] == f'  File "{tmp_path / "mine.py"}", line 2, in <module>'
    assert "line 2, in make" in error.traceback
    assert "importlib" not in error.traceback


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("import sys; sys.exit('enough')", "could not be imported: the code called sys.exit('enough')"),
        ("import no_such_module", "No module named 'no_such_module'"),
        ("def fold(state, event:", "SyntaxError: "),
        ("fold = 7", "mine:fold is not a function"),
        ("pass", "the module mine has no fold"),
        ("import os; os._exit(4)", "exit status 4"),
        ("import sys; print('no licence', file=sys.stderr); sys.stderr.flush(); import os; os._exit(4)", "no licence"),
    ],
)
def test_an_import_that_fails_is_reported(tmp_path: Path, source: str, text: str) -> None:
    assert text in str(refused(trust_in(tmp_path, source)))


def test_what_an_interpreter_writes_at_its_end_is_cut(tmp_path: Path) -> None:
    source = "import os; os.write(2, b'x' * 10_000); os._exit(4)"
    assert len(str(refused(trust_in(tmp_path, source)))) < 1_000


def test_an_import_that_does_not_end_is_ended(tmp_path: Path) -> None:
    trust = trust_in(tmp_path, "while True: pass")
    assert "did not come back within 0.5 s" in str(refused(trust, Limits(start_seconds=0.5)))


def test_a_missing_module_is_reported(tmp_path: Path) -> None:
    trust = replace(trust_in(tmp_path, COUNTING), modules=("yours",))
    assert "the module yours could not be imported: ModuleNotFoundError" in str(refused(trust))


@pytest.mark.parametrize("python", ["/no/such/python", "true", "cat", str(Path(__file__))])
def test_a_wrong_interpreter_is_reported(tmp_path: Path, python: str) -> None:
    assert str(refused(replace(trust_in(tmp_path, COUNTING), python=python)))


def test_the_end_of_trust_ends_the_process_and_refuses_calls(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, COUNTING)) as code:
        state = fold(code, record(0)).state
        code.close()
        assert code.is_closed
        for ask in (code.start, lambda: code.view(ID, CodeState()), lambda: fold(code, record(1), start=state)):
            with pytest.raises(CodeRefusedError, match="not trusted any more"):
                ask()


def test_the_end_of_trust_does_not_wait_for_code_that_hangs(tmp_path: Path) -> None:
    with at_work(trust_in(tmp_path, failing_at_1("while True: pass")), Limits(seconds=60)) as code:
        code.start()
        timer = Timer(0.3, code.close)
        timer.start()
        ended_at_1(code)
        timer.join()


# What the process gets ------------------------------------------------------------------------------------------------


def test_the_environment_has_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGPASSWORD", "ES_DESKTOP_KEY", "AWS_SECRET_ACCESS_KEY", "PYTHONPATH", "LD_LIBRARY_PATH"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("LC_TIME", "C.UTF-8")
    source = "import os\ndef fold(s, e): return {'names': sorted(os.environ), 'at': os.getcwd()}"
    with at_work(trust_in(tmp_path, source)) as code:
        (view,) = views(fold(code, record(0)))
    assert view["at"] == str(tmp_path)
    assert {"PATH", "LC_TIME"} <= set(view["names"])
    assert not [each for each in view["names"] if each.startswith(("PG", "ES_", "AWS", "PYTHON", "LD_"))]


@pytest.mark.skipif(not IS_LINUX, reason="/proc is there only")
def test_it_has_no_open_file_of_ours(tmp_path: Path) -> None:
    source = """
        import os
        def fold(s, e):
            return {"files": sorted({os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")
                                     if os.path.exists(f"/proc/self/fd/{n}")})}
        """
    with (tmp_path / "store.db").open("w"), at_work(trust_in(tmp_path, source)) as code:
        (view,) = views(fold(code, record(0)))
    # libffi keeps its own file open, to have pages that can be run.
    files = [each for each in view["files"] if not each.startswith("pipe:") and "/libffi.so" not in each]
    assert [each.partition("-")[0] for each in files] == ["/dev/null", f"{gettempdir()}/es_desktop_place"]


@pytest.mark.skipif(not IS_LINUX, reason="/proc is there only")
def test_it_ends_after_the_program_ended(tmp_path: Path) -> None:
    """Even in an endless loop, when it does not read its pipe, and what it has started."""
    loop = "def fold(s, e):\n    while e['version']: pass\n    time.sleep(0.05)\n"
    trust = trust_in(tmp_path, textwrap.dedent(_LEAVES_ITS_GROUP) + loop)
    script = f"""
        import os, sys
        from pathlib import Path
        from es_desktop.trusted import CodeState, Trust, TrustedCode
        code = TrustedCode(Trust(Path({str(trust.folder)!r}), ("mine",), sys.executable, "mine:fold"))
        records = [[at, "a#B.C", ["C", 0.0, {{}}]] for at in range(2)]
        code.fold("7", CodeState(), records, lambda *_: os.kill(os.getpid(), 9), views=True)
        """
    path = write(tmp_path / "ours", "script", script)
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, str(path)], env=environ, timeout=PATIENCE, check=False)
    assert done.returncode == -9
    for each in running_in(tmp_path):
        wait_until_ended(each)
    assert running_in(tmp_path) == []


def wait_until_ended(process: int) -> None:
    """Wait for the end of a process that is not our child; whoever should look for its status may never do so."""
    with suppress(ProcessLookupError):
        ended = os.pidfd_open(process)
        try:
            assert select.select([ended], [], [], PATIENCE)[0], f"process {process} goes on"
        finally:
            os.close(ended)


def test_it_leaves_no_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    for trust in (
        trust_in(tmp_path, COUNTING),
        trust_in(tmp_path / "broken", "import no_such_module"),
        replace(trust_in(tmp_path, COUNTING), python="no-such-python"),
    ):
        with at_work(trust) as code, suppress(CodeRefusedError):
            fold(code, record(0))
    with at_work(trust_in(tmp_path, failing_at_1("import os; os._exit(3)"))) as code:
        ended_at_1(code)
    assert list(folder.iterdir()) == []
