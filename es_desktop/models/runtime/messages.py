"""The messages of this run of the program, the newest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import time
from typing import Final

from PySide6.QtCore import QObject

from es_desktop.models.table.model import TONE_ROLE, Column, RowsModel, time_column

MOST: Final = 200
"""How many messages are kept."""
TIME, TEXT = range(2)


@dataclass(frozen=True, slots=True)
class Message:
    """What the program said."""

    text: str
    is_error: bool = False
    time: float = field(default_factory=time)
    """In seconds since the epoch, UTC."""


class MessagesModel(RowsModel[Message]):
    """A table of the messages."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(
            (
                time_column("Time", lambda message: message.time),
                Column("Message", lambda message: message.text, tip=lambda message: message.text),
            ),
            row_roles={TONE_ROLE: lambda message: "failed" if message.is_error else None},
            parent=parent,
        )

    def add(self, text: str, *, is_error: bool = False) -> None:
        """Keep a message; an empty text is none."""
        if text:
            self.set_rows([Message(text, is_error), *self.rows[: MOST - 1]])
