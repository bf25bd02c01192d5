"""The classic traps, and what a failing scenario says."""

from __future__ import annotations

from pathlib import Path

import light_cdp as cdp
import pytest
from light_cdp.testing import Scenario, scenarios

FOLDER = Path(__file__).resolve().parents[2] / "conformance" / "scenarios"


@scenarios(FOLDER)
def test_classic_traps(scenario: Scenario) -> None:
    scenario.check()


def test_a_failure_says_what_was_expected_what_was_found_and_why(tmp_path: Path) -> None:
    text = """
        [[messages]]
        type = "identify"
        userId = "u1"
        traits = { email = "ann@example.fr" }
        [[messages]]
        type = "identify"
        userId = "u2"
        traits = { email = "ann@example.fr" }
        [[expect.profiles]]
        together = ["customer_id=u1", "customer_id=u2"]
    """
    path = tmp_path / "two people.toml"
    path.write_text(text)
    scenario = Scenario.load(path)
    assert (scenario.name, scenario.known_failure) == ("two people", None)
    with pytest.raises(AssertionError, match="by identifier:email was refused: customer_id is unique"):
        scenario.check()
    outcome = scenario.run()
    assert len(outcome["orders"]) == 4
    assert outcome["failures"][0]["place"] == "expect.profiles[0].together"


def test_a_folder_without_scenarios_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(cdp.DataError) as caught:
        scenarios(tmp_path)
    assert caught.value.code == "not_found"


def test_a_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text("[expct]\ncount = 1\n")
    with pytest.raises(cdp.ConfigError, match="did you mean 'expect'") as caught:
        Scenario.load(path)
    assert caught.value.line == 1
