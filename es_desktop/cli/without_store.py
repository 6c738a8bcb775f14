"""The commands that open no store: each returns the lines that it prints, as text or JSON."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from es_desktop.api.store import create_store
from es_desktop.app.text.json_view import to_json
from es_desktop.app.text.plain import without_secrets

from .ending import FOUND_WRONG, OK

if TYPE_CHECKING:
    from es_desktop.app.text.json_objects import JsonObject


def one(args: argparse.Namespace, json_object: JsonObject, text_lines: Iterable[str]) -> Iterable[str]:
    """Return an answer as one line of JSON, or as lines of text."""
    return [to_json(json_object)] if args.json else text_lines


def _new(args: argparse.Namespace) -> list[str]:
    create_store(args.file).close()
    return _made(args)


def _demo(args: argparse.Namespace) -> list[str]:
    from es_desktop.app.store.demo import make_demo

    make_demo(Path(args.file), args.line.of("making the demo", "histories"), replaces=False)
    return _made(args)


def _made(args: argparse.Namespace) -> list[str]:
    name = without_secrets(args.file)
    return [to_json({"store": name}) if args.json else name]


def _register(args: argparse.Namespace) -> Iterable[str]:
    from es_desktop.app.desktop import registration

    done = registration.unregister() if args.remove else registration.register()
    return one(args, asdict(done), done.lines())


def _plugins(args: argparse.Namespace) -> Iterable[str]:
    from es_desktop.app.about.plugins import plugin_lines, tried_plugins

    found = tried_plugins()
    args.status = FOUND_WRONG if any(each.state.startswith("left out") for each in found) else OK
    if args.json:
        return [to_json({**asdict(each), "state": each.state}) for each in found]
    return plugin_lines(found) if found else ["no plugins are installed"]


def _completion(args: argparse.Namespace) -> list[str]:
    from .shell import completion

    return [completion(args.shell)]


WITHOUT_STORE: Final[dict[str, Callable[[argparse.Namespace], Iterable[str]]]] = {
    "new": _new,
    "demo": _demo,
    "register": _register,
    "plugins": _plugins,
    "completion": _completion,
}
