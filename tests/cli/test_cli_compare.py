"""``compare`` on the command line: what differs, and an exit status as that of diff."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.altering import ORDER, with_more_vases
from tests.running import ask, fine, refused

ID = str(ORDER)


@pytest.fixture
def altered(demo_template: Path, tmp_path: Path) -> Path:
    return with_more_vases(Path(shutil.copyfile(demo_template, tmp_path / "altered.esdb")))


def differing(home: Path, *arguments: object) -> dict[str, Any]:
    """The object of a comparison that ends with 1."""
    answer = ask(home, "compare", *arguments, "--json")
    assert (answer.returncode, answer.stderr) == (1, "")
    (line,) = answer.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    assert list(found) == ["left", "right", "first_divergence", "changes"]
    return found


def test_two_versions_of_an_entity(tmp_path: Path, demo_store: Path) -> None:
    found = differing(tmp_path, demo_store, "03588f3e@7", f"{ID}@8")
    sides = [
        (side["store"], side["entity"], side["type"], side["at"], side["exactness"])
        for side in (found["left"], found["right"])
    ]
    assert sides == [(str(demo_store), ID, "Order", at, "exact") for at in (7, 8)]
    assert [len(found[side]["state"]["lines"]) for side in ("left", "right")] == [7, 6]
    assert found["first_divergence"] is None
    assert found["changes"][-1] == {"path": "total", "before": "470.75", "after": "395.85"}
    assert found["changes"][0] == {"path": "lines[0].sku", "before": "KNF-0180", "after": "VAS-2704"}


def test_two_stores_part_where_one_was_altered(tmp_path: Path, demo_store: Path, altered: Path) -> None:
    found = differing(tmp_path, demo_store, f"{ID}@2", f"{ID}@2", "--with", altered)
    assert found["right"]["store"] == str(altered)
    assert found["first_divergence"] == 2
    assert [each["path"] for each in found["changes"]] == ["lines[1].quantity", "total"]
    # The last states are alike again, but not the histories.
    last = differing(tmp_path, demo_store, ID, ID, "--with", altered)
    assert (last["left"]["at"], last["first_divergence"], last["changes"]) == (17, 2, [])


def test_what_is_alike_ends_with_0(tmp_path: Path, demo_store: Path, demo_template: Path) -> None:
    (line,) = fine(ask(tmp_path, "compare", demo_store, ID, ID, "--with", demo_template, "--json"))
    assert json.loads(line)["changes"] == []
    assert fine(ask(tmp_path, "compare", demo_store, ID, ID))[-1] == "the two states are alike"


def test_the_text_output_is_in_lines(tmp_path: Path, demo_store: Path, altered: Path) -> None:
    answer = ask(tmp_path, "compare", demo_store, f"{ID}@2", f"{ID}@2", "--with", altered)
    assert answer.returncode == 1
    assert answer.stdout.splitlines() == [
        f"left   Order 03588f3e at version 2 (exact), {demo_store}",
        f"right  Order 03588f3e at version 2 (exact), {altered}",
        "first differs at version 2; 9 differ: 2–10",
        "lines[1].quantity: 1 → 3",
        'total: "117.40" → "202.40"',
    ]


def test_the_help_says_what_the_status_means(tmp_path: Path) -> None:
    results = " ".join(" ".join(fine(ask(tmp_path, "compare", "--help"))).split())
    assert "Ends with 1 if the states, or the histories of two entities, differ; otherwise with 0" in results


def test_bad_input_is_refused(tmp_path: Path, demo_store: Path) -> None:
    assert "no event at version 99" in refused(ask(tmp_path, "compare", demo_store, f"{ID}@99", ID))
    assert "begins with 'nobody'" in refused(ask(tmp_path, "compare", demo_store, ID, "nobody@3"))
    assert "begins with '03588f3e@x'" in refused(ask(tmp_path, "compare", demo_store, "03588f3e@x", ID))
    assert "there is no file" in refused(ask(tmp_path, "compare", demo_store, ID, ID, "--with", tmp_path / "none"))
    assert "required" in refused(ask(tmp_path, "compare", demo_store, ID))
