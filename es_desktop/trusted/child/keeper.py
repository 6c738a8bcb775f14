"""Ends with the person's code all that it starts, on Linux.

The process that the program started becomes the *keeper*: it waits for the process that runs the code, which is the
child of the first process of a namespace of its own where the system permits one. When either of the program and the
code ends, the keeper ends every process that came from it.
"""

from __future__ import annotations

import os
import select
import signal
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

assert sys.platform == "linux"

_DEATH_SIGNAL = 1


def fork_worker(libc: Any, has_namespaces: bool) -> None:
    """Return in the process that will run the code."""
    status_read, status_write = os.pipe()
    child = os.fork()
    if child:
        os.close(status_write)
        _keep(child, status_read)
    os.close(status_read)
    libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if has_namespaces:
        worker = os.fork()
        if worker:
            _be_first(worker, status_write)
    os.close(status_write)


def _leave_pipe(*numbers: int) -> None:
    """Let the program see the end of its pipe when the code ends it."""
    empty = os.open(os.devnull, os.O_RDWR)
    for number in numbers:
        os.dup2(empty, number)


def _be_first(worker: int, status_write: int) -> None:
    """Wait for all processes of the namespace, and report how the worker ended: with this one, the system ends all."""
    _leave_pipe(0, 1)
    while True:
        ended, status = os.wait()
        if ended == worker:
            os.write(status_write, struct.pack("i", status))
            os._exit(0)


def _keep(child: int, status_read: int) -> None:
    """End all when the child, or the program at the other end of the pipe, has ended or wants it."""
    _leave_pipe(1)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # is for the code
    is_ending = []
    signal.signal(signal.SIGTERM, lambda *_: is_ending.append(True))
    signal.signal(signal.SIGCHLD, lambda *_: None)
    poll = select.poll()
    poll.register(0, 0)
    poll.register(woken, select.POLLIN)
    status = None
    while status is None and not is_ending:
        if any(number == 0 for number, _ in poll.poll(_missed_signal_ms(child))):
            break
        with suppress(BlockingIOError):
            os.read(woken, 64)
        while status is None:
            ended, found = os.waitpid(-1, os.WNOHANG)
            if not ended:
                break
            status = found if ended == child else None
    if status is None:
        os.kill(child, signal.SIGKILL)
    _end_descendants()
    _end_as(_reported(status_read) if status == 0 else status or 0)


def _missed_signal_ms(child: int) -> int:
    """Return how long to wait for a signal: not at all if the child ended before anybody listened."""
    return 0 if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) else 60_000


def _reported(status_read: int) -> int:
    data = os.read(status_read, 4)
    return int(struct.unpack("i", data)[0]) if len(data) == 4 else 0


def _end_as(status: int) -> None:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        with suppress(OSError):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


def _end_descendants() -> None:
    """End all children, until there are no more: children of an ended one become children of this process."""
    while True:
        for each in _children():
            with suppress(OSError):
                os.kill(each, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def _children() -> list[int]:
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            after_name = file.read_bytes().rpartition(b")")[2].split()
            if int(after_name[1]) == os.getpid():
                found.append(int(file.parent.name))
    return found
