"""A test in Python that rebuilds one entity with its own class, and stops in the debugger before its last event.

It contains the records as literals and needs no store. No part of a record becomes code.
"""

from __future__ import annotations

import itertools
import keyword
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pprint import pformat
from string import Template
from textwrap import indent
from typing import Any, Final
from uuid import UUID

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.reader import Reading
from es_desktop.app.text.json_view import plain_json
from es_desktop.app.watch.watchpoints import usable_condition
from es_desktop.core import EntityId
from es_desktop.replay import BLOCK, Chain, Exactness
from es_desktop.version import __version__

from .record_source import RecordSource

_WIDTH: Final = 110
_HEAD: Final = Template('''\
"""$entity of $store at version $version, rebuilt from its events by its own class.

Written by es-desktop $program. $promise

    pytest FILE                         stops in the debugger before event $stop is applied: `s` steps into it
    PYTHONBREAKPOINT=0 pytest FILE      does not stop, nor does it with STOP_BEFORE = None or without a terminal

It needs es_desktop, and $module, where Python finds them.
"""

import sys
${uuid}
from es_desktop.app.text.json_view import plain_json
from es_desktop.core import KnownClasses, SequencedItem, SequencedItemMapper
from es_desktop.replay import ${moment}plain_state
${condition}
from $module import $outer

STOP_BEFORE = $stop
$fails_where


def can_stop(pytestconfig):
    if sys.breakpointhook is not sys.__breakpointhook__:  # a debugger with a window of its own
        return True
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    capture.suspend(in_=True)
    try:
        return sys.stdin.isatty() and sys.stdout.isatty()
    finally:
        capture.resume()


def test_$name(pytestconfig):
    classes = KnownClasses()
    classes.register_model($model)
    mapper = SequencedItemMapper(SequencedItem, "originator_id", "originator_version", classes)
    entity = None
$start    for version, topic, payload in EVENTS:
        event = mapper.from_sequenced_item(SequencedItem(ENTITY, version, topic, payload))
        if version == STOP_BEFORE and can_stop(pytestconfig):
            breakpoint()
        entity = $model.mutate(entity, event)
$each$check

ENTITY = $id

# Version, topic and payload of each event, as they stand in the store.
EVENTS = [
''')
_CHECK: Final = """\
    state = None if entity is None else plain_json(plain_state(vars(entity)))
    assert state == EXPECTED
"""
_FAILS: Final = "It fails at the first event after which FAILS_WHERE is true."
_UNTIL: Final = {
    "moment": "Moment, ",
    "condition": "from es_desktop.replay.conditions import Condition\n",
    "start": "    fails, after = Condition(FAILS_WHERE).run(), None\n",
    "each": """\
        before, after = after, None if entity is None else plain_state(vars(entity))
        assert not fails(Moment(version, None, before, after)), f"after event {version}, {topic}: {FAILS_WHERE}"
""",
}
"""The parts of a test that fails where a condition is true; others have none of them."""
_TRUE: Final = "It passes where the class still makes of them what it made then."
_BROKEN: Final = "Event $stop failed then ($reason), so it passes once each event can be applied."


def pytest_lines(
    session: Reading, source: RecordSource, entities: Sequence[EntityId] | None, fails_where: str = ""
) -> Iterator[bytes]:
    """Yield the lines of a test of one entity; with a condition, it fails at the first event after which that is true.

    Raises ``UserError`` if there is not just one, its class is not known here, it has no event up to the version, or
    the condition cannot be used.
    """
    fails_where = usable_condition(fails_where).expression if fails_where else ""
    if entities is None or len(set(entities)) != 1:
        raise UserError("a test rebuilds one entity", "Choose just one.")
    entity = session.entity(entities[0])
    model = session.class_of(entity)
    if model is None or not _is_importable(model):
        text = f"the class of {entity.type} is not known here, so no test can rebuild it"
        raise UserError(text, "Export it as a case instead.")
    chain = session.chain(entity, session.outline(entity.id).versions)
    count = len(chain) if source.to is None else bisect_right(chain.versions, source.to)
    if not count:
        raise UserError(f"{entity.type} {entity.id} has no event up to version {source.to}", "Take a later version.")
    state, exactness = chain.state_after(count, source.checkpoint)
    failed = _first_failure(chain, count) if exactness is Exactness.BROKEN else None
    stop = chain.versions[count - 1] if failed is None else failed[0]
    has_state = failed is None and not fails_where
    whole = _FAILS if fails_where else _TRUE
    promise = whole if failed is None else Template(_BROKEN).substitute(stop=stop, reason=_harmless(failed[1]))
    yield _HEAD.substitute(
        entity=_harmless(f"{entity.type} {entity.id}"),
        store=_harmless(source.store_name),
        version=chain.versions[count - 1],
        program=__version__,
        promise=promise,
        stop=stop,
        module=model.__module__,
        outer=model.__qualname__.partition(".")[0],
        model=model.__qualname__,
        name=model.__name__.lower(),
        uuid="from uuid import UUID\n" if isinstance(entity.id, UUID) else "",
        id=repr(entity.id),
        fails_where=f"FAILS_WHERE = {fails_where!r}\n" if fails_where else "",
        check=_CHECK if has_state else "",
        **(_UNTIL if fails_where else dict.fromkeys(_UNTIL, "")),
    ).encode()
    for record in source.events_by_entity():
        _, version, topic, payload = record.item
        yield f"    ({version!r}, {topic!r}, {payload!r}),\n".encode()
    yield b"]\n"
    if has_state:
        literal = indent(pformat(plain_json(state), width=_WIDTH, sort_dicts=False), "    ")
        yield f"\n# The state after the last of them, in the words of JSON.\nEXPECTED = (\n{literal}\n)\n".encode()


def _first_failure(chain: Chain, count: int) -> tuple[int, str] | None:
    blocks = (chain.steps(first, min(first + BLOCK, count)) for first in range(0, count, BLOCK))
    steps = itertools.chain.from_iterable(blocks)
    return next(((step.version, step.error) for step in steps if step.error is not None), None)


def _harmless(text: str) -> str:
    """Return a text with all characters replaced that could end a docstring."""
    return "".join(each if each.isprintable() and each not in '"\\' else "?" for each in text)


def _is_importable(model: type[Any]) -> bool:
    """Return whether an import by a class's own name finds this very class."""
    names = [*model.__module__.split("."), *model.__qualname__.split(".")]
    if model.__module__ == "__main__" or any(not name.isidentifier() or keyword.iskeyword(name) for name in names):
        return False
    found: Any = sys.modules.get(model.__module__)
    for name in model.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is model
