"""Shared inputs: a little customer file of two sources."""

from __future__ import annotations

from typing import Any

import pytest

FIRST = ["Chloé", "Hugo", "Manon", "Louis", "Inès", "Jules", "Camille", "Nathan", "Léa", "Arthur", "Zoé", "Paul"]
LAST = ["Durand", "Petit", "Moreau", "Lefèvre", "Garcia", "Roux", "Fontaine", "Mercier", "Blanc", "Guérin"]
CITIES = ["Lyon", "Nice", "Lille", "Nantes", "Rennes", "Dijon", "Metz"]


def _person(number: int) -> dict[str, str]:
    first = FIRST[number % len(FIRST)]
    last = LAST[(number * 7 + number // len(FIRST)) % len(LAST)]
    return {
        "prenom": first,
        "nom": last,
        "date_naissance": f"19{40 + number % 60:02d}-{1 + number % 12:02d}-{1 + (number * 5) % 28:02d}",
        "email": f"client{number}.{last.lower()}@exemple.fr",
        "ville": CITIES[number % len(CITIES)],
    }


def rows(count: int, prefix: str, start: int = 0) -> list[dict[str, Any]]:
    """Invented people; the same number gives the same person."""
    return [{"id": f"{prefix}{number}", **_person(number)} for number in range(start, start + count)]


@pytest.fixture(scope="session")
def sources() -> dict[str, list[dict[str, Any]]]:
    """200 people in the crm, 150 of them again, among 200, in the shop."""
    return {"crm": rows(200, "c"), "shop": rows(200, "s", start=50)}
