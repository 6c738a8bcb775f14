"""The licences of the system's libraries that the packaged program takes with it, read from Debian's packages."""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

from es_desktop.system.plugins import package_name

ROOT = Path(__file__).parents[1]
COPYRIGHT = "/usr/share/doc/{}/copyright"


def describe_system_libraries(sources: list[str], folder: Path) -> list[Path]:
    """Write ``system.toml`` and the texts of the licences into a folder, and return these files.

    ``sources`` are the libraries that are packaged. One that comes with a distribution of Python must be in
    ``components.toml``, and one of the system in a package of Debian; otherwise the build ends.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    of_python = (sys.base_prefix, sysconfig.get_path("stdlib"))
    installed = sysconfig.get_path("platlib")
    unknown = [each for each in sources if each.startswith(installed) and not _is_described(Path(each))]
    system = [each for each in sources if not each.startswith((installed, *of_python)) or "/dist-packages/" in each]
    if system and shutil.which("dpkg-query") is None:
        print("build.spec: no licences of the system's libraries: these are known on Debian and Ubuntu only")
        return []
    packages = {each: _package_of(Path(each)) for each in system}
    unknown += [each for each, package in packages.items() if not package]
    if unknown:
        sys.exit(f"build.spec: the licence of these is not known: {', '.join(unknown)}")
    entries = {_entry(package, folder) for package in packages.values()}  # several packages may be of one source
    (folder / "system.toml").write_text("\n".join(sorted(entries)), "utf-8")
    return sorted(folder.iterdir())


def check_modules(modules: Iterable[str], distributions: Iterable[str]) -> None:
    """End the build if a module is of a distribution that the program does not need: its licence would be missing.

    ``modules`` are those that are packaged, by their names or as files; ``distributions`` those that are needed.
    """
    tops = {re.split(r"[./\\]", each, maxsplit=1)[0] for each in modules}
    needed = {*map(package_name, distributions)}
    origins = {top: {*map(package_name, names)} for top, names in packages_distributions().items() if top in tops}
    unneeded = sorted(f"{top} of {', '.join(names)}" for top, names in origins.items() if not names & needed)
    if unneeded:
        sys.exit(f"build.spec: the program does not need these: {'; '.join(unneeded)}. Exclude what imports them.")


def _is_described(library: Path) -> bool:
    """Whether a distribution's library is a module of its own code, or in the table of what others wrote."""
    if "plugins" in library.parts or re.search(r"\.(cpython-|cp3|abi3\.so$)", library.name):
        return True
    table = tomllib.loads((ROOT / "resources" / "licences" / "components.toml").read_text("utf-8"))
    begins = tuple(each for entry in table["component"] for each in entry.get("libraries", ()))
    return library.name.removeprefix("lib").startswith(begins)


def _package_of(library: Path) -> str:
    """Return the package of Debian that a file is of; an empty text for none."""
    real = library.resolve()
    # Where /lib is a link to /usr/lib, a package may name a file by either of them.
    for each in (library, real, Path("/", *real.parts[2:]), Path("/usr", *real.parts[1:])):
        found = subprocess.run(["dpkg-query", "--search", str(each)], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.partition(":")[0]
    return ""


def _entry(package: str, folder: Path) -> str:
    """Copy the licence of a package into the folder, and return its table for the dialog "About"."""
    fields = "${source:Package}\n${source:Upstream-Version}\n${Homepage}"
    query = ["dpkg-query", "--show", f"--showformat={fields}\\n", package]
    name, version, address, *_ = subprocess.run(query, capture_output=True, text=True, check=True).stdout.split("\n")
    text = Path(COPYRIGHT.format(package)).read_text("utf-8")
    licences = sorted(set(re.findall(r"^License: *(\S.*)$", text, re.MULTILINE)))
    (folder / f"{name}.txt").write_text(text, "utf-8")
    values = {
        "name": name,
        "inside": "package",
        "version": version,
        "licence": ", ".join(licences[:4]) or "see its text",
        "texts": [f"{name}.txt"],
        "source": address or f"https://tracker.debian.org/pkg/{name}",
    }
    return "[[component]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
