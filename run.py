#!/usr/bin/env python3
"""Set everything up once, in the folder .venv, and start: needs Python 3.11 or newer and nothing else.

python3 run.py              the window, on the demo store
python3 run.py ARGUMENTS    es-desktop with these arguments
python3 run.py test ...     the tests, without a display; further arguments go to pytest
python3 run.py build ...    the program as a folder of its own, in dist/; further arguments go to PyInstaller
python3 run.py release ...  every package for this system, in dist/, each checked: docs/releasing.md
python3 run.py docs         the site of the documentation, in build/site/; docs serve shows it while it is written
"""

import hashlib
import importlib.util
import os
import platform
import runpy
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / "python")
DOWNLOADS = {"run": 100, "test": 190, "build": 105, "docs": 120, "release": 200}
"""The commands, which are extras of the package too, with the megabytes that pip downloads, about."""


def say(text):
    print(f"run.py: {text}", file=sys.stderr, flush=True)


def lacking(command):
    """The Debian packages that this machine lacks: those that the command needs, and those for a window."""
    needed, wanted = [], []
    if not sys.platform.startswith("linux"):
        return needed, wanted
    # The package is not installed yet, but this file of it needs the standard library alone.
    display = runpy.run_path(str(ROOT / "es_desktop" / "app" / "runtime" / "display.py"))
    if command != "text":
        needed, wanted = (
            [packages[library] for library in display["missing_libraries"](packages)]
            for packages in (display["QT_LIBRARIES"], display["WINDOW_LIBRARIES"])
        )
    if not any(importlib.util.find_spec(name) for name in ("ensurepip", "pip")):
        needed.append("python3-venv")
    if command in ("build", "release"):
        needed += [] if shutil.which("objdump") else ["binutils"]
        python = "libpython{}.{}".format(*sys.version_info)
        if sys.base_prefix == "/usr" and display["missing_libraries"]({f"{python}.so.1.0": python}):
            needed.append(python)  # Debian's own Python comes without it, and PyInstaller wants it
    return needed, wanted


def prepare_system(command):
    """Find what Qt would miss before it starts, and mend it where we may."""
    needed, wanted = lacking(command)
    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not needed and not (command in ("build", "release") or (command == "run" and has_display)):
        return  # no window is wanted now
    install = ["apt-get", "install", "-y", "--no-install-recommends", *needed, *wanted]
    if (needed or wanted) and shutil.which("apt-get") and os.geteuid() == 0:
        say("this machine lacks system packages, so as root: " + " ".join(install))
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for line in (["apt-get", "update"], install):
            result = subprocess.run(line, env=environ, capture_output=True, text=True)
            if result.returncode != 0:
                say(f"{line[1]} failed: {result.stderr.strip()}")
        needed, wanted = lacking(command)
    if needed:
        sys.exit(
            "run.py: system packages are missing. On Debian or Ubuntu this installs all of them, those of a window too;"
            f" who may not use sudo asks whoever keeps the machine:\n  sudo {' '.join(install)}"
        )
    if wanted:
        say("a window may be impossible without: sudo " + " ".join(install))


def prepare_python(extra):
    """Make .venv and install the project into it, unless a stamp says that this was done."""
    facts = (sys.version, platform.platform(), str(ROOT), (ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = hashlib.sha256("\n".join(facts).encode()).hexdigest()
    stamp = VENV / "run.py.stamp"
    done = stamp.read_text("utf-8").split() if stamp.exists() else []
    if wanted not in done:
        say("setting up the folder .venv, once: it takes one to three minutes")
        done = [wanted]
        make = [sys.executable, "-m", "venv", "--clear", str(VENV)]
        if subprocess.run(make, capture_output=True).returncode != 0:  # no ensurepip, as on a bare Debian
            subprocess.run([*make, "--without-pip"], check=True)
    if extra in done:
        return
    say(f"downloading and installing what it needs to {extra}: {DOWNLOADS[extra]} MB")
    pip = [PYTHON, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True).returncode != 0:
        pip = [sys.executable, "-m", "pip", "--python", PYTHON]
    project = str(ROOT) if extra == "run" else f"{ROOT}[{extra}]"
    pip += ["install", "--quiet", "--disable-pip-version-check", "--editable", project]
    if subprocess.run(pip).returncode != 0:
        sys.exit("run.py: the installation failed; pip's message above tells why.")
    stamp.write_text("\n".join([*done, extra]), "utf-8")


def sharing(arguments):
    """How pytest shares the tests out: to more processes than processors, as a sixth of the time is waiting for others.

    Single files are not shared, as one process begins sooner. What a person gives counts more: ``-n 0`` is one process.
    """
    if any(Path(each.partition("::")[0]).is_file() for each in arguments):
        return []
    return [f"--numprocesses={min((os.cpu_count() or 1) + 1, 8)}", "--dist=worksteal"]


def is_for_terminal(arguments):
    """Whether the program is asked for a text, such as ``info``, which needs nothing of Qt."""
    first = arguments[0] if arguments else ""
    if first in ("--help", "-h", "--version"):
        return True
    is_word = first.replace("-", "").isalpha() and first[0] != "-"
    return is_word and first not in ("test", "build", "release", "selftest") and not Path(first).exists()


def main(arguments):
    if not (3, 11) <= sys.version_info[:2] < (3, 15):  # PySide6 6.11 knows no newer ones
        sys.exit(f"run.py: needs Python 3.11 to 3.14, and {sys.executable} is {platform.python_version()}.")
    command = arguments[0] if arguments and arguments[0] in DOWNLOADS else "run"
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # it ends pip too
    try:
        prepare_system("text" if is_for_terminal(arguments) else command)
        prepare_python(command)
    except KeyboardInterrupt:
        say("interrupted; the next run goes on")
        sys.exit(130)
    if command != "run":
        os.chdir(ROOT)
    if command == "run":
        line = [str(BIN / "es-desktop"), *(arguments or ["--demo"])]
    elif command == "build":
        line = [PYTHON, "-m", "PyInstaller", "--noconfirm", *arguments[1:], "build.spec"]
    elif command == "docs":
        line = [str(BIN / "zensical"), *(arguments[1:] or ["build", "--strict", "--clean"])]
    else:
        line = [PYTHON, "release/build.py", *arguments[1:]]
    if command == "test":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        # Each process of a run would compile all tests anew, which takes it 8 seconds.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        line = [PYTHON, "-m", "pytest", *sharing(arguments[1:]), *arguments[1:]]
    if os.name == "nt":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both, and the program says how it ended
        sys.exit(subprocess.call(line))
    os.execv(line[0], line)


if __name__ == "__main__":
    main(sys.argv[1:])
