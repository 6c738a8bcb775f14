"""What a desktop gets of the program: menu entry, icons and file type, written once and removed again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from es_desktop.app.desktop.xdg import ENTRY, desktop_entry, register, shared_files, unregister
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.places import resources

TEMPLATE = "TryExec=es-desktop\nExec=es-desktop %u\nName=es-desktop\n"
SHELL = r'/bin/sh -c "exec \\"\\$0\\" \\"\\$@\\""'
PROGRAM = ("/opt/es desktop/es-desktop",)


@pytest.fixture(autouse=True)
def no_tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have the tests do the same whatever the machine has: ``tests.desktop_checks`` runs the tools."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A folder ``share`` in which others have something, too."""
    share = tmp_path / "share"
    (share / "applications").mkdir(parents=True)
    (share / "applications" / "other.desktop").write_text("[Desktop Entry]\n", encoding="utf-8")
    return share


def content(folder: Path) -> dict[str, bytes | None]:
    return {str(each): each.read_bytes() if each.is_file() else None for each in folder.rglob("*")}


@pytest.mark.parametrize(
    ("program", "exec_", "try_exec"),
    [
        (("/opt/es-desktop/es-desktop",), "/opt/es-desktop/es-desktop", None),
        (("/opt/a b/es",), '"/opt/a b/es"', None),
        (("/opt/100%/es",), rf"{SHELL} /opt/100%%/es", None),
        (("/opt/a=b/es",), rf"{SHELL} /opt/a=b/es", None),
        (("/opt/es", "100%"), "/opt/es 100%%", None),
        (("/opt/it's/es",), '"/opt/it\'s/es"', None),
        (('/opt/a"b/es',), r'"/opt/a\\"b/es"', None),
        (("/opt/$HOME`x`/es",), r'"/opt/\\$HOME\\`x\\`/es"', None),
        ((r"/opt/a\b/es",), r'"/opt/a\\\\b/es"', r"/opt/a\\b/es"),
        (("/opt/ö/es", "-P", "/a (b)/run.py", ""), '/opt/ö/es -P "/a (b)/run.py" ""', None),
    ],
    ids=["plain", "space", "percent", "equals", "argument", "apostrophe", "quote", "dollar", "backslash", "words"],
)  # fmt: skip
def test_any_path_is_quoted_as_the_specification_says(
    program: tuple[str, ...], exec_: str, try_exec: str | None
) -> None:
    lines = desktop_entry(TEMPLATE, program).splitlines()
    assert lines == [f"TryExec={try_exec or program[0]}", f"Exec={exec_} %u", "Name=es-desktop"]


@pytest.mark.parametrize("path", ["/a\nb/es", "/a\udcff/es"], ids=ascii)
def test_a_path_that_no_menu_entry_can_hold_is_refused(path: str) -> None:
    with pytest.raises(UserError, match="the menu cannot start") as caught:
        desktop_entry(TEMPLATE, (path,))
    str(caught.value).encode()


def test_everything_has_the_place_where_a_desktop_looks_for_it() -> None:
    files = shared_files(PROGRAM)
    assert b'Exec="/opt/es desktop/es-desktop" %u\n' in files[ENTRY]
    assert b'Exec="/opt/es desktop/es-desktop" --demo\n' in files[ENTRY]
    for size in (16, 24, 32, 48, 64, 128, 256):
        png = files[f"icons/hicolor/{size}x{size}/apps/es-desktop.png"]
        assert png[:8] == b"\x89PNG\r\n\x1a\n" and png[16:24] == size.to_bytes(4) * 2
    for name in ("mime/packages/es-desktop.xml", "icons/hicolor/scalable/apps/es-desktop.svg"):
        ElementTree.fromstring(files[name])


