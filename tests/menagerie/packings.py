"""Odd stores: payloads in encodings that are read here, or named by their marks."""

from __future__ import annotations

import bz2
import json
import lzma
import pickle
import random
import sqlite3
import struct

from tests.menagerie.keeping import LOG_MAP, emmett, log, odd_store

ADA = json.dumps({"customer": "Ada"}).encode()
BSON = b"\x02name\0" + struct.pack("<i", 4) + b"Ada\0\0"
PACKED = {
    "zstd": b"\x28\xb5\x2f\xfd\x20\x10M\0\0" + ADA[:9],
    "lz4": b"\x04\x22\x4d\x18\x60\x40\x82" + ADA,
    "snappy": b"\xff\x06\0\0sNaPpY{}",
    "protobuf": b"\x0a\x03Ada\x10\x96\x01\x1a\x05\x08\x01\x12\x01x",
    "Avro": b"\0\0\0\0\x07\x06Ada\x0e",
    "BSON": struct.pack("<i", 4 + len(BSON)) + BSON,
    "PHP": b'a:2:{s:4:"name";s:3:"Ada";s:1:"n";i:7;}',
    "pickle": pickle.dumps({"name": "Ada"}),
    "Java": b"\xac\xed\0\x05sr\0\x04Paid",
    "form": b"name=Ada&n=7",
}


@odd_store(
    "payloads in encodings that are named by their marks",
    shows={
        "info": (f"1 entity, {len(PACKED)} events", "not encrypted"),
        "events order-1": (*PACKED, "not encrypted"),
        "explain order-1": ("broken", "zstd"),
    },
    map=LOG_MAP,
    window=("order-1",),
)
def packed_in_others(connection: sqlite3.Connection) -> None:
    log(connection, [("order-1", n, "Changed", data) for n, data in enumerate(PACKED.values(), 1)])


READ = (
    bz2.compress(ADA),
    lzma.compress(ADA),
    ADA.hex().encode(),
    ADA.decode().encode("utf-16"),
    b"\xcc\x0d\x87customer7Ada",
)


@odd_store(
    "payloads in bzip2, xz, hexadecimal digits, UTF-16, and SQLite's JSONB",
    shows={
        "events order-1": ('5 2025-03-01 09:00:00 Changed {"customer":"Ada"}', "not !"),
        "explain order-1": ('"customer": "Ada"', "inferred"),
        "find 'customer == \"Ada\"'": "order-1",
        "export": "Ada",
    },
)
def packed_and_read(connection: sqlite3.Connection) -> None:
    emmett(connection, [("order-1", n, "Changed", data) for n, data in enumerate(READ, 1)])


@odd_store(
    "payloads that are random bytes, as encrypted ones are",
    shows={"info": "records of 1 entity may be encrypted; a key may open them", "events order-1": "may be encrypted"},
    map=LOG_MAP,
)
def random_bytes(connection: sqlite3.Connection) -> None:
    numbers = random.Random(7)
    log(connection, [("order-1", n, "Changed", numbers.randbytes(60)) for n in (1, 2, 3)])
