"""What a person watches: what an expression is taken for, and the trace of its value through a history."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from es_desktop.app.store.session import open_session
from es_desktop.app.watch.watchpoints import (
    WatchTrace,
    completions,
    condition_for_value,
    expression_for_path,
    normalised,
    parse_watched,
    refusal,
    watch_traces,
)
from es_desktop.replay import ABSENT, join_path, value_at
from es_desktop.replay.chain import Moment
from es_desktop.replay.conditions import Condition, ConditionError
from es_desktop.replay.diff import same_tree
from es_desktop.replay.watch import Crossing


@pytest.mark.parametrize("path", ["total", "lines[0].price", 'prices["1.5"].net', "a.b[2][3]", "größe", " total "])
def test_a_path_is_watched_as_a_path(path: str) -> None:
    assert parse_watched(path) == path.strip()


@pytest.mark.parametrize(
    "expression",
    ["total > 100", "-total", "version", "event", "previous.total", 'changed("total")', "lines[0:2]", "[0]", "True"],
)
def test_everything_else_is_a_condition(expression: str) -> None:
    watched = parse_watched(expression)
    assert isinstance(watched, Condition)
    assert watched.expression == expression == normalised(expression)


@pytest.mark.parametrize(("expression", "column"), [("total >", 7), ("status = 'paid'", 7), ("total and _x", 10)])
def test_an_expression_that_is_neither_is_refused_with_its_column(expression: str, column: int) -> None:
    with pytest.raises(ConditionError) as caught:
        normalised(expression)
    assert caught.value.column == column
    results = refusal(caught.value)
    assert f"at column {column + 1}" in results.text
    assert results.hint == caught.value.hint


def test_trying_an_expression_takes_no_longer_than_a_moment() -> None:
    letters = "abcdefghij" * 80
    with pytest.raises(ConditionError, match=r"longer than 0\.25 s|operations"):
        normalised(f"any(any(x == y == 1 for x in '{letters}') for y in '{letters}')")


NAMES = st.text(min_size=1, max_size=6) | st.sampled_from(
    ["version", "event", "previous", "class", "_x", "a b", "None"]
)


@given(names=st.lists(NAMES, min_size=1, max_size=3), value=st.integers())
@settings(max_examples=300)
@example(names=["\x85"], value=1)
@example(names=["a\u2028b", 'say "x"\n'], value=1)
def test_any_path_has_an_expression_that_watches_its_value(names: list[str], value: int) -> None:
    state: object = value
    for name in reversed(names):
        state = {name: state}
    path = ""
    for name in names:
        path = join_path(path, name)
    assert value_at(state, path) == value
    watched = parse_watched(expression_for_path(path))
    assert isinstance(state, dict)
    now = value_at(state, watched) if isinstance(watched, str) else watched.run()(Moment(1, None, None, state))
    assert now == value


def test_every_value_of_a_state_is_offered_by_a_name_that_can_be_typed() -> None:
    names = completions({"total": 1, "lines": [{"price": 2}], "first name": "Ada", "version": 3})
    assert names[:6] == ["total", "lines", "lines[0]", "lines[0].price", 'value("first name")', 'value("version")']
    assert {"previous.", 'changed("'} <= set(names)
    assert len(completions({"many": list(range(50_000))})) < 3_000
    assert completions(None) == names[6:]


def test_a_trace_has_the_value_at_every_version_and_the_next_crossings(demo_store: Path) -> None:
    expressions = [
        "total > 100",
        "status",
        "lines[0].price",
        "version % 3 == 0",
        "nothing.of.this.name",
        "previous.total",
    ]
    with closing(open_session(str(demo_store), writable=False)) as session:
        order = max((each for each in session.entities() if each.type == "Order"), key=lambda each: each.events)
        chain = session.chain(order, session.outline(order.id).versions)
        found = watch_traces(chain, expressions)
        assert list(found) == expressions
        before = None
        for count, version in enumerate(chain.versions, 1):
            state = chain.state_after(count)[0]
            for expression in expressions:
                trace, watched = found[expression], parse_watched(expression)
                if isinstance(watched, str):
                    now = ABSENT if state is None else value_at(state, watched)
                else:
                    now = watched.run()(Moment(version, None, before, state))
                assert same_tree(trace.value_at(version), now), (expression, version)
                assert (trace.at(version) is not None) == any(each.version == version for each in trace.crossings)
                assert trace.before(version) == _last(each for each in trace.crossings if each.version < version)
                assert trace.after(version) == next((e for e in trace.crossings if e.version > version), None)
            before = state


def _last(crossings: Iterable[Crossing]) -> Crossing | None:
    return next(reversed(list(crossings)), None)


def test_an_unusable_expression_has_its_error_and_the_others_their_traces(demo_store: Path) -> None:
    with closing(open_session(str(demo_store), writable=False)) as session:
        order = max((each for each in session.entities() if each.type == "Order"), key=lambda each: each.events)
        versions = session.outline(order.id).versions
        greedy = "len('abcdefghij' * 900 if total > 0 else '') + len([x for x in 'abcdefghij' * 60000])"
        found = watch_traces(session.chain(order, versions), ["total >", "status", greedy])
        assert found["total >"].error is not None and found["total >"].error.column == 7
        assert found[greedy].error is not None and not found[greedy].crossings
        assert found["status"] == watch_traces(session.chain(order, versions), ["status"])["status"]
        assert found["status"].error is None and found["status"].crossings


def test_progress_is_reported_for_long_histories_and_may_stop_the_work(demo_store: Path) -> None:
    class Stopped(Exception):
        pass

    with closing(open_session(str(demo_store), writable=False)) as session:
        long = max(session.entities(), key=lambda each: each.events)
        results: list[tuple[int, int]] = []
        chain = session.chain(long, session.outline(long.id).versions)
        watch_traces(chain, ["version"], progress=lambda done, total: results.append((done, total)))
        assert results == [(done, long.events) for done in range(128, long.events + 1, 128)]

        def stop(done: int, total: int) -> None:
            raise Stopped

        with pytest.raises(Stopped):
            watch_traces(chain, ["version"], progress=stop)


def test_a_trace_without_crossings_keeps_its_first_value() -> None:
    assert WatchTrace().value_at(5) is ABSENT
    assert WatchTrace(start=False).value_at(5) is False
    assert WatchTrace().before(5) is WatchTrace().after(5) is WatchTrace().at(5) is None


class Channel(enum.Enum):
    WEB = 1
    SHOP = "in a shop"


class Level(enum.IntEnum):
    LOW = 1


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.text(max_size=40),
    st.binary(max_size=20),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([None, dt.UTC])),
    st.times(),
    st.uuids(),
    st.sampled_from([*Channel, *Level]),
)


@given(VALUES, st.sampled_from(["x", "first name", "version"]))
@example('say "hi"\n', "x")
@example(Decimal("0.1000"), "x")
@example({"__enum__": {"topic": "a#b", "name": "PAID"}}, "x")
def test_the_condition_for_a_value_holds_for_it(value: object, name: str) -> None:
    condition = condition_for_value(join_path("", name), value)
    assert condition is not None
    run = Condition(condition).run()
    assert run(Moment(1, None, None, {name: value})) is True
    assert run(Moment(1, None, None, {name: "another value"})) is not True
    assert run(Moment(1, None, None, {})) is not True or value is None


@pytest.mark.parametrize(
    "value", [[1], {"a": 1}, float("inf"), Decimal("NaN"), 10**3000, "x" * 3000, object()], ids=range(7)
)
def test_no_condition_names_these_values(value: object) -> None:
    assert condition_for_value("x", value) is None
