"""Variants: the entities whose event types follow each other in the same order."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_desktop.app.process.counting import ProcessQuery, Repeats
from es_desktop.app.process.process import entities_with, read_process
from es_desktop.app.process.selections import OfVariant
from es_desktop.app.process.variants import MOST_TYPES, Variants
from tests.app.process.processing import Histories, counted, every, histories, index_of, of, runs_of
from tests.trials import FEW


def variants_of(folder: Path, found: Histories, repeats: Repeats = Repeats.COLLAPSED, most: int = 99) -> Variants:
    with index_of(folder, found) as database:
        return read_process(database, ProcessQuery("Order", repeats), most_variants=most).variants


def test_immediate_repeats_are_one(tmp_path: Path) -> None:
    orders = {
        "a": every(10, "Created", "ItemAdded", "ItemAdded", "Paid"),
        "b": every(20, "Created", "ItemAdded", "Paid"),
        "c": every(99, "Created"),
        "d": [("Created", None)],
    }
    found = variants_of(tmp_path, orders)
    assert [of(each, "types", "length", "entities", "share", "median") for each in found.variants] == [
        (("Created",), 1, 2, 0.5, 0.0),
        (("Created", "ItemAdded", "Paid"), 3, 2, 0.5, 35.0),
    ]
    assert of(found, "count", "entities", "uncounted") == (2, 4, 0) and found.covered_by(1) == 0.5
    whole = variants_of(tmp_path / "whole", orders, Repeats.EACH, most=1)
    assert (len(whole.variants), whole.count) == (1, 3)


@pytest.mark.parametrize("repeats", Repeats)
@given(found=histories.filter(bool), run=st.sampled_from([1, 2, 4_096]))
@FEW
def test_variants_are_what_a_simple_count_finds(found: Histories, run: int, repeats: Repeats) -> None:
    with TemporaryDirectory() as folder, index_of(Path(folder), found) as database, runs_of(run):
        made = read_process(database, ProcessQuery("Order", repeats)).variants
        numbers = [list(entities_with(database, made_query(repeats), OfVariant(each.key))) for each in made.variants]
    orders = Counter(tuple(name for name, _ in counted(events, repeats)) for events in found.values())
    assert {each.types: each.entities for each in made.variants} == orders
    assert [len(each) for each in numbers] == [each.entities for each in made.variants]
    assert sorted(number for each in numbers for number in each) == list(range(1, len(found) + 1))


def made_query(repeats: Repeats) -> ProcessQuery:
    return ProcessQuery("Order", repeats)


def test_long_variants_differ_by_what_is_behind_the_types_that_are_named(tmp_path: Path) -> None:
    long = ["Created", "Paid"] * MOST_TYPES
    orders = {"a": every(1, *long, "Shipped"), "b": every(1, *long, "Discarded"), "c": every(1, *long, "Shipped")}
    with index_of(tmp_path, orders) as database, runs_of(7):
        found = read_process(database, ProcessQuery("Order")).variants
        with runs_of(150):
            numbers = [entities_with(database, ProcessQuery("Order"), OfVariant(each.key)) for each in found.variants]
    assert [of(each, "entities", "length") for each in found.variants] == [(2, len(long) + 1), (1, len(long) + 1)]
    assert found.variants[0].types == tuple(long[:MOST_TYPES])
    assert list(map(list, numbers)) == [[1, 3], [2]]


def test_too_many_variants_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("es_desktop.app.process.variants.MOST_VARIANTS", 2)
    found = variants_of(tmp_path, {str(number): every(1, f"T{number}", "Paid") for number in range(5)})
    assert of(found, "count", "entities", "uncounted") == (2, 5, 3)
