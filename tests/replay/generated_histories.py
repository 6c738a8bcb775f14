"""Strategies for histories of entities: of the models, and of an entity whose class is not known here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from es_desktop.core import EntityIsDiscarded, RecordedEvent, create_entity
from es_desktop.examples import Example, Order
from es_desktop.replay import Chain, ClassFold, Fold, GenericFold
from tests.replay.histories import CLASSES, chain_of, published, recorded
from tests.replay.trees import LEAVES, NAMES, TREES

ID = UUID(int=1)
_TEXTS = st.text(max_size=3)
_AMOUNTS = st.decimals("0.01", "99.99", places=2)
_SKUS = st.sampled_from("ABC")


@dataclass(frozen=True)
class History:
    """The events of one entity, and their fold."""

    events: tuple[RecordedEvent, ...]
    fold: Fold

    def chain(self) -> Chain:
        return chain_of(self.events, self.fold)

    def states(self) -> list[Any]:
        """The state before any event, and after each."""
        chain = self.chain()
        return [chain.state_after(count)[0] for count in range(len(chain) + 1)]

    def __repr__(self) -> str:
        return "\n".join(f"{each.version} {each.type} {dict(each.data)} {each.error or ''}" for each in self.events)


def _calling(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Callable[[Any], object]]:
    return st.tuples(*arguments).map(lambda given: lambda each: getattr(each, name)(*given))


def _setting(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Callable[[Any], object]]:
    return values.map(lambda value: lambda each: setattr(each, name, value))


_ORDER = st.one_of(
    _setting("note", _TEXTS),
    _setting("gift", st.booleans()),
    _setting("discount", st.sampled_from([Decimal("0.00"), Decimal("1.00"), Decimal("2.50")])),
    _calling("add_item", _SKUS, _TEXTS, st.integers(1, 3), _AMOUNTS),
    _calling("add_item", _SKUS, _TEXTS, st.integers(1, 3), _AMOUNTS),
    _calling("remove_item", _SKUS),
    _calling("change_address", st.dictionaries(st.sampled_from(["city", "street"]), _TEXTS, max_size=2)),
    _calling("pay", _TEXTS),
    _calling("ship", _TEXTS, _TEXTS),
    _calling("cancel", _TEXTS),
)
_EXAMPLE = st.one_of(
    _setting("foo", TREES), _setting("a", LEAVES), _calling("beat_heart", st.integers(1, 3)), _calling("discard")
)


def _lived(model: type[Any], commands: list[Callable[[Any], object]], **arguments: Any) -> History:
    with published() as events:
        entity = create_entity(model, ID, **arguments)
        for command in commands:
            with suppress(ValueError, EntityIsDiscarded):
                command(entity)
    return History(tuple(recorded(events)), ClassFold(model, CLASSES))


def _event(event_type: str, data: dict[str, Any], error: str | None = None) -> RecordedEvent:
    return RecordedEvent(0, f"shop#Cart.{event_type}", None, {} if error else data, error=error)


def _numbered(events: list[RecordedEvent], versions: list[int]) -> History:
    events = [RecordedEvent(v, e.topic, float(v), e.data, None, e.error) for v, e in zip(versions, events, strict=True)]
    return History(tuple(events), GenericFold())


_NAMES = NAMES.filter(lambda name: not name.startswith("_"))
_ATTRIBUTE = st.builds(lambda name, value: _event("AttributeChanged", {"name": name, "value": value}), _NAMES, TREES)
_CREATED = st.builds(lambda data: _event("Created", data), st.dictionaries(_NAMES, TREES, max_size=3))
_DISCARDED = st.just(_event("Discarded", {}))
_FILLED = st.builds(lambda data: _event("Filled", data), st.dictionaries(_NAMES, TREES, max_size=3))
_FAILED = st.just(_event("Filled", {}, error="no valid JSON"))


def _carts(
    later: st.SearchStrategy[RecordedEvent], last: st.SearchStrategy[RecordedEvent], longest_gap: int
) -> st.SearchStrategy[History]:
    """Return lives that are created, go on for a while, and may have one event more."""
    ends = st.lists(last, max_size=1)
    events = st.builds(lambda first, others, end: [first, *others, *end], _CREATED, st.lists(later, max_size=6), ends)

    def numbered(events: list[RecordedEvent]) -> st.SearchStrategy[History]:
        gaps = st.lists(st.integers(1, longest_gap), min_size=len(events), max_size=len(events))
        return gaps.map(lambda steps: _numbered(events, [sum(steps[: at + 1]) - 1 for at in range(len(steps))]))

    return events.flatmap(numbered)


ORDERS = st.lists(_ORDER, max_size=12).map(lambda commands: _lived(Order, commands, customer="Zoë"))
EXAMPLES = st.lists(_EXAMPLE, max_size=8).map(lambda commands: _lived(Example, commands, foo=1))
CARTS = _carts(_ATTRIBUTE | _FILLED | _DISCARDED | _FAILED, _FILLED, 3)
HISTORIES = ORDERS | EXAMPLES | CARTS
EXACT_HISTORIES = ORDERS | EXAMPLES
