"""The page on plugins shows what the sample has."""

from __future__ import annotations

import re

import es_desktop.plugins
from tests.packages import ROOT, SAMPLE

PAGE = (ROOT / "docs" / "how-to" / "write-a-plugin.md").read_text("utf-8")


def test_each_block_of_the_page_is_in_the_sample() -> None:
    files = "".join(each.read_text("utf-8") for each in sorted(SAMPLE.rglob("*.*")) if each.suffix in (".py", ".toml"))
    blocks = re.findall(r"```(?:python|toml)\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 4 and [block for block in blocks if block not in files] == []


def test_each_public_name_is_on_the_page() -> None:
    names = {name for name in vars(es_desktop.plugins) if name.isidentifier() and not name.startswith("_")}
    assert {name for name in names if f"`{name}`" not in PAGE and f" {name}" not in PAGE} == set()
