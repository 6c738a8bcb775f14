"""A password in every argument of every command, in every form that a person may type: none is printed."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Final

from es_desktop.cli.command import actions_of
from es_desktop.cli.table import COMMANDS
from tests.app.text.test_secrets import SECRETS
from tests.conftest import SAMPLES
from tests.faults.common import Figures, Outcome, Program, Scratch

SHORT = 8
LONG = 3_000
"""More than there are: all of them."""
_SAMPLE: Final = "es-3.1.0-sqlalchemy-sqlite.db"
_SECRET: Final = "tiger"
_SECONDS: Final = 30.0
"""Of a machine with other work; what is looked for here is not how long it takes."""


def _asked_for() -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return for each command its number of arguments, and the options that take a value."""
    found = {"--screenshot": (2, ("--entity", "--at", "--size", "--theme", "--scope", "--key-file", "--map"))}
    for command in COMMANDS.values():
        parser = ArgumentParser(add_help=False)
        command.add_arguments(parser)
        actions = actions_of(parser)
        options = [each for each in actions if each.option_strings]
        names = tuple(each.option_strings[0] for each in options if each.nargs != 0)
        found[command.name] = (len(actions) - len(options), names)
    return found


def lines(store: Path, secret: str) -> Iterator[list[str]]:
    """Yield command lines, each with the secret in another place; also where an argument or option is unknown."""
    for command, (count, options) in _asked_for().items():
        fine = [str(store), "1d122c26", "x"][:count]
        if command == "--screenshot":
            fine.reverse()
        for at in range(count):
            yield [command, *fine[:at], secret, *fine[at + 1 :]]
        for option in options:
            yield [command, *fine, option, secret]
        yield [command, *fine, secret]
        yield [command, *fine, f"--unknown={secret}"]
        yield [command, *fine, "--json", "--", secret]
    yield [secret, "info"]


def run(rounds: int, seed: int) -> Figures:
    random, figures = Random(seed), Figures()
    with Scratch() as home, Program(home, most_seconds=_SECONDS) as program:
        store = Path(shutil.copyfile(SAMPLES / _SAMPLE, home / "shop.db"))
        every = [line for secret in SECRETS for line in lines(store, secret)]
        every = random.sample(every, min(rounds, len(every)))
        for line in every:
            figures.rounds += 1
            outcome = program.run(*line)
            figures.add(replace(outcome, seconds=0.0), " ".join(line), _shown(outcome))
        left = [each for each in home.rglob("*") if each.is_file() and _SECRET in each.read_bytes().decode("latin-1")]
        left = [each for each in left if each.name != "dump"]
        if left:
            figures.add(Outcome(0), str(left[0].relative_to(home)), f"kept in a file: {left[0].name}")
    return figures


def _shown(outcome: Outcome) -> str | None:
    return "a password is printed" if _SECRET in outcome.out + outcome.err else outcome.fault(_SECONDS)
