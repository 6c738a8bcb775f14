"""The arguments and options that only one command has, or few: a function adds them to the parser of each."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.search.examples import CONDITION, QUESTION, WATCHED

from .command import AGAIN, AN_ENTITY, Parser, number_from, positive_number

if TYPE_CHECKING:
    from es_desktop.api.entity import Base

SHELLS: Final = ("bash", "zsh", "fish")
_ALL_ENTITIES: Final = f"{AN_ENTITY}; all entities by default"


def entities(parser: Parser) -> None:
    parser.add_argument("--type", metavar="T", help="only entities of this type")


def one_entity(parser: Parser) -> None:
    """Add an entity that is needed, where the address of the store names none."""
    text = f"{AN_ENTITY}; left out if STORE is an address that names one"
    parser.add_argument("entity", metavar="ENTITY", nargs="?", help=text)
    parser.set_defaults(needs_entity=True)


def explain(parser: Parser) -> None:
    one_entity(parser)
    parser.add_argument("--at", type=number_from(0), metavar="N", help="the version; the last one by default")
    text = "what the rebuild starts from: snapshot (the nearest, by default), zero, or the version of a snapshot"
    parser.add_argument("--from", dest="base", metavar="BASE", type=_base, default="snapshot", help=text)


def find(parser: Parser) -> None:
    text = f"a condition on the last state, such as: {CONDITION}; or a question to whole histories: {QUESTION}"
    parser.add_argument("expression", metavar="QUESTION", nargs="?", help=text)
    text = "take the states as they were then: at the end of a date such as 2025-05-02, or at '2025-05-02 14:30'"
    parser.add_argument("--as-of", metavar="TIME", type=_as_of, help=f"{text}; the last states by default")
    text = "find the events that hold these words, in any case and without accents; with QUESTION, the entities that"
    parser.add_argument("--text", metavar="TEXT", help=f"{text} have such an event")
    text = f"only entities of this type; without QUESTION, events of this type too; {AGAIN}"
    parser.add_argument("--type", dest="types", metavar="T", action="append", help=text)
    histories = parser.add_argument_group("whole histories")
    text = "ask the conditions of all versions, where QUESTION has no word of time such as ever or never"
    histories.add_argument("--ever", action="store_true", help=text)
    text = "as --ever, and show each entity at the first version at which the conditions are true"
    histories.add_argument("--first", action="store_true", help=text)
    text = "list every version at which the conditions are true"
    histories.add_argument("--versions", action="store_true", help=text)
    text = "count the entities at the end of each day, week or month; auto, by default, chooses one by the time range"
    periods = ["auto", "day", "week", "month"]
    histories.add_argument("--count-over-time", dest="period", nargs="?", const="auto", choices=periods, help=text)
    text = f"also show the values of this path, such as total: at the version that was found, and now; {AGAIN}"
    histories.add_argument("--column", dest="columns", metavar="PATH", action="append", help=text)
    parser.set_defaults(needs_question=True)


def sql(parser: Parser) -> None:
    parser.add_argument("statement", metavar="SELECT", help="one SELECT, in the SQL of DuckDB")
    text = "write the rows to this file; its ending says how: .csv, .xlsx, .parquet; printed by default"
    parser.add_argument("--out", metavar="FILE", help=text)
    text = "how many seconds the statement may take; 60 by default"
    parser.add_argument("--seconds", metavar="N", type=positive_number, help=text)


def watch(parser: Parser) -> None:
    one_entity(parser)
    text = f"a condition or a path, such as: {WATCHED[0]}, or {WATCHED[2]}"
    parser.add_argument("expression", metavar="EXPR", help=text)


def compare(parser: Parser) -> None:
    for side in ("left", "right"):
        text = f"the {side} one: {AN_ENTITY}, and a version if it is not the last"
        parser.add_argument(side, metavar="ENTITY[@VERSION]", help=text)
    text = "the store of the right one, if it is another store"
    parser.add_argument("--with", dest="beside", metavar="STORE", help=text)


def verify(parser: Parser) -> None:
    parser.add_argument("entity", metavar="ENTITY", nargs="?", help=_ALL_ENTITIES)


def quality(parser: Parser) -> None:
    text = "also the paths of each event type with the types of their values, how often, and what changed when"
    parser.add_argument("--shape", action="store_true", help=text)
    parser.add_argument("--type", metavar="T", help="the shape of this type of entities or events only")
    parser.add_argument("--html", metavar="FILE", help="also write the report, with the shape, as one page of HTML")
    text = "do not compare snapshots with their events"
    parser.add_argument("--no-snapshots", action="store_true", help=text)


def process(parser: Parser) -> None:
    text = "only entities of this type; needed where the store has several types"
    parser.add_argument("--type", metavar="T", help=text)
    text = "hide what fewer than N entities have; 1 by default"
    parser.add_argument("--at-least", metavar="N", type=number_from(1), default=1, help=text)
    text = "list the variants: the orders of event types, with the entities that have each"
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--variants", action="store_true", help=text)
    text = "say which entities fit a pattern, such as: Created > ItemAdded+ > Paid; A? may be left out, ... is any"
    instead.add_argument("--conforms", metavar="PATTERN", help=text)
    text = "say how long entities take from an event type to the next event of another one"
    instead.add_argument("--waiting", metavar=("FROM", "TO"), nargs=2, help=text)
    text = "what counts: each event, immediate repeats as one (collapsed, by default), or the first of each type"
    parser.add_argument("--repeats", choices=("each", "collapsed", "first"), default="collapsed", help=text)
    text = f"leave events of this type out; {AGAIN}"
    parser.add_argument("--without", metavar="TYPE", action="append", default=[], help=text)


def common(parser: Parser) -> None:
    text = f"which entities, such as: {QUESTION}"
    parser.add_argument("question", metavar="QUESTION", help=text)
    text = "only entities of this type, against the others of it; the most frequent type by default"
    parser.add_argument("--type", metavar="T", help=text)


def rules(parser: Parser) -> None:
    parser.add_argument("--type", metavar="T", help="only rules of this type of entities")
    parser.add_argument("--exceptions", action="store_true", help="also list the entities that break a rule")
    parser.add_argument("--kept", action="store_true", help="check only the rules that are kept")
    text = f"keep this rule as one that is meant; give it in the words in which rules prints it; {AGAIN}"
    parser.add_argument("--keep", metavar="RULE", action="append", help=text)
    text = f"keep this rule no longer; {AGAIN}"
    parser.add_argument("--forget", metavar="RULE", action="append", help=text)


def export(parser: Parser) -> None:
    from es_desktop.app.transfer.export import format_names

    parser.add_argument("entity", metavar="ENTITY", nargs="*", default=[], help=_ALL_ENTITIES)
    text = "only events and snapshots up to this version; all by default"
    parser.add_argument("--to", "--at", dest="at", type=number_from(0), metavar="N", help=text)
    formats = [str(each) for each in format_names()]
    text = "csv, xlsx and parquet are tables of the events; a format that is no text needs --out; parquet needs pyarrow"
    parser.add_argument("--format", choices=formats, default=formats[0], help=f"{formats[0]} by default; {text}")
    parser.add_argument("--out", metavar="FILE", help="write to this file; printed by default")
    parser.add_argument("--bom", action="store_true", help="begin a CSV with a byte order mark, which Excel looks for")
    text = "the test of a pytest file fails at the first event after which this condition is true"
    parser.add_argument("--fails-where", metavar="EXPR", default="", help=text)


def import_(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="JSON Lines as export makes them, or CloudEvents 1.0")


def copy(parser: Parser) -> None:
    parser.add_argument("target", metavar="TARGET.esdb", help="a new file, or a copy that was stopped, to continue")
    parser.add_argument("entity", metavar="ENTITY", nargs="*", default=[], help=_ALL_ENTITIES)


def rescue(parser: Parser) -> None:
    parser.add_argument("target", metavar="NEW.esdb", help="a new store, which has only what can be read")


def new_file(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE.esdb", help="a file that is not there yet")


def nothing(parser: Parser) -> None:
    """Add no argument."""


def completion(parser: Parser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))


def register(parser: Parser) -> None:
    parser.add_argument("--remove", action="store_true", help="remove what register has written, and nothing else")


def help_(parser: Parser) -> None:
    parser.add_argument("about", metavar="COMMAND", nargs="?", help="a command; all of them by default")
    text = "print the manual page instead: es-desktop help --man | man -l -"
    parser.add_argument("--man", action="store_true", help=text)


def _base(text: str) -> Base:
    if text.isascii() and text.isdecimal():
        return int(text)
    known: dict[str, Base] = {"snapshot": "nearest", "zero": "zero"}
    if text not in known:
        raise argparse.ArgumentTypeError(f"{text!r} is not snapshot, zero, or the version of a snapshot")
    return known[text]


def _as_of(text: str) -> float:
    from es_desktop.app.text.times import parse_as_of

    try:
        return parse_as_of(text)
    except UserError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from error
