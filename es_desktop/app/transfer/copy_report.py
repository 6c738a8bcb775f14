"""What is told of a working copy that was made: to a person, and to a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from es_desktop.app.entity.ids import short_id
from es_desktop.app.text.values import count_text

from .working_copy import Copied

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


def copied_text(copied: Copied) -> str:
    """Tell how a copy ended, in one sentence without its full stop."""
    there = f", {copied.already:,} of which were there already" if copied.already else ""
    written = f"{count_text(copied.events, 'event')} and {count_text(copied.snapshots, 'snapshot')} written"
    behind = f"; {count_text(len(copied.behind), 'entity')} got events since, which are not in it"
    wrong = count_text(len(copied.mismatches), "entity")
    verdict = f"{wrong} NOT as in the store" if copied.mismatches else "each as in the store"
    entities = count_text(copied.entities, "entity")
    return f"{entities}{there}; {written}; {verdict}{behind if copied.behind else ''}"


def mismatch_text(copied: Copied) -> str:
    """Tell where a copy is not as the store is, on one line."""
    first = copied.mismatches[0]
    rest = len(copied.mismatches) - 1
    more = f", and so are {rest:,} more" if rest else ""
    return f"the entity {short_id(first.entity)} is not what it is in the store ({first.text}){more}"
