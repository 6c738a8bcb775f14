"""XML as XStream writes it for Java programs: an element is an object, and its child elements are the fields.

XML has no numbers and no lists. A value is a number if the element names a Java number type, else a text. An element is
a list if its children are named by their types, or if their names repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from es_desktop.core import ValueDecodingError
from es_desktop.core.json_text import too_deep

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST_LEVELS: Final = 100
_SCALARS: Final[dict[str, Callable[[str], Any]]] = {
    **dict.fromkeys(("int", "long", "short", "byte", "big-int"), int),
    **dict.fromkeys(("float", "double"), float),
    "big-decimal": Decimal,
    "boolean": lambda text: text == "true",
}
_ITEMS: Final = {*_SCALARS, "string", "char", "null"}
"""Names of elements by type, as members of lists have them; fields cannot have these names."""
_LISTS: Final = {"list", "set", "linked-list", "linked-hash-set", "sorted-set", "tree-set", "vector"}
_MAPS: Final = {"map", "linked-hash-map", "sorted-map", "tree-map", "meta-data"}
_JAVA_ATTRIBUTES: Final = {"class", "resolves-to", "serialization"}
"""Attributes for Java's deserialization, which are left out."""


def from_xml(text: str) -> Any:
    """Return the plain tree of a document. Raises ``ValueDecodingError`` if it is not valid or defines entities."""
    # Slow to import, and few stores need it.
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(text, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ValueDecodingError("the payload is XML that defines entities, which are not followed") from error
    except (ParseError, ValueError) as error:
        raise ValueDecodingError(f"the payload is not valid XML: {error}") from error
    return _value(root, 0)


def _value(element: Element, level: int) -> Any:
    if level > _MOST_LEVELS:
        raise too_deep("the payload is XML that")
    type_name = element.get("class", element.tag)
    attributes = {f"@{name}": value for name, value in element.items() if name not in _JAVA_ATTRIBUTES}
    children = list(element)
    if not children:
        value = _of_text(type_name, element.text or "")
        return {**attributes, **({"value": value} if value else {})} if attributes else value
    if all(child.tag == "entry" and len(child) == 2 for child in children):
        return attributes | {str(_value(key, level + 1)): _value(value, level + 1) for key, value in children}
    # The root element is an object, named by its class.
    if type_name in _LISTS or (level and _is_list(children)):
        return [_value(child, level + 1) for child in children]
    return attributes | _fields(children, level + 1)


def _of_text(type_name: str, text: str) -> Any:
    if type_name == "null":
        return None
    if not text and type_name in _LISTS | _MAPS:
        return [] if type_name in _LISTS else {}
    with suppress(ValueError, InvalidOperation):
        return _SCALARS.get(type_name, str)(text)
    return text


def _is_list(children: list[Element]) -> bool:
    names = {child.tag for child in children}
    return all(name in _ITEMS or "." in name for name in names) or len(children) > len(names) == 1


def _fields(children: list[Element], level: int) -> dict[str, Any]:
    """Return the fields by their names; a repeated name is a list (XStream's implicit collections)."""
    found: dict[str, list[Any]] = {}
    for child in children:
        # XStream escapes $ as _- and _ as __.
        name = child.tag.replace("_-", "$").replace("__", "_")
        found.setdefault(name, []).append(_value(child, level))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
