"""The pages of the documentation as their readers have them: blocks of code, headings and links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
_FENCE: Final = re.compile(r'^```(\w*)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
_LINK: Final = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
_STORES: Final = re.compile(r"^<!-- stores: (.*?) -->$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page."""

    language: str
    title: str
    """The name of the file that it is; empty if it is none."""
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page in Markdown."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def prose(self) -> str:
        """The page without its blocks."""
        return _FENCE.sub("", self.text)

    @property
    def blocks(self) -> list[Block]:
        return [Block(*found.groups("")) for found in _FENCE.finditer(self.text)]

    @property
    def stores(self) -> dict[str, str]:
        """What the comment ``stores: NAME = FILE; …`` says: a store by its name on the page, with the sample it is."""
        pairs = (each.split(" = ") for found in _STORES.findall(self.text) for each in found.split("; "))
        return {name: sample for name, sample in pairs}  # noqa: C416, as pairs are lists for a type checker

    @property
    def headings(self) -> list[str]:
        return re.findall(r"^#+ (.*)$", self.prose, re.MULTILINE)

    @property
    def links(self) -> list[str]:
        """What it links to in these documents."""
        return [target for picture, target in self._targets if not picture]

    @property
    def pictures(self) -> list[str]:
        return [target for picture, target in self._targets if picture]

    @property
    def _targets(self) -> Iterator[tuple[str, str]]:
        return (each for each in _LINK.findall(self.prose) if not re.match(r"https?:|mailto:", each[1]))


def pages() -> list[Page]:
    """Return all pages, those at the top of the project first."""
    top = [ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY")]
    return [Page(path) for path in (*top, *sorted(DOCS.rglob("*.md"))) if path.exists()]


def anchors_of(heading: str) -> set[str]:
    """Return the anchors that the site and a forge make of a heading."""
    plain = re.sub(r"[`*]|\]\(.*?\)|\[", "", heading)
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    on_site = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_only).strip().lower())
    return {on_site, re.sub(r"[^\w -]", "", plain.lower()).replace(" ", "-")}
