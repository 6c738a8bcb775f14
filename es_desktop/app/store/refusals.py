"""Why a store cannot be opened, as it is told to a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from es_desktop.app.runtime.errors import PasswordWanted, UnknownTables, UserError
from es_desktop.core import PasswordRefusedError, StoreRefusedError, UnknownTablesError

if TYPE_CHECKING:
    from es_desktop.stores import StoreLocation


@contextmanager
def told_refusals(place: str = "") -> Iterator[None]:
    """Turn the refusals of a store into errors for a person, who may mend some of them.

    ``place`` is where it is, without any secret; a text alone is never refused for what is in the store.
    """
    try:
        yield
    except PasswordRefusedError as error:
        raise PasswordWanted(str(error), error.hint, place) from None
    except UnknownTablesError as error:
        raise UnknownTables(str(error), error.hint, place) from error
    except StoreRefusedError as error:
        raise UserError(str(error), error.hint) from error


def located(store: str, password: str | None) -> StoreLocation:
    """Return where a store is, with the password to it. Raises ``UserError`` for a text that names no place."""
    from es_desktop.stores import parse_location

    with told_refusals():
        return parse_location(store).with_password(password)
