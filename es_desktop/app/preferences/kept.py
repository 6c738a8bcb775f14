"""The preferences of a person, kept in a file; the window and the command line read the same one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from es_desktop.app.runtime.errors import UserError
from es_desktop.system.limits import NAMES, Limits, keep_limits, limits

from .table import PLUGIN, PREFERENCES, ZONE, Preference, Value, plugin_preference


class Preferences:
    """The value of each preference: what was given for this run, otherwise what is kept, otherwise the default."""

    def __init__(self, file: Path) -> None:
        """Read the file. A file, or a value in it, that cannot be understood counts as none."""
        self.table = {each.name: each for each in PREFERENCES}
        self._file = file
        self._kept = _read(file)
        self._given: dict[str, Value] = {}
        self._set: set[str] = set()

    def add(self, preferences: Iterable[Preference]) -> None:
        """Have more preferences, which only the window has."""
        self.table.update((each.name, each) for each in preferences)

    def value(self, name: str) -> Value:
        """Return the value that holds."""
        preference = self.table[name]
        found: Any = self._given.get(name, self._kept.get(name))
        # What a newer version of the program has kept may be unknown to this one.
        chosen: Value = found if preference.accepts(found) else preference.default
        return chosen

    def text(self, name: str) -> str:
        """Return the value of a choice, a zone or of shortcuts."""
        return str(self.value(name))

    def number(self, name: str) -> int:
        """Return the value of a number, or 1 or 0 for a switch."""
        return int(self.value(name))

    def is_default(self, name: str) -> bool:
        return self._is_default(name, self.value(name))

    def _is_default(self, name: str, value: object) -> bool:
        return name in self.table and value == self.table[name].default

    @property
    def limits(self) -> Limits:
        """All limits."""
        return Limits(**{name: self.number(name) for name in NAMES})

    @property
    def plugins_off(self) -> frozenset[str]:
        """The packages whose plugins are switched off, also those that are not installed any more."""
        values = {**self._kept, **self._given}
        found = (name for name, value in values.items() if name.startswith(PLUGIN) and value is False)
        return frozenset(name.removeprefix(PLUGIN) for name in found)

    def add_plugins(self) -> None:
        """Have a preference for each installed package with plugins. Reads what is installed."""
        from es_desktop.system import plugins

        given: dict[str, list[str]] = {}
        for each in plugins.installed():
            given.setdefault(each.package, []).append(f"the {each.group.gives} {each.name}")
        self.add(plugin_preference(package, ", ".join(gives)) for package, gives in given.items())
        if self._given.pop(f"{PLUGIN}{plugins.ALL}", None) is not None:  # one of them can be switched on then
            self._given.update((f"{PLUGIN}{package}", False) for package in given)
            plugins.switch_off(self.plugins_off)

    def give(self, name: str, value: Value) -> None:
        """Have a value hold for this run until the preference is set; it is not kept."""
        self._given[name] = value

    def set(self, name: str, value: Value) -> None:
        """Have a value hold, which ``save`` keeps. Raises ``ValueError`` if the preference does not accept it."""
        if not self.table[name].accepts(value):
            raise ValueError(f"{value!r} is no value of {name}")
        self._given.pop(name, None)
        self._set.add(name)
        self._kept[name] = value

    def save(self) -> None:
        """Write what was set to the file, beside what others have written. Raises ``UserError``; in any thread."""
        from es_desktop.system.kept_file import kept_file, make_folder

        kept = _read(self._file) | {name: self._kept[name] for name in self._set}
        differs = {name: value for name, value in kept.items() if not self._is_default(name, value)}
        try:
            make_folder(self._file.parent)
            with kept_file(self._file, replaces=True) as unfinished:
                unfinished.write_text(json.dumps(differs, indent=1), "utf-8")
        except OSError as error:
            hint = "They hold until the program ends."
            raise UserError(f"The preferences cannot be kept: {error.strerror or error}", hint) from error

    def apply(self) -> None:
        """Have the limits, the time zone and the plugins hold in this process, and in those that it starts.

        What the environment says of limits and plugins counts more: it is given for this run.
        """
        from es_desktop.app.text.times import use_zone
        from es_desktop.system import plugins

        use_zone(self.text(ZONE))
        keep_limits(str(self.limits))
        for name in NAMES:
            if getattr(limits(), name) != self.number(name):
                self.give(name, getattr(limits(), name))
        for name in (f"{PLUGIN}{package}" for package in plugins.off()):
            if name not in self._set:
                self.give(name, False)
        plugins.switch_off(self.plugins_off)


def _read(file: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(file.read_text("utf-8"))
        if isinstance(found, Mapping):
            return dict(found)
    return {}
