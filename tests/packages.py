"""Installs packages with plugins into a folder of the test, as pip does, in a hundredth of the time."""

from __future__ import annotations

import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "docs" / "sample_plugin"


def install(
    site: Path, name: str, entries: Mapping[str, Mapping[str, str]], version: str = "1.0", **modules: str
) -> None:
    """Install a package: ``entries`` are its entry points by group, ``modules`` the texts of its modules."""
    for module, text in modules.items():
        (site / f"{module}.py").write_text(text, encoding="utf-8")
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    lines = [line for group, given in entries.items() for line in (f"[{group}]", *map(" = ".join, given.items()))]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


def install_sample(site: Path) -> None:
    """Install the plugin of the documentation, with what its own ``pyproject.toml`` says."""
    project = tomllib.loads((SAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    install(site, project["name"], project["entry-points"], project["version"])
    shutil.copytree(SAMPLE / "parcel_plugin", site / "parcel_plugin")


@contextmanager
def importable(site: Path) -> Iterator[None]:
    """Have packages installed in a folder, which is made, until the end of the block."""
    site.mkdir()
    sys.path.insert(0, str(site))
    try:
        yield
    finally:
        sys.path.remove(str(site))
        for name, module in [*sys.modules.items()]:
            if str(getattr(module, "__file__", None)).startswith(str(site)):
                del sys.modules[name]
