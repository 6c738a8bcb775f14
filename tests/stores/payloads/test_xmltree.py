"""XML of Java programs becomes a plain tree; unknown types stay texts, and no document does harm."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.core import ValueDecodingError
from es_desktop.stores.payloads import unpack
from es_desktop.stores.payloads.xmltree import from_xml


@pytest.mark.parametrize(
    ("inside", "tree"),
    [
        ("<id>o-1</id><count>3</count>", {"id": "o-1", "count": "3"}),
        ('<total class="big-decimal">12.50</total><n class="int">2</n>', {"total": Decimal("12.50"), "n": 2}),
        ('<is class="boolean">true</is><x class="double">1.5</x>', {"is": True, "x": 1.5}),
        ('<n class="int">many</n>', {"n": "many"}),
        ("<note></note><gone class='null'/>", {"note": "", "gone": None}),
        ("<tags><string>new</string></tags>", {"tags": ["new"]}),
        ("<lines><com.shop.Line><sku>a</sku></com.shop.Line></lines>", {"lines": [{"sku": "a"}]}),
        ("<lines><line>a</line><line>b</line></lines>", {"lines": ["a", "b"]}),
        ("<none class='list'/>", {"none": []}),
        ("<by><entry><string>k</string><int>1</int></entry></by>", {"by": {"k": 1}}),
        ("<by><entry><string>k</string></entry></by>", {"by": {"entry": ["k"]}}),
        ("<a__b>1</a__b><c_-d>2</c_-d>", {"a_b": "1", "c$d": "2"}),
        ('<again reference="../id"/>', {"again": {"@reference": "../id"}}),
        ("<tag>a</tag><tag>b</tag>", {"tag": ["a", "b"]}),
        ("<when><date>2025</date></when>", {"when": {"date": "2025"}}),
    ],
)
def test_fields_of_an_object(inside: str, tree: dict[str, Any]) -> None:
    document = f"<com.shop.Placed>{inside}</com.shop.Placed>"
    assert unpack(document) == unpack(document.encode()) == tree
    assert unpack(f'<?xml version="1.0" encoding="UTF-8"?>\n{document}') == tree


def test_a_document_that_is_a_value_or_a_list() -> None:
    assert from_xml("<string>ä</string>") == "ä"
    assert from_xml("<list><int>1</int><int>2</int></list>") == [1, 2]
    assert from_xml("<meta-data><entry><string>id</string><string>1</string></entry></meta-data>") == {"id": "1"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<", "not valid XML"),
        ("<a><b></a>", "not valid XML"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "defines entities"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "defines entities"),
        ("<a>" * 50_000 + "</a>" * 50_000, "nested too deep"),
    ],
)
def test_a_document_that_is_damaged_or_does_harm_says_why(text: str, reason: str) -> None:
    with pytest.raises(ValueDecodingError, match=reason):
        unpack(text)


@given(st.text(max_size=100))
def test_nothing_but_a_reason_comes_of_nonsense(text: str) -> None:
    for document in (f"<{text}", f"<a>{text}</a>", f"<a {text}/>"):
        try:
            from_xml(document)
        except ValueDecodingError as error:
            assert str(error)


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="<&\ufffe\uffff"), min_size=1
    )
)
def test_a_text_comes_out_as_it_was(text: str) -> None:
    assert from_xml(f"<a><name>{text.replace('>', '&gt;')}</name></a>") == {"name": text}
