"""YAML of Ruby's: symbols are texts, tags make nothing, and a small document does not become a large one."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import ValueDecodingError
from es_desktop.stores.payloads import unpack

WORDS = st.text("abcdefgh_", min_size=1, max_size=8)
TEXTS = st.text().filter(lambda text: not text.startswith(":"))
"""Ruby puts a text that could be taken for a symbol in quotes; what writes the trees here does not."""
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, TREES, min_size=1, max_size=5), st.booleans())
def test_a_tree_comes_out_as_it_went_in(tree: dict[str, Any], in_bytes: bool) -> None:
    text = yaml.safe_dump(tree, explicit_start=True)
    assert unpack(text.encode() if in_bytes else text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (":order_id: 1\n:state: :paid\n", {"order_id": 1, "state": "paid"}),
        (':"two words": :"of them"\n', {"two words": "of them"}),
        ('text: ":no symbol"\n', {"text": ":no symbol"}),
        ("1: one\n~: none\n", {"1": "one", "None": "none"}),
        ("total: !ruby/object:BigDecimal 18:0.125e2\n", {"total": Decimal("12.5")}),
        (
            "at: !ruby/object:ActiveSupport::TimeWithZone\n  utc: 2025-03-01 09:00:37.123456789 Z\n  time: x\n",
            {"at": datetime(2025, 3, 1, 9, 0, 37, 123456, tzinfo=UTC)},
        ),
        ("a: !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n  b: 1\n", {"a": {"b": 1}}),
        ("a: !ruby/object:Shop::Money\n  cents: 5\n", {"a": {"!ruby/object:Shop::Money": {"cents": 5}}}),
        (
            "a: !ruby/range 1..2\nb: !ruby/array:List [1]\n",
            {"a": {"!ruby/range": "1..2"}, "b": {"!ruby/array:List": [1]}},
        ),
        ("a: !ruby/object:BigDecimal [1]\n", {"a": {"!ruby/object:BigDecimal": [1]}}),
        ("a: !binary |\n  aGVsbG8=\n", {"a": b"hello"}),
        ("a: &1 [x]\nb: *1\n", {"a": ["x"], "b": ["x"]}),
        ("a: !anything else\n", {"a": {"!anything": "else"}}),
    ],
)
def test_what_ruby_writes(text: str, tree: dict[str, Any]) -> None:
    assert unpack(f"---\n{text}") == tree
    assert unpack(f"--- !ruby/hash:Any\n{text}") == tree


BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("---\n" + "[" * 200_000, "too deep|nesting depth"),  # newer parsers have a limit of their own
        ("--- " + "{a: " * 300, "too deep"),
        (f"---\n{BOMB}", "too large"),
        ("---\na: &a [*a]\n", "contains itself"),
        ("---\na: *nothing\n", "unknown alias"),
        ("---\n!!python/object/apply:os.system ['ls']\n", "not valid YAML"),
        ("---\na: 2025-99-99\n", "not valid YAML"),
        ("---\na: !!timestamp never\n", "not valid YAML"),
        ("--- a\n--- b\n", "not valid YAML"),
        ("---\na: b: c\n", "not valid YAML"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, why: str) -> None:
    with pytest.raises(ValueDecodingError, match=why):
        unpack(text)


@given(st.text(max_size=100))
def test_nothing_but_a_reason_comes_of_nonsense(text: str) -> None:
    try:
        unpack(f"---\n{text}")
    except ValueDecodingError as error:
        assert str(error).startswith("the payload is")
