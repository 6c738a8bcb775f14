"""Stores to measure on: seeded, and skewed as stores are, with many short streams and a few very long ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from math import log2
from pathlib import Path
from random import Random
from typing import Final

from es_desktop.app.history.building import StateHistory, history_path
from es_desktop.app.runtime.errors import no_progress
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import create_session, open_session

SEED: Final = 2026
_FIRST_TIME: Final = 1_740_787_200.0  # 1 March 2025, UTC
_SPAN_SECONDS: Final = 366 * 86_400.0
_AT_ONCE: Final = 4_000
"""Orders that are under way at one time."""
_LONG: Final = 24
"""Accounts that never end; the first of them gets most of their events."""
_LONG_SHARE: Final = 0.2
_BATCH: Final = 50_000
_ORDER: Final = "es_desktop.examples.order#Order"
_ACCOUNT: Final = "es_desktop.examples.account#Account"
_NAMES: Final = ("Zoë Nowak", "Chiara Taylor", "Tomás Grünwald", "Ines Okafor", "Pavel Lindqvist", "Mei Tanaka")
_GOODS: Final = ("teapot", "lamp", "notebook", "blanket", "kettle", "atlas", "chess set", "umbrella", "radio", "clock")
_PLACES: Final = ("Zürich", "Kraków", "Porto", "Leeds", "Aarhus", "Ghent", "Turku", "Bergen")
_SHOPS: Final = ("Night Owl Books", "Krämerei am Markt", "Card payment", "Standing order", "Refund", "Wages")

Row = tuple[bytes, int, str, str]
"""The id of the sequence, the position, the topic, the payload."""


def make_store(path: Path, events: int, seed: int = SEED) -> Path:
    """Make a store of ours with so many events, in the order of their times; the same for the same seed."""
    create_session(str(path)).close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000; PRAGMA journal_mode = MEMORY;")
    rows = synthetic_rows(events, Random(seed))
    statement = "INSERT INTO integer_sequenced_items (sequence_id, position, topic, data) VALUES (?, ?, ?, ?)"
    left = events
    while left > 0:
        connection.execute("BEGIN")
        connection.executemany(statement, (next(rows) for _ in range(min(left, _BATCH))))
        connection.execute("COMMIT")
        left -= _BATCH
    connection.execute("PRAGMA journal_mode = WAL").close()
    connection.close()
    return path


_folder: Path | None = None


def keep_stores_in(folder: Path) -> None:
    """Make stores in a folder from now on, and use those that are there."""
    global _folder
    _folder = folder
    folder.mkdir(parents=True, exist_ok=True)


def store_of(events: int) -> Path:
    """Return a store with so many events, made once; it is only to be read."""
    assert _folder is not None, "keep_stores_in() comes first"
    path = _folder / f"{events}-{SEED}.esdb"
    if not path.exists():
        make_store(path.with_suffix(".part"), events).rename(path)
    return path


def index_of(events: int) -> StoreIndex:
    """Return the index of a store with so many events, made once, and up to date. Its session has to be closed too."""
    index = StoreIndex(open_session(str(store_of(events)), writable=False), store_of(events).parent / "cache")
    index.update(no_progress)
    return index


def history_of(index: StoreIndex) -> StateHistory:
    """Return the state history of a store, made once, in as many processes as there are processors."""
    history = StateHistory(index, history_path(index, store_of(index.state.events).with_suffix(".cache")))
    for _ in history.build():
        pass
    return history


def synthetic_rows(events: int, rng: Random) -> Iterator[Row]:
    """Yield records without end, spread over a year where just ``events`` of them are taken."""
    long = [_account(rng) for _ in range(min(_LONG, max(1, events // 1_000)))]
    short = [_order(rng) for _ in range(min(_AT_ONCE, max(1, events // 50)))]
    step = _SPAN_SECONDS / max(1, events)
    time = _FIRST_TIME
    while True:
        time += step * 2 * rng.random()
        if rng.random() < _LONG_SHARE:
            # Each has half as many events as the one before it.
            index = min(int(-log2(1.0 - rng.random())), len(long) - 1)
            history = long[index]
        else:
            index = int(rng.random() * len(short))
            history = short[index]
        key, position, topic, data = next(history)
        if not topic:
            short[index] = _order(rng)
            key, position, topic, data = next(short[index])
        yield key, position, topic, f'{{"timestamp":{time:.6f}{data}}}'


def _order(rng: Random) -> Iterator[Row]:
    """Tell an order; an empty topic at its end."""
    key, pick = rng.randbytes(16), rng.random
    who = _NAMES[int(pick() * len(_NAMES))]
    yield (
        key,
        0,
        f"{_ORDER}.Created",
        f',"customer":"{who}","note":"","priority":{int(pick() * 3)},"gift":false,'
        '"due":null,"discount":{"__decimal__":"0.00"},'
        '"channel":{"__enum__":{"topic":"es_desktop.examples.order#Order.Channel","name":"WEB"}}',
    )
    position, total = 0, 0
    for number in range(1 + int(pick() * pick() * 8)):
        goods, quantity, cents = _GOODS[int(pick() * len(_GOODS))], 1 + int(pick() * 3), 100 + int(pick() * 9_900)
        position, total = position + 1, total + quantity * cents
        yield (
            key,
            position,
            f"{_ORDER}.ItemAdded",
            f',"sku":"{goods[:3].upper()}-{number}","name":"{goods}","quantity":{quantity},'
            f'"price":{{"__decimal__":"{cents / 100:.2f}"}}',
        )
    if pick() < 0.1:
        yield key, position + 1, f"{_ORDER}.Cancelled", ',"reason":"out of stock"'
        if pick() < 0.5:
            yield key, position + 2, f"{_ORDER}.Discarded", ""
        yield key, 0, "", ""
    city = _PLACES[int(pick() * len(_PLACES))]
    yield (
        key,
        position + 1,
        f"{_ORDER}.AddressChanged",
        f',"address":{{"recipient":"{who}","street":"Lindenallee {int(pick() * 90)}","place":'
        f'{{"postcode":"{int(pick() * 9000) + 1000}","city":"{city}","country":"CH"}}}}',
    )
    yield key, position + 2, f"{_ORDER}.Paid", f',"amount":{{"__decimal__":"{total / 100:.2f}"}},"method":"PayPal"'
    tracking = int(pick() * 10**10)
    yield key, position + 3, f"{_ORDER}.Shipped", f',"carrier":"PostNord","tracking":"XX{tracking:010}"'
    yield key, 0, "", ""


def _account(rng: Random) -> Iterator[Row]:
    """Tell an account, without end."""
    key, pick = rng.randbytes(16), rng.random
    who = _NAMES[int(pick() * len(_NAMES))]
    yield (
        key,
        0,
        f"{_ACCOUNT}.Created",
        f',"owner":"{who}","currency":{{"__enum__":{{"topic":"{_ACCOUNT}.Currency",'
        '"name":"EUR"}},"limit":{"__decimal__":"2000.00"},"paperless":true',
    )
    position = 0
    while True:
        position += 1
        shop, cents = _SHOPS[int(pick() * len(_SHOPS))], 100 + int(pick() * 20_000)
        event_type = "Deposited" if pick() < 0.55 else "Withdrawn"
        amount = f',"amount":{{"__decimal__":"{cents / 100:.2f}"}}'
        yield key, position, f"{_ACCOUNT}.{event_type}", f'{amount},"reference":"{shop} {int(pick() * 1000):03}"'
