"""The stubs say what the module has, and the package is typed."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import light_cdp as cdp

SETTINGS = Path(__file__).resolve().parents[1] / "pyproject.toml"


def test_stubs_match_the_module() -> None:
    command = [sys.executable, "-m", "mypy.stubtest", "light_cdp", "--ignore-disjoint-bases", "--concise"]
    command += ["--mypy-config-file", str(SETTINGS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


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