def test_what_is_written_is_listed_and_twice_is_the_same_as_once(share: Path) -> None:
    before = content(share)
    first = register(share, PROGRAM)
    after = content(share)
    assert {*first.written} == {str(share / name) for name in shared_files(PROGRAM)}
    assert {*first.written} == {name for name in after.keys() - before.keys() if after[name] is not None} - {
        str(share / "es-desktop" / "registered.json")
    }
    assert register(share, PROGRAM) == first
    assert content(share) == after


def test_removing_leaves_exactly_what_was_there_before(share: Path) -> None:
    before = content(share)
    written = register(share, PROGRAM).written
    register(share, ("/elsewhere/es-desktop",))
    assert {*unregister(share).removed} == {*written}
    assert content(share) == before
    assert unregister(share).removed == ()


def test_what_the_tools_of_the_system_made_goes_too_but_not_the_work_of_others(share: Path) -> None:
    register(share, PROGRAM)
    for name in ("mime/mime.cache", "mime/types", "applications/mimeinfo.cache"):
        (share / name).touch()
    unregister(share)
    assert not (share / "mime").exists()
    assert (share / "applications" / "mimeinfo.cache").exists(), "it was made for another program, too"


def test_files_that_somebody_else_has_put_there_are_left(share: Path) -> None:
    (share / ENTRY).write_text("mine", encoding="utf-8")
    for _ in range(2):
        assert register(share, PROGRAM).left == (str(share / ENTRY),)
    unregister(share)
    assert (share / ENTRY).read_text(encoding="utf-8") == "mine"


def test_what_an_earlier_version_wrote_goes_with_it(share: Path) -> None:
    register(share, PROGRAM)
    record = share / "es-desktop" / "registered.json"
    kept = json.loads(record.read_bytes())
    (share / "applications" / "old-name.desktop").touch()
    record.write_text(json.dumps({**kept, "files": [*kept["files"], "applications/old-name.desktop"]}), "utf-8")
    assert register(share, PROGRAM).removed == (str(share / "applications" / "old-name.desktop"),)


@pytest.mark.parametrize("files", [["../victim"], ["/{share}/../victim"], "victim", None, [".", ""]], ids=repr)
def test_a_record_that_was_tampered_with_removes_nothing_elsewhere(share: Path, files: object) -> None:
    victim = share.parent / "victim"
    victim.touch()
    (share / "es-desktop").mkdir()
    text = json.dumps({"files": files, "folders": ["..", "/"]}).replace("{share}", str(share)[1:])
    (share / "es-desktop" / "registered.json").write_text(text, encoding="utf-8")
    assert unregister(share).removed == ()
    assert victim.exists() and share.exists()


def test_without_the_tools_of_a_desktop_it_says_what_to_run(share: Path) -> None:
    advice = register(share, PROGRAM).advice
    assert [each.partition(": ")[2] for each in advice] == [
        f"update-mime-database {share / 'mime'}",
        f"update-desktop-database {share / 'applications'}",
    ]
    assert "shared-mime-info" in advice[0] and "desktop-file-utils" in advice[1]


def texts(root: ElementTree.Element, names: Iterable[str]) -> list[str | None]:
    return [root.findtext(name) for name in names]


def test_all_descriptions_of_the_program_say_the_same() -> None:
    """A catalogue of programs shows the metainfo, a menu the desktop entry, and a file manager the file type."""
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read_string(shared_files(("es-desktop",))[ENTRY].decode())
    main = entry["Desktop Entry"]
    metainfo = ElementTree.parse(resources() / "es-desktop.metainfo.xml").getroot()
    mime = ElementTree.parse(resources() / "es-desktop-mime.xml").getroot()
    assert texts(metainfo, ("name", "summary", "launchable", "icon", "provides/binary")) == [
        main["Name"], main["Comment"], Path(ENTRY).name, main["Icon"], main["TryExec"],
    ]  # fmt: skip
    store_type = mime[0].get("type")
    assert store_type is not None and store_type in main["MimeType"].split(";")
    assert metainfo.findtext("provides/mediatype") == store_type
    assert {each.text for each in metainfo.iter("category")} < {*main["Categories"].split(";")}
