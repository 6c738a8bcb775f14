"""The demo store: made by the core from simulated histories of the example models."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from es_desktop.app.entity.commands import Commands
from es_desktop.app.runtime.errors import Progress
from es_desktop.app.transfer.store_file import new_file
from es_desktop.core import DomainEvent, TimestampedVersionedEntity, clock_set_to, publish
from es_desktop.examples import FALSE_SNAPSHOT, FALSE_VERSION, demo_histories, false_state
from es_desktop.system.kept_file import make_folder, sync_folder

from .session import Session, create_session

FREQUENCY: Final = 10
"""The policy that the demo's snapshots were taken by."""


def make_demo(path: Path, progress: Progress, *, replaces: bool = True) -> None:
    """Make the demo store at ``path``. It appears whole, or not at all; ``replaces`` allows one that is there.

    ``progress`` gets the numbers of histories done and of all; it may raise to stop the work.
    """
    if replaces:  # it is the program's own
        _remove(path.with_suffix(".part"))  # which an older version of this program left when it was killed
        make_folder(path.parent)
    histories = list(demo_histories())
    with new_file(path, replaces=replaces) as unfinished:
        with closing(create_session(str(unfinished))) as session:
            Commands(session).set_frequency(FREQUENCY)
            with session.bus.activated():
                for done, history in enumerate(histories):
                    progress(done, len(histories))
                    last = history[-1]
                    assert isinstance(last, TimestampedVersionedEntity.Event)
                    # Snapshots have the time of the history too, which makes every demo the same to the last byte.
                    with clock_set_to(partial(float, last.timestamp)):
                        if last.originator_id == FALSE_SNAPSHOT:
                            _publish_with_false_snapshot(session, history)
                        else:
                            publish(history)
        if replaces:
            _remove(path)  # with the log that may be beside it, which would damage the new one
        sync_folder(path.parent)
    progress(len(histories), len(histories))


def _publish_with_false_snapshot(session: Session, history: list[DomainEvent]) -> None:
    # The policy takes the snapshots before this one; the last one is taken by somebody who missed an event.
    publish(history[:FALSE_VERSION])
    Commands(session).set_frequency(None)
    publish(history[FALSE_VERSION:])
    strategy = session.repository.event_player.snapshot_strategy
    assert strategy is not None
    strategy.take_snapshot(FALSE_SNAPSHOT, false_state(history), FALSE_VERSION)
    Commands(session).set_frequency(FREQUENCY)


def _remove(path: Path) -> None:
    for each in (path, *path.parent.glob(f"{path.name}-*")):
        each.unlink(missing_ok=True)
