"""Names of files that Windows refuses, or takes for a device: it would write to that, and make no file.

https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""

from __future__ import annotations

import re
from typing import Final

_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:[.:].*)?", re.IGNORECASE)
_REFUSED: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def refusal_of_name(name: str) -> str:
    """Return why Windows makes no file of a name, without its folder; an empty text if it does."""
    if _DEVICE.fullmatch(name):
        return "Windows keeps this name for a device"
    if found := _REFUSED.search(name):
        return f"Windows allows no {found[0]!r} in a name"
    return "Windows allows no name that ends with a dot or a space" if name.endswith((".", " ")) else ""


def allowed_name(name: str) -> str:
    """Return a name with _ for each character that Windows allows in none."""
    return _REFUSED.sub("_", name)
