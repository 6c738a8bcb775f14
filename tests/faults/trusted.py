"""Trusted code does what it likes: a child answers nonsense, or a person's code attacks its process and the system.

Nothing may reach the program but one error that says what the code did, in its time; when the code has ended, none of
its processes and no temporary file is left, and no file was changed.
"""

from __future__ import annotations

import copy
import json
import shutil
import struct
import sys
import tempfile
from contextlib import ExitStack
from multiprocessing.util import get_temp_dir
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any, Final

from es_desktop.trusted import CodeEndedError, CodeOutcome, CodeRefusedError, CodeState, Limits, Trust, TrustedCode
from tests.app.trust.trusting import ORDER, shop_in
from tests.faults.common import Figures, Finding, Program, Scratch
from tests.trusted.coding import ID, record, running_in

LONG, SHORT = 400, 8
_LIMITS: Final = Limits(seconds=1.0, start_seconds=3.0)
_MOST_SECONDS: Final = 30.0
_ROUNDS_PER_COMMAND: Final = 6

_INTERPRETER: Final = """\
#!{python} -IS
import json, os, signal, struct, time
for step, *rest in json.load(open({steps!r})):
    if step == "read":
        head = os.read(0, 4)
        left = struct.unpack(">I", head)[0] if len(head) == 4 else 0
        while left > 0:
            left -= len(os.read(0, left)) or left
    elif step == "write":
        data = bytes.fromhex(rest[1])
        while data:
            data = data[os.write(rest[0], data):]
    elif step == "close":
        os.close(rest[0])
    elif step == "exit":
        os._exit(rest[0])
    elif step == "signal":
        os.kill(os.getpid(), rest[0])
    elif step == "ignore":
        [signal.signal(each, signal.SIG_IGN) for each in range(1, 32) if each not in (9, 17, 19)]
    elif step == "fork":
        os.fork() or (os.setsid(), time.sleep(90))
    elif step == "wait":
        time.sleep(90)
"""
_NAMES: Final = ("view", "state", "change", "wrong", "failed", "errors", "files", "taken", "python", "!", "a", "")
_KINDS: Final = (
    *("int", "float", "dict", "uuid", "decimal", "datetime", "date", "time", "timedelta", "bytes", "tuple", "set"),
    *("frozenset", "deque", "enum", "text", "nothing"),
)
_STARTED: Final = {"python": "3.11", "files": {}, "taken": []}
_ATTACKS: Final = {
    "returns what is no state": "return random.choice([3, 'x', [1], object(), print, NotImplemented, float('nan')])",
    "exits": "os._exit(random.randrange(256))",
    "raises": "raise random.choice([SystemExit(3), KeyboardInterrupt, GeneratorExit, ValueError('a\\nb\\x1b[2J\\0')])",
    "raises 10 MB": "raise ValueError('x' * 10_000_000)",
    "raises what has no text": "raise type('Odd', (Exception,), {'__str__': lambda self: 1})()",
    "ends by any signal": "os.kill(os.getpid(), random.choice([*range(1, 9), *range(10, 17), 19, 20, *range(24, 65)]))",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "recurses": "sys.setrecursionlimit(10**9); f = lambda g: g(g); f(f)",
    "no recursion": "sys.setrecursionlimit(60)",
    "fills the memory": "return {'x': [bytearray(1 << 24) for _ in range(999)]}",
    "never returns": "while True: pass",
    "never returns, hides": "import faulthandler; faulthandler.unregister(10); hide(); time.sleep(90)",
    "stops": "os.kill(os.getpid(), 19)",
    "ends its parent": "os.kill(os.getppid(), 9); time.sleep(90)",
    "forks and returns twice": "os.fork()",
    "leaves its group": "os.fork() or (os.setsid(), os.fork() or (hide(), time.sleep(90)))",
    "a program that goes on": "subprocess.Popen(['sleep', '90'], start_new_session=True, env={})",
    "many processes": "[subprocess.Popen(['sleep', '90'], start_new_session=True) for _ in range(80)]",
    "threads": "[threading.Thread(target=time.sleep, args=(90,)).start() for _ in range(9)]",
    "writes to every pipe": "[write(each) for each in range(30)]",
    "closes every pipe": "os.closerange(0, 99)",
    "closes every pipe and waits": "os.closerange(0, 99); time.sleep(90)",
    "prints": "print('x' * 5_000_000); sys.stderr.write('y\\n' * 1_000_000)",
    "a large state": "return {'x': list(range(400_000))}",
    "a deep state": "tree = {}\n    for _ in range(700): tree = {'a': tree}\n    return tree",
    "deep tuples": "tree = ()\n    for _ in range(320): tree = {'a': (tree,)}\n    return tree",
    "a cycle": "tree = {}; tree['a'] = [tree]; return tree",
    "odd values": "return {'\\ud800\\0': 10**9999, 'b': float('nan'), 'c': {1: b'x', None: {()}}, '!': []}",
    "no json": "import json; json.JSONEncoder.encode = None",
    "no modules": "sys.modules.clear()",
    "changes a file": "changed('mine.py', 'w'); changed('/tmp/es-desktop-was-here', 'w'); os.remove('mine.py')",
    "uses the network": "import socket; socket.create_connection(('127.0.0.1', 22))",
    "opens files": "held = [open('/dev/null') for _ in range(9999)]",
    "fills a folder": "open('/dev/shm/es-desktop-was-here', 'wb').write(bytes(1 << 28))",
    "raises its limits": "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))",
}
_CODE: Final = """\
import os, random, signal, subprocess, sys, threading, time
random.seed({seed})

def hide():
    for each in range(1, 32):
        if each not in (9, 17, 19):
            signal.signal(each, signal.SIG_IGN)

def write(number):
    try:
        os.write(number, b"\\0\\0\\0\\2{{}}\\xff")
    except OSError:
        pass

def changed(path, mode):
    try:
        open(path, mode)
    except OSError:
        pass

def attack():
    {body}

def fold(state, event):
    if event["version"] == 1:
        found = attack()
        if found is not None:
            return found
    return {{"at": event["version"]}}
"""


