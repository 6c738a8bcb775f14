"""What people test their own entities with: given, when, then; whether a store rebuilds; and the fixture of pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import es_desktop as es
from es_desktop.examples import Example, Order, create_new_example
from es_desktop.testing import Given, assert_rebuilds, given
from tests.app.storing import sql

ROOT = Path(__file__).parents[2]


def test_an_act_has_just_the_events_that_are_expected() -> None:
    order = given(Order, customer="Ann")
    added = order.when(lambda each: each.add_item("TEA-1", "Tea", 2, Decimal("3.50")))
    added.then((Order.ItemAdded, {"sku": "TEA-1", "quantity": 2})).then_has(total=Decimal("7.00"))
    order.when(lambda each: None).then()
    with pytest.raises(AssertionError, match="the events are ItemAdded, and not none"):
        added.then()
    with pytest.raises(AssertionError, match=r"ItemAdded has \{'quantity': 2\}, and not \{'quantity': 3\}"):
        added.then((Order.ItemAdded, {"quantity": 3}))
    with pytest.raises(AssertionError, match="the entity has"):
        added.then_has(total=Decimal(0))


def test_a_refusal_is_an_outcome_too() -> None:
    empty = given(Order, customer="Ann").when(lambda each: each.add_item("TEA-1", "Tea", 0, Decimal(1)))
    empty.then_raises(ValueError)
    with pytest.raises(AssertionError, match="it raised ValueError"):
        empty.then()
    with pytest.raises(AssertionError, match="the text is"):
        empty.then_raises(ValueError, "no such text")
    fine = given(Example, foo="1").when(lambda each: setattr(each, "foo", "2"))
    with pytest.raises(AssertionError, match="it raised nothing; the events are AttributeChanged"):
        fine.then_raises(ValueError)


def test_a_scenario_writes_to_no_store_and_may_begin_in_one(es_store: es.Store) -> None:
    example = create_new_example(foo="1")
    stored = es_store.session.repository[example.id]
    changed = Given(stored).after(lambda each: setattr(each, "foo", "2"))
    changed.when(lambda each: each.discard()).then(Example.Discarded)
    assert es_store.entity(example.id).version == 0


def test_a_store_rebuilds_or_the_first_place_where_it_does_not_is_named(es_store: es.Store) -> None:
    example = create_new_example(foo="1")
    example.foo = "2"
    entity = es_store.entity(example.id)
    entity.take_snapshot()
    assert_rebuilds(es_store)
    path = Path(es_store.name)
    sql(path, 'UPDATE snapshots SET data = replace(data, \'"_foo":"2"\', \'"_foo":"3"\')')
    text = "the snapshot at version 1 is false: foo is '3' in it, and '2' by the events"
    with pytest.raises(AssertionError, match=text):
        assert_rebuilds(es_store.entity(example.id))


def test_the_fixture_is_there_for_tests_of_other_projects(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(
        "import sys\n"
        "assert 'es_desktop.api' not in sys.modules, 'each start of pytest would take longer'\n"
        "import pytest\n"
        "from es_desktop.core import TimestampedVersionedEntity, attribute, create_entity\n"
        "from es_desktop.testing import assert_rebuilds\n"
        "class Mine(TimestampedVersionedEntity):\n"
        "    def __init__(self, name='', **kwargs):\n"
        "        super().__init__(**kwargs)\n"
        "        self._name = name\n"
        "    @attribute\n"
        "    def name(self): 'A name.'\n"
        "@pytest.fixture\n"
        "def es_models():\n"
        "    return [Mine]\n"
        "def test_it(es_store):\n"
        "    mine = create_entity(Mine, name='a')\n"
        "    mine.name = 'b'\n"
        "    assert_rebuilds(es_store)\n"
        "    assert es_store.entity(mine.id).state()['name'] == 'b'\n"
        "    assert es_store.entity(mine.id).state().exactness == 'exact'\n"
    )
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "es_desktop.testing.plugin"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(line, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr
