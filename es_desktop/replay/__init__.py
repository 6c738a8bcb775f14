"""How did a state come to be? Steps, changes and writers, worked out from events; no Qt, no SQL."""

from .blame import Blame
from .branch import Branch, BranchPlace, BranchRow, HypotheticalChain
from .chain import BLOCK, Chain, Checkpoint
from .compare import Divergence, compare_states, divergences, first_divergence, same_tree
from .conditions import Condition, ConditionError
from .diff import ABSENT, Change, diff, join_path, leaf_paths, members
from .edits import BranchEdit, Edit, EventName, Insert, Inserted, Move, Skip
from .fold import ClassFold, Fold, FoldError, GenericFold
from .patch import patched, reverted
from .paths import PathError, parse_path, value_at
from .slots import Mark
from .steps import Base, Exactness, Rebuild, Step, writers
from .tree import PlainTree, plain, plain_name, plain_state
from .value_series import Band, ValueSeries, all_value_series, value_series
from .verify import SnapshotCheck, check_snapshots
from .walk import Moment, walk
from .watch import Crossing, Watched, all_crossings, crossings, next_crossing, value_crossings

__all__ = [
    "ABSENT",
    "BLOCK",
    "Band",
    "Base",
    "Blame",
    "Branch",
    "BranchEdit",
    "BranchPlace",
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
    "EventName",
    "Exactness",
    "Fold",
    "FoldError",
    "GenericFold",
    "HypotheticalChain",
    "Insert",
    "Inserted",
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
    "Watched",
    "all_crossings",
    "all_value_series",
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
    "patched",
    "plain",
    "plain_name",
    "plain_state",
    "reverted",
    "same_tree",
    "value_at",
    "value_crossings",
    "value_series",
    "walk",
    "writers",
]
