"""The parts of the program that other people wrote, with their versions and licences."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from es_desktop.app.runtime.places import NAME, resources
from es_desktop.system.plugins import package_name
from es_desktop.version import __version__

IN_PACKAGE: Final = "package"
"""What brings a component that only the packaged program has."""
TABLES: Final = ("components.toml", "system.toml")
"""Of what is described here; and of the system's libraries, which the build of the packaged program writes."""
_TEXT: Final = re.compile(r"\.dist-info/(.*/)?(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
_NAME: Final = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Component:
    """One part; the version of one that came with another names that one."""

    name: str
    version: str
    licence: str
    text: str
    """All of its licence; empty if none was found, which the tests and the build refuse."""
    source: str = ""
    """Where its source is."""


def components() -> tuple[Component, ...]:
    """Return all parts of this installation, the program first. Reads the metadata of the installed distributions."""
    found = {package_name(each.name): each for each in needed_distributions(NAME)}
    folder = resources() / "licences"
    tables = [tomllib.loads(path.read_text("utf-8")) for path in map(folder.joinpath, TABLES) if path.is_file()]
    entries = [entry for table in tables for entry in table["component"]]
    covered = {package_name(name) for entry in entries for name in entry.get("covers", ())}
    own = [_of_distribution(each) for name, each in found.items() if name not in covered]
    others = [_of_entry(each, folder, found) for each in entries if _is_here(each, found)]
    program = own[0] if own else Component(NAME, __version__, "", "")
    return (program, *sorted((*own[1:], *others), key=lambda each: each.name.casefold()))


def needed_distributions(name: str) -> Iterator[Distribution]:
    """Yield a distribution and all that it needs, each once; what is not installed is not needed on this system."""
    seen, waiting = set[str](), [name]
    for each in waiting:
        if package_name(each) in seen:
            continue
        seen.add(package_name(each))
        try:
            found = distribution(each)
        except PackageNotFoundError:
            continue
        yield found
        # An extra of ours may be installed, and is not part of the program; one of psycopg's is.
        required = (line for line in found.requires or () if "extra ==" not in line or "binary" in line)
        waiting += [_NAME.match(line)[0] for line in required]  # type: ignore[index]


def _of_distribution(found: Distribution) -> Component:
    files = [each for each in found.files or () if _TEXT.search(str(each))]
    text = "\n\n".join(each.read_text(encoding="utf-8").strip() for each in files)
    return Component(found.name, _installed(found), _licence(found), text, _source(found))


def _licence(found: Distribution) -> str:
    """Return the name of a licence: an SPDX expression where the distribution has one."""
    prefix = "License :: OSI Approved :: "
    classifiers = found.metadata.get_all("Classifier", [])
    classified = [each.removeprefix(prefix) for each in classifiers if each.startswith(prefix)]
    named = _field(found, "License-Expression") or ", ".join(classified) or _field(found, "License")
    return named.strip().partition("\n")[0]


def _field(found: Distribution, name: str) -> str:
    """Return a field of the metadata that may be missing."""
    return next(iter(found.metadata.get_all(name, [])), "")


def _source(found: Distribution) -> str:
    """Return the address of the project."""
    lines = [line.partition(",") for line in found.metadata.get_all("Project-URL", [])]
    addresses = {name.strip().casefold(): address.strip() for name, _, address in lines}
    wanted = ("source", "source code", "repository", "github", "code", "homepage")
    return next((addresses[each] for each in wanted if each in addresses), _field(found, "Home-page"))


def _is_here(entry: Mapping[str, Any], found: Mapping[str, Distribution]) -> bool:
    inside = entry.get("inside")
    if inside == IN_PACKAGE:
        return bool(getattr(sys, "frozen", False))
    return any(package_name(each) in found for each in (inside, *entry.get("covers", ())) if each)


def _of_entry(entry: Mapping[str, Any], folder: Path, found: Mapping[str, Distribution]) -> Component:
    text = "\n\n".join((folder / name).read_text("utf-8").strip() for name in entry["texts"])
    return Component(entry["name"], _version(entry, found), entry["licence"], text, entry["source"])


def _version(entry: Mapping[str, Any], found: Mapping[str, Distribution]) -> str:
    if "covers" in entry:
        return _installed(found[package_name(entry["covers"][0])])
    if entry["inside"] == IN_PACKAGE:
        return entry.get("version") or ".".join(map(str, sys.version_info[:3]))
    return f"in {entry['inside']} {_installed(found[package_name(entry['inside'])])}"


def _installed(found: Distribution) -> str:
    """Return the version of a distribution. The program's own metadata may be older than its files, which are asked."""
    return __version__ if package_name(found.name) == package_name(NAME) else found.version
