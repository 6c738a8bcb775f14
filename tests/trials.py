"""How often a property is tried whose example takes long."""

from __future__ import annotations

from typing import Final

from hypothesis import settings

FEW: Final = settings(max_examples=settings().max_examples // 3)
"""For an example that writes a store or starts a process: a third of the examples of others, in each profile."""
