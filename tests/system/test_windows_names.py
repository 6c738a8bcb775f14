"""Names that Windows refuses, by its rules: they can be tried on any system."""

from __future__ import annotations

from pathlib import PureWindowsPath

import pytest

from es_desktop.system.windows_names import allowed_name, refusal_of_name


@pytest.mark.parametrize("name", ["CON", "nul.esdb", "Aux.tar.gz", "COM1", "lpt9.db", "prn ", "com².esdb", "CONOUT$"])
def test_a_device_is_no_file(name: str) -> None:
    assert "a device" in refusal_of_name(name)


@pytest.mark.parametrize("name", ["shop:stream.esdb", 'a"b', "what?", "a|b", "a\tb", "<x>", "*", "a.", "a "])
def test_what_windows_allows_in_no_name_is_said(name: str) -> None:
    assert refusal_of_name(name).startswith("Windows allows no ")


@pytest.mark.parametrize(
    "name", ["shop.esdb", "console.esdb", "com10.db", "nullable", "Ö b.c.esdb", ".hidden", "auxiliary"]
)
def test_all_others_are_names(name: str) -> None:
    assert refusal_of_name(name) == ""
    assert allowed_name(name) == name
    assert PureWindowsPath(f"C:\\{name}").name == name


def test_a_name_made_of_an_address_becomes_one_that_windows_allows() -> None:
    assert allowed_name("shop?host=[::1]:5432") == "shop_host=[__1]_5432"
