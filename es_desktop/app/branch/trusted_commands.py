"""The commands of trusted classes, on the state after all events of a branch: described and run by their process."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from es_desktop.app.entity.commands import Offer, PlannedEvent, Preview
from es_desktop.app.entity.fields import Field, ValueType
from es_desktop.app.runtime.errors import UserError
from es_desktop.app.text.json_view import to_json
from es_desktop.app.trust.fold import TrustedFold
from es_desktop.core import Command, RecordedEvent
from es_desktop.core.commands import label_of
from es_desktop.replay import diff
from es_desktop.replay.fold import Failure, StateLost
from es_desktop.trusted import CodeParameter, CodeState

Hypothetical = Sequence[tuple[str, Mapping[str, Any]]]
"""Topic and data of events that were not written."""
_T = TypeVar("_T")
_TYPES = {each.value: each for each in ValueType}


class TrustedCommands:
    """Each call waits for the process of the trusted code, and raises ``UserError`` if that cannot be used."""

    def __init__(self, fold: TrustedFold, events: Sequence[RecordedEvent]) -> None:
        """``events`` are those of the branch, one or more."""
        self._fold = fold
        self._events = events
        self._state: CodeState | None = None

    def offers(self) -> tuple[Offer, ...]:
        """Return the commands of the entity; none where its code declares none, or is a function that folds."""
        found = self._with_state(lambda state: self._fold.commands(state, self._events[-1]))
        return tuple(
            Offer(
                Command(
                    each.name,
                    label_of(each.name),
                    (),
                    f"{each.explanation.removesuffix('.')}." * bool(each.explanation),
                ),
                tuple(map(_field, each.parameters)),
                each.refusal,
            )
            for each in found
        )

    def rehearse(self, command: str, arguments: Mapping[str, Any]) -> tuple[Preview, Hypothetical]:
        """Return what a command would do, and its events. Raises ``UserError`` if the model refuses."""
        plain = {name: each.value if isinstance(each, enum.Enum) else each for name, each in arguments.items()}
        found = self._with_state(lambda state: self._fold.rehearse(state, self._events[-1], command, plain))
        if found.refusal or not found.events:
            raise UserError(found.refusal or "with these values it writes no event, so nothing changes")
        planned = tuple(PlannedEvent(version, topic, to_json(data)) for topic, version, data in found.events)
        changes = tuple(diff(self._with_state(self._fold.view), found.after))
        preview = Preview(planned, changes, takes_snapshot=False, next_snapshot=None, ends=found.after is None)
        return preview, [(topic, data) for topic, _, data in found.events]

    def _with_state(self, ask: Callable[[CodeState], _T]) -> _T:
        while True:  # until the process answers, or ends too often to be used
            if self._state is None:
                self._state = self._last_state()
            try:
                return ask(self._state)
            except StateLost:
                self._state = None

    def _last_state(self) -> CodeState:
        failed: list[str] = []

        def report(at: int, failure: Failure | None, before: Any, after: Any, seconds: float) -> None:
            if failure is not None:
                failed.append(
                    f"event {self._events[at].version} cannot be applied, so no command runs: {failure.reason}"
                )

        state = self._fold.run(self._fold.start(None), self._events, {}, report, views=False)
        if failed:
            raise UserError(failed[0])
        return state


def _field(parameter: CodeParameter) -> Field:
    value_type = _TYPES.get(parameter.type_name)
    if value_type is ValueType.CHOICE:
        members = enum.Enum("Member", [(name, name) for name in parameter.members], module=__name__)  # type: ignore[misc]
        choices: tuple[enum.Enum, ...] = tuple(members.__members__.values())
        default = next((each for each in choices if each.value == parameter.default), None)
        return Field(parameter.name, value_type, parameter.is_optional, choices, default)
    if value_type is None:
        field = Field(parameter.name, ValueType.TEXT, default=parameter.default, any_type=True)
        return field.holding(parameter.default)
    return Field(parameter.name, value_type, parameter.is_optional, (), parameter.default)
