"""What a shell needs to complete the words of a command line."""

from __future__ import annotations

from typing import Final

from .arguments import whole_parser
from .command import actions_of

_FILES: Final = ("STORE", "FILE", "FILE.toml", "FILE.png", "FILE.esdb", "TARGET.esdb", "NEW.esdb", "EXE")
"""What an argument is called that is a file."""
_FOLDERS: Final = ("DIR",)
_STORE_FIRST: Final = {
    "bash": "complete -o default -o filenames -F _shtab_es_desktop es-desktop",
    "fish": "complete -c es-desktop -n __fish_use_subcommand -F",
}
"""Has a shell offer files where a command may stand: that opens a window."""


def completion(shell: str) -> str:
    """Return a script that has a shell, one of ``own_arguments.SHELLS``, complete commands, options and files."""
    import shtab

    parser = whole_parser()
    for each in actions_of(parser):
        if each.metavar in _FILES:
            each.complete = shtab.FILE  # type: ignore[attr-defined] # its documented way
        elif each.metavar in _FOLDERS:
            each.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    return f"{shtab.complete(parser, shell)}\n{_STORE_FIRST.get(shell, '')}".rstrip()
