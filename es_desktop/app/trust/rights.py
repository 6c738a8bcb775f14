"""What trusted code can do on this system, in sentences: by what was really taken from its process."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Final

from es_desktop.trusted.code import taken_without_code
from es_desktop.trusted.trust import LIMITS

from .settings import default_python

_CAN: Final = {
    "files": "write to files",
    "modes": "change modes of files",
    "network": "use the network",
    "sockets": "talk to other programs here",
    "processes": "end other programs",
    "orphans": "leave programs running",
}


@cache
def rights_taken_here() -> frozenset[str]:
    """Return what this system takes from the process of trusted code. Starts one without any code: about 0.2 s."""
    return taken_without_code(default_python())


def rights_text(taken: Collection[str]) -> str:
    """Return what code can do from whose process these rights and limits were taken, and how it is limited."""
    can = _joined("and", ["read whatever you can", *(text for right, text in _CAN.items() if right not in taken)])
    cannot = _joined("or", [text for right, text in _CAN.items() if right in taken])
    memory = f"Each of its processes can use at most {LIMITS.memory >> 30} GB of memory."
    sentences = [
        f"The code runs with your rights: it can {can}.",
        *([f"This system does not let it {cannot}."] if cannot else []),
        f"It is stopped if one event takes more than {LIMITS.seconds:g} s.",
        memory if "AS" in taken else "This system does not limit its memory.",
    ]
    return " ".join(sentences)


def _joined(last: str, texts: list[str]) -> str:
    return f" {last} ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))
