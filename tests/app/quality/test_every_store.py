"""The report of every odd store and of every sample: whatever is in them, it ends well."""

from __future__ import annotations

import importlib
import json
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import es_desktop as es
from es_desktop.api.quality import Quality
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_view import to_json
from es_desktop.cli.quality import report_lines, shape_lines
from es_desktop.core import DatastoreError
from tests import menagerie
from tests.menagerie.keeping import ALL, OddStore
from tests.stores.formats.sample import Sample
from tests.stores.formats.samples import SAMPLES

for module in sorted(Path(next(iter(menagerie.__path__))).glob("*.py")):
    if module.stem != "keeping" and not module.stem.startswith("test_"):
        importlib.import_module(f"tests.menagerie.{module.stem}")


class _Tags(HTMLParser):
    """Fails for a tag that the page does not have by itself, and for one that is not closed."""

    KNOWN = frozenset(
        {
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "main",
            "h1",
            "h2",
            "h3",
            "p",
            "section",
            "span",
            "b",
            "code",
        }
        | {"details", "summary", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "svg", "rect"}
    )
    VOID = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.KNOWN, tag
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)
        self.open += [] if tag in self.VOID else [tag]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "rect"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _reported(store: Path, **options: Any) -> None:
    try:
        report = _report(store, **options)
    except UserError:
        return  # it says why
    except DatastoreError as error:
        assert error.is_damage
        report = _report(store, rescues=True, **options)
    text = [*report_lines(report.report), *shape_lines(report.shape.shape)]
    assert all(each.isprintable() for each in text)
    found = json.loads(to_json({**report.to_dict(), "shape": report.shape.to_dict()}))
    assert found["store"]["events"] == sum(each["events"] for each in found["shape"]["types"])
    tags = _Tags()
    tags.feed(report.to_html())
    tags.close()
    assert tags.open == []


def _report(store: Path, **options: Any) -> Quality:
    with es.open(store, **options) as opened:
        return opened.quality()


@pytest.mark.parametrize("name", ALL)
def test_of_an_odd_store(name: str, tmp_path: Path) -> None:
    odd: OddStore = ALL[name]
    path = tmp_path / "odd.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        odd.fill(connection)
    table_map = tmp_path / "map.toml"
    table_map.write_text(odd.table_map or "")
    _reported(path, table_map=None if odd.table_map is None else table_map)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)
def test_of_a_sample(sample: Sample, tmp_path: Path) -> None:
    _reported(sample.copy_to(tmp_path))
