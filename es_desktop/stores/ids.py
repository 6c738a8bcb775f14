"""Column types for sequence ids as other programs store them; in Python an id is a ``UUID`` or a ``str``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, types
from sqlalchemy.types import NullType

_HEX_LENGTH = 32


class _ForeignId(types.TypeDecorator[UUID | str]):
    impl = NullType
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | str | None:
        return value if value is None or isinstance(value, (UUID, str)) else str(value)


class TextId(_ForeignId):
    """A text, or a UUID if the database has such a type."""

    cache_ok = True


class NumberId(_ForeignId):
    """A whole number, a text in Python."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        text = str(value)
        return int(text) if text.lstrip("-").isdecimal() else None


class HexId(_ForeignId):
    """A UUID as 32 hexadecimal digits, or as the database's own type; other texts stay texts."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value.hex if isinstance(value, UUID) and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | str | None:
        if isinstance(value, str) and len(value) == _HEX_LENGTH:
            try:
                return UUID(value) if UUID(value).hex == value else value
            except ValueError:
                return value
        return super().process_result_value(value, dialect)


class BytesId(_ForeignId):
    """A UUID as 16 bytes, or as the database's own type; texts stay texts."""

    cache_ok = True

    def __init__(self, in_bytes: bool = False) -> None:
        """``in_bytes`` says that the column holds bytes although the server has a type for UUIDs."""
        super().__init__()
        self.in_bytes = in_bytes

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value.bytes if isinstance(value, UUID) and (self.in_bytes or dialect.name == "sqlite") else value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | str | None:
        if isinstance(value, (bytes, memoryview)):
            found = bytes(value)
            return UUID(bytes=found) if len(found) == 16 else found.hex()
        return super().process_result_value(value, dialect)
