"""The stubs say what the module has, and the package is typed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
