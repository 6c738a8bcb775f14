"""Rebuilds states from events: steps, changes, writers, branches and watchpoints. No Qt, no SQL."""

from .blame import Blame
from .branch import Branch, BranchEntry, BranchRow, HypotheticalChain
from .chain import BLOCK, Chain, Checkpoint
from .compare import Divergence, compare_states, divergences, first_divergence, same_tree
from .conditions import Condition, ConditionError
from .diff import ABSENT, Change, PlainTree, diff, join_path, leaf_paths, members, plain, plain_name, plain_state
from .edits import BranchEdit, Edit, EventRef, Insert, InsertedRef, Move, Skip
from .fold import ClassFold, Fold, FoldError, GenericFold
from .patch import apply_changes, revert_changes
from .paths import PathError, parse_path, value_at
from .slots import Mark
from .steps import Base, Exactness, Rebuild, Step, writers
from .value_series import Band, ValueSeries, all_value_series, value_series
from .verify import SnapshotCheck, check_snapshots
from .walk import Moment, walk
from .watch import Crossing, WatchTarget, all_crossings, crossings, next_crossing, value_crossings

__all__ = [
    "ABSENT",
    "BLOCK",
    "Band",
    "Base",
    "Blame",
    "Branch",
    "BranchEdit",
    "BranchEntry",
    "BranchRow",
    "Chain",
    "Change",
    "Checkpoint",
    "ClassFold",
    "Condition",
    "ConditionError",
    "Crossing",
    "Divergence",
    "Edit",
    "EventRef",
    "Exactness",
    "Fold",
    "FoldError",
    "GenericFold",
    "HypotheticalChain",
    "Insert",
    "InsertedRef",
    "Mark",
    "Moment",
    "Move",
    "PathError",
    "PlainTree",
    "Rebuild",
    "Skip",
    "SnapshotCheck",
    "Step",
    "ValueSeries",
    "WatchTarget",
    "all_crossings",
    "all_value_series",
    "apply_changes",
    "check_snapshots",
    "compare_states",
    "crossings",
    "diff",
    "divergences",
    "first_divergence",
    "join_path",
    "leaf_paths",
    "members",
    "next_crossing",
    "parse_path",
    "plain",
    "plain_name",
    "plain_state",
    "revert_changes",
    "same_tree",
    "value_at",
    "value_crossings",
    "value_series",
    "walk",
    "writers",
]
