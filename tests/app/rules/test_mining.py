"""Rules of real stores: the demo's wrong total is found untold; stores of other libraries never stop the search."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.notes.notebook import Notebook, notebook_from_json, notebook_to_json
from es_desktop.app.rules.mining import check_rules, find_rules
from es_desktop.app.rules.rule import Rule, RuleForm
from es_desktop.app.rules.tail import new_exceptions
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search import find as finding
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, exported_lines
from es_desktop.examples.story import WRONG_TOTAL
from tests.conftest import SAMPLES

TOTAL = "total = sum of lines (quantity × price)"


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


def test_the_wrong_total_of_the_demo_is_found(demo: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[int, int]] = []
    found = find_rules(demo, types=frozenset({"Order"}), processes=0, progress=lambda *each: done.append(each))
    total = next(each for each in found if each.rule.sentence == TOTAL)
    assert found[0] is total
    (wrong,) = total.exceptions
    assert (wrong.entity, wrong.version) == (WRONG_TOTAL, 9)
    assert (total.holds_in, total.entities) == (135, 136)
    assert {each.rule.entity_type for each in found} == {"Order"}
    assert done == sorted(done)
    assert all(each.holds_in + each.exception_count == each.entities for each in found)
    monkeypatch.setattr(finding, "FEW_EVENTS", 100)
    rules = [each.rule for each in found]
    assert check_rules(demo, rules, processes=2) == check_rules(demo, rules, processes=0)


def test_a_rule_is_a_question_and_a_test(demo: Session) -> None:
    rule = Rule("Order", RuleForm.SUM, TOTAL, "total == sum(each.quantity * each.price for each in lines)")
    (support,) = check_rules(demo, [rule], processes=0)
    (wrong,) = support.exceptions
    fails = rule.fails_where(wrong.version)
    text = b"".join(exported_lines(demo, ExportRequest(ExportFormat.PYTEST, (wrong.entity,), fails_where=fails)))
    assert f"FAILS_WHERE = {fails!r}".encode() in text
    assert rule.questions == (f"Order where ever ({fails})",)


@pytest.mark.parametrize("name", sorted(each.name for each in SAMPLES.glob("*.db")))
def test_stores_of_other_libraries_are_mined(name: str) -> None:
    try:
        session = open_session(str(SAMPLES / name), writable=False)
    except UserError:
        return  # it needs a key, or a choice
    with closing(session):
        for each in find_rules(session, processes=0):
            assert each.holds_in + each.exception_count == each.entities


def test_a_kept_rule_stays_in_the_notebook() -> None:
    rule = Rule("Order", RuleForm.ONLY_AFTER, "Paid only after Added", event="Paid", other="Added")
    notebook = notebook_from_json(notebook_to_json(Notebook().with_rule(rule).with_rule(rule)))
    assert notebook.rules == (rule,)
    assert notebook.merged_with(Notebook(rules=(rule,))).rules == (rule,)
    assert Notebook().merged_with(notebook).rules == (rule,)
    assert notebook.without_rule(rule.key) == Notebook()


def test_a_kept_rule_of_another_version_is_not_checked(demo: Session) -> None:
    odd = Rule("Order", RuleForm.SUM, "odd", "total = 3")
    right = Rule("Order", RuleForm.LAST, "nothing after Shipped", event="Shipped")
    nothing = Rule("Nothing", RuleForm.LAST, "nothing after Sent", event="Sent")
    found = check_rules(demo, [odd, right, nothing], processes=0)
    assert [each.rule for each in found] == [odd, right, nothing]
    assert found[0].problem
    assert (found[0].entities, found[1].entities, found[2].entities) == (0, 116, 0)
    assert check_rules(demo, [], processes=0) == []


def test_only_new_versions_are_watched(demo: Session) -> None:
    rule = Rule("Order", RuleForm.SUM, TOTAL, "total == sum(each.quantity * each.price for each in lines)")
    other = Rule("Account", RuleForm.LAST, "nothing after Frozen", event="Frozen")
    (found,) = new_exceptions(demo, [rule, other], {WRONG_TOTAL: 8})
    assert (found[0], found[1].entity, found[1].version) == (rule, WRONG_TOTAL, 9)
    assert list(new_exceptions(demo, [rule, other], {WRONG_TOTAL: 10})) == []
    assert list(new_exceptions(demo, [other], {WRONG_TOTAL: 0})) == []
