"""The notebook of the documentation: its cells are run here, and their results are written into it."""

from __future__ import annotations

import ast
import contextlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from es_desktop.app.runtime.errors import no_progress
from es_desktop.app.store.demo import make_demo
from tests.docs.pages import DOCS

NOTEBOOK: Final = DOCS / "notebook.ipynb"
STORE: Final = "demo.esdb"


def read() -> dict[str, Any]:
    """Return the notebook as it is kept."""
    found: dict[str, Any] = json.loads(NOTEBOOK.read_text("utf-8"))
    return found


def run(notebook: dict[str, Any], demo: Path) -> dict[str, Any]:
    """Return a notebook with the results of its cells, which are run in a folder with a copy of the demo."""
    names: dict[str, Any] = {"__name__": "notebook"}
    cells = []
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copyfile(demo, STORE)
        for number, cell in enumerate(notebook["cells"], 1):
            if cell["cell_type"] == "code":
                outputs = _outputs("".join(cell["source"]), names, number)
                cell = {**cell, "execution_count": number, "outputs": outputs}
            cells.append(cell)
    return {**notebook, "cells": cells}


def _outputs(source: str, names: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """Run a cell, and return what a notebook shows of its last line."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if last is None or not isinstance(last, ast.Expr):
        return []
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    if value is None:
        return []
    data = {"text/plain": repr(value).splitlines(keepends=True)}
    if hasattr(value, "_repr_html_"):
        data["text/html"] = value._repr_html_().splitlines(keepends=True)
    return [{"output_type": "execute_result", "execution_count": number, "metadata": {}, "data": data}]


def write() -> None:
    """Run the notebook, and keep it with its results."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder, STORE)
        make_demo(demo, no_progress)
        text = json.dumps(run(read(), demo), ensure_ascii=False, indent=1)
    NOTEBOOK.write_text(f"{text}\n", "utf-8")
