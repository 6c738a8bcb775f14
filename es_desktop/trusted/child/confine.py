"""Takes rights away from this process before the person's code is imported, and ends with it all that it starts.

On Linux the process that the program started becomes the *keeper*: it waits for the process that runs the code, which
is the child of the first process of a namespace of its own where the system permits one. When either of the program and
the code ends, the keeper ends every process that came from it.
"""

from __future__ import annotations

import os
import platform
import re
import select
import signal
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

_NAMESPACES = (0x10000000, 0x00020000, 0x20000000, 0x40000000, 0x08000000)
"""Of users, mounts, process ids, networks and messages between processes."""
_MEMORY_FOLDER = "/dev/shm"
_MEMORY_OPTIONS = b"size=64m,mode=1777"
_PRIVATE, _NO_SETUID_OR_DEVICES, _NO_PROGRAMS = 0x44000, 0x6, 0x8
_MOUNT_SETATTR, _LANDLOCK = 442, 444
_SUBREAPER, _NO_NEW_PRIVILEGES, _SECCOMP, _DEATH_SIGNAL, _DROP_CAPABILITY = 36, 38, 22, 1, 24
_SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_IO_URING = 425
_WRITE = 1 << 1
_CHANGES = _WRITE | sum(1 << bit for bit in range(4, 13))
"""Of Landlock: to write, remove and create files, folders, links, pipes, sockets and devices."""


def confine() -> list[str]:
    """Take away what the system permits to take away, and return it.

    ``files`` (to write to them), ``modes`` (to change those of files), ``network``, ``sockets`` (also those in files),
    ``processes`` (to see and end others), ``orphans`` (to leave processes behind). Returns in a new process; the one
    that called it waits for its end, and ends as it did.
    """
    if sys.platform != "linux":
        return []
    try:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
    except (ImportError, OSError, AttributeError):
        return []
    is_reaper = libc.prctl(_SUBREAPER, 1, 0, 0, 0) == 0
    has_namespaces = _enter_namespaces(libc)
    _fork_worker(libc, has_namespaces)
    taken = []
    if has_namespaces:
        taken += ["network", "processes", *(["files", "modes"] if _make_files_read_only(libc) else [])]
    has_folder = "files" in taken and _has_own_folder(libc)
    _drop_capabilities(libc)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    with suppress(OSError):
        taken += _restrict_by_landlock(libc, has_folder)
    taken += _refuse_sockets(libc)
    if has_namespaces or (is_reaper and "processes" in taken):  # or else it could end the keeper
        taken.append("orphans")
    return sorted(set(taken))


def has_own_users() -> bool:
    """Return whether processes are counted apart from those of the person outside."""
    if sys.platform != "linux" or os.getuid() == 0:
        return False  # those of root are never counted
    with suppress(OSError, ValueError):
        is_mapped = Path("/proc/self/uid_map").read_text().split()[2] == "1"
        return is_mapped and tuple(map(int, re.findall(r"\d+", platform.release())[:2])) >= (5, 14)
    return False


def _enter_namespaces(libc: Any) -> bool:
    user, group = os.getuid(), os.getgid()
    if libc.unshare(sum(_NAMESPACES)) != 0:
        return False
    with suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


# Processes ------------------------------------------------------------------------------------------------------------


def _fork_worker(libc: Any, has_namespaces: bool) -> None:
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


# Files and network ----------------------------------------------------------------------------------------------------


def _make_files_read_only(libc: Any) -> bool:
    libc.mount(b"none", b"/", None, _PRIVATE, None)
    libc.mount(b"proc", b"/proc", b"proc", _NO_SETUID_OR_DEVICES | _NO_PROGRAMS, None)
    read_only = struct.pack("QQQQ", 1, 0, 0, 0)
    return bool(libc.syscall(_MOUNT_SETATTR, -100, b"/", 0x8000, read_only, len(read_only)) == 0)


def _has_own_folder(libc: Any) -> bool:
    """Put an empty folder for temporary files over the one in memory, if nothing needs that, and return whether."""
    needed = [str(Path.cwd()), sys.argv[0], sys.executable, sys.prefix, sys.base_prefix]
    if any(each.startswith(_MEMORY_FOLDER) for each in needed):
        return False
    if libc.mount(b"tmpfs", _MEMORY_FOLDER.encode(), b"tmpfs", _NO_SETUID_OR_DEVICES, _MEMORY_OPTIONS) != 0:
        return False
    os.environ.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), _MEMORY_FOLDER))
    return True


def _drop_capabilities(libc: Any) -> None:
    """Give up what root and the creator of a namespace may do, such as to make mounts writable again."""
    for each in range(64):
        libc.prctl(_DROP_CAPABILITY, each, 0, 0, 0)
    libc.capset(struct.pack("II", 0x20080522, 0), bytes(24))


def _restrict_by_landlock(libc: Any, has_folder: bool) -> list[str]:
    """Refuse changes of files, TCP, and signals to processes outside; this needs no namespace."""
    version = libc.syscall(_LANDLOCK, None, 0, 1)
    if version < 1:
        return []
    changes = _CHANGES | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0)
    rules = struct.pack("QQQ", changes, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    ruleset = libc.syscall(_LANDLOCK, rules, len(rules), 0)
    if ruleset < 0:
        return []
    for path, allowed in ((os.devnull, _WRITE), *([(_MEMORY_FOLDER, changes)] if has_folder else [])):
        opened = os.open(path, os.O_PATH)
        libc.syscall(_LANDLOCK + 1, ruleset, 1, struct.pack("=Qi", allowed & changes, opened), 0)
        os.close(opened)
    is_restricted = libc.syscall(_LANDLOCK + 2, ruleset, 0) == 0
    os.close(ruleset)
    signals = ["processes"] if version >= 6 else []
    return [*signals, *(["files"] if version >= 3 else [])] if is_restricted else []


def _refuse_sockets(libc: Any) -> list[str]:
    """Refuse to make sockets: those in files lead to other programs even where there is no network."""
    if platform.machine() not in _SOCKET or struct.calcsize("P") != 8:
        return []
    import ctypes

    architecture, number = _SOCKET[platform.machine()]
    load, equal, at_least, leave = 0x20, 0x15, 0x35, 0x06
    steps = (
        (load, 0, 0, 4),
        (equal, 0, 5, architecture),
        (load, 0, 0, 0),
        (at_least, 3, 0, 0x40000000),  # the calls of another kind of program
        (equal, 2, 0, number),
        (equal, 1, 0, _IO_URING),
        (leave, 0, 0, 0x7FFF0000),
        (leave, 0, 0, 0x50000 | 13),  # "permission denied"
    )
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in steps))
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
    return ["network", "sockets"] if libc.prctl(_SECCOMP, 2, program, 0, 0) == 0 else []
