"""Takes rights away from this process before the person's code is imported."""

from __future__ import annotations

import os
import platform
import re
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
_SUBREAPER, _NO_NEW_PRIVILEGES, _SECCOMP, _DROP_CAPABILITY = 36, 38, 22, 24
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
    if sys.platform == "linux":
        from .keeper import fork_worker

        try:
            import ctypes

            libc = ctypes.CDLL(None, use_errno=True)
        except (ImportError, OSError, AttributeError):
            return []
        is_reaper = libc.prctl(_SUBREAPER, 1, 0, 0, 0) == 0
        has_namespaces = _enter_namespaces(libc)
        fork_worker(libc, has_namespaces)
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
    return []


def has_own_users() -> bool:
    """Return whether processes are counted apart from those of the person outside."""
    if sys.platform != "linux" or os.getuid() == 0:
        return False  # those of root are never counted
    with suppress(OSError, ValueError):
        is_mapped = Path("/proc/self/uid_map").read_text().split()[2] == "1"
        return is_mapped and tuple(map(int, re.findall(r"\d+", platform.release())[:2])) >= (5, 14)
    return False


def _enter_namespaces(libc: Any) -> bool:
    if sys.platform != "linux":
        return False
    user, group = os.getuid(), os.getgid()
    if libc.unshare(sum(_NAMESPACES)) != 0:
        return False
    with suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


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
    if sys.platform != "linux":
        return []
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
