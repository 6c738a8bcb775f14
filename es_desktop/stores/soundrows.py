"""Makes the rows of other programs sound: SQLite keeps any value in any column, and a table may have lost its keys.

Every reader relies on this: an id is not NULL, and the text that it is shown as finds it again; a version is a whole
number, which no other event of the entity has. ``rules_of`` looks once, when a store is opened, what of it a table does
not keep, and ``sound_select`` has the database work it out - so that lists, counts, the index and searches agree:

- Ids of several types of values become texts; if two are then alike, with the type behind (``7 (integer)``). Ids that a
  column's own collation takes for equal are one, in the spelling that is first.
- Where an entity is identified by its type and its id, and two types share an id, ids have the type behind.
- A row without an id belongs to no entity: it is left out.
- ``'2'``, ``'002'`` and ``2.0`` are version 2. An event without a whole number as version, or with that of an earlier
  event of its entity (two writers at once, a stream that was archived and begun again), comes after the last one, in
  the order of the store, with a note. So each version that is shown without a note is the stored one. Such a snapshot
  is left out: nothing says of which version it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Final, Literal

import sqlalchemy as sa

from es_desktop.core import DatastoreError
from es_desktop.system.counts import count_text

from .columnmap import FirstOf
from .foreign import ForeignId, ForeignItem
from .mappedtables import MappedTables, has_values
from .queries import Querying

_DASHED: Final = "-".join("?" * length for length in (8, 4, 4, 4, 12))
_MOST: Final = 2**62
"""No higher version is a number to count on from."""
_NOT_NULL: Final = sa.text(
    "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n "
    "ON n.oid = c.relnamespace WHERE c.relname = :name AND n.nspname = :schema AND a.attnotnull"
)
_MOST_LETTERS: Final = 40
_WHOLE_TEXT: Final = r"^\s*[-+]?[0-9]{1,18}(\.0*)?\s*$"
_KEYS: Final = {
    "sqlite": sa.text(
        "SELECT group_concat(i.name, char(10)) FROM pragma_index_list(:name) l JOIN pragma_index_info(l.name) i "
        'WHERE l."unique" AND NOT l.partial GROUP BY l.name HAVING count(*) = count(i.name) AND :schema IS NULL'
    ),
    "postgresql": sa.text(
        "SELECT string_agg(a.attname, chr(10)) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) "
        "WHERE c.relname = :name AND n.nspname = :schema AND i.indisunique AND i.indisvalid "
        "AND i.indpred IS NULL AND i.indexprs IS NULL GROUP BY i.indexrelid"
    ),
}
"""Select the columns of each unique key of a table, a line each; those of expressions and conditions are left out."""
_INTEGERS: Final = frozenset({"smallint", "integer", "bigint"})


@dataclass(frozen=True, slots=True)
class RowRules:
    """What has to be worked out for the rows of a table; by default nothing."""

    ids: Literal["stored", "number", "bytes", "any text", "texts", "typed values"] = "stored"
    """``texts`` and ``typed values``: ids of several types of values as texts, the latter with these types behind."""
    has_type_in_id: bool = False
    is_folded: bool = False
    """Whether ids occur in several spellings that their collation takes for equal."""
    leaves_out: bool = False
    """Whether there are rows without an id."""
    numbers: bool = False
    """Whether there are events without a version of their own."""
    orders: bool = False
    """Whether there are events without a place in the order of the store."""


def rules_of(
    database: Querying, mapped: MappedTables, first_id: Any, known: RowRules | None = None, newer: Any = None
) -> RowRules:
    """Return the rules for the rows of a table; a table whose rows cannot be counted is read as it is.

    ``known`` are the rules of the events, for a table of their snapshots: ids must be alike in both. With ``newer``, a
    condition, only the rows that meet it are looked at, and those of the same entities.
    """
    rules = RowRules() if known is None else replace(known, numbers=False, orders=False)
    plain, is_first = mapped.select(first_id), known is None
    rows = every = plain.subquery("rows")
    if newer is not None:
        rows = plain.where(newer).subquery("rows")
        ids = sa.select(_bare(rows.c.sequence_id))
        every = plain.where(_bare(mapped.value(mapped.map.stream)).in_(ids)).subquery("every")
    with suppress(DatastoreError):
        if mapped.layout.dialect == "sqlite":
            rules = _rules_in_sqlite(database, mapped, rows, rules, is_first=is_first)
        elif _is_sound_by_declaration(database, mapped):
            return rules
        else:
            rules = _rules_on_server(database, mapped, rows, rules)
        return _with_twins(database, mapped, every, rules, is_first=is_first)
    return rules


class RowWatch:
    """Says whether the rows that other programs wrote since the last look need other rules. For one thread."""

    def __init__(
        self, database: Querying, mapped: MappedTables, first_id: Any, rules: RowRules, known: RowRules | None = None
    ) -> None:
        """``rules`` are those of the table, ``known`` those that it was looked at with: see ``rules_of``."""
        self._database, self._rules = database, rules
        self._look = partial(rules_of, database, mapped, first_id, known)
        order = mapped.row_ids if mapped.layout.dialect == "sqlite" and isinstance(mapped.main, sa.Table) else None
        self._order = mapped.value(mapped.map.order) if order is None else order
        self._source = mapped.source
        self._is_odd = rules.ids in ("texts", "typed values") or mapped.info.has_collation
        self._last = self._newest()

    def is_outdated(self) -> bool:
        """Look at the new rows; at all where they have no order, or their ids can only be told apart by all."""
        since, self._last = self._last, self._newest()
        if since is not None and since == self._last:
            return False
        newer = None if since is None or self._is_odd else self._order >= since
        found, known = (asdict(each) for each in (self._look(newer=newer), self._rules))
        return found["ids"] != known["ids"] or any(found[name] and not known[name] for name in found)

    def _newest(self) -> Any:
        if self._order is None:
            return None
        try:
            return self._database.one(sa.select(sa.func.max(self._order)).select_from(self._source))[0]
        except DatastoreError:
            return None


def sound_select(mapped: MappedTables, first_id: Any, rules: RowRules, events: MappedTables | None = None) -> Any:
    """Return the select of a table by its rules, with the fields of ``ForeignItem``; ``events`` if it has snapshots."""
    plain = mapped.select(first_id)
    if rules == RowRules():
        return plain
    row_id = mapped.row_ids if mapped.layout.dialect == "sqlite" and isinstance(mapped.main, sa.Table) else None
    rows = plain.add_columns((sa.null() if row_id is None else row_id).label("row_id")).subquery("rows")
    id_ = _shown_id(rows, rules, (events or mapped).select(first_id))
    order: sa.ColumnElement[Any] = rows.c.order
    if rules.orders and _has_numbers_as_order(mapped):
        order = sa.func.coalesce(order, sa.literal_column("0"))
    elif rules.orders:
        order = sa.func.coalesce(sa.cast(order, sa.Text), "")
    changed = {"sequence_id": id_, "order": order}
    fields = {
        name: changed.get(name, rows.c[name]) if has_values(plain, name) else sa.null() for name in ForeignItem._fields
    }
    found = sa.select(*(each.label(name) for name, each in fields.items()), rows.c.row_id)
    found = found.where(_bare(rows.c.sequence_id).is_not(None)) if rules.leaves_out else found
    if not rules.numbers:
        return found.with_only_columns(*(each.label(name) for name, each in fields.items()))
    return _numbered(found, mapped.layout.dialect, only_kept=events is not None)


def notes_of(database: Querying, rules: RowRules, sound: Any) -> Iterator[str]:
    """Yield a note for a person on each rule but that of rows without an id."""
    if rules.ids in ("texts", "typed values"):
        yield "ids are of several types or spellings, and are shown as text"
    if rules.has_type_in_id:
        yield "entities of different types share ids, so the type is part of each id"
    if rules.is_folded:
        yield "ids that the database takes for equal, such as in upper and lower case, are one"
    if rules.numbers:
        rows = sound.subquery("rows")
        odd = database.count(sa.select(rows.c.odd).where(rows.c.odd.is_not(None)))
        if odd != 0:
            has = "has no version of its own, and comes" if odd == 1 else "have no version of their own, and come"
            counted = "some events" if odd is None else count_text(odd, "event")
            yield f"{counted} {has} after the others of {'its' if odd == 1 else 'their'} entity"


def rows_without_id(plain: Any) -> Any:
    """Return a select of the rows that belong to no entity. ``plain`` is the select without rules."""
    rows = plain.subquery("rows")
    return sa.select(sa.literal(1)).select_from(rows).where(_bare(rows.c.sequence_id).is_(None))


def _bare(column: Any) -> Any:
    """Return a column without its type, so that its values are not converted."""
    return sa.type_coerce(column, sa.types.NullType())


def _rules_in_sqlite(
    database: Querying, mapped: MappedTables, rows: Any, rules: RowRules, *, is_first: bool
) -> RowRules:
    id_, version, type_of = _bare(rows.c.sequence_id), _bare(rows.c.position), sa.func.typeof
    type_of_id, order = sa.case((id_.is_not(None), type_of(id_))), mapped.value(mapped.map.order)

    def count(condition: Any) -> Any:
        return sa.func.count(sa.case((condition, 1)))

    lowest, highest, nulls, odd, unordered, dashed = database.one(
        sa.select(
            sa.func.min(type_of_id),
            sa.func.max(type_of_id),
            count(id_.is_(None)),
            count(type_of(version) != "integer"),
            sa.literal(0) if order is None else count(rows.c.order.is_(None)),
            count(id_.op("GLOB")(_DASHED)) if mapped.map.ids == "hex" else sa.literal(0),
        ).select_from(rows)
    )
    rules = replace(rules, leaves_out=nulls > 0, numbers=odd > 0, orders=unordered > 0)
    if is_first:
        rules = replace(rules, ids="texts" if dashed else _ids_by_type(lowest, highest, rows.c.sequence_id.type))
        if rules.ids == "texts" and _distinct(database, rows, id_) != _distinct(database, rows, _as_text(id_)):
            rules = replace(rules, ids="typed values")
        is_folded = mapped.info.has_collation and _distinct(database, rows, id_.collate("BINARY")) != _distinct(
            database, rows, id_
        )
        rules = replace(rules, is_folded=is_folded)
    return rules


def _ids_by_type(lowest: str | None, highest: str | None, expected: Any) -> Any:
    """Return the rule for ids whose types of values are from ``lowest`` to ``highest`` in the order of their names."""
    if lowest != highest or lowest == "real":
        return "texts"
    rule = {"integer": "number", "blob": "bytes", "text": "any text"}.get(lowest or "", "stored")
    return "stored" if expected.stored_as in (rule, rule.replace("text", "hex")) else rule


def _rules_on_server(database: Querying, mapped: MappedTables, rows: Any, rules: RowRules) -> RowRules:
    version = sa.func.max(sa.cast(sa.func.pg_typeof(rows.c.position), sa.Text))
    unordered = sa.func.count(sa.case((rows.c.order.is_(None), 1)))
    nulls, lost, type_name, unordered = database.one(
        sa.select(
            sa.func.count(sa.case((_bare(rows.c.sequence_id).is_(None), 1))),
            sa.func.count(sa.case((rows.c.position.is_(None), 1))),
            version,
            sa.literal(0) if mapped.value(mapped.map.order) is None else unordered,
        ).select_from(rows)
    )
    is_whole = type_name is None or type_name in _INTEGERS
    return replace(rules, leaves_out=nulls > 0, numbers=lost > 0 or not is_whole, orders=unordered > 0)


def _with_twins(database: Querying, mapped: MappedTables, rows: Any, rules: RowRules, *, is_first: bool) -> RowRules:
    """Return rules that also know of entities that share an id, and of events that share a version."""
    id_, position = _bare(rows.c.sequence_id), rows.c.position
    scope = [] if mapped.value(mapped.map.scope) is None else [rows.c.scope]
    entity = mapped.value(mapped.map.entity)
    if is_first and entity is not None and mapped.map.is_typed:
        shared = (
            sa.select(sa.literal(1))
            .group_by(id_)
            .having(sa.func.min(rows.c.entity_type) != sa.func.max(rows.c.entity_type))
        )
        rules = replace(rules, has_type_in_id=_exists(database, shared.select_from(rows)))
    typed = [_type_text(rows)] if rules.has_type_in_id and entity is not None else []
    if rules.numbers or (not rules.is_folded and _has_key(database, mapped, rules)):
        return rules

    def twins(*more: Any) -> bool:
        key = sa.select(sa.literal(1)).group_by(*scope, *more, id_, position).having(sa.func.count() > 1)
        return _exists(database, key.select_from(rows))

    if not twins(*typed):
        return rules
    if is_first and entity is not None and not typed and not twins(_type_text(rows)):
        return replace(rules, has_type_in_id=True)
    return replace(rules, numbers=True)


def _exists(database: Querying, statement: Any) -> bool:
    return bool(list(database.stream(statement.limit(1))))


def _distinct(database: Querying, rows: Any, value: Any) -> int:
    return int(database.one(sa.select(sa.func.count(value.distinct())).select_from(rows))[0])


def _key_columns(mapped: MappedTables) -> tuple[str, str] | None:
    """Return the columns of ids and versions, if both are columns of the one table that is read."""
    stream, version = mapped.map.stream, mapped.map.version
    if isinstance(mapped.main, sa.Table) and isinstance(stream, str) and isinstance(version, str):
        found = stream.lower(), version.lower()
        return found if all(each in mapped.main.c for each in found) else None
    return None


def _has_key(database: Querying, mapped: MappedTables, rules: RowRules) -> bool:
    """Return whether a unique key lets no two events share an id and a version."""
    columns = _key_columns(mapped)
    if columns is None:
        # Formats that number the rows themselves have no two alike.
        return mapped.map.version is None
    scope = mapped.map.scope
    wanted = {*columns, *(scope.columns if isinstance(scope, FirstOf) else [scope] if isinstance(scope, str) else [])}
    wanted |= {mapped.map.entity} if rules.has_type_in_id and isinstance(mapped.map.entity, str) else set()
    given = {"name": mapped.info.name, "schema": mapped.info.schema}
    keys = (names.lower().split("\n") for (names,) in database.stream(_KEYS[mapped.layout.dialect], given))
    return any(wanted.issuperset(key) for key in keys)


def _has_numbers_as_order(mapped: MappedTables) -> bool:
    """Return whether the order of the store is in numbers; SQLite compares any two values."""
    order, types = mapped.map.order, mapped.info.types
    return not (isinstance(order, str) and types) or types.get(order.lower()) in _INTEGERS


def _is_sound_by_declaration(database: Querying, mapped: MappedTables) -> bool:
    """Return whether the types and keys of a server's table allow only sound rows, so that none must be counted."""
    columns, info = _key_columns(mapped), mapped.info
    if columns is None or mapped.map.is_typed or info.types.get(columns[1]) not in _INTEGERS:
        return False
    given = {"name": info.name, "schema": info.schema}
    not_null = {str(name).lower() for (name,) in database.stream(_NOT_NULL, given)}
    order = [mapped.map.order.lower()] if isinstance(mapped.map.order, str) else []
    return not_null.issuperset([*columns, *order]) and _has_key(database, mapped, RowRules())


