"""The URI of a database file, with the paths of both kinds of systems."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from urllib.parse import unquote, urlsplit

import pytest

from es_desktop.system.sqlite_uri import file_uri, uri_of


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (PurePosixPath("/data/a b%#?.db"), "file:///data/a%20b%25%23%3F.db"),
        (PurePosixPath("/data/\udcff.db"), "file:///data/%FF.db"),
        (PureWindowsPath(r"C:\Data\a b.db"), "file:///C:/Data/a%20b.db"),
        (PureWindowsPath(r"\\server\share\ö.db"), "file:////server/share/%C3%B6.db"),
        (PureWindowsPath(r"\\?\C:\long\a.db"), "file:///%5C%5C%3F%5CC:%5Clong%5Ca.db"),
        (PureWindowsPath(r"\\?\UNC\server\share\a.db"), "file:///%5C%5C%3F%5CUNC%5Cserver%5Cshare%5Ca.db"),
    ],
    ids=["names", "no text", "drive", "share", "verbatim", "verbatim share"],
)
def test_a_path_has_a_uri_without_a_host(path: PurePath, uri: str) -> None:
    assert file_uri(path) == uri
    parts = urlsplit(uri)
    assert parts.netloc == "", "SQLite refuses a host"
    name = unquote(parts.path, errors="surrogateescape")
    # SQLite on Windows takes the slash away that stands before a drive or \\?\.
    given = name if isinstance(path, PurePosixPath) or name.startswith("//") else name.removeprefix("/")
    assert type(path)(given) == path


@pytest.mark.parametrize("name", ["a b%20#?&=.db", "ö\n;.db"], ids=ascii)
def test_sqlite_opens_exactly_this_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with closing(sqlite3.connect(uri_of(path, "rwc"), uri=True)) as made:
        made.execute("CREATE TABLE seen (it)")
    assert list(tmp_path.iterdir()) == [path]
    with closing(sqlite3.connect(uri_of(path, "ro"), uri=True)) as opened:
        assert opened.execute("SELECT count(*) FROM seen").fetchone() == (0,)
