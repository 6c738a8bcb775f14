"""Addresses on the command line: each stands for a store, and for the entity and version in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from es_desktop.app.notes.address import Address
from tests.cli.test_cli_window import size_of
from tests.running import Answer, ask, draw, fine, refused

Run = Callable[..., Answer]
ENTITY = "1d122c26-7954-48ad-a70a-ed797cc526c5"
"""Of the sample: 17 events."""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return partial(ask, tmp_path)


def test_an_address_says_store_entity_and_version(run: Run, sample: Path) -> None:
    address = Address(str(sample), ENTITY, 9)
    assert fine(run("explain", address, "--json")) == fine(run("explain", sample, ENTITY, "--at", 9, "--json"))
    assert json.loads(fine(run("explain", address, "--at", 3, "--json"))[0])["at"] == 3
    other = json.loads(fine(run("explain", address, "27af8519", "--json"))[0])
    assert (other["entity"][:8], other["at"]) != ("1d122c26", 9), "a version belongs to its own entity"


def test_commands_on_a_store_and_on_an_entity_take_an_address(run: Run, sample: Path) -> None:
    address = Address(str(sample), ENTITY, 9)
    assert fine(run("info", address, "--json")) == fine(run("info", f"file://{sample}", "--json"))
    assert fine(run("events", address)) == fine(run("events", sample, ENTITY))
    assert fine(run("watch", "--json", address, "version > 3")) == fine(
        run("watch", sample, ENTITY, "version > 3", "--json")
    )
    exported = fine(run("export", address, "--format", "csv"))
    assert exported == fine(run("export", sample, ENTITY, "--format", "csv", "--at", 9))


def test_the_window_opens_at_an_address(tmp_path: Path, sample: Path, qapp: QApplication) -> None:
    pictures = [tmp_path / "at-9.png", tmp_path / "at-3.png"]
    assert fine(draw(tmp_path, "--screenshot", pictures[0], Address(str(sample), ENTITY, 9))) == []
    assert fine(draw(tmp_path, "--screenshot", pictures[1], Address(str(sample), ENTITY, 9), "--at", 3)) == []
    assert [size_of(each) for each in pictures] == [(1440, 900)] * 2
    assert pictures[0].read_bytes() != pictures[1].read_bytes()
    assert "no entity has an id" in refused(draw(tmp_path, "--screenshot", pictures[0], Address(str(sample), "ffff")))


@pytest.mark.parametrize("before", [["info"], ["explain"], [], ["--screenshot", "out.png"]])
def test_a_bad_address_is_one_line_on_stderr(run: Run, before: list[str]) -> None:
    results = refused(run(*before, "esdb:/nowhere.esdb?entity=x&at=last"))
    assert "the address has the version 'last', which is not a number" in results


def test_an_address_without_an_entity_needs_one_where_the_command_does(run: Run, sample: Path) -> None:
    assert "the following arguments are required: ENTITY" in refused(run("explain", Address(str(sample))))
    assert "there is no file /nowhere.esdb" in refused(run("info", "esdb:/nowhere.esdb"))
