"""Whole columns: `normalize` and `profile`."""

import base64
import hashlib
from typing import Any

import pandas
import polars
import pyarrow
import pytest

import light_cdp as cdp

PHONES = ["06 12 34 56 79", None, "n/a", "+33612345679", "12"]
KEYS = ["+33612345679", None, None, "+33612345679", None]
VERDICTS = ["ok", None, "placeholder", "ok", "invalid"]

COLUMNS = [
    pandas.Series(PHONES, dtype="str"),
    pandas.Series(PHONES, dtype="category", name="tel"),
    polars.Series("tel", PHONES),
    polars.Series("tel", PHONES).cast(polars.Categorical),
    pyarrow.array(PHONES),
    pyarrow.chunked_array([PHONES[:2], PHONES[2:]]),
    pyarrow.array(PHONES).dictionary_encode(),
    pyarrow.array(PHONES, pyarrow.large_string()),
]


def str_of(column: Any) -> str:
    kind = column.dtype if hasattr(column, "dtype") else column.type
    return f"{type(column).__module__.split('.')[0]}-{kind}"


@pytest.mark.parametrize("column", COLUMNS, ids=str_of)
def test_a_column_gives_a_table_of_as_many_rows(column: Any) -> None:
    table = cdp.normalize(column, "phone", region="FR")
    assert table.column_names == ["display", "key", "verdict", "reason"]
    rows = table.to_pylist()
    assert [row["key"] for row in rows] == KEYS
    assert [row["verdict"] for row in rows] == VERDICTS
    assert rows[4]["reason"] == "fewer than 6 digits"


def test_details_are_the_parts_of_the_value() -> None:
    found = cdp.normalize("Dr. Bob Müller Jr", "full_name", details=True)
    assert found["raw"] == "Dr. Bob Müller Jr"
    assert (found["title"], found["given_name"], found["family_name"], found["suffix"]) == ("dr", "bob", "muller", "jr")
    table = cdp.normalize(polars.Series("n", ["Dr. Bob Müller Jr", None]), "full_name", details=True)
    assert [row["family_name"] for row in table.to_pylist()] == ["muller", None]


def test_single_values_and_lists() -> None:
    assert cdp.normalize(None, "email") is None
    digest = hashlib.sha256(b"ann@example.fr")
    base64_form = base64.b64encode(digest.digest()).decode()
    for form in [digest.hexdigest().upper(), base64_form]:
        assert cdp.normalize(form, "email", hashed="sha256")["key"] == digest.hexdigest()
    assert cdp.normalize("ann@example.fr", "email", hashed="sha256")["verdict"].startswith("invalid")
    with pytest.raises(cdp.ConfigError, match="sha256"):
        cdp.normalize(base64_form, "email", hashed="md5")
    assert cdp.normalize("Ann@EXAMPLE.fr", "email") == {"display": "Ann@example.fr", "key": "ann@example.fr", "verdict": "ok"}
    assert cdp.normalize(["x", None], "email")[1] is None


@pytest.mark.parametrize("value", [3, {"a": 1}, object()])
def test_other_things_are_refused(value: Any) -> None:
    with pytest.raises(cdp.Error) as raised:
        cdp.normalize(value, "email")
    assert "column" in str(raised.value)


def test_an_unknown_option_value_is_named() -> None:
    with pytest.raises(cdp.ConfigError, match="order"):
        cdp.normalize("1/2/1980", "birth_date", order="dd")


def people() -> pandas.DataFrame:
    return pandas.DataFrame({
        "id": range(40),
        "prenom": [f"{name}{'abcdefgh'[i // 5]}" for i, name in zip(range(40), ["Jean", "Marie", "Luc", "Zoé", "Paul"] * 8)],
        "nom": [name for name in ["Martin", "Durand", "Petit", "Moreau", "Roux", "Blanc", "Garnier", "Faure"] for _ in range(5)],
        "courriel": [f"p{i}@exemple.fr" if i % 2 else "accueil@boutique.fr" for i in range(38)] + ["n/a", "sans arobase"],
    })


def test_profile_counts_what_is_unusable_and_why() -> None:
    found = cdp.profile(people())
    email = next(column for column in found.to_list() if column["column"] == "courriel")
    assert (email["kind"], email["rows"], email["ok"], email["invalid"], email["placeholder"]) == ("email", 40, 38, 1, 1)
    assert email["problems"][0]["reason"] in ("no @", "word for a missing value")
    assert email["top"][0] == {"value": "accueil@boutique.fr", "rows": 19}
    assert email["shared"][0]["value"] == "accueil@boutique.fr"
    assert email["shared"][0]["people"] > 8
    assert len(found) == 4
    assert found.columns.to_pandas()["column"].tolist() == ["id", "prenom", "nom", "courriel"]
    assert {"invalid", "placeholder", "shared", "frequent"} <= set(found.findings.to_pandas()["finding"])
    assert "courriel" in repr(found) and "<table" in found._repr_html_()


def test_profile_takes_a_configuration_and_says_so() -> None:
    frame = pandas.DataFrame({"x": ["a@b.fr", "c"]})
    found = cdp.profile({"crm": frame}, {"sources": {"crm": {"fields": {"x": "email"}}}}).to_list()[0]
    assert (found["kind"], found["confidence"], found["reason"], found["invalid"]) == ("email", 1.0, "configured", 1)


def swapped() -> pandas.DataFrame:
    """Twenty-four people, and one whose names stand in each other's column."""
    return pandas.DataFrame({
        "prenom": ["Jean", "Marie", "Jean", "Marie"] * 6 + ["Dupont"],
        "nom_de_famille": ["Martin", "Roux"] * 12 + [None],
        "nom_de_naissance": ["Dupont", "Durand", "Durand", "Dupont"] * 6 + ["Marie"],
    })


def test_profile_tells_names_in_each_others_column() -> None:
    found = cdp.profile(swapped())
    assert [column["exchanged"] for column in found.to_list()] == [[24], [], []]
    assert found.columns.to_pandas()["exchanged"].tolist() == [1, 0, 0]
    findings = found.findings.to_pandas()
    assert findings[findings["finding"] == "exchanged"]["example"].tolist() == ["24"]


def test_profile_finds_no_exchange_where_there_is_none() -> None:
    found = cdp.profile(swapped()[:24]).to_list()
    assert [column["exchanged"] for column in found] == [[], [], []]
