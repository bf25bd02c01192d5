"""The notebooks of the examples, run cell by cell as Jupyter does, each with what it shows at the end of a cell.

They are run in a copy of `examples`, and hold no outputs: nobody's numbers grow old there.
"""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOTEBOOKS = sorted((EXAMPLES / "notebooks").glob("*.ipynb"))


def cells(notebook: Path) -> list[tuple[str, str]]:
    document = json.loads(notebook.read_text(encoding="utf-8"))
    assert document["nbformat"] == 4
    return [(cell["cell_type"], "".join(cell["source"])) for cell in document["cells"]]


def run(code: str, where: str, names: dict[str, Any]) -> Any:
    """Runs a cell; what its last expression gives, unless a semicolon ends it."""
    tree = ast.parse(code, where)
    last = tree.body[-1]
    if not isinstance(last, ast.Expr) or code.rstrip().endswith(";"):
        exec(compile(tree, where, "exec"), names)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), where, "exec"), names)
    return eval(compile(ast.Expression(last.value), where, "eval"), names)


def shown(value: Any) -> str:
    """What a notebook would show of a value, as HTML or as text."""
    if hasattr(value, "_repr_mimebundle_"):
        return str(value._repr_mimebundle_()["text/html"])
    return str(value._repr_html_()) if hasattr(value, "_repr_html_") else repr(value)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(EXAMPLES / "data", tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    names: dict[str, Any] = {"__name__": "__main__"}
    displays = 0
    for number, (kind, code) in enumerate(cells(notebook)):
        if kind == "code":
            value = run(code, f"{notebook.name}, cell {number}", names)
            if value is not None:
                assert len(shown(value)) > 20 or isinstance(value, list), (notebook.name, number)
                displays += 1
    assert displays >= 5


def test_there_are_three_and_they_hold_no_outputs() -> None:
    assert [notebook.stem for notebook in NOTEBOOKS] == [
        "1-first-steps", "2-tuning-and-evaluating", "3-from-notebook-to-live-service"
    ]
    for notebook in NOTEBOOKS:
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            assert not cell.get("outputs") and cell.get("execution_count") is None


def test_links_between_notebooks_lead_somewhere() -> None:
    for notebook in NOTEBOOKS:
        for _, text in cells(notebook):
            for target in text.split("](")[1:]:
                assert (notebook.parent / target.split(")")[0]).exists(), target
