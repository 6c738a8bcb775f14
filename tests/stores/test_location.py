"""Where a store is: a file name or a URL, and never a password in what is shown."""

from pathlib import Path

import pytest

from es_desktop.core import StoreRefusedError
from es_desktop.stores import parse_location


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("made.esdb", Path("made.esdb")),
        ("/folder/made.esdb", Path("/folder/made.esdb")),
        ("~/made.esdb", Path.home() / "made.esdb"),
        ("sqlite:////folder/made.esdb", Path("/folder/made.esdb")),
        ("sqlite:///made.esdb", Path("made.esdb")),
    ],
)
def test_a_file_is_given_by_its_name_or_by_a_url(given: str, path: Path) -> None:
    location = parse_location(given)
    assert (location.path, location.name) == (path, str(path))


@pytest.mark.parametrize(
    "given",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "oracle://scott:tiger-secret@host/db",
        "nonsense://user:tiger-secret@host/db",
        "://tiger-secret",
        "http s://tiger-secret",
        "postgresql://ana:ti@ger-secret@host/db",
    ],
)
def test_a_url_that_cannot_be_opened_is_refused_without_its_password(given: str) -> None:
    with pytest.raises(StoreRefusedError) as caught:
        parse_location(given)
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.hint
