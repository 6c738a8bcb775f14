"""The comparison of the version in view with another version, another entity, or one of another store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from es_desktop.app.compare.compare import Compared, Divergences, Side, compare, find_divergences, read_side
from es_desktop.app.entity.ids import short_id
from es_desktop.app.entity.verdict import NEAREST, BaseChoice
from es_desktop.app.entity.view import EntityView, History, StateView
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session
from es_desktop.core import EntityId
from es_desktop.models.entity.inspector import Inspector
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.selection import Selection
from es_desktop.models.store.sessions import SessionCloser
from es_desktop.replay import Blame
from es_desktop.system.counts import format_number

from .compare_model import CompareModel, CompareRows


class DivergenceSearch(QObject):
    """Compares two entities version by version; the result of the last pair is kept."""

    ended = Signal()
    """The search was completed or cancelled."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._pair: frozenset[EntityView] = frozenset()
        self._own: dict[EntityView, list[int]] = {}
        self.found: Divergences | None = None
        """The result; ``None`` until the search is completed."""

    @property
    def is_running(self) -> bool:
        return self._request.is_running

    def compare(self, left: EntityView, right: EntityView) -> None:
        """Compare two entities, unless they are the last pair."""
        pair = frozenset({left, right})
        if pair == self._pair:
            return
        self._pair, self._own, self.found = pair, {}, None

        def done(found: Divergences) -> None:
            self.found = found
            self.ended.emit()

        self._request.start(
            "Comparing every version",
            lambda job: find_divergences(left, right, job.report),
            done,
            stopped=self.ended.emit,
            queue=Queue.SCAN,
        )

    def versions_of(self, view: EntityView) -> Sequence[int]:
        """Return the ascending versions of one of the two entities at which it differs from the other."""
        if self.found is None or not any(view.is_entity_of(each) for each in self._pair):
            return ()
        if view not in self._own:
            there = set(view.outline.versions)
            self._own = {view: [each for each in self.found.versions if each in there]}
        return self._own[view]

    def clear(self) -> None:
        self._request.cancel()
        self._pair, self._own, self.found = frozenset(), {}, None


