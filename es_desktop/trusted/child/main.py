"""The main program of the child: sets up the pipe and the limits, and answers requests."""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import platform
import signal
import sys
import threading
from time import monotonic
from typing import Any, BinaryIO

from .adapters import Adapters
from .confine import confine, has_own_users
from .errors import RefusedError, describe_error
from .folding import Folding
from .wire import Progress, decode, read_frame, write_frame

_FLUSH_SECONDS = 0.005
"""Messages within this time are sent together."""
_PARENT_SECONDS = 2.0
"""How often to check that the program that started this one is still running."""


def main() -> None:
    """Answer requests until the pipe ends."""
    progress = Progress(sys.argv.pop())  # opened while files can still be written
    taken = confine()
    requests, answers = _take_pipe()
    faulthandler.enable(file=2)
    if sys.platform != "win32":  # sent when an event takes too long; writes a traceback
        faulthandler.register(signal.SIGUSR1, file=2, all_threads=False)
    threading.Thread(target=_exit_without, args=(os.getppid(),), daemon=True).start()
    server = _Server(answers, progress, taken)
    while (request := read_frame(requests)) is not None:
        server.answer(json.loads(request))
    os._exit(0)  # ends threads of the person's code too


def _take_pipe() -> tuple[BinaryIO, BinaryIO]:
    """Return the two ends of the pipe, under new file numbers.

    The person's code must not read or write the pipe: its input is empty, and what it prints goes to standard error.
    """
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    return requests, answers


def _exit_without(parent: int) -> None:
    """End the process when its parent has ended, even while the person's code is in an endless loop."""
    pause = threading.Event()
    while not pause.wait(_PARENT_SECONDS):
        if os.getppid() != parent:
            os._exit(1)


class _Server:
    """Answers one request after another."""

    def __init__(self, answers: BinaryIO, progress: Progress, taken: list[str]) -> None:
        self._answers = answers
        self._process = os.getpid()
        self._progress = progress
        self._taken = taken
        self._folder = os.curdir
        self._folding = Folding(Adapters([], [], None), self._folder, progress)
        self._flushed = monotonic()

    def answer(self, request: dict[str, Any]) -> None:
        """Do what a request asks for, and send the answer. Errors of the person's code become answers too."""
        try:
            self._folding.free(request.get("free", []))
            answer = self._result(request)
        except BaseException as error:  # the person's code may also call sys.exit
            answer = {"failed": describe_error(error, self._folder)}
        self._write(answer)
        self._flush()

    def _result(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["do"]
        if name == "import":
            return self._import(request)
        id = decode(request["id"])
        if name == "try":
            return {"errors": [self._folding.base_error(id, each) for each in request["snapshots"]]}
        if name == "view":
            return {"view": self._folding.view(id, request["from"])}
        if name == "commands":
            return {"commands": self._folding.commands(id, request["from"], request["topic"])}
        if name == "rehearse":
            values = decode(request["arguments"])
            return self._folding.rehearse(id, request["from"], request["topic"], request["name"], values)
        return {"state": self._folding.fold(id, request["from"], request["events"], request["views"], self._send)}

    def _send(self, message: Any) -> None:
        self._write(message)
        if monotonic() - self._flushed > _FLUSH_SECONDS:
            self._flush()

    def _write(self, message: Any) -> None:
        if os.getpid() != self._process:
            os._exit(0)  # the code has forked, and returned in both processes
        write_frame(self._answers, message)

    def _flush(self) -> None:
        self._answers.flush()
        self._flushed = monotonic()

    def _import(self, request: dict[str, Any]) -> dict[str, Any]:
        self._folder = request["folder"]
        taken = [*self._taken, *_set_limits(request["limits"])]
        sys.path[0] = self._folder  # instead of the zip file with this program
        names = [each.partition(":") for each in request["modules"]]
        modules = [_import_module(name, self._folder) for name, _, _ in names]
        applications = [_member(modules[index], inner) for index, (_, _, inner) in enumerate(names) if inner]
        function = None
        if request["function"]:
            name, _, inner = request["function"].partition(":")
            function = _member(_import_module(name, self._folder), inner)
            if not callable(function):
                raise RefusedError(f"{request['function']} is not a function")
        adapters = Adapters(modules, applications, function)
        self._folding = Folding(adapters, self._folder, self._progress)
        files = {module.__name__: getattr(module, "__file__", None) or "" for module in modules}
        return {"python": platform.python_version(), "files": files, "taken": taken}


def _import_module(name: str, folder: str) -> Any:
    try:
        return importlib.import_module(name)
    except BaseException as error:  # the module may also call sys.exit
        reason, lines = describe_error(error, folder)
        raise RefusedError(f"the module {name} could not be imported: {reason}", lines) from error


def _member(module: Any, path: str) -> Any:
    found = module
    for name in path.split("."):
        found = getattr(found, name, None)
        if found is None:
            raise RefusedError(f"the module {module.__name__} has no {path}")
    return found


def _set_limits(limits: dict[str, int]) -> list[str]:
    """Limit what the process may use, by names of ``resource.RLIMIT_``; return those that the system limits now."""
    if sys.platform == "win32":
        return []
    import resource

    if not has_own_users():
        limits.pop("NPROC", None)  # it would count all programs of the person
    done = []
    for name, most in {**limits, "CORE": 0}.items():
        try:
            number = getattr(resource, f"RLIMIT_{name}")
            hard = resource.getrlimit(number)[1]
            allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            # At the first limit of processor time a signal with a name ends the process, at the second SIGKILL.
            resource.setrlimit(number, (allowed, allowed + 1 if name == "CPU" and allowed == most else allowed))
        except (AttributeError, ValueError, OSError):
            continue
        done.append(name)
    return done
