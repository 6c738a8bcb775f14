"""The state history of a store in columns: Parquet files in a folder, and DuckDB that asks them.

Needs duckdb and numpy, which are an extra of the package. Without them the same questions are answered by folding.
"""

from __future__ import annotations

from importlib.util import find_spec


def is_available() -> bool:
    """Return whether the libraries for it are installed."""
    return find_spec("duckdb") is not None and find_spec("numpy") is not None
