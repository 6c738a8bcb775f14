"""Checks what a release consists of before it is packed."""

import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

NAME = "es-desktop"
WITHOUT_LICENCE = """
import sys
sys.path[:0], sys.frozen = sys.argv[1:], True
from es_desktop.app.about.components import components
print(*(each.name for each in components() if not (each.licence and each.text)), sep=", ")
"""
"""Reads the metadata that is packaged, as the program does for Help > About."""


def unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write what an archive holds into a folder, and nothing outside of it from Python 3.11.4 on."""
    archive.extraction_filter = getattr(tarfile, "data_filter", None)
    archive.extractall(folder)


def check_folder(folder: Path, version: str) -> str:
    """Start the packaged program, and look at its files; return the version of glibc that it needs."""
    here = [str(folder / NAME)]
    with tempfile.TemporaryDirectory() as home:
        homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), home)
        environ = {**os.environ, **homes, "QT_QPA_PLATFORM": "offscreen"}
        for arguments in (["--version"], ["new", f"{home}/new.esdb"], ["info", f"{home}/new.esdb"], ["selftest"]):
            done = subprocess.run([*here, *arguments], env=environ, capture_output=True, text=True, timeout=600)
            if done.returncode != 0:
                sys.exit(f"release: {' '.join(arguments)} failed.\n{done.stdout}{done.stderr}")
            if arguments == ["--version"] and done.stdout.split()[-1:] != [version]:
                sys.exit(f"release: the packaged program says {done.stdout.strip()}, and not {version}")
    files = [each for each in folder.rglob("*") if each.is_file() and not each.is_symlink()]
    own = (str(Path.home()) + "/", str(folder.parents[3]) + "/")
    texts = [each for each in files if ".dist-info" in str(each)]
    named = [str(each) for each in texts if any(place.encode() in each.read_bytes() for place in own if len(place) > 2)]
    if named:
        sys.exit(f"release: these name a folder of this machine: {', '.join(named)}")
    licences = next(folder.rglob("licences"))
    if sys.platform.startswith("linux") and not (licences / "system.toml").is_file():
        sys.exit("release: the licences of the system's libraries are missing; build it on Debian or Ubuntu")
    inside = [str(Path(__file__).parents[1]), str(licences.parents[2])]
    line = [sys.executable, "-c", WITHOUT_LICENCE, *inside]
    without = subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()
    if without:
        sys.exit(f"release: these have no licence, or no text of it: {without}")
    size = sum(each.stat().st_size for each in files)
    print(f"release: the packaged program runs; {len(files)} files, {size / 1e6:.0f} MB", flush=True)
    return _glibc(files) if sys.platform.startswith("linux") else ""


def _glibc(files: list[Path]) -> str:
    """Return the newest version of glibc that one of the files needs."""
    libraries = [str(each) for each in files if ".so" in each.name or each.name == NAME]
    symbols = subprocess.run(["objdump", "-T", *libraries], capture_output=True, text=True).stdout
    found = {tuple(map(int, each.split("."))) for each in re.findall(r"\(GLIBC_([\d.]+)\)", symbols)}
    return ".".join(map(str, max(found)))


def check_sdist(sdist: Path, work: Path) -> None:
    """Run the tests from an sdist, with the libraries of this environment."""
    with tarfile.open(sdist) as archive:
        unpack(archive, work)
    folder = work / sdist.name.removesuffix(".tar.gz")
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(folder)}
    processes = f"--numprocesses={min((os.cpu_count() or 1) + 1, 8)}"
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", processes, "--dist=worksteal"]
    if subprocess.run(line, cwd=folder, env=environ).returncode != 0:
        sys.exit("release: the tests failed in the sdist")
