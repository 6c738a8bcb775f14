"""``common`` on the command line and in the API."""

from __future__ import annotations

import json
from pathlib import Path

import es_desktop as es
from tests.running import ask, fine, refused

QUESTION = 'Order where ever total > 300 and never status == "shipped"'


def test_what_answers_have_in_common_is_printed(tmp_path: Path, demo_template: Path) -> None:
    lines = fine(ask(tmp_path, "common", demo_template, QUESTION))
    assert lines[0] == "7 of 136 Orders against the other 129"
    assert lines[1].split()[:4] == ["100", "%", "10", "%"]
    assert any("5 of these had Cancelled; of the others, 7." in each for each in lines)
    (line,) = fine(ask(tmp_path, "common", demo_template, QUESTION, "--json"))
    found = json.loads(line)
    assert (found["type"], found["these"], found["others"]) == ("Order", 7, 129)
    assert {"fact", "sentence", "clause", "these", "others", "clear"} <= found["facts"][0].keys()
    assert "finds nothing" in refused(ask(tmp_path, "common", demo_template, "Order where total > 100000"))
    assert "no others to compare" in refused(ask(tmp_path, "common", demo_template, "Order where ever total >= 0"))


def test_what_ids_have_in_common_is_a_value_of_the_api(demo_template: Path) -> None:
    with es.open(demo_template) as store:
        chosen = [each.entity_id for each in store.find("total > 300", types=["Order"])]
        found = store.common(chosen)
        assert (found.type, found.facts[0].shares.of_these) == ("Order", len(chosen))
        assert repr(found).startswith(f"<in common: {len(chosen)} of 136 Orders")
        assert found.to_dict()["facts"]
        assert found.sentence
