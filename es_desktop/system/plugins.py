"""Plugins: what packages that a person installed add to the program, by entry points.

Nothing that a store holds can name one. A package is found by its metadata alone; its code is imported when the sort of
thing that it gives is needed, and never while it is switched off. What cannot be used is logged once and left out.
"""

from __future__ import annotations

import enum
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from importlib.metadata import Distribution

VARIABLE: Final = "ES_DESKTOP_PLUGINS_OFF"
"""The packages that are switched off, or ``ALL``: processes that are started to read a store have the same ones."""
ALL: Final = "all"
IN_USE, NOT_NEEDED = "in use", "not needed yet"
"""States of a plugin that has no fault."""
T = TypeVar("T")
_log = logging.getLogger(__name__)
_MOST_LETTERS: Final = 300


class Group(enum.StrEnum):
    """A group of entry points."""

    FORMATS = "es_desktop.formats"
    MODELS = "es_desktop.models"
    PAYLOADS = "es_desktop.payloads"
    EXPORTS = "es_desktop.exports"

    @property
    def gives(self) -> str:
        """What one entry point of the group gives, in a word."""
        return {"payloads": "decoder"}.get(self.name.lower(), self.name.lower().removesuffix("s"))


@dataclass(frozen=True, slots=True)
class Plugin:
    """One thing that a package gives: an entry point."""

    group: Group
    name: str
    package: str
    """The name of the distribution, as it is written in ``VARIABLE``."""
    version: str
    folder: str
    """Where the package is installed."""
    target: str
    """The module, and the name in it: ``parcels.models:Parcel``."""

    def __str__(self) -> str:
        return f"the {self.group.gives} {self.name} of {self.package} {self.version}"

    @property
    def is_off(self) -> bool:
        """Whether its package is switched off."""
        return not off().isdisjoint((self.package, ALL))

    @property
    def state(self) -> str:
        """Whether it is used, as a person reads it, and why not."""
        if self.is_off:
            return "switched off"
        if self in _left_out:
            return f"left out: {_left_out[self]}"
        return _failed.get(self, IN_USE if self in _used else NOT_NEEDED)


class PluginError(Exception):
    """What a plugin gives cannot be used: the text says why."""


_left_out: Final[dict[Plugin, str]] = {}
"""Why they are not used."""
_broken: Final[set[Plugin]] = set()
"""Those of them that are not tried again."""
_failed: Final[dict[Plugin, str]] = {}
"""What went wrong in those that are used still."""
_used: Final[set[Plugin]] = set()
_said: Final[set[tuple[Plugin, str]]] = set()


