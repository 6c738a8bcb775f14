"""Finds the rules of an entity type in a task, checks those that are kept, and watches them in the tail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from es_desktop.app.entity.commands import Changes
from es_desktop.app.entity.ids import short_id
from es_desktop.app.rules.mining import check_rules, find_rules
from es_desktop.app.rules.report import exception_text
from es_desktop.app.rules.rule import Rule, RuleException, RuleSupport
from es_desktop.app.rules.tail import new_exceptions
from es_desktop.app.runtime.errors import UserError
from es_desktop.models.runtime.tasks import Job, LatestRequest, Progress, Queue, TaskRunner
from es_desktop.system.counts import format_number

if TYPE_CHECKING:
    from es_desktop.app.store.session import Session
    from es_desktop.models.notes.notes import Notes
    from es_desktop.models.search.indexer import Indexer

_THE_TAIL: Final = "Watching kept rules"


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule as it is listed."""

    support: RuleSupport
    is_kept: bool

    @property
    def rule(self) -> Rule:
        return self.support.rule


class RuleFinder(QObject):
    """The rules of one entity type of the open store. Nothing is read until they are asked for."""

    changed = Signal()
    """The rules, or how far they are found, are others."""
    chosen_changed = Signal()
    """Another rule is chosen, or none."""
    message = Signal(object)
    """A rule was broken by a new event, as text."""

    def __init__(self, runner: TaskRunner, indexer: Indexer, notes: Notes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request, self._tail_request = LatestRequest(runner), LatestRequest(runner)
        self._indexer = indexer
        self._notes = notes
        self._session: Session | None = None
        self._supports: tuple[RuleSupport, ...] = ()
        self.entity_type: str | None = None
        """The type whose rules are listed; ``None`` before any was asked for."""
        self.rules: tuple[ShownRule, ...] = ()
        """The kept ones first, then the others, the most useful first."""
        self.chosen: Rule | None = None
        self.progress: Progress | None = None
        """How far the search is; ``None`` if none runs."""
        self.problem: UserError | None = None
        """Why nothing was found."""
        self.is_whole = False
        """Whether the search came to its end."""
        notes.changed.connect(self._arrange)

    @property
    def is_finding(self) -> bool:
        return self._request.is_running

    @property
    def exceptions(self) -> tuple[tuple[Rule, RuleException], ...]:
        """What breaks the chosen rule; without one, what breaks any, the kept ones first."""
        shown = [each for each in self.rules if self.chosen in (None, each.rule)]
        return tuple((each.rule, found) for each in shown for found in each.support.exceptions)

    def set_session(self, session: Session | None) -> None:
        """Show the rules of another store from now on; nothing is read of it yet."""
        self._request.cancel()
        self._tail_request.cancel()
        self._session = session
        self.entity_type = self.chosen = None
        self._reset()

    def show(self, entity_type: str) -> None:
        """Find the rules of a type, unless they are shown."""
        if entity_type != self.entity_type:
            self.find(entity_type)

    def find(self, entity_type: str) -> None:
        """Find the rules of a type; kept ones are checked first, and listed as soon as they are."""
        session, index = self._session, self._indexer.index
        if session is None:
            return
        self.entity_type, self.chosen = entity_type, None
        kept = [each for each in self._notes.notebook.rules if each.entity_type == entity_type]

        def work(job: Job) -> tuple[RuleSupport, ...]:
            checked = check_rules(session, kept, index=index)
            job.report_part(tuple(checked))
            types = frozenset({entity_type})
            found = find_rules(session, types=types, index=index, progress=job.report)
            keys = {each.key for each in kept}
            return (*checked, *(each for each in found if each.rule.key not in keys))

        def done(found: tuple[RuleSupport, ...]) -> None:
            self.is_whole, self.progress = True, None
            self._set(found)

        def failed(error: UserError) -> None:
            self.problem, self.progress = error, None
            self.changed.emit()

        self._reset()
        self._request.start(
            "Finding rules",
            work,
            done,
            part=self._set,
            progressed=self._on_progress,
            failed=failed,
            queue=Queue.SCAN,
            quiet=True,
        )
        self.changed.emit()

    def stop(self) -> None:
        """Stop the search; what was found so far stays."""
        self._request.cancel()
        self.progress = None
        self.changed.emit()

    def choose(self, rule: Rule | None) -> None:
        """Choose a rule, whose exceptions are listed; ``None`` for those of all."""
        if rule != self.chosen:
            self.chosen = rule
            self.chosen_changed.emit()

    def keep(self, rule: Rule, is_kept: bool) -> None:
        """Keep a rule as one that is meant, or no longer; in the notes on the store."""
        if is_kept:
            self._notes.update(lambda notebook: notebook.with_rule(rule))
        else:
            self._notes.update(lambda notebook: notebook.without_rule(rule.key))

    def on_changes(self, changes: Changes) -> None:
        """Check the kept rules on new events of an entity; only on these."""
        session, entity_id = self._session, changes.entity_id
        kept = self._notes.notebook.rules
        if session is None or entity_id is None or not changes.events or not kept:
            return
        first_new = {entity_id: changes.events[0][0]}
        self._tail_request.start(
            _THE_TAIL,
            lambda job: list(new_exceptions(session, kept, first_new, job.check)),
            self._on_broken,
            queue=Queue.SCAN,
            quiet=True,
        )

    def _on_broken(self, found: Sequence[tuple[Rule, RuleException]]) -> None:
        for rule, exception in found:
            entity, version = short_id(exception.entity), format_number(exception.version)
            what = exception_text(rule, exception)
            self.message.emit(f"{rule.entity_type} {entity} breaks “{rule.sentence}” at version {version}: {what}")
        broken = {rule.key: exception for rule, exception in found}
        if broken:
            self._set(tuple(_with(each, broken.get(each.rule.key)) for each in self._supports))

    def _on_progress(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit()

    def _reset(self) -> None:
        self.is_whole, self.progress, self.problem = False, None, None
        self._set(())
        self.chosen_changed.emit()

    def _set(self, found: tuple[RuleSupport, ...]) -> None:
        self._supports = found
        self._arrange()

    def _arrange(self) -> None:
        kept = {each.key for each in self._notes.notebook.rules}
        shown = [ShownRule(each, each.rule.key in kept) for each in self._supports]
        self.rules = tuple(sorted(shown, key=lambda each: not each.is_kept))
        self.changed.emit()


def _with(support: RuleSupport, exception: RuleException | None) -> RuleSupport:
    """Return the support with an entity that breaks the rule now, unless it is among the exceptions."""
    if exception is None or any(each.entity == exception.entity for each in support.exceptions):
        return support
    found = (*support.exceptions, exception)
    entities = max(support.entities, support.exception_count + 1)
    return replace(support, exceptions=found, exception_count=support.exception_count + 1, entities=entities)
