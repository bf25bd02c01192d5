"""Activation: what a destination is sent, and whom it is not told of."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import polars
import pytest

import light_cdp as cdp

PEOPLE = [
    {"id": "1", "number": "C-1", "email": "Ann@lyra.fr", "phone": "06 12 34 56 79", "ads": "yes", "city": "Paris"},
    {"id": "2", "number": "C-2", "email": "bob@lyra.fr", "phone": "", "ads": "no", "city": "Lyon"},
    {"id": "3", "number": "C-3", "email": "eve@lyra.fr", "phone": "", "ads": "", "city": "Paris"},
    {"id": "4", "number": "C-4", "email": "max@lyra.fr", "phone": "", "ads": "yes", "city": "Nice"},
]


@pytest.fixture(scope="module")
def result() -> cdp.Result:
    fields = {"number": "customer_id", "email": "email", "phone": {"kind": "phone", "region": "FR"}, "ads": "category", "city": "city"}
    config = {"sources": {"records": {"id": "id", "fields": fields}}, "identifiers": {"customer_id": {"unique": True}}}
    return cdp.resolve(polars.DataFrame(PEOPLE), config)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_only_those_who_allow_it(result: cdp.Result) -> None:
    export = cdp.activate(result, "meta_capi@2026", "advertising", consent="ads = 'yes'", members="city IN ('Paris', 'Lyon')")
    assert (export.destination, export.purpose, export.people) == ("meta_capi@2026", "advertising", 1)
    assert export.left_out == {"consent_denied": 1, "consent_unknown": 1}
    (row,) = export.batches[0].to_pylist()
    assert (row["em"], row["ph"], row["ct"]) == (sha256("ann@lyra.fr"), sha256("33612345679"), sha256("paris"))
    assert export.signals == [""]
    assert [len(ids) for ids in export.profiles] == [1]
    assert repr(export) == "Export(1 people to meta_capi@2026 for advertising, 1 batches)"


def test_ids_addresses_kinds_and_batches(result: cdp.Result) -> None:
    ids = result.segment("city <> 'Nice'")
    export = cdp.activate(result, "plain", "post", consent=ids, kinds=["email"], batch_size=2)
    assert [len(batch) for batch in export.batches] == [2, 1]
    assert export.left_out == {"consent_unknown": 1}
    export = cdp.activate(result, "uid2@1", "ads", consent=ids, address_consent={"email": [], "phone": ids})
    assert export.people == 1
    assert export.values_left_out["email"] == {"consent_unknown": 3}


def test_files(result: cdp.Result, tmp_path: Path) -> None:
    export = cdp.activate(result, "google_customer_match@2026", "ads", consent="ads = 'yes'", signals={"personalised": "city = 'Nice'"})
    paths = export.save(tmp_path / "out")
    assert [path.name for path in paths] == ["google_customer_match@2026-001.csv", "google_customer_match@2026-002.csv"]
    assert export.signals == ["", "personalised"]
    with paths[1].open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert row["email_address"] == sha256("max@lyra.fr")
    assert (tmp_path / "out" / "google_customer_match@2026.json").exists()


def test_what_is_refused(result: cdp.Result) -> None:
    with pytest.raises(cdp.DataError, match=r"did you mean 'meta_capi@2026'\?") as caught:
        cdp.activate(result, "meta_capi", "ads", consent="ads = 'yes'")
    assert caught.value.code == "not_found"
    with pytest.raises(cdp.DataError, match="an export needs a purpose"):
        cdp.activate(result, "plain", "", consent="ads = 'yes'")
    with pytest.raises(cdp.DataError, match="a predicate, or a list of profile ids"):
        cdp.activate(result, "plain", "ads", consent=True)  # type: ignore[arg-type]
    with pytest.raises(cdp.PredicateError):
        cdp.activate(result, "plain", "ads", consent="ads = ")
    with pytest.raises(TypeError, match="consent"):
        cdp.activate(result, "plain", "ads")  # type: ignore[call-arg]
