"""A comparison for the command line: two entities and versions, given as text."""

from __future__ import annotations

from dataclasses import dataclass

from es_desktop.app.entity.snapshot_checks import check_base
from es_desktop.app.entity.view import EntityView
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading
from es_desktop.app.store.session import Session, open_session
from es_desktop.core import EntityId

from .compare import Compared, Divergences, Side, compare, find_divergences, read_side


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """The differences of two states and, for two entities, of their histories."""

    left_store: str
    right_store: str
    compared: Compared
    divergences: Divergences | None
    """``None`` for two versions of one entity."""

    @property
    def differs(self) -> bool:
        """Whether the two states differ, or the histories at any version."""
        return bool(self.compared.changes or (self.divergences is not None and self.divergences.count))


def report_comparison(session: Session, left: str, right: str, store: str | None = None) -> ComparisonReport:
    """Compare what two texts name: ``ENTITY`` at its last version, or ``ENTITY@VERSION``.

    The right one is in another ``store`` where that is given. Raises ``UserError`` if there is no such store, entity
    or version.
    """
    other = session if store is None else open_session(store, writable=False)
    try:
        compared = compare(_side(session, left), _side(other, right))
        divergences = None
        if not compared.is_one_entity:
            divergences = find_divergences(compared.left.view, compared.right.view)
        return ComparisonReport(session.name, other.name, compared, divergences)
    finally:
        if other is not session:
            other.close()


def _side(reading: Reading, text: str) -> Side:
    entity_id, version = _place(reading, text)
    view = EntityView(reading, entity_id)
    if version is None:
        version = view.facts.version
    elif version not in view.outline.versions:
        hint = f"Its versions go from {view.outline.versions[0]} to {view.outline.versions[-1]}."
        raise UserError(f"the entity {entity_id} has no event at version {version}", hint)
    side = read_side(view, version)
    check_base(reading, view.facts, side.base)
    return side


def _place(reading: Reading, text: str) -> tuple[EntityId, int | None]:
    name, at, version = text.rpartition("@")
    if not (at and version.isascii() and version.isdecimal()):
        return reading.find_id(text), None
    try:
        return reading.find_id(text), None  # an id may hold such a mark itself
    except UserError:
        return reading.find_id(name), int(version)
