"""Rebuilds states from events: steps, changes, writers, branches and watchpoints. No Qt, no SQL.

What a rebuild does not need is loaded when it is asked for: most commands do without.
"""

from typing import TYPE_CHECKING, Any

from .chain import BLOCK as BLOCK
from .chain import Chain as Chain
from .chain import Checkpoint as Checkpoint
from .chain import Moment as Moment
from .chain import walk as walk
from .diff import ABSENT as ABSENT
from .diff import Change as Change
from .diff import PathError as PathError
from .diff import PlainTree as PlainTree
from .diff import diff as diff
from .diff import join_path as join_path
from .diff import members as members
from .diff import parse_path as parse_path
from .diff import plain as plain
from .diff import plain_state as plain_state
from .diff import value_at as value_at
from .fold import ClassFold as ClassFold
from .fold import Fold as Fold
from .fold import FoldError as FoldError
from .fold import GenericFold as GenericFold
from .steps import Base as Base
from .steps import Blame as Blame
from .steps import Exactness as Exactness
from .steps import Rebuild as Rebuild
from .steps import Step as Step

if TYPE_CHECKING:
    from .branch import Branch as Branch
    from .branch import BranchEntry as BranchEntry
    from .compare import compare_states as compare_states
    from .edits import BranchEdit as BranchEdit
    from .edits import Edit as Edit
    from .edits import EventRef as EventRef
    from .edits import Insert as Insert
    from .edits import InsertedRef as InsertedRef
    from .edits import Mark as Mark
    from .edits import Move as Move
    from .edits import Skip as Skip
    from .watch import ValueSeries as ValueSeries


def __getattr__(name: str) -> Any:
    if not name.startswith("_") and name not in _FILES:  # a file is asked for, too, before Python imports it
        from . import branch, compare, edits, watch

        for home in (branch, compare, edits, watch):
            if name in vars(home):
                return vars(home)[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_FILES = ("branch", "compare", "edits", "watch")
