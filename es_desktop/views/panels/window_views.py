"""The views of the window: Explore, Ask and others, which are one switch in the toolbar. Each is a set of docks.

A view is one row of ``VIEWS``. The switch, the menu View, the palette, the keys Alt+1 to Alt+9, ``--view NAME``, the
layout that is kept, and what is in the toolbar come from it. A view that has no row is offered nowhere. A new view::

    def _process() -> tuple[Column, ...]:
        from es_desktop.views.process.map_dock import MapDock
        from es_desktop.views.process.rules_dock import RulesDock
        from es_desktop.views.process.variants_dock import VariantsDock

        return Column((MapDock,)), Column((VariantsDock,), (RulesDock,), width=440)

    WindowView("process", "Process", "the paths that entities take", _process, tools=("export-process",))

- The docks are ``WorkspaceDock``s. Their classes are imported inside the function, and the docks are made when the view
  is shown for the first time: a window that stays in Explore does not pay for the others. Code that needs one of them
  asks for it: ``context.docks.built(MapDock)``.
- The docks of a row of a column are tabs of one card, the first in front. A column without a ``width`` takes what the
  others leave.
- ``tools`` are what the toolbar has between the switch and the badge in this view only: ids of actions, which need an
  icon or a short text, or functions ``(workspace, parent) -> QWidget`` for anything else.
- To show a dock from elsewhere, call its ``raise_`` or ``bring_forward``: the view that it is of comes forward. An
  action whose effect is seen in Explore, such as a step to the next event, is made with ``in_explore``; a table calls
  ``workspace.shown_view.show(EXPLORE)`` where a double click or a link leads to a version.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from es_desktop.app.runtime.errors import UserError
from es_desktop.models.window_view import EXPLORE

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from es_desktop.models.workspace import Workspace
    from es_desktop.views.style.dock_frame import WorkspaceDock

Tool: TypeAlias = "str | Callable[[Workspace, QWidget], QWidget]"
"""The id of an action, or a function that makes a control for the toolbar, which is its parent."""


class Column:
    """One column of a view: groups of docks, one above the other."""

    def __init__(self, *rows: tuple[type[WorkspaceDock], ...], width: int = 0, heights: tuple[int, ...] = ()) -> None:
        """Describe a column.

        ``width`` is in pixels of a window of 1600, and narrower in a smaller one; 0 takes what is left. ``heights``
        are how the rows share the height, as parts of a whole; by default each has the same.
        """
        self.rows = rows
        self.width = width
        self.heights = heights or (1,) * len(rows)


@dataclass(frozen=True, slots=True)
class WindowView:
    """One view of the window."""

    name: str
    """In settings and on the command line."""
    title: str
    about: str
    """What is seen in it, in a few words."""
    columns: Callable[[], tuple[Column, ...]]
    tools: tuple[Tool, ...] = ()


def _explore() -> tuple[Column, ...]:
    """Return nothing: Explore has docks and a layout of its own, in ``explore``."""
    return ()


def _ask() -> tuple[Column, ...]:
    from es_desktop.views.ask.answer_dock import AnswerDock
    from es_desktop.views.ask.question_dock import QuestionDock
    from es_desktop.views.ask.questions_dock import QuestionsDock
    from es_desktop.views.ask.sql_dock import SqlDock
    from es_desktop.views.common.common_dock import CommonDock

    middle = Column((QuestionDock,), (AnswerDock, SqlDock), heights=(2, 7))
    return Column((QuestionsDock,), width=264), middle, Column((CommonDock,), width=388)


def _quality() -> tuple[Column, ...]:
    from es_desktop.views.quality.findings_dock import FindingRowsDock, FindingsDock
    from es_desktop.views.quality.shape_dock import ShapeChangesDock, ShapeDock

    return (
        Column((FindingsDock,), (FindingRowsDock,), width=600, heights=(3, 2)),
        Column((ShapeDock,), (ShapeChangesDock,), heights=(3, 1)),
    )


def _process() -> tuple[Column, ...]:
    from es_desktop.views.process.conformance_dock import ConformanceDock
    from es_desktop.views.process.durations_dock import DurationsDock
    from es_desktop.views.process.map_dock import MapDock
    from es_desktop.views.process.part_entities_dock import PartEntitiesDock
    from es_desktop.views.process.variants_dock import VariantsDock
    from es_desktop.views.rules.exceptions_dock import ExceptionsDock
    from es_desktop.views.rules.rules_dock import RulesDock

    lists = Column((VariantsDock,), (RulesDock, ExceptionsDock, PartEntitiesDock), width=564, heights=(3, 2))
    return Column((MapDock, DurationsDock, ConformanceDock)), lists


def _process_controls(workspace: Workspace, parent: QWidget) -> QWidget:
    from es_desktop.views.process.controls import ProcessControls

    return ProcessControls(workspace, parent)


VIEWS: Final = (
    WindowView(EXPLORE, "Explore", "one entity, step by step", _explore),
    WindowView("ask", "Ask", "questions about every version", _ask, ("save-question", "export-seen")),
    WindowView(
        "process",
        "Process",
        "what follows what, and the rules that hold",
        _process,
        tools=(_process_controls, "export"),
    ),
    WindowView(
        "quality",
        "Quality",
        "what is odd, and what the data look like",
        _quality,
        tools=("quality-html", "quality-json"),
    ),
)


def view_named(name: str) -> WindowView:
    """Return a view by its name. Raises ``UserError`` if there is none."""
    found = next((each for each in VIEWS if each.name == name), None)
    if found is None:
        raise UserError(f"There is no view “{name}”", f"Choose one of {', '.join(each.name for each in VIEWS)}.")
    return found
