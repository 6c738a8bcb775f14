"""Passwords of servers: in the system's keyring, by the store's name without them, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from es_desktop.app.runtime.errors import UserError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE: Final = "es-desktop"
_HINT: Final = "Unlock the keyring, or go on without it."


class Passwords(Protocol):
    """Where passwords are kept. What it does may take a while, as a person may have to unlock it first."""

    def why_not(self) -> str:
        """Return why none can be kept; an empty text where they can."""

    def find(self, store: str) -> str | None:
        """Return the password of a store; ``None`` where none is kept, or it cannot be read."""

    def keep(self, store: str, password: str) -> None:
        """Keep the password of a store. Raises ``UserError``."""

    def forget(self, store: str) -> None:
        """Keep no password of a store any longer. Raises ``UserError``."""


class NoPasswords:
    """Keeps none."""

    def why_not(self) -> str:
        return "Passwords are not kept here."

    def find(self, store: str) -> str | None:
        return None

    def keep(self, store: str, password: str) -> None:
        raise UserError(f"the password was not kept: {self.why_not()}")

    def forget(self, store: str) -> None:
        """There is nothing to forget."""


class SystemKeyring:
    """Keeps passwords in the keyring of the system, where there is one that encrypts them."""

    def why_not(self) -> str:
        return "" if _backend() is not None else "No keyring was found on this system; without one nothing is kept."

    def find(self, store: str) -> str | None:
        backend = _backend()
        if backend is None:
            return None
        try:
            return backend.get_password(_SERVICE, store)
        except Exception:  # a backend raises what the system behind it does; then the person is asked
            return None

    def keep(self, store: str, password: str) -> None:
        backend = _backend()
        if backend is None:
            raise UserError("the password was not kept: there is no keyring")
        try:
            backend.set_password(_SERVICE, store, password)
        except Exception as error:
            # What it says of itself is not repeated: nobody knows what a backend puts there.
            raise UserError(f"the keyring did not keep the password ({type(error).__name__})", _HINT) from None

    def forget(self, store: str) -> None:
        from keyring.errors import PasswordDeleteError

        backend = _backend()
        if backend is None or self.find(store) is None:
            return
        try:
            backend.delete_password(_SERVICE, store)
        except PasswordDeleteError:
            return  # somebody else did
        except Exception as error:
            raise UserError(f"the keyring did not forget the password ({type(error).__name__})", _HINT) from None


def _backend() -> KeyringBackend | None:
    # It looks for services of the desktop, which takes a while and is seldom needed.
    import keyring
    from keyring.core import recommended

    backend = keyring.get_keyring()
    # One that is not recommended keeps passwords in plain text, or nothing at all.
    return backend if recommended(backend) else None
