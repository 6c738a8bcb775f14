"""One child process: gives it a clean environment and its program, sends requests, limits its time, and ends it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib import resources
from io import BufferedReader
from pathlib import Path
from threading import Condition, Event, Lock, Thread, Timer
from time import monotonic
from typing import IO, Any, BinaryIO, Final, cast
from uuid import uuid4

from .child.wire import EVENT_INDEX, NO_EVENT, BrokenFrameError, read_frame, write_frame
from .messages import MessageDecoder, answer_check, checked, one_line
from .trust import CodeEndedError, CodeRefusedError, Limits, Trust

_PASSED_ON: Final = (
    {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP"}
    | {"PYENV_ROOT", "PYENV_VERSION", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT"}
    | {"USERPROFILE", "APPDATA", "LOCALAPPDATA"}
)
_MARK: Final = "CODE_OF_ES_DESKTOP"
_PROGRAM: Final = "es_desktop_child"
_START: Final = f"from {_PROGRAM}.main import main\n\nmain()\n"


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that an interpreter needs, without those that may hold a secret or were set for us."""
    return {name: value for name, value in environ.items() if name.upper() in _PASSED_ON or name.startswith("LC_")}


def write_program() -> Path:
    """Write the child's program as a temporary zip file that Python can run; to be deleted by the caller.

    Its files are read as resources: this package may be a folder, an archive, or part of the packaged program.
    """
    handle, name = tempfile.mkstemp(prefix=f"{_PROGRAM}-", suffix=".zip")
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w") as archive:
        archive.writestr("__main__.py", _START)
        for each in resources.files("es_desktop.trusted.child").iterdir():
            if each.name.endswith(".py"):
                archive.writestr(f"{_PROGRAM}/{each.name}", each.read_bytes())
    return Path(name)


_TRACEBACK_SECONDS: Final = 0.5
_END_SECONDS: Final = 5.0
_KEEPER_SECONDS: Final = 1.0
_LAST_SECONDS: Final = 1.0
_PAUSE_SECONDS: Final = 0.002
_IS_WINDOWS: Final = sys.platform == "win32"


