"""Broadway on Doctrine DBAL: one table of events, versions from 0; ids are UUIDs, as text or as bytes, or other texts.

Read from its source; tried on a table made by hand. It keeps no snapshots in the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ..columnmap import ColumnMap
from ..foreign import BY_CLASS, ForeignItem
from ..payloads import Payload, as_payload, unpack
from .base import DeclaredFormat

_WRAPPER: Final = {"class", "payload"}


def _payload(item: ForeignItem) -> Payload:
    tree = unpack(item.data)
    return as_payload(tree["payload"] if isinstance(tree, Mapping) and tree.keys() == _WRAPPER else tree)


BROADWAY: Final = DeclaredFormat(
    "Broadway",
    ColumnMap(
        "*",
        stream="uuid",
        version="playhead",
        type="type",
        payload="payload",
        time="recorded_on",
        metadata="metadata",
        order="id",
        first_version=0,
        ids="bytes",
    ),
    replace(BY_CLASS, payload=_payload),
    notes=("the format names no type of aggregate",),
)