@dataclass(frozen=True, slots=True)
class Heading:
    """A side of a comparison, with its title for a person."""

    text: str
    note: str
    """Its store if that is not the open one, and how its version changes with the chosen one."""
    side: Side

    @classmethod
    def of(cls, side: Side, moves: str, store: str = "") -> Heading:
        facts, versions = side.view.facts, side.view.outline.versions
        is_there = bool(versions) and side.version >= versions[0]
        text = f"{facts.type} {short_id(facts.id)} " + (
            f"at {format_number(side.version)}" if is_there else "before its first event"
        )
        return cls(text, ", ".join(filter(None, [f"in {store}" if store else "", moves])), side)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What to compare with: an entity of a store at a version; without an entity, the version before."""

    session: Session | None = None
    entity_id: EntityId | None = None
    version: int | None = None
    """``None`` for the version in view."""

    def note(self, there: Side, here: Side) -> str:
        """Describe how its version, that of ``there``, follows that of ``here``, in view; empty if it does not."""
        if self.version is not None:
            return ""
        if self.entity_id is None:
            return "version before"
        if there.version == here.version:
            return "same version"
        return "its last" if there.version == there.view.facts.version else "nearest before"

    def read_view(self, view: EntityView, session: Session | None, known: EntityView | None) -> EntityView:
        """Return the view of its entity: that in view, ``known``, or a new one. Raises ``UserError``."""
        is_in_view = self.session is session and self.entity_id == view.facts.id
        if self.session is None or self.entity_id is None or is_in_view:
            return view
        return known or EntityView(self.session, self.entity_id)


@dataclass(frozen=True, slots=True)
class _Result:
    compared: Compared
    headings: tuple[Heading, Heading]
    rows: CompareRows
    other: EntityView
    """The entity of the anchor."""


class Comparison(QObject):
    """Compares two sides in a task, and again whenever the chosen version or one of the sides changes."""

    wanted = Signal()
    """The comparison is being computed."""
    changed = Signal()
    """The comparison, its sides or its result changed."""

    def __init__(self, runner: TaskRunner, sessions: SessionCloser, selection: Selection, inspector: Inspector) -> None:
        super().__init__(inspector)
        self._request = LatestRequest(runner)
        self._sessions = sessions
        self._selection = selection
        self._inspector = inspector
        self._session: Session | None = None
        self._anchor: Anchor | None = None
        self._other: EntityView | None = None
        self._fixed: tuple[EntityView, int] | None = None
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
        self.stop()
        self._session = session

    @property
    def is_on(self) -> bool:
        return self._anchor is not None

    @property
    def follows(self) -> bool:
        """Whether the side in view is the chosen version; otherwise it is fixed."""
        return self._fixed is None

    def mark(self) -> None:
        """Compare the chosen version with those that are chosen later."""
        if self._session is not None and self._selection.version is not None:
            self._start(Anchor(self._session, self._selection.entity_id, self._selection.version))

    def compare_with_before(self) -> None:
        """Compare each version in view with the one before it."""
        self._start(Anchor())

    def compare_with(self, session: Session, entity_id: EntityId, version: int | None) -> None:
        """Compare at ``version``, or that in view. Takes over the session of another store, and closes it."""
        self._start(Anchor(session, entity_id, version))

    def swap(self) -> None:
        self.is_swapped = not self.is_swapped
        self._compare()

    def set_follows(self, follows: bool) -> None:
        """Let the side in view follow the chosen version, or fix it at the version that is compared now."""
        compared = self.compared
        if follows:
            self._fixed = None
        elif compared is not None:
            side = compared.left if self.is_swapped else compared.right
            self._fixed = side.view, side.version
        self._compare()

    def set_shows_everything(self, everything: bool) -> None:
        """Show the values at every path of both states, or only those that differ."""
        self.shows_everything = everything
        self._compare()

    def go_to_divergence(self) -> None:
        """Show both sides at their first difference."""
        anchor, found = self._anchor, self.search.found
        version = None if found is None else found.first
        if anchor is None or version is None:
            return
        if self._fixed is None:
            self._selection.go_to(version)
            is_there = self._selection.version == version
        else:
            self._fixed = self._fixed[0], version
            is_there = version in self._fixed[0].outline.versions
        # If only the other side has this version, it is fixed there: the side in view cannot lead it.
        self._set_anchor(replace(anchor, version=None if is_there else version))

    def stop(self) -> None:
        if self._anchor is not None:
            self._start(None)

    def _start(self, anchor: Anchor | None) -> None:
        self._fixed, self.is_swapped, self._blame = None, False, None
        self._set_anchor(anchor)

    def _set_anchor(self, anchor: Anchor | None) -> None:
        old, self._anchor = self._anchor, anchor
        if anchor is None or old is None or (anchor.session, anchor.entity_id) != (old.session, old.entity_id):
            self._other = None
        other = None if old is None else old.session
        if other is not None and other is not self._session and (anchor is None or anchor.session is not other):
            self.search.clear()
            self._sessions.close(other)
        self._compare()

    def _compare(self) -> None:
        anchor, view, shown = self._anchor, self._inspector.view, self._inspector.state_view
        in_view: tuple[EntityView, StateView | int] | None = self._fixed or (
            None if view is None or shown is None else (view, shown)
        )
        if anchor is None or in_view is None:
            self._request.cancel()
            self._show(None)
            return
        session, known, base = self._session, self._other, self._inspector.base
        swapped, everything, pace = self.is_swapped, self.shows_everything, "follows" if self.follows else "fixed"

        def work(job: Job) -> _Result:
            here = _side(*in_view, base, job)
            other = anchor.read_view(here.view, session, known)
            # A person picks a snapshot of the entity in view; another entity cannot start from it.
            nearest = base.mode == "picked" and not other.is_entity_of(here.view)
            same = here.version - 1 if anchor.entity_id is None else here.version
            at = same if anchor.version is None else anchor.version  # the entity may have only an earlier one
            there = _side(other, at, NEAREST if nearest else base, job)
            store = "" if anchor.session in (None, session) else anchor.session.short_name
            heads = Heading.of(there, anchor.note(there, here), store), Heading.of(here, pace)
            compared = compare(here, there) if swapped else compare(there, here)
            rows = CompareRows.of(compared.rows(only_differing=not everything))
            return _Result(compared, (heads[1], heads[0]) if swapped else heads, rows, other)

        self.wanted.emit()
        self._request.start("Comparing", work, self._show, failed=self._on_failed)

    def _show(self, found: _Result | None, error: UserError | None = None) -> None:
        self.compared, self.headings, self.error = None, None, error
        if found is not None:
            self.compared, self.headings, self._other = found.compared, found.headings, found.other
        left, right = "Left", "Right"
        if self.compared is not None and self.compared.left.version != self.compared.right.version:
            left, right = (f"At {format_number(each.version)}" for each in (self.compared.left, self.compared.right))
        self.model.show(CompareRows() if found is None else found.rows, left, right)
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
        if self._fixed is None:
            # The entity was read again because the store changed: then the other one may be outdated too.
            self._request.cancel()
            self._other = None

    def _on_state(self, shown: StateView | None) -> None:
        if self._anchor is not None and self._fixed is None:
            self._compare()

    def _on_state_failed(self, error: UserError) -> None:
        if self._anchor is not None and self._fixed is None:
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
