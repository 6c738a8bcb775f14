"""Tours as data: steps with what each waits for, and how far a person is in one. Nothing here acts; it only looks."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from es_desktop.core import EntityId
from es_desktop.system.counts import format_number

from .summary import TourSummary


class Deed(enum.Enum):
    """What a person did to the subject of a tour since it began."""

    CREATED = "created"
    CHANGED = "changed"
    SNAPSHOT_TAKEN = "snapshot taken"
    REBUILT_FROM_ZERO = "rebuilt from zero"
    REBUILT_FROM_SNAPSHOT = "rebuilt from its snapshot, after zero"
    DISCARDED = "discarded"
    RUN_TO_CHANGE = "run to a change of a value"
    TEST_EXPORTED = "exported as a test that fails"


@dataclass(frozen=True, slots=True)
class TourFacts:
    """What a tour sees of the window at one moment."""

    is_open: bool = False
    """Whether the store of the tour is open."""
    was_open: bool = False
    """Whether it was open in this tour: it is made at the start."""
    subject: EntityId | None = None
    """The entity that the tour is about: that of the tour, or the one that was created last, or else the chosen one."""
    name: str = "The entity of this tour"
    """Of the subject: its type and short id."""
    events: int = 0
    """How many events the subject has."""
    version: int | None = None
    """The version in view of the subject; ``None`` if another entity is chosen."""
    deeds: frozenset[Deed] = frozenset()
    panels: frozenset[str] = frozenset()
    """The names of the panels in view."""
    command: str = ""
    """The name of the command that is chosen in its panel."""


Check = Callable[[TourFacts], bool]


def did(*deeds: Deed) -> Check:
    """Return whether a person did all of these."""
    return lambda facts: facts.deeds >= frozenset(deeds)


def shows(version: int, panel: str = "") -> Check:
    """Return whether a version of the subject is in view, in a panel if one is named."""
    return lambda facts: facts.version == version and (not panel or panel in facts.panels)


@dataclass(frozen=True, slots=True)
class TourStep:
    """One thing that a person does. Texts may name ``{name}`` and ``{events}`` of the facts."""

    title: str
    text: str
    task: str
    """What to do, as a sentence."""
    points: tuple[str, ...]
    """What is meant: names of actions, buttons or panels; the first one that is in view is pointed at."""
    is_done: Check
    keys: str = ""
    """Of the action that is meant, as a person reads them."""
    lights: tuple[str, ...] = ()
    """Names of panels that stay as bright as what is pointed at."""
    about_subject: bool = True
    """Whether the subject has to be chosen."""
    changes: bool = False
    """Whether the subject must not be discarded."""
    version: int | None = None
    """The version that has to be in view, if it has to be one."""
    code: str = ""
    """Lines of code, or a condition, that the step is about; they can be copied."""


@dataclass(frozen=True, slots=True)
class Tour:
    summary: TourSummary
    steps: tuple[TourStep, ...]
    ending: str
    """What a person knows at its end."""
    subject: UUID | None = None
    """The entity of the demo that it is about; ``None`` for one that the person creates."""


_BEING_MADE: Final = "The store of this tour is being made. If that was cancelled, leave the tour and start it again."
_CLOSED: Final = "The store of this tour is not open. What you did in it is still there."
_DISCARDED: Final = "{name} is discarded and takes no more events. Create another one (New entity…), or skip this step."


@dataclass(frozen=True, slots=True)
class TourProgress:
    """How far a person is in a tour: the step in view, those that are done, and the facts of now."""

    tour: Tour
    at: int = 0
    """The index of the step in view; the number of steps at the end."""
    done: frozenset[int] = frozenset()
    facts: TourFacts = field(default_factory=TourFacts)

    @property
    def is_over(self) -> bool:
        return self.at == len(self.tour.steps)

    @property
    def step(self) -> TourStep:
        """The step in view; the last one at the end."""
        return self.tour.steps[min(self.at, len(self.tour.steps) - 1)]

    @property
    def is_step_done(self) -> bool:
        return self.at in self.done

    @property
    def is_waiting(self) -> bool:
        """Whether the step in view can be done now, and was not done yet."""
        return not (self.is_over or self.is_step_done or self.obstacle)

    @property
    def obstacle(self) -> str:
        """Why the step in view cannot be done now, and what to do first; empty if it can."""
        step, facts = self.step, self.facts
        if self.is_over or self.is_step_done:
            return ""
        if not facts.is_open:
            return _CLOSED if facts.was_open else _BEING_MADE
        if step.changes and Deed.DISCARDED in facts.deeds:
            return _DISCARDED.format(name=facts.name)
        if step.about_subject and facts.version is None:
            return f"{facts.name} is not chosen now."
        if step.version not in (None, facts.version):
            return f"This step is about version {step.version}."
        return ""

    def text(self, template: str) -> str:
        """Return a text of a step with the facts of now."""
        return template.replace("{name}", self.facts.name).replace("{events}", format_number(self.facts.events))

    def observe(self, facts: TourFacts) -> TourProgress:
        """Return the progress with new facts: the next step is in view if what this one waits for has happened."""
        now = replace(self, facts=facts)
        if self.is_over or self.is_step_done or not self.step.is_done(facts):
            return now
        return replace(now, done=self.done | {self.at}).go(1)

    def go(self, count: int) -> TourProgress:
        """Go to a later or an earlier step. One whose work is done already says so, and waits to be left."""
        at = max(0, min(self.at + count, len(self.tour.steps)))
        is_done = at < len(self.tour.steps) and self.tour.steps[at].is_done(self.facts)
        return replace(self, at=at, done=self.done | {at} if is_done else self.done)
