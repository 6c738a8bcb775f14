"""An encoding that is not read here is named by its marks, and only what looks random may be encrypted."""

from __future__ import annotations

import base64
import bz2
import json
import lzma
import pickle
import struct
import tracemalloc
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import ValueDecodingError
from es_desktop.stores.payloads import EncryptedError, as_payload, unpack

NUMBERS = Random(1)
TEXT = '{"name":"Ada","n":7}'
BOMB = base64.b64decode(
    "QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZM/Kv7gDSo8EAwABAAAAIIAAwzAUppqhJEtgRJEvF3JFOFCQL+FqUAA=="
)
"""Seventy million bytes of zero, in bz2. To compress them takes half a second."""
BSON = b"\x02name\0" + struct.pack("<i", 4) + b"Ada\0\0"


def reason(data: bytes | str) -> str:
    with pytest.raises(ValueDecodingError) as refused:
        unpack(data)
    assert not isinstance(refused.value, EncryptedError), data
    return str(refused.value)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x28\xb5\x2f\xfd\x20\x10M\0\0" + TEXT.encode(), "zstd"),
        (b"\x04\x22\x4d\x18\x60\x40\x82" + TEXT.encode(), "lz4"),
        (b"\xff\x06\0\0sNaPpY" + NUMBERS.randbytes(60), "snappy"),
        (b"PK\x03\x04" + NUMBERS.randbytes(60), "zip"),
        (pickle.dumps({"name": "Ada"}), "pickle"),
        (pickle.dumps({"name": "Ada"}, protocol=2), "pickle"),
        (pickle.dumps({"name": "Ada"}, protocol=0), "pickle"),
        (b"\x0a\x03Ada\x10\x96\x01\x1a\x05\x08\x01\x12\x01x", "protobuf"),
        (b"\x0a\x24" + b"1d122c26-7954-48ad-a70a-ed797cc526c5" + b"\x10\x01", "protobuf"),
        (b"\0\0\0\0\x07\x06Ada\x0e", "Avro"),
        (b"\xc3\x01" + NUMBERS.randbytes(8) + b"\x06Ada", "Avro"),
        (struct.pack("<i", 4 + len(BSON)) + BSON, "BSON"),
        (struct.pack("<i", 20) + BSON, "BSON"),
        (b'a:2:{s:4:"name";s:3:"Ada";s:1:"n";i:7;}', "PHP"),
        (b'O:8:"App\\Paid":1:{s:5:"total";i:9;}', "PHP"),
        ('s:3:"Ada";', "PHP"),
        (b'O:8:"App\\Paid":1:{s:8:"\0*\0total";i:9;}', "PHP"),
        (b"\0\0\0\x02\x14\x01\x11\x04name\x11\x03Ada", "igbinary"),
        (b":)\n\x05\xfa\x83name\x42Ada\xfb", "Smile"),
        (b"\x04\x08{\x06:\x09nameI\x22\x08Ada", "Ruby"),
        (b"\xac\xed\0\x05sr\0\x04Paid", "Java"),
        (b"Salted__" + NUMBERS.randbytes(40), "OpenSSL"),
        ("gAAAAA" + "Bm" * 50, "Fernet"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJuIjo3fQ.c2lnbmF0dXJl", "token"),
        ("name=Ada&n=7", "form"),
        (bytes(40), "the same character 40 times"),
        ("XXXX", "the same character"),
        ("X" * 64, "the same character"),
        (b"Ada;7;open", "not valid JSON"),
        ("Placed12", "not valid JSON"),
        (b"\x93\x01", "not known here"),
    ],
)
def test_what_is_not_read_is_named(data: bytes | str, name: str) -> None:
    assert name in reason(data)


def test_nothing_is_unpickled() -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return pytest.fail, ("it was unpickled",)

    for protocol in range(6):
        try:
            data = pickle.dumps(Bomb(), protocol)
        except (pickle.PicklingError, AttributeError):
            continue
        assert "pickle" in reason(data)


@pytest.mark.parametrize(
    "data",
    [
        bz2.compress(TEXT.encode()),
        lzma.compress(TEXT.encode()),
        lzma.compress(TEXT.encode(), format=lzma.FORMAT_ALONE),
        base64.b64encode(bz2.compress(TEXT.encode())).decode(),
        TEXT.encode().hex(),
        TEXT.encode().hex().upper().encode(),
        "\\x" + TEXT.encode().hex(),
        b"\0\0\0\0\x07" + TEXT.encode(),
        b"\x83t\0\0\0\x02d\0\x04namem\0\0\0\x03Adad\0\x01na\x07",
        base64.encodebytes(json.dumps({**json.loads(TEXT)}, indent=20).encode()).decode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
    ],
)
def test_what_the_standard_library_reads_is_read(data: bytes | str) -> None:
    assert unpack(data) == json.loads(TEXT)


