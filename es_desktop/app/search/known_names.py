"""What a search could have named: a type or a path that no entity has is an error, and not an empty answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session
    from es_desktop.core import EntityId

    from .state_scan import Without

_MOST_NAMED: Final = 12
_MOST_TYPES: Final = 8


def require_known(names: Collection[str], known: Iterable[str], kind: str) -> None:
    """Raise ``UserError`` for the first of some names that is not among the known ones: it says which are near."""
    there = sorted(set(known))
    for name in names:
        if name not in there:
            raise UserError(f"there is no {kind} {name}", hint_for(name, there, "There is none at all."))


def require_paths(session: Session, without: Without) -> None:
    """Raise ``UserError`` if what a condition names is in no state: in that of no entity that was examined."""
    if not without.path or without.types_with:
        return
    states = [session.explain(id_).state for id_ in _one_of_each_type(session)]
    there = sorted({str(name) for state in states if isinstance(state, dict) for name in state})
    raise UserError(f"no entity has {without.path}", hint_for(without.path, there, "Their states are empty."))


def hint_for(name: str, known: Collection[str], none: str) -> str:
    """Return a hint that names what is near, or else the first ones; ``none`` if there are none."""
    if not known:
        return none
    near = get_close_matches(name, known, 3)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    more = ", …" if len(known) > _MOST_NAMED else ""
    return f"There are: {', '.join(islice(known, _MOST_NAMED))}{more}."


def _one_of_each_type(session: Session) -> Iterable[EntityId]:
    found: dict[str, EntityId] = {}
    for each in session.entities():
        if each.type not in found and not each.discarded:
            found[each.type] = each.id
        if len(found) == _MOST_TYPES:
            break
    return found.values()
