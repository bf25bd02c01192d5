"""Frames of Spark give what the same rows give without it. Runs where pyspark and a Java are installed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import polars
import pytest

import light_cdp as cdp
from conftest import rows

pytest.importorskip("pyspark", reason="pyspark is not installed")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("Spark needs a Java", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder: Any = SparkSession.builder
    made = builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "3").getOrCreate()
    yield made
    made.stop()


def test_no_frames_are_refused_as_everywhere() -> None:
    from light_cdp import spark

    with pytest.raises(cdp.DataError, match="no records"):
        spark.resolve({})


def test_assignments_and_profiles_are_those_of_a_local_call(session: Any) -> None:
    from light_cdp import spark

    local = {"crm": polars.DataFrame(rows(200, "c")), "shop": polars.DataFrame(rows(200, "s", start=50))}
    frames = {name: session.createDataFrame(frame.to_arrow()).repartition(3) for name, frame in local.items()}
    result = spark.resolve(frames)
    expected = cdp.resolve(local)

    def as_set(table: list[dict[str, Any]], *left_out: str) -> set[tuple[Any, ...]]:
        return {tuple(value for name, value in row.items() if name not in left_out) for row in table}

    for name in ("profiles", "links"):
        ours = [row.asDict() for row in getattr(result, name).collect()]
        assert as_set(ours) == as_set(getattr(expected, name).to_pylist()), name
    # Rows have another order in Spark: their numbers say nothing.
    ours = [row.asDict() for row in result.assignments.collect()]
    assert as_set(ours, "row") == as_set(expected.assignments.to_pylist(), "row")
    assert len(ours) == 400
    assert result.local.summary["profiles"] == expected.summary["profiles"] < 300


def test_one_frame_is_one_source(session: Any) -> None:
    from light_cdp import spark

    frame = session.createDataFrame(polars.DataFrame(rows(50, "c")).to_arrow())
    assert {row["source"] for row in spark.resolve(frame).assignments.collect()} == {"records"}
