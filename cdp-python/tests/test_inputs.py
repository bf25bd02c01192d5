"""Every data frame library gives the same texts: seen through what is inferred and through `evaluate`."""

from __future__ import annotations

import datetime
import decimal
import math
import re
import uuid
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


COLUMNS_FRAME = polars.DataFrame(COLUMNS)


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
    "polars enum": lambda columns: polars.DataFrame(columns).cast({"city": polars.Enum(["Lyon", "Nice"])}),
    "pandas arrow strings": lambda columns: pandas.DataFrame(columns).astype({"email": "string[pyarrow]", "city": "string"}),
    "pyarrow": pyarrow.table,
    "pyarrow dictionaries": lambda columns: pyarrow.table(
        {name: pyarrow.array(values).dictionary_encode() for name, values in columns.items()}
    ),
    "pyarrow views": lambda columns: pyarrow.table(
        {name: pyarrow.array(values, type=pyarrow.string_view() if name != "birth" else pyarrow.date32()) for name, values in columns.items()}
    ),
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
    if name == "jsonl":
        polars.DataFrame(columns).write_ndjson(path / "data.jsonl")
        return path / "data.jsonl"
    target = path / f"{name}.parquet"
    if name == "polars":
        polars.DataFrame(columns).cast({"city": polars.Categorical}).write_parquet(target)
    elif name == "duckdb":
        relation(columns).write_parquet(str(target), compression="gzip")
    else:
        pandas.DataFrame(columns).astype({"city": "category"}).to_parquet(target, compression=name)
    return target


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


@pytest.mark.parametrize("writer", ["polars", "duckdb", "snappy", "zstd", "lz4", "gzip", "none"])
def test_parquet_of_every_writer_gives_the_same(writer: str, tmp_path: Path) -> None:
    expected = cdp.Config.infer({"crm": save("csv", COLUMNS, tmp_path)})
    path = save(writer, COLUMNS, tmp_path)
    assert cdp.Config.infer({"crm": path}).to_dict() == expected.to_dict()
    assert cdp.resolve({"crm": path}).assignments.to_pylist() == cdp.resolve({"crm": COLUMNS_FRAME}).assignments.to_pylist()


def test_results_are_saved_as_parquet(tmp_path: Path) -> None:
    result = cdp.resolve({"crm": COLUMNS_FRAME})
    for name in ("assignments", "profiles", "links", "refused"):
        table = getattr(result, name)
        table.save(tmp_path / f"{name}.parquet")
        assert polars.read_parquet(tmp_path / f"{name}.parquet").to_dicts() == table.to_pylist()


def test_lists_are_kept_as_their_json_in_every_format(tmp_path: Path) -> None:
    """One rule: in frames, Parquet and JSON lines a list has the same text, and a segment asks what is in it."""
    rows = {"email": ["ann@exemple.fr", "bob@exemple.fr", "cid@exemple.fr"], "tags": [["gold", "v\"ip"], [], None]}
    frame = polars.DataFrame(rows)
    frame.write_parquet(tmp_path / "crm.parquet")
    frame.write_ndjson(tmp_path / "crm.jsonl")
    config = {"sources": {"crm": {"fields": {"email": "email", "tags": "category"}}}}
    inputs: list[Any] = [frame, frame.to_pandas(), tmp_path / "crm.parquet", tmp_path / "crm.jsonl"]
    results = [cdp.resolve({"crm": table}, config) for table in inputs]
    for result in results:
        assert result.profiles.to_pylist() == results[0].profiles.to_pylist()
        assert [text for text in result.summary["warnings"] if "tags" in text] == []
        assert len(result.members("'gold' IN tags").to_pylist()) == 1
    assert {row["tags"] for row in results[0].profiles.to_pylist()} == {'["gold","v\\"ip"]', None}


def test_a_broken_parquet_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "cut.parquet"
    path.write_bytes(save("snappy", COLUMNS, tmp_path).read_bytes()[:200])
    with pytest.raises(cdp.DataError, match=r"cut\.parquet', source 'crm': .*is it a complete Parquet file") as caught:
        cdp.resolve({"crm": path})
    assert caught.value.code == "invalid_input"
    polars.DataFrame({"tags": [{"a": 1}, {"a": 2}]}).write_parquet(path)
    with pytest.raises(cdp.DataError, match=r"cut\.parquet', source 'crm', field 'tags': .*give each part"):
        cdp.resolve({"crm": path})


RULES = {
    "identifiers": {"loyalty_id": {"max_profiles": 4}},
    "sources": {
        "crm": {
            "id": "cid",
            "fields": {"nom": "family_name", "carte": "loyalty_id", "maj": "category", "solde": "number", "lu": {"kind": "category"}},
        }
    }
}


def test_rows_of_pandas_are_the_same_one_by_one_and_together() -> None:
    """Floats, missing values, days, instants, decimals and UUIDs, as `to_dict` gives them."""
    frame = pandas.DataFrame(
        {
            "cid": [17.0, 18.0, 19.0],
            "nom": ["Durand", None, "Martin"],
            "carte": [2990001, None, 2990003],
            "maj": pandas.to_datetime(["2024-01-01", None, "2024-01-03T10:20:30.5"], format="ISO8601"),
            "solde": [decimal.Decimal("12.50"), decimal.Decimal("0.10"), None],
            "lu": pandas.to_datetime(["2024-01-01T10:00:00Z", None, "2024-07-01T00:00:00Z"]).tz_convert("Europe/Paris"),
        }
    )
    rows = frame.to_dict("records")
    graph = cdp.Graph.open(None, RULES)
    graph.ingest([{"type": "record", "source": "crm", "record": row} for row in rows])
    live, batch = graph.snapshot(), cdp.resolve({"crm": frame}, graph.config)
    assert [row["record_id"] for row in live.assignments.to_pylist()] == ["17", "18", "19"]
    for table in ("assignments", "profiles"):
        of = [sorted(getattr(result, table).to_pylist(), key=str) for result in (live, batch)]
        names = of[0][0].keys() & of[1][0].keys()
        assert [{name: row[name] for name in names} for row in of[0]] == [{name: row[name] for name in names} for row in of[1]]
    golden = {row["loyalty_id"]: row for row in live.profiles.to_pylist()}
    assert golden["2990001"]["maj"] == "2024-01-01"
    # The same row, however its number is written.
    graph.ingest({"type": "record", "source": "crm", "record": {"cid": 17, "nom": "Durand"}})
    assert graph.counts["records"] == 3


def test_what_has_no_form_in_json_is_named() -> None:
    graph = cdp.Graph.open(None, RULES)
    row = {"type": "record", "source": "crm", "record": {"cid": "1", "key": uuid.UUID(int=7)}}
    for wrong, words in [
        ([row, {**row, "record": {"cid": "2", "lu": object()}}], "row 1, field 'record.lu': a value of <class 'object'>"),
        ({**row, "record": {"cid": math.inf}}, "field 'record.cid': an infinite number"),
        ({**row, "record": {"cid": 1e17}}, "field 'cid': the number is too large to be read exactly"),
        ({**row, "record": {"cid": "2", "lu": pandas.Timedelta(1)}}, "field 'record.lu'"),
    ]:
        with pytest.raises(cdp.DataError, match=re.escape(words)) as caught:
            graph.ingest(wrong)
        assert caught.value.remedy
    graph.ingest([row, {"type": "track", "userId": "u", "event": "e", "timestamp": pandas.NaT, "properties": {"n": pandas.NA}}])
    assert graph.counts["messages"] == 2
