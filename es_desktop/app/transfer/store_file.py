"""Store files that this program makes: each appears complete or not at all, and may hold notes on its records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_struct import JsonStruct, Seconds
from es_desktop.app.text.values import day_text
from es_desktop.core import DatastoreError, RecordedEvent, SequencedItemError, StoreRefusedError

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore

T = TypeVar("T")


@contextmanager
def new_file(path: Path, *, replaces: bool = False) -> Iterator[Path]:
    """Yield a temporary path to write to; at the end it is renamed to ``path``. ``replaces`` allows an existing file.

    What killed processes left in the folder is removed. Raises ``UserError`` if the file cannot be written, or exists
    and may not be replaced.
    """
    # SQLAlchemy takes longer to load than the window does; see session.py.
    from es_desktop.stores.engines.new_file import new_file

    with _refused(), new_file(path, replaces=replaces) as unfinished:
        yield unfinished


def new_store(path: Path, fill: Callable[[OpenedStore], T], *, replaces: bool = False) -> T:
    """Make a store of ours at ``path`` that ``fill`` writes to; return what that returns.

    Raises ``UserError``, and what ``fill`` raises; then there is no new file, and an old one is unchanged.
    """
    from es_desktop.stores.opening import make_store_file

    with _refused():
        return make_store_file(path, fill, replaces=replaces)


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except StoreRefusedError as error:
        raise UserError(str(error), error.hint) from error
    except (DatastoreError, SequencedItemError) as error:
        reason = str(error).removeprefix("nothing was written: ")
        raise UserError(
            f"the store cannot be written: {reason}", getattr(error, "hint", "") or "Choose another folder."
        ) from error


class CopyNotes(JsonStruct, frozen=True, omit_defaults=True):
    """The source of a working copy, and when it was started."""

    source: str
    """The file with its folder, or the URL without its password."""
    format: str
    """The name of the format of that store."""
    made: Seconds
    scope: str | None = None
    """The application, tenant or partition that was copied of a shared store."""
    core_types: bool = msgspec.field(default=True, name="tells_core_kinds")
    """Whether ``Created``, ``AttributeChanged`` and ``Discarded`` have the meaning of the core in that store."""

    def is_of_same(self, other: CopyNotes) -> bool:
        """Return whether two copies have the same source, whenever they were started."""
        return msgspec.structs.replace(self, made=other.made) == other

    @property
    def note(self) -> str:
        """The notes in one line."""
        if self == UNKNOWN_SOURCE:
            return "a working copy, but what it says of where it comes from cannot be read"
        part = f"{self.scope} in " if self.scope else ""
        return f"a working copy of {part}{self.source} ({self.format}), started {day_text(self.made)}"


UNKNOWN_SOURCE: Final = CopyNotes("", "", 0.0, core_types=False)
"""For a copy whose notes cannot be read."""
OURS: Final = "es-desktop"
"""The module in the topics of events that were written to a copy, where its own types mean something else."""


def has_core_type(event: RecordedEvent, notes: CopyNotes | None) -> bool:
    """Return whether the type of an event has the meaning of the core, in a store of ours with these notes."""
    if event.topic.startswith(f"{OURS}#"):
        return True
    if event.origin is not None:
        return event.origin.has_core_types
    return notes is None or notes.core_types
