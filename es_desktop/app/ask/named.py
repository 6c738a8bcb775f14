"""What a question names must be there: a type or a path that nothing has is an error, whatever else was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from es_desktop.app.runtime.errors import Progress
from es_desktop.app.search.find import opened_index
from es_desktop.app.search.known_names import require_known
from es_desktop.app.search.state_scan import SearchProgress
from es_desktop.replay.diff import ABSENT, join_path, parse_path

from .asking import ask
from .parsing import asked_question
from .request import AskRequest

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session


class NamesNotSeen:
    """The entity types and the paths that were named, without those that something found has."""

    def __init__(self, types: Iterable[str] | None = None, paths: Iterable[str] = ()) -> None:
        self._types = set(types or ())
        self._paths = list(dict.fromkeys(paths))

    def see(self, entity_type: str, *values: Mapping[str, Any]) -> None:
        """Leave out the type and the paths of something that was found."""
        self._types.discard(entity_type)
        if self._paths:
            self._paths = [path for path in self._paths if all(each.get(path, ABSENT) is ABSENT for each in values)]

    def require_known(self, session: Session, folder: Path, progress: Progress) -> None:
        """Raise ``UserError`` for one that no entity has. ``folder`` holds the indexes of large stores."""
        if self._types:
            require_known(sorted(self._types), (each.type for each in session.entities()), "entity type")
        for path in self._paths:
            _require_path(session, folder, path, progress)


def require_named(session: Session, folder: Path, paths: Iterable[str], progress: Progress) -> None:
    """Raise ``UserError`` for the first of some paths that no version of any entity has; it says what there is.

    Reads states until one of them has it. Numbers in a path are no names: another list may be longer.
    """
    NamesNotSeen(paths=paths).require_known(session, folder, progress)


def _require_path(session: Session, folder: Path, path: str, progress: Progress) -> None:
    named = ""
    for part in parse_path(path):
        named = join_path(named, 0 if isinstance(part, int) else part)
    request = AskRequest(asked_question(f"ever value({named!r}) != None"))
    with (
        opened_index(session, folder, progress, is_needed=False, has_words=False) as index,
        closing(ask(session, request, index)) as found,
    ):
        for each in found:
            if not isinstance(each, SearchProgress):
                return
            progress(each.events, each.total)
