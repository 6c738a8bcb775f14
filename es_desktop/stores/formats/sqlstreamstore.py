"""SQLStreamStore: messages in streams such as ``order-123``, versions from 0.

Read from its source; tried on tables made by hand. It has no snapshots. Its own data about
streams (metadata, deletions) is in streams whose names start with ``$``.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, func

from ..columnmap import ColumnMap, Join
from .base import DeclaredFormat

_NEEDS: Final = ("id", "id_original", "id_internal", "version", "position")


def _is_own(name: ColumnElement[str]) -> ColumnElement[bool]:
    return func.coalesce(name, "").like("$%")


SQLSTREAMSTORE: Final = DeclaredFormat(
    "SQLStreamStore",
    ColumnMap(
        "*",
        stream="stream.id_original",
        version="stream_version",
        type="type",
        payload="json_data",
        time="created_utc",
        metadata="json_metadata",
        order="position",
        first_version=0,
        head="stream.version",
        joins={"stream": Join("streams", {"stream_id_internal": "id_internal"}, needs=_NEEDS)},
        left_out={"message of the store itself ($…)": lambda tables: _is_own(tables["stream.id_original"])},
    ),
)
