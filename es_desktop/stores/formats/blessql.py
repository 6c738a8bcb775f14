"""blessql (Python) on SQLAlchemy: one table of events, in the layout of release 0.1 or of 1.0; versions from 1.

Tried on a file that release 0.1.4 wrote, and on tables made by hand to the layout of 1.0.0a1. A stream is named by the
id of its aggregate; no column holds the type of the aggregate.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ..columnmap import ColumnMap
from .base import DeclaredFormat

_RELEASE_1: Final = ColumnMap(
    "*events",
    stream="stream_id",
    version="version",
    type="name",
    payload="data",
    time="recorded_at",
    order="position",
    has_no_other_columns=True,
)
BLESSQL: Final = DeclaredFormat(
    "blessql",
    _RELEASE_1,
    notes=("the format names no type of aggregate",),
    other_maps=(replace(_RELEASE_1, stream="stream", time="unixtime", order="id"),),
)
