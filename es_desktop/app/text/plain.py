"""Text of a store or a person, made safe to show: nothing in it controls a terminal or Qt."""

from __future__ import annotations

import re
from typing import Final

ELLIPSIS: Final = "…"
LONGEST_LINE: Final = 1_000
LONGEST_TEXT: Final = 4_000
MOST_LINES: Final = 60
_UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"
_LINE_END: Final = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_TAG: Final = re.compile(r"<(?=\s*[a-zA-Z!?/])|&(?=lt;)")
_NOT_MARKUP: Final = "\N{ZERO WIDTH SPACE}"


def _replacements() -> dict[int, str]:
    """Control characters, direction marks and lone surrogates, each with its replacement."""
    unknown = [*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)]
    pictures = {code: chr(0x2400 + code) for code in range(0x20)}
    return {**dict.fromkeys(unknown, _UNKNOWN), **pictures, 0x7F: "\N{SYMBOL FOR DELETE}", 0x09: " "}


_REPLACED: Final = _replacements()


def elide(text: str, limit: int = LONGEST_LINE) -> str:
    """Return the text on one line, not longer than ``limit`` characters; what cannot be shown has a mark."""
    # Only the shown part is examined: a value may have megabytes.
    head = text[: limit + 1]
    if not head.isprintable():
        head = _LINE_END.sub("↵", head).translate(_REPLACED)
    if len(head) > limit or len(text) > limit + 1:
        return head[: max(0, limit - 1)] + ELLIPSIS
    return head


def plain_lines(text: str, limit: int = LONGEST_TEXT) -> str:
    """Return the text with its lines, of limited length and number; what cannot be shown has a mark."""
    if len(text) <= limit and text.isprintable():
        return text
    lines = _LINE_END.split(text[:limit])
    is_cut = len(text) > limit or len(lines) > MOST_LINES
    return "\n".join(elide(line, limit) for line in lines[:MOST_LINES]) + (ELLIPSIS if is_cut else "")


def plain_tip(text: str) -> str:
    """Return the text as a tooltip shows it: Qt takes one for markup where a tag seems to be in its first line."""
    return _TAG.sub(lambda found: found[0] + _NOT_MARKUP, plain_lines(text))


def plain_label(text: str, limit: int = LONGEST_LINE) -> str:
    """Return the text, on one line, as a button or a menu shows it: an ``&`` is no mark of a key."""
    return elide(text, limit).replace("&", "&&")
