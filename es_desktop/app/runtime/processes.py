"""Work in processes of their own: for Python that would keep the window waiting, and for all that a machine has."""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Any, Final

from .errors import UserError

_POLL_SECONDS: Final = 0.1
"""How often whoever waits may look whether the work is still wanted."""
_NICENESS: Final = 10
_SENT, _REFUSED, _FAILED, _ENDED = "sent", "refused", "failed", "ended"

Send = Callable[[Any], None]
Work = Callable[..., None]
"""A function of a module, called with a ``Send`` and with arguments that can be sent to another process."""


def run_in_processes(work: Work, arguments: Sequence[tuple[Any, ...]]) -> Generator[Any, None, None]:
    """Call ``work`` once in a process of its own for each tuple of arguments; yield what the calls tell, as it comes.

    ``None`` is yielded where nothing was told for a moment. The processes end when the iterator is closed, whatever
    they are doing. Raises the ``UserError`` that one of them raised, and one where a process is ended by
    somebody else.
    """
    # Spawned everywhere: a fork of a process with threads, and with a window, may hang.
    context = multiprocessing.get_context("spawn")
    started = []
    try:
        for each in arguments:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_run, args=(theirs, work, each), daemon=True)
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


def _messages(running: list[Connection]) -> Iterator[Any]:
    waiting: list[Any] = list(running)
    while waiting:
        ready = connection.wait(waiting, _POLL_SECONDS)
        if not ready:
            yield None
        for each in ready:
            assert isinstance(each, Connection)
            try:
                message_type, value = each.recv()
            except EOFError:
                messages = "a process that worked for this ended before it was done"
                raise UserError(messages, "The machine may be short of memory. Try again.") from None
            if message_type == _SENT:
                yield value
            elif message_type == _REFUSED:
                raise UserError(*value)
            elif message_type == _FAILED:
                raise RuntimeError(f"in a process of its own:\n{value}")
            else:
                waiting.remove(each)


def _run(messages: Connection, work: Work, arguments: tuple[Any, ...]) -> None:
    """Run in the process itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    if hasattr(os, "nice"):
        os.nice(_NICENESS)  # the window, and whatever else a person does, comes first
    with closing(messages), suppress(BrokenPipeError):  # nobody listens any more
        try:
            work(lambda value: messages.send((_SENT, value)), *arguments)
            messages.send((_ENDED, None))
        except UserError as error:
            messages.send((_REFUSED, (error.text, error.hint)))
        except BrokenPipeError:
            raise
        except Exception:
            messages.send((_FAILED, traceback.format_exc()))
