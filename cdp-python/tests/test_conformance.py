"""The conformance vectors, run in Python: every operation of the manifest exists, every case agrees exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import light_cdp as cdp
from light_cdp import _native

FOLDER = Path(__file__).resolve().parents[2] / "conformance"
MANIFEST: dict[str, str] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))["operations"]


def cases(operation: str) -> list[dict[str, Any]]:
    vectors = json.loads((FOLDER / MANIFEST[operation]).read_text("utf-8"))
    assert vectors["operation"] == operation
    assert vectors["cases"], "no cases"
    return list(vectors["cases"])


def same(got: object, expected: object) -> bool:
    """Equal as JSON is equal: 1 and 1.0 are different, and so are two floats that differ in a bit."""
    return json.dumps(got, sort_keys=True) == json.dumps(expected, sort_keys=True)


def test_every_operation_of_the_manifest_exists_here() -> None:
    assert set(MANIFEST) == set(_native.conformance_operations())


@pytest.mark.parametrize("operation", MANIFEST)
def test_every_case_agrees_exactly(operation: str) -> None:
    wrong = []
    for case in cases(operation):
        try:
            got = _native.conformance(operation, case["input"])
        except cdp.Error as error:
            if case.get("error") != error.code or case.get("message", str(error)) != str(error):
                wrong.append(f"{case['name']}: raised {error.code}: {error}")
        else:
            if "output" not in case or not same(got, case["output"]):
                wrong.append(f"{case['name']}: got {got!r}")
    assert not wrong, "\n".join(wrong)
