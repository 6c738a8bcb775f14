"""A ticket of a help desk: a problem, who works on it, and the comments about it."""

# The bodies of attributes are made by @attribute.
# mypy: disable-error-code=empty-body

from __future__ import annotations

import enum
from typing import Any, ClassVar

from es_desktop.core import Guard, TimestampedVersionedEntity, attribute, command


def _only(what: str, status: str) -> Guard:
    """Return what refuses a command of a ticket that is in another status."""

    def check(ticket: Any) -> None:
        if ticket.status != status:
            article = "an" if ticket.status == "open" else "a"
            raise ValueError(f"{article} {ticket.status} ticket {what}, only one that is {status}")

    return check


def _can_be_escalated(ticket: Any) -> None:
    _only("is not escalated", "open")(ticket)
    if ticket.priority == "urgent":
        raise ValueError("the ticket is urgent already")


class Ticket(TimestampedVersionedEntity):
    """A problem that a customer reported."""

    class Priority(enum.StrEnum):
        LOW = "low"
        NORMAL = "normal"
        HIGH = "high"
        URGENT = "urgent"

    class Status(enum.StrEnum):
        OPEN = "open"
        RESOLVED = "resolved"

    class Event(TimestampedVersionedEntity.Event):
        """Something that happened to a ticket."""

    class Commented(Event):
        """Someone commented on the problem."""

        KNOWN_VERSION: ClassVar = 1
        """The version of its schema that this program knows."""
        author: str
        text: str

        def mutate(self, ticket: Ticket) -> None:
            version = vars(self).get("schema_version", 1)
            if version > self.KNOWN_VERSION:
                raise ValueError(
                    f"this comment has schema version {version}, written by a newer program; "
                    f"this one knows version {self.KNOWN_VERSION}"
                )
            ticket._comments.append({"author": self.author, "text": self.text, "at": self.timestamp})

    class Escalated(Event):
        """The problem became more important."""

        priority: Ticket.Priority
        reason: str

        def mutate(self, ticket: Ticket) -> None:
            ticket._priority = self.priority

    class Resolved(Event):
        """The problem was solved."""

        resolution: str

        def mutate(self, ticket: Ticket) -> None:
            ticket._status = Ticket.Status.RESOLVED
            ticket._resolution = self.resolution

    class Reopened(Event):
        """The problem was not solved after all."""

        reason: str

        def mutate(self, ticket: Ticket) -> None:
            ticket._status = Ticket.Status.OPEN
            ticket._resolution = None
            ticket._times_reopened += 1

    def __init__(
        self,
        title: str,
        priority: Ticket.Priority = Priority.NORMAL,
        assignee: str | None = None,
        tags: list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._title = title
        self._status = Ticket.Status.OPEN
        self._priority = priority
        self._assignee = assignee
        self._tags = tags or []
        self._comments: list[dict[str, Any]] = []
        self._resolution: str | None = None
        self._times_reopened = 0

    @attribute
    def title(self) -> str:
        """The problem in one line."""

    @attribute
    def priority(self) -> Ticket.Priority:
        """How important it is."""

    @attribute
    def assignee(self) -> str | None:
        """Who works on it."""

    @attribute
    def tags(self) -> list[str]:
        """Words to find it by."""

    @property
    def status(self) -> Ticket.Status:
        return self._status

    @property
    def comments(self) -> list[dict[str, Any]]:
        """The comments, each with its author, text and time; a copy."""
        return [dict(comment) for comment in self._comments]

    @property
    def resolution(self) -> str | None:
        """How the problem was solved."""
        return self._resolution

    @property
    def times_reopened(self) -> int:
        return self._times_reopened

    @command
    def comment(self, author: str, text: str) -> None:
        """Add a comment."""
        self._trigger(self.Commented, author=author, text=text)

    @command(guard=_can_be_escalated)
    def escalate(self, reason: str) -> None:
        """Raise the priority by one. Raises ``ValueError`` if the ticket is resolved, or urgent already."""
        priorities = list(Ticket.Priority)
        higher = priorities[priorities.index(self._priority) + 1]
        self._trigger(self.Escalated, priority=higher, reason=reason)

    @command(guard=_only("is not resolved again", Status.OPEN))
    def resolve(self, resolution: str) -> None:
        """Resolve the ticket. Raises ``ValueError`` if it is resolved already."""
        self._trigger(self.Resolved, resolution=resolution)

    @command(guard=_only("is not reopened", Status.RESOLVED))
    def reopen(self, reason: str) -> None:
        """Reopen the ticket. Raises ``ValueError`` if it is open."""
        self._trigger(self.Reopened, reason=reason)
