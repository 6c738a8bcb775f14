"""The verdict on a state: its words, and the reasons in whole sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from es_desktop.app.entity.verdict import first_failure, verdict_on
from es_desktop.app.trust.fold import Trust
from es_desktop.replay import Exactness, Step
from es_desktop.replay.verify import SnapshotCheck

EXACT, INFERRED, BROKEN = Exactness.EXACT, Exactness.INFERRED, Exactness.BROKEN
TRUE = {8: SnapshotCheck(8, True)}
UNKNOWN = {8: SnapshotCheck(8, None, reason="there is no event at version 8")}
FALSE = {8: SnapshotCheck(8, False, "total", snapshot=3, replayed=4, first_event=6)}


@pytest.mark.parametrize("exactness", Exactness)
def test_without_a_false_base_the_fold_decides(exactness: Exactness) -> None:
    for base, checks in ((None, FALSE), (8, {}), (8, TRUE), (8, UNKNOWN), (9, FALSE)):
        verdict = verdict_on(exactness, base, checks)
        assert (verdict.exactness, verdict.word) == (exactness, exactness.value)
        assert verdict.reason.endswith(".") and ".." not in verdict.reason


def test_a_base_is_printed_with_its_check() -> None:
    assert "at version 8 that it starts from was not checked." in verdict_on(EXACT, 8, {}).reason
    assert "cannot be checked: there is no event at version 8." in verdict_on(EXACT, 8, UNKNOWN).reason
    assert "is what the events lead to." in verdict_on(EXACT, 8, TRUE).reason
    assert "snapshot" not in verdict_on(EXACT, None, TRUE).reason


@pytest.mark.parametrize("exactness", Exactness)
def test_no_state_of_a_false_snapshot_is_exact(exactness: Exactness) -> None:
    verdict = verdict_on(exactness, 8, FALSE, failure="broken by the event at version 9: no")
    assert (verdict.exactness, verdict.word) == (BROKEN, "false snapshot")
    assert "is false: total is 3, replayed 4; they part at event 6." in verdict.reason
    assert verdict.reason.endswith("Broken by the event at version 9: no.") == (exactness is BROKEN)


def test_the_first_event_that_failed_is_the_reason() -> None:
    steps = [Step(1, "A", None), Step(2, "B", None, error="no such field"), Step(3, "C", None, error="later")]
    verdict = verdict_on(BROKEN, None, {}, failure=first_failure(steps))
    assert verdict.reason == "Broken by the event at version 2: no such field."
    assert first_failure(steps[:1]) == ""


def test_a_persons_own_code_is_named(tmp_path: Path) -> None:
    trust = Trust(tmp_path, ("shop",), "python3")
    verdict = verdict_on(EXACT, None, {}, trust)
    assert verdict.word == "exact (your code)" and str(tmp_path) in verdict.reason
    assert verdict_on(INFERRED, None, {}, trust).word == "inferred"
