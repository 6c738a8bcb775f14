"""What can go wrong with the code of a person."""

from __future__ import annotations


class CodeRefusedError(Exception):
    """The code cannot do what is asked; ``traceback`` has the person's lines, innermost last, where there are any."""

    def __init__(self, text: str, traceback: str = "") -> None:
        super().__init__(text)
        self.traceback = traceback


class CodeEndedError(Exception):
    """The process ended in the midst of its work, at the event of an index where it was at one."""

    def __init__(self, text: str, traceback: str = "", at: int | None = None) -> None:
        super().__init__(text)
        self.traceback = traceback
        self.at = at


class StateGoneError(Exception):
    """A state was kept by a process that has ended."""
