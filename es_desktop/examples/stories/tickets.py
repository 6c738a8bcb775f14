"""The story of a ticket: told by a customer, talked over, put right, and sometimes not for good."""

from __future__ import annotations

from es_desktop.core import create_entity

from ..ticket import Ticket
from . import words
from .stage import OFFICE, Stage


def tell_ticket(stage: Stage) -> None:
    """Tell one ticket from the trouble to its end."""
    customer, helper = words.person(stage.rng), words.person(stage.rng)
    ticket = create_entity(
        Ticket,
        stage.new_id(),
        title=words.trouble(stage.rng),
        priority=stage.any_of((*Ticket.Priority, Ticket.Priority.NORMAL)),
        assignee=None,
        tags=[],
    )
    if stage.happens(0.1):
        stage.wait(3, OFFICE)
        ticket.title = f"{ticket.title} (duplicate)"
        stage.wait(24, OFFICE)
        ticket.discard()
        return
    _sort_in(stage, ticket, helper)
    _talk(stage, ticket, customer, helper)
    ticket.resolve(stage.any_of(words.RESOLUTIONS))
    while stage.happens(0.25):
        stage.wait(50)
        ticket.reopen(stage.any_of(words.REOPENINGS))
        _talk(stage, ticket, customer, helper)
        ticket.resolve(stage.any_of(words.RESOLUTIONS))


def _sort_in(stage: Stage, ticket: Ticket, helper: str) -> None:
    stage.wait(4, OFFICE)
    ticket.assignee = helper
    stage.pause()
    ticket.tags = sorted(stage.rng.sample(words.TAGS, stage.rng.randint(1, 3)))


def _talk(stage: Stage, ticket: Ticket, customer: str, helper: str) -> None:
    for _ in range(stage.rng.randint(1, 7)):
        stage.wait(7, OFFICE)
        ticket.comment(stage.any_of((customer, helper)), stage.any_of(words.COMMENTS))
    if stage.happens(0.3) and ticket.priority != Ticket.Priority.URGENT:
        stage.wait(2, OFFICE)
        ticket.escalate(stage.any_of(words.ESCALATIONS))
    if stage.happens(0.2):
        stage.wait(1, OFFICE)
        ticket.tags = [*ticket.tags, "second line"]
        stage.pause(15)
        ticket.assignee = words.person(stage.rng)
    stage.wait(12, OFFICE)
