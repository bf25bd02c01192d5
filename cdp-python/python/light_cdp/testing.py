"""Golden scenarios in pytest: every file of a folder is a test of its own.

    from light_cdp.testing import scenarios

    @scenarios("tests/scenarios")
    def test_scenario(scenario):
        scenario.check()
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ._native import Scenario

if TYPE_CHECKING:
    import pytest

__all__ = ["Scenario", "scenarios"]


def scenarios(folder: str | PathLike[str]) -> pytest.MarkDecorator:
    """Parametrises a test by the scenarios of a folder, or of one file; the test takes a `scenario`."""
    import pytest

    cases = [pytest.param(scenario, id=scenario.name) for scenario in Scenario.load_all(Path(folder))]
    return pytest.mark.parametrize("scenario", cases)
