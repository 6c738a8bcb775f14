"""What a person types is compared with texts in one way, whatever their case, accents and width."""

from __future__ import annotations

import unicodedata

import pytest

from es_desktop.system.text_match import folded, folded_with_places, has_words


def test_apostrophes_may_be_left_out() -> None:
    assert has_words("whats obriens", "What's this? O\N{RIGHT SINGLE QUOTATION MARK}Brien's")
    assert has_words("what's", "What's")
    assert not has_words("what's", "Whats")


FORMS = ("NFC", "NFD", "NFKC", "NFKD")


def forms_of(letter: str) -> set[str]:
    """The letter in each case and normal form."""
    return {letter, letter.upper(), letter.lower(), letter.title(), *(unicodedata.normalize(f, letter) for f in FORMS)}


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("zoe", "Zoë"),
        ("ZOE", "Zoe\N{COMBINING DIAERESIS}"),
        ("Zoë", "zoe"),
        ("STRASSE", "Straße"),
        ("straße", "STRA\N{LATIN CAPITAL LETTER SHARP S}E"),
        ("ΣΙΣΥΦΟΣ", "Σίσυφος"),
        ("istanbul", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}stanbul"),
        ("ISPARTA", "\N{LATIN SMALL LETTER DOTLESS I}sparta"),
        ("lodz kobenhavn", "Łódź København"),
        ("aesop", "Æsop"),
        ("office", "o\N{LATIN SMALL LIGATURE FFI}ce"),
        ("abc 12", "\uff21\uff22\uff23\u3000\uff11\uff12"),
        ("o'brien", "O\N{RIGHT SINGLE QUOTATION MARK}Brien"),
        ("mary-ann", "Mary\N{NON-BREAKING HYPHEN}Ann"),
        ("cooperate", "co\N{SOFT HYPHEN}operate"),
        ("שלום", "שָׁלוֹם"),
        ("\uff8a\uff9e", "バ"),
        ("한국", unicodedata.normalize("NFD", "한국")),
    ],
)
def test_a_text_is_found_by_what_a_person_types(typed: str, text: str) -> None:
    assert has_words(typed, text) and has_words(text, typed)
    assert folded(typed) == folded(text)


@pytest.mark.parametrize(("typed", "text"), [("か", "が"), ("zoo", "Zoë"), ("zoe lee", "Zoë Ng")])
def test_other_letters_are_not_found(typed: str, text: str) -> None:
    assert not has_words(typed, text)


def test_every_form_of_a_letter_is_folded_alike_and_once() -> None:
    for letter in map(chr, (*range(0x20, 0x3400), *range(0xF900, 0x10000), *range(0x1D400, 0x1F800))):
        forms = forms_of(letter)
        if len(forms) > 1:
            assert {*map(folded, forms)} == {folded(folded(letter))}, letter
            assert folded_with_places(letter)[0] == folded(letter)


def test_each_letter_has_its_place_in_the_text() -> None:
    whole, places = folded_with_places("Zoe\N{COMBINING DIAERESIS}: Straße")
    assert whole == "zoe: strasse"
    assert places[:4] == [(0, 1), (1, 2), (2, 4), (4, 5)]
    assert places[-4:] == [(9, 10), (10, 11), (10, 11), (11, 12)]