def _as_text(id_: Any) -> Any:
    """Return an id of SQLite as text: bytes in hexadecimal, a whole number without a fraction."""
    whole = sa.cast(id_, sa.BigInteger)
    type_of = sa.func.typeof(id_)
    return sa.case(
        (type_of == "blob", sa.func.lower(sa.func.hex(id_))),
        (sa.and_(type_of == "real", id_ == whole), sa.cast(whole, sa.Text)),
        else_=sa.cast(id_, sa.Text),
    )


def _shown_id(rows: Any, rules: RowRules, events: Any) -> Any:
    stored, id_ = rows.c.sequence_id, _bare(rows.c.sequence_id)
    if rules.is_folded:
        others = events.subquery("others").c.sequence_id
        first = sa.select(sa.func.min(_bare(others).collate("BINARY"))).where(_bare(others) == id_).scalar_subquery()
        stored, id_ = rows.c.sequence_id, sa.func.coalesce(first, id_)
        stored = sa.type_coerce(id_, stored.type)
    if rules.ids in ("texts", "typed values"):
        text = _as_text(id_)
        if rules.ids == "typed values":
            type_of = sa.func.typeof(id_)
            text += sa.case((type_of == "text", ""), else_=sa.literal(" (") + type_of + ")")
        stored, id_ = sa.type_coerce(text, ForeignId("any text")), text
    elif rules.ids != "stored":
        stored_as: Any = rules.ids
        stored = sa.type_coerce(id_, ForeignId(stored_as))
    if rules.has_type_in_id:
        text = _as_text(id_) if rules.ids == "bytes" else sa.cast(id_, sa.Text)
        text += sa.literal(" (") + _type_text(rows) + ")"
        stored = sa.type_coerce(text, ForeignId("any text"))
    return stored


