"""Questions in tasks: answers as they are found, versions, the count over time; saved ones with their counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from es_desktop.app.search.questions import AskedQuestion
from es_desktop.models.ask.saved_questions import COUNT, RECENT, SavedQuestionsModel
from es_desktop.models.runtime.tasks import Queue
from tests.models.working import Gate, Working

EVER = AskedQuestion('Order where ever total > 100 and never status == "paid"')


def ask(working: Working, question: AskedQuestion) -> None:
    """Ask, and wait for the answers and their count over time."""
    questioner = working.workspace.questioner
    questioner.ask(question)
    working.wait_until(
        lambda: not questioner.is_asking and (questioner.buckets is not None or bool(questioner.problem))
    )


def test_a_question_is_answered_with_its_exactness_and_its_count_over_time(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    questioner = working.workspace.questioner
    ask(working, EVER)
    progress, count = questioner.progress, questioner.answers.count()
    assert progress is not None and progress.is_done and progress.hits == count > 0
    assert sum(questioner.exactness.values()) == count and questioner.seconds > 0
    assert questioner.buckets is not None and questioner.buckets[-1].count == count
    assert questioner.versions.count() == 0, "versions are listed only where they are wanted"
    questioner.list_versions()
    working.wait_until(lambda: not questioner.is_listing_versions)
    assert {each.entity.id for each in questioner.versions.rows} == {each.entity.id for each in questioner.answers.rows}
    questioner.list_versions()
    assert not questioner.is_listing_versions, "they are there"


def test_a_question_as_of_a_time_has_fewer_answers(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    ask(working, EVER)
    whole = working.workspace.questioner.answers.count()
    ask(working, AskedQuestion(EVER.text, "2026-05-01"))
    assert 0 < working.workspace.questioner.answers.count() < whole


def test_what_cannot_be_understood_is_a_problem_that_says_why(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    questioner = working.workspace.questioner
    for question in (AskedQuestion("ever total >"), AskedQuestion("ever total > 1", "once"), AskedQuestion("")):
        questioner.ask(question)
        assert questioner.problem is not None and questioner.problem.hint
        assert not questioner.is_asking and questioner.answers.count() == 0
    assert questioner.recent == ()


def test_a_newer_question_ends_the_one_before_and_another_store_all(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    questioner, gate = working.workspace.questioner, Gate()
    working.workspace.runner.run("Waiting", gate, queue=Queue.SEARCH, quiet=True)
    gate.wait_until_started()
    questioner.ask(EVER)
    other = AskedQuestion("Account where now balance < 0 or balance >= 0")
    questioner.ask(other)
    assert questioner.recent == (other, EVER)
    gate.opened.set()
    working.wait_until(lambda: not questioner.is_asking)
    assert {each.entity.type for each in questioner.answers.rows} == {"Account"}
    questioner.ask(EVER)
    working.workspace.close_store()
    assert not questioner.is_asking and questioner.typed == AskedQuestion() and questioner.recent == ()


def test_asking_can_be_stopped_and_what_was_found_stays(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    questioner = working.workspace.questioner
    questioner.ask(EVER)
    questioner.stop()
    assert not questioner.is_asking and questioner.asked is not None
    working.settle()
    assert questioner.progress is None or not questioner.progress.is_done


def test_saved_questions_are_listed_by_type_with_their_counts(working: Working, demo_store: Path) -> None:
    working.open(demo_store)
    workspace = working.workspace
    model = SavedQuestionsModel(workspace.searches, workspace.notes, workspace.questioner, workspace.question_counts)
    ask(working, EVER)
    workspace.searches.save("asked", "Ever over 100")
    ask(working, AskedQuestion("ever nothing_has_this > 3"))
    assert [each.text for each in model.rows] == ["Order", "Ever over 100", RECENT, "ever nothing_has_this > 3"]
    counts = [model.index(row, COUNT) for row in (1, 3)]
    working.wait_until(lambda: "…" not in [each.data() for each in counts])
    assert int(counts[0].data()) > 0 and counts[1].data() == "–"
    model.filter("OVER")
    assert [each.text for each in model.rows] == ["Order", "Ever over 100"]
    workspace.searches.apply(model.rows[1].search)  # type: ignore[arg-type]
    assert workspace.questioner.typed == EVER


def test_the_state_history_of_a_large_store_is_built_after_a_question(
    working: Working, small_demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("es_desktop.app.search.store_index.SMALL", 10)
    working.open(small_demo)
    questioner = working.workspace.questioner
    ask(working, AskedQuestion("Order where ever total > 100"))
    folded = {each.entity.id for each in questioner.answers.rows}
    working.wait_until(lambda: questioner.history.text.endswith("up to date"))
    assert questioner.history.text.startswith("state history of ")
    ask(working, AskedQuestion("Order where ever total > 100"))
    assert {each.entity.id for each in questioner.answers.rows} == folded != set()
    working.workspace.close_store()
    assert questioner.history.text == ""
