"""The layout of a map: nothing covers anything else, edges go from node to node, and it is the same each time."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given

from es_desktop.app.process.counting import ProcessQuery, Repeats
from es_desktop.app.process.layout import LOOP_WIDTH, MOST_NODES, START, Layout, lay_out
from es_desktop.app.process.process import read_process
from es_desktop.app.process.process_map import ProcessEdge, ShownMap
from tests.app.process.processing import Histories, every, histories, index_of
from tests.trials import FEW

WORDS = 80.0


def shown_map(folder: Path, found: Histories, repeats: Repeats = Repeats.COLLAPSED) -> ShownMap:
    with index_of(folder, found) as database:
        return read_process(database, ProcessQuery("Order", repeats)).map.shown()


def layout_of(shown: ShownMap) -> Layout:
    found = lay_out(shown, words_width, lambda: None)
    assert found is not None
    return found


def words_width(edge: ProcessEdge) -> float:
    return WORDS


@given(histories.filter(bool))
@FEW
def test_nothing_covers_anything_else(found: Histories) -> None:
    with TemporaryDirectory() as folder:
        shown = shown_map(Path(folder), found)
    made = layout_of(shown)
    assert layout_of(shown) == made
    assert {each.type for each in made.nodes} == {START, *(each.type for each in shown.nodes)}
    starts = {(START, each.type) for each in shown.nodes if each.starts}
    assert {(each.before, each.after) for each in made.edges} == starts | {
        (each.before, each.after) for each in shown.edges
    }
    boxes = [(each.centre.x, each.centre.y, each.width, each.height) for each in made.nodes]
    boxes += [(each.words.x, each.words.y, WORDS, 14.0) for each in made.edges if each.before and not each.is_loop]
    boxes += [(each.words.x + WORDS / 2, each.words.y, WORDS, 14.0) for each in made.edges if each.is_loop]
    for one, other in combinations(boxes, 2):
        is_beside = abs(one[0] - other[0]) >= (one[2] + other[2]) / 2
        assert is_beside or abs(one[1] - other[1]) >= (one[3] + other[3]) / 2
    for x, y, width, height in boxes:
        assert (
            x - width / 2 >= 0 and x + width / 2 <= made.width and y - height / 2 >= 0 and y + height / 2 <= made.height
        )
    nodes = {each.type: each for each in made.nodes}
    for edge in made.edges:
        before, after = nodes[edge.before], nodes[edge.after]
        if edge.is_loop:
            assert (
                edge.points[0].x == before.centre.x + before.width / 2 and edge.words.x == edge.points[0].x + LOOP_WIDTH
            )
            continue
        for point, node in ((edge.points[0], before), (edge.points[-1], after)):
            assert abs(point.x - node.centre.x) <= node.width / 2
            assert abs(abs(point.y - node.centre.y) - node.height / 2) < 1e-6
        heights = [each.y for each in edge.points]
        assert heights in (sorted(heights), sorted(heights, reverse=True))


def test_a_sequence_is_a_straight_line_downwards(tmp_path: Path) -> None:
    made = layout_of(shown_map(tmp_path, {"a": every(1, "Created", "Paid", "Shipped")}))
    assert [each.type for each in made.nodes] == [START, "Created", "Paid", "Shipped"]
    assert len({round(each.centre.x, 3) for each in made.nodes}) == 1
    assert len({round(point.x, 3) for each in made.edges for point in each.points}) == 1


def test_what_goes_back_is_drawn_upwards(tmp_path: Path) -> None:
    orders = {
        "a": every(1, "Created", "Paid", "Shipped"),
        "b": every(1, "Created", "Paid", "Created", "Paid", "Shipped"),
    }
    made = layout_of(shown_map(tmp_path, orders))
    assert [each.type for each in made.nodes] == [START, "Created", "Paid", "Shipped"]
    (back,) = [each for each in made.edges if each.before == "Paid" and each.after == "Created"]
    assert back.points[0].y > back.points[-1].y


def test_what_nobody_could_read_is_not_laid_out(tmp_path: Path) -> None:
    shown = shown_map(tmp_path, {"a": every(1, *(f"T{number}" for number in range(MOST_NODES + 1)))})
    assert lay_out(shown, words_width, lambda: None) is None
