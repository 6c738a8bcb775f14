"""The child's program can be read from a package in a folder, in an archive, or in a packaged program."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from es_desktop.trusted.process import write_program
from tests.patience import PATIENCE
from tests.trusted.coding import COUNTING, write

PACKAGE = Path(__file__).parents[2] / "es_desktop"


def test_it_runs_from_a_package_in_an_archive(tmp_path: Path) -> None:
    archive = tmp_path / "program.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for folder in ("", "system", "core", "trusted", "trusted/child"):
            for each in (PACKAGE / folder).glob("*.py"):
                file.write(each, each.relative_to(PACKAGE.parent))
    write(tmp_path / "theirs", "mine", COUNTING)
    script = f"""
        import sys
        from pathlib import Path
        from es_desktop.trusted import CodeState, Trust, TrustedCode
        code = TrustedCode(Trust(Path({str(tmp_path / "theirs")!r}), ("mine",), sys.executable, "mine:fold"))
        found = []
        record = [0, "a#B.C", ["C", 0.0, {{}}]]
        code.fold("7", CodeState(), [record], lambda at, outcome: found.append(outcome.after), views=True)
        print(sys.modules["es_desktop.trusted"].__file__, *found)
        code.close()
        """
    path = write(tmp_path / "ours", "script", script)
    environ = {**os.environ, "PYTHONPATH": str(archive), "TMPDIR": str(tmp_path / "ours")}
    done = subprocess.run(
        [sys.executable, str(path)], env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.split() == [str(archive / "es_desktop/trusted/__init__.py"), "{'seen':", "[0]}"]
    assert [each.name for each in (tmp_path / "ours").iterdir()] == ["script.py"], "it leaves nothing behind"


@pytest.mark.parametrize("path", sorted((PACKAGE / "trusted" / "child").glob("*.py")), ids=lambda path: path.name)
def test_its_files_create_no_types_that_python_3_8_lacks(path: Path) -> None:
    """In annotations they are not evaluated."""
    tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
    values = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.Call, ast.Return))
        if getattr(node, "value", None) is not None
    ]
    subscripts = [each for value in values for each in ast.walk(value) if isinstance(each, ast.Subscript)]
    made = [each for each in subscripts if isinstance(each.value, ast.Name) and each.value.id in _GENERIC]
    assert [ast.unparse(each) for each in made] == []


_GENERIC = {"Callable", "Mapping", "dict", "frozenset", "list", "set", "tuple", "type"}


def test_its_files_need_neither_our_package_nor_a_library() -> None:
    program = write_program()
    try:
        script = (
            f"import sys; sys.path.insert(0, {str(program)!r})\n"
            "import es_desktop_child.main\n"
            "ours = ('es_desktop', 'msgspec', 'PySide6')\n"
            "print([each for each in sys.modules if each.split('.')[0] in ours])\n"
        )
        done = subprocess.run(
            [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    finally:
        program.unlink()
    assert (done.stdout, done.stderr) == ("[]\n", "")
