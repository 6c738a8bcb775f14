"""The child's own life: its pipe, its limits, and what it answers."""

from __future__ import annotations

import faulthandler
import importlib
import os
import platform
import signal
import sys
import threading
from time import monotonic
from typing import Any, BinaryIO

from .adapters import Adapters
from .errors import ImportFailedError, RefusedError, told_of
from .folding import Folding
from .progress import Progress
from .wire import decode, read_message, write_frame

_GATHERING_SECONDS = 0.005
"""What is told within such a time is sent together."""
_PARENT_SECONDS = 2.0
"""How often it is looked whether the program that started this one is still there."""


def main() -> None:
    """Answer requests until the pipe ends."""
    requests, answers = _take_pipe()
    faulthandler.enable(file=2)
    if hasattr(signal, "SIGUSR1"):  # asks where the code is
        faulthandler.register(signal.SIGUSR1, file=2, all_threads=False)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    work = _Work(answers)
    while True:
        request = read_message(requests)
        if request is None:
            os._exit(0)  # whatever the person's code left running
        work.answer(request)


def _take_pipe() -> tuple[BinaryIO, BinaryIO]:
    """Return the pipe's two ends. What the person's code prints goes to the standard error; it has nothing to read."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def _end_with(parent: int) -> None:
    """End the process when the one that started it is gone, even in the midst of an endless loop."""
    pause = threading.Event()
    while not pause.wait(_PARENT_SECONDS):
        if os.getppid() != parent:
            os._exit(1)


class _Work:
    """Answers one request after another."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._folder = os.curdir
        self._folding = Folding(Adapters([], [], None), self._folder, Progress())
        self._sent = monotonic()

    def answer(self, request: dict[str, Any]) -> None:
        """Do what a request asks for, and tell what came of it."""
        try:
            self._folding.free(request.get("free", []))
            told = self._do(request)
        except BaseException as error:  # sys.exit, too, is no more than an answer
            told = {"failed": told_of(error, self._folder)}
        write_frame(self._answers, told)
        self._send()

    def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        kind = request["do"]
        if kind == "import":
            return self._import(request)
        id = decode(request["id"])
        if kind == "try":
            return {"errors": [self._folding.why_no_base(id, each) for each in request["snapshots"]]}
        if kind == "view":
            return {"view": self._folding.view(id, request["from"])}
        handle = self._folding.fold(id, request["from"], request["events"], request["tell"], self._tell)
        return {"state": handle}

    def _tell(self, message: Any) -> None:
        write_frame(self._answers, message)
        if monotonic() - self._sent > _GATHERING_SECONDS:
            self._send()

    def _send(self) -> None:
        self._answers.flush()
        self._sent = monotonic()

    def _import(self, request: dict[str, Any]) -> dict[str, Any]:
        self._folder = request["folder"]
        _set_limits(request["memory"], request["cpu"])
        sys.path[0] = self._folder  # in place of where these files came from
        named = [each.partition(":") for each in request["modules"]]
        modules = [_imported(name, self._folder) for name, _, _ in named]
        applications = [_member(modules[at], inner) for at, (_, _, inner) in enumerate(named) if inner]
        function = None
        if request["function"]:
            name, _, inner = request["function"].partition(":")
            function = _member(_imported(name, self._folder), inner)
            if not callable(function):
                raise RefusedError(f"{request['function']} is not a function")
        progress = Progress(request["place"])
        self._folding = Folding(Adapters(modules, applications, function), self._folder, progress)
        files = {module.__name__: getattr(module, "__file__", None) or "" for module in modules}
        return {"python": platform.python_version(), "files": files}


def _imported(name: str, folder: str) -> Any:
    try:
        return importlib.import_module(name)
    except BaseException as error:  # sys.exit, too, is a reason
        reason, lines = told_of(error, folder)
        raise ImportFailedError(f"the module {name} could not be imported: {reason}", lines) from error


def _member(module: Any, path: str) -> Any:
    found = module
    for name in path.split("."):
        found = getattr(found, name, None)
        if found is None:
            raise RefusedError(f"the module {module.__name__} has no {path}")
    return found


def _set_limits(memory: int, cpu: int) -> None:
    """Limit what the process may take, where the system can do that."""
    try:
        import resource
    except ImportError:  # on Windows
        return
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, cpu), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
        except (ValueError, OSError):
            continue
