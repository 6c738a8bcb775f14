"""The manual page: made of the table of commands, as packages have it, and shown by ``man``."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from es_desktop.app.runtime import places
from es_desktop.cli.manual import STATUSES
from es_desktop.cli.table import COMMANDS
from tests.running import ask, fine

PAGE = "es-desktop.1"


@pytest.fixture
def page(tmp_path: Path) -> str:
    return "\n".join(fine(ask(tmp_path, "help", "--man"))) + "\n"


def rendered(page: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["groff", "-man", "-Tutf8", "-P-cbou", "-rLL=500n", *options]
    return subprocess.run(command, input=page, capture_output=True, text=True, encoding="utf-8", check=True)


def test_packages_have_the_page_as_it_is_made_now(page: str) -> None:
    assert (places.resources() / PAGE).read_text("ascii") == page, "make it anew: python -m tests.docs"


def test_each_line_is_text_or_a_request_of_the_language_of_man(page: str) -> None:
    known = {"TH", "SH", "SS", "PP", "TP", "B", "RS", "RE", "br", "nf", "fi", '\\"'}
    lines = page.splitlines()
    assert all(line and line.isascii() for line in lines)
    assert {line[1:].split()[0] for line in lines if line.startswith((".", "'"))} <= known
    heads = [line.removeprefix(".SH ") for line in lines if line.startswith(".SH ")]
    assert heads[:3] == ["NAME", "SYNOPSIS", "DESCRIPTION"] and "EXIT STATUS" in heads
    assert lines[lines.index(".SH NAME") + 1].startswith("es\\-desktop \\- "), "apropos looks for that"
    assert sum(line.startswith(".RS") for line in lines) == lines.count(".RE")


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_it_is_shown_without_a_warning_and_has_each_command_with_its_arguments(page: str) -> None:
    shown = rendered(page, "-ww")
    assert shown.stderr == ""
    text = " ".join(shown.stdout.split())
    for each in COMMANDS.values():
        assert each.usage in text
        assert all(str(one.help) in text for one in each.own_arguments)
    assert all(f"{status} {about}" in text for status, about in STATUSES.items())
