"""Emmett, on SQLite and PostgreSQL: one table of messages, versions from 1, a global position.

Read from files that emmett-sqlite 0.38.5 and 0.42.4 wrote. The partition of a stream and the stream positions in the
metadata are wrong in these files, so both are ignored.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import func

from ..columnmap import ColumnMap
from ..mappedtables import marked_if
from .base import DeclaredFormat

EMMETT: Final = DeclaredFormat(
    "Emmett",
    ColumnMap(
        "*",
        stream="stream_id",
        version="stream_position",
        type="message_type",
        payload="message_data",
        time="created",
        metadata="message_metadata",
        order="global_position",
        mark=marked_if(is_archived="archived"),
        needs=("message_kind",),
        left_out={"message that is no event": lambda tables: func.coalesce(tables["message_kind"], "E") != "E"},
    ),
)
