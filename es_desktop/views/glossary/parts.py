"""The names of the parts of the window, which the terms of the glossary have, too.

The name of a part is that of its panel (``timeline``), of a column or a field in it (``state.Set at``), of the class of
a dialog (``dialog.RunDialog``), of a field in it (``dialog.TrustDialog.Folder``), of what a badge says
(``badge.exact``), or one that a widget gives itself with ``set_part``, or as a ``Parted`` one at each point. ``label.``
and a text is what a column, a field, a button or a badge is called: it names terms by itself.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

_PART: Final = "part"
LABEL: Final = "label."


def set_part(widget: QWidget, part: str) -> None:
    """Give a widget the name of the part of the window that it is."""
    widget.setProperty(_PART, part)


def part_of(widget: QWidget) -> str:
    """Return the name that a widget was given; an empty text for none."""
    return str(widget.property(_PART) or "")
