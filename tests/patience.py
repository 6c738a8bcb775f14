"""How long tests wait: one number for all of them, so that none depends on how fast a machine is, or how busy."""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 240.0
"""Seconds until a wait of a test is given up: for a child process, another thread, a window or a server.

Only what never comes takes so long. It is less than the time limit of a test in ``pyproject.toml``, so that the failure
says what was waited for.
"""
PATIENCE_MS: Final = int(PATIENCE * 1_000)
