"""Says plainly what trusting code means: what will run, with which rights, within which limits, and until when."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from es_desktop.app.trust.trusting import LIMITS, Trust
from es_desktop.views.style.plain_text import Label
from es_desktop.views.style.theme import mono_font

_NOTHING: Final = (
    "Name the folder and the modules of the program that wrote this store. Its own classes then fold the events, and "
    "each state is exact. It is said here what will run, before it does."
)
_RIGHTS: Final = (
    "It runs as you: it can read, change and send whatever you can. It gets the records of this store through a pipe, "
    "and neither the store nor a connection to it."
)
_END: Final = "It is forgotten when the store is closed."
_REMEMBERED: Final = (
    "It is remembered for this store: opening the store runs it, until you stop trusting it. Where its files have "
    "changed, you are asked again."
)


class TrustNotice(QFrame):
    """A card with the very lines that will run, and what they may do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        title = Label("What will run", self, role="title")
        self.lines = self._label()
        self.lines.setFont(mono_font())
        self.terms = self._label()
        self.terms.setProperty("role", "dim")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(8)
        for widget in (title, self.lines, self.terms):
            layout.addWidget(widget)

    def show_trust(self, trust: Trust | None, *, is_remembered: bool) -> None:
        """Tell of code; of nothing where it is not named yet."""
        self.lines.setVisible(trust is not None)
        if trust is None:
            self.terms.setText(_NOTHING)
            return
        self.lines.setText("\n".join(_breakable(line) for line in _lines_of(trust)))
        self.terms.setText(f"{_RIGHTS} {_limits()} {_REMEMBERED if is_remembered else _END}")

    def _label(self) -> Label:
        label = Label(parent=self, wraps=True)
        return label


def _lines_of(trust: Trust) -> list[str]:
    modules = [name.partition(":")[0] for name in (*trust.modules, *filter(None, [trust.function]))]
    folds = f"{trust.function}(state, event)" if trust.function else "event.mutate(state)"
    return [
        f"{trust.python}   in {trust.folder}",
        f"import {', '.join(dict.fromkeys(modules))}",
        f"for each event:   {folds}",
    ]


def _limits() -> str:
    memory = f"{LIMITS.memory >> 30} GB of memory"
    return f"It is ended where one event takes it more than {LIMITS.seconds:g} s, and gets no more than {memory}."


def _breakable(line: str) -> str:
    """Let a long path be broken behind each of its folders."""
    return line.replace("/", "/\u200b").replace("\\", "\\\u200b")