def _type_text(rows: Any) -> Any:
    """Return the type of an entity as it is shown behind its id; two types that look alike there are one."""
    return sa.cast(sa.func.coalesce(rows.c.entity_type, rows.c.topic, ""), sa.Text)


def _numbered(found: Any, dialect: str, *, only_kept: bool) -> Any:
    """Return a select with a whole and unique position for each row; ``only_kept``: of rows that have their own."""
    rows = found.subquery("found")
    c, entity = rows.c, [rows.c.sequence_id, rows.c.scope]
    order = [c.order, c.row_id, c.time] if dialect == "sqlite" else [c.order, c.time]
    whole = _whole(c.position, dialect)
    twin = sa.func.row_number().over(partition_by=[*entity, whole], order_by=order)
    inner = sa.select(*c, whole.label("whole"), twin.label("twin")).subquery("numbered")
    c, entity = inner.c, [inner.c.sequence_id, inner.c.scope]
    order = [inner.c[each.key] for each in order]
    is_kept = c.whole.is_not(None) & (c.twin == 1)
    last = sa.func.coalesce(sa.func.max(sa.case((is_kept, c.whole))).over(partition_by=entity), 0)
    place = sa.func.row_number().over(partition_by=[*entity, sa.case((is_kept, 1), else_=0)], order_by=order)
    stored = sa.func.quote(c.position) if dialect == "sqlite" else sa.func.quote_literal(sa.cast(c.position, sa.Text))
    stored = sa.func.substr(stored, 1, _MOST_LETTERS)
    odd = sa.case(
        (is_kept, sa.null()),
        (c.position.is_(None), "it has no version"),
        (c.whole.is_(None), sa.literal("a version is a whole number of at most 18 digits, and ") + stored + " is none"),
        else_=sa.literal("several events of the entity have the version ") + sa.cast(c.whole, sa.Text),
    )
    position = sa.type_coerce(sa.case((is_kept, c.whole), else_=last + place), sa.BigInteger())
    changed = {"position": position, "odd": odd}
    fields = {name: c[name] if has_values(found, name) else sa.null() for name in ForeignItem._fields}
    numbered = sa.select(*(each.label(name) for name, each in (fields | changed).items()))
    return numbered.where(is_kept) if only_kept else numbered


def _whole(version: Any, dialect: str) -> Any:
    """Return a version as a whole number; NULL if it is none."""
    if dialect != "sqlite":
        text = sa.cast(version, sa.Text)
        number = sa.cast(sa.cast(text, sa.Numeric), sa.BigInteger)
        return sa.case((text.regexp_match(_WHOLE_TEXT), number))
    version, type_of = _bare(version), sa.func.typeof(version)
    trimmed, number = sa.func.trim(version), sa.cast(version, sa.BigInteger)
    is_digits = sa.and_(trimmed != "", sa.not_(trimmed.op("GLOB")("*[^0-9]*")), sa.func.length(trimmed) <= 18)
    written = sa.cast(number, sa.Text)
    is_written = sa.or_(written == trimmed, written + ".0" == trimmed)
    return sa.case(
        (sa.and_(type_of == "integer", version.between(-_MOST, _MOST)), version),
        (sa.and_(type_of == "real", version == number, version.between(-(2**53), 2**53)), number),
        (sa.and_(type_of == "text", sa.or_(is_digits, is_written), number.between(-_MOST, _MOST)), number),
    )
