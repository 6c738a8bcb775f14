"""The tables of the reference are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS
from tests.docs.reference import TABLES, renewed

PAGES = sorted((DOCS / "reference").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=[each.name for each in PAGES])
def test_the_tables_of_a_page_are_as_they_are_made_now(page: Path) -> None:
    text = page.read_text("utf-8")
    assert renewed(text) == text, "make them anew: python -m tests.docs"


def test_each_table_is_on_one_page() -> None:
    marks = [name for page in PAGES for name in re.findall(r"tests\.docs`: (\w+) -->", page.read_text("utf-8"))]
    assert sorted(marks) == sorted(TABLES)
