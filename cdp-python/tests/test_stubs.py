"""The stubs say what the module has, and the package is typed."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import light_cdp as cdp

SETTINGS = Path(__file__).resolve().parents[1] / "pyproject.toml"


def stubtest(folder: Path, place: Path | None = None) -> subprocess.CompletedProcess[str]:
    """What mypy says of the stubs and the module of the package in a folder; what it keeps for later lies in `place`, or where the tests run."""
    command = [sys.executable, "-m", "mypy.stubtest", "light_cdp", "--ignore-disjoint-bases", "--concise"]
    command += ["--mypy-config-file", str(SETTINGS)]
    paths = {name: str(folder) for name in ("PYTHONPATH", "MYPYPATH")}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=place, env=os.environ | paths)


def test_stubs_match_the_module() -> None:
    done = stubtest(Path(cdp.__file__).parents[1])
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_method_that_differs_from_its_stub_is_told(tmp_path: Path) -> None:
    """A new name, a parameter more, a default that is another: each one is told with its place."""
    package = tmp_path / "light_cdp"
    package.mkdir()
    for file in Path(cdp.__file__).parent.iterdir():
        if file.is_file():
            (package / file.name).symlink_to(file)
    stub = package / "_native.pyi"
    text = stub.read_text(encoding="utf-8")
    changes = {
        "def backup(self,": ("def keep(self,", "Graph.backup"),
        "def refresh(self)": ("def refresh(self, all: bool)", "Graph.refresh"),
        "dry_run: bool = False": ("dry_run: bool = True", "Graph.erase"),
    }
    for there, (instead, _) in changes.items():
        assert there in text, there
        text = text.replace(there, instead)
    stub.unlink()
    stub.write_text(text, encoding="utf-8")
    done = stubtest(tmp_path, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    for _, place in changes.values():
        assert place in done.stdout, done.stdout


def test_package_and_tests_are_typed() -> None:
    command = [sys.executable, "-m", "mypy", "--config-file", str(SETTINGS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=SETTINGS.parent)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pyright_is_content_in_strict_mode() -> None:
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "-p", str(SETTINGS.parent)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stubs_hold_the_documentation_of_the_module() -> None:
    script = SETTINGS.parent / "scripts" / "stubs.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_functions_are_documented_in_numpydoc_form() -> None:
    """Every parameter of every function is described, and what it returns."""
    for name in cdp.__all__:
        function = getattr(cdp, name)
        if isinstance(function, type) or not callable(function):
            continue
        sections = re.split(r"\n(\w+)\n-+\n", inspect.getdoc(function) or "")
        found = dict(zip(sections[1::2], sections[2::2], strict=True))
        described = re.findall(r"^(\w+) : ", found.get("Parameters", ""), flags=re.MULTILINE)
        assert described == list(inspect.signature(function).parameters), name
        assert found.get("Returns"), name
