"""Rebuilds states from events: steps, changes, writers, branches and watchpoints. No Qt, no SQL."""

from .branch import Branch, BranchEntry
from .chain import BLOCK, Chain, Checkpoint, Moment, walk
from .compare import compare_states
from .diff import (
    ABSENT,
    Change,
    PathError,
    PlainTree,
    diff,
    join_path,
    members,
    parse_path,
    plain,
    plain_state,
    value_at,
)
from .edits import BranchEdit, Edit, EventRef, Insert, InsertedRef, Mark, Move, Skip
from .fold import ClassFold, Fold, FoldError, GenericFold
from .steps import Base, Blame, Exactness, Rebuild, Step
from .watch import ValueSeries

__all__ = [
    "ABSENT",
    "BLOCK",
    "Base",
    "Blame",
    "Branch",
    "BranchEdit",
    "BranchEntry",
    "Chain",
    "Change",
    "Checkpoint",
    "ClassFold",
    "Edit",
    "EventRef",
    "Exactness",
    "Fold",
    "FoldError",
    "GenericFold",
    "Insert",
    "InsertedRef",
    "Mark",
    "Moment",
    "Move",
    "PathError",
    "PlainTree",
    "Rebuild",
    "Skip",
    "Step",
    "ValueSeries",
    "compare_states",
    "diff",
    "join_path",
    "members",
    "parse_path",
    "plain",
    "plain_state",
    "value_at",
    "walk",
]
