"""What a person does to a branch, and what came of it, worked out beside the window so that it only has to be shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from es_desktop.app.branch.edits import Draft, describe_edits
from es_desktop.app.branch.history import RecordedHistory
from es_desktop.app.branch.view import PlaceResult, first_edited
from es_desktop.app.transfer.records import Progress
from es_desktop.models.runtime.tasks import Job
from es_desktop.replay import Branch, BranchPlace, EventName

_LONG: Final = 5_000
"""Events from which on a person is shown how far the work is."""

Operation = Callable[[RecordedHistory, Branch, Draft], tuple[Draft, EventName | None]]
"""What a person does to a branch: returns the draft that it leads to, and the event to be chosen then."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edit would come to, told of the event that it is about."""

    place: BranchPlace
    told: PlaceResult


@dataclass(frozen=True, slots=True)
class EditedBranch:
    """What an operation led to, and all that would take long to find out of it in the GUI thread."""

    draft: Draft
    branch: Branch
    told: str
    types: frozenset[str]
    first: int
    """The first row that is not as it was."""
    row: int | None
    """Of the event to be chosen."""

    @classmethod
    def of(cls, draft: Draft, before: Branch | None, after: Branch, name: EventName | None) -> EditedBranch:
        rows = (row for row, place in enumerate(after.places) if name is not None and place.name == name)
        return cls(
            draft,
            after,
            describe_edits(after),
            frozenset(place.type for place in after.places),
            0 if before is None else first_edited(before, after),
            next(rows, None),
        )


def progress_of(job: Job) -> Progress:
    """Return what tells how far a job is, where there is so much to do that a person waits for it."""

    def progress(done: int, total: int) -> None:
        if total >= _LONG:
            job.report(done, total)
        else:
            job.check()

    return progress
