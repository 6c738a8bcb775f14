"""Addresses: what is copied in one window opens the same view in another."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from es_desktop.app.notes.address import Address
from es_desktop.app.runtime.errors import UserError

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=12)
posix = st.lists(names, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
windows_names = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='/\\:*?"<>|'), min_size=1)
windows = st.builds(
    lambda start, parts: start + "\\".join(parts),
    st.sampled_from(["C:\\", "z:\\", "\\\\server\\share\\"]),
    st.lists(windows_names, min_size=1, max_size=3),
)
urls = st.sampled_from(["postgresql://ana@db.example/shop", "sqlite:////folder/a b.esdb", "mysql+x://h:3306/d?a=b#c"])
stores = (
    posix | windows | urls | names.filter(lambda name: not re.match("(esdb|file):|.*://|[A-Za-z]:|\\\\", name, re.I))
)
addresses = st.builds(Address, stores) | st.builds(
    Address, stores, st.text(st.characters(exclude_categories=["Cs"])), st.none() | st.integers(-(2**63), 2**63 - 1)
)
UNRESERVED = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
"""Of RFC 3986, with what separates the parts."""


@given(addresses)
@example(Address("//double/slash.esdb", "", 0))
@example(Address("/C:/on Linux.esdb"))
@example(Address("/a?b&c=d#e%20+.esdb", "a&at=3#?+%2B", -1))
@example(Address("back\\slash.esdb"))
@example(Address("/latin1-\udce9.esdb"))
def test_an_address_comes_back_from_its_text(address: Address) -> None:
    text = str(address)
    assert Address.parse(text) == address
    assert UNRESERVED.fullmatch(text)
    assert not re.search("%(?![0-9A-F]{2})", text)
    assert urlsplit(text).scheme == "esdb"


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (Address("/home/ana/shop.esdb", "5f2c", 17), "esdb:/home/ana/shop.esdb?entity=5f2c&at=17"),
        (Address("/home/ana/my shop.db"), "esdb:/home/ana/my%20shop.db"),
        (Address("C:\\shops\\a b.esdb", "x"), "esdb:/C:/shops/a%20b.esdb?entity=x"),
        (Address("\\\\server\\share\\s.esdb"), "esdb://server/share/s.esdb"),
        (Address("/C:/shop.esdb"), "esdb:/C%3A/shop.esdb"),
    ],
)
def test_how_an_address_is_written(address: Address, text: str) -> None:
    assert str(address) == text
    assert Address.parse(text) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("shop.esdb", Address("shop.esdb")),
        ("/a/what?entity=x", Address("/a/what?entity=x")),
        ("postgresql://db/shop?x=y", Address("postgresql://db/shop?x=y")),
        ("C:\\shop.esdb", Address("C:\\shop.esdb")),
        ("esdb:shop.esdb?entity=5f2c", Address("shop.esdb", "5f2c")),
        ("ESDB:///a/b.esdb", Address("/a/b.esdb")),
        ("esdb:/a/b.esdb?at=3&entity=x", Address("/a/b.esdb", "x", 3)),
        ("file:///a/b%20c.esdb", Address("/a/b c.esdb")),
        ("file://localhost/a/b.esdb", Address("/a/b.esdb")),
        ("file:///C:/a/b.esdb", Address("C:\\a\\b.esdb")),
        ("esdb:/a/b.esdb?", Address("/a/b.esdb")),
    ],
)
def test_what_else_is_taken_for_a_store(text: str, address: Address) -> None:
    assert Address.parse(text) == address


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("esdb:", "names no store"),
        ("esdb:?entity=x", "names no store"),
        ("esdb:/a?at=3", "a version, but no entity"),
        ("esdb:/a?entity=x&at=last", "the version 'last', which is not a number"),
        ("esdb:/a?entity=x&at=", "the version '', which is not a number"),
        ("esdb:/a?entity=x&at=" + "9" * 5000, "which is not a number"),
        ("esdb:/a?entity=x&at=٣", "which is not a number"),
        ("esdb:/a?entity=x&entity=y", "repeats 'entity'"),
        ("esdb:/a?entiti=x", "has the unknown parameter 'entiti'"),
        ("esdb:/a#b?entity=x", "cannot contain #"),
    ],
)
def test_a_bad_address_says_what_is_wrong(text: str, results: str) -> None:
    with pytest.raises(UserError, match=re.escape(results)) as caught:
        Address.parse(text)
    assert caught.value.hint
    assert "\n" not in str(caught.value)


@given(st.text())
def test_no_text_is_more_than_a_bad_address(text: str) -> None:
    for each in (text, f"esdb:{text}"):
        try:
            assert Address.parse(each).store or not each
        except UserError as error:
            assert "\n" not in str(error)


def test_the_desktop_hands_addresses_and_files_to_the_program() -> None:
    lines = (Path(__file__).parents[3] / "resources" / "es-desktop.desktop").read_text(encoding="utf-8").splitlines()
    assert "Exec=es-desktop %u" in lines
    (mime_types,) = [line for line in lines if line.startswith("MimeType=")]
    assert {"x-scheme-handler/esdb", "application/x-es-desktop-store"} <= set(mime_types.partition("=")[2].split(";"))