def test_a_bomb_of_another_compression_is_too_large() -> None:
    assert len(BOMB) < 100
    for bomb in (BOMB, lzma.compress(bytes(70 << 20), preset=0)):
        assert "larger than 64,000,000 bytes" in reason(bomb)
    assert "cut off" in reason(lzma.compress(TEXT.encode())[:-20])
    assert "damaged" in reason(b"BZh9" + NUMBERS.randbytes(30))


@pytest.mark.parametrize("data", [None, "", "null", b"", b"null", "   ", b" \n"])
def test_no_payload_has_no_attributes(data: Any) -> None:
    assert unpack(data) is None
    assert as_payload(None) == {}


@pytest.mark.parametrize(("data", "payload"), [("{}", {}), ("[]", {"value": []}), ("0", {"value": 0})])
def test_an_empty_payload_is_one(data: str, payload: dict[str, Any]) -> None:
    assert as_payload(unpack(data)) == payload


@given(st.binary(min_size=1, max_size=27) | st.text(max_size=40))
def test_what_is_short_or_text_is_never_called_encrypted(data: bytes | str) -> None:
    try:
        unpack(data)
    except EncryptedError as error:
        assert len(error.encrypted) >= 28
    except ValueDecodingError:
        pass


def element(number: int, content: bytes) -> bytes:
    """An element of JSONB with the shortest header."""
    size = len(content)
    if size < 12:
        return bytes([size << 4 | number]) + content
    length = next(each for each in (1, 2, 4) if size < 256**each)
    return bytes([{1: 12, 2: 13, 4: 14}[length] << 4 | number]) + size.to_bytes(length, "big") + content


def jsonb(tree: Any) -> bytes:
    """JSONB of a tree, as SQLite 3.45 makes it."""
    match tree:
        case None | True | False:
            return bytes([{None: 0, True: 1, False: 2}[tree]])
        case int():
            return element(3, str(tree).encode())
        case float():
            return element(5, repr(tree).encode())
        case str():
            escaped = json.dumps(tree, ensure_ascii=False)[1:-1]
            return element(7 if escaped == tree else 8, escaped.encode())
        case list():
            return element(11, b"".join(map(jsonb, tree)))
    return element(12, b"".join(jsonb(each) for pair in tree.items() for each in pair))


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
TREES = st.recursive(SCALARS, lambda each: st.lists(each) | st.dictionaries(st.text('ab\n"é'), each), max_leaves=20)


@given(st.dictionaries(st.text("abcd", min_size=1), TREES) | st.lists(TREES))
def test_jsonb_of_sqlite_is_read(tree: Any) -> None:
    assert unpack(jsonb(tree)) == tree


@given(st.dictionaries(st.text(), TREES) | st.lists(TREES))
def test_no_json_is_taken_for_jsonb(tree: Any) -> None:
    for indent in (None, 0, 1):
        assert unpack(json.dumps(tree, indent=indent).encode()) == tree


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (element(4, b"0x1F"), 31),
        (element(4, b"-0x1F"), -31),
        (element(6, b".5"), 0.5),
        (element(9, b"a\\x41\\v\\\n'\\'"), "aA\v''"),
        (element(10, b'a"b'), 'a"b'),
    ],
)
def test_values_of_json5_in_jsonb(data: bytes, value: object) -> None:
    assert unpack(element(11, data)) == [value]


@pytest.mark.parametrize(
    "data", [element(11, b"\x13"), element(11, b"\x0d"), element(12, b"\x17a"), element(11, b"\x31aaa")]
)
def test_damaged_jsonb_is_unreadable(data: bytes) -> None:
    assert "payload" in reason(data)


@pytest.mark.parametrize("space", ["", "\n\t "])
@pytest.mark.parametrize("is_text", [True, False])
def test_json_of_too_many_values_is_refused_before_they_are_made(is_text: bool, space: str) -> None:
    text = space + json.dumps({f"a{number}": number for number in range(110_000)})
    payload: str | bytes = text if is_text else text.encode()
    tracemalloc.start()
    try:
        with pytest.raises(ValueDecodingError, match="more than 100,000 values"):
            unpack(payload)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * len(text), "their values take ten times the memory of their text"


@pytest.mark.parametrize("inside", [",", '\\",', "\\\\", "é,[{"])
def test_commas_in_texts_are_no_values(inside: str) -> None:
    text = '{"a": "%s", "b": [1, 2]}' % (inside * 150_000)
    assert unpack(text) == json.loads(text)
    assert unpack(text.encode()) == json.loads(text)
