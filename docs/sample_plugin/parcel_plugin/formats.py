"""The tables of a parcel service: one row for each thing that happened to a parcel."""

from es_desktop.plugins import ColumnMap, Constant

PARCEL_LOG = ColumnMap(
    "parcel_log",
    stream="parcel",
    version="step",
    type="happened",
    time="at",
    payload="note",
    entity=Constant("Parcel"),
    decoder="base85",  # by its name among the entry points
)
