"""The commands, each once: name, group, help and arguments. Help, completion and the manual are made of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.places import KEY_VARIABLE
from es_desktop.app.search.examples import CONDITION, QUESTION, SQL, WATCHED

if TYPE_CHECKING:
    from es_desktop.api.entity import Base

Parser = argparse.ArgumentParser
SHELLS: Final = ("bash", "zsh", "fish")

ABOUT_PASSWORDS: Final = (
    "A database is postgresql://USER@HOST:PORT/DATABASE. Its password is best kept in ~/.pgpass or in PGPASSWORD: "
    "other users can see arguments."
)


@dataclass(frozen=True)
class Command:
    """A command of the program."""

    name: str
    group: str
    help: str
    add_arguments: Callable[[Parser], None]
    description: str = ""
    """More than the help says, for the help of this command alone."""
    reads_store: bool = True

    @property
    def explanation(self) -> str:
        """What it does, in sentences."""
        return f"{self.help[0].upper()}{self.help[1:]}. {self.description}".rstrip()


def actions_of(parser: Parser) -> list[argparse.Action]:
    """Return the arguments and options of a parser, those of its commands too."""
    # argparse lists them nowhere else; the tools that make completion and manuals read them there, too.
    own = list(parser._actions)
    parts = (each.choices.values() for each in own if isinstance(each, argparse._SubParsersAction))
    return [*own, *(each for members in parts for part in members for each in actions_of(part))]


def _add_store(parser: Parser) -> None:
    parser.add_argument("store", metavar="STORE", help="a file, a database URL, or an address such as esdb:FILE?…")
    add_opening(parser)
    _add_json(parser)


def _add_json(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, one object a line")


def add_opening(parser: Parser) -> None:
    """Add the options of opening a store. A key is not an argument, because other users can see arguments."""
    text = "which store of the database, by table, application, schema or format; or which part of a shared one"
    parser.add_argument("--scope", metavar="NAME", help=text)
    text = f"a file with the key of encrypted records; or set {KEY_VARIABLE}"
    parser.add_argument("--key-file", metavar="FILE", type=Path, help=text)
    text = "raise a limit: payload_mb, values, statement_seconds or table_seconds, as values=200000; can be repeated"
    parser.add_argument("--limit", metavar="NAME=N", action="append", help=text)
    parser.add_argument(
        "--map", metavar="FILE.toml", type=Path, help="a map of columns, to read tables of no known format"
    )


def _add_entity(parser: Parser) -> None:
    parser.add_argument(
        "entity",
        metavar="ENTITY",
        nargs="?",
        help="an id or its first characters; none if STORE is an address with one",
    )
    parser.set_defaults(needs_entity=True)


def _add_code(parser: Parser) -> None:
    """Add the options that name trusted code, which runs only where it is named."""
    text = "It runs with your rights, in a separate process that gets the records through a pipe."
    code = parser.add_argument_group("code of your own", text)
    code.add_argument("--trust", metavar="DIR", help="use the code in this folder to make states from records")
    code.add_argument(
        "--import",
        dest="modules",
        metavar="MODULE",
        action="append",
        help="a module of it to import; can be repeated",
    )
    code.add_argument("--python", metavar="EXE", help="the Python that runs it; that of this program by default")
    code.add_argument(
        "--fold", metavar="MODULE:FUNCTION", help="what makes the states, instead of classes: function(state, event)"
    )


def _entities(parser: Parser) -> None:
    _add_store(parser)
    parser.add_argument("--type", metavar="T", help="only entities of this type")


def _of_an_entity(parser: Parser) -> None:
    _add_store(parser)
    _add_entity(parser)


def _explain(parser: Parser) -> None:
    _of_an_entity(parser)
    _add_code(parser)
    parser.add_argument("--at", type=int, metavar="N", help="the version; the last one by default")
    text = "what the rebuild starts from: snapshot (the nearest), zero, or the version of a snapshot"
    parser.add_argument("--from", dest="base", metavar="BASE", type=_base, default="snapshot", help=text)


def _find(parser: Parser) -> None:
    _add_store(parser)
    _add_code(parser)
    text = f"a condition on the state, such as: {CONDITION}; or a question to whole histories: {QUESTION}"
    parser.add_argument("expression", metavar="QUESTION", nargs="?", help=text)
    text = "take the states as they were then, at the end of an ISO date, or at a date and time; the last by default"
    parser.add_argument("--as-of", metavar="TIME", type=_as_of, help=text)
    text = "words that an event holds, in any case and without accents; with QUESTION, any event of the entity"
    parser.add_argument("--text", metavar="TEXT", help=text)
    text = "only entities of this type, or without QUESTION events of this type; can be repeated"
    parser.add_argument("--type", dest="types", metavar="T", action="append", help=text)
    histories = parser.add_argument_group("whole histories")
    histories.add_argument(
        "--ever", action="store_true", help="what is typed without a word of time is asked of all versions"
    )
    histories.add_argument("--first", action="store_true", help="the same, and each entity leads to the first version")
    histories.add_argument(
        "--versions", action="store_true", help="list every version at which the conditions are true"
    )
    text = "count the entities as of the end of each day, week or month; by the time range if none is named"
    periods = ["auto", "day", "week", "month"]
    histories.add_argument("--count-over-time", dest="period", nargs="?", const="auto", choices=periods, help=text)
    text = "a path whose values are shown, at the version that was found and now; may be given more than once"
    histories.add_argument("--column", dest="columns", metavar="PATH", action="append", help=text)
    parser.set_defaults(needs_question=True)


def _sql(parser: Parser) -> None:
    _add_store(parser)
    _add_code(parser)
    parser.add_argument("statement", metavar="SELECT", help=f"such as: {SQL}")
    parser.add_argument(
        "--out", metavar="FILE", help="a table instead, in the format of its ending: csv, xlsx, parquet"
    )
    parser.add_argument("--seconds", metavar="N", type=float, help="how long the statement may take; 60 by default")


def _watch(parser: Parser) -> None:
    _of_an_entity(parser)
    _add_code(parser)
    parser.add_argument(
        "expression", metavar="EXPR", help=f"a condition or a path, such as: {WATCHED[0]}, or {WATCHED[2]}"
    )


def _compare(parser: Parser) -> None:
    _add_store(parser)
    for side in ("left", "right"):
        text = f"the {side} one: an id or its first characters, and a version if it is not the last"
        parser.add_argument(side, metavar="ENTITY[@VERSION]", help=text)
    parser.add_argument(
        "--with", dest="beside", metavar="STORE", help="the store of the right one, if it is another store"
    )


def _verify(parser: Parser) -> None:
    _add_store(parser)
    _add_code(parser)
    parser.add_argument("entity", metavar="ENTITY", nargs="?", help="an id or its first characters; all by default")


def _quality(parser: Parser) -> None:
    _add_store(parser)
    _add_code(parser)
    text = "also the paths of each event type with the types of their values, how often, and what changed when"
    parser.add_argument("--shape", action="store_true", help=text)
    parser.add_argument("--type", metavar="T", help="the shape of this type of entities or events only")
    parser.add_argument("--html", metavar="FILE", help="write one page of HTML, with the shape")
    text = "do not compare snapshots with their events"
    parser.add_argument("--no-snapshots", action="store_true", help=text)


def _process(parser: Parser) -> None:
    _add_store(parser)
    parser.add_argument("--type", metavar="T", required=True, help="the type of the entities")
    text = "hide what fewer entities have; 1 by default"
    parser.add_argument("--at-least", metavar="N", type=int, default=1, help=text)
    parser.add_argument("--variants", action="store_true", help="list the orders of event types that there are")
    text = "say which entities fit a pattern, such as: Created > ItemAdded+ > Paid; A? may be left out, ... is any"
    parser.add_argument("--conforms", metavar="PATTERN", help=text)
    text = "say how long entities take from an event type to the next event of another one"
    parser.add_argument("--waiting", metavar=("FROM", "TO"), nargs=2, help=text)
    text = "what counts: each event, immediate repeats as one (collapsed, by default), or the first of each type"
    parser.add_argument("--repeats", choices=("each", "collapsed", "first"), default="collapsed", help=text)
    text = "leave events of this type out; may be given more than once"
    parser.add_argument("--without", metavar="TYPE", action="append", default=[], help=text)


def _common(parser: Parser) -> None:
    _add_store(parser)
    _add_code(parser)
    text = 'which entities, such as: Order where ever total > 100 and never status == "paid"'
    parser.add_argument("question", metavar="QUESTION", help=text)
    text = "only those of one type, against the others of it; the most frequent one by default"
    parser.add_argument("--type", metavar="T", help=text)


def _rules(parser: Parser) -> None:
    _add_store(parser)
    _add_code(parser)
    parser.add_argument("--type", metavar="T", help="only those of one type of entity")
    parser.add_argument("--exceptions", action="store_true", help="also list the entities that break a rule")
    parser.add_argument("--kept", action="store_true", help="check only the rules that are kept")
    text = "keep a rule as one that is meant, by its words; may be given more than once"
    parser.add_argument("--keep", metavar="RULE", action="append", help=text)
    parser.add_argument("--forget", metavar="RULE", action="append", help="keep a rule no longer")


def _export(parser: Parser) -> None:
    from es_desktop.app.transfer.export import format_names

    _add_store(parser)
    parser.add_argument("entity", metavar="ENTITY", nargs="*", help="an id or its first characters; all by default")
    parser.add_argument(
        "--to",
        "--at",
        dest="at",
        type=int,
        metavar="N",
        help="only events and snapshots up to this version; all by default",
    )
    formats = [str(each) for each in format_names()]
    text = (
        "csv, xlsx and parquet are tables of the events; xlsx, parquet and ocel need --out, and parquet needs pyarrow"
    )
    parser.add_argument("--format", choices=formats, default=formats[0], help=f"{formats[0]} by default; {text}")
    parser.add_argument("--out", metavar="FILE", help="write to this file; printed by default")
    parser.add_argument("--bom", action="store_true", help="begin a CSV with a byte order mark, which Excel looks for")
    parser.add_argument(
        "--fails-where",
        metavar="EXPR",
        default="",
        help="a condition on the state, at which the test of a pytest file fails",
    )


def _import(parser: Parser) -> None:
    _add_store(parser)
    parser.add_argument("file", metavar="FILE", help="JSON Lines as export makes them, or CloudEvents 1.0")


def _copy(parser: Parser) -> None:
    _add_store(parser)
    parser.add_argument("target", metavar="TARGET.esdb", help="a new file, or a copy that was stopped, to continue")
    parser.add_argument("entity", metavar="ENTITY", nargs="*", help="an id or its first characters; all by default")


def _rescue(parser: Parser) -> None:
    _add_store(parser)
    parser.add_argument("target", metavar="NEW.esdb", help="a new store, which has only what can be read")


def _new_file(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE.esdb", help="a file that is not there yet")
    _add_json(parser)


def _nothing(parser: Parser) -> None:
    """Add no argument."""


def _completion(parser: Parser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))


def _register(parser: Parser) -> None:
    parser.add_argument("--remove", action="store_true", help="remove what register has written, and nothing else")
    _add_json(parser)


def _help(parser: Parser) -> None:
    parser.add_argument("about", metavar="COMMAND", nargs="?", help="a command; all of them by default")
    parser.add_argument(
        "--man", action="store_true", help="print the manual page instead: es-desktop help --man | man -l -"
    )


_LOOK, _ASK, _MOVE, _MAKE, _PROGRAM = "Look", "Ask and check", "Move records", "Make a store", "The program itself"
_SQL: Final = (
    "The views are entities, events, changes, states and snapshots, and one for each type of entity by its name, which "
    "has the states at their ends. Needs the extra history of the package."
)
_FIND: Final = "A condition alone is about the last state; the reference has the language of questions to all versions."
_COMPARE: Final = "Ends with 1 if the states, or the histories of two entities, differ; otherwise with 0."
_VERIFY: Final = "One is true if it is the state that its events lead to. Ends with 1 if one is not."
_QUALITY: Final = "Ends with 1 if anything is lost or false. Reads each record once."
_PROCESS: Final = "With --conforms it ends with 1 if an entity does not fit."
_RULES: Final = "Ends with 1 if a rule that is kept is broken, with --kept."
_COPY: Final = "If it was stopped, run it again to continue. Ends with 1 if the copy differs from the store."
_REGISTER: Final = (
    "For this person alone: the entry in the menu of applications, the icons, and that an .esdb file or an esdb: link "
    "is opened by the program. What is written is listed."
)
_COMPLETION: Final = (
    'For bash, in ~/.bashrc: eval "$(es-desktop completion bash)". For zsh, into a file _es-desktop of a folder in '
    "$fpath; for fish, into ~/.config/fish/completions/es-desktop.fish."
)

COMMANDS: Final[dict[str, Command]] = {
    each.name: each
    for each in (
        Command("info", _LOOK, "say what the store holds", _add_store),
        Command("entities", _LOOK, "list the entities of a store", _entities),
        Command("events", _LOOK, "list the events of an entity", _of_an_entity),
        Command("snapshots", _LOOK, "list the snapshots of an entity", _of_an_entity),
        Command("explain", _LOOK, "explain how a state was made", _explain),
        Command("find", _ASK, "find entities by their states, or events by the words in them", _find, _FIND),
        Command("sql", _ASK, "ask the states of all versions in SQL", _sql, _SQL),
        Command("watch", _ASK, "say at which versions a condition or a value changes", _watch),
        Command("compare", _ASK, "say where two states differ", _compare, _COMPARE),
        Command("process", _ASK, "say which event types follow each other", _process, _PROCESS),
        Command("common", _ASK, "say what entities have in common, and the others have not", _common),
        Command("rules", _ASK, "find the rules that hold, and what breaks them", _rules, _RULES),
        Command("verify", _ASK, "check whether snapshots are true", _verify, _VERIFY),
        Command(
            "quality", _ASK, "report what is odd, missing or false, and what the data look like", _quality, _QUALITY
        ),
        Command("export", _MOVE, "write records to a file, or print them", _export),
        Command("import", _MOVE, "add the records of a file, all or none", _import),
        Command("copy", _MOVE, "make a working copy, in which you can change things", _copy, _COPY),
        Command(
            "rescue",
            _MOVE,
            "write what can be read of a damaged file",
            _rescue,
            "Ends with 1 if anything is known to be lost, and says what.",
        ),
        Command("new", _MAKE, "make an empty store", _new_file, reads_store=False),
        Command("demo", _MAKE, "make a store with examples to try the program on", _new_file, reads_store=False),
        Command("selftest", _PROGRAM, "try the program on a demo store, and exit", _nothing, reads_store=False),
        Command("register", _PROGRAM, "add the program to the desktop", _register, _REGISTER, reads_store=False),
        Command(
            "plugins",
            _PROGRAM,
            "list the installed plugins, and try each",
            _add_json,
            "Ends with 1 if one is left out, and says why.",
            reads_store=False,
        ),
        Command(
            "completion",
            _PROGRAM,
            "print the script by which a shell completes commands",
            _completion,
            _COMPLETION,
            reads_store=False,
        ),
        Command("help", _PROGRAM, "explain a command", _help, reads_store=False),
    )
}


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
