"""Text of a store as it may be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.text.plain import ELLIPSIS, MOST_LINES, elide, plain_label, plain_lines, plain_tip

HOSTILE = "a\x00b\x1b[31mc\u202ed\ud800e\r\nf\u2028g\th\x7f\x9b"


def test_a_line_has_a_mark_for_what_cannot_be_shown() -> None:
    assert elide(HOSTILE) == "a␀b␛[31mc�d�e↵f↵g h␡�"
    assert elide("Zoë  naïve – “quoted” 日本 👩‍👩‍👧 \u200frtl") == "Zoë  naïve – “quoted” 日本 👩‍👩‍👧 \u200frtl"


def test_lines_stay_lines() -> None:
    assert plain_lines(HOSTILE) == "a␀b␛[31mc�d�e\nf\ng h␡�"
    assert plain_lines("a\n\nb\n") == "a\n\nb\n"


def test_long_text_is_cut() -> None:
    assert elide("x" * 9, 4) == "xxx…"
    assert plain_lines("x" * 9, 4) == "xxxx…"
    assert plain_lines("\n" * 999).count("\n") == MOST_LINES - 1
    assert plain_lines("\n" * 999).endswith(ELLIPSIS)


@pytest.mark.parametrize("text", ["<b>x</b>", "a <img src=x>", "a &lt;b", "< b>", "</p>", "<!b>"])
def test_a_tip_has_no_tag_that_a_guess_could_find(text: str) -> None:
    assert "<b" not in plain_tip(text) and plain_tip(text).replace("\u200b", "") == text
    assert plain_tip("1 < 2, a & b") == "1 < 2, a & b"


def test_a_label_has_no_key() -> None:
    assert plain_label("a&b\n&c") == "a&&b↵&&c"


@given(st.text(st.characters(), max_size=99), st.integers(1, 99))
def test_whatever_it_is_the_line_is_one_and_can_be_written(text: str, limit: int) -> None:
    for shown in (elide(text, limit), plain_label(text), plain_lines(text), plain_tip(text)):
        shown.encode()
        assert not any(ord(mark) < 32 and mark != "\n" for mark in shown)
    assert len(elide(text, limit)) <= limit and len(elide(text, limit).splitlines()) <= 1
