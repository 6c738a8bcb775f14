"""The story of a small example: a name that changes now and then, and a heart that beats in between."""

from __future__ import annotations

from es_desktop.core import create_entity

from ..example import Example
from .stage import AWAKE, Stage

_MOODS = ("calm", "curious", "glücklich", "hungry", "sleepy", "très content", "wide awake")


def tell_example(stage: Stage) -> None:
    """Tell one example."""
    example = create_entity(Example, stage.new_id(), foo="new", a=stage.rng.randint(1, 9), b="")
    for _ in range(stage.rng.randint(2, 6)):
        stage.wait(30, AWAKE)
        example.foo = stage.any_of(_MOODS)
        stage.pause(20)
        example.beat_heart(stage.rng.randint(1, 4))
        if stage.happens(0.3):
            stage.pause()
            example.a += 1
    if stage.happens(0.2):
        stage.wait(48, AWAKE)
        example.discard()
