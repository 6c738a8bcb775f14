"""The commands ``rules`` and ``common``: what holds in a store, and what some of its entities have in common."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator

from es_desktop.api.store import Store
from es_desktop.app.common.report import common_lines
from es_desktop.app.rules.report import rule_lines
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_view import to_json

from .ending import FOUND_WRONG, OK


def rules(store: Store, args: argparse.Namespace) -> Iterable[str]:
    """Yield the rules of a store, as text or JSON; keep or forget some. Raises ``UserError``."""
    for sentence in args.forget or ():
        store.forget_rule(sentence, args.type)
    if args.forget and not args.keep and not args.kept:
        return [f"no longer kept: {each}" for each in args.forget]
    return _found(store, args)


def _found(store: Store, args: argparse.Namespace) -> Iterator[str]:
    progress = args.line.of("looking for rules", "events")
    found = store.rules(args.type, kept=args.kept, progress=progress).to_list()
    if args.keep:
        for sentence in args.keep:
            meant = [each for each in found if each.sentence == sentence]
            if not meant:
                raise UserError(f"no rule {sentence!r} holds", "Give it as rules prints it.")
            for each in meant:
                store.keep_rule(each)
        found = [each for each in found if each.sentence in args.keep]
    args.status = FOUND_WRONG if args.kept and any(each.support.exception_count for each in found) else OK
    if args.json:
        yield from (to_json(each.to_dict()) for each in found)
    elif found:
        shown = ((each.support, each.is_kept or bool(args.keep)) for each in found)
        yield from rule_lines(shown, with_exceptions=args.exceptions)
    else:
        yield "no rules are kept" if args.kept else "no rules were found"


def common(store: Store, args: argparse.Namespace) -> Iterable[str]:
    """Return the lines on what the entities of a question have in common. Raises ``UserError``."""
    found = store.common(args.question, args.type, progress=args.line.of("comparing", "events"))
    return [to_json(found.to_dict())] if args.json else common_lines(found.found)
