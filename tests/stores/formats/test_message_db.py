"""What is peculiar to message-db."""

from __future__ import annotations

from contextlib import closing

from es_desktop.core import KnownClasses
from es_desktop.stores import open_store, parse_location
from tests.stores.formats.samples import DUMPS
from tests.stores.serving import Server


def test_messages_in_the_stream_of_snapshots_are_the_snapshots_of_the_entity(server: Server) -> None:
    dump = next(each for each in DUMPS if each.format == "message-db")
    with closing(open_store(parse_location(dump.serve(server)), KnownClasses(), writable=False)) as opened:
        first, *_ = opened.reader.events("account-1")
        assert (first.type, dict(first.data)) == ("Opened", {"n": 1, "accountId": "account-1"})
        (snapshot,) = opened.reader.snapshots("account-1")
        assert (snapshot.version, snapshot.type, snapshot.state) == (4, "account", {"balance": 10})
        assert [record.order for record in opened.reader.all_records()] == list(range(1, 46))
