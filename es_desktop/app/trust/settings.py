"""What a person says of the code that is to be trusted, read and checked before anything of it runs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from es_desktop.app.runtime.errors import UserError

from .interpreters import default_python
from .trusting import Trust

_NAME: Final = r"[^\W\d]\w*"
_MODULE: Final = re.compile(rf"{_NAME}(\.{_NAME})*(:{_NAME}(\.{_NAME})*)?")
_TOPIC_MODULE: Final = re.compile(rf"({_NAME}(?:\.{_NAME})*)[:#]")
_FUNCTION: Final = re.compile(rf"{_NAME}(\.{_NAME})*:{_NAME}(\.{_NAME})*")


def chosen_trust(folder: str, modules: Sequence[str], python: str = "", function: str = "") -> Trust:
    """Return what is to be trusted; the interpreter is the default one unless named. Nothing is run.

    Raises ``UserError`` for what cannot be meant.
    """
    place = Path(folder).expanduser().absolute()
    if not folder.strip() or not place.is_dir():
        raise UserError(f"there is no folder {folder!r}", "Name the folder that holds the modules.")
    for name in modules:
        if not _MODULE.fullmatch(name):
            raise UserError(f"{name!r} is not the name of a module", "Write it as an import does: shop.orders")
    if function and not _FUNCTION.fullmatch(function):
        raise UserError(f"{function!r} names no function", "Write it as shop.folding:fold")
    if not modules and not function:
        raise UserError("no module is named", "Name the modules that define the entities and their events.")
    found = shutil.which(str(Path(python).expanduser())) if python else default_python()
    if found is None:
        raise UserError(f"there is no interpreter {python!r}", "Name a python that runs the code.")
    return Trust(place.resolve(), tuple(dict.fromkeys(modules)), found, function or None)


def modules_named(topics: Iterable[str]) -> list[str]:
    """Return the modules that topics name, as far as they could be imported. To be offered to a person, and no more."""
    found = (_TOPIC_MODULE.match(topic) for topic in dict.fromkeys(topics))
    return list(dict.fromkeys(each[1] for each in found if each is not None))


def split_names(text: str) -> list[str]:
    """Return the names in a text, which are separated by commas or spaces."""
    return text.replace(",", " ").split()
