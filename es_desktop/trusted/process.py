"""One child process: started, asked, watched, and ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BufferedReader
from typing import IO, Any, BinaryIO, Final, cast

from .child.wire import BrokenFrameError, read_frame, write_frame
from .environment import clean_environment, write_program
from .errors import CodeEndedError, CodeRefusedError
from .last_words import LastWords
from .place_file import PlaceFile
from .trust import Limits, Trust
from .watchdog import Watchdog

_PLACE_SECONDS: Final = 0.5
_END_SECONDS: Final = 5.0
_IS_WINDOWS: Final = sys.platform == "win32"


class ChildProcess:
    """A process that runs a person's code. For one thread at a time; any other may ``kill`` it."""

    def __init__(self, trust: Trust, limits: Limits) -> None:
        """Start it. Raises ``CodeRefusedError`` where there is no such interpreter; ``close`` it in any other case."""
        self._trust = trust
        self._limits = limits
        self._hung_for: float | None = None
        self._is_killed = False
        self._program = write_program()
        self._place = PlaceFile()
        try:
            self._process = _started([trust.python, "-B", str(self._program)], trust)
        except BaseException:
            self._remove_files()
            raise
        self._last_words = LastWords(cast(BufferedReader, self._process.stderr))

    def greet(self) -> dict[str, str]:
        """Import the modules, and return the file of each. Raises ``CodeRefusedError``."""
        request = {
            "do": "import",
            "folder": str(self._trust.folder),
            "modules": list(self._trust.modules),
            "function": self._trust.function,
            "memory": self._limits.memory,
            "cpu": self._limits.cpu_seconds,
            "place": str(self._place.path),
        }
        try:
            files = _greeted(self._ask(request, self._limits.start_seconds))
        except CodeEndedError as error:
            said = "" if self._hung_for else self._last_words.last_line
            told = f"the interpreter does not run it: {error}" + (f"; it said: {said}" if said else "")
            raise CodeRefusedError(told, error.traceback) from error
        # All of it is loaded by now.
        self._program.unlink()
        self._place.forget_name()
        return files

    def ask(self, request: dict[str, Any]) -> bytes:
        """Return the answer to a request. Raises ``CodeEndedError``."""
        return self._ask(request, self._limits.seconds)

    def stream(self, request: dict[str, Any], take: Callable[[bytes], bool]) -> None:
        """Hand over each frame of a longer answer, until ``take`` says that it was the last one.

        Raises ``CodeEndedError`` where the process ends before that.
        """
        with self._watched(self._limits.seconds) as watchdog:
            self._send(request)
            for frame in self._frames():
                is_last = take(frame)
                watchdog.pat()
                if is_last:
                    return

    def kill(self) -> None:
        """End the process at once, with what it started. Whoever waits for an answer learns that it ended."""
        if self._is_killed:
            return  # its number may be another process's by now
        self._is_killed = True
        if _IS_WINDOWS:
            self._process.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_END_SECONDS)

    def close(self) -> None:
        """End the process, and close its pipes."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was still to be written has no reader any more
                cast(IO[bytes], pipe).close()
        self._last_words.join(_END_SECONDS)
        self._remove_files()

    def _remove_files(self) -> None:
        self._program.unlink(missing_ok=True)
        self._place.close()

    def _ask(self, request: dict[str, Any], seconds: float) -> bytes:
        with self._watched(seconds):
            self._send(request)
            return next(self._frames())

    def _send(self, request: dict[str, Any]) -> None:
        try:
            pipe = cast(BinaryIO, self._process.stdin)
            write_frame(pipe, request)
            pipe.flush()
        except OSError as error:
            raise self._ended() from error

    def _frames(self) -> Iterator[bytes]:
        while True:
            try:
                frame = read_frame(cast(BinaryIO, self._process.stdout))
            except BrokenFrameError as error:
                self.close()
                raise CodeEndedError(f"it answers what cannot be understood: {error}") from error
            if frame is None:
                raise self._ended()
            yield frame

    def _ended(self) -> CodeEndedError:
        """Return what became of the process, once it is seen to have ended."""
        try:
            status = self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:  # its pipe is closed, and it lives on
            status = 0
        self.kill()
        place = self._place.read()
        self.close()
        if self._hung_for is not None:
            told = f"the code did not come back within {self._hung_for:g} s, and was ended"
        elif status < 0:
            told = f"the code ended its process: {signal.Signals(-status).name}"
        else:
            told = f"the code ended its process with exit status {status}"
        return CodeEndedError(told, self._last_words.place, place)

    def _watched(self, seconds: float) -> Watchdog:
        return Watchdog(seconds, lambda: self._end_hung(seconds))

    def _end_hung(self, seconds: float) -> None:
        """End the process, which does not get on; where it can be asked, let it tell first where it is."""
        self._hung_for = seconds
        if not _IS_WINDOWS and self._process.poll() is None:
            self._process.send_signal(signal.SIGUSR1)
            self._last_words.wait_for_place(_PLACE_SECONDS)
        self.kill()


def _greeted(frame: bytes) -> dict[str, str]:
    message: dict[str, Any] = json.loads(frame)
    if "failed" in message:
        raise CodeRefusedError(*message["failed"])
    files: dict[str, str] = message["files"]
    return files


def _started(command: list[str], trust: Trust) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=trust.folder,
            env=clean_environment(os.environ),
            start_new_session=not _IS_WINDOWS,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError) as error:
        raise CodeRefusedError(f"{trust.python} cannot be started in {trust.folder}: {error}") from error
