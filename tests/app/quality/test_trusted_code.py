"""With a person's own code the report says which events that code would not read."""

from __future__ import annotations

from pathlib import Path

from es_desktop.app.quality.report import report_quality
from tests.app.trust.trusting import counting, fold_in, shop_in, trusting

from .planting import NOW, found_in


def test_events_that_the_code_refuses_are_one_finding_for_each_reason(tmp_path: Path) -> None:
    refuses = counting(
        "if event['type'] == 'ItemRemoved': raise ValueError('no such item')",
        "if event['version'] == 12: raise KeyError('price')",
    )
    with trusting(shop_in(tmp_path), fold_in(tmp_path / "code", refuses)) as session:
        report = report_quality(session, now=NOW)
    found = {each.detail: each for each in report.findings if each.name == "not-applied"}
    (removed,) = (each.events for each in report.shape.types if each.event_type == "ItemRemoved")
    assert found["ValueError: no such item"].types == {"Order ItemRemoved": removed}
    assert {row.version for row in found["KeyError: 'price'"].rows} == {12}
    assert not report.is_clean


def test_code_that_reads_all_finds_nothing(tmp_path: Path) -> None:
    with trusting(shop_in(tmp_path), fold_in(tmp_path / "code", counting("pass"))) as session:
        assert "not-applied" not in found_in(report_quality(session, now=NOW, checks_snapshots=False))
