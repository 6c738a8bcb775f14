"""Counting the events that work on a chain has done."""

from __future__ import annotations

from collections.abc import Callable

from .chain import BLOCK, Checkpoint


def counting(progress: Callable[[int, int], None], total: int, *, per_call: int = BLOCK) -> Checkpoint:
    """Return a checkpoint that reports how many of ``total`` events are done: each call begins as many as a block has.

    ``walk`` calls it twice for a block, and so needs half of that ``per_call``.
    """
    done = 0

    def checkpoint() -> None:
        nonlocal done
        progress(min(done, total), total)
        done += per_call

    return checkpoint
