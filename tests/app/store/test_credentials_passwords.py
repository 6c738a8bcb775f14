"""Passwords: in a keyring that can be trusted, or nowhere; what goes wrong there says nothing of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from keyring.backends.null import Keyring as NullKeyring

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.store.credentials import NoPasswords, SystemKeyring
from tests.keeping import MemoryKeyring, NoKeyring, system_keyring

STORE = "postgresql://ana@db.example/shop"


@pytest.fixture
def backend() -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with system_keyring(backend):
        yield backend


def test_a_password_is_kept_found_and_forgotten(backend: MemoryKeyring) -> None:
    passwords = SystemKeyring()
    assert (passwords.why_not(), passwords.find(STORE)) == ("", None)
    passwords.keep(STORE, "tiger-secret")
    assert passwords.find(STORE) == "tiger-secret"
    assert list(backend.kept) == [("es-desktop", STORE)]
    passwords.forget(STORE)
    passwords.forget(STORE)
    assert (passwords.find(STORE), backend.kept) == (None, {})


def test_a_locked_keyring_is_reported_without_the_password(backend: MemoryKeyring) -> None:
    backend.is_locked = True
    assert SystemKeyring().find(STORE) is None
    with pytest.raises(UserError, match="KeyringLocked") as caught:
        SystemKeyring().keep(STORE, "tiger-secret")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("nothing", [NoKeyring, NullKeyring])
def test_a_keyring_that_keeps_nothing_is_none(nothing: type[NoKeyring]) -> None:
    with system_keyring(nothing()):
        assert "No keyring was found" in SystemKeyring().why_not()
        assert SystemKeyring().find(STORE) is None
        with pytest.raises(UserError, match="was not kept"):
            SystemKeyring().keep(STORE, "tiger-secret")


def test_where_nothing_is_kept_that_is_said() -> None:
    assert NoPasswords().why_not()
    assert NoPasswords().find(STORE) is None
    with pytest.raises(UserError):
        NoPasswords().keep(STORE, "tiger-secret")
