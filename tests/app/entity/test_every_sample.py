"""Every sample through the whole program: its numbers, its states, and their exactness."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from es_desktop.app.store.session import open_session
from es_desktop.replay import Exactness
from es_desktop.stores import OpenOptions
from tests.running import ask, fine
from tests.stores.formats.sample import Sample
from tests.stores.formats.samples import SAMPLES

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)
FEW = [each for each in SAMPLES if each.file.startswith(("es-8.2.5", "es-9.5.6-sqlite-plain", "emmett", "rails"))]


@each_sample
def test_every_state_is_rebuilt_from_zero_and_says_how_far_to_trust_it(sample: Sample, tmp_path: Path) -> None:
    session = open_session(str(sample.copy_to(tmp_path)), options=OpenOptions(keys=sample.keys))
    facts = session.facts()
    assert (facts.format, facts.entities, facts.events) == (sample.format, sample.sequences, sample.events)
    assert facts.types == sample.entity_types
    seen: Counter[Exactness] = Counter()
    for entity in session.entities():
        rebuild = session.explain(entity.id)
        seen[rebuild.exactness] += 1
        assert rebuild.steps or rebuild.base.version == entity.version
        assert (rebuild.state is None) <= entity.discarded or rebuild.exactness is Exactness.BROKEN
        failed = [step for step in rebuild.steps if step.error]
        assert (rebuild.exactness is Exactness.BROKEN) == bool(failed)
    session.close()
    if not sample.undecodable:
        assert Exactness.BROKEN not in seen, "nothing failed"
    elif sample.undecodable == sample.events:
        assert set(seen) == {Exactness.BROKEN}


@pytest.mark.parametrize("sample", FEW, ids=lambda sample: sample.file)
def test_the_commands_print_the_same(sample: Sample, tmp_path: Path) -> None:
    path = sample.copy_to(tmp_path)
    (info,) = map(json.loads, fine(ask(tmp_path, "info", path, "--json")))
    assert (info["entities"], info["events"], info["snapshots"]) == (sample.sequences, sample.events, sample.snapshots)
    assert info["writable"] is False
    entities = [json.loads(line) for line in fine(ask(tmp_path, "entities", path, "--json"))]
    assert sum(each["events"] for each in entities) == sample.events
    longest = max(entities, key=lambda each: int(each["events"]))
    events = [json.loads(line) for line in fine(ask(tmp_path, "events", path, longest["id"], "--json"))]
    assert events[-1]["version"] == longest["version"]
    assert all(each["type"] for each in events)
