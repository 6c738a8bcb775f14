"""New files that this program makes: see ``kept_file``; the errors are those of stores."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import exc

from es_desktop.core import StoreRefusedError
from es_desktop.stores.queries import reason_of
from es_desktop.system.kept_file import Step, kept_file, no_step
from es_desktop.system.waiting import passing_reason

_LOGS: Final = ("-wal", "-journal")


@contextmanager
def new_file(path: Path, *, replaces: bool = False, step: Step = no_step) -> Iterator[Path]:
    """Yield a temporary path to write to; at the end of the block its file is moved to ``path``.

    With ``replaces`` it replaces an existing file. Raises ``StoreRefusedError`` if the file exists and ``replaces`` is
    not set, if a log of a database is beside it, or if it cannot be written. If the block raises, ``path`` is
    unchanged.
    """
    verb = "written" if replaces else "made"
    try:
        if not replaces:
            _refuse_log(path)
        with kept_file(path, replaces=replaces, step=step) as unfinished:
            yield unfinished
    except FileExistsError:
        raise StoreRefusedError(f"{path} exists already, and is not written over", "Choose another name.") from None
    except (OSError, sqlite3.Error, exc.DBAPIError) as error:
        reason, hint = error.strerror if isinstance(error, OSError) else reason_of(error), passing_reason(error)[1]
        raise StoreRefusedError(f"{path} cannot be {verb}: {reason}", hint or "Choose another folder.") from error


def _refuse_log(path: Path) -> None:
    """Raise ``StoreRefusedError`` if a log is there without its database: SQLite would write it into the new file."""
    if path.exists():
        return
    log = next((each for end in _LOGS if (each := path.with_name(path.name + end)).exists()), None)
    if log is not None:
        text = f"{log} is the log of a database that is not there any more"
        raise StoreRefusedError(text, "Put its database back, remove the log, or choose another name.")
