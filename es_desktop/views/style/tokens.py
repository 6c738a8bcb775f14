"""The colours of the light, the dark and the high-contrast theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from es_desktop.app.entity.hues import HUE_COUNT as HUE_COUNT
from es_desktop.app.entity.hues import hue_index as hue_index


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, as ``#rrggbb``. Those for texts reach a contrast of 4.5 to 1 on each ground."""

    name: str
    background: str
    panel: str
    soft: str
    """Table headers, neutral pills, fields."""
    line: str
    line_soft: str
    """Between rows, and the hatching."""
    outline: str
    """The edges of check boxes and hovered buttons."""
    text: str
    dim: str
    faint: str
    """Hints, and what comes after the chosen version."""
    disabled: str
    hover: str
    pressed: str
    scroll: str
    scroll_hover: str
    accent: str
    accent_hover: str
    accent_pressed: str
    accent_soft: str
    on_accent: str
    accent_text: str
    amber: str
    """Of marks, rings, bars and lines, as ``accent``, ``red`` and ``green``. It says only *changed* and *snapshot*."""
    amber_soft: str
    amber_text: str
    red: str
    """Only for what is wrong."""
    red_soft: str
    red_text: str
    green: str
    """Only for *exact*, *same* and *done*."""
    green_soft: str
    green_text: str
    tooltip: str
    tooltip_text: str
    hues: tuple[str, ...]
    """Of event types: blue, violet, pink, teal, slate, brown, indigo, sky, plum; none that means something else."""

    @property
    def is_dark(self) -> bool:
        return self.name != "light"

    def hue(self, index: int) -> str:
        """Return the colour of a hue index, whatever its size."""
        return self.hues[index % HUE_COUNT]

    @property
    def found(self) -> str:
        """The ground of words that were searched for; they have the colour ``text``."""
        return mix(self.accent, self.panel, 0.3)

    def mark(self, tone: str) -> str:
        """Return the colour of a mark, a bar or an edge of this tone; an unknown tone is neutral."""
        marks = {"accent": self.accent, "amber": self.amber, "red": self.red, "green": self.green}
        return marks.get(tone, self.dim)

    def tone(self, tone: str) -> tuple[str, str]:
        """Return ``(ink, fill)`` of a pill or a row of this tone; an unknown tone is neutral."""
        return {
            "accent": (self.accent_text, self.accent_soft),
            "amber": (self.amber_text, self.amber_soft),
            "red": (self.red_text, self.red_soft),
            "green": (self.green_text, self.green_soft),
        }.get(tone, (self.dim, self.soft))


LIGHT: Final = Tokens(
    name="light", background="#f6f7f9", panel="#ffffff", soft="#eef1f5",
    line="#dfe3e8", line_soft="#e8ebef", outline="#b4bdc9",
    text="#1d2430", dim="#5c6776", faint="#606a79", disabled="#a9b1bd",
    hover="#f3f5f8", pressed="#e6eaf0", scroll="#cdd4dd", scroll_hover="#a9b3c1",
    accent="#2f6fde", accent_hover="#2663cd", accent_pressed="#1e55b6",
    accent_soft="#e4edfd", on_accent="#ffffff", accent_text="#1f58bd",
    amber="#b7791f", amber_soft="#fdf3dc", amber_text="#855509",
    red="#c0392b", red_soft="#fdeaea", red_text="#b03226",
    green="#2e8b57", green_soft="#e5f5ec", green_text="#1e6b41", tooltip="#1d2430", tooltip_text="#f2f4f7",
    hues=("#2f6fde", "#7a5cc9", "#c2559d", "#13899c", "#64748b", "#8a5a3c", "#3c3fb0", "#2f93d1", "#8e3f8e"),
)  # fmt: skip

DARK: Final = Tokens(
    name="dark", background="#14181f", panel="#1b212b", soft="#202733",
    line="#2c3542", line_soft="#262e3a", outline="#566375",
    text="#e6eaf0", dim="#98a4b3", faint="#929eae", disabled="#5b6675",
    hover="#232b37", pressed="#2b3543", scroll="#3a4555", scroll_hover="#566375",
    accent="#6aa0ff", accent_hover="#83b0ff", accent_pressed="#5690f7",
    accent_soft="#22344f", on_accent="#0e1520", accent_text="#a9c7ff",
    amber="#e2b04a", amber_soft="#3a311c", amber_text="#edc26a",
    red="#ff7b72", red_soft="#3d2224", red_text="#ff9b94",
    green="#63c78d", green_soft="#1d3529", green_text="#7fd6a4", tooltip="#2b3543", tooltip_text="#e6eaf0",
    hues=("#6aa0ff", "#a78bfa", "#e58bc3", "#4fc3d6", "#94a3b8", "#c49a7a", "#7f83ff", "#6cc4f5", "#cf7bd0"),
)  # fmt: skip

CONTRAST: Final = Tokens(
    name="contrast", background="#000000", panel="#000000", soft="#1c1c1c",
    line="#a6acb3", line_soft="#63686e", outline="#ffffff",
    text="#ffffff", dim="#e2e6ea", faint="#d2d6da", disabled="#9a9fa5",
    hover="#242424", pressed="#383838", scroll="#a6acb3", scroll_hover="#ffffff",
    accent="#5cc4ff", accent_hover="#8ad6ff", accent_pressed="#3ab0f0",
    accent_soft="#003a5c", on_accent="#000000", accent_text="#a6e0ff",
    amber="#ffd24d", amber_soft="#3d2f00", amber_text="#ffe08a",
    red="#ff8a80", red_soft="#520c0c", red_text="#ffc2bd",
    green="#6bff9e", green_soft="#003d18", green_text="#a8ffc6", tooltip="#ffffff", tooltip_text="#000000",
    hues=("#6ab4ff", "#c4adff", "#ff9fd6", "#4fe0e8", "#c3cbd5", "#cdb4a4", "#a6a9ff", "#94dbff", "#ec9ff2"),
)  # fmt: skip


def mix(top: str, under: str, amount: float) -> str:
    """Return the colour that ``top`` gives when it covers ``under`` by ``amount`` (0 to 1)."""
    pairs = ((int(top[at : at + 2], 16), int(under[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a * amount + b * (1 - amount)):02x}" for a, b in pairs)