class ChildProcess:
    """A process that runs a person's code. For one thread at a time; any other may ``kill`` it."""

    def __init__(self, trust: Trust, limits: Limits) -> None:
        """Start it; to be closed by the caller. Raises ``CodeRefusedError`` if the interpreter cannot be started."""
        self._trust = trust
        self._limits = limits
        self._timed_out_after: float | None = None
        self._is_killed = False
        self.taken: frozenset[str] = frozenset()
        """The rights that it does not have, and the names of the limits that hold, once the modules are imported."""
        self._mark = uuid4().hex
        self._program = write_program()
        self._event_index = _EventIndexFile()
        try:
            self._process = _start(self._program, self._event_index.path, trust, self._mark)
        except BaseException:
            self._remove_files()
            raise
        self._stderr = StderrTail(cast(BufferedReader, self._process.stderr))
        self._ending = Thread(target=self._end_what_is_left, daemon=True)
        self._ending.start()

    def import_modules(self) -> dict[str, str]:
        """Import the trusted modules; return the file of each, by its name. Raises ``CodeRefusedError``."""
        request = {
            "do": "import",
            "folder": str(self._trust.folder),
            "modules": list(self._trust.modules),
            "function": self._trust.function,
            "limits": self._limits.of_the_system(),
        }
        try:
            frame = self.ask(request, self._limits.start_seconds)
            with answer_check():
                answer = MessageDecoder().decode(frame)
                files = {name: checked(file, str) for name, file in checked(answer["files"], dict).items()}
                self.taken = frozenset(checked(each, str) for each in checked(answer.get("taken", []), list))
        except CodeEndedError as error:
            output = "" if self._timed_out_after else one_line(self._stderr.last_line)
            said = f"; it said: {output}" if output else ""
            raise CodeRefusedError(f"the interpreter does not run it: {error}{said}", error.traceback) from error
        # The child has loaded its program and opened the file, so their names are no longer needed.
        self._remove_names()
        return files

    def ask(self, request: dict[str, Any], seconds: float | None = None) -> bytes:
        """Return the answer to a request; wait ``seconds``, or as the limits say. Raises ``CodeEndedError``."""
        with _Watchdog(seconds or self._limits.seconds, self._time_out):
            self._send(request)
            return next(self._frames())

    def stream(self, request: dict[str, Any], take: Callable[[bytes], bool]) -> None:
        """Pass each frame of the answer to ``take``, until it returns ``True`` for the last one.

        The time limit is for one frame. Raises ``CodeEndedError`` if the process ends before the last frame.
        """
        with _Watchdog(self._limits.seconds, self._time_out) as watchdog:
            self._send(request)
            for frame in self._frames():
                if take(frame):
                    return
                watchdog.restart()

    def kill(self) -> None:
        """End the process and what it has started. A thread that waits for an answer gets ``CodeEndedError``."""
        if self._is_killed:
            return  # its process id may belong to another process by now
        self._is_killed = True
        if sys.platform == "win32":
            self._process.kill()
        else:
            if sys.platform == "linux":
                self._process.send_signal(signal.SIGTERM)  # it first ends those that have left its group
                self._wait_without_reaping(_KEEPER_SECONDS)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_END_SECONDS)
        _end_marked(self._mark)

    def _end_what_is_left(self) -> None:
        """Wait for the end of the process, and end what it leaves: that may hold the pipe on which answers come."""
        if sys.platform == "linux":
            with suppress(ChildProcessError):  # it is over, and was waited for
                os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
            _end_marked(self._mark)

    def _wait_without_reaping(self, seconds: float) -> None:
        """Wait for its end. Its number, which is also that of its group, is not given to another process yet."""
        if sys.platform == "linux":
            end, pause = monotonic() + seconds, Event()
            options = os.WEXITED | os.WNOHANG | os.WNOWAIT
            with suppress(ChildProcessError):
                while os.waitid(os.P_PID, self._process.pid, options) is None and monotonic() < end:
                    pause.wait(_PAUSE_SECONDS)

    def close(self) -> None:
        """End the process, close its pipes, and remove its temporary files."""
        self.kill()
        self._ending.join(_END_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # closing flushes, and nobody reads the pipe any more
                cast(IO[bytes], pipe).close()
        self._stderr.join(_END_SECONDS)
        self._remove_files()

    def _remove_names(self) -> None:
        """Remove both files from their folder, where the system can do that while they are open."""
        for each in (self._program, self._event_index.path):
            with suppress(OSError):
                each.unlink(missing_ok=True)

    def _remove_files(self) -> None:
        self._event_index.close()
        self._remove_names()

    def _send(self, request: dict[str, Any]) -> None:
        try:
            pipe = cast(BinaryIO, self._process.stdin)
            write_frame(pipe, request)
            pipe.flush()
        except ValueError as error:  # too large; nothing was written
            raise CodeRefusedError(str(error)) from error
        except OSError as error:
            raise self._end_error() from error

    def _frames(self) -> Iterator[bytes]:
        while True:
            try:
                frame = read_frame(cast(BinaryIO, self._process.stdout))
            except BrokenFrameError as error:
                self.close()
                raise CodeEndedError(f"it answers what cannot be understood: {error}") from error
            if frame is None:
                raise self._end_error()
            yield frame

    def _end_error(self) -> CodeEndedError:
        """Close the process, whose pipe has ended; return how it ended, and at which event."""
        try:
            status: int | None = self._process.wait(_LAST_SECONDS)
        except subprocess.TimeoutExpired:
            status = None
        self.kill()
        index = self._event_index.read()
        self.close()
        if self._timed_out_after is not None:
            reason = f"the code did not come back within {self._timed_out_after:g} s, and was ended"
        elif status is None:
            reason = "the code closed its pipe, and was ended"
        elif status < 0:
            reason = f"the code ended its process: {_signal_name(-status)}"
        else:
            reason = f"the code ended its process with exit status {status}"
        return CodeEndedError(reason, self._stderr.traceback, index)

    def _time_out(self, seconds: float) -> None:
        """End the process, which takes too long. Where signals exist, it first writes a traceback of what it does."""
        self._timed_out_after = seconds
        if sys.platform != "win32" and self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGUSR1)
            self._stderr.wait_for_traceback(_TRACEBACK_SECONDS)
        self.kill()


