"""What the installed plugins give, and whether it is used: for About, and for the command line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from es_desktop.system.counts import count_text
from es_desktop.system.plugins import IN_USE, NOT_NEEDED, VARIABLE, Plugin, installed

from .components import Component

_WAY_OUT = f"Preferences ▸ Plugins switches it off, and so does {VARIABLE} in the environment."


def tried_plugins() -> tuple[Plugin, ...]:
    """Import all plugins that are switched on, so that the state of each is known, and return all. May take long."""
    from es_desktop.app.store.models import all_models
    from es_desktop.app.transfer import export
    from es_desktop.stores import formats, payloads

    all_models(), export.all_formats(), formats.all_formats(), payloads.all_decoders()
    return installed()


def plugin_parts() -> Iterator[Component]:
    """Yield each package with plugins: the state stands in place of a licence, what it gives in place of its text."""
    for package, given in groupby(installed(), attrgetter("package")):
        plugins = [*given]
        yield Component(
            package, plugins[0].version, f"plugin, {_state(plugins)}", _text(plugins), source=plugins[0].folder
        )


def plugin_lines(plugins: tuple[Plugin, ...]) -> Iterator[str]:
    """Yield the packages, and below each what it gives."""
    for (package, version, folder), given in groupby(plugins, attrgetter("package", "version", "folder")):
        yield f"{package} {version}, in {folder}"
        yield from (f"  {each.group.gives:<8}{each.name}: {each.state}" for each in given)


def _state(plugins: list[Plugin]) -> str:
    """Return one line on the state of all that a package gives."""
    if plugins[0].is_off:
        return "switched off"
    states = [each.state for each in plugins]
    wrong = [each for each in states if each not in (IN_USE, NOT_NEEDED)]
    if wrong:
        return count_text(len(wrong), "fault")
    return IN_USE if IN_USE in states else NOT_NEEDED


def _text(plugins: list[Plugin]) -> str:
    lines = (f"{each.group.gives.capitalize()} {each.name}: {each.state}." for each in plugins)
    return "\n".join((*lines, "", _WAY_OUT))
