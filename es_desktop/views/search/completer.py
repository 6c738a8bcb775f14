"""A list of texts that opens below a line, of those that contain what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtWidgets import QCompleter

from es_desktop.models.guard import Guarded
from es_desktop.system.text_match import folded

_FOLDED_ROLE: Final = int(Qt.ItemDataRole.UserRole)
_Index = QModelIndex | QPersistentModelIndex


class _Texts(Guarded, QStringListModel):
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return folded(super().data(index)) if role == _FOLDED_ROLE else super().data(index, role)


class Completer(Guarded, QCompleter):
    """Completes the whole text of a line; what is typed is compared as everywhere, see ``folded``."""

    def __init__(self, texts: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self._texts = _Texts(self)
        self._texts.setStringList(texts)
        self.setModel(self._texts)
        self.setCompletionRole(_FOLDED_ROLE)
        self.setFilterMode(Qt.MatchFlag.MatchContains)

    def offer(self, texts: Sequence[str]) -> None:
        """Offer these texts instead of those before."""
        self._texts.setStringList(texts)

    def splitPath(self, path: str) -> list[str]:
        return [folded(path)]

    def pathFromIndex(self, index: _Index) -> str:
        return str(index.data() or "")
