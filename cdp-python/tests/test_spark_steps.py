"""The steps that workers of Spark take, without Spark."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import polars
import pytest

import light_cdp as cdp
from conftest import rows
from light_cdp import _native, _spark_steps

pa = pytest.importorskip("pyarrow")


@pytest.mark.parametrize("seed", range(20))
def test_groups_stay_whole_and_few_are_held(seed: int) -> None:
    draw = random.Random(seed)
    kind = draw.choice((pa.binary(), pa.large_binary()))
    groups = [[f"{number:02}".encode()] * draw.choice((1, 1, 2, 5, 30)) for number in range(60)]
    values = [value for group in groups for value in group]
    batches, start = [], 0
    while start < len(values):
        length = draw.randrange(0, 12)
        batches.append(pa.record_batch({"key": pa.array(values[start : start + length], kind)}))
        start += length
    tables = [table["key"].to_pylist() for table in _spark_steps.whole_groups(batches, "key", 20)]
    assert [value for table in tables for value in table] == values
    for before, after in zip(tables, tables[1:], strict=False):
        assert before[-1] != after[0], "a group is in one table"
    largest = max(len(group) for group in groups)
    assert all(len(table) < 20 + 12 + largest for table in tables)
    assert len(tables) > 3


def test_no_batches_are_no_groups() -> None:
    assert list(_spark_steps.whole_groups([], "key", 5)) == []
    empty = pa.record_batch({"key": pa.array([], pa.int64())})
    assert list(_spark_steps.whole_groups([empty, empty], "key", 5)) == []


def shards() -> tuple[_native._Shards, Any]:
    frame = polars.DataFrame(rows(60, "c") + rows(40, "d"))
    return _native._Shards({"crm": frame.clear()}, None, cdp.resolve({"crm": frame}).model), frame


def test_tables_of_bytes_and_lists_are_read_like_others() -> None:
    made, frame = shards()
    table = made.sought("crm", frame.to_arrow())
    assert table.to_pylist() == table.to_pyarrow().to_pylist()
    assert all(len(row["record"]) == 12 for row in table.to_pylist())
    # Bytes have no text form and are shown empty; what stands beside them stays in its own column.
    cells = re.findall(r"<td[^>]*>(?:<bdi>)?(.*?)(?:</bdi>)?</td>", table._repr_html_())
    assert cells[:3] == ["", "c0", "0"]


@pytest.mark.parametrize("changed", ["other columns", "no such column", "no id"])
def test_batches_that_are_not_those_of_a_step_are_refused(changed: str) -> None:
    made, frame = shards()
    if changed == "other columns":
        with pytest.raises(cdp.DataError, match="other columns"):
            made.sought("crm", frame.drop("email").to_arrow())
        return
    sought = made.sought("crm", frame.to_arrow()).to_pyarrow()
    if changed == "no such column":
        with pytest.raises(cdp.DataError, match="not there"):
            made.score(sought)
        return
    nobody = sought.select(["source", "cells"]).append_column("record", pa.array([b"x"] * len(sought), pa.binary()))
    nobody = nobody.append_column("other", pa.nulls(len(sought), pa.binary()))
    nobody = nobody.append_column("weight", pa.nulls(len(sought), pa.float64()))
    with pytest.raises(cdp.DataError, match="names no record"):
        made.join(nobody)


@pytest.mark.parametrize("is_large", [False, True])
def test_offsets_of_any_width_are_read(is_large: bool) -> None:
    made, frame = shards()
    sought = made.sought("crm", frame.to_arrow()).to_pyarrow()
    wide = {pa.binary(): pa.large_binary(), pa.list_(pa.string()): pa.large_list(pa.large_string())}
    table = sought.select(["record", "source", "cells"]).append_column("other", pa.nulls(len(sought), pa.binary()))
    table = table.append_column("weight", pa.nulls(len(sought), pa.float64()))
    if is_large:
        kinds = [wide.get(pa.list_(pa.string()) if field.name == "cells" else field.type, field.type) for field in table.schema]
        table = table.cast(pa.schema([pa.field(field.name, kind) for field, kind in zip(table.schema, kinds, strict=True)]))
    assignments = made.join(table)[0].to_pylist()
    assert {row["record_id"] for row in assignments} == set(frame["id"].to_list())
    with pytest.raises(cdp.DataError):
        made.refuse_duplicate("crm", "c1")


def test_an_error_of_a_worker_is_one_of_ours_again() -> None:
    made, frame = shards()
    try:
        made.refuse_duplicate("crm", "c1")
    except cdp.DataError as error:
        said = _spark_steps._as_told(error, 0)
        raised = _spark_steps.ours(RuntimeError(f"Traceback ...\n{_spark_steps.MARK}{json.dumps(said)}\n\tat java"))
        assert type(raised) is cdp.DataError
        assert (str(raised), raised.code, raised.remedy) == (str(error), error.code, error.remedy)
        assert raised.values == [], "they stay with the worker"
    assert _spark_steps.ours(RuntimeError("another")) is None
    assert len(frame) == 100
