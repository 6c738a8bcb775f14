"""A payload is decoded by its content: each packing of a tree gives the tree, and invalid data a reason."""

from __future__ import annotations

import base64
import gzip
import json
import os
import zlib
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import ValueDecodingError
from es_desktop.core.values import loads
from es_desktop.stores.payloads import EncryptedError, as_payload, decrypt, unpack

TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
PAYLOADS = st.dictionaries(st.text(max_size=6), TREES, max_size=5)


def encrypted(data: bytes, key: bytes) -> bytes:
    nonce = os.urandom(12)
    body = AESGCM(key).encrypt(nonce, data, None)
    return nonce + body[-16:] + body[:-16]


@given(PAYLOADS)
def test_one_tree_in_any_packing(tree: dict[str, Any]) -> None:
    text = json.dumps(tree)
    data = text.encode()
    assert unpack(text) == unpack(data) == unpack(memoryview(data)) == unpack(tree) == tree
    assert unpack(json.dumps(tree, ensure_ascii=False).encode()) == tree
    assert unpack(zlib.compress(data)) == unpack(gzip.compress(data)) == tree
    assert unpack(base64.b64encode(zlib.compress(data)).decode()) == tree
    assert unpack(zlib.compress(base64.b64encode(zlib.compress(data)))) == tree


@given(st.dictionaries(st.text(max_size=6), TREES, min_size=1, max_size=5))
def test_msgpack(tree: dict[str, Any]) -> None:
    assert unpack(msgspec.msgpack.encode(tree)) == tree


@given(PAYLOADS, st.sampled_from([16, 24, 32]))
def test_what_is_encrypted_says_so_and_opens_with_its_key(tree: dict[str, Any], length: int) -> None:
    key, other = os.urandom(length), os.urandom(length)
    closed = encrypted(zlib.compress(json.dumps(tree).encode()), key)
    # One in some thousand of such bytes begins like compressed data, or another encoding by accident.
    try:
        unpack(closed)
    except EncryptedError as error:
        assert unpack(decrypt(error.encrypted, (key,))) == tree
        with pytest.raises(ValueDecodingError):
            unpack(decrypt(error.encrypted, (other,)))
    except ValueDecodingError:
        compressed = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b")
        assert closed[:2] in (*compressed, b"\xc3\x01", b"\x04\x08", b"\0\0")


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_nothing_but_a_reason_comes_of_nonsense(data: bytes | str) -> None:
    try:
        unpack(data)
    except ValueDecodingError as error:
        assert str(error)


@pytest.mark.parametrize("text", ["NaN", '{"a": Infinity}', '{"a": "\\ud800"}'])
def test_what_only_some_libraries_write_is_read(text: str) -> None:
    assert unpack(text) is not None


@pytest.mark.parametrize(
    "data", ['{"a": ', b'{"a": ', "[" * 5000, b"\x78\x9cdamaged", zlib.compress(b"{}")[:-2], "---"]
)
def test_a_damaged_payload_says_why(data: str | bytes) -> None:
    with pytest.raises(ValueDecodingError, match="payload"):
        unpack(data)


def test_a_small_record_does_not_fill_the_memory() -> None:
    bomb = zlib.compress(bytes(70 * 1024 * 1024), 9)
    with pytest.raises(ValueDecodingError, match="larger than 64,000,000 bytes"):
        unpack(bomb)


def test_a_payload_that_is_no_object_stands_under_a_name() -> None:
    assert as_payload([1, 2]) == {"value": [1, 2]}
    assert as_payload(None) == as_payload({}) == {}
    assert as_payload({1: "a"}) == {"1": "a"}


def test_the_mark_that_dotnet_writes_before_a_text_is_no_part_of_it() -> None:
    assert unpack(b'\xef\xbb\xbf{"a": 1}') == unpack('\ufeff{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"\xac\xed\x00\x05sr", "Java object"), (b"\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01", ".NET object")],
)
def test_what_only_a_program_with_its_classes_reads_is_reported(data: bytes, what: str) -> None:
    with pytest.raises(ValueDecodingError, match=f"a serialized {what}"):
        unpack(data)


def test_json_that_only_the_standard_library_reads_may_be_too_deep_as_well() -> None:
    text = '{"a":NaN,"b":' + "[" * 100_000 + "]" * 100_000 + "}"
    for read in (unpack, loads):
        with pytest.raises(ValueDecodingError, match="nested too deep"):
            read(text)
