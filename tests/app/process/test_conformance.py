"""Conformance: patterns as they are typed, who fits, and how the others first differ."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.process.counting import ProcessQuery, Repeats
from es_desktop.app.process.pattern import Pattern
from es_desktop.app.process.process import entities_with, read_conformance
from es_desktop.app.process.selections import OfDeviation, OfEdge, OfType
from es_desktop.app.runtime.errors import UserError
from tests.app.process.processing import TYPES, Histories, every, histories, index_of, runs_of
from tests.trials import FEW

EACH = ProcessQuery("Order", Repeats.EACH)


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("Created>ItemAdded+ > Paid", "Created > ItemAdded+ > Paid"),
        (' "Item added" * > Shop.Paid? ', '"Item added"* > Shop.Paid?'),
        ("B | A > ... > …", "A | B > ... > ..."),
        ('"say ""hi"""', '"say ""hi"""'),
        ("order-paid+", "order-paid+"),
    ],
)
def test_patterns_are_understood(text: str, again: str) -> None:
    assert str(Pattern.parse(text)) == again
    assert Pattern.parse(again) == Pattern.parse(text)


@pytest.mark.parametrize("text", ["", "A >", "> A", "A > > B", "A B", "A ++", "A |", "A > (B)", '"A', "A... > B", "|"])
def test_what_is_no_pattern_is_an_error(text: str) -> None:
    with pytest.raises(UserError, match="Write it as"):
        Pattern.parse(text)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ("C I P S", None),
        ("C I I P S", None),
        ("C I N P S", None),
        ("C I N N P S", "N not expected after N"),
        ("C P S", "no I before P"),
        ("C P I S", "P comes before I"),
        ("C", "ends without I"),
        ("C I P", "ends without S"),
        ("C I P P S", "P not expected after P"),
        ("C I P S D", "D not expected after S"),
        ("D", "starts with D"),
        ("I C P S", "I comes before C"),
        ("C I P N S", "P comes before N"),
        ("C I P S I", "I not expected after S"),
        ("C I S", "no P before S"),
        ("C I S P", "S comes before P"),
    ],
)
@pytest.mark.parametrize("run", [1, 4_096])
def test_the_first_difference_is_named(tmp_path: Path, events: str, expected: str | None, run: int) -> None:
    others = every(1, *["C", "I", "N", "P", "S", "D"])  # so that all types are known
    with index_of(tmp_path, {"a": every(1, *events.split()), "z": others}) as database, runs_of(run):
        pattern = Pattern.parse("C > I+ > N? > P > S")
        found = read_conformance(database, EACH, pattern)
        differing = {
            str(each.deviation): list(entities_with(database, EACH, OfDeviation(pattern, each.deviation)))
            for each in found.deviations
        }
    assert found.entities == 2 and found.fitting == (expected is None)
    assert [numbers for text, numbers in differing.items() if 1 in numbers] == (
        [] if expected is None else [differing[expected]]
    )


def test_any_events_and_alternatives(tmp_path: Path) -> None:
    orders = {
        "a": every(1, "C", "X", "Y", "P"),
        "b": every(1, "C", "S"),
        "c": every(1, "X", "P"),
        "d": every(1, "C", "P", "X"),
    }
    with index_of(tmp_path, orders) as database:
        found = read_conformance(database, EACH, Pattern.parse("C > ... > P | S"))
        fitting = entities_with(database, EACH, OfDeviation(Pattern.parse("C > ... > P | S"), None))
        with pytest.raises(UserError, match="no event type Paid"):
            read_conformance(database, EACH, Pattern.parse("C > Paid"))
    assert (found.fitting, list(fitting)) == (2, [1, 2])
    assert {str(each.deviation): each.entities for each in found.deviations} == {
        "starts with X": 1,
        "ends without P": 1,
    }


ELEMENTS = st.tuples(st.sampled_from([*TYPES, "..."]), st.sampled_from(["", "+", "?", "*"]))


@given(
    found=histories.filter(bool),
    elements=st.lists(ELEMENTS, min_size=1, max_size=5),
    run=st.sampled_from([1, 3, 4_096]),
)
@FEW
def test_an_entity_fits_if_a_regular_expression_matches(
    found: Histories, elements: list[tuple[str, str]], run: int
) -> None:
    """A pattern is a regular expression over event types: Python's own must agree."""
    known = {name for events in found.values() for name, _ in events}
    elements = [each for each in elements if each[0] in known] or [("...", "")]
    pattern = Pattern.parse(" > ".join(name + ("" if name == "..." else mark) for name, mark in elements))
    letters = {name: chr(ord("a") + at) for at, name in enumerate(TYPES)}
    expression = "".join(".*" if name == "..." else letters[name] + mark for name, mark in elements)
    fits = {
        key for key, events in found.items() if re.fullmatch(expression, "".join(letters[name] for name, _ in events))
    }
    with TemporaryDirectory() as folder, index_of(Path(folder), found) as database, runs_of(run):
        made = read_conformance(database, EACH, pattern)
        numbers = entities_with(database, EACH, OfDeviation(pattern, None))
        differing = [entities_with(database, EACH, OfDeviation(pattern, each.deviation)) for each in made.deviations]
    assert made.fitting == len(fits) == len(numbers)
    assert [len(each) for each in differing] == [each.entities for each in made.deviations]
    assert sum(each.entities for each in made.deviations) + made.fitting == len(found)


def test_the_entities_of_an_event_type_and_of_an_edge(tmp_path: Path) -> None:
    orders = {"a": every(1, "C", "P", "P", "C"), "b": every(1, "C", "S", "P"), "c": every(1, "P")}
    with index_of(tmp_path, orders) as database, runs_of(1):
        for query in (EACH, ProcessQuery("Order"), ProcessQuery("Order", Repeats.FIRST)):
            assert list(entities_with(database, query, OfType("C"))) == [1, 2]
            assert list(entities_with(database, query, OfEdge("C", "P"))) == [1]
            assert list(entities_with(database, query, OfEdge("P", "P"))) == [1]
            assert list(entities_with(database, query, OfEdge("P", "C"))) == (
                [] if query.repeats is Repeats.FIRST else [1]
            )
            assert list(entities_with(database, query, OfType("gone"))) == []
