"""Programs that use the API are checked with its types: the package says that it has them."""

from __future__ import annotations

from importlib.resources import files


def test_the_package_says_that_it_is_typed() -> None:
    assert files("es_desktop").joinpath("py.typed").is_file(), "type checkers ignore a package without it"
