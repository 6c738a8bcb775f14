"""Keys: what a person types, a file or a variable holds becomes bytes, or is refused without being repeated."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.places import KEY_VARIABLE
from es_desktop.app.store.credentials import LENGTHS, keys_from_environment, keys_from_file, keys_from_text

keys = st.sampled_from(LENGTHS).flatmap(lambda length: st.binary(min_size=length, max_size=length))


@given(keys)
def test_a_key_is_read_from_base64_and_from_hexadecimal_digits(key: bytes) -> None:
    for text in (base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode().rstrip("="), key.hex()):
        assert key in keys_from_text(f" {text}\n")


def test_a_text_of_the_right_length_is_a_key_even_where_it_is_base64_as_well() -> None:
    text = "abcdefghijklmnopqrstuvwxyz012345"
    assert keys_from_text(text) == (base64.b64decode(text), text.encode())


@pytest.mark.parametrize("text", ["", "short", "0123456789abcdef0", "ü" * 16 + "x", "00" * 17])
def test_what_is_no_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UserError) as caught:
        keys_from_text(text)
    assert not text or text not in str(caught.value)
    assert caught.value.hint


def test_a_file_holds_the_bytes_or_a_text(tmp_path: Path) -> None:
    key = bytes(range(240, 256))
    for content in (key, base64.b64encode(key) + b"\n", key.hex().encode()):
        file = tmp_path / "key"
        file.write_bytes(content)
        assert key in keys_from_file(file)


def test_a_file_without_a_key_is_reported_without_its_content(tmp_path: Path) -> None:
    file = tmp_path / "key"
    for content in (b"tiger", b"\xff" * 5, b"tiger " * 1000):
        file.write_bytes(content)
        with pytest.raises(UserError, match="holds no key") as caught:
            keys_from_file(file)
        assert "tiger" not in str(caught.value)
    with pytest.raises(UserError, match="cannot be read"):
        keys_from_file(tmp_path / "nowhere")


def test_a_variable_holds_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    assert keys_from_environment() == ()
    monkeypatch.setenv(KEY_VARIABLE, "0123456789abcdef")
    assert keys_from_environment() == (b"0123456789abcdef",)
    monkeypatch.setenv(KEY_VARIABLE, "tiger")
    with pytest.raises(UserError, match=KEY_VARIABLE) as caught:
        keys_from_environment()
    assert "tiger" not in str(caught.value)
