"""Rescue: what can be read of a damaged store, in a new store of ours."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from es_desktop.app.runtime.errors import Progress, UserError, no_progress
from es_desktop.app.store.session import open_session
from es_desktop.stores import OpenOptions
from es_desktop.system.counts import count_text, format_number

from .export import fill_store
from .record_source import RecordSource
from .store_file import new_store

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class RescueReport:
    """What was rescued of a store, and what was not."""

    events: int
    snapshots: int
    lost: str
    """What of the file cannot be read; empty if every row can be."""
    refused: tuple[str, ...]
    """Why each record that can be read is not in the new store."""
    incomplete: int
    """How many entities of a store of ours lack events between their first and their last one."""
    left_out: tuple[str, ...] = ()
    """What of a store of another program no list shows, in words."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is known to be lost."""
        return not (self.incomplete or self.refused or self.lost)

    def lines(self, path: Path) -> list[str]:
        """Return the report as lines for a person."""
        counts = f"{count_text(self.events, 'event')} and {count_text(self.snapshots, 'snapshot')}"
        found = [f"{path}: {counts} rescued", f"{self.lost} cannot be read" if self.lost else "every row could be read"]
        if self.incomplete:
            found.append(f"events are missing within {count_text(self.incomplete, 'entity')}")
        if self.refused:
            more = (
                f"; and {format_number(len(self.refused) - _MOST_NAMED)} more"
                if len(self.refused) > _MOST_NAMED
                else ""
            )
            found.append(f"not in it: {'; '.join(self.refused[:_MOST_NAMED])}{more}")
        found += [f"not in it: {'; '.join(self.left_out)}"] if self.left_out else []
        return found


def rescue_store(store: str, options: OpenOptions, path: Path, progress: Progress = no_progress) -> RescueReport:
    """Write what can be read of a store, which is a file, to a new store of ours at ``path``.

    Raises ``UserError`` if there is a file already, or nothing can be read, and what ``progress`` raises.
    """
    with closing(open_session(store, writable=False, options=replace(options, rescues=True))) as session:
        if session.store.location.path is None:
            raise UserError("only a file can be rescued", "Export the store of a server instead.")
        refused: list[str] = []
        left_out = session.store.tables.left_out
        if session.store.format.is_ours:  # no program writes such rows
            refused, left_out = [*left_out], ()
        source = RecordSource(session, None, progress, refused=refused)
        written = new_store(path.expanduser().resolve(), lambda opened: fill_store(opened, source, refused))
        incomplete = 0
        if session.store.format.is_ours:
            incomplete = sum(each.has_gap for each in session.store.reader.sequences())
        lost = "" if session.store.damage is None else session.store.damage.lost
        return RescueReport(written.events, written.snapshots, lost, tuple(refused), incomplete, left_out)
