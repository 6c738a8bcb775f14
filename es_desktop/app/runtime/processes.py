"""Work in separate processes: long Python work would make the window wait, and several processes use all cores."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from multiprocessing import connection, resource_tracker
from typing import Any, Final, cast

from .errors import UserError

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection as Connection
else:
    from multiprocessing.connection import Connection

START_METHOD: Final = "spawn"
"""How a process is started, everywhere: a fork of a process with threads, and with a window, may hang."""
_POLL_SECONDS: Final = 0.1
"""How often the caller can check whether the work is still wanted."""
_NICENESS: Final = 10
_SECRETS: Final = ("ES_DESKTOP_KEY", "PGPASSWORD")
"""Variables whose values are in the options of a store, which a process gets through its pipe."""
_SENT, _REFUSED, _FAILED, _ENDED = "sent", "refused", "failed", "ended"
Send = Callable[[Any], None]
Work = Callable[..., None]
"""A function of a module. It gets a ``Send`` and arguments that can be pickled."""


def run_in_processes(work: Work, arguments: Sequence[tuple[Any, ...]]) -> Generator[Any, None, None]:
    """Call ``work`` in a separate process for each tuple of arguments; yield the values that the calls send.

    Yields ``None`` if nothing was sent for 0.1 seconds. Closing the iterator ends the processes. Raises the
    ``UserError`` of a process, or one for a process that ended unexpectedly.
    """
    context = multiprocessing.get_context(START_METHOD)
    started = []
    try:
        for each in arguments:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_run, args=(theirs, work, each), daemon=True)
            with _without_secrets(), _without_terminal():
                process.start()
            theirs.close()
            started.append((process, ours))
        yield from _messages([ours for _, ours in started])
    finally:
        for process, ours in started:
            ours.close()
            process.terminate()
        for process, _ in started:
            process.join()
            process.close()


@contextmanager
def _without_secrets() -> Iterator[None]:
    """Take what holds a password or a key out of the environment, which a new process inherits."""
    kept = {name: os.environ.pop(name) for name in _SECRETS if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


@contextmanager
def _without_terminal() -> Iterator[None]:
    """Block the signals of a terminal, which a new process inherits: Ctrl-C is sent to it too, also while it loads."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # to start it unblocks them
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _messages(running: list[Connection]) -> Iterator[Any]:
    waiting: list[Any] = list(running)
    while waiting:
        ready = connection.wait(waiting, _POLL_SECONDS)
        if not ready:
            yield None
        for each in cast("list[Connection]", ready):
            try:
                message_type, value = each.recv()
            except EOFError:
                text = "a process that worked for this ended before it was done"
                raise UserError(text, "The machine may be short of memory. Try again.") from None
            if message_type == _SENT:
                yield value
            elif message_type == _REFUSED:
                raise UserError(*value)
            elif message_type == _FAILED:
                raise RuntimeError(f"in a process of its own:\n{value}")
            else:
                waiting.remove(each)


def _run(messages: Connection, work: Work, arguments: tuple[Any, ...]) -> None:
    """Call ``work`` in the new process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that started it ends it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)  # the window and other programs come first
    with closing(messages), suppress(BrokenPipeError):  # no one listens any more
        try:
            work(lambda value: messages.send((_SENT, value)), *arguments)
            messages.send((_ENDED, None))
        except UserError as error:
            messages.send((_REFUSED, (error.text, error.hint)))
        except BrokenPipeError:
            raise
        except Exception:
            messages.send((_FAILED, traceback.format_exc()))


def _end_with_parent() -> None:
    """End this process when the one that started it has ended, however that was."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
