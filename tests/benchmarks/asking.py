"""Asking the states of all versions: building what answers, and one question by several ways of asking it.

The question, in words: which orders were open at a time, with a total over 100? The peers that know no models are told
by hand what the events mean for just this question.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import process_time
from typing import Any, Final

from es_desktop.app.ask.answers import Answer
from es_desktop.app.ask.asking import ask
from es_desktop.app.ask.by_columns import ColumnAnswers
from es_desktop.app.ask.parsing import asked_question
from es_desktop.app.ask.request import AskRequest
from es_desktop.app.common.common import in_common
from es_desktop.app.history.building import StateHistory
from es_desktop.app.history.histories import scan_histories
from es_desktop.app.search.store_index import StoreIndex
from es_desktop.app.store.session import Session
from es_desktop.app.transfer.export import ExportFormat, ExportRequest, exported_lines
from es_desktop.examples.order import Order

from .measuring import Figure, Goal, alternated, costs, interleaved, ratio_of_at_most
from .ruling import count_steps
from .stores import index_of, store_of

TIME: Final = 1_756_684_800.0  # 1 September 2025, UTC
_NOW: Final = 'Order where status == "open" and total > 100'
_EVER: Final = 'Order where ever status == "open" and total > 100'
_THESE: Final = 100
"""Cancelled orders that are compared with all other orders."""
_CLOSED: Final = ("Paid", "Cancelled", "Discarded")


def history(folder: Path, events: int) -> Figure:
    """Building the state history in this process, in seconds of the processor, against one pass that only folds."""
    with closing(index_of(events)) as index:

        def build() -> float:
            shutil.rmtree(folder / "history", ignore_errors=True)
            return _processor(lambda: _built(index, folder))

        def fold() -> float:
            return _processor(lambda: list(scan_histories(index.session, count_steps, processes=0)))

        ours, peer = alternated(build, fold)
        index.session.close()
    return Figure("history", events / ours, events / peer, "one pass of the fold", "versions/s", events)


def asking(folder: Path, events: int) -> Iterator[Figure]:
    """One question by columns, against each other way of asking it, which all find as many orders."""
    with closing(index_of(events)) as index, closing(_built(index, folder).open()) as database:
        session, columns = index.session, ColumnAnswers(database, index)
        lines = folder / "events.jsonl"
        with lines.open("wb") as file:
            file.writelines(exported_lines(session, ExportRequest(ExportFormat.JSONL)))

        def by_columns(text: str = _NOW) -> int:
            return _found(session, index, text, columns)

        def by_folding(text: str = _NOW) -> int:
            return _found(session, index, text, None)

        wanted = by_folding()
        peers: dict[str, Callable[[], int]] = {
            "folding": by_folding,
            "loop over entities": lambda: _by_loop(session),
            "json_extract": lambda: by_json_extract(store_of(events)),
        }
        if shutil.which("jq"):
            peers["jq over JSON Lines"] = lambda: _by_jq(lines)
        for name, peer in peers.items():
            found = peer(), by_columns()
            assert found == (wanted, wanted), (name, found, wanted)
            ours, theirs = interleaved(by_columns, peer)
            yield Figure("as-of", ours * 1e3, theirs * 1e3, name, "ms", events, _goal(name))
        ours, theirs = interleaved(lambda: by_columns(_EVER), lambda: by_folding(_EVER))
        yield Figure("ever", ours * 1e3, theirs * 1e3, "folding", "ms", events)
        ours, theirs = interleaved(
            lambda: database.rows("SELECT type, count(*) FROM step GROUP BY type"),
            lambda: _by_sqlite(store_of(events), "SELECT topic, count(*) FROM integer_sequenced_items GROUP BY topic"),
        )
        yield Figure("count", ours * 1e3, theirs * 1e3, "SQLite", "ms", events)
        session.close()


def common(folder: Path, events: int) -> Figure:
    """What a hundred cancelled orders have in common, in two processes, against one pass that only folds."""
    with closing(index_of(events)) as index:
        session = index.session
        asked = AskRequest(asked_question('Order where ever event == "Cancelled"'))
        ids = [each.entity.id for each in ask(session, asked, processes=0) if isinstance(each, Answer)]
        ours, peer = costs(
            lambda: in_common(session, "Order", ids[:_THESE], processes=2),
            lambda: list(scan_histories(session, count_steps, processes=2)),
        )
        session.close()
    measured = "common", events / ours.seconds, events / peer.seconds, "one pass of the fold", "versions/s", events
    return Figure(*measured, processor=ours.processor, memory=ours.memory)


def _goal(peer: str) -> Goal:
    """Ours is to take a small part of the time of folding, and less than any other."""
    return ratio_of_at_most(0.1 if peer == "folding" else 1)


def _processor(work: Callable[[], object]) -> float:
    """Return the seconds of the processor that a call takes in this process."""
    start = process_time()
    work()
    return process_time() - start


def _built(index: StoreIndex, folder: Path) -> StateHistory:
    built = StateHistory(index, folder / "history")
    for _ in built.build(processes=0):
        pass
    return built


# One question, asked in other ways -----------------------------------------------------------------------------------


def _found(session: Session, index: StoreIndex, text: str, columns: ColumnAnswers | None) -> int:
    request = AskRequest(asked_question(text), as_of=TIME)
    answers = ask(session, request, index, columns=columns, processes=0)
    return sum(isinstance(each, Answer) for each in answers)


def _by_loop(session: Session) -> int:
    """Rebuild each order with the class's own mutator, as a script does."""
    found = 0
    for entity in session.entities():
        if entity.type != "Order":
            continue
        order: Any = None
        for event in session.events(entity.id):
            if event.timestamp is not None and event.timestamp <= TIME:
                order = Order.mutate(order, event.domain_event)
        found += order is not None and order.status == "open" and order.total > 100
    return found


def _by_sqlite(store: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute(statement).fetchall()


def by_json_extract(store: Path) -> int:
    """Return how many orders were open at the time with a total over 100, by SQLite over the events."""
    closed = " OR ".join(f"topic LIKE '%#Order.{each}'" for each in _CLOSED)
    total = "json_extract(data, '$.quantity') * CAST(json_extract(data, '$.price.__decimal__') AS REAL)"
    statement = (
        f"SELECT count(*) FROM (SELECT 1 FROM integer_sequenced_items WHERE topic LIKE '%#Order.%' AND"
        f" json_extract(data, '$.timestamp') <= {TIME} GROUP BY sequence_id"
        f" HAVING sum({total}) > 100 AND NOT max({closed}))"
    )
    ((found,),) = _by_sqlite(store, statement)
    return int(found)


_JQ: Final = """
reduce (inputs | select(.kind == "event" and (.topic | contains("#Order."))) | .data = (.data // (.text | fromjson))
  | select(.data.timestamp <= $time)) as $each
  ({};
   if $each.topic | test("[.](Paid|Cancelled|Discarded)$") then .[$each.sequence].closed = true
   elif $each.topic | endswith(".ItemAdded")
   then .[$each.sequence].total += $each.data.quantity * ($each.data.price.__decimal__ | tonumber)
   else . end)
| [.[] | select((.closed | not) and .total > 100)] | length
"""


def _by_jq(lines: Path) -> int:
    command = ["jq", "-n", "--argjson", "time", str(TIME), _JQ, str(lines)]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)
