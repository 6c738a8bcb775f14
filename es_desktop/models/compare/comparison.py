"""The comparison: the version in view beside another version, another entity, or one of another store."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from es_desktop.app.compare.compare import Compared, Side, compare, read_side
from es_desktop.app.entity.bases import NEAREST, BaseChoice
from es_desktop.app.entity.ids import short_id
from es_desktop.app.entity.verdict import Verdict
from es_desktop.app.entity.view import EntityView, History, StateView
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session
from es_desktop.core import EntityId
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.runtime.latest_request import LatestRequest
from es_desktop.models.runtime.tasks import Job, TaskRunner
from es_desktop.models.selection import Selection
from es_desktop.models.store.sessions import SessionCloser
from es_desktop.replay import Blame

from .compare_model import CompareModel, CompareRows
from .divergence_search import DivergenceSearch


@dataclass(frozen=True, slots=True)
class Heading:
    """One side as a person would name it."""

    text: str
    note: str
    """Its store, where that is not the open one, and how it moves when another version is chosen."""
    side: Side

    @property
    def verdict(self) -> Verdict:
        """How far its state can be trusted, by what is known now."""
        return self.side.verdict

    @classmethod
    def of(cls, side: Side, moves: str, store: str = "") -> Heading:
        """Name a side; ``store`` is the short name of its store, where that is not the open one."""
        facts, versions = side.view.facts, side.view.outline.versions
        is_there = bool(versions) and side.version >= versions[0]
        text = f"{facts.type} {short_id(facts.id)} " + (f"at {side.version}" if is_there else "before its first event")
        return cls(text, ", ".join(filter(None, [f"in {store}" if store else "", moves])), side)


@dataclass(frozen=True, slots=True)
class Anchor:
    """An entity of a store at a version; without an entity, the one in view at its version before."""

    session: Session | None = None
    entity_id: EntityId | None = None
    version: int | None = None
    """``None``: whichever version is in view."""

    def note(self, there: Side, here: Side) -> str:
        """Return how it moves when another version comes into view; empty where it stays.

        ``there`` is what it stands for now, and ``here`` the side in view.
        """
        if self.version is not None:
            return ""
        if self.entity_id is None:
            return "version before"
        if there.version == here.version:
            return "same version"
        return "its last" if there.version == there.view.facts.version else "nearest before"

    def version_beside(self, version: int) -> int:
        """Return the version to compare a version in view with. The entity may have its nearest one before it."""
        if self.version is not None:
            return self.version
        return version - 1 if self.entity_id is None else version

    def view_beside(self, view: EntityView, session: Session | None, known: EntityView | None) -> EntityView:
        """Return its entity, beside the one in view of an open store; reads it where it is not ``known`` already.

        Raises ``UserError`` where it is not in its store.
        """
        if self.session is None or self.entity_id is None:
            return view
        if self.session is session and self.entity_id == view.facts.id:
            return view
        return known or EntityView(self.session, self.entity_id)

    def store_beside(self, session: Session | None) -> str:
        """Return the short name of its store, where that is not the open one."""
        return "" if self.session in (None, session) else self.session.short_name

    def is_of_same_entity(self, other: Anchor | None) -> bool:
        """Return whether the other one is another version of the same entity."""
        return other is not None and (self.session, self.entity_id) == (other.session, other.entity_id)


@dataclass(frozen=True, slots=True)
class _Found:
    compared: Compared
    headings: tuple[Heading, Heading]
    rows: CompareRows
    beside: EntityView
    """What the anchor stands for."""


class Comparison(QObject):
    """Works out what differs, beside the window, and keeps it in step with what is chosen."""

    wanted = Signal()
    """What differs is being worked out."""
    changed = Signal()
    """Something else is compared, or what differs is known by now."""

    def __init__(
        self,
        runner: TaskRunner,
        sessions: SessionCloser,
        selection: Selection,
        inspector: Inspector,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._sessions = sessions
        self._selection = selection
        self._inspector = inspector
        self._session: Session | None = None
        self._anchor: Anchor | None = None
        self._beside: EntityView | None = None
        self._held: tuple[EntityView, int] | None = None
        self._blame: tuple[EntityView, Blame] | None = None
        self.model = CompareModel(self)
        self.search = DivergenceSearch(runner, self)
        self.is_swapped = False
        self.shows_everything = False
        self.compared: Compared | None = None
        self.headings: tuple[Heading, Heading] | None = None
        self.error: UserError | None = None
        inspector.outline_changed.connect(self._on_outline)
        inspector.state_changed.connect(self._on_state)
        inspector.state_failed.connect(self._on_state_failed)
        inspector.history_changed.connect(self._on_history)
        self.search.ended.connect(self.changed)

    def set_session(self, session: Session | None) -> None:
        """Compare in another store, or in none."""
        self.stop()
        self._session = session

    @property
    def is_on(self) -> bool:
        """Whether there is something that the version in view is compared with."""
        return self._anchor is not None

    @property
    def follows(self) -> bool:
        """Whether the version in view is the chosen one, and not one that is held."""
        return self._held is None

    def mark(self) -> None:
        """Compare the chosen version with those that are chosen from now on."""
        if self._session is not None and self._selection.version is not None:
            self._start(Anchor(self._session, self._selection.entity_id, self._selection.version))

    def compare_with_before(self) -> None:
        """Compare the version in view with the one before it, whichever it is."""
        self._start(Anchor())

    def compare_with(self, session: Session, entity_id: EntityId, version: int | None) -> None:
        """Compare with an entity, at a version or at the one in view.

        The session of another store is closed once nothing is compared with it any more.
        """
        self._start(Anchor(session, entity_id, version))

    def swap(self) -> None:
        """Let left and right change places."""
        self.is_swapped = not self.is_swapped
        self._work_out()

    def set_follows(self, follows: bool) -> None:
        """Let the version in view be the chosen one, or hold the one that is compared now."""
        compared = self.compared
        if follows:
            self._held = None
        elif compared is not None:
            side = compared.left if self.is_swapped else compared.right
            self._held = side.view, side.version
        self._work_out()

    def set_shows_everything(self, everything: bool) -> None:
        """Show every place of both states, or only what differs."""
        self.shows_everything = everything
        self._work_out()

    def go_to_divergence(self) -> None:
        """Show both sides at the first version at which they differ."""
        anchor, found = self._anchor, self.search.found
        version = None if found is None else found.first
        if anchor is None or version is None:
            return
        if self._held is None:
            self._selection.go_to(version)
            is_there = self._selection.version == version
        else:
            self._held = self._held[0], version
            is_there = version in self._held[0].outline.versions
        # Where only the other side has this version, the two cannot move in step.
        self._set_anchor(replace(anchor, version=None if is_there else version))

    def stop(self) -> None:
        """Compare nothing any more."""
        if self._anchor is not None:
            self._start(None)

    def _start(self, anchor: Anchor | None) -> None:
        self._held, self.is_swapped, self._blame = None, False, None
        self._set_anchor(anchor)

    def _set_anchor(self, anchor: Anchor | None) -> None:
        old, self._anchor = self._anchor, anchor
        if anchor is None or not anchor.is_of_same_entity(old):
            self._beside = None
        other = None if old is None else old.session
        if other is not None and other is not self._session and (anchor is None or anchor.session is not other):
            self.search.clear()
            self._sessions.close(other)
        self._work_out()

    def _in_view(self) -> tuple[EntityView, StateView | int] | None:
        """What is compared with the anchor: a state that is shown already, or a version that is held."""
        view, shown = self._inspector.view, self._inspector.state_view
        if self._held is not None:
            return self._held
        return None if view is None or shown is None else (view, shown)

    def _work_out(self) -> None:
        anchor, in_view = self._anchor, self._in_view()
        if anchor is None or in_view is None:
            self._request.cancel()
            self._show(None)
            return
        session, known, base = self._session, self._beside, self._inspector.base
        swapped, everything, pace = self.is_swapped, self.shows_everything, "follows" if self.follows else "held"

        def work(job: Job) -> _Found:
            here = _side(*in_view, base, job)
            beside = anchor.view_beside(here.view, session, known)
            # A snapshot that was picked is one of the entity in view.
            nearest = base.mode == "picked" and not beside.is_entity_of(here.view)
            there = _side(beside, anchor.version_beside(here.version), NEAREST if nearest else base, job)
            heads = Heading.of(there, anchor.note(there, here), anchor.store_beside(session)), Heading.of(here, pace)
            compared = compare(here, there) if swapped else compare(there, here)
            rows = CompareRows.of(compared.rows(only_differing=not everything))
            return _Found(compared, (heads[1], heads[0]) if swapped else heads, rows, beside)

        def done(found: _Found) -> None:
            self._beside = found.beside
            self._show(found)

        self.wanted.emit()
        self._request.start("Comparing", work, done, failed=self._on_failed)

    def _show(self, found: _Found | None, error: UserError | None = None) -> None:
        self.compared, self.error = None if found is None else found.compared, error
        self.headings = None if found is None else found.headings
        rows = CompareRows() if found is None else found.rows
        self.model.show(rows, *_titles(self.compared))
        self._show_writers()
        if self.compared is None or self.compared.is_one_entity:
            self.search.clear()
        else:
            self.search.compare(self.compared.left.view, self.compared.right.view)
        self.changed.emit()

    def _show_writers(self) -> None:
        compared, view = self.compared, self._inspector.view
        if compared is None or not compared.is_one_entity:
            self.model.set_writers(None)
            return
        if view is not None and view.is_entity_of(compared.right.view):
            self._blame = view, self._inspector.history.blame
        known = self._blame
        if known is not None and known[0].is_entity_of(compared.right.view):
            self.model.set_writers(lambda path: compared.writers(path, known[1]))

    def _on_outline(self, view: EntityView | None) -> None:
        if self._held is None:
            # What was read of the other entity may be as old as what was read of this one.
            self._request.cancel()
            self._beside = None

    def _on_state(self, shown: StateView | None) -> None:
        if self._anchor is not None and self._held is None:
            self._work_out()

    def _on_state_failed(self, error: UserError) -> None:
        if self._anchor is not None and self._held is None:
            self._on_failed(error)

    def _on_failed(self, error: UserError) -> None:
        self._request.cancel()
        self._show(None, error)

    def _on_history(self, history: History) -> None:
        if self._anchor is not None:
            self._show_writers()
            self.changed.emit()


def _side(view: EntityView, at: StateView | int, base: BaseChoice, job: Job) -> Side:
    if isinstance(at, StateView):
        return Side(view, at.version, at.state, at.exactness, at.base.version)
    return read_side(view, at, base=base, checkpoint=job.check)


def _titles(compared: Compared | None) -> tuple[str, str]:
    if compared is None or compared.left.version == compared.right.version:
        return "Left", "Right"
    return f"At {compared.left.version}", f"At {compared.right.version}"
