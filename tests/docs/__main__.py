"""Makes the tables of the reference anew, or the pictures: ``python -m tests.docs [pictures [NAME …]]``."""

from __future__ import annotations

import sys

if sys.argv[1:2] == ["pictures"]:
    from tests.docs.pictures import draw

    draw(sys.argv[2:])
else:
    from tests.docs.reference import write

    print(*write(), sep="\n")