def run(rounds: int, seed: int) -> Figures:
    """Return the figures; an input is one child."""
    random, figures = Random(seed), Figures(rounds)
    with ExitStack() as stack:
        folder = stack.enter_context(Scratch())
        program = stack.enter_context(Program(folder))
        store = shop_in(folder)
        get_temp_dir()  # the folder of the process that runs commands, which is none of the children's
        stack.callback(setattr, tempfile, "tempdir", tempfile.tempdir)
        tempfile.tempdir = str(folder / "of-the-children")
        Path(tempfile.tempdir).mkdir()
        for number in range(rounds):
            place = folder / str(number)
            place.mkdir()
            one = _Round(place, random, figures, f"round {number} of seed {seed}")
            one.run()
            if number % _ROUNDS_PER_COMMAND == 0:
                one.command(program, store)
            shutil.rmtree(place)
    return figures


class _Round:
    def __init__(self, folder: Path, random: Random, figures: Figures, name: str) -> None:
        self._folder, self._random, self._figures, self._name = folder, random, figures, name
        self._source = folder / "mine.py"
        if random.random() < 0.5:
            self._trust = self._nonsense()
        else:
            self._trust = self._attack()
        self._text = self._source.read_text("utf-8")

    def run(self) -> None:
        """Ask the child what the program asks: to start, for bases, for a fold, and for a view."""
        self._figures.inputs += 1
        began = monotonic()
        with ExitStack() as stack:
            code = TrustedCode(self._trust, _LIMITS)
            stack.callback(code.close)
            state = CodeState()
            for _ in range(2):
                self._try(code.start)
                self._try(lambda: code.base_errors(ID, [record(1), record(2)]))
                self._try(lambda: self._fold(code))
                self._try(lambda: code.view(ID, state))
        taken = monotonic() - began
        self._expect(taken < 2 * 4 * _MOST_SECONDS, f"it took {taken:.0f} s")
        self._expect(not (left := running_in(self._folder)), f"{len(left)} processes are left")
        self._expect(not [*Path(tempfile.gettempdir()).iterdir()], "temporary files are left")
        self._expect(self._source.exists() and self._source.read_text("utf-8") == self._text, "it changed a file")

    def command(self, program: Program, store: Path) -> None:
        """Ask the program for the states of an entity."""
        named = ("--trust", self._folder, "--import", "mine", "--python", self._trust.python)
        fold = ("--fold", self._trust.function) if self._trust.function else ()
        self._figures.add(program.run("explain", store, ORDER, *named, *fold), self._name)
        self._expect(not running_in(self._folder), "processes are left by a command")

    def _try(self, ask: Any) -> None:
        began = monotonic()
        try:
            ask()
        except (CodeEndedError, CodeRefusedError) as error:
            self._expect(0 < len(str(error)) < 3000, "an error without or with too much text")
            self._expect(len(str(error).splitlines()) == 1, "an error of several lines")
        except Exception as error:
            self._expect(False, f"{type(error).__name__}: {str(error)[:80]}")
        self._expect(monotonic() - began < _MOST_SECONDS, "an answer took too long")

    def _fold(self, code: TrustedCode) -> None:
        outcomes: list[CodeOutcome] = []
        records = [record(at) for at in range(3)]
        code.fold(ID, CodeState(), records, lambda at, outcome: outcomes.append(outcome), views=True)
        self._expect(len(outcomes) == 3, "events without outcome")
        for each in outcomes:
            copy.deepcopy((each.before, each.after))  # shows that it can be walked through
            self._expect(len(each.failure or "") < 3000, "a failure with too much text")

    def _expect(self, holds: bool, kind: str) -> None:
        if not holds:
            self._figures.found.append(Finding(kind, self._name))

    # What the child is

    def _attack(self) -> Trust:
        name = self._random.choice([*_ATTACKS])
        self._name += f", code that {name}"
        source = _CODE.format(seed=self._random.randrange(1 << 30), body=_ATTACKS[name])
        if self._random.random() < 0.25:
            source += "attack()\n"
        self._source.write_text(source, "utf-8")
        return Trust(self._folder, ("mine",), sys.executable, "mine:fold")

    def _nonsense(self) -> Trust:
        self._source.write_text("", "utf-8")
        steps: list[Any] = []
        if self._random.random() < 0.85:
            steps += [["read"], ["write", 1, _frame(_STARTED).hex()]]
        while self._random.random() < 0.9:
            steps.append(self._step())
        if not any(each[0] in ("close", "signal", "ignore", "fork") for each in steps):
            steps.append(["exit", self._random.randrange(3)])
        self._name += f", steps {str(steps)[:300]}"
        path = self._folder / "steps.json"
        path.write_text(json.dumps(steps), "utf-8")
        program = self._folder / "python"
        program.write_text(_INTERPRETER.format(python=sys.executable, steps=str(path)), "utf-8")
        program.chmod(0o755)
        return Trust(self._folder, ("mine",), str(program))

    def _step(self) -> list[Any]:
        choose = self._random.random()
        if choose < 0.3:
            return ["read"]
        if choose < 0.8:
            return ["write", 1, self._frame_of_any_kind().hex()]
        if choose < 0.86:
            return ["write", 2, self._random.choice((b"Traceback (most recent call first)\n", b"\xff" * 70_000)).hex()]
        signal = ["signal", self._random.choice((9, 11, 15, 35, 64))]
        others = (["close", 0], ["close", 1], ["exit", 3], ["ignore"], ["fork"], ["wait"])
        return self._random.choice([signal, *others])

    def _frame_of_any_kind(self) -> bytes:
        random = self._random
        match random.randrange(12):
            case 0:
                return random.randbytes(random.randrange(9))
            case 1:
                return struct.pack(">I", random.choice((1 << 31, 1 << 28, 9, 100_000))) + b"{}"
            case 2:
                return _frame(b"[" * random.choice((400, 100_000)))
            case 3:
                return _frame(b'{"view":' + b'{"a":' * 350 + b"1" + b"}" * 351)
            case 4:
                return _frame(b'{"view":{"a":[' + b"[]," * random.choice((10, 300_000)) + b"1]}}")
            case 5:
                nested = b'{"!":["tuple",[' * 310 + b"1" + b"]]}" * 310
                return _frame(b'{"view":{"a":' + nested + b"}}")
            case 6:
                return _frame(b'{"view":{"a":' + random.choice((b"NaN", b"-Infinity", b"9" * 5000, b"1e999")) + b"}}")
            case 7:
                return _frame(b"")
            case 8:
                return _frame(json.dumps({"failed": [self._text_of_any_kind(), self._text_of_any_kind()]}).encode())
            case _:
                return _frame({random.choice(_NAMES): self._tree(4) for _ in range(random.randrange(1, 3))})

    def _text_of_any_kind(self) -> str:
        return self._random.choice(("", "x" * 100_000, "a\nb\r\x1b[2J", "\ud800", "\u202e", 'File "x", line 1'))

    def _tree(self, depth: int) -> Any:
        random = self._random
        match random.randrange(9 if depth else 4):
            case 0:
                return random.choice((None, True, 0, -1, 1 << 70, 1e308, 0.5))
            case 1:
                return self._text_of_any_kind()[:50]
            case 2 | 3:
                return random.choice((*_NAMES, "{", "[", "="))
            case 4 | 5:
                return [self._tree(depth - 1) for _ in range(random.randrange(4))]
            case 6:
                return {random.choice(_NAMES): self._tree(depth - 1) for _ in range(random.randrange(3))}
            case 7:
                return {"!": [random.choice(_KINDS), *(self._tree(depth - 1) for _ in range(random.randrange(5)))]}
            case _:
                return [random.choice("=[{"), [[random.choice(_NAMES), self._tree(depth - 1)]], []]


def _frame(message: Any) -> bytes:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack(">I", len(body)) + body
