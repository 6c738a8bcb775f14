"""The quality report of a store: its findings and the shape of its data, with what they are of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from es_desktop.app.entity.facts import EntityCheck, StoreFacts
from es_desktop.app.runtime.errors import Progress, no_progress

from .event_shapes import shape_of
from .finding import Finding, Severity
from .findings import findings_of
from .shape import Shape
from .survey import survey_store

if TYPE_CHECKING:
    from es_desktop.app.search.store_index import StoreIndex
    from es_desktop.app.store.session import Session


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What is odd in a store, and what its data look like."""

    facts: StoreFacts
    """What the store is and holds; its notes say what of it is not shown."""
    findings: tuple[Finding, ...]
    """The most serious first."""
    shape: Shape
    checks: tuple[EntityCheck, ...]
    """Of the snapshots that are false, or could not be checked; none if these were not checked."""
    made: float
    """When it was made, in seconds since the epoch."""
    checks_snapshots: bool
    """Whether each snapshot was compared with its events."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing is lost or false."""
        return not any(each.severity is Severity.FAULT for each in self.findings)

    @property
    def summary(self) -> str:
        """How many findings there are of each severity, such as ``2 faults, 1 doubt``; ``nothing odd`` for none."""
        counts = Counter(each.severity for each in self.findings)
        words = [f"{counts[each]} {each}{'' if counts[each] == 1 else 's'}" for each in Severity if counts[each]]
        return ", ".join(words) or "nothing odd"


def report_quality(
    session: Session,
    *,
    index: StoreIndex | None = None,
    progress: Progress = no_progress,
    processes: int | None = None,
    checks_snapshots: bool = True,
    now: float | None = None,
) -> QualityReport:
    """Read all records of a store once, and return the report. Arguments and errors are those of ``survey_store``."""
    survey = survey_store(
        session,
        index=index,
        progress=progress,
        processes=processes,
        checks_snapshots=checks_snapshots,
        now=now,
    )
    tally = survey.tally
    types = Counter[str]()
    for key, end in tally.ends.items():
        types[key.entity_type] += end.entities
    times = [use.first.time for use in tally.types.values() if use.first is not None and use.first.time is not None]
    counts = tally.entities, tally.events, tally.snapshots + survey.orphans.snapshots
    facts = StoreFacts("", "", False, *counts, min(times, default=None), tally.last_time, dict(types.most_common()))
    shape = shape_of(tally)
    findings = findings_of(session, survey, shape)
    return QualityReport(session.described(facts), findings, shape, survey.checks, survey.now, checks_snapshots)
