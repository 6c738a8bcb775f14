"""The line that shows the progress of long work: on a terminal only, and gone at the end."""

from __future__ import annotations

import io
import sys

import pytest

from es_desktop.cli import output
from es_desktop.cli.output import ProgressLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, patience: float) -> str:
    monkeypatch.setattr(output, "_PATIENCE_SECONDS", patience)
    monkeypatch.setattr(sys, "stderr", stream)
    with ProgressLine("indexing", "events") as line:
        line.report(1_000, 20_000)
    return stream.getvalue()


def test_a_terminal_shows_it_and_it_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(Terminal(), monkeypatch, 0.0) == "\r\x1b[Kindexing: 1,000 of 20,000 events\r\x1b[K"


def test_short_work_shows_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(Terminal(), monkeypatch, 60.0) == ""


def test_a_file_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(io.StringIO(), monkeypatch, 0.0) == ""
