"""The address of a database: the URL and its parts say the same, and the text never holds the password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.credentials import ServerAddress
from es_desktop.stores import parse_location

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
hosts = st.sampled_from(["", "localhost", "db.example", "10.0.0.7", "::1", "/run/pg", "/run/my pg"])
addresses = st.builds(ServerAddress, hosts, st.none() | st.integers(1, 65535), words.filter(bool), words)


@given(addresses)
def test_what_is_written_as_a_url_is_read_again(address: ServerAddress) -> None:
    assert ServerAddress.parse(str(address)) == address


@given(addresses)
def test_an_index_is_found_by_the_name_of_its_store(address: ServerAddress) -> None:
    url = parse_location(str(address)).url
    assert url is not None
    host = url.host or url.query.get("host", "")
    assert (host, url.port, url.database, url.username or "") == (
        address.host,
        address.port,
        address.database,
        address.user,
    )


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ana:tiger-secret@db.example:5433/shop?sslmode=require",
        "postgres://ana@db.example:5433/shop?password=tiger-secret&sslmode=require",
        "postgresql+psycopg://db.example:5433/shop?sslmode=require&user=ana&password=tiger-secret",
    ],
)
def test_a_password_is_read_from_each_part_of_a_url_and_not_written(text: str) -> None:
    address = ServerAddress.parse(text)
    assert address.password == "tiger-secret"
    assert str(address) == "postgresql://ana@db.example:5433/shop?sslmode=require"
    assert "secret" not in repr(address)


@pytest.mark.parametrize("text", ["", "shop.esdb", "mysql://a:tiger-secret@h/d", "postgresql://a:tiger-secret@h:x/d"])
def test_what_is_no_such_url_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UserError) as caught:
        ServerAddress.parse(text)
    assert "secret" not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("postgresql:///shop?host=DB.Example", "db.example"),
        ("postgresql://ana@DB.Example:5433/shop", "db.example"),
        ("postgresql:///shop?host=/Run/Sockets", "/Run/Sockets"),
        ("postgresql://%2FRun%2FSockets/shop", "/Run/Sockets"),
        ("postgresql://[2001:DB8::1]:5433/shop", "2001:db8::1"),
    ],
)
def test_the_name_of_a_server_is_in_lower_case_and_the_folder_of_a_socket_as_it_is(text: str, host: str) -> None:
    address = ServerAddress.parse(text)
    assert address.host == host
    assert ServerAddress.parse(str(address)) == address
