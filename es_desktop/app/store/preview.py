"""What the start page shows of a recent store: its last place, and the events there as a small picture."""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from es_desktop.system.counts import count_text, format_number

if TYPE_CHECKING:  # the start page is there before anything of a store is loaded
    from es_desktop.app.entity.view import EntityView
    from es_desktop.app.store.session import Session
    from es_desktop.app.watch.series import Lane

_MOST: Final = 24
"""Events, and snapshots, in the picture."""


@dataclass(frozen=True, slots=True)
class StorePreview:
    """What is kept of a store when it is left."""

    content: str
    """Its format, if it is not ours, and how many entities it has."""
    place: str
    """The entity and the version in view."""
    seen: float
    """When, in seconds since the epoch, UTC."""
    is_writable: bool
    hues: tuple[int, ...] = ()
    """The colours of some events of the entity, from the first to the last one."""
    snapshots: tuple[float, ...] = ()
    """Where its snapshots stand, from 0 to 1."""
    line: tuple[float, ...] = ()
    """The heights of a value of the state at these events, from 0 to 1; empty without one."""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> StorePreview | None:
        """Return a preview that was kept; ``None`` if there is none, or the text is damaged."""
        try:
            found: dict[str, Any] = json.loads(text)
            hues = tuple(int(each) for each in found["hues"])
            snapshots, line = (tuple(float(each) for each in found[name]) for name in ("snapshots", "line"))
            if not all(0 <= each <= 1 for each in (*snapshots, *line)):
                return None
            content, place = str(found["content"]), str(found["place"])
            return cls(content, place, float(found["seen"]), bool(found["is_writable"]), hues, snapshots, line)
        except (ValueError, TypeError, KeyError, OverflowError):
            return None


def preview_of(
    session: Session, entities: int, view: EntityView, version: int, name: str, lane: Lane | None, now: float
) -> StorePreview:
    """Return the preview of an entity at a version; of records that a key opened nothing but where they are.

    ``entities`` is how many the store has, ``name`` that of the entity, ``lane`` a line to be drawn, if there is one.
    """
    from es_desktop.app.entity.ids import short_id

    facts, outline = view.facts, view.outline
    is_secret = bool(session.options.keys) or facts.is_encrypted
    count = len(outline.versions)
    shown = sorted({round(number * (count - 1) / (_MOST - 1)) for number in range(_MOST)}) if count else []
    versions = [outline.versions[index] for index in shown]
    first, width = (versions[0], max(1, versions[-1] - versions[0])) if versions else (0, 1)
    taken = [(each - first) / width for each in view.snapshot_versions[-_MOST:]]
    named = " ".join(filter(None, (facts.type, short_id(facts.id), "" if is_secret else name)))
    ours = "" if session.store.format.is_ours else f"{session.format_name}, "
    return StorePreview(
        content=f"{ours}{count_text(entities, 'entity')}",
        place=f"{named}, at {format_number(version)}",
        seen=now,
        is_writable=session.is_writable,
        hues=tuple(outline.type_hues[outline.type_at(index)] for index in shown),
        snapshots=tuple(each for each in taken if 0 <= each <= 1),
        line=() if lane is None or is_secret else _heights(lane, versions),
    )


def _heights(lane: Lane, versions: list[int]) -> tuple[float, ...]:
    """Return the numbers of a lane at some versions, from 0 to 1; none if one of them is no number."""
    if lane.numbers is None:
        return ()
    indexes = [bisect_right(lane.starts, each) - 1 for each in versions]
    numbers = [lane.numbers[index] if index >= 0 else math.nan for index in indexes]
    height = lane.high - lane.low
    if not all(map(math.isfinite, (*numbers, height))):
        return ()
    return tuple(max(0.0, min((each - lane.low) / height, 1.0)) if height else 0.5 for each in numbers)
