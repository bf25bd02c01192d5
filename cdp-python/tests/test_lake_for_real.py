"""The examples for dbt and Airflow, run by dbt and Airflow themselves where those are installed: `cargo xtask lake` installs them."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import light_cdp as cdp

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FILES = {"webshop": "webshop.csv", "loyalty": "loyalty.csv", "tickets": "tickets.jsonl"}


def program(name: str) -> Path:
    """A program of the environment that runs the tests."""
    found = Path(sys.executable).with_name(name)
    if not found.exists():
        if os.environ.get("CDP_LAKE"):
            pytest.fail(f"{name} was to be installed beside this Python")
        pytest.skip(f"{name} is not installed beside this Python: `cargo xtask lake` installs it and runs this test")
    return found


def run(folder: Path, *command: str | Path, **more: str) -> str:
    """Runs a program to its end; what it said is the reason where it fails."""
    told = subprocess.run(command, cwd=folder, env={**os.environ, **more}, capture_output=True, text=True, timeout=600)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout + told.stderr


def copied(place: Path, what: str) -> Path:
    """An example in a folder of its own, with the data where it looks for it."""
    shutil.copytree(EXAMPLES / "data", place / "data")
    leftovers = shutil.ignore_patterns("target", "logs", "kept", "*.duckdb", "__pycache__")
    return shutil.copytree(EXAMPLES / "lake" / what, place / "lake" / what, ignore=leftovers)


def keep_until(year: int, data: Path) -> dict[str, str]:
    """The sources with the rows only that were last changed until then, by the last column of a table, or a ticket's `opened_at`."""
    for name in FILES.values():
        when = re.compile(r'"opened_at": "(20\d\d)' if name.endswith("jsonl") else r"(20\d\d)[^;,]*$", re.MULTILINE)
        lines = (EXAMPLES / "data" / name).read_text().splitlines(keepends=True)
        years = [found and int(found[1]) for found in map(when.search, lines)]
        (data / name).write_text("".join(line for line, of in zip(lines, years, strict=True) if of is None or of <= year))
    return {source: str(data / name) for source, name in FILES.items()}


def groups(rows: Iterable[tuple[str, str, str]]) -> set[frozenset[tuple[str, str]]]:
    """Which records are one person, whatever the person is called."""
    people: dict[str, set[tuple[str, str]]] = {}
    for source, record, profile in rows:
        people.setdefault(profile, set()).add((source, record))
    return {frozenset(records) for records in people.values()}


def assignments(result: Any) -> list[tuple[str, str, str]]:
    return [(row["source"], row["record_id"], row["profile_id"]) for row in result.assignments.to_pylist()]


class Warehouse:
    """The dbt project, and what is in its database."""

    def __init__(self, place: Path) -> None:
        self.dbt = program("dbt")
        self.project = copied(place, "dbt")
        self.data = place / "data"

    def run(self, *words: str) -> str:
        return run(self.project, self.dbt, *words, DBT_SEND_ANONYMOUS_USAGE_STATS="false")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        import duckdb

        with duckdb.connect(str(self.project / "people.duckdb"), read_only=True) as database:
            return database.sql(query).fetchall()


def test_dbt_builds_the_project(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    told = warehouse.run("build")
    assert "ERROR=0" in told and "WARN=0" in told and "Deprecat" not in told, told
    people = warehouse.rows("SELECT source, record_id, profile_id FROM people")
    expected = cdp.resolve({source: str(EXAMPLES / "data" / file) for source, file in FILES.items()}, str(EXAMPLES / "data" / "retailer.toml"))
    assert sorted(people) == sorted(assignments(expected))
    with (EXAMPLES / "data" / "webshop.csv").open() as file:
        spent = round(sum(float(row["total_spent"] or 0) for row in csv.DictReader(file)), 2)
    (told_of,) = warehouse.rows("SELECT count(*), sum(records), sum(total_spent) FROM customers")
    assert told_of[:2] == (expected.summary["profiles"], expected.summary["records"])
    assert float(told_of[2]) == spent


def test_the_model_of_yesterday_is_read_again(tmp_path: Path) -> None:
    """Of these rows more match on the card than agree by the estimate of all pairs, which gave a share above one: found by dbt."""
    result = cdp.resolve(keep_until(2023, tmp_path))
    result.model.save(tmp_path / "model.json")
    assert cdp.Model.load(tmp_path / "model.json").to_dict() == result.model.to_dict()


def test_dbt_goes_on_from_yesterday(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path)
    days: list[dict[tuple[str, str], str]] = []
    sources: dict[str, str] = {}
    for year in (2023, 2030, 2030):
        sources = keep_until(year, warehouse.data)
        warehouse.run("run", "--select", "+people_daily")
        rows = warehouse.rows("SELECT source, record_id, profile_id FROM people_daily")
        days.append({(source, record): profile for source, record, profile in rows})
    before, after, again = days
    assert 1000 < len(before) < len(after) - 1000
    assert again == after
    kept = sum(after[record] == profile for record, profile in before.items())
    assert kept > 0.9 * len(before)
    assert len({after[record] for record in after.keys() - before.keys()} & set(before.values())) > 100, "new rows of people who were there"
    # What one call of everything by the kept model says.
    folder = warehouse.project / "kept"
    with cdp.Graph.open(folder / "people.graph", folder / "cdp.toml", folder / "model.json") as graph:
        everything = cdp.resolve(sources, graph.config, model=cdp.Model.load(folder / "model.json"))
    assert groups((*record, profile) for record, profile in after.items()) == groups(assignments(everything))


def test_airflow_runs_the_dags(tmp_path: Path) -> None:
    airflow = program("airflow")
    dags = copied(tmp_path, "airflow")
    settings = {
        "AIRFLOW_HOME": str(tmp_path / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    run(tmp_path, airflow, "db", "migrate", **settings)
    conf = json.dumps({"data": str(tmp_path / "data")})
    for words in (["train_customers"], ["unify_customers", "2026-01-01"], ["unify_customers", "2026-01-02"]):
        told = run(tmp_path, airflow, "dags", "test", *words, "--conf", conf, **settings)
        assert "state=success" in told, told
    kept = tmp_path / "data" / "people"
    files = {str(path.relative_to(kept)) for path in kept.rglob("*") if path.is_file()}
    tables = ("assignments", "profiles", "links", "refused")
    assert files == {"cdp.toml", "model.json", *(f"2026-01-0{day}/{name}.parquet" for day in (1, 2) for name in tables)}
    days = [(kept / f"2026-01-0{day}" / "assignments.parquet").read_bytes() for day in (1, 2)]
    assert days[0] == days[1]