def _start(program: Path, event_index: Path, trust: Trust, mark: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [trust.python, "-B", str(program), str(event_index)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=trust.folder,
            env={**clean_environment(os.environ), _MARK: mark},
            start_new_session=not _IS_WINDOWS,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError) as error:
        raise CodeRefusedError(f"{trust.python} cannot be started in {trust.folder}: {error}") from error


def _end_marked(mark: str) -> None:
    """End the processes that still have a mark in their environment, on Linux: an interpreter may be any program."""
    if sys.platform != "linux":
        return
    entry, end, pause = f"{_MARK}={mark}".encode(), monotonic() + _END_SECONDS, Event()
    is_left = True
    while is_left and monotonic() < end:
        is_left = False
        for each in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if entry in each.read_bytes():
                    is_left = True
                    os.kill(int(each.parent.name), signal.SIGKILL)
        if is_left:
            pause.wait(_PAUSE_SECONDS)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # most of those for real time have no name
        return f"signal {number}"


class _EventIndexFile:
    """A temporary file in which the child keeps the index of the event that it applies; see ``child.wire.Progress``."""

    def __init__(self) -> None:
        handle, name = tempfile.mkstemp(prefix="es_desktop_place-")
        self.path = Path(name)
        self._file = os.fdopen(handle, "r+b", buffering=0)
        self._file.write(EVENT_INDEX.pack(NO_EVENT))

    def read(self) -> int | None:
        """Return the index of the event that the child applies, or applied when it ended; ``None`` if none."""
        self._file.seek(0)
        (index,) = EVENT_INDEX.unpack(self._file.read(EVENT_INDEX.size))
        return None if index == NO_EVENT else int(index)

    def close(self) -> None:
        self._file.close()


class _Watchdog:
    """Calls ``on_timeout(seconds)`` once, in its own thread, if a block runs for ``seconds`` without a ``restart``."""

    def __init__(self, seconds: float, on_timeout: Callable[[float], None]) -> None:
        self._seconds = seconds
        self._on_timeout = on_timeout
        self._deadline = 0.0
        self._timer: Timer | None = None
        self._lock = Lock()

    def restart(self) -> None:
        """Start the time again. Cheap: the running timer finds the new deadline when it fires."""
        self._deadline = monotonic() + self._seconds

    def __enter__(self) -> _Watchdog:
        self.restart()
        with self._lock:
            self._wait(self._seconds)
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None

    def _wait(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._check)
        self._timer.daemon = True
        self._timer.start()

    def _check(self) -> None:
        with self._lock:
            if self._timer is None:
                return  # the block ended while the timer fired
            if (left := self._deadline - monotonic()) > 0:
                self._wait(left)
                return
        self._on_timeout(self._seconds)


_MOST_BYTES: Final = 16 * 1024
_QUIET_SECONDS: Final = 0.05
_TRACEBACK_HEAD: Final = "(most recent call first)"
_FRAME: Final = re.compile(r'^ {2}File "(.*)", line (\d+) in (.*)$', re.MULTILINE)
_OURS: Final = ("<frozen ", "es_desktop_child")


class StderrTail:
    """Reads a pipe to its end in a thread, so that the process never waits for a full pipe; keeps the last 16 KiB."""

    def __init__(self, pipe: BufferedReader) -> None:
        self._pipe = pipe
        self._tail = b""
        self._changed = Condition()
        self._is_complete = False
        self._reader = Thread(target=self._read, name="es-stderr-tail", daemon=True)
        self._reader.start()

    def wait_for_traceback(self, seconds: float) -> None:
        """Wait until the process has written a traceback or ended; for its first line, at most ``seconds``."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_complete or _TRACEBACK_HEAD in self._text(), seconds)
            while not self._is_complete and self._changed.wait(_QUIET_SECONDS):
                pass  # faulthandler writes one line after another

    def join(self, seconds: float) -> None:
        """Wait until the pipe is read to its end, at most ``seconds``."""
        self._reader.join(seconds)

    @property
    def last_line(self) -> str:
        """The last line that is not blank; empty if there is none."""
        return next((line.strip() for line in reversed(self._text().splitlines()) if line.strip()), "")

    @property
    def traceback(self) -> str:
        """The frames of the last traceback that are of a person's code, innermost last; empty if there is none.

        From Python 3.14 on, that of the libraries in C follows the one of Python.
        """
        _, *tracebacks = self._text().split(_TRACEBACK_HEAD)
        frames = next(filter(None, map(_FRAME.findall, reversed(tracebacks))), [])
        theirs = [frame for frame in reversed(frames) if not any(ours in frame[0] for ours in _OURS)]
        return "".join(f'  File "{file}", line {line}, in {name}\n' for file, line, name in theirs)

    def _text(self) -> str:
        return self._tail.decode("utf-8", "replace")

    def _read(self) -> None:
        with self._pipe:
            # read1 returns what is there: a traceback must not wait in a buffer until the block is full.
            while data := self._pipe.read1(_MOST_BYTES):
                with self._changed:
                    self._tail = (self._tail + data)[-_MOST_BYTES:]
                    self._changed.notify_all()
        with self._changed:
            self._is_complete = True
            self._changed.notify_all()
