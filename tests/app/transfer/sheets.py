"""Reads workbooks as they are in their XML."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

Cell = tuple[str, str, str]
"""The type of a cell (``n``, ``b`` or ``inlineStr``), its value, and its number format."""
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet_of(path: Path) -> list[list[Cell | None]]:
    """Return the cells of a workbook, as they are in its XML."""
    with zipfile.ZipFile(path) as file:
        sheet = ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml"))
        styles = ElementTree.fromstring(file.read("xl/styles.xml"))
    forms = {each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter(f"{_SHEET}numFmt")}
    used = styles.find(f"{_SHEET}cellXfs")
    assert used is not None
    by_style = [forms.get(each.get("numFmtId"), "") for each in used]
    rows: list[list[Cell | None]] = []
    for row in sheet.iter(f"{_SHEET}row"):
        cells: dict[int, Cell] = {}
        for each in row:
            letters = re.match("[A-Z]+", each.get("r", ""))
            assert letters is not None and len(letters[0]) == 1, "few columns"
            text = "".join(each.itertext())
            cells[ord(letters[0]) - ord("A")] = (each.get("t", "n"), text, by_style[int(each.get("s", "0"))])
        rows.append([cells.get(column) for column in range(max(cells, default=-1) + 1)])
    return rows
