"""The arguments of the program: what a command line asks for. The window starts here too, so little is imported."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, Final, NoReturn

from es_desktop.app.runtime.errors import UserError
from es_desktop.app.runtime.log import complain
from es_desktop.version import __version__

from .command import ABOUT_PASSWORDS, Command, actions_of, add_opening, number_from
from .ending import BAD_INPUT, OK
from .table import COMMANDS

_NO_OPTION: Final = "\0"
_WINDOW: Final = "window"


class _Parser(argparse.ArgumentParser):
    """Reports errors in one line, like the other errors of the program."""

    def __init__(self, *, add_help: bool = True, **settings: Any) -> None:
        super().__init__(add_help=False, **settings)
        if add_help:
            self.add_argument("-h", "--help", action="help", help="print this help, and exit")
            text = "print the version of the program, and exit"
            self.add_argument("--version", action="version", version=f"es-desktop {__version__}", help=text)

    def error(self, message: str) -> NoReturn:
        end = "" if message.endswith("?") else "."
        complain(f"{message.replace(_NO_OPTION, '')}{end} See: {self.prog} --help")
        raise SystemExit(BAD_INPUT)


class _CommandParser(_Parser):
    """The parser of one command, whose help shows its own arguments first, and examples."""

    def __init__(self, command: Command) -> None:
        prog = f"es-desktop {command.name}"
        super().__init__(prog=prog, formatter_class=argparse.RawDescriptionHelpFormatter)
        self._command = command

    def format_help(self) -> str:
        command = self._command
        usage = re.sub(r"\[[^]]*\]", lambda found: found[0].replace(" ", "\xa0"), command.usage)  # is not broken there
        lines = _wrapped(f"{usage} [options]", indent=len(f"usage: {self.prog} "), first=len("usage: "))
        self.usage = "\n".join(lines).replace("\xa0", " ").replace("%", "%%")
        self.description = "\n".join(_wrapped(command.explanation))
        examples = [f"  es-desktop {line}" for line in command.examples]
        of_demo = any("demo.esdb" in line for line in examples) and command.name != "demo"
        head = "examples, on the store that es-desktop demo demo.esdb makes:" if of_demo else "example:"
        passwords = ["", *_wrapped(ABOUT_PASSWORDS)] if command.reads_store else []
        self.epilog = "\n".join([*([head, *examples] if examples else []), *passwords])
        return super().format_help()


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the arguments. ``command`` says what is asked for: one of ``COMMANDS``, or ``window``.

    Raises ``SystemExit`` where the arguments are wrong, or only ask for help or the version.
    """
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        parser, started = window_parser(), argparse.Namespace(command=_WINDOW)
        _suggest_command(parser, arguments)
    else:
        parser, started = _parser_of(command), argparse.Namespace(command=command.name, status=OK)
        arguments = arguments[1:]
    # Options may be before, between and after positional arguments. Python 3.11 forgets ``--`` where they are mixed, so
    # what follows it is marked, and then no option.
    first, rest = arguments, []
    if "--" in arguments:
        at = arguments.index("--")
        first, rest = arguments[:at], [f"{_NO_OPTION}{each}" for each in arguments[at + 1 :]]
    args = parser.parse_intermixed_args([*first, *rest], started) if arguments else parser.parse_args([], started)
    for name, value in vars(args).items():
        setattr(args, name, _unmarked(value))
    if args.command == "help":
        _print_help(parser, args)
    if vars(args).get("limit"):
        from es_desktop.system.limits import raise_limits

        try:
            raise_limits(args.limit)
        except ValueError as error:
            parser.error(str(error))
    if "needs_question" in args and args.expression is None and args.text is None:
        parser.error("give QUESTION, or --text, or both")
    if "needs_question" in args and args.expression is None and _of_question(args):
        parser.error("give QUESTION: --ever, --first, --versions, --count-over-time and --column are of one")
    if getattr(args, "store", None) is not None:
        _take_address(parser, args)
    return args


def whole_parser() -> argparse.ArgumentParser:
    """Return one parser that has the options of the window and all commands: for completion and the manual only."""
    parser = window_parser(has_store=False)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for each in COMMANDS.values():
        each.add_arguments(commands.add_parser(each.name, help=each.help, description=each.explanation))
    return parser


def _unmarked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unmarked(each) for each in value]
    return value.removeprefix(_NO_OPTION) if isinstance(value, str) else value


def _of_question(args: argparse.Namespace) -> bool:
    """Return whether an option of ``find`` is given that is of a question."""
    return bool(args.ever or args.first or args.versions or args.columns or args.period is not None)


