"""How a run of the program ends: with one line and an exit status of its own, and nothing left behind.

Only the standard library is loaded, because the window comes before everything else.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import ClassVar, Final, Self

from es_desktop.app.runtime.log import complain, log_exception
from es_desktop.system.locked_folder import RUN_PREFIX, locked_folder, remove_leftovers

OK: Final = 0
FOUND_WRONG: Final = 1
BAD_INPUT: Final = 2
BUG: Final = 70
"""As ``EX_SOFTWARE`` of sysexits.h; not 1, ``FOUND_WRONG`` of a check."""
_AGAIN: Final = 0.01
"""Seconds until a signal that was lost comes again."""
_WHAT: Final[dict[int, str]] = {signal.SIGINT: "interrupted", signal.SIGTERM: "ended by a signal"}
if sys.platform != "win32":
    _WHAT[signal.SIGHUP] = "its terminal was closed"


class StopSignal(KeyboardInterrupt):
    """The process was asked to end by a signal, whose number is ``number``. Notes say what was done until then."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def run_to_end(program: Callable[[], int]) -> int:
    """Run the program in the main thread, and return its exit status, whatever ends it.

    Temporary files are in a folder that is removed at the end; those of killed runs are removed at the start.
    """
    try:
        with _Signals() as signals, _temporary_files():
            try:
                status = program()
                if sys.stdout is not None:
                    sys.stdout.flush()
            except Exception:
                signals.release()  # what a signal raises inside C may come out of it as another error
                raise
            finally:
                signals.hold()
        return status
    except StopSignal as stop:
        _complain(": ".join([_WHAT[stop.number], *getattr(stop, "__notes__", [])]))
        status = 128 + stop.number  # as shells do: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP
    except BrokenPipeError:
        status = 0  # whoever read the output has seen enough
    except MemoryError:
        _complain("there is not enough memory for this. Close other programs, or ask for less.")
        status = BAD_INPUT
    except OSError as error:
        what = "the output cannot be written" if error.filename is None else f"{error.filename} cannot be used"
        _complain(f"{what}: {error.strerror or error}")
        status = BAD_INPUT
    except Exception as error:
        with suppress(OSError):
            log_exception(type(error), error, error.__traceback__)
        _complain("this is a bug in the program; the lines above tell where")
        status = BUG
    _drop_output()
    return status


def stop_signals() -> list[int]:
    """Return the signals that end a run. SIGHUP does not where ``nohup`` started it."""
    return [each for each in _WHAT if each == signal.SIGINT or signal.getsignal(each) is not signal.SIG_IGN]


class _Signals:
    """Has a signal raise ``StopSignal`` in the main thread, once; later ones are only noted."""

    current: ClassVar[_Signals | None] = None

    def __init__(self) -> None:
        self.noted: list[int] = []
        self._raises = True
        self._is_held = False

    def __enter__(self) -> Self:
        _Signals.current = self
        self._hook, sys.unraisablehook = sys.unraisablehook, self._on_unraisable
        self._before = {each: signal.signal(each, self._on_signal) for each in stop_signals()}
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        _Signals.current = None
        sys.unraisablehook = self._hook
        for each, handler in self._before.items():
            if self.noted:  # the process ends with the status of the first one
                break
            signal.signal(each, handler)
        if kind is None:
            self.release()

    def hold(self) -> None:
        """Raise nothing from now on: what cleans up is not stopped."""
        self._is_held = True

    def release(self) -> None:
        """Raise ``StopSignal`` if a signal came meanwhile."""
        if self.noted:
            raise StopSignal(self.noted[0])

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.noted.append(number)
        if self._raises and not self._is_held:
            self._raises = False
            raise StopSignal(number)

    def _on_unraisable(self, lost: sys.UnraisableHookArgs) -> None:
        """Send a signal again whose ``StopSignal`` was raised in a callback of the garbage collector, and so lost."""
        if isinstance(lost.exc_value, StopSignal):
            from threading import Timer

            self._raises = True
            again = Timer(_AGAIN, _send, [lost.exc_value.number])  # here it would be lost, too
            again.daemon = True
            again.start()
        else:
            self._hook(lost)


def _send(number: int) -> None:
    """Send a signal to the main thread, which may be waiting for something."""
    if sys.platform == "win32":
        interrupt_main(signal.Signals(number))
    else:
        import threading

        signal.pthread_kill(threading.main_thread().ident or 0, number)


def hold_signals() -> None:
    """Have a signal raise nothing from now on, as before Qt is loaded: it ends the process if what it calls raises.

    Whoever runs it asks ``stop_signal``. The run ends with the status of the signal all the same.
    """
    if _Signals.current is not None:
        _Signals.current.hold()


def stop_signal() -> int | None:
    """Return the first signal that came in this run, if there was one."""
    return next(iter(_Signals.current.noted), None) if _Signals.current is not None else None


@contextmanager
def _temporary_files() -> Iterator[None]:
    """Have all temporary files of this process and of its children in one folder; in none of its own if that fails."""
    try:
        parent = Path(tempfile.gettempdir())
        remove_leftovers(parent, RUN_PREFIX)
        folder = locked_folder(parent, RUN_PREFIX)
        entered = folder.__enter__()
    except OSError:
        yield
        return
    before = os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(entered)
    try:
        yield
    finally:
        tempfile.tempdir = None
        if before is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before
        folder.__exit__(None, None, None)


def _complain(text: str) -> None:
    with suppress(OSError, AttributeError, ValueError):  # standard error may be closed as well
        complain(text)
        sys.stderr.flush()


def _drop_output() -> None:
    """Have Python write nothing more when it flushes its streams at its end: it would fail, or complain, again."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, AttributeError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
