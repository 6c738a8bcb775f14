"""What was moved to a server comes out of it as it does of the file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from es_desktop.core import KnownClasses
from es_desktop.stores import OpenedStore, OpenOptions, open_store, parse_location
from tests.stores.formats.sample import Sample
from tests.stores.formats.samples import SAMPLES
from tests.stores.serving import Server

MOVED = [sample for sample in SAMPLES if sample.build is None]


@pytest.mark.parametrize("sample", MOVED, ids=lambda sample: sample.file)
def test_a_server_holds_what_the_file_holds(server: Server, sample: Sample, tmp_path: Path) -> None:
    path, url = sample.copy_to(tmp_path), sample.serve(server)
    with closing(opened_at(str(path), sample)) as in_file, closing(opened_at(url, sample)) as on_server:
        assert everything(on_server) == everything(in_file)
        keys = [[(str(item[0]), item[1]) for item in each.reader.all_records()] for each in (on_server, in_file)]
        assert (keys[0] == keys[1]) if sample.has_order else (sorted(keys[0]) == sorted(keys[1]))


def opened_at(store_name: str, sample: Sample) -> OpenedStore:
    options = OpenOptions(keys=sample.keys)
    return open_store(parse_location(store_name), KnownClasses(), writable=False, options=options)


def everything(opened: OpenedStore) -> dict[str, Any]:
    return {
        str(each.sequence_id): (opened.reader.events(each.sequence_id), opened.reader.snapshots(each.sequence_id))
        for each in opened.reader.sequences()
    }
