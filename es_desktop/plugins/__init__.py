"""What plugins are written with, beside ``es_desktop.core`` for models. These names stay; all others may change."""

from es_desktop.app.text.cells import cell_text as cell_text
from es_desktop.app.transfer.plugin_export import Export as Export
from es_desktop.app.transfer.plugin_export import ExportedEvent as ExportedEvent
from es_desktop.core import ValueDecodingError as ValueDecodingError
from es_desktop.stores.columnmap import ColumnMap as ColumnMap
from es_desktop.stores.columnmap import Constant as Constant
from es_desktop.stores.columnmap import FirstOf as FirstOf
from es_desktop.stores.columnmap import Join as Join
from es_desktop.stores.columnmap import JsonField as JsonField
from es_desktop.stores.columnmap import Template as Template
from es_desktop.stores.foreign import ForeignItem as ForeignItem
from es_desktop.stores.foreign import ForeignMapper as ForeignMapper
from es_desktop.stores.formats.base import DeclaredFormat as DeclaredFormat
