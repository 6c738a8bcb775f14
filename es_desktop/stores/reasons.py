"""What a database, or its driver, has to say, in one line for a person."""

from __future__ import annotations

from typing import Final

from sqlalchemy import exc

_FATAL: Final = "FATAL:"


def reason_of(error: exc.DBAPIError) -> str:
    """Return in one line why a database failed; of a server it names host and user, and never a password."""
    told = str(error.orig).strip()
    _, fatal, reason = told.rpartition(_FATAL)
    lines = (reason if fatal else told.removeprefix("connection failed: ")).strip().splitlines()
    return lines[0].strip() if lines else type(error.orig).__name__
