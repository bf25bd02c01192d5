"""Every data frame library gives the same texts: seen through what is inferred and through `evaluate`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars
import pyarrow
import pytest

import light_cdp as cdp
from conftest import rows

COLUMNS: dict[str, list[Any]] = {
    "id": ["1", "2", "3", "4"],
    "email": ["a@exemple.fr", None, "c@exemple.fr", "d@exemple.fr"],
    "birth": [datetime.date(1980, 5, 12), datetime.date(1991, 1, 2), None, datetime.date(2000, 2, 29)],
    "city": ["Lyon", "Lyon", "Nice", None],
}


def relation(columns: dict[str, list[Any]]) -> Any:
    arrow = pyarrow.table(columns)
    assert arrow.num_rows
    return duckdb.sql("SELECT * FROM arrow")


FRAMES: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "pandas": pandas.DataFrame,
    "pandas categories": lambda columns: pandas.DataFrame(columns).astype({"city": "category", "email": "category"}),
    "pandas nullable": lambda columns: pandas.DataFrame(columns).convert_dtypes(),
    "pandas timestamps": lambda columns: pandas.DataFrame(columns).assign(birth=pandas.to_datetime(columns["birth"])),
    "polars": polars.DataFrame,
    "polars categories": lambda columns: polars.DataFrame(columns).cast({"city": polars.Categorical}),
    "pyarrow": pyarrow.table,
    "pyarrow batch": pyarrow.record_batch,
    "pyarrow large": lambda columns: pyarrow.table(columns).cast(
        pyarrow.schema([("id", "large_string"), ("email", "large_string"), ("birth", "date64"), ("city", "string_view")])
    ),
    "duckdb": relation,
}


def save(name: str, columns: dict[str, list[Any]], path: Path) -> Path:
    """The columns as a file, written by another library."""
    if name == "csv":
        polars.DataFrame(columns).write_csv(path / "data.csv")
        return path / "data.csv"
    polars.DataFrame(columns).write_ndjson(path / "data.jsonl")
    return path / "data.jsonl"


@pytest.mark.parametrize("library", FRAMES)
def test_every_library_gives_the_same(library: str, tmp_path: Path) -> None:
    expected = cdp.Config.infer({"crm": save("csv", COLUMNS, tmp_path)})
    assert cdp.Config.infer({"crm": FRAMES[library](COLUMNS)}) == expected
    assert expected.to_dict()["sources"]["crm"]["fields"]["email"] == "email"


def test_json_lines_give_the_same(tmp_path: Path) -> None:
    csv, jsonl = (save(name, COLUMNS, tmp_path) for name in ("csv", "jsonl"))
    assert cdp.Config.infer({"crm": csv}) == cdp.Config.infer({"crm": jsonl})


@pytest.mark.parametrize("library", FRAMES)
def test_values_come_over_exactly(library: str) -> None:
    """Each cell is told apart: two tables that differ in one value would not be judged equal."""
    columns = {**COLUMNS, "record_id": COLUMNS["id"], "profile_id": ["x", "x", "y", "z"]}
    truth = {"record_id": ["1", "2", "3", "4"], "entity": ["Lyon", "Lyon", "Nice", "?"]}
    make = FRAMES[library] if library != "pyarrow large" else pyarrow.table
    quality = cdp.evaluate(make(columns), pyarrow.table(truth))
    assert (quality.records, quality.exact_clusters, quality["pairs_both"]) == (4, 3, 1)


def test_whole_numbers_with_gaps_stay_whole() -> None:
    """pandas turns whole numbers with gaps into floats: 2.0 must still be the record 2."""
    frame = pandas.DataFrame({"record_id": [1, 2, None, 4], "profile_id": ["x", "x", None, "y"]}).dropna()
    assert frame["record_id"].dtype == "float64"
    truth = {"record_id": ["1", "2", "4"], "entity": ["a", "a", "b"]}
    assert cdp.evaluate(frame, pyarrow.table(truth)).pairwise["f1"] == 1.0


def test_the_index_of_pandas_counts_only_with_a_name() -> None:
    frame = pandas.DataFrame(rows(20, "c")).set_index("id")
    assert cdp.Config.infer(frame).to_dict()["sources"]["records"]["id"] == "id"
    unnamed = cdp.Config.infer(frame.rename_axis(None)).to_dict()["sources"]["records"]
    assert "id" not in unnamed
    assert set(unnamed["fields"]) == set(frame.columns)


def test_a_mapping_names_the_sources_and_columns_may_differ() -> None:
    frames = {"crm": polars.DataFrame(COLUMNS), "shop": pandas.DataFrame({"mail": ["a@exemple.fr", "b@exemple.fr"]})}
    inferred = cdp.Config.infer(frames).to_dict()["sources"]
    assert set(inferred) == {"crm", "shop"}
    assert inferred["shop"]["fields"] == {"mail": "email"}
