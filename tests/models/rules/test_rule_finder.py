"""Rules in the window's model: found in a task, kept in the notes, watched in what a person writes."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal
from pathlib import Path

from es_desktop.app.rules.rule import Rule, RuleForm
from es_desktop.app.store.session import create_session
from es_desktop.core import create_entity
from es_desktop.examples import Account, Order
from es_desktop.examples.story import WRONG_TOTAL
from es_desktop.models.rules.rules_model import EXCEPTIONS, HOLDS, RULE, ExceptionsModel, RulesModel
from es_desktop.models.runtime.tasks import Queue
from tests.models.working import Gate, Working

TOTAL = "total = sum of lines (quantity × price)"


def find(working: Working, entity_type: str = "Order") -> None:
    working.workspace.rules.show(entity_type)
    working.wait_until(lambda: not working.workspace.rules.is_finding)


def test_rules_are_found_and_kept(working: Working, demo_template: Path) -> None:
    working.open(demo_template)
    finder = working.workspace.rules
    assert (finder.rules, finder.entity_type) == ((), None)
    progress: list[int] = []
    finder.changed.connect(lambda: progress.append(finder.progress.done if finder.progress else 0))
    find(working)
    model, exceptions = RulesModel(finder), ExceptionsModel(finder)
    cells = [model.index(0, column).data() for column in (RULE, HOLDS, EXCEPTIONS)]
    assert cells[:2] == [TOTAL, "135 of 136"]
    assert cells[2].startswith("1 Order")
    assert progress == sorted(progress[:-1]) + progress[-1:]
    last = finder.rules[-1].rule
    finder.keep(last, True)
    assert [each.rule for each in finder.rules if each.is_kept] == [finder.rules[0].rule] == [last]
    finder.choose(finder.rules[1].rule)
    assert [each[1].entity for each in exceptions.rows] == [WRONG_TOTAL]
    finder.choose(last)
    assert exceptions.rows == ()
    finder.keep(last, False)
    assert not any(each.is_kept for each in finder.rules)


def test_a_search_can_be_stopped_and_ends_with_its_store(working: Working, demo_template: Path) -> None:
    working.open(demo_template)
    finder, gate = working.workspace.rules, Gate()
    working.workspace.runner.run("Waiting", gate, queue=Queue.SCAN, quiet=True)
    gate.wait_until_started()
    finder.show("Order")
    assert finder.is_finding
    finder.stop()
    assert not finder.is_finding
    assert not finder.is_whole
    finder.find("Order")
    gate.opened.set()
    working.workspace.close_store()
    assert (finder.is_finding, finder.rules, finder.entity_type) == (False, (), None)
    finder.find("Order")
    assert not finder.is_finding


def test_a_kept_rule_is_watched_in_what_is_written(working: Working, tmp_path: Path) -> None:
    store = tmp_path / "own.esdb"
    with closing(create_session(str(store), (Order, Account))) as session, session.bus.activated():
        account = create_entity(Account, owner="Ada", limit=Decimal("100.00"))
    working.open(store)
    working.choose("Account")
    rule = Rule(
        "Account", RuleForm.CONSTANT, "limit never changes", "limit == previous.limit", "previous.limit is not None"
    )
    texts: list[str] = []
    finder = working.workspace.rules
    finder.message.connect(texts.append)
    finder.keep(rule, True)
    find(working, "Account")
    working.change("paperless", False)
    working.change("limit", Decimal("5.00"))
    working.wait_until(lambda: bool(texts))
    assert len(texts) == 1
    assert texts[0].startswith(f"Account {str(account.id)[:8]} breaks “limit never changes” at version 2")
    assert [each.support.exception_count for each in finder.rules if each.is_kept] == [1]
