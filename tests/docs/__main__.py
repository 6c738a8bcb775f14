"""Makes the tables of the reference anew; with ``notebook`` that, with ``pictures [FOLDER [NAME …]]`` those."""

from __future__ import annotations

import sys
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Do what is asked for, and print the names of the files."""
    if arguments[:1] == ["pictures"]:
        from tests.docs.pictures import FOLDER, draw

        draw(Path(arguments[1]) if arguments[1:] else FOLDER, arguments[2:])
    elif arguments[:1] == ["notebook"]:
        from tests.docs import notebook

        notebook.write()
    else:
        from tests.docs.reference import write

        print(*write(), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.exit()
