"""Installs each package of dist/ in clean root folders, by the commands of docs/install.md, and uses it there.

``python3 release/roots.py bookworm trixie noble``, as root on Debian with debootstrap. Each package gets a root folder
that holds nothing but the system, and a person who may use sudo and has no files. The commands are those of the page:
the blocks for a shell below the heading, or the line in bold, that names the package.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
PAGE = ROOT / "docs" / "install.md"
PERSON = "person"
HOME = Path("home", PERSON)
DEBIAN = "http://deb.debian.org/debian"
UBUNTU = ("noble",)
MIRROR_OF_UBUNTU = "http://archive.ubuntu.com/ubuntu"
SCRIPT = "/usr/share/debootstrap/scripts/jammy"
DESKTOP = "sudo xdg-utils shared-mime-info desktop-file-utils libglib2.0-bin"
"""What stands for a desktop, where somebody may ask what a double click opens."""
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SIGNER = Path("usr/local/share/of-the-builder.crt")
STORE_TYPE = "application/x-es-desktop-store"
ROUTES = {
    "deb": ("**Debian, Ubuntu.**", "*.deb"),
    "folder": ("**Any Linux**", "*.tar.xz"),
    "wheel": ("## From a wheel", "*.whl"),
    "uv": ("With uv", "*.whl"),
    "sdist": ("## From a wheel", "*.tar.gz"),
}
"""The ways to install: where the page begins to say how, and the package."""
BEFORE = {"uv": ["pipx install uv"]}
"""What the page takes for granted, after what pipx itself needs."""
ENTER = """
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount -t proc proc "$2/root/proc"
mount --rbind /dev "$2/root/dev"
exec chroot "$2/root" su - "$3" -c "$4"
"""
"""In a namespace of its own, which takes the mounts along at its end."""


class RootFolder:
    """A root folder over a clean one, which stays as it is."""

    def __init__(self, base: Path, folder: Path) -> None:
        self._base, self._folder = base, folder
        for each in ("upper", "work", "root"):
            (folder / each).mkdir()

    def do(self, command: str, user: str = PERSON) -> str:
        """Have the shell of a login do a command, and return what it prints; the program ends if it fails."""
        line = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", ENTER, "enter"]
        line += [str(self._base), str(self._folder), user, command]
        done = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace")
        if done.returncode != 0:
            sys.exit(f"roots: {command} ended with {done.returncode}.\n{done.stdout}{done.stderr}")
        return done.stdout

    def give(self, path: Path) -> None:
        """Copy a file into the home of the person."""
        target = self._folder / "upper" / HOME
        if not target.is_dir():
            self.do("true > given")  # the home is in the upper folder now, of the same owner
        shutil.copy(path, target)

    def put(self, name: str, text: str) -> None:
        """Write a file of the person."""
        (self._folder / "upper" / HOME / name).write_text(text, encoding="utf-8")


def base_of(suite: str, folder: Path) -> Path:
    """Return a root folder with the system and a person in it, which is made at the first call."""
    base = folder / suite
    if not (base / HOME).is_dir():
        say(f"{suite}: debootstrap")
        shutil.rmtree(base, ignore_errors=True)
        line = ["debootstrap", "--variant=minbase", suite, str(base), DEBIAN]
        if suite in UBUNTU:  # Debian has neither its keys nor its newest names
            line = [*line[:2], "--no-check-gpg", "--components=main,universe", *line[2:4], MIRROR_OF_UBUNTU, SCRIPT]
        made = subprocess.run(line, capture_output=True, text=True)
        if made.returncode != 0:
            sys.exit(f"roots: debootstrap failed.\n{made.stdout[-2000:]}{made.stderr}")
        prepare(base)
    return base


def prepare(base: Path) -> None:
    """Add a person, and what each desktop has, to a clean root folder."""
    if CERTIFICATES.exists():  # a network of its own may have its own
        shutil.copy(CERTIFICATES, base / SIGNER)
        lines = [f"export {name}=/{SIGNER}\n" for name in ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")]
        (base / "etc" / "profile.d" / "certificates.sh").write_text("".join(lines), "utf-8")
    (base / "etc" / "apt" / "apt.conf.d" / "yes").write_text('APT::Get::Assume-Yes "true";\n', "utf-8")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    for command in (
        "apt-get update -q",
        f"apt-get install -q -y --no-install-recommends {DESKTOP}",
        f"useradd --create-home --shell /bin/bash {PERSON}",
    ):
        subprocess.run(["chroot", str(base), "sh", "-c", command], env=environ, check=True, capture_output=True)
    sudoers = base / "etc" / "sudoers.d" / PERSON
    sudoers.write_text(f"Defaults env_keep += DEBIAN_FRONTEND\n{PERSON} ALL=(ALL) NOPASSWD: ALL\n", "utf-8")
    (base / "etc" / "profile.d" / "quiet.sh").write_text("export DEBIAN_FRONTEND=noninteractive\n", "utf-8")


def commands_of(start: str, package: str) -> list[str]:
    """Return the commands that the page gives for a package, with the name of the package that is here."""
    text = PAGE.read_text("utf-8")
    part = text[text.index(start) + len(start) :]
    part = re.split(r"^(?:## |\*\*|With uv)", part, maxsplit=1, flags=re.MULTILINE)[0]
    lines = "".join(re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)).splitlines()
    stem = package.removesuffix(".tar.xz")
    named = r"\./es_desktop-\S+\.whl|\./es-desktop_\S+\.deb" if stem == package else r"es-desktop-[\d.]+-linux-x86_64"
    return [re.sub(named, stem if stem != package else f"./{package}", line.partition(" #")[0]) for line in lines]


def use(root: RootFolder, program: str) -> Iterator[tuple[str, object]]:
    """Use the installed program as a person does, and yield what was found."""

    def ask(*words: str) -> str:
        return root.do(f"{program} {shlex.join(words)}")

    yield "version", ask("--version").split()[-1]
    ask("demo", "demo.esdb")
    yield "events", json.loads(ask("info", "demo.esdb", "--json"))["events"]
    ticket = json.loads(ask("entities", "demo.esdb", "--type", "Ticket", "--json").splitlines()[0])["id"]
    head, *records = map(json.loads, ask("export", "demo.esdb", ticket).splitlines())
    change = next(each for each in records if each.get("topic", "").endswith(".AttributeChanged"))
    data = {"timestamp": records[-1]["data"]["timestamp"], "name": "_assignee", "value": "Somebody Else"}
    change |= {"version": records[-1]["version"] + 1, "data": data}
    root.put("change.jsonl", f"{json.dumps(head)}\n{json.dumps(change)}\n")
    ask("import", "demo.esdb", "change.jsonl")
    state = json.loads(ask("explain", "demo.esdb", ticket, "--json"))
    check("rebuilt after a change", state["state"]["assignee"], "Somebody Else")
    yield "rebuilt after a change", f"{state['exactness']}, version {state['at']}, {state['state']['assignee']}"
    ask("demo.esdb", "--screenshot", "window.png")
    yield "picture of the window", root.do("stat -c '%s bytes' window.png").strip()
    yield "selftest", ask("selftest").splitlines()[-1]


def open_by_double_click(root: RootFolder, program: str, registers: bool) -> Iterator[tuple[str, object]]:
    """Yield what a double click on a store opens, after the program was registered if it must be."""
    if registers:
        yield "register", f"{len(root.do(f'{program} register').splitlines())} files"
    found = root.do("gio info -a standard::content-type demo.esdb").split()[-1]
    check("the type of the file", found, STORE_TYPE)
    yield "the type of the file", found
    for each in (STORE_TYPE, "x-scheme-handler/esdb"):
        found = root.do(f"xdg-mime query default {each}").strip()
        check(each, found, "es-desktop.desktop")
        yield f"xdg-mime query default {each}", found
    if registers:
        root.do(f"{program} register --remove")
        check("after register --remove", root.do(f"xdg-mime query default {STORE_TYPE}").strip(), "")


def check(what: str, found: object, wanted: object) -> None:
    """End the program if two values differ."""
    if found != wanted:
        sys.exit(f"roots: {what} is {found!r}, and not {wanted!r}")


def try_route(route: str, base: Path, suite: str) -> None:
    """Install a package in a root folder of its own, and use it."""
    start, pattern = ROUTES[route]
    (package,) = DIST.glob(pattern)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="es-desktop-root-", dir=base.parent) as folder:
        root = RootFolder(base, Path(folder))
        root.give(package)
        program = "es-desktop"
        before = commands_of("## From a wheel", "")[:1] + BEFORE[route] if route in BEFORE else []
        for command in before + commands_of(start, package.name):
            say(f"{suite}: {route}: $ {command}")
            if command.endswith("/es-desktop"):
                program = command
            else:
                root.do(command)
        for name, value in chain(use(root, program), open_by_double_click(root, program, route != "deb")):
            say(f"{suite}: {route}: {name}: {value}")
    say(f"{suite}: {route}: passed, {time.monotonic() - began:.0f} s")


def say(text: str) -> None:
    print(f"roots: {text}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="+", metavar="SUITE", help="of Debian or Ubuntu: bookworm, trixie, noble")
    parser.add_argument(
        "--only", choices=ROUTES, action="append", help="one way to install; may be given more than once"
    )
    parser.add_argument(
        "--bases", type=Path, default=ROOT / "build" / "roots", help="where clean root folders are kept"
    )
    args = parser.parse_args()
    args.bases.mkdir(parents=True, exist_ok=True)
    for suite in args.suites:
        base = base_of(suite, args.bases.resolve())
        for route in args.only or ROUTES:
            try_route(route, base, suite)


if __name__ == "__main__":
    main()
