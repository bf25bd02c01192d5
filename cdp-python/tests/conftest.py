"""Shared inputs: a little customer file of two sources."""

from __future__ import annotations

import random
from typing import Any

import pytest

SYLLABLES = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo", "cha", "bre", "cli", "dro"]


def _person(number: int) -> dict[str, str]:
    """Fields drawn independently of each other from large sets, so that people are told apart as in life."""
    draw = random.Random(number)
    first, last, city = ("".join(draw.choices(SYLLABLES, k=count)).capitalize() for count in (2, 3, 2))
    return {
        "prenom": first,
        "nom": last,
        "date_naissance": f"{draw.randint(1940, 2005)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
        "email": f"{''.join(draw.choices('abcdefghijklmnopqrstuvwxyz', k=9))}@exemple.fr",
        "ville": city,
    }


def rows(count: int, prefix: str, start: int = 0) -> list[dict[str, Any]]:
    """Invented people; the same number gives the same person."""
    return [{"id": f"{prefix}{number}", **_person(number)} for number in range(start, start + count)]


@pytest.fixture(scope="session")
def sources() -> dict[str, list[dict[str, Any]]]:
    """200 people in the crm, 150 of them again, among 200, in the shop."""
    return {"crm": rows(200, "c"), "shop": rows(200, "s", start=50)}
