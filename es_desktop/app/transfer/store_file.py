"""New files: a store, or a file of lines, appears complete or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from es_desktop.app.runtime.errors import UserError
from es_desktop.core import DatastoreError, SequencedItemError, StoreRefusedError

if TYPE_CHECKING:
    from es_desktop.stores import OpenedStore

T = TypeVar("T")


@contextmanager
def new_file(path: Path, *, replaces: bool = False) -> Iterator[Path]:
    """Yield a temporary path to write to; at the end it is renamed to ``path``. ``replaces`` allows an existing file.

    What killed processes left in the folder is removed. Raises ``UserError`` if the file cannot be written, or one
    stands that is not replaced.
    """
    # SQLAlchemy takes longer to load than the window does; see session.py.
    from es_desktop.stores.engines.new_file import new_file

    with _refused(), new_file(path, replaces=replaces) as unfinished:
        yield unfinished


def new_store(path: Path, fill: Callable[[OpenedStore], T], *, replaces: bool = False) -> T:
    """Make a store of ours at ``path`` that ``fill`` writes to; return what that returns.

    Raises ``UserError``, and what ``fill`` raises; then there is no new file, and an old one is unchanged.
    """
    from es_desktop.stores.opening import make_store_file

    with _refused():
        return make_store_file(path, fill, replaces=replaces)


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except StoreRefusedError as error:
        raise UserError(str(error), error.hint) from error
    except (DatastoreError, SequencedItemError) as error:
        raise UserError(f"the store cannot be written: {error}", "Choose another folder.") from error
