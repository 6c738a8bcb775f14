"""``es-desktop``, ``python -m es_desktop`` and the packaged program start here."""

import gc
import os
import signal
import sys


def main() -> int:
    """Run the program with the arguments it was started with, and return its exit status."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        # First of all: a packaged program that spawns a child would start itself again.
        multiprocessing.freeze_support()
    # Until and after the program has handlers of its own, Ctrl-C ends it without Python's traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .cli.ending import run_to_end

    status = run_to_end(_run)
    gc.freeze()  # looking through all that is left, as Python ends, takes a fifth of the time of a short command
    return status


def _run() -> int:
    from .app.runtime.log import start_log
    from .cli import arguments
    from .cli.ending import BAD_INPUT, hold_signals

    start_log()
    # What is loaded stays: to look through it again and again takes a tenth of the time of a short command, and of that
    # until the window is painted. Each begins to collect garbage when it has loaded what it needs.
    gc.disable()
    args = arguments.parse(sys.argv[1:])
    if args.command not in ("window", "selftest"):
        from .cli import commands

        return commands.run(args)
    # Qt aborts the process if it cannot start, so its requirements are checked before it is loaded.
    from es_desktop.app.runtime.display import display_problem, qt_problem

    problem = qt_problem(sys.platform)
    if problem is not None:
        print(f"es-desktop: {problem.reason} {problem.remedy}", file=sys.stderr)
        return BAD_INPUT
    unseen = None if args.command == "selftest" or args.screenshot else display_problem(os.environ, sys.platform)
    draws = args.command == "selftest" or args.screenshot or unseen is not None
    if draws and not os.environ.get("QT_QPA_PLATFORM"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    hold_signals()
    from . import gui

    return gui.run(args, unseen)


if __name__ == "__main__":
    sys.exit(main())
