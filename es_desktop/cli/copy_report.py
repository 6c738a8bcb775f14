"""What the command ``copy`` prints of a working copy that was made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from es_desktop.app.text.values import count_text
from es_desktop.app.transfer.working_copy import Copied, copied_text

_MOST_NAMED: Final = 20


def copied_json(copied: Copied, target: str) -> dict[str, Any]:
    """The object of ``copy``."""
    return {
        "copy": target,
        "entities": copied.entities,
        "already": copied.already,
        "events": copied.events,
        "snapshots": copied.snapshots,
        "behind": [str(each) for each in copied.behind],
        "differences": [
            {"entity": str(each.entity), "version": each.version, "what": each.text} for each in copied.mismatches
        ],
    }


def copied_lines(copied: Copied, target: str) -> Iterator[str]:
    """Tell how a copy ended, and where it is not as the store is."""
    yield f"{target}: {copied_text(copied)}"
    for each in copied.mismatches[:_MOST_NAMED]:
        yield f"{each.entity} up to version {each.version}: {each.text}"
    if len(copied.mismatches) > _MOST_NAMED:
        yield f"and {count_text(len(copied.mismatches) - _MOST_NAMED, 'more entity')}"
