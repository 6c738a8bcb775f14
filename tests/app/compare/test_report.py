"""What a person names on the command line: entities, with or without a version."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from es_desktop.app.compare.compare import report_comparison
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.session import open_session
from tests.altering import ORDER
from tests.app.storing import sql

ID = str(ORDER)


def test_an_entity_is_named_with_or_without_a_version(demo_store: Path) -> None:
    with closing(open_session(str(demo_store), writable=False)) as session:
        report = report_comparison(session, ID, f"{ID[:8]}@3")
        assert (report.compared.left.version, report.compared.right.version) == (17, 3)
        assert report.differs and report.divergences is None
        assert report.left_store == report.right_store == str(demo_store)
        assert not report_comparison(session, f"{ID}@3", f"{ID}@3").differs


def test_an_id_may_contain_an_at_sign(demo_store: Path) -> None:
    sql(
        demo_store,
        "UPDATE integer_sequenced_items SET sequence_id = 'zoe@7' WHERE sequence_id = "
        f"(SELECT sequence_id FROM integer_sequenced_items WHERE hex(sequence_id) LIKE '{ORDER.hex[:8]}%')",
    )
    with closing(open_session(str(demo_store), writable=False)) as session:
        report = report_comparison(session, "zoe@7", "zoe@7@3")
        assert (report.compared.left.version, report.compared.right.version) == (17, 3)
        with pytest.raises(UserError, match="no entity"):
            report_comparison(session, "zoe@7", "nobody@3")


def test_the_other_store_is_closed_again_and_not_changed(demo_store: Path, sample: Path) -> None:
    before = sample.read_bytes()
    with closing(open_session(str(sample), writable=False)) as other:
        todo = next(other.entities())
    with closing(open_session(str(demo_store), writable=False)) as session:
        report = report_comparison(session, ID, str(todo.id), str(sample))
    assert report.differs and report.right_store == str(sample)
    assert sample.read_bytes() == before and [each.name for each in sample.parent.iterdir()] == [sample.name]
