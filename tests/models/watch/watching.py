"""Watchpoints on the demo or on one long history."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from es_desktop.models.watch.watchpoints import Watchpoints
from tests.app.recording import event, store_of
from tests.models.working import Working

CART = UUID(int=7)
WATCHED = ("total > 100", "status", "lines[0].price", 'changed("total")', "previous.total", "len(lines)")


def carts(path: Path, count: int, at: Callable[[int], bool] = lambda version: version % 1000 == 500) -> Path:
    """A store with one long history, in which a flag is set for one event at some versions."""
    data = (json.dumps({"n": version, "flag": at(version)}) for version in range(count))
    return store_of(path, [event(CART, version, each) for version, each in enumerate(data)])


def messages_of(watchpoints: Watchpoints) -> list[str]:
    messages: list[str] = []
    watchpoints.message.connect(messages.append)
    return messages


def watch(working: Working, *expressions: str) -> Watchpoints:
    for expression in expressions:
        working.workspace.watchpoints.add(expression)
    working.settle()
    return working.workspace.watchpoints


def crossed(watchpoints: Watchpoints, index: int) -> list[int]:
    trace = watchpoints.trace(watchpoints.all[index])
    assert trace is not None and trace.error is None
    return [each.version for each in trace.crossings]
