"""``rules`` on the command line and in the API: what holds, what breaks it, and what a person keeps."""

from __future__ import annotations

import json
from pathlib import Path

import es_desktop as es
from tests.running import ask, fine, refused

TOTAL = "total = sum of lines (quantity × price)"


def test_rules_are_printed_with_what_breaks_them(tmp_path: Path, demo_template: Path) -> None:
    lines = fine(ask(tmp_path, "rules", demo_template, "--type", "Order", "--exceptions"))
    assert lines[0] == "Order"
    assert lines[1].split() == [*TOTAL.split(), "135", "of", "136", "1", "exception"]
    assert lines[2].strip().startswith("7715f753-f563-425f-b880-a6eaa7c82dd9 at version 9: total is 256.50, sum of")
    assert any(each.split()[:3] == ["nothing", "after", "Shipped"] for each in lines)


def test_kept_rules_are_checked(tmp_path: Path, demo_template: Path) -> None:
    assert fine(ask(tmp_path, "rules", demo_template, "--kept")) == ["no rules are kept"]
    kept = fine(ask(tmp_path, "rules", demo_template, "--type", "Order", "--keep", TOTAL))
    assert kept[1].startswith(f"★ {TOTAL}")
    answer = ask(tmp_path, "rules", demo_template, "--kept", "--json")
    assert answer.returncode == 1
    (found,) = map(json.loads, answer.stdout.splitlines())
    assert (found["rule"], found["kept"], found["holds_in"], found["of"]) == (TOTAL, True, 135, 136)
    (wrong,) = found["exceptions"]
    assert (wrong["version"], wrong["values"]["total"], wrong["is_over"]) == (9, "256.50", False)
    assert fine(ask(tmp_path, "rules", demo_template, "--forget", TOTAL)) == [f"no longer kept: {TOTAL}"]
    assert "no rule 'x' is kept" in refused(ask(tmp_path, "rules", demo_template, "--forget", "x"))
    assert "no rule 'x' holds" in refused(ask(tmp_path, "rules", demo_template, "--type", "Example", "--keep", "x"))
    assert "there is no entity type Odrer" in refused(ask(tmp_path, "rules", demo_template, "--type", "Odrer"))


def test_rules_are_values_of_the_api(demo_template: Path, tmp_path: Path) -> None:
    with es.open(demo_template) as store:
        found = store.rules("Order").to_list()
        (wrong,) = found[0].exceptions
        assert (found[0].sentence, found[0].type, found[0].holds_in, found[0].entities) == (TOTAL, "Order", 135, 136)
        assert repr(found[0]) == f"<Order: {TOTAL}, in 135 of 136>"
        assert "at version 9" in repr(wrong)
        store.keep_rule(found[0])
        (kept,) = store.rules(kept=True)
        assert kept.is_kept
        assert kept.to_dict()["exceptions"] == found[0].to_dict()["exceptions"] == [wrong.to_dict()]
        assert [each.entity_id for each in store.find(found[0].breaks, types=["Order"])] == [wrong.entity_id]
        request = store.export_request("pytest", [wrong.entity_id], fails_where=wrong.fails_where)
        assert store.export(tmp_path / "test_total.py", request).events
        store.forget_rule(TOTAL)
        assert store.rules(kept=True).to_list() == []
