"""Every part of a result, from the smallest realistic input."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars
import pyarrow
import pytest

import light_cdp as cdp
from conftest import rows

Sources = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def result(sources: Sources) -> cdp.Result:
    return cdp.resolve({name: polars.DataFrame(people) for name, people in sources.items()})


def test_assignments_have_a_row_for_each_record_in_order(result: cdp.Result, sources: Sources) -> None:
    table = result.assignments
    assert table.column_names == ["source", "record_id", "row", "profile_id"]
    got = [(row["source"], row["record_id"], row["row"]) for row in table.to_pylist()]
    expected = [(name, person["id"], row) for name, people in sources.items() for row, person in enumerate(people)]
    assert got == expected


def test_the_same_people_are_found(result: cdp.Result, sources: Sources) -> None:
    def keys(name: str) -> list[dict[str, str]]:
        people = sources[name]
        return [{"source": name, "record_id": person["id"], "entity": person["email"]} for person in people]

    quality = cdp.evaluate(result.assignments, polars.DataFrame(keys("crm") + keys("shop")))
    assert quality.pairwise["f1"] > 0.99


def test_profiles_have_golden_values_size_and_sources(result: cdp.Result) -> None:
    table = result.profiles
    assert table.column_names[0] == "profile_id"
    assert table.column_names[-2:] == ["size", "sources"]
    assert {"given_name", "family_name", "email", "birth_date", "city"} <= set(table.column_names)
    profiles = table.to_pylist()
    assert len(profiles) == result.summary["profiles"]
    assert sum(profile["size"] for profile in profiles) == 400
    assert {profile["sources"] for profile in profiles} == {"crm", "shop", "crm,shop"}
    assert {row["profile_id"] for row in result.assignments.to_pylist()} == {p["profile_id"] for p in profiles}


def test_links_join_records_of_one_profile(result: cdp.Result) -> None:
    table = result.links
    ends = ["source_a", "record_id_a", "source_b", "record_id_b"]
    assert table.column_names == [*ends, "match_weight", "rule", "profile_id"]
    profile = {(row["source"], row["record_id"]): row["profile_id"] for row in result.assignments.to_pylist()}
    links = table.to_pylist()
    assert links
    for link in links:
        a, b = (link["source_a"], link["record_id_a"]), (link["source_b"], link["record_id_b"])
        assert profile[a] == profile[b] == link["profile_id"]


def test_refused_links_have_reasons(sources: Sources) -> None:
    """The same loyalty card with two unique customer numbers must stay two people, with the reason given."""
    people = rows(60, "c")
    for number, person in enumerate(people):
        person["customer"] = f"K{number:05d}"
        person["card"] = f"9{number:07d}"
    people[1] = {**people[0], "id": "c1", "customer": "K99999"}
    config = {
        "sources": {"crm": {"id": "id", "fields": {
            "prenom": "given_name", "nom": "family_name", "email": "email", "customer": "customer_id",
            "card": "loyalty_id", "date_naissance": "birth_date", "ville": "city"}}},
        "identifiers": {"customer_id": {"unique": True}},
    }
    result = cdp.resolve({"crm": polars.DataFrame(people)}, config)
    refused = result.refused
    ends = ["source_a", "record_id_a", "source_b", "record_id_b"]
    assert refused.column_names == [*ends, "match_weight", "rule", "reason"]
    pairs = {frozenset((row["record_id_a"], row["record_id_b"])): row["reason"] for row in refused.to_pylist()}
    assert "customer_id" in pairs[frozenset(("c0", "c1"))]
    profile = {row["record_id"]: row["profile_id"] for row in result.assignments.to_pylist()}
    assert profile["c0"] != profile["c1"]


def test_tables_go_to_every_library(result: cdp.Result, tmp_path: Path) -> None:
    table = assignments = result.assignments
    expected = assignments.to_pylist()
    assert len(table) == len(expected) == 400
    assert table.to_polars().to_dicts() == expected
    assert table.to_pyarrow().to_pylist() == expected
    assert table.to_pandas().to_dict("records") == expected
    assert polars.DataFrame(table).to_dicts() == expected
    assert pyarrow.table(table).to_pylist() == expected
    counted = duckdb.sql("SELECT count(*) AS n FROM assignments")
    assert counted is not None and counted.fetchall() == [(400,)]
    table.save(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [{**row, "row": int(row["row"])} for row in csv.DictReader(file)] == expected
    table.save(tmp_path / "out.jsonl")
    assert [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()] == expected


def test_preview_escapes_what_is_in_the_data() -> None:
    frame = polars.DataFrame([{**person, "ville": f"<b>{person['ville']}</b>"} for person in rows(50, "c")])
    preview = cdp.resolve(frame).profiles._repr_html_()
    assert "<b>" not in preview
    assert "&lt;b&gt;" in preview


def test_every_library_gives_the_same_bytes(result: cdp.Result, sources: Sources) -> None:
    expected = result.assignments.to_pylist()
    for make in (pandas.DataFrame, pyarrow.Table.from_pylist):
        frames = {name: make(people) for name, people in sources.items()}
        assert cdp.resolve(frames, threads=1).assignments.to_pylist() == expected


def test_config_and_model_are_what_was_used(result: cdp.Result, sources: Sources, tmp_path: Path) -> None:
    frames = {name: polars.DataFrame(people) for name, people in sources.items()}
    result.config.save(tmp_path / "cdp.toml")
    result.model.save(tmp_path / "model.json")
    config, model = cdp.Config.load(tmp_path / "cdp.toml"), cdp.Model.load(tmp_path / "model.json")
    assert config == result.config
    assert model == result.model
    again = cdp.resolve(frames, config, model=model)
    assert again.assignments.to_pylist() == result.assignments.to_pylist()
    assert cdp.resolve(frames, tmp_path / "cdp.toml").assignments.to_pylist() == result.assignments.to_pylist()
    assert cdp.resolve(frames, config.to_dict()).assignments.to_pylist() == result.assignments.to_pylist()


def test_why_is_the_sum_of_its_parts(result: cdp.Result) -> None:
    link = result.links.to_pylist()[0]
    why = result.why((link["source_a"], link["record_id_a"]), (link["source_b"], link["record_id_b"]))
    assert why.same_profile
    total = why.prior + sum(part["weight"] for part in why.parts) + why.related
    assert why.weight == pytest.approx(total, abs=1e-9)
    assert why.weight == pytest.approx(link["match_weight"], abs=1e-9)
    assert 0.5 < why.probability <= 1.0
    assert why.to_dict()["weight"] == why.weight
    assert str(why)
    assert "<table>" in why._repr_html_()


def test_how_names_every_member(result: cdp.Result) -> None:
    profile = next(row for row in result.profiles.to_pylist() if row["size"] == 2)
    how = result.how(profile["profile_id"])
    assert how.profile_id == profile["profile_id"]
    assert [member["source"] for member in how.members] == ["crm", "shop"]
    assert len(how.merges) == 1
    assert str(how)
    assert "<table>" in how._repr_html_()


def test_records_that_do_not_exist(result: cdp.Result) -> None:
    cases = [
        (("crm", "nobody"), "source 'crm': there is no record '•••'"),
        (("web", "c1"), "there is no source 'web' (the sources are: crm, shop)"),
        (0, "row 0 is not enough to name a record (name it by source and id; the sources are: crm, shop)"),
        ("c1", "'record' has the type str (give (source, record_id), or the row number of the only source)"),
    ]
    for record, message in cases:
        with pytest.raises(cdp.DataError) as caught:
            result.why(record, ("crm", "c1"))  # type: ignore[arg-type]
        assert str(caught.value) == message
    with pytest.raises(cdp.DataError) as caught:
        result.how("nobody")
    assert caught.value.code == "not_found"
    # Errors end up in logs: what they hide is there for whoever asks.
    assert "nobody" not in str(caught.value) + repr(caught.value) and caught.value.values == ["nobody"]


def test_row_numbers_name_records_of_the_only_source() -> None:
    result = cdp.resolve(polars.DataFrame(rows(60, "c")))
    assert result.why(0, 1).to_dict() == result.why(("records", "c0"), ("records", "c1")).to_dict()
    with pytest.raises(cdp.DataError, match="there is no row 60: there are 60 rows"):
        result.why(0, 60)


def test_segments(result: cdp.Result) -> None:
    city = result.profiles.to_pylist()[0]["city"]
    members = result.segment(f"city = '{city}'")
    assert members == cdp.segment(result, f"city = '{city}'")
    expected = [row["profile_id"] for row in result.profiles.to_pylist() if row["city"] == city]
    assert members == expected
    adults = result.segment("age(birth_date) >= 50", now=datetime.date(2026, 11, 23))
    assert adults == result.segment("age(birth_date) >= 50", now="2026-11-23")
    assert 0 < len(adults) < len(result.profiles)


def test_segments_of_the_configuration(result: cdp.Result, sources: Sources) -> None:
    config = {**result.config.to_dict(), "segments": {"first": "city LIKE 'B%'", "rest": "NOT segment('first')"}}
    frames = {name: polars.DataFrame(people) for name, people in sources.items()}
    segments = cdp.resolve(frames, config).segments()
    assert segments["first"] == result.segment("city LIKE 'B%'")
    assert len(segments["first"]) + len(segments["rest"]) == len(result.profiles)


def test_predicate_errors_name_the_position(result: cdp.Result) -> None:
    with pytest.raises(cdp.PredicateError) as caught:
        result.segment("city = 'Lyon' AND emial = 'x'")
    error = caught.value
    assert (error.code, error.line, error.column) == ("predicate_unknown_name", 1, 19)
    assert error.remedy == "did you mean 'email'?"
    with pytest.raises(cdp.DataError, match="field 'now': 'yesterday' is not a date"):
        result.segment("city = 'Lyon'", now="yesterday")


def test_report_is_one_file(result: cdp.Result, tmp_path: Path) -> None:
    result.report(tmp_path / "report.html", title="Our <customers>")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "Our &lt;customers&gt;" in page
    with pytest.raises(cdp.IoError, match="no such file or directory"):
        result.report(tmp_path / "missing" / "report.html")


def test_summary(result: cdp.Result) -> None:
    summary = result.summary
    assert summary["records"] == 400
    assert summary["profiles"] == len(result.profiles)
    assert summary["links"] == len(result.links)
    assert [source["name"] for source in summary["sources"]] == ["crm", "shop"]
    assert dict(summary["seconds"])
    assert "400" in str(result)
    assert repr(result) == f"Result(400 records, {summary['profiles']} profiles, {summary['links']} links)"
