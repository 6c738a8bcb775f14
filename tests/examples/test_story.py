"""The story of the demo: what went wrong can be found, and each example of reference, fields and help finds one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from es_desktop.app.entity.checks import verify_store
from es_desktop.app.entity.verdict import ZERO
from es_desktop.app.search.examples import CONDITION, WATCHED
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.watch.watchpoints import watch_traces
from es_desktop.examples import FALSE_SNAPSHOT, FALSE_VERSION, Account, demo_histories
from es_desktop.examples.story import NEWER_EVENT, TRANSFER_TWICE, WRONG_TOTAL
from es_desktop.replay import Exactness
from tests.running import ask, fine

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "window.md").read_text(encoding="utf-8")
INVARIANT_BROKEN = "total != sum(line.quantity * line.price for line in lines)"

_SPANS = re.findall(r"`([^`\n]+)`", PAGE)
_CONDITIONS = [span for span in _SPANS if re.match(r"[a-z_.]+ [=<>!]+ |changed\(|previous\.", span)]
(_WORDS,) = re.findall(r"words in the payloads\s+\(([^)]*)\)", PAGE)


@pytest.fixture(scope="module")
def demo(demo_template: Path) -> Iterator[Session]:
    with closing(open_session(str(demo_template), writable=False)) as session:
        yield session


def found(tmp_path: Path, store: Path, *arguments: str) -> list[Any]:
    return [json.loads(line) for line in ask(tmp_path, "find", store, *arguments, "--json").stdout.splitlines()]


def test_one_order_has_a_wrong_total_from_one_event_on(tmp_path: Path, demo_template: Path) -> None:
    (order,) = found(tmp_path, demo_template, INVARIANT_BROKEN, "--type", "Order")
    assert order["id"] == str(WRONG_TOTAL)
    crossings = fine(ask(tmp_path, "watch", demo_template, str(WRONG_TOTAL), INVARIANT_BROKEN, "--json"))
    assert json.loads(crossings[-1])["version"] == 9


def test_its_total_is_folded_exactly(demo: Session) -> None:
    rebuild = demo.explain(WRONG_TOTAL)
    assert rebuild.exactness is Exactness.EXACT
    assert rebuild.state["payment"]["amount"] == rebuild.state["total"]


def test_one_snapshot_is_false_and_it_missed_the_event_before_it(demo: Session) -> None:
    (false,) = [each for each in verify_store(demo) if each.check.ok is not True]
    check = false.check
    assert (false.entity.id, check.version, check.path) == (FALSE_SNAPSHOT, FALSE_VERSION, "balance")
    assert check.first_event == FALSE_VERSION


def test_one_ticket_is_broken_from_an_event_of_an_unknown_version_on(demo: Session) -> None:
    badges = [demo.explain(NEWER_EVENT, version, base=ZERO).exactness for version in (10, 11, 13)]
    assert badges == [Exactness.EXACT, Exactness.BROKEN, Exactness.BROKEN]
    (error,) = [step.error for step in demo.explain(NEWER_EVENT, base=ZERO).steps if step.error]
    assert "schema version 2" in str(error)


def test_one_transfer_arrived_twice() -> None:
    twice = set()
    for history in demo_histories():
        ids = [vars(event)["transfer_id"] for event in history if isinstance(event, Account.TransferReceived)]
        assert all(ids)
        twice |= {vars(history[0])["originator_id"]} if len(set(ids)) < len(ids) else set()
    assert twice == {TRANSFER_TWICE}


def test_the_reference_has_examples_to_be_tried() -> None:
    assert CONDITION in _CONDITIONS
    assert len(_CONDITIONS) >= 4
    assert "`Porto`" in _WORDS


@pytest.mark.parametrize("words", re.findall("`([^`]+)`", _WORDS))
def test_words_of_the_reference_are_in_some_event(tmp_path: Path, demo_template: Path, words: str) -> None:
    assert found(tmp_path, demo_template, "--text", words)


def test_the_condition_of_reference_field_and_help_finds_open_orders(tmp_path: Path, demo_template: Path) -> None:
    orders = found(tmp_path, demo_template, CONDITION)
    assert len(orders) == 2
    assert {order["type"] for order in orders} == {"Order"}


def test_what_readme_field_and_help_watch_changes_in_some_order(demo: Session) -> None:
    examples = {*WATCHED, *_CONDITIONS}
    orders = [each for each in demo.entities() if each.type == "Order" and not each.discarded]
    changes: Counter[str] = Counter()
    for order in orders[:20]:
        traces = watch_traces(demo.chain(order, demo.outline(order.id).versions), examples)
        assert {text: trace.error for text, trace in traces.items() if trace.error} == {}
        changes.update({text: len(trace.crossings) for text, trace in traces.items()})
    assert {text for text in examples if not changes[text]} == set()


def test_help_shows_the_examples(tmp_path: Path) -> None:
    for command, example in {"find": CONDITION, "watch": WATCHED[0]}.items():
        assert example in " ".join(" ".join(fine(ask(tmp_path, command, "--help"))).split())
