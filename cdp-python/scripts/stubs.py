"""Puts the documentation of the built module into `_native.pyi`, where editors read it.

    python scripts/stubs.py           writes it
    python scripts/stubs.py --check   fails if the committed file differs

Signatures are written by hand, and compared with the module by `tests/test_stubs.py`; the texts come from the Rust sources.
"""

from __future__ import annotations

import ast
import inspect
import sys
from pathlib import Path

from light_cdp import _native

STUB = Path(__file__).resolve().parents[1] / "python" / "light_cdp" / "_native.pyi"


def main(check: bool) -> int:
    text = STUB.read_text(encoding="utf-8")
    documented = with_docs(text)
    if check:
        if text != documented:
            print(f"{STUB.name} is not what the module says: run python scripts/stubs.py", file=sys.stderr)
        return int(text != documented)
    STUB.write_text(documented, encoding="utf-8")
    return 0


def with_docs(text: str) -> str:
    """The stub with the texts of the module in place of those it has."""
    lines = text.split("\n")
    places: list[tuple[ast.stmt, object, str]] = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            owner = getattr(_native, node.name)
            places.append((node, owner, "    "))
            members = (member for member in node.body if isinstance(member, ast.FunctionDef))
            places += [(member, getattr(owner, member.name, None), "        ") for member in members]
        elif isinstance(node, ast.FunctionDef) and not any(isinstance(place, ast.FunctionDef) and place.name == node.name for place, *_ in places):
            # Of several overloads the first one is documented.
            places.append((node, getattr(_native, node.name, None), "    "))
    for node, value, indent in reversed(places):
        assert isinstance(node, ast.ClassDef | ast.FunctionDef)
        put(lines, node, doc_of(node.name, value), indent)
    return "\n".join(lines)


def doc_of(name: str, value: object) -> str:
    """What the module says of it; of errors and of methods that every object has, nothing."""
    is_error = isinstance(value, type) and issubclass(value, BaseException)
    if value is None or is_error or (name.startswith("__") and name.endswith("__")):
        return ""
    return inspect.cleandoc(getattr(value, "__doc__", None) or "")


def put(lines: list[str], node: ast.ClassDef | ast.FunctionDef, doc: str, indent: str) -> None:
    first, rest = node.body[0], node.body[1:]
    has_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    quoted = [(indent + line).rstrip() for line in f'"""{doc}"""'.split("\n")] if doc else []
    if has_doc:
        assert first.end_lineno is not None
        # A body that is only a text stays a body.
        lines[first.lineno - 1 : first.end_lineno] = quoted or ([] if rest else [f"{indent}..."])
    elif doc and isinstance(node, ast.FunctionDef):
        # `def f(...) -> T: ...`
        assert node.end_lineno is not None
        lines[node.end_lineno - 1] = lines[node.end_lineno - 1].removesuffix(" ...")
        lines[node.end_lineno : node.end_lineno] = quoted
    elif doc and isinstance(node, ast.ClassDef):
        lines[first_line(node) - 1 : first_line(node) - 1] = quoted


def first_line(node: ast.ClassDef) -> int:
    first = node.body[0]
    decorators = first.decorator_list if isinstance(first, ast.FunctionDef) else []
    return min([first.lineno, *(decorator.lineno for decorator in decorators)])


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