def package_name(name: str) -> str:
    """Return the name of a distribution in the one way that is compared: ``parcel-shop`` for ``Parcel_Shop``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def off() -> frozenset[str]:
    """Return the packages that are switched off; with ``ALL`` in it, that are all."""
    return frozenset(map(package_name, os.environ.get(VARIABLE, "").replace(",", " ").split()))


def switch_off(packages: Iterable[str]) -> None:
    """Have these packages switched off, and no others, in this process and in those that it starts."""
    os.environ.pop(VARIABLE, None)
    if names := " ".join(sorted(packages)):
        os.environ[VARIABLE] = names


def installed(group: Group | None = None) -> tuple[Plugin, ...]:
    """Return the plugins of a group, or all, by their packages, those that are switched off too. Imports none."""
    found = _installed(_searched())
    return found if group is None else tuple(each for each in found if each.group is group)


def usable(group: Group) -> tuple[Plugin, ...]:
    """Return the plugins of a group that are switched on, the first of each name. Imports none."""
    found: dict[str, Plugin] = {}
    for plugin in installed(group):
        if not plugin.is_off and found.setdefault(plugin.name, plugin) is not plugin:
            _leave_out(plugin, f"{found[plugin.name].package} gives a {group.gives} of this name already")
    return tuple(found.values())


def load(group: Group, accept: Callable[[Plugin, Any], T], name: str | None = None) -> list[T]:
    """Import the plugins of a group, or only one by its name; return what ``accept`` makes of each.

    ``accept`` raises ``PluginError`` for what cannot be used. Runs code of the plugins, which may take long.
    """
    found = []
    for plugin in usable(group):
        if plugin not in _broken and name in (None, plugin.name):
            try:
                found.append(accept(plugin, _imported(plugin)))
            except PluginError as error:
                _leave_out(plugin, str(error), error.__cause__)
            except Exception as error:  # such as one of its own metaclass
                _leave_out(plugin, f"it cannot be checked: {_reason(error)}")
            else:
                _left_out.pop(plugin, None)
                _used.add(plugin)
    return found


def require(value: Any, cls: type[T] | tuple[type[T], ...], expected: str) -> T:
    """Return what a plugin gives if it is of a class. Raises ``PluginError``, which says what is ``expected``."""
    if isinstance(value, cls):
        return value
    raise unexpected(value, expected)


def unexpected(value: Any, expected: str) -> PluginError:
    """Return the error for what is not what is ``expected``."""
    what = f"the class {value.__qualname__}" if isinstance(value, type) else f"of the type {type(value).__name__}"
    return PluginError(f"it is {what}, where {expected} is expected")


@contextmanager
def guarded(plugin: Plugin, doing: str, *let_through: type[Exception], breaks: bool = False) -> Iterator[None]:
    """Run code of a plugin. Raises ``PluginError`` for what it raises but for ``let_through``.

    The plugin stays in use, as it may be one record that it failed at; with ``breaks`` it is left out from then on.
    """
    try:
        yield
    except let_through:
        raise
    except (Exception, SystemExit) as error:
        text = f"{doing} failed: {_reason(error)}"
        if breaks:
            _broken.add(plugin)
            _leave_out(plugin, text, error)
        else:
            _failed[plugin] = text
            _say(plugin, text, error)
        raise PluginError(text) from error


def _imported(plugin: Plugin) -> Any:
    from importlib.metadata import EntryPoint

    try:
        return EntryPoint(plugin.name, plugin.target, plugin.group).load()
    except (Exception, SystemExit) as error:  # any code may run there
        _broken.add(plugin)
        raise PluginError(f"it cannot be imported: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    name = "" if isinstance(error, PluginError) else f"{type(error).__name__}: "
    return f"{name}{error}"[:_MOST_LETTERS].replace("\n", " ").rstrip(": ")


def _leave_out(plugin: Plugin, reason: str, error: BaseException | None = None) -> None:
    _left_out[plugin] = reason
    _say(plugin, f"left out: {reason}", error)


def _say(plugin: Plugin, text: str, error: BaseException | None = None) -> None:
    """Log a text, each one once; where the error came from is for the one who writes the plugin."""
    if (plugin, text) not in _said:
        _said.add((plugin, text))
        _log.warning("%s: %s", plugin, text)
        _log.debug("there", exc_info=error)


def _searched() -> tuple[str, ...]:
    """Return the folders that packages are installed in: not the current one, which may be that of a strange store."""
    here = None
    with suppress(OSError):
        here = Path.cwd()
    return _elsewhere(here, tuple(sys.path))


@lru_cache(maxsize=2)  # each store that is opened asks for it
def _elsewhere(here: Path | None, path: tuple[str, ...]) -> tuple[str, ...]:
    place = None if here is None else here.resolve()
    return tuple(each for each in path if each and Path(each).resolve() != place)


@lru_cache(maxsize=2)
def _installed(path: tuple[str, ...]) -> tuple[Plugin, ...]:
    # It is slow to import, and the first picture does without it.
    from importlib.metadata import distributions

    found: dict[str, list[Plugin]] = {}
    for each in distributions(path=list(path)):
        try:
            for plugin in _given_by(each):
                there = found.setdefault(plugin.package, [])
                if not there or there[0].folder == plugin.folder:  # the first on the path counts, as for an import
                    there.append(plugin)
        except Exception as error:
            _log.warning("what a package says of its plugins cannot be read: %s", _reason(error))
    return tuple(plugin for name in sorted(found) for plugin in found[name])


def _given_by(package: Distribution) -> list[Plugin]:
    if "es_desktop." not in (package.read_text("entry_points.txt") or ""):
        return []
    name, folder = package_name(package.name), str(package.locate_file(""))
    return [
        Plugin(group, each.name, name, package.version, folder, each.value)
        for group in Group
        for each in package.entry_points.select(group=group)
    ]
