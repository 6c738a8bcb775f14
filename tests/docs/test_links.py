"""The pages are whole: each link, picture and entry of the site leads somewhere, and every page can be reached."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import DOCS, ROOT, Page, anchors_of, pages
from tests.docs.pictures import FOLDER, PICTURES
from tests.running import copied

PAGES = pages()
by_name = pytest.mark.parametrize("page", PAGES, ids=[each.name for each in PAGES])


@by_name
def test_each_link_leads_to_a_page_and_a_heading(page: Page) -> None:
    for link in page.links:
        file, _, anchor = link.partition("#")
        target = (page.path.parent / file).resolve() if file else page.path
        assert target.exists(), link
        # The site has no files outside its folder; a forge has.
        assert not page.path.is_relative_to(DOCS) or target.is_relative_to(DOCS), link
        if anchor:
            found = [anchors_of(each) for each in Page(target).headings]
            assert {anchor} in found, f"{link}: a forge and the site have {[each for each in found if anchor in each]}"


@by_name
def test_each_picture_is_there(page: Page) -> None:
    assert all((page.path.parent / each).is_file() for each in page.pictures)


def test_the_site_lists_every_page_once() -> None:
    site = tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]
    assert sorted(_files(site["nav"])) == sorted(each.relative_to(DOCS).as_posix() for each in DOCS.rglob("*.md"))


def test_each_picture_is_drawn_by_the_script_and_shown_on_a_page() -> None:
    drawn = {each.name for each in PICTURES}
    assert {Path(each).stem for page in PAGES for each in page.pictures} == drawn
    files = [*FOLDER.iterdir()]
    assert {each.stem for each in files} == drawn
    assert sum(each.stat().st_size for each in files) < 80_000 * len(drawn), "each is fetched with a clone"


def test_a_picture_is_drawn_by_the_script(tmp_path: Path) -> None:
    script = Path(__file__).with_name("__main__.py")
    answer = copied(tmp_path, "pictures", tmp_path, "what-if", env={"QT_QPA_PLATFORM": "offscreen"}, script=script)
    assert answer.returncode == 0, answer.stderr
    size = (tmp_path / "what-if.png").read_bytes()[16:24]
    assert size == (FOLDER / "what-if.png").read_bytes()[16:24], "as wide and as high"


def _files(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    else:
        for each in entry.values() if isinstance(entry, dict) else entry:
            yield from _files(each)
