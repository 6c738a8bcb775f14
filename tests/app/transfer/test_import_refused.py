"""An import that is refused names the line, or the position, and changes nothing."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import Session, open_session
from es_desktop.app.transfer.import_ import import_file
from es_desktop.stores.writing import AppendResult
from es_desktop.system.stop import stoppable
from tests.app.recording import stored_rows
from tests.app.transfer.importable import HEADER, LINE, OWN, GivenFile, changed, cloud_event


def refusal(session: Session, path: Path) -> str:
    """Why an import is refused; the store is what it was before."""
    before = list(session.entities())
    with pytest.raises(UserError) as caught:
        import_file(session, path)
    assert "\n" not in str(caught.value)
    assert caught.value.hint.endswith(".")
    assert list(session.entities()) == before
    return caught.value.text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "it is not JSON (Input data was truncated)"),
        (b"entity,type,version", "it is not JSON (invalid character (byte 0))"),
        (b"[1]", "Expected `object`, got `array`"),
        (b'{"a":"\xff"}', "it is not UTF-8"),
        ("{}".encode("utf-16"), "it is not UTF-8"),
        (b"[" * 5000 + b"]" * 5000, "Expected `object`, got `array`"),
        (LINE.replace(b"{}", b"[" * 100_000 + b"]" * 100_000), "it is nested too deeply to be read"),
        (LINE.replace(b"{}", b'{"a":[' * 230 + b"]}" * 230), "it is nested too deeply to be read"),
        (b"{}", "Object missing required field `kind`"),
        (changed(kind="order"), "Invalid value 'order' - at `$.kind`"),
        (changed(topic=None), "Object missing required field `topic`"),
        (changed(version="1"), "Expected `int`, got `str` - at `$.version`"),
        (changed(version=2**63), "Expected `int` <= 9223372036854775807 - at `$.version`"),
        (changed(sequence_type="uuid"), "'a' is not a UUID"),
        (changed(sequence_type="number"), "Invalid enum value 'number' - at `$.sequence_type`"),
        (changed(data=None), "it has 0 of the fields `data`, `text` and `base64`, where there has to be one"),
        (changed(text="{}"), "it has 2 of the fields `data`, `text` and `base64`, where there has to be one"),
        (changed(data=None, base64="!"), "Invalid base64 encoded string - at `$.base64`"),
        (changed(sequence="\ud800"), "it is not JSON (unexpected end of escaped utf-16 surrogate pair (byte 37))"),
        (HEADER.replace(b"1", b"2"), "it is of version 2 of the format; this program knows 1"),
        (HEADER.replace(b"es-desktop", b"other"), "the format 'other records' is not known"),
    ],
)
def test_a_line_that_is_no_record_is_named(
    session: Session, store: Path, given_file: GivenFile, line: bytes, reason: str
) -> None:
    before = stored_rows(store)
    file = given_file(HEADER + LINE + line + b"\n")
    assert refusal(session, file) == f"line 3 of {file} cannot be imported: {reason}"
    session.close()
    assert stored_rows(store) == before


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (cloud_event(specversion="0.3"), "it is of version '0.3' of CloudEvents; this program knows '1.0'"),
        (cloud_event(id=None), "Object missing required field `id`"),
        (cloud_event(data={}, data_base64=""), "it has both `data` and `data_base64`"),
        (cloud_event(time="yesterday"), "`time` is 'yesterday', where a time such as 2025-01-31T12:00:00Z is expected"),
        (cloud_event(time="2025-01-31T12:00:00"), "`time` is '2025-01-31T12:00:00', where a time such as"),
        (cloud_event(**{**OWN, "esdbtopic": None}, data={}), "it lacks the extension `esdbtopic`"),
        (cloud_event(**OWN), "it lacks `data`"),
        (cloud_event(**{**OWN, "esdbkind": "order"}, data={}), "Invalid enum value 'order' - at `$.esdbkind`"),
        (cloud_event(**{**OWN, "esdbversion": "1.5"}, data={}), "`esdbversion` is '1.5', where an integer of 64 bits"),
        (cloud_event(**{**OWN, "esdbversion": str(2**63)}, data={}), "`esdbversion` is '9223372036854775808', where"),
        (cloud_event(**{**OWN, "esdbid": "%ff"}, data={}), "'%ff' has a percent sign without a valid character code"),
        (cloud_event(**OWN, datacontenttype="text/plain", data={}), "Expected `str`, got `object`"),
    ],
)
def test_an_event_that_is_not_whole_is_named(session: Session, given_file: GivenFile, line: bytes, reason: str) -> None:
    file = given_file(cloud_event(data={}) + line)
    assert refusal(session, file).startswith(f"line 2 of {file} cannot be imported: {reason}")


def test_a_file_of_another_format_is_refused_at_its_first_line(
    session: Session, sample: Path, given_file: GivenFile, tmp_path: Path
) -> None:
    assert refusal(session, sample).startswith(f"line 1 of {sample} cannot be imported: it is not UTF-8")
    for content in (LINE, b"{}", b'{"name":"a"}'):
        assert refusal(session, given_file(content)).endswith("it does not say what the file holds")
    assert "cannot be read: No such file" in refusal(session, tmp_path / "nowhere")
    assert "cannot be read" in refusal(session, tmp_path)


def test_another_record_at_a_taken_position_refuses_the_whole(
    session: Session, store: Path, given_file: GivenFile
) -> None:
    before = stored_rows(store)
    many = b"".join(changed(sequence="new", version=version) + b"\n" for version in range(1200))
    for field in ({"topic": "other"}, {"data": {"a": 1}}):
        line = changed(version=5, topic="shop#Cart.Filled")
        assert import_file(session, given_file(HEADER + line)) == AppendResult(0, 0, 1)
        taken = json.dumps({**json.loads(line), **field}).encode()
        file = given_file(HEADER + many + taken)
        assert refusal(session, file) == "nothing was imported: position 5 of a is taken by another record"
        assert refusal(session, given_file(HEADER + changed(version=9) + b"\n" + many + changed(version=9, topic="o")))
    session.close()
    assert stored_rows(store) == before


def test_a_store_that_is_only_read_is_not_imported_into(sample: Path, demo_store: Path, given_file: GivenFile) -> None:
    before = sample.read_bytes()
    with closing(open_session(str(sample))) as session:
        assert "cannot be written" in refusal(session, given_file(HEADER + LINE))
    assert sample.read_bytes() == before
    with closing(open_session(str(demo_store), writable=False)) as session, pytest.raises(UserError):
        import_file(session, given_file(HEADER + LINE))


def test_a_locked_store_is_reported(store: Path, given_file: GivenFile) -> None:
    with closing(open_session(str(store))) as session, closing(sqlite3.connect(store)) as other:
        other.execute("BEGIN IMMEDIATE")
        with stoppable(lambda: True):
            assert (
                refusal(session, given_file(HEADER + LINE)) == "nothing was imported: it is locked by another program"
            )
        other.rollback()
        assert import_file(session, given_file(HEADER + LINE)) == AppendResult(1, 0, 0)
