"""Tours as data: what each step waits for, in any order that a person does it."""

from __future__ import annotations

import inspect
from dataclasses import replace
from uuid import UUID

import pytest

from es_desktop.app.tour.steps import Deed, Tour, TourFacts, TourProgress
from es_desktop.app.tour.summary import SUMMARIES, following_tour
from es_desktop.app.tour.tours import FIVE_STEPS, TOURS, WRONG_TOTAL, WRONG_VERSION, tour_of
from es_desktop.examples import Order, story

MINE, OTHER = UUID(int=1), UUID(int=2)
CHOSEN = TourFacts(is_open=True, subject=MINE, name="Order 1", events=2, version=1)


def having(*deeds: Deed) -> TourFacts:
    return replace(CHOSEN, deeds=frozenset(deeds))


def test_each_step_waits_for_its_own_deed() -> None:
    progress, deeds = TourProgress(FIVE_STEPS), list[Deed]()
    for deed, at in zip(Deed, (1, 2, 3, 3, 4, 5), strict=False):
        deeds.append(deed)
        progress = progress.observe(having(*deeds))
        assert progress.at == at, deed
    assert progress.is_over and progress.done == set(range(5)) and not progress.obstacle


def test_what_was_done_before_its_step_is_noticed_but_the_step_is_not_passed_over() -> None:
    early = TourProgress(FIVE_STEPS).observe(having(Deed.CREATED, Deed.SNAPSHOT_TAKEN))
    assert early.at == 1
    at_snapshot = early.observe(having(Deed.CREATED, Deed.SNAPSHOT_TAKEN, Deed.CHANGED))
    assert (at_snapshot.at, at_snapshot.is_step_done) == (2, True)
    assert at_snapshot.observe(at_snapshot.facts).at == 2, "a person leaves it"
    assert at_snapshot.go(1).at == 3


def test_back_and_skip_reach_every_step_and_no_further() -> None:
    progress = TourProgress(FIVE_STEPS, facts=CHOSEN)
    assert progress.go(-1).at == 0
    skipped = progress.go(1).go(1)
    assert (skipped.at, skipped.done) == (2, set())
    back = skipped.observe(having(Deed.CREATED)).go(-1).go(-1)
    assert (back.at, back.is_step_done) == (0, True)
    end = progress.go(99)
    assert end.is_over and end.observe(having(*Deed)).is_over and end.go(-1).at == 4


def test_what_is_in_the_way_is_said_and_only_then() -> None:
    at_snapshot = TourProgress(FIVE_STEPS, at=2, facts=CHOSEN)
    assert at_snapshot.obstacle == ""
    assert "not open" in at_snapshot.observe(TourFacts(was_open=True)).obstacle
    assert "is being made" in at_snapshot.observe(TourFacts()).obstacle
    assert at_snapshot.observe(replace(CHOSEN, version=None)).obstacle == "Order 1 is not chosen now."
    assert "Order 1 is discarded" in at_snapshot.observe(having(Deed.CREATED, Deed.DISCARDED)).obstacle
    assert TourProgress(FIVE_STEPS, facts=replace(CHOSEN, version=None)).obstacle == "", (
        "any may be chosen at the first step"
    )
    at_event = TourProgress(WRONG_TOTAL, at=4, facts=CHOSEN)
    assert at_event.obstacle == f"This step is about version {WRONG_VERSION}."


@pytest.mark.parametrize("tour", TOURS, ids=lambda tour: tour.summary.id)
def test_texts_are_short_and_whole(tour: Tour) -> None:
    progress = TourProgress(tour, facts=replace(CHOSEN, events=1087))
    for step in tour.steps:
        shown = progress.text(step.text)
        assert "{" not in shown and len(shown) < 260 and len(step.title) < 28
        assert step.task[0].islower() and step.task.endswith(".") and step.points
    named = [each.text for each in tour.steps if "{name}" in each.text]
    assert all("Order 1 has 1,087 events" in progress.text(text) for text in named)


def test_the_story_is_the_one_of_the_demo() -> None:
    assert WRONG_TOTAL.subject == story.WRONG_TOTAL
    source = inspect.getsource(Order.change_quantity)
    for line in next(step.code for step in WRONG_TOTAL.steps if "self." in step.code).splitlines():
        assert line in source


def test_each_summary_has_its_tour_and_the_one_that_follows() -> None:
    assert tuple(map(tour_of, SUMMARIES)) == TOURS == (FIVE_STEPS, WRONG_TOTAL)
    assert tuple(map(following_tour, SUMMARIES)) == (WRONG_TOTAL.summary, None)
