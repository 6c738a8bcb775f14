"""Makes the data of ICU smaller, a fifth of the packaged program: Qt sorts and compares texts by it, no more.

Numbers, dates and names of days are in Qt itself, and of zones the program asks Python.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

TOOLS = ("icupkg", "objcopy", "as", "ld", "strip")
PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
"""Where the tools are: Debian keeps icupkg where only root looks."""
UNUSED = re.compile(
    r"(brkitr|translit)/|(curr|lang|rbnf|region|unit|zone)/(?!(en|pool|res_index|root)\.res$)"
    r"|(?!en|res_|root)[a-z]{2,3}(_\w+)?\.res$|unames\.icu$|.*\.cnv$"
)
"""Rules for lines and scripts; names of currencies, languages, regions, units and zones; numbers in words; what else
is of one language, but not how it is sorted; names of characters; encodings."""
LIBRARY = """
    .section .rodata
    .globl {symbol}
    .type {symbol}, @object
    .balign 16
{symbol}:
    .incbin "smaller/{name}.dat"
    .size {symbol}, .-{symbol}
    .section .note.GNU-stack, "", @progbits
"""


def with_less_data(library: Path, folder: Path) -> Path:
    """Write the library with what is used of its data into a folder, and return it; as it is where tools are missing.

    ``icupkg`` is in Debian's package icu-devtools.
    """
    if not all(shutil.which(each, path=PATH) for each in TOOLS):
        print("build.spec: the data of ICU stays whole, 18 MB more: icu-devtools and binutils are not both here")
        return library
    release = library.suffix.removeprefix(".")
    name, symbol = f"icudt{release}l", f"icudt{release}_dat"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "smaller").mkdir(parents=True)
    _run(folder, "objcopy", "-O", "binary", "--only-section=.rodata", library, f"{name}.dat")
    items = _run(folder, "icupkg", "-l", f"{name}.dat").split()
    (folder / "unused.txt").write_text("\n".join(filter(UNUSED.match, items)), "utf-8")
    _run(folder, "icupkg", "-tl", "-r", "unused.txt", f"{name}.dat", f"smaller/{name}.dat")
    (folder / "data.s").write_text(LIBRARY.format(name=name, symbol=symbol), "utf-8")
    _run(folder, "as", "data.s", "-o", "data.o")
    _run(folder, "ld", "-shared", "-soname", library.name, "-o", library.name, "data.o")
    return folder / library.name


def _run(folder: Path, *line: object) -> str:
    environ = {**os.environ, "PATH": PATH}
    return subprocess.run([*map(str, line)], cwd=folder, env=environ, capture_output=True, text=True, check=True).stdout
