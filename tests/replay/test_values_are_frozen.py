"""What the core and replay hand out is given to several readers: none of them can change it for the others."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
from importlib import import_module

import es_desktop.core
import es_desktop.replay

AT_WORK = {"Slot", "_Run"}
"""What a loop changes while it is at work, and does not hand out."""


def test_values_are_frozen() -> None:
    modules = [
        import_module(found.name)
        for package in (es_desktop.core, es_desktop.replay)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    values = {each for module in modules for each in vars(module).values() if inspect.isclass(each)}
    can_change = {
        each.__name__
        for each in values
        if dataclasses.is_dataclass(each)
        and each.__module__.startswith("es_desktop.")
        and each.__setattr__ is object.__setattr__
    }
    assert can_change == AT_WORK
