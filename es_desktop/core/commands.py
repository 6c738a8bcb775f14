"""Commands: the methods of an entity class that publish events, as a form needs them, and a rehearsal of one."""

from __future__ import annotations

import dis
import inspect
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from types import CodeType, FunctionType
from typing import Any, Final, TypeVar, overload

from .bus import Appends, EventBus, Origin, as_list
from .errors import EventNotStoredError
from .topics import ORIGIN_SLOT

Guard = Callable[[Any], object]
"""Raises the model's own error if the entity refuses the command whatever the arguments are."""
F = TypeVar("F", bound=Callable[..., Any])
_GUARD: Final = "__es_guard__"
_NAMING: Final = ("LOAD_ATTR", "LOAD_GLOBAL", "LOAD_METHOD", "STORE_ATTR")
_VARIADIC: Final = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a command."""

    name: str
    annotation: Any
    """The type that its hint names; ``Any`` without a hint, or with one that cannot be resolved."""
    is_required: bool
    default: Any = None


@dataclass(frozen=True, slots=True)
class Command:
    """A method of an entity class that publishes events."""

    name: str
    label: str
    """The name as a person reads it: ``Add item``."""
    parameters: tuple[Parameter, ...]
    explanation: str
    """The first sentence of its docstring; empty without one."""
    guard: Guard | None = None


@overload
def command(function: F) -> F: ...
@overload
def command(*, guard: Guard) -> Callable[[F], F]: ...
def command(function: Any = None, *, guard: Guard | None = None) -> Any:
    """Declare a method that publishes events as a command; return the method, which calls ``guard`` first.

    Raises ``TypeError`` for anything but a method that does its work when it is called.
    """
    if function is None:
        return lambda each: _declared(each, guard)
    return _declared(function, guard)


def _declared(function: Any, guard: Guard | None) -> Any:
    waits = inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)
    if not isinstance(function, FunctionType) or waits or inspect.iscoroutinefunction(function):
        raise TypeError(f"command decorates a method that does its work when it is called, not {function!r}")
    made = function if guard is None else _guarded(function, guard)
    setattr(made, _GUARD, guard)
    return made


def _guarded(function: Any, guard: Guard) -> Any:
    @wraps(function)
    def guarded(entity: Any, *arguments: Any, **named: Any) -> Any:
        guard(entity)
        return function(entity, *arguments, **named)

    return guarded


def commands_of(entity_class: type) -> tuple[Command, ...]:
    """Return the commands of a class in the order of declaration, its own before those of its bases.

    A method that overrides a command without being declared is none.
    """
    names = dict.fromkeys(name for base in entity_class.__mro__ for name in vars(base))
    found = ((name, inspect.getattr_static(entity_class, name)) for name in names)
    return tuple(
        _describe(name, member) for name, member in found if isinstance(member, FunctionType) and _GUARD in vars(member)
    )


def _describe(name: str, method: Any) -> Command:
    hints = type_hints(method)
    _, *parameters = inspect.signature(method).parameters.values()
    described = tuple(
        Parameter(each.name, hints.get(each.name, Any), True)
        if each.default is each.empty
        else Parameter(each.name, hints.get(each.name, Any), False, each.default)
        for each in parameters
        if each.kind not in _VARIADIC
    )
    line = (inspect.getdoc(method) or "").strip().partition("\n")[0]
    sentence = f"{line.partition('. ')[0].removesuffix('.')}." if line else ""
    return Command(name, label_of(name), described, sentence, getattr(method, _GUARD))


def label_of(name: str) -> str:
    """Return the name of a command as a person reads it: ``Add item``."""
    return name.strip("_").replace("_", " ").capitalize()


def changed_names(entity_class: type, name: str) -> frozenset[str]:
    """Return the attributes of an entity that the events of a command may change, as its code and theirs name them.

    It is a guess: a name that is made at run time is not found, and a private one that is only read is.
    """
    named = _named_in(getattr(entity_class, name), entity_class).values()
    events = [each for each in named if isinstance(each, type) and hasattr(each, "mutate")]
    return frozenset(name for event in events for name in _named_in(event.mutate, entity_class))


def _named_in(function: Any, entity_class: type) -> dict[str, Any]:
    """Return what a function, and the methods of the class that it calls, set, or read if private or a class."""
    found, waiting, seen = dict[str, Any](), [inspect.unwrap(function)], set[Any]()
    while waiting:
        current = waiting.pop()
        if not isinstance(current, FunctionType) or current in seen:
            continue
        seen.add(current)
        for operation, name in _names_in(current.__code__):
            is_global = operation == "LOAD_GLOBAL"
            member = current.__globals__.get(name) if is_global else inspect.getattr_static(entity_class, name, None)
            if not is_global:
                waiting.append(member)
            is_private = name.startswith("_") and not is_global and member is None
            if isinstance(member, type) or is_private or operation == "STORE_ATTR":
                found[name] = member
    return found


def _names_in(code: CodeType) -> Iterator[tuple[str, str]]:
    """Yield each attribute and global that code names, after the operation."""
    for each in dis.get_instructions(code):
        if each.opname in _NAMING:
            yield each.opname, each.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def type_hints(function: Any) -> dict[str, Any]:
    """Return the types of the parameters of a function by name; none if a name in them cannot be resolved."""
    try:
        return typing.get_type_hints(function)
    except (NameError, AttributeError, TypeError, SyntaxError):
        return {}  # a name that only a type checker knows


def rehearse(entity: Any, act: Callable[[Any], object]) -> list[Any]:
    """Call ``act`` with an entity of which no other copy is in use, and return the events that it published.

    They reach no store and no handler; the entity is changed and has to be thrown away. Raises what ``act`` raises.
    """
    bus, events = EventBus(), list[Any]()
    bus.subscribe(lambda published: events.extend(as_list(published)))
    object.__setattr__(entity, ORIGIN_SLOT, Origin(bus, None, is_unstored=True))
    with bus.activated():
        act(entity)
    return events


def publish_rehearsed(bus: EventBus, events: list[Any]) -> None:
    """Publish the events of a rehearsal as one, which are stored in one transaction.

    Raises ``EventNotStoredError`` if no policy of the bus keeps all of them, and any error of a handler.
    """
    published = events[0] if len(events) == 1 else events
    with Appends(published) as appends:
        bus.publish(published)
    if len(appends.stored(None)) < len(events):
        names = " and ".join(dict.fromkeys(type(each).__qualname__ for each in events))
        raise EventNotStoredError(f"no open store keeps {names}")
