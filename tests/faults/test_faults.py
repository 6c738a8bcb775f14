"""The short form of each harness: a few rounds with a fixed seed."""

from __future__ import annotations

import pytest

from tests.faults.common import harness, harnesses

SEED = 1


@pytest.mark.parametrize("name", harnesses())
def test_a_short_run_finds_nothing(name: str) -> None:
    chosen = harness(name)
    figures = chosen.run(chosen.SHORT, SEED)
    assert [*figures.findings()] == []
    assert figures.inputs or figures.not_run
