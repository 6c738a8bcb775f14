"""What a search could have named: a type or a path that no entity has is an error, and not an empty answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from itertools import islice
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.replay import Exactness
from es_desktop.replay.diff import join_path, members, parse_path, value_of

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
            raise UserError(f"there is no {kind} {name}", hint_for(name, there))


def require_paths(session: Session, without: Without) -> None:
    """Raise ``UserError`` if what a condition names is in no state: in that of no entity that was examined.

    Not where a state is broken, as of a payload that cannot be read: then nobody knows what is in it.
    """
    if without.path and not without.types_with:
        require_attribute(session, without.path)


def require_attribute(session: Session, path: str) -> None:
    """Raise ``UserError`` for a path that no state has a value at, unless the state of one of each type has it.

    Not where a state is broken: see above.
    """
    found = [session.explain(each) for each in _one_of_each_type(session)]
    there = _paths_beside([each.state for each in found], path)
    if there and path not in there and all(each.exactness is not Exactness.BROKEN for each in found):
        raise UserError(f"no entity has {path}", hint_for(path, there))


def _paths_beside(states: Sequence[object], path: str) -> list[str]:
    """Return the paths of states in the container that a path is in; the attributes where none has that."""
    *container, _ = parse_path(path) or ("",)
    for parts in (tuple(container), ()):
        parent = reduce(join_path, parts, "")
        there = {join_path(parent, key) for each in states for key, _ in members(value_of(each, parts))}
        if there:
            break
    return sorted(there)


def hint_for(name: str, known: Collection[str]) -> str:
    """Return a hint that names what is near, or else the first ones."""
    if not known:
        return "There is none at all."
    from difflib import get_close_matches

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
