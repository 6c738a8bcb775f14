"""What one step did, in the few short lines that a card has room for."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from es_desktop.app.text.durations import format_cost
from es_desktop.app.text.values import describe_change, elide, format_value, is_member
from es_desktop.replay.diff import Change
from es_desktop.replay.steps import Step


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card; ``tone`` is ``""``, ``"dim"`` or ``"red"``."""

    text: str
    tone: str = ""


def step_lines(step: Step, rows: int, chars: int) -> list[Line]:
    """Return the lines of a step's card: why it failed, or what it changed, in at most ``rows`` lines."""
    if rows <= 0:
        return []
    if step.error is not None:
        lines = textwrap.wrap(elide(step.error, chars * (rows + 1)), chars) or ["no reason given"]
        return [Line(text, "red") for text in _cut(lines, rows)]
    if not step.told:
        return [Line("changes nothing", "dim")]
    return _change_lines(step.told, rows, chars)


def _cut(lines: list[str], rows: int) -> list[str]:
    return lines if len(lines) <= rows else [*lines[: rows - 1], lines[rows - 1][:-1] + "…"]


def _change_lines(changes: tuple[Change, ...], rows: int, chars: int) -> list[Line]:
    told = changes if len(changes) <= rows else changes[: rows - 1]
    spare = rows - len(told) - (len(told) < len(changes))
    lines: list[Line] = []
    for change in told:
        wide = _two_lines(change, chars) if spare else None
        if wide is None:
            lines.append(Line(_one_line(change, chars)))
        else:
            spare -= 1
            lines += [Line(wide[0]), Line(wide[1])]
    if len(told) < len(changes):
        lines.append(Line(f"+{len(changes) - len(told):,} more", "dim"))
    return lines


def _two_lines(change: Change, chars: int) -> tuple[str, str] | None:
    """Return the path, and below it the values; ``None`` where one line says it all."""
    if change.is_removal or change.is_addition or change.before is None or change.after is None:
        return None
    values = f"  {format_value(change.before, chars)} → {format_value(change.after, chars)}"
    return change.path, values if len(values) <= chars else f"  → {format_value(change.after, chars)}"


def _one_line(change: Change, chars: int) -> str:
    if change.is_removal:
        return f"− {change.path}"
    if change.is_addition and is_member(change.path):
        return f"+ {change.path}"
    if change.is_addition or change.before is None:
        return _first_that_fits([f"{change.path} → {format_value(change.after)}", f"{change.path} set"], chars)
    if change.after is None:
        return f"{change.path} cleared"
    before, after = format_value(change.before, chars), format_value(change.after, chars)
    return _first_that_fits([f"{change.path} {before} → {after}", f"{change.path} → {after}"], chars)


def _first_that_fits(texts: list[str], chars: int) -> str:
    return next((text for text in texts if len(text) <= chars), texts[-1])


def step_tip(step: Step) -> str:
    """Return the whole of a step for a tooltip, as far as a tooltip is for reading."""
    lines = [f"{step.version:,}  {step.type}  ·  {format_cost(step.seconds)}"]
    if step.error is not None:
        lines.append(elide(step.error, 400))
    lines += [describe_change(change, 48) for change in step.told[:12]]
    if len(step.told) > 12:
        lines.append(f"+{len(step.told) - 12:,} more")
    return "\n".join(lines)
