"""Histories of examples: an attribute that changes, and heartbeats between the changes."""

from __future__ import annotations

from es_desktop.core import create_entity

from ..example import Example
from .simulation import AWAKE, Simulation

_MOODS = ("calm", "curious", "glücklich", "hungry", "sleepy", "très content", "wide awake")


def simulate_example(simulation: Simulation) -> None:
    """Simulate one example."""
    example = create_entity(Example, simulation.new_id(), foo="new", a=simulation.rng.randint(1, 9), b="")
    for _ in range(simulation.rng.randint(2, 6)):
        simulation.wait(30, AWAKE)
        example.foo = simulation.choose(_MOODS)
        simulation.pause(20)
        example.beat_heart(simulation.rng.randint(1, 4))
        if simulation.happens(0.3):
            simulation.pause()
            example.a += 1
    if simulation.happens(0.2):
        simulation.wait(48, AWAKE)
        example.discard()
