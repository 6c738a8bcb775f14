"""What is shown is what the core's own repository gives, at every version and from every base; read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from es_desktop.app.entity.verdict import NEAREST, ZERO, BaseChoice
from es_desktop.app.entity.view import EntityView
from es_desktop.app.store.session import Session, create_session, open_session
from es_desktop.core import EntityId, EntityIsDiscarded, TimestampedVersionedEntity, create_entity
from es_desktop.examples import Account, Example, Order, Ticket
from es_desktop.replay import BLOCK, Exactness, plain_state
from tests.trials import FEW

_TEXTS = st.text(max_size=4)
_AMOUNTS = st.decimals("0.01", "99.99", places=2)
_MOST_SNAPSHOTS = 3
Command = Callable[[Any], object]


def _calling(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return st.tuples(*arguments).map(lambda given: lambda entity: getattr(entity, name)(*given))


def _setting(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return values.map(lambda value: lambda entity: setattr(entity, name, value))


_DISCARD = _calling("discard")
MODELS: dict[type[Any], tuple[dict[str, Any], st.SearchStrategy[Command]]] = {
    Example: (
        {"foo": "new"},
        _setting("foo", _TEXTS | st.lists(st.integers(), max_size=3)) | _calling("beat_heart", st.integers(1, 4)),
    ),
    Order: (
        {"customer": "Zoë"},
        _setting("note", _TEXTS)
        | _calling("add_item", st.sampled_from("ABC"), _TEXTS, st.integers(1, 3), _AMOUNTS)
        | _calling("remove_item", st.sampled_from("ABC"))
        | _calling("pay", _TEXTS),
    ),
    Account: (
        {"owner": "Søren", "limit": Decimal("50.00")},
        _calling("deposit", _AMOUNTS, _TEXTS) | _calling("withdraw", _AMOUNTS, _TEXTS) | _calling("freeze", _TEXTS),
    ),
    Ticket: (
        {"title": "It is broken"},
        _calling("comment", _TEXTS, _TEXTS)
        | _calling("escalate", _TEXTS)
        | _calling("resolve", _TEXTS)
        | _calling("reopen", _TEXTS),
    ),
}


@st.composite
def histories(draw: st.DrawFn) -> tuple[type[Any], list[Command], int | None, list[int]]:
    """A model, what is done to an entity of it, how often a snapshot is taken, and at which versions besides."""
    model = draw(st.sampled_from(list(MODELS)))
    commands = draw(st.lists(MODELS[model][1], max_size=10))
    commands += draw(st.lists(_DISCARD, max_size=1))
    frequency = draw(st.sampled_from([None, 1, 2, 3]))
    return model, commands, frequency, draw(st.lists(st.integers(0, 10), max_size=_MOST_SNAPSHOTS))


def live(session: Session, model: type[Any], commands: list[Command], snapshots: list[int]) -> EntityId:
    """Let an entity live: through the model's own commands, the bus, the policies and the core's snapshots."""
    with session.bus.activated():
        entity = create_entity(model, **MODELS[model][0])
        for command in commands:
            with suppress(ValueError, EntityIsDiscarded):
                command(entity)
        for version in snapshots:
            session.repository.take_snapshot(entity.id, lte=version)
    found: EntityId = entity.id
    return found


@given(history=histories())
@settings(FEW, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_state_shown_at_any_version_is_that_of_the_repository(
    history: tuple[type[Any], list[Command], int | None, list[int]], tmp_path_factory: Any
) -> None:
    model, commands, frequency, snapshots = history
    path = tmp_path_factory.mktemp("stores") / "made.esdb"
    with closing(create_session(str(path))) as session:
        session.set_frequency(frequency, lambda entity_id, error: None)
        entity_id = live(session, model, commands, snapshots)
        view = EntityView(session, entity_id)
        picked = [BaseChoice.picked(version) for version in view.snapshot_versions]
        for version in view.outline.versions:
            entity = session.repository.get_entity(entity_id, lte=version)
            expected = None if entity is None else plain_state(vars(entity))
            for base in (NEAREST, ZERO, *picked):
                shown = view.state_at(version, base=base, checkpoint=lambda: None)
                assert (shown.state, shown.exactness) == (expected, Exactness.EXACT), (version, base)
            assert session.explain(entity_id, version).state == expected


class Unknown(TimestampedVersionedEntity):
    """A model that no session of the program knows."""


@pytest.mark.parametrize(
    ("model", "exactness"),
    [(TimestampedVersionedEntity, Exactness.EXACT), (Unknown, Exactness.INFERRED), (Example, Exactness.EXACT)],
)
def test_a_state_is_exact_where_the_class_is_known_here(model: type[Any], exactness: Exactness, tmp_path: Path) -> None:
    """In a store of ours: from zero and from a snapshot, by events that are all of the core's types."""
    path = str(tmp_path / "made.esdb")
    arguments = {"foo": 1} if model is Example else {}
    with closing(create_session(path, [Example, model])) as session, session.bus.activated():
        entity = create_entity(model, **arguments)
        entity.change_attribute("_title", "List")
        session.repository.take_snapshot(entity.id)
        entity.change_attribute("_title", "Other")
    with closing(open_session(path)) as session:
        for version in range(3):
            for base in (NEAREST, ZERO):
                # Without the class, the snapshot itself is whole.
                is_whole = base is NEAREST and version == 1
                expected = Exactness.EXACT if is_whole else exactness
                assert session.explain(entity.id, version, base=base).exactness is expected, (version, base)
        assert session.explain(entity.id).state["title"] == "Other"


@contextmanager
def events_read() -> Iterator[list[range]]:
    """Note the versions that each select of events asks for, of an entity without a gap."""
    asked: list[range] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if "integer_sequenced_items.data" in statement:
            assert "position >" in statement, "no event alone, and none from the first on"
            of_entity = next(at for at, each in enumerate(parameters) if isinstance(each, bytes))
            after, limit = parameters[of_entity + 1 : of_entity + 3]
            asked.append(range(after + 1, after + 1 + limit))

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


def test_the_record_of_a_step_is_read_once_for_all_who_show_it(demo_template: Path) -> None:
    with closing(open_session(str(demo_template), writable=False)) as session:
        view = EntityView(session, max(session.entities(), key=lambda each: each.events).id)
        version = view.outline.versions[-1] - 40
        expected = session.events(view.facts.id, after=version - 1, limit=1)[0]
        view.state_at(version - BLOCK, base=ZERO, checkpoint=lambda: None)
        with events_read() as asked:
            view.state_at(version, base=NEAREST, checkpoint=lambda: None)
            assert len(asked) == 1, "the events from the base on; the snapshots were read with the entity"
            shown, record = view.event_at(version)
            view.state_at(version, base=NEAREST, checkpoint=lambda: None)
            assert len(asked) == 1
            view.state_at(version, base=ZERO, checkpoint=lambda: None)
            view.steps(version, view.outline.count_to(version) // BLOCK, base=ZERO, checkpoint=lambda: None)
        assert sum(version in each for each in asked) == 1
        assert (shown, record) == (expected, session.record(view.facts.id, version))
