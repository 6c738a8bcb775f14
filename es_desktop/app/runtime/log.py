"""What the program writes to standard error, and its log: without passwords."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType
from typing import Final

from es_desktop.app.text.plain import elide, without_secrets

_log = logging.getLogger(__name__)


def complain(text: str) -> None:
    """Print one line to standard error: nothing in it controls the terminal, and no password is in it."""
    print(f"es-desktop: {without_secrets(elide(text, sys.maxsize))}", file=sys.stderr)


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


LOG_FORMATTER: Final = _Formatter("%(levelname)s %(name)s: %(message)s")


def start_log() -> None:
    """Write warnings, errors, and exceptions that nothing handles to standard error. Called once, by the main program.

    A text with a URL or an assignment loses the password in it.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(LOG_FORMATTER)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    sys.excepthook = log_exception
    threading.excepthook = lambda found: log_exception(found.exc_type, found.exc_value, found.exc_traceback)


def log_exception(cls: type[BaseException], error: BaseException | None, where: TracebackType | None) -> None:
    """Log an exception that nothing handles, as ``sys.excepthook`` does."""
    if error is None or issubclass(cls, KeyboardInterrupt):
        sys.__excepthook__(cls, error or cls(), where)
    else:
        _log.error("a bug", exc_info=(cls, error, where))
