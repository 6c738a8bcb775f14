"""LiveStore (TypeScript): the eventlog of a client, and of a sync backend; numbered from 1.

Tried on a file that release 0.4 wrote, and on tables made by hand. The log of a store is one sequence, since its events
belong to no entity. An event that stays on the client has the number of the last shared one and a second one (see
``compare`` in ``EventSequenceNumber``), so events are counted. Their time is when a backend confirmed them.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func

from ..columnmap import ColumnMap, Constant, FirstOf, JsonField
from ..mappedtables import MappedTables
from .base import DeclaredFormat

_ENTITY: Final = "eventlog"


def _number(tables: MappedTables) -> Any:
    return func.row_number().over(order_by=(tables["seqnumglobal"], tables["seqnumclient"]))


_CLIENT: Final = ColumnMap(
    "*",
    stream=Constant(_ENTITY),
    version=_number,
    type="name",
    payload="argsjson",
    time=JsonField("syncmetadatajson", ("value", "createdAt")),
    entity=Constant(_ENTITY),
    order=_number,
    needs=("seqnumglobal", "seqnumclient", "clientid", "sessionid"),
)
_BACKEND: Final = ColumnMap(
    "*",
    stream=lambda tables: tables.value(Constant(tables.info.name)),
    version="seqnum",
    type="name",
    payload="args",
    time=FirstOf(("createdat",)),
    entity=Constant(_ENTITY),
    order="seqnum",
    needs=("parentseqnum", "clientid", "sessionid"),
)
LIVESTORE: Final = DeclaredFormat(
    "LiveStore",
    _CLIENT,
    notes=("the events of a store belong to no entity; its log is shown as one",),
    other_maps=(_BACKEND,),
)
