"""The questions of rules on the order of events: what they find breaks the rule."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.ask.answers import Answer
from es_desktop.app.ask.asking import ask
from es_desktop.app.ask.parsing import asked_question
from es_desktop.app.ask.request import AskRequest
from es_desktop.app.rules.mining import check_rules
from es_desktop.app.rules.rule import Rule, RuleForm
from es_desktop.app.store.session import Session, open_session
from tests.app.recording import event, store_of

HISTORIES = {"ab": "AB", "ba": "BA", "aba": "ABA", "a": "A", "aa": "AA", "acc": "ACC", "cac": "CAC"}


@pytest.fixture
def session(tmp_path: Path) -> Session:
    records = [
        event(name, version, "{}", f"shop#Cart.{event_type}")
        for name, types in HISTORIES.items()
        for version, event_type in enumerate(types)
    ]
    return open_session(str(store_of(tmp_path / "orders.esdb", records)), writable=False)


@pytest.mark.parametrize(
    ("form", "event_type", "other", "missed"),
    [
        (RuleForm.ONLY_AFTER, "A", "B", set()),
        (RuleForm.NEVER_AFTER, "A", "B", {"aba"}),
        (RuleForm.NEVER_AFTER, "C", "C", set()),
        (RuleForm.LAST, "A", "", {"aba", "aa"}),
    ],
)
def test_what_the_questions_find_breaks_the_rule(
    session: Session, form: RuleForm, event_type: str, other: str, missed: set[str]
) -> None:
    rule = Rule("Cart", form, "in words", event=event_type, other=other)
    with closing(session):
        (support,) = check_rules(session, [rule], processes=0)
        broken = {str(each.entity) for each in support.exceptions}
        found: set[str] = set()
        for question in rule.questions:
            answers = ask(session, AskRequest(asked_question(question)), processes=0)
            found |= {str(each.entity.id) for each in answers if isinstance(each, Answer)}
    assert rule.questions and found == broken - missed and missed <= broken
