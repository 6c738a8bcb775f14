"""How did a state come to be? Steps, changes and writers, worked out from events; no Qt, no SQL."""

from .chain import BLOCK, Chain, Checkpoint, writers
from .diff import ABSENT, Change, diff, join_path, leaf_paths, members
from .fold import ClassFold, Fold, FoldError, GenericFold
from .steps import Base, Exactness, Rebuild, Step
from .tree import PlainTree, plain, plain_name, plain_state

__all__ = [
    "ABSENT",
    "BLOCK",
    "Base",
    "Chain",
    "Change",
    "Checkpoint",
    "ClassFold",
    "Exactness",
    "Fold",
    "FoldError",
    "GenericFold",
    "PlainTree",
    "Rebuild",
    "Step",
    "diff",
    "join_path",
    "leaf_paths",
    "members",
    "plain",
    "plain_name",
    "plain_state",
    "writers",
]
