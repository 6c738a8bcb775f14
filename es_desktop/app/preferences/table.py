"""The table of preferences. The dialog, its search, the documentation and all readers come from it.

Little is imported: the window reads the theme before it is painted.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

from es_desktop.system.limits import MOST, WHAT, Limits

Value: TypeAlias = str | int | bool


class Kind(enum.Enum):
    """What the values of a preference are, and so how they are edited."""

    CHOICE = enum.auto()
    ZONE = enum.auto()
    """One of the choices, or any time zone by its name."""
    NUMBER = enum.auto()
    SWITCH = enum.auto()
    KEYS = enum.auto()
    """The shortcuts of an action, separated by spaces."""


@dataclass(frozen=True, slots=True)
class Preference:
    """One thing that a person can prefer."""

    name: str
    """Its key in the file, and for the code."""
    group: str
    title: str
    kind: Kind
    default: Value
    help: str
    choices: tuple[tuple[str, str], ...] = ()
    """Each value with what a person reads for it."""
    least: int = 1
    most: int = MOST

    def accepts(self, value: object) -> bool:
        """Return whether a value, of any type, is one of this preference."""
        if type(value) is not type(self.default):  # True is an int, too
            return False
        if isinstance(value, str) and self.kind in (Kind.CHOICE, Kind.ZONE):
            return value in dict(self.choices) or (self.kind is Kind.ZONE and _is_zone(value))
        return self.least <= value <= self.most if self.kind is Kind.NUMBER and isinstance(value, int) else True

    def text_of(self, value: Value) -> str:
        """Return what a person reads for a value."""
        if isinstance(value, bool):
            return "on" if value else "off"
        return dict(self.choices).get(str(value), str(value)) or "none"

    def matches(self, text: str, value: Value) -> bool:
        """Return whether what is said of it, or the value that holds, has each word of a text."""
        said = (self.name, self.group, self.title, self.help, self.text_of(value), *chain(*self.choices))
        from es_desktop.system.text_match import has_words

        return has_words(text, *said)


def _is_zone(name: str) -> bool:
    from es_desktop.app.text.times import zones

    return name in zones()


LOOK: Final = "Look"
TEXTS: Final = "Times and numbers"
LIMITS: Final = "Limits"
GROUPS: Final = (LOOK, TEXTS, LIMITS)
PLUGINS: Final = "Plugins"
THEME: Final = "theme"
FONT: Final = "font"
FONT_SIZE: Final = "font_size"
ANIMATIONS: Final = "animations"
ZONE: Final = "time_zone"
NUMBERS: Final = "numbers"
_DEFAULTS: Final = Limits()
TIME_SWITCHES: Final = {
    "utc": ("times_utc", "Times in UTC"),
    "milliseconds": ("times_milliseconds", "Times with milliseconds"),
    "offset": ("times_offset", "Times with their difference from UTC"),
}
"""The name and the title of the preference for each field of a ``TimeFormat``."""
PREFERENCES: Final = (
    Preference(
        THEME, LOOK, "Theme", Kind.CHOICE, "system",
        "The colours of the window. The system's theme is also of high contrast where the system asks for that.",
        (("system", "System"), ("light", "Light"), ("dark", "Dark"), ("contrast", "High contrast")),
    ),
    Preference(
        FONT, LOOK, "Font", Kind.CHOICE, "own",
        "Inter and JetBrains Mono come with the program, and look the same everywhere.",
        (("own", "The program's own"), ("system", "The system's")),
    ),
    Preference(
        FONT_SIZE, LOOK, "Font size", Kind.NUMBER, 13, "In pixels, of most texts; the others grow with it.",
        least=13, most=18,
    ),
    Preference(
        ANIMATIONS, LOOK, "Animations", Kind.SWITCH, True,
        "Whether panels and menus glide to their place, and the cursor of texts blinks.",
    ),
    Preference(
        ZONE, TEXTS, "Time zone", Kind.ZONE, "system",
        "Times are shown and read in it, by the command line too. Choose one or type its name, such as Europe/Lisbon.",
        (("system", "The system's"), ("UTC", "UTC")),
    ),
    *(Preference(name, TEXTS, title, Kind.SWITCH, False, "Also in the menu View ▸ Times, and in that of a heading.")
      for name, title in TIME_SWITCHES.values()),
    Preference(
        NUMBERS, TEXTS, "Numbers", Kind.CHOICE, "locale",
        "How counts, versions and durations are written. Values of a store are shown as they are.",
        (("locale", "The system's"), ("plain", "Plain: 1234.5")),
    ),
    *(
        Preference(name, LIMITS, name, Kind.NUMBER, getattr(_DEFAULTS, name),
                   f"At most so many {what}. Once it is changed, the store is read again.")
        for name, what in WHAT.items()
    ),
)  # fmt: skip

_KEYS: Final = "keys."
PLUGIN: Final = "plugins."
"""Before the name of a package: whether its plugins are used."""


def plugin_preference(package: str, gives: str) -> Preference:
    """Return the preference for the plugins of a package; ``gives`` says what they are."""
    text = f"It gives {gives}. Once it is changed, the store is opened again."
    return Preference(f"{PLUGIN}{package}", PLUGINS, package, Kind.SWITCH, True, text)


def keys_name(action_id: str) -> str:
    """Return the name of the preference for the shortcuts of an action."""
    return f"{_KEYS}{action_id}"


def action_id(name: str) -> str:
    """Return the id of the action whose shortcuts a preference is."""
    return name.removeprefix(_KEYS)
