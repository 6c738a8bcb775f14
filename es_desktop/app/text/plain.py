"""Text of a store or a person, made safe to show: nothing in it controls a terminal or Qt, or is a password."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

ELLIPSIS: Final = "…"
LONGEST_LINE: Final = 1_000
LONGEST_TEXT: Final = 4_000
MOST_LINES: Final = 60
_MOST_MARKS: Final = 32
"""Marks of one letter that are kept together; a text may have thousands."""
_JOINER: Final = "\N{ZERO WIDTH JOINER}"
_JOINED: Final = frozenset((_JOINER, *map(chr, range(0x1F3FB, 0x1F400)), *map(chr, range(0xE0020, 0xE0080))))
"""What continues the character before it: a joiner, tones of skin, tags of flags."""
_FLAGS: Final = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
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
        return head[: character_start(head, max(0, limit - 1))] + ELLIPSIS
    return head


def in_sentence(text: str) -> str:
    """Return a text for a line with others: what follows one in Arabic or Hebrew is not drawn inside of it."""
    is_from_right = any(unicodedata.bidirectional(each) in ("R", "AL") for each in text[:LONGEST_LINE])
    return f"{text}\N{LEFT-TO-RIGHT MARK}" if is_from_right else text


def character_start(text: str, index: int) -> int:
    """Return the start of what is seen as one character at an index: a letter with its marks, a joined emoji."""
    for start in range(index, max(0, index - _MOST_MARKS), -1):
        if not _continues(text, start):
            return start
    return index if index > _MOST_MARKS else 0


def _continues(text: str, at: int) -> bool:
    """Return whether what is at an index belongs to the character before it."""
    if at >= len(text) or text.isascii():
        return False
    one = text[at]
    if one in _FLAGS:  # two letters are one flag
        run = next((number for number in range(at) if text[at - number - 1] not in _FLAGS), at)
        return run % 2 == 1
    return unicodedata.category(one) in ("Mn", "Mc", "Me") or one in _JOINED or text[at - 1] == _JOINER


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


def with_mnemonics(texts: Sequence[str]) -> list[str]:
    """Return the texts of one menu, each with an ``&`` before the letter that chooses it; no letter has two entries.

    A text that has an ``&`` stays as it is.
    """
    marked, taken = [], {found.casefold() for text in texts for found in re.findall(r"&(\w)", text)}
    for text in texts:
        initials_first = sorted(range(len(text)), key=lambda at: text[at - 1 : at].isalnum())
        at = next((at for at in initials_first if text[at].isalnum() and text[at].casefold() not in taken), None)
        if at is None or "&" in text:
            marked.append(text)
        else:
            taken.add(text[at].casefold())
            marked.append(f"{text[:at]}&{text[at:]}")
    return marked


_AT: Final = r"(?:@|%40)"
_COLON: Final = r"(?::|%3a)"
_SLASH: Final = r"(?:/|%2f)"
_SCHEME: Final = r"[a-z][a-z0-9+.-]{0,30}"
_USER: Final = rf"(?P<user>(?:(?!{_COLON}|{_SLASH})\S)*)"
# Strings, which ``re`` compiles at their first use: the window is there before anything can be hidden.
_URL: Final = rf"(?i)(?P<scheme>(?:{_SCHEME}{_COLON})?{_SLASH}{{2}}){_USER}(?P<password>(?:{_COLON}\S*)?)(?P<at>{_AT})"
"""A URL up to the last @ without a space before it: what a person types need not be quoted."""
_SHORT_URL: Final = (
    rf"(?i)(?P<scheme>{_SCHEME}{_COLON}(?P<slash>{_SLASH})?){_USER}(?P<password>(?:{_COLON}[^\s…]\S*)?)(?P<at>{_AT})"
)
"""One that lacks slashes, as a path that was made of it does."""
_SHOWS_USER: Final = ("postgres", "esdb:", "file:")
_SPACED: Final = rf"(?i)({_SCHEME}:/{{1,2}}[^\s:/@]*):(?!\d{{1,5}}/|…)[^\n]*@"
"""A URL with a space in its password."""
_PATH: Final = r"""(?<![^\s'"(<=])(/[^\s:/@]*):(?!…)\S*@"""
"""What is left of a URL without a scheme once it was taken for a path, which has one slash at its start."""
_PASSWORD: Final = r"""(?i)((?:pass(?:word|wd|phrase)?|pwd)(?:\s*=\s*|%3d))(?:'(?:[^'\\]|\\.)*'|"[^"]*"|[^&\n'"]+)"""
"""A password in the query of a URL, in a connection string, or in an assignment."""
_MARKS: Final = ("@", "%40", "pass", "pwd")
"""One of them is in each text that may hold a password, once its letters are small."""
_LONGEST: Final = 100_000
"""Characters that are searched; a longer text is cut."""


def without_secrets(text: str) -> str:
    """Return the text with an ellipsis in place of each password in it, as far as URLs and assignments show them."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rpartition(" ")[0] + ELLIPSIS
    small = text.casefold()
    if not any(mark in small for mark in _MARKS):
        return text
    words = [_without_userinfo(each) if re.search(_AT, each) else each for each in re.split(r"(\s+)", text)]
    text = re.sub(_SPACED, rf"\1:{ELLIPSIS}@", "".join(words))
    return re.sub(_PASSWORD, rf"\1{ELLIPSIS}", re.sub(_PATH, rf"\1:{ELLIPSIS}@", text))


def _without_userinfo(word: str) -> str:
    found, count = re.subn(_URL, _without_password, word)
    return found if count else re.sub(_SHORT_URL, _without_password, word)


def _without_password(found: re.Match[str]) -> str:
    scheme, user, password, at = found.group("scheme", "user", "password", "at")
    if password:
        return f"{scheme}{user}:{ELLIPSIS}{at}"
    # The name of a user is shown where it says whose database it is, and of a file; elsewhere it may be a token.
    is_url = found.groupdict().get("slash", "/") is not None
    return f"{scheme}{ELLIPSIS if is_url and not scheme.lower().startswith(_SHOWS_USER) else user}{at}"
