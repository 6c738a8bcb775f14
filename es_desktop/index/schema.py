"""The tables of an index.

``n`` numbers the events in the order of the store: it is the store's own key if that is a whole number that grows,
otherwise a count. ``kind`` holds the entity types; ``ended`` says that an entity was discarded, ``encrypted`` that it
has encrypted records. ``slice`` has a row for each transaction of events; ``hour`` and ``counted`` are their sums.
``words`` keeps no text, only the positions of each word: https://www.sqlite.org/fts5.html, contentless tables.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = 3
"""The version of these tables; an index with another one is cleared and filled again."""

PAGE_BYTES: Final = 16_384
"""The page size of the file in bytes; fewer and larger pages are written faster."""

SECONDS_PER_BAR: Final = 3600
"""The length of time that one row of ``hour`` counts, in seconds."""

TABLES: Final = f"""
CREATE TABLE fact (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE kind (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE topic (no INTEGER PRIMARY KEY, topic TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind INTEGER);
CREATE TABLE entity (
    no INTEGER PRIMARY KEY, id NOT NULL UNIQUE, kind INTEGER,
    events INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, snapshots INTEGER NOT NULL DEFAULT 0,
    created REAL, modified REAL, ended INTEGER NOT NULL DEFAULT 0,
    encrypted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE event (
    n INTEGER PRIMARY KEY, entity INTEGER NOT NULL, position INTEGER NOT NULL, topic INTEGER NOT NULL, time REAL
);
CREATE TABLE slice (
    last INTEGER PRIMARY KEY, first INTEGER NOT NULL, events INTEGER NOT NULL, earliest REAL, latest REAL
);
CREATE TABLE hour (
    hour INTEGER NOT NULL, topic INTEGER NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (hour, topic)
) WITHOUT ROWID;
CREATE TABLE counted (topic INTEGER PRIMARY KEY, events INTEGER NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
    text, content = '', columnsize = 0, tokenize = "unicode61 remove_diacritics 2"
);
INSERT INTO words (words, rank) VALUES ('hashsize', {64 * 1024 * 1024});
INSERT INTO words (words, rank) VALUES ('pgsz', {PAGE_BYTES - 384});
INSERT INTO words (words, rank) VALUES ('automerge', 0);
INSERT INTO words (words, rank) VALUES ('crisismerge', 64);
"""
"""The options of ``words`` make the words of a slice one segment, and merge many segments at once, and rarely."""