def _take_address(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Replace an address by its parts; explicit arguments take precedence."""
    from es_desktop.app.notes.address import Address

    try:
        address = Address.parse(args.store)
    except UserError as error:
        parser.error(str(error).rstrip("."))
    args.store = address.store
    args.scope = args.scope or address.scope
    if not vars(args).get("entity", True) and address.entity is not None:
        args.entity = [address.entity] if isinstance(args.entity, list) else address.entity
        args.at = address.version if vars(args).get("at") is None else args.at
    if "needs_entity" in args and args.entity is None:
        parser.error("the following arguments are required: ENTITY")


def _suggest_command(parser: _Parser, arguments: list[str]) -> None:
    """End with an error where what looks like a command is none, rather than open a window on it."""
    given = arguments[: arguments.index("--") if "--" in arguments else None]
    with_value = {name for each in actions_of(parser) if each.nargs != 0 for name in each.option_strings}
    words = [each for before, each in pairwise(["", *given]) if each[:1] != "-" and before not in with_value]
    if not words or Path(words[0]).exists():
        return
    if words[0] in COMMANDS:
        parser.error(f"put the command first: es-desktop {words[0]} …; a file of this name is ./{words[0]}")
    if words[0].isalpha() and (near := _nearest(words[0])):
        parser.error(f"{words[0]} is no command and no file; did you mean {near}?")


def _nearest(word: str) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, COMMANDS, 1)), None)


def _print_help(parser: _Parser, args: argparse.Namespace) -> NoReturn:
    """Print the help of a command or of the program, or the manual, and end."""
    name = args.about
    if args.man:
        from .manual import manual

        print(manual(window_parser()), end="")
    elif name is None or name == _WINDOW:
        window_parser().print_help()
    elif name in COMMANDS:
        _parser_of(COMMANDS[name]).print_help()
    else:
        near = _nearest(name)
        window_parser().error(f"{name} is no command" + (f"; did you mean {near}?" if near else ""))
    raise SystemExit(OK)


def _parser_of(command: Command) -> _Parser:
    parser = _CommandParser(command)
    command.add_arguments(parser)
    return parser


def window_parser(*, has_store: bool = True) -> _Parser:
    """Return the parser of the arguments of the window, whose help lists the commands too."""
    parser = _Parser(
        prog="es-desktop",
        usage="es-desktop [options] [STORE]\n       es-desktop COMMAND …" if has_store else None,
        description="Show what an event store holds, and how each state was made.",
        epilog="\n".join(_command_lines(COMMANDS.values())),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if has_store:
        parser.add_argument("store", metavar="STORE", nargs="?", help="a file, a database URL, or an address to open")
    add_opening(parser)
    parser.add_argument("--demo", action="store_true", help="make a demo store and open it")
    parser.add_argument("--entity", metavar="ID", help="choose this entity")
    parser.add_argument("--at", type=number_from(0), metavar="N", help="choose this version of it")
    parser.add_argument("--view", metavar="NAME", help="show this view of the window: explore, ask, process, quality")
    text = "open a window of its own, also where the program runs already and would show the store"
    parser.add_argument("--new-window", action="store_true", help=text)
    parser.add_argument("--screenshot", metavar="FILE.png", help="draw the window into a file, and exit")
    parser.add_argument(
        "--size", metavar="WxH", type=_size, default=(1440, 900), help="its size in that file; 1440x900 by default"
    )
    parser.add_argument(
        "--theme",
        choices=["system", "light", "dark", "contrast"],
        help="its look; that of the preferences by default",
    )
    return parser


def _command_lines(commands: Iterable[Command]) -> Iterable[str]:
    """Yield the commands by group, with one line each."""
    yield "commands, without a window:"
    for group, members in groupby(commands, lambda each: each.group):
        yield f"  {group}"
        yield from (f"    {each.name:<12}{each.help}" for each in members)
    yield ""
    yield from _wrapped(f"es-desktop help COMMAND explains one. {ABOUT_PASSWORDS}")


def _wrapped(text: str, *, indent: int = 0, first: int = 0) -> list[str]:
    """Return the lines of a text, as wide as argparse makes them; before the first one something stands already."""
    from shutil import get_terminal_size
    from textwrap import wrap

    width = max(get_terminal_size().columns - 2, indent + 20)
    lines = wrap(f"{' ' * first}{text}", width, subsequent_indent=" " * indent, break_on_hyphens=False)
    return [lines[0][first:], *lines[1:]]


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1440x900")
    return int(width), int(height)
