"""The way in: ``es-desktop``, ``python -m es_desktop`` and the packaged program start here."""

import multiprocessing
import os
import sys
from importlib import metadata


def main() -> int:
    """Run the program with the arguments it was started with, and return its exit status."""
    multiprocessing.freeze_support()  # first of all: a packaged program that spawns a child would start itself again
    from es_desktop import arguments

    args = arguments.parse(sys.argv[1:])
    if args.command not in ("window", "selftest"):
        from es_desktop import cli

        return cli.run(args)
    # Qt aborts the process where it cannot start, so what it needs is looked at before it is loaded.
    from es_desktop.app.display import display_problem, qt_problem, unsupported_pyside

    try:
        refusal = unsupported_pyside(metadata.version("PySide6_Essentials"), sys.version_info[:2])
    except metadata.PackageNotFoundError:
        refusal = None  # a packaged program brings the release that it was built with
    problem = qt_problem(sys.platform)
    if problem is not None:
        refusal = f"{problem.reason} {problem.remedy}"
    if refusal is not None:
        print(f"es-desktop: {refusal}", file=sys.stderr)
        return arguments.BAD_INPUT
    unseen = None if args.command == "selftest" or args.screenshot else display_problem(os.environ, sys.platform)
    draws = args.command == "selftest" or args.screenshot or unseen is not None
    if draws and not os.environ.get("QT_QPA_PLATFORM"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from es_desktop import gui

    return gui.run(args, unseen)


if __name__ == "__main__":
    sys.exit(main())
