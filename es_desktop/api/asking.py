"""What is asked of an open store: its log, questions to its states and histories, and checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from es_desktop.app.runtime import places
from es_desktop.app.runtime.errors import Progress, no_progress
from es_desktop.app.store.session import Session
from es_desktop.system.stop import stoppable

from .questions import Questions, Time, seconds_of
from .rows import Rows, reading
from .values import Check, Comparison, LoggedEvent

if TYPE_CHECKING:
    from es_desktop.app.search.find import Request
    from es_desktop.core import EntityId

    from .common import InCommon
    from .process import Process
    from .quality import DataShape, Quality
    from .rules import FoundRule

Id: TypeAlias = UUID | str
"""The id of an entity. A text may be the beginning of an id, as long as no other begins so."""


class Asking(Questions):
    """The questions to an open store. For one thread at a time."""

    def __init__(self, session: Session) -> None:
        self.session = session
        """What the program itself works with; for what is not here."""

    def log(
        self,
        text: str | None = None,
        *,
        types: Sequence[str] | None = None,
        until: Time | None = None,
        progress: Progress = no_progress,
    ) -> Rows[LoggedEvent]:
        """Return the events of all entities, in the order of the store.

        ``text`` is words that the payload holds, and ``types`` are types of events or entities. The first reading makes
        an index of the store in the cache folder, which reports its ``progress``.
        """
        from es_desktop.app.search.find import FoundEvent, find

        request = _request(text, until, types)

        def read() -> Iterator[LoggedEvent]:
            for each in find(self.session, places.indexes(), request, progress):
                assert isinstance(each, FoundEvent), "there is no condition"
                yield LoggedEvent(each.entity_id, each.entity_type, each.event)

        return Rows(read, LoggedEvent.to_dict, "events" if text is None else f"events with {text}")

    def process(
        self,
        type: str,
        *,
        at_least: int = 1,
        repeats: str = "collapsed",
        without: Sequence[str] = (),
        progress: Progress = no_progress,
    ) -> Process:
        """Return the process of an entity type: which event types follow each other, how often and how soon.

        What fewer entities have than ``at_least`` is hidden. ``repeats`` says what counts: ``each`` event, immediate
        repeats as one (``collapsed``), or each event type at its ``first`` time in an entity. Event types ``without``
        are left out. The first reading makes an index of the store, which reports its ``progress``. Raises
        ``UserError`` if there is no such type.
        """
        from .process import process_of

        return process_of(self.session, type, repeats, without, at_least, progress)

    def sql(
        self, statement: str, *, seconds: float | None = None, progress: Progress = no_progress
    ) -> Rows[dict[str, Any]]:
        """Return the rows of one SELECT over the states of all versions, as dictionaries.

        The views are ``events``, ``entities``, ``changes``, ``states`` and ``snapshots``, and one for each type of
        entity by its name. Times are in UTC. The first call makes the state history, and reports its ``progress``; of a
        large store it is kept in the cache folder. A statement ends after so many ``seconds``, 60 by default. Needs the
        extra ``history`` of the package. Reading raises ``UserError`` for a statement that is wrong, does more than
        read, or takes longer.
        """
        from es_desktop.app.history.sql import SECONDS, sql_history

        def read() -> Iterator[dict[str, Any]]:
            with (
                sql_history(self.session, places.indexes(), progress, progress) as history,
                history.asked(statement, SECONDS if seconds is None else seconds) as answer,
            ):
                for row in answer.rows:
                    yield dict(zip(answer.columns, row, strict=True))

        return Rows(read, dict, "rows of SQL")

    def verify(self, *, progress: Progress = no_progress) -> Rows[Check]:
        """Return a check of each snapshot: whether it is the state that its events lead to."""
        from es_desktop.app.entity.checks import verify_store

        def read() -> Iterator[Check]:
            yield from map(Check, verify_store(self.session, progress))

        return Rows(read, Check.to_dict, "checks of snapshots")

    @property
    def unchecked(self) -> str:
        """The snapshots that no check finds, because they are of no entity, as one line; empty if there are none."""
        return self.session.unchecked

    def quality(self, *, snapshots: bool = True, progress: Progress = no_progress) -> Quality:
        """Return what is odd, missing or false in the store, and what its data look like. Reads each record once.

        ``snapshots`` are compared with their events, unless that is ``False``.
        """
        from es_desktop.app.quality.report import report_quality
        from es_desktop.app.search.store_index import StoreIndex

        from .quality import Quality

        index = StoreIndex.kept(self.session, places.indexes())
        try:
            with reading(), stoppable(progress=progress):
                report = report_quality(self.session, index=index, progress=progress, checks_snapshots=snapshots)
                return Quality(report)
        finally:
            if index is not None:
                index.close()

    def shape(self, type: str | None = None, *, progress: Progress = no_progress) -> DataShape:
        """Return the paths of the payloads with the types of their values, when and how often, and what changed.

        ``type`` is a type of entities or events. Reads each record once. Raises ``UserError`` if there is no such type.
        """
        found = self.quality(snapshots=False, progress=progress).shape
        return found if type is None else found.of(type)

    def compare(
        self, left: str, right: str, *, beside: str | None = None, progress: Progress = no_progress
    ) -> Comparison:
        """Return where two states differ, and for two entities where their histories do.

        Each is an id, or an id with a version: ``1d122c26@4``. The right one is in the store ``beside``, if given.
        ``progress`` counts the events of each part of the work anew. Raises ``UserError`` if there is no such store,
        entity or version.
        """
        from es_desktop.app.compare.compare import report_comparison

        with reading():
            return Comparison(report_comparison(self.session, left, right, beside, progress))

    def rules(
        self, type: str | None = None, *, kept: bool = False, progress: Progress = no_progress
    ) -> Rows[FoundRule]:
        """Return the rules that hold in its histories, with what breaks them; or check those that are ``kept``.

        ``type`` is that of the entities. Each reading goes over all histories, twice to find rules.
        """
        from .rules import rules_of

        return rules_of(self.session, type, kept, progress)

    def keep_rule(self, rule: FoundRule) -> None:
        """Keep a rule as one that is meant, in the notes on the store. Raises ``UserError``."""
        from .rules import keep_rule

        keep_rule(self.session, rule)

    def forget_rule(self, sentence: str, type: str | None = None) -> None:
        """Keep a rule no longer. Raises ``UserError`` if there is none of this sentence."""
        from .rules import forget_rule

        forget_rule(self.session, sentence, type)

    def common(self, of: str | Sequence[Id], type: str | None = None, *, progress: Progress = no_progress) -> InCommon:
        """Return what the entities that a question finds, or those of some ids, have in common, and others have not.

        They are compared with all others of their ``type``, the most frequent one by default. Raises ``UserError``.
        """
        from .common import common_of

        return common_of(self.session, of if isinstance(of, str) else self.ids_of(of) or (), type, progress)

    def ids_of(self, entities: Sequence[Id]) -> tuple[EntityId, ...] | None:
        """Return the ids that are meant; ``None`` for none. Raises ``UserError`` for a text that is not just one."""
        return tuple(self.session.find_id(each) if isinstance(each, str) else each for each in entities) or None


def _request(text: str | None, time: Time | None, types: Sequence[str] | None) -> Request:
    from es_desktop.app.search.find import Request

    return Request(None, text, seconds_of(time), None if types is None else frozenset(types))
