"""CBOR and Erlang's terms: what was written is read, and what is cut off, or nonsense, gives a reason."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import ValueDecodingError
from es_desktop.stores.payloads import unpack
from es_desktop.stores.payloads.cbor import from_cbor
from es_desktop.stores.payloads.erlang import from_erlang, looks_like_a_term
from es_desktop.stores.payloads.protobuf import fields_of
from tests.stores.formats.writing import protobuf

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(TEXTS, TREES, max_size=5)


def cbor_of(tree: Any, indefinite: bool) -> bytes:
    def headed(major: int, number: int) -> bytes:
        if number < 24:
            return bytes([major << 5 | number])
        size = next(size for size in range(4) if number < 1 << (8 << size))
        return bytes([major << 5 | 24 + size]) + number.to_bytes(1 << size, "big")

    match tree:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if tree else b"\xf4"
        case int():
            number = tree if tree >= 0 else -1 - tree
            if number < 2**64:
                return headed(0 if tree >= 0 else 1, number)
            digits = number.to_bytes(16, "big")
            return (b"\xc2" if tree >= 0 else b"\xc3") + headed(2, len(digits)) + digits
        case float():
            return b"\xfb" + struct.pack(">d", tree)
        case str():
            raw = tree.encode()
            return headed(3, len(raw)) + raw
        case list():
            inside = b"".join(cbor_of(each, indefinite) for each in tree)
            return b"\x9f" + inside + b"\xff" if indefinite else headed(4, len(tree)) + inside
    inside = b"".join(cbor_of(name, indefinite) + cbor_of(value, indefinite) for name, value in tree.items())
    return b"\xbf" + inside + b"\xff" if indefinite else headed(5, len(tree)) + inside


def term_of(tree: Any) -> bytes:
    match tree:
        case None | bool():
            name = {None: b"nil", True: b"true", False: b"false"}[tree]
            return bytes([119, len(name)]) + name
        case int():
            if 0 <= tree < 256:
                return bytes([97, tree])
            if abs(tree) < 2**31:
                return b"b" + tree.to_bytes(4, "big", signed=True)
            return bytes([110, 16, tree < 0]) + abs(tree).to_bytes(16, "little")
        case float():
            return b"F" + struct.pack(">d", tree)
        case str():
            raw = tree.encode()
            return b"m" + len(raw).to_bytes(4, "big") + raw
        case []:
            return b"j"
        case list():
            return b"l" + len(tree).to_bytes(4, "big") + b"".join(map(term_of, tree)) + b"j"
    pairs = b"".join(term_of(name) + term_of(value) for name, value in tree.items())
    return b"t" + len(tree).to_bytes(4, "big") + pairs


@given(OBJECTS, st.booleans())
def test_cbor_is_read(tree: dict[str, Any], indefinite: bool) -> None:
    data = cbor_of(tree, indefinite)
    assert unpack(data) == from_cbor(data) == tree


@given(OBJECTS)
def test_terms_are_read(tree: dict[str, Any]) -> None:
    term = term_of(tree)
    assert looks_like_a_term(b"\x83" + term)
    assert from_erlang(b"\x83" + term) == tree
    assert from_erlang(b"\x83P" + len(term).to_bytes(4, "big") + zlib.compress(term)) == tree


@given(OBJECTS, st.data())
def test_what_is_cut_off_or_followed_by_more_is_reported(tree: dict[str, Any], data: st.DataObject) -> None:
    for whole, read in ((cbor_of(tree, False), from_cbor), (b"\x83" + term_of(tree), from_erlang)):
        end = data.draw(st.integers(1, len(whole) - 1)) if len(whole) > 1 else 0
        with pytest.raises(ValueDecodingError, match="cut off"):
            read(whole[:end])
        with pytest.raises(ValueDecodingError, match="followed by more"):
            read(whole + b"\x00")


@pytest.mark.parametrize("read", [from_cbor, from_erlang, fields_of])
@given(data=st.binary(max_size=100))
def test_nothing_but_a_reason_comes_of_nonsense(read: Callable[[bytes], Any], data: bytes) -> None:
    for beginning in (b"", b"\x83", b"\x83P\x00\x00\x00\x01", b"\xbf"):
        try:
            read(beginning + data)
        except ValueDecodingError as error:
            assert str(error)


@given(st.dictionaries(st.integers(1, 1000), st.integers(0, 2**64 - 1) | st.binary(max_size=20), max_size=6))
def test_the_fields_of_a_message_are_read(fields: dict[int, int | bytes]) -> None:
    assert fields_of(protobuf(fields)) == fields


@pytest.mark.parametrize(
    ("data", "tree"),
    [
        ("a1 61 61 f9 3c00", {"a": 1.0}),
        ("a1 61 61 fa 3fc00000", {"a": 1.5}),
        ("a1 61 61 7f 61 62 61 63 ff", {"a": "bc"}),
        ("a1 61 61 c4 82 21 19 04 d2", {"a": Decimal("12.34")}),
        ("a1 61 61 c4 82 1a ffffffff 01", {"a": [4294967295, 1]}),
        ("a1 61 61 c0 61 78", {"a": "x"}),
        ("a1 61 61 42 00 01", {"a": b"\x00\x01"}),
        ("a1 61 61 f7", {"a": None}),
    ],
)
def test_other_values_of_cbor(data: str, tree: dict[str, Any]) -> None:
    assert from_cbor(bytes.fromhex(data)) == tree


@pytest.mark.parametrize(
    "data", [b"\xa1" * 5, b"\xbf\x61a" + b"\x81" * 1000 + b"\x00", b"\xa1\x01\x02", b"\xa1\x61\xff\x00"]
)
def test_what_begins_like_cbor_and_is_none_is_unreadable(data: bytes) -> None:
    with pytest.raises(ValueDecodingError, match="unreadable"):
        unpack(data)
    with pytest.raises(ValueDecodingError, match="CBOR that is"):
        from_cbor(data)


def struct_of(name: str, **fields: Any) -> bytes:
    atom = f"Elixir.{name}".encode()
    pairs = b"".join(term_of(field) + term_of(value) for field, value in fields.items())
    return b"\x83t" + (len(fields) + 1).to_bytes(4, "big") + b"w\x0a__struct__w" + bytes([len(atom)]) + atom + pairs


MOMENT = {"year": 2025, "month": 3, "day": 1, "hour": 9, "minute": 30, "second": 1, "microsecond": [5, 6]}


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (struct_of("Decimal", sign=-1, coef=1250, exp=-2), Decimal("-12.50")),
        (struct_of("NaiveDateTime", **MOMENT), datetime(2025, 3, 1, 9, 30, 1, 5)),
        (struct_of("DateTime", **MOMENT, utc_offset=0), datetime(2025, 3, 1, 9, 30, 1, 5, UTC)),
        (struct_of("Date", year=2025, month=3, day=1), "2025-03-01"),
        (struct_of("Shop.Money", amount=5), {"amount": 5}),
        (struct_of("Decimal", sign=1, coef="NaN"), {"sign": 1, "coef": "NaN"}),
        (struct_of("Decimal", sign=1, coef=1, exp=999_999), {"sign": 1, "coef": 1, "exp": 999_999}),
        (b"\x83h\x02a\x01a\x02", [1, 2]),
        (b"\x83k\x00\x02hi", [104, 105]),
        (b"\x83l\x00\x00\x00\x01a\x01a\x02", [1, 2]),
        (b"\x83w\x0eElixir.Shop.Ab", "Shop.Ab"),
        (b"\x83m\x00\x00\x00\x01\xff", b"\xff"),
    ],
)
def test_terms_of_elixir_have_plain_values(data: bytes, value: Any) -> None:
    assert from_erlang(data) == value


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x83X", "no plain value"),
        (b"\x83" + b"l\x00\x00\x00\x01" * 1000, "nested too deep"),
        (b"\x83o\x00\x00\x10\x00\x00" + b"\x01" * 4096, "too large"),
        (b"\x83P\x00\x00\x00\x01damaged", "damaged"),
    ],
)
def test_a_term_that_is_no_value_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(ValueDecodingError, match=reason):
        from_erlang(data)
