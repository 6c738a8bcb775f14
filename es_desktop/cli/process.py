"""The command ``process``: which event types follow each other, variants, conformance, and waiting times."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from es_desktop.api.store import Store
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_view import to_json

from .ending import FOUND_WRONG, OK
from .process_lines import conformance_lines, map_lines, variant_lines, waiting_lines


def process(store: Store, args: argparse.Namespace) -> Iterable[str]:
    """Return what is asked of the process of an entity type, as text or JSON. Raises ``UserError``."""
    given = {"at_least": args.at_least, "repeats": args.repeats, "without": args.without}
    entity_type = args.type or _only_type(store)
    found = store.process(entity_type, **given, progress=args.line.of("indexing", "events"))
    if args.conforms is not None:
        conformance = found.conformance(args.conforms)
        args.status = FOUND_WRONG if conformance.deviations else OK
        return [to_json(conformance.to_dict())] if args.json else conformance_lines(conformance.found)
    if args.waiting is not None:
        waiting = found.waiting(*args.waiting)
        return [to_json(waiting.to_dict())] if args.json else waiting_lines(waiting.found, entity_type)
    if args.variants:
        if args.json:
            return map(to_json, found.variants.to_dicts())
        shown = found.variants.to_list()
        nothing = f"no {entity_type} is in a variant of so many"
        return variant_lines(shown, found.found.variants) if shown else [nothing]
    return [to_json(found.to_dict())] if args.json else map_lines(found.shown, found.breaks)


def _only_type(store: Store) -> str:
    """Return the entity type of a store that has only one. Raises ``UserError`` that names all."""
    types = sorted(store.summary().facts.types)
    if not types:
        raise UserError("the store has no entities", "Choose another store.")
    if len(types) > 1:
        raise UserError("the store has several types of entities", f"Give --type T. There are: {', '.join(types)}.")
    return types[0]
