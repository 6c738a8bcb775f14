"""Finds entities by their state in a task, and lists them in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from operator import attrgetter
from time import monotonic
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, Signal

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.find import search_states
from es_desktop.app.search.questions import StateQuestion
from es_desktop.app.search.state_scan import SearchProgress, StateHit, StateSearch
from es_desktop.app.search.whole_states import all_name_paths, hits_with_states
from es_desktop.app.store.reader import Reading
from es_desktop.app.store.session import Session
from es_desktop.app.text.times import format_day, parse_as_of
from es_desktop.app.text.values import format_value
from es_desktop.app.transfer.seen import SeenRows
from es_desktop.models.runtime.tasks import Job, LatestRequest, Queue, TaskRunner
from es_desktop.models.table.model import RIGHT, TIP_ROLE, TONE_ROLE, Answers, Column, struck_if, time_column
from es_desktop.models.table.short_ids import ShortIds
from es_desktop.system.counts import format_number

from .indexer import Indexer
from .listed_states import ListedStates, NamedRows

TYPE, ID, NAME, AT, VALUES, CHANGED = range(6)
MOST: Final = 100_000
"""Hits that are listed; the command line lists more."""
_LONGEST: Final = 60


class HitsModel(NamedRows[StateHit]):
    """One row for each entity, in the order in which they were found."""

    def __init__(self, parent: QObject | None = None) -> None:
        font: Answers[StateHit] = struck_if(lambda hit: hit.entity.discarded)
        super().__init__(
            (
                Column("Type", lambda hit: hit.entity.type, roles=font),
                Column(
                    "Id", lambda hit: self._ids.text(hit.entity.id), roles=font, value=lambda hit: str(hit.entity.id)
                ),
                self.name_column(attrgetter("entity")),
                Column(
                    "At", lambda hit: format_number(hit.version), RIGHT, value=attrgetter("version"), name="Version"
                ),
                Column("Values", _values, value=lambda hit: dict(hit.values), is_wide=True),
                time_column("Changed", lambda hit: hit.entity.modified, format_day, tip=None),
            ),
            row_roles={TONE_ROLE: lambda hit: "faint" if hit.entity.discarded else None, TIP_ROLE: self._tip},
            parent=parent,
        )
        self._hits: list[StateHit] = []
        self._ids = ShortIds(self, lambda: (hit.entity.id for hit in self._hits))
        self.reading: Reading | None = None
        """The store of the hits, which gives the verdict on their states."""

    def clear(self) -> None:
        self._hits = []
        self.set_rows(self._hits)

    def append(self, hits: Sequence[StateHit]) -> None:
        more = hits[: MOST - len(self._hits)]
        if more:
            self.beginInsertRows(QModelIndex(), len(self._hits), len(self._hits) + len(more) - 1)
            self._hits += more
            self.rows = self._hits
            self.endInsertRows()

    def _tip(self, hit: StateHit) -> str:
        entity = f"{hit.entity.type} {hit.entity.id}\nThe state at version {format_number(hit.version)} is"
        if self.reading is None:
            return f"{entity} {hit.exactness.value}."
        verdict = self.reading.verdict(hit.entity, hit.exactness, hit.base)
        return f"{entity} {verdict.exactness.value}. {verdict.reason}"


def _values(hit: StateHit) -> str:
    return " · ".join(f"{path} {format_value(value, _LONGEST) or '–'}" for path, value in hit.values.items())


_PART_SECONDS: Final = 0.1
"""Seconds between two parts of the result; the first hit is reported at once."""


class StateFinder(QObject):
    """Searches the states of a store. A newer search cancels an older one."""

    changed = Signal()
    """The search, its progress or its hits changed."""
    question_changed = Signal()

    def __init__(
        self, runner: TaskRunner, indexer: Indexer, names: ListedStates, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._request = LatestRequest(runner)
        self._indexer = indexer
        self._names = names
        self._session: Session | None = None
        self.model = HitsModel(self)
        self.model.use_names(names)
        self.search: StateSearch | None = None
        """The last search."""
        self.question = StateQuestion()
        """What is typed."""
        self.progress: SearchProgress | None = None
        """The progress of the search, or its last one."""
        self.problem: UserError | None = None
        """Why the search failed."""

    def all_rows(self, columns: Sequence[int] | None) -> SeenRows | None:
        """Return all that was found: in these columns, or with every attribute of the states for ``None``."""
        index, hits, model, known = self._indexer.index, list(self.model.rows), self.model, self._names.name_paths
        shown = [*range(CHANGED + 1)] if columns is None else list(columns)
        at_name = shown.index(NAME) if NAME in shown else None
        of_columns = [each.value or each.text for each in (model.columns[column] for column in shown)]
        answers: list[Callable[[StateHit], Any]] = [
            each if at != at_name else lambda hit: None for at, each in enumerate(of_columns)
        ]
        as_of = None if self.search is None else self.search.as_of
        wide = shown.index(VALUES) if VALUES in shown else None

        def read(checkpoint: Callable[[], None]) -> Iterator[Sequence[Any]]:
            if index is None or (columns is not None and at_name is None):
                yield from ([answer(hit) for answer in answers] for hit in hits)
                return
            names = all_name_paths(index, known)
            for hit, found in hits_with_states(index, hits, as_of, checkpoint):
                cells = [answer(hit) for answer in answers]
                if at_name is not None:
                    cells[at_name] = found.values.get(names.get(hit.entity.type, ""))
                if columns is not None:
                    yield cells
                    continue
                cells[VALUES] = {**cells[VALUES], **found.values}
                yield [*cells, found.exactness or None, found.problem or None]

        headings = model.headings(shown)
        if columns is None and index is not None:
            headings += ["Exactness", "Problem"]
        return SeenRows(len(hits), headings, read, wide)

    @property
    def is_searching(self) -> bool:
        return self._request.is_running

    def set_session(self, session: Session | None) -> None:
        self._request.cancel()
        self._session = session
        self.model.reading = session
        self._reset(None)
        self.set_question(StateQuestion())

    def set_question(self, question: StateQuestion) -> None:
        """Show what is to be searched for, or keep what a person typed."""
        if question != self.question:
            self.question = question
            self.question_changed.emit()

    def ask(self, question: StateQuestion) -> None:
        """Search for what is typed."""
        self.set_question(question)
        as_of = question.as_of.strip()
        try:
            self.find(StateSearch(question.condition, parse_as_of(as_of) if as_of else None, question.types))
        except UserError as error:
            self._reset(None)
            self.problem = error
            self.changed.emit()

    def find(self, search: StateSearch) -> None:
        session, index = self._session, self._indexer.index
        if session is None:
            return

        def work(job: Job) -> None:
            hits: list[StateHit] = []
            last, has_hits = monotonic(), False
            with closing(search_states(session, search, index)) as parts:
                for part in parts:
                    job.check()
                    if isinstance(part, StateHit):
                        hits.append(part)
                        continue
                    is_time = monotonic() - last > _PART_SECONDS or (bool(hits) and not has_hits) or part.is_done
                    if is_time:
                        job.report_part((hits, part))
                        hits, last, has_hits = [], monotonic(), has_hits or bool(hits)

        def failed(error: UserError) -> None:
            self.problem = error
            self.changed.emit()

        self._reset(search)
        self._request.start(
            "Finding by state",
            work,
            lambda _: self.changed.emit(),
            part=self._add,
            failed=failed,
            queue=Queue.SEARCH,
            quiet=True,
        )
        self.changed.emit()

    def stop(self) -> None:
        self._request.cancel()
        self.changed.emit()

    def _reset(self, search: StateSearch | None) -> None:
        self.search, self.progress, self.problem = search, None, None
        self.model.clear()
        self.changed.emit()

    def _add(self, part: tuple[list[StateHit], SearchProgress]) -> None:
        hits, self.progress = part
        self.model.append(hits)
        self.changed.emit()
