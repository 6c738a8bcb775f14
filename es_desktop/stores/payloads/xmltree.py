"""XML as XStream writes it for Java programs: an element is an object, and its elements are the fields.

XML has no numbers and no lists. A value is a number where Java's name of its type stands beside it, and a text
elsewhere; a list is known by members that are named for their type, or by names that repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from es_desktop.core import ValueDecodingError

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
"""Elements that are named for a type, as members of lists are: a field cannot have these names."""
_LISTS: Final = {"list", "set", "linked-list", "linked-hash-set", "sorted-set", "tree-set", "vector"}
_MAPS: Final = {"map", "linked-hash-map", "sorted-map", "tree-map", "meta-data"}
_UNTOLD: Final = {"class", "resolves-to", "serialization"}
"""Attributes that say how Java makes the value."""


def from_xml(text: str) -> Any:
    """Return the plain tree of a document. Raises ``ValueDecodingError`` where it is none, or defines entities."""
    # It takes a while to load, and few stores need it.
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
        raise ValueDecodingError("the payload is XML that is nested too deep")
    kind = element.get("class", element.tag)
    attributes = {f"@{name}": value for name, value in element.items() if name not in _UNTOLD}
    children = list(element)
    if not children:
        value = _of_text(kind, element.text or "")
        return {**attributes, **({"value": value} if value else {})} if attributes else value
    if all(child.tag == "entry" and len(child) == 2 for child in children):
        return attributes | {str(_value(key, level + 1)): _value(value, level + 1) for key, value in children}
    # The document's own element is an object of the class that it is named for.
    if kind in _LISTS or (level and _is_list(children)):
        return [_value(child, level + 1) for child in children]
    return attributes | _fields(children, level + 1)


def _of_text(kind: str, text: str) -> Any:
    if kind == "null":
        return None
    if not text and (kind in _LISTS or kind in _MAPS):
        return [] if kind in _LISTS else {}
    try:
        return _SCALARS[kind](text) if kind in _SCALARS else text
    except (ValueError, InvalidOperation):
        return text


def _is_list(children: list[Element]) -> bool:
    names = {child.tag for child in children}
    return all(name in _ITEMS or "." in name for name in names) or len(children) > len(names) == 1


def _fields(children: list[Element], level: int) -> dict[str, Any]:
    """Return fields by their names; one that is there several times is a list that Java writes without its own name."""
    found: dict[str, list[Any]] = {}
    for child in children:
        # XStream writes $ as _- and _ as __, for XML's sake.
        name = child.tag.replace("_-", "$").replace("__", "_")
        found.setdefault(name, []).append(_value(child, level))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
