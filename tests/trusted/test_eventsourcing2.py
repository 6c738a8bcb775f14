"""Entities of Python eventsourcing 2 to 8: what a record may do, and the chain of hashes.

A package as small as its part that is used stands for the library, whose releases need old versions of other packages.
``tests/app/trust/test_truth.py`` tries the releases themselves.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from es_desktop.trusted import CodeOutcome, CodeState, Trust
from es_desktop.trusted.child.wire import encode
from tests.trusted.coding import ID, at_work, fold, trust_in, views, write

LIBRARY = {
    "eventsourcing/__init__": '__version__ = "7.2.4"',
    "eventsourcing/domain/__init__": "",
    "eventsourcing/domain/model/__init__": """
        import hashlib, json

        class Event:
            def __hash_object__(self, attributes):
                return hashlib.sha256(json.dumps(attributes, sort_keys=True).encode()).hexdigest()

            def __mutate__(self, entity):
                attributes = dict(self.__dict__)
                assert attributes.pop("__event_hash__") == self.__hash_object__(attributes), "hash"
                assert entity is not None
                assert entity.__head__ == self.__previous_hash__, "chain"
                assert entity.___version__ + 1 == self.originator_version, "version"
                self.mutate(entity)
                entity.__dict__.update(___version__=self.originator_version, __head__=self.__event_hash__)
                return entity
        """,
    "eventsourcing/infrastructure/__init__": "",
    "eventsourcing/infrastructure/sequenceditem": """
        from collections import namedtuple
        SequencedItem = namedtuple("SequencedItem", "sequence_id position topic state")
        """,
    "eventsourcing/infrastructure/sequenceditemmapper": """
        import importlib, json

        def resolve(topic):
            module, _, name = topic.partition("#")
            found = importlib.import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
            return found

        def decoded(tree):
            if "__class__" in tree:
                resolve(tree["__class__"]["topic"])
            return tree

        class SequencedItemMapper:
            def __init__(self, item_class, sequence_id_attr_name, position_attr_name):
                pass

            def event_from_item(self, item):
                event = object.__new__(resolve(item.topic))
                event.__dict__.update(json.loads(item.state, object_hook=decoded))
                return event
        """,
    "eventsourcing/infrastructure/snapshotting": """
        def entity_from_snapshot(snapshot):
            from eventsourcing.infrastructure.sequenceditemmapper import resolve
            entity = object.__new__(resolve(snapshot.topic))
            entity.__dict__.update(snapshot.state)
            return entity
        """,
    "mine": """
        from eventsourcing.domain.model import Event

        class Cart:
            class Created(Event):
                def __mutate__(self, entity=None):
                    made = Cart()
                    made.__dict__.update(owner=self.owner, items=[], ___version__=0, __head__=self.__event_hash__)
                    return made

            class Filled(Event):
                def mutate(self, cart):
                    cart.items.append(self.item)

            class Spilled(Event):
                def mutate(self, cart):
                    cart.items.clear()
                    raise ValueError("the bottom fell out")

            class Discarded(Event):
                def __mutate__(self, cart):
                    return None

            class Snapshot(Event):
                pass
        """,
}


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    for name, source in LIBRARY.items():
        folder, _, module = name.rpartition("/")
        write(tmp_path / folder, module, source)
    return trust_in(tmp_path, LIBRARY["mine"], function=None)


def chain(*events: tuple[str, dict[str, Any]]) -> list[list[Any]]:
    """Return the records of events, each with the hash of the one before."""
    records, before = [], ""
    for version, (name, data) in enumerate(events):
        attributes = {"originator_version": version, "__previous_hash__": before, **data}
        before = hashlib.sha256(json.dumps(attributes, sort_keys=True).encode()).hexdigest()
        records.append([version, f"mine#Cart.{name}", json.dumps({**attributes, "__event_hash__": before})])
    return records


CREATED = ("Created", {"owner": "Zoë", "originator_topic": "mine#Cart"})
FILLED = [("Filled", {"item": item}) for item in "abc"]


def failures(outcomes: list[CodeOutcome]) -> list[str | None]:
    return [each.failure for each in outcomes]


def test_entities_are_created_changed_and_discarded(trust: Trust) -> None:
    with at_work(trust) as code:
        done = fold(code, *chain(CREATED, FILLED[0], ("Discarded", {}), FILLED[1]))
    assert views(done) == [{"owner": "Zoë", "items": []}, {"owner": "Zoë", "items": ["a"]}, None, None]
    assert failures(done.outcomes)[:3] == [None] * 3
    assert "was discarded" in (done.outcomes[3].failure or "")


def test_an_event_that_fails_is_left_out_and_the_next_ones_are_applied(trust: Trust) -> None:
    with at_work(trust) as code:
        done = fold(code, *chain(CREATED, FILLED[0], ("Spilled", {}), FILLED[1], FILLED[2]))
    assert failures(done.outcomes) == [None, None, "ValueError: the bottom fell out", None, None]
    assert views(done)[-1] == {"owner": "Zoë", "items": ["a", "b", "c"]}


def test_an_event_that_was_changed_in_the_store_fails_as_in_the_library(trust: Trust) -> None:
    records = chain(CREATED, *FILLED)
    records[2][2] = records[2][2].replace('"b"', '"x"')
    with at_work(trust) as code:
        done = fold(code, *records)
    assert failures(done.outcomes) == [None, None, "AssertionError: hash", None]


def test_a_branch_needs_no_hashes(trust: Trust) -> None:
    """An event is edited, the next one is skipped, and the last one moves to its version."""
    created, first, second, third = chain(CREATED, *FILLED)
    edited = [1, first[1], first[2], [encode({"item": "edited"}), first[1]]]
    moved = [2, *third[1:]]
    with at_work(trust) as code:
        done = fold(code, created, edited, moved)
        again = fold(code, created, edited, second, third)
    assert failures([*done.outcomes, *again.outcomes]) == [None] * 7
    assert views(done)[-1]["items"] == ["edited", "c"]
    assert views(again)[-1]["items"] == ["edited", "b", "c"]


def test_a_record_never_imports_a_module(trust: Trust, tmp_path: Path) -> None:
    """Neither its topic, nor the class of a value in it, nor that of a snapshot does."""
    write(tmp_path, "trap", "import os; os._exit(9)  # would end the process\nclass Cart:\n    pass\n")
    value = {"__class__": {"topic": "trap#Cart", "state": {}}}
    records = [[0, "trap#Cart.Created", "{}"], *chain(("Created", {"owner": value}))]
    with at_work(trust) as code:
        reasons = [each.failure or "" for each in fold(code, *records).outcomes]
        snapshot = {"topic": "trap#Cart", "state": {"owner": 1}}
        reasons += code.base_errors(ID, [[3, "mine#Cart.Snapshot", json.dumps(snapshot)]])
    assert len(reasons) == 3
    assert all("'trap'" in each and "was not named" in each for each in reasons), reasons


def test_snapshots_are_bases(trust: Trust) -> None:
    *_, last = records = chain(CREATED, *FILLED)
    state = {
        "owner": "Zoë",
        "items": ["a", "b"],
        "___version__": 2,
        "__head__": json.loads(records[2][2])["__event_hash__"],
    }
    base = [2, "mine#Cart.Snapshot", json.dumps({"topic": "mine#Cart", "state": state})]
    with at_work(trust) as code:
        assert code.base_errors(ID, [base]) == [""]
        assert views(fold(code, last, start=CodeState(base))) == [{"owner": "Zoë", "items": ["a", "b", "c"]}]


def test_records_of_a_script_are_found_in_the_module_that_is_named(trust: Trust) -> None:
    records = [[version, topic.replace("mine#", "__main__#"), data] for version, topic, data in chain(CREATED, *FILLED)]
    with at_work(trust) as code:
        assert views(fold(code, *records))[-1] == {"owner": "Zoë", "items": list("abc")}


@pytest.mark.parametrize(
    ("topic", "reason"), [("mine#Nothing", "is not a class"), ("mine#Cart.Created.mutate", "is not a class")]
)
def test_a_record_of_no_class_is_a_failure(trust: Trust, topic: str, reason: str) -> None:
    with at_work(trust) as code:
        assert reason in (fold(code, [0, topic, "{}"]).outcomes[0].failure or "")
