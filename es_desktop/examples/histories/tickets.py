"""Histories of tickets: reported, discussed, resolved, and sometimes reopened."""

from __future__ import annotations

from es_desktop.core import create_entity

from ..ticket import Ticket
from . import texts
from .simulation import OFFICE, Simulation


def simulate_ticket(simulation: Simulation) -> None:
    """Simulate one ticket, from the report of a problem to its solution."""
    customer, helper = texts.person(simulation.rng), texts.person(simulation.rng)
    ticket = create_entity(
        Ticket,
        simulation.new_id(),
        title=texts.problem(simulation.rng),
        priority=simulation.choose((*Ticket.Priority, Ticket.Priority.NORMAL)),
        assignee=None,
        tags=[],
    )
    if simulation.happens(0.1):
        simulation.wait(3, OFFICE)
        ticket.title = f"{ticket.title} (duplicate)"
        simulation.wait(24, OFFICE)
        ticket.discard()
        return
    _assign(simulation, ticket, helper)
    _discuss(simulation, ticket, customer, helper)
    ticket.resolve(simulation.choose(texts.RESOLUTIONS))
    while simulation.happens(0.25):
        simulation.wait(50)
        ticket.reopen(simulation.choose(texts.REOPENINGS))
        _discuss(simulation, ticket, customer, helper)
        ticket.resolve(simulation.choose(texts.RESOLUTIONS))


def _assign(simulation: Simulation, ticket: Ticket, helper: str) -> None:
    simulation.wait(4, OFFICE)
    ticket.assignee = helper
    simulation.pause()
    ticket.tags = sorted(simulation.rng.sample(texts.TAGS, simulation.rng.randint(1, 3)))


def _discuss(simulation: Simulation, ticket: Ticket, customer: str, helper: str) -> None:
    for _ in range(simulation.rng.randint(1, 7)):
        simulation.wait(7, OFFICE)
        ticket.comment(simulation.choose((customer, helper)), simulation.choose(texts.COMMENTS))
    if simulation.happens(0.3) and ticket.priority != Ticket.Priority.URGENT:
        simulation.wait(2, OFFICE)
        ticket.escalate(simulation.choose(texts.ESCALATIONS))
    if simulation.happens(0.2):
        simulation.wait(1, OFFICE)
        ticket.tags = [*ticket.tags, "second line"]
        simulation.pause(15)
        ticket.assignee = texts.person(simulation.rng)
    simulation.wait(12, OFFICE)
