"""A working copy of a store whose types, streams and payloads have names of any letters."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from es_desktop.app.entity.commands import Commands
from es_desktop.app.store.session import open_session
from es_desktop.app.transfer.working_copy import StoreCopier
from tests.app.transfer.test_working_copy import EMMETT, shown
from tests.conftest import SAMPLES
from tests.trials import FEW


def emmett_of(path: Path, event_type: str, stream: str, payload: str) -> Path:
    shutil.copyfile(SAMPLES / EMMETT, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM emt_messages WHERE stream_id <> 'Invoice-1' OR stream_position > 1")
        connection.execute(
            "UPDATE emt_messages SET message_type = ?, stream_id = ?, message_data = ?", (event_type, stream, payload)
        )
    return path


names = st.text("ab.:#%-é /", min_size=1, max_size=8).filter(lambda name: name.strip(" -") != "")


@FEW
@example(event_type=":.", entity=":", field="plain")
@given(
    event_type=names,
    entity=names.filter(lambda name: not name.startswith("-")),
    field=st.sampled_from(
        ["timestamp", "originator_id", "originator_version", "originator_topic", "copied payload", "UUID", "plain"]
    ),
)
def test_names_and_payloads_of_any_type_are_copied(
    tmp_path_factory: pytest.TempPathFactory, event_type: str, entity: str, field: str
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    path = emmett_of(folder / "odd.db", event_type, f"{entity}-1", f'{{"{field}": "what stands here"}}')
    with closing(open_session(str(path))) as source:
        assert StoreCopier(source, folder / "copy.esdb").run().mismatches == ()
        with closing(open_session(str(folder / "copy.esdb"))) as copy:
            assert shown(copy) == shown(source)
            (each,) = copy.entities()
            Commands(copy).discard(each.id, each.version)
            last = copy.events(each.id)[-1]
            assert (last.type, last.entity_type) == ("Discarded", each.type)
