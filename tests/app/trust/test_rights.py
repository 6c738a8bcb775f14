"""What a person reads about trusted code is what was taken from its process, and all else is said to be possible."""

from __future__ import annotations

import sys

import pytest

from es_desktop.app.trust.rights import rights_taken_here, rights_text

ALL = {"files", "modes", "network", "sockets", "processes", "orphans", "AS"}


@pytest.mark.parametrize("right", sorted(ALL - {"AS"}))
def test_what_was_not_taken_is_said_to_be_possible(right: str) -> None:
    can, _, cannot = rights_text(ALL - {right}).partition("This system does not let it")
    assert " and " in can
    assert rights_text(ALL).count(" or ") == 1
    assert can.partition(" and ")[2].rstrip(". ") not in cannot


def test_nothing_is_denied_that_was_not_taken() -> None:
    text = rights_text(())
    assert "does not let" not in text
    assert "does not limit its memory" in text
    assert "it can read whatever you can, write to files, change modes of files, use the network" in text


def test_with_all_taken_it_can_only_read() -> None:
    assert "it can read whatever you can. This system does not let it write to files, " in rights_text(ALL)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes them")
def test_a_process_without_code_says_what_is_taken_here() -> None:
    assert rights_taken_here() >= {"network", "sockets", "AS"}
