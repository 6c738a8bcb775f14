"""The commands, each once: name, group, help, arguments, examples. Help, completion and the manual are made of it."""

from __future__ import annotations

from typing import Final

from es_desktop.app.search.examples import CONDITION, QUESTION, SQL, WATCHED

from . import own_arguments as own
from .command import Command

_LOOK, _ASK, _MOVE, _MAKE, _PROGRAM = "Look", "Ask and check", "Move records", "Make a store", "The program itself"
_SQL: Final = (
    "The views are entities, events, changes, states and snapshots, and one for each type of entity by its name, which "
    "has the last states. Needs the extra history of the package."
)
_FIND: Final = "The reference of the documentation has the whole language of questions."
_COMPARE: Final = "Ends with 1 if the states, or the histories of two entities, differ; otherwise with 0."
_VERIFY: Final = "One is true if it is the state that its events lead to. Ends with 1 if one is not."
_QUALITY: Final = "Ends with 1 if anything is lost or false. Reads each record once."
_PROCESS: Final = "With --conforms it ends with 1 if an entity does not fit."
_COMMON: Final = "What differs most surely comes first, with the counts of both sides."
_RULES: Final = (
    "A rule is a sentence that is true for all, or nearly all, entities of a type. With --kept it ends with 1 if a "
    "rule that is kept is broken."
)
_RESCUE: Final = "Ends with 1 if anything is known to be lost, and says what."
_COPY: Final = "If it was stopped, run it again to continue. Ends with 1 if the copy differs from the store."
_PLUGINS: Final = "Ends with 1 if one is left out, and says why."
_REGISTER: Final = (
    "For this person alone: the entry in the menu of applications, the icons, and that an .esdb file or an esdb: link "
    "is opened by the program. What is written is listed."
)
_COMPLETION: Final = (
    'For bash, in ~/.bashrc: eval "$(es-desktop completion bash)". For zsh, into a file _es-desktop of a folder in '
    "$fpath; for fish, into ~/.config/fish/completions/es-desktop.fish."
)
_ORDER: Final = "demo.esdb 03588f3e"
"""An entity of the demo store."""

COMMANDS: Final[dict[str, Command]] = {
    each.name: each
    for each in (
        Command("info", _LOOK, "say what the store holds", own.nothing, examples=("info demo.esdb",)),
        Command(
            "entities",
            _LOOK,
            "list the entities of a store",
            own.entities,
            examples=("entities demo.esdb --type Order",),
        ),
        Command("events", _LOOK, "list the events of an entity", own.one_entity, examples=(f"events {_ORDER}",)),
        Command(
            "snapshots", _LOOK, "list the snapshots of an entity", own.one_entity, examples=(f"snapshots {_ORDER}",)
        ),
        Command(
            "explain",
            _LOOK,
            "explain how a state was made",
            own.explain,
            runs_code=True,
            examples=(f"explain {_ORDER}", f"explain {_ORDER} --at 2 --json"),
        ),
        Command(
            "find",
            _ASK,
            "find entities by their states, or events by the words in them",
            own.find,
            _FIND,
            runs_code=True,
            examples=(
                f"find demo.esdb '{CONDITION}' --type Order",
                f"find demo.esdb '{QUESTION}' --column total",
                f"find demo.esdb '{CONDITION}' --type Order --count-over-time month",
                "find demo.esdb --text refund",
            ),
        ),
        Command(
            "sql",
            _ASK,
            "ask the states of all versions in SQL",
            own.sql,
            _SQL,
            runs_code=True,
            examples=(f"sql demo.esdb '{SQL}'", "sql demo.esdb 'SELECT * FROM events' --out events.xlsx"),
        ),
        Command(
            "watch",
            _ASK,
            "say at which versions a condition or a value changes",
            own.watch,
            runs_code=True,
            examples=(f"watch {_ORDER} total", f"watch {_ORDER} '{WATCHED[0]}'"),
        ),
        Command(
            "compare",
            _ASK,
            "say where two states differ",
            own.compare,
            _COMPARE,
            examples=(f"compare {_ORDER}@1 03588f3e",),
        ),
        Command(
            "process",
            _ASK,
            "say which event types follow each other",
            own.process,
            _PROCESS,
            examples=(
                "process demo.esdb --type Order --at-least 10",
                "process demo.esdb --type Order --conforms 'Created > ... > Paid > ...'",
            ),
        ),
        Command(
            "common",
            _ASK,
            "say what entities have in common, and the others have not",
            own.common,
            _COMMON,
            runs_code=True,
            examples=("common demo.esdb 'Order where status == \"cancelled\"'",),
        ),
        Command(
            "rules",
            _ASK,
            "find the rules that hold, and what breaks them",
            own.rules,
            _RULES,
            runs_code=True,
            examples=("rules demo.esdb --type Order --exceptions", "rules demo.esdb --kept"),
        ),
        Command(
            "verify",
            _ASK,
            "check whether snapshots are true",
            own.verify,
            _VERIFY,
            runs_code=True,
            examples=("verify demo.esdb",),
        ),
        Command(
            "quality",
            _ASK,
            "report what is odd, missing or false, and what the data look like",
            own.quality,
            _QUALITY,
            runs_code=True,
            examples=("quality demo.esdb", "quality demo.esdb --html quality.html"),
        ),
        Command(
            "export",
            _MOVE,
            "write records to a file, or print them",
            own.export,
            examples=(
                "export demo.esdb --format csv --out demo.csv",
                f"export {_ORDER} --format pytest --out test_order.py",
            ),
        ),
        Command(
            "import",
            _MOVE,
            "add the records of a file, all or none",
            own.import_,
            examples=("export demo.esdb --out records.jsonl", "new mine.esdb", "import mine.esdb records.jsonl"),
        ),
        Command(
            "copy",
            _MOVE,
            "make a working copy, in which you can change things",
            own.copy,
            _COPY,
            examples=("copy demo.esdb copy.esdb",),
        ),
        Command(
            "rescue",
            _MOVE,
            "write what can be read of a damaged file",
            own.rescue,
            _RESCUE,
            examples=("rescue demo.esdb rescued.esdb",),
        ),
        Command("new", _MAKE, "make an empty store", own.new_file, examples=("new empty.esdb",), reads_store=False),
        Command(
            "demo",
            _MAKE,
            "make a store with examples to try the program on",
            own.new_file,
            examples=("demo demo.esdb",),
            reads_store=False,
        ),
        Command(
            "selftest",
            _PROGRAM,
            "try the program on a demo store, and exit",
            own.nothing,
            reads_store=False,
            prints_json=False,
        ),
        Command("register", _PROGRAM, "add the program to the desktop", own.register, _REGISTER, reads_store=False),
        Command(
            "plugins", _PROGRAM, "list the installed plugins, and try each", own.nothing, _PLUGINS, reads_store=False
        ),
        Command(
            "completion",
            _PROGRAM,
            "print the script by which a shell completes commands",
            own.completion,
            _COMPLETION,
            reads_store=False,
            prints_json=False,
        ),
        Command("help", _PROGRAM, "explain a command", own.help_, reads_store=False, prints_json=False),
    )
}
