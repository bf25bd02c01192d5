"""Frames of Spark give what the same rows give without it. Runs where pyspark and a Java are installed."""

from __future__ import annotations

import logging
import math
import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars
import pytest

import light_cdp as cdp
from conftest import rows

pytest.importorskip("pyspark", reason="pyspark is not installed")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("Spark needs a Java", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore")

Rows = dict[str, list[dict[str, Any]]]
TABLES = ("assignments", "profiles", "links", "refused")


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Two cores; a task that fails is tried up to four times."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder: Any = SparkSession.builder
    builder = builder.master("local[2,4]").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "3")
    # With it, Spark puts small partitions together: here there would be one of each.
    made = builder.config("spark.sql.adaptive.enabled", "false").getOrCreate()
    yield made
    made.stop()


def noisy(seed: int, count: int, *sources: str) -> Rows:
    """People with typing errors, values left out, and values that several of them share."""
    draw = random.Random(seed)
    found: Rows = {source: [] for source in sources}
    for number in range(count):
        for seen in range(draw.choice((1, 1, 2, 3))):
            row = rows(1, "r", start=number % (count - count // 10))[0] | {"id": f"r{number}-{seen}"}
            for name in [name for name in row if name != "id"]:
                text = str(row[name])
                if draw.random() < 0.12:
                    row[name] = None
                elif draw.random() < 0.12 and len(text) > 3:
                    at = draw.randrange(len(text) - 1)
                    row[name] = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
            if draw.random() < 0.03:
                row["email"] = "shared@example.org"
            found[draw.choice(sources)].append(row)
    return found


def in_spark(session: Any, given: Rows, parts: int) -> dict[str, Any]:
    frames = {name: polars.DataFrame(some, infer_schema_length=None).to_arrow() for name, some in given.items()}
    return {name: session.createDataFrame(frame).repartition(parts) for name, frame in frames.items()}


def here(given: Rows) -> dict[str, Any]:
    return {name: polars.DataFrame(some, infer_schema_length=None) for name, some in given.items()}


def as_set(table: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    # Rows have no number in Spark.
    return {tuple(value for name, value in row.items() if name != "row") for row in table}


def assert_same(result: Any, expected: Any) -> None:
    for name in TABLES:
        ours, theirs = [row.asDict() for row in getattr(result, name).collect()], getattr(expected, name).to_pylist()
        assert as_set(ours) == as_set(theirs), name
        assert len(ours) == len(theirs), name


def test_no_frames_are_refused_as_everywhere() -> None:
    from light_cdp import spark

    with pytest.raises(cdp.DataError, match="no records"):
        spark.resolve({})


def test_without_a_model_it_is_a_local_call_too(session: Any) -> None:
    from light_cdp import spark

    given = {"crm": rows(200, "c"), "shop": rows(200, "s", start=50)}
    result = spark.resolve(in_spark(session, given, 3))
    expected = cdp.resolve(here(given))
    assert result.local is None
    assert_same(result, expected)
    assert result.profiles.count() == expected.summary["profiles"] < 300


def test_one_frame_is_one_source(session: Any) -> None:
    from light_cdp import spark

    frame = session.createDataFrame(polars.DataFrame(rows(50, "c")).to_arrow())
    assert {row["source"] for row in spark.resolve(frame).assignments.collect()} == {"records"}


RULES: list[dict[str, Any]] = [
    {},
    {"identifiers": {"email": {"max_profiles": 2}}},
    {"identifiers": {"email": {"links": False, "max_per_profile": 1}}, "matching": {"threshold": 0.2}},
    {"identifiers": {"email": {}}, "matching": {"fuzzy": False}},
]


@pytest.mark.parametrize(
    ("seed", "sources", "parts", "rule"),
    [(1, 1, 1, 0), (2, 2, 4, 1), (3, 3, 2, 2), (4, 2, 3, 3), (5, 3, 7, 0), (6, 1, 5, 1)],
)
def test_the_same_model_gives_the_same_result(session: Any, seed: int, sources: int, parts: int, rule: int) -> None:
    """Several data sets, sources, partitions and rules; the model knows other records than those that it is given."""
    from light_cdp import spark

    names = ("crm", "shop", "till")[:sources]
    trained = cdp.resolve(here(noisy(seed + 100, 300, *names)))
    config = {**trained.config.to_dict(), **RULES[rule]}
    given = noisy(seed, 250, *names)
    expected = cdp.resolve(here(given), config, model=trained.model)
    assert expected.summary["links"] > 50
    result = spark.resolve(in_spark(session, given, parts), config, model=trained.model)
    assert result.local is None
    assert_same(result, expected)
    # Components found by Spark are those that the driver finds.
    assert_same(spark.resolve(in_spark(session, given, parts + 1), config, model=trained.model, driver_links=0), expected)


def test_a_model_that_links_below_the_usual_does_so_everywhere(session: Any) -> None:
    """The threshold is that of the model's training; the configuration says nothing of it."""
    from light_cdp import spark

    given = noisy(21, 250, "crm", "shop")
    low, usual = (cdp.resolve(here(given), {"matching": {"threshold": threshold}}).model for threshold in (0.002, 0.4))
    expected = cdp.resolve(here(given), model=low)
    assert expected.summary["links"] > cdp.resolve(here(given), model=usual).summary["links"]
    bits = [row["match_weight"] for row in expected.links.to_pylist() if row["rule"] == "match"]
    assert min(bits) < -3 / math.log(2), "links that a look from -3 nats on would not find"
    assert_same(spark.resolve(in_spark(session, given, 3), model=low), expected)


def test_many_equal_rows_are_one_as_without_spark(session: Any) -> None:
    from light_cdp import spark

    given = noisy(7, 200, "crm", "shop")
    trained = cdp.resolve(here(given))
    given["crm"] += [given["crm"][3] | {"id": f"copy{number}"} for number in range(40)]
    expected = cdp.resolve(here(given), model=trained.model)
    assert max(row["size"] for row in expected.profiles.to_pylist()) > 40
    assert_same(spark.resolve(in_spark(session, given, 3), model=trained.model), expected)


def killed_once(make: Callable[..., Any], name: str, marks: Path) -> Callable[..., Any]:
    """A step whose worker is killed once, half way through what it gives."""

    def made(*arguments: Any) -> Any:
        step = make(*arguments)

        def run(batches: Any) -> Any:
            import os
            import signal

            mark = marks / name
            for number, batch in enumerate(step(batches)):
                if number == 0 and not mark.exists():
                    mark.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                yield batch

        return run

    return made


def test_workers_that_are_killed_change_nothing(session: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One worker of each step is killed; Spark takes another."""
    from light_cdp import _spark_steps, spark

    given = noisy(8, 300, "crm", "shop")
    trained = cdp.resolve(here(given))
    expected = cdp.resolve(here(given), model=trained.model)
    steps = ("sought", "grouped", "scored", "joined")
    for name in steps:
        monkeypatch.setattr(_spark_steps, name, killed_once(getattr(_spark_steps, name), name, tmp_path))
    # Of whole groups, a few at a time.
    monkeypatch.setattr(_spark_steps, "HELD_ROWS", 50)
    result = spark.resolve(in_spark(session, given, 3), model=trained.model)
    assert {path.name for path in tmp_path.iterdir()} == set(steps), "each was killed"
    assert_same(result, expected)


def test_components_are_found_along_any_path(session: Any) -> None:
    from light_cdp import spark

    draw = random.Random(9)
    chain = [(f"c{number:03}", f"c{number + 1:03}") for number in range(60)]
    loose = [(f"d{draw.randrange(80):03}", f"d{draw.randrange(80):03}") for _ in range(60)]
    pairs = [(a.encode(), b.encode()) for a, b in chain + loose]
    draw.shuffle(pairs)
    found = dict(spark._stars(session.createDataFrame(pairs, "a binary, b binary")).collect())
    low = {end: end for pair in pairs for end in pair}
    for _ in range(100):
        for a, b in pairs:
            low[a] = low[b] = min(low[a], low[b])
    assert {record: found.get(record, record) for record in low} == low


def test_what_spark_cannot_do_is_done_on_the_driver_and_said(session: Any, caplog: pytest.LogCaptureFixture) -> None:
    from light_cdp import spark

    given = noisy(10, 100, "crm", "shop")
    expected = cdp.resolve(here(given))
    unnamed = {name: [{key: value for key, value in row.items() if key != "id"} for row in some] for name, some in given.items()}
    with caplog.at_level(logging.WARNING, "light_cdp"):
        result = spark.resolve(in_spark(session, unnamed, 1))
    assert "no id column" in caplog.text
    assert result.local is not None
    caplog.clear()
    first = {name: [some[0]["id"]] for name, some in given.items()}
    pair = {"source_a": ["crm"], "record_id_a": first["crm"], "source_b": ["shop"], "record_id_b": first["shop"], "same": [True]}
    decisions = polars.DataFrame(pair)
    with caplog.at_level(logging.WARNING, "light_cdp"):
        result = spark.resolve(in_spark(session, given, 2), decisions=decisions, model=expected.model)
    assert "decisions" in caplog.text
    assert_same(result, cdp.resolve(here(given), decisions=decisions, model=expected.model))


@pytest.mark.parametrize("parts", [1, 3])
def test_two_records_of_one_id_are_refused_as_everywhere(session: Any, parts: int) -> None:
    """In one batch, where a worker sees it, and in two."""
    from light_cdp import spark

    given = noisy(11, 60, "crm")
    model = cdp.resolve(here(given)).model
    twice = dict(given["crm"][5])
    frame = in_spark(session, {"crm": given["crm"]}, parts)["crm"]
    if parts == 1:
        frame = in_spark(session, {"crm": [*given["crm"], twice]}, 1)["crm"]
    else:
        frame = frame.union(in_spark(session, {"crm": [twice]}, 1)["crm"])
    with pytest.raises(cdp.DataError, match="source 'crm'.*field 'id'.*remove one of them") as raised:
        spark.resolve({"crm": frame}, model=model)
    assert raised.value.code == "duplicate_record_id"
    assert raised.value.remedy
    assert str(twice["id"]) not in str(raised.value), "values are hidden"
    if parts > 1:
        assert raised.value.values == [twice["id"]]


def test_an_id_that_spark_writes_in_another_way_is_named_as_everywhere(session: Any) -> None:
    """5.0 is the id 5 here, whatever Spark makes of it as a text."""
    from light_cdp import spark

    numbers = [row | {"id": float(place)} for place, row in enumerate(rows(40, "c"))]
    model = cdp.resolve(here({"crm": numbers})).model
    frame = in_spark(session, {"crm": numbers}, 2)["crm"]
    with pytest.raises(cdp.DataError) as raised:
        spark.resolve({"crm": frame.union(frame.where("id = 5"))}, model=model)
    assert (raised.value.code, raised.value.values) == ("duplicate_record_id", ["5"])


def test_a_row_without_an_id_is_refused_with_its_place(session: Any) -> None:
    from light_cdp import spark

    given = noisy(12, 60, "crm")
    model = cdp.resolve(here(given)).model
    given["crm"][7]["id"] = None
    with pytest.raises(cdp.DataError) as raised:
        spark.resolve(in_spark(session, given, 1), model=model)
    assert raised.value.code == "missing_record_id"
    assert "fill it in" in str(raised.value.remedy)
    for part in ("source 'crm'", "row ", "field 'id'", "of partition 0"):
        assert part in str(raised.value)


def test_an_error_of_spark_stays_one(session: Any) -> None:
    from pyspark.errors import PySparkException
    from pyspark.sql import functions as F

    from light_cdp import spark

    given = noisy(13, 30, "crm")
    model = cdp.resolve(here(given)).model
    frame = in_spark(session, given, 1)["crm"].withColumn("city", F.raise_error("not this city"))
    with pytest.raises(PySparkException, match="not this city"):
        spark.resolve({"crm": frame}, model=model)


def test_names_with_dots_are_names(session: Any) -> None:
    from light_cdp import spark

    dotted = {"id": "record.id", "email": "contact.email"}
    given = {"crm": [{dotted.get(name, name): value for name, value in row.items()} for row in noisy(14, 100, "crm")["crm"]]}
    expected = cdp.resolve(here(given))
    frames = in_spark(session, given, 2)
    assert_same(spark.resolve(frames, model=expected.model), expected)
    with pytest.raises(cdp.DataError) as raised:
        spark.resolve({"crm": frames["crm"].union(frames["crm"].limit(1))}, model=expected.model)
    assert raised.value.code == "duplicate_record_id"


def test_large_types_change_nothing(session: Any) -> None:
    from light_cdp import spark

    given = noisy(15, 150, "crm", "shop")
    expected = cdp.resolve(here(given))
    name = "spark.sql.execution.arrow.useLargeVarTypes"
    session.conf.set(name, "true")
    try:
        assert_same(spark.resolve(in_spark(session, given, 3), model=expected.model), expected)
    finally:
        session.conf.unset(name)


def test_columns_that_cannot_be_read_are_told(session: Any, caplog: pytest.LogCaptureFixture) -> None:
    from pyspark.sql import functions as F

    from light_cdp import spark

    given = noisy(16, 80, "crm")
    model = cdp.resolve(here(given)).model
    frame = in_spark(session, given, 2)["crm"].withColumn("where", F.struct("ville")).withColumn("photo", F.lit(b"abc"))
    expected = cdp.resolve({"crm": frame.toArrow()}, model=model)
    with caplog.at_level(logging.WARNING, "light_cdp"):
        result = spark.resolve({"crm": frame}, model=model)
    assert_same(result, expected)
    assert [warning for warning in expected.summary["warnings"] if "left out" in warning] == result.warnings
    assert len(result.warnings) == 2
    assert all(warning in caplog.text for warning in result.warnings)
    wanted = {"sources": {"crm": {"fields": {"photo": {"kind": "city"}}}}}
    with pytest.raises(cdp.Error) as here_raised:
        cdp.resolve({"crm": frame.toArrow()}, wanted, model=model)
    with pytest.raises(cdp.Error) as raised:
        spark.resolve({"crm": frame}, wanted, model=model)
    assert (raised.value.code, str(raised.value)) == (here_raised.value.code, str(here_raised.value))


def test_no_rows_are_refused_as_everywhere(session: Any) -> None:
    from light_cdp import spark

    given = noisy(17, 80, "crm", "shop")
    trained = cdp.resolve(here(given))
    frames = in_spark(session, given, 2)
    empty = frames["shop"].limit(0)
    for model in (None, trained.model):
        with pytest.raises(cdp.DataError) as raised:
            spark.resolve({"crm": frames["crm"].limit(0), "shop": empty}, model=model)
        assert raised.value.code == "empty_input"
    expected = cdp.resolve({"crm": here(given)["crm"], "shop": here(given)["shop"].clear()}, model=trained.model)
    assert_same(spark.resolve({"crm": frames["crm"], "shop": empty}, model=trained.model), expected)


def test_what_is_at_fault_brings_no_rows_to_the_driver(session: Any, caplog: pytest.LogCaptureFixture) -> None:
    from light_cdp import spark

    given = noisy(18, 60, "crm")
    frames, model = in_spark(session, given, 1), cdp.resolve(here(given)).model
    with pytest.raises(TypeError, match="treads"):
        spark.resolve(frames, model=model, treads=2)  # type: ignore[call-arg]
    with caplog.at_level(logging.WARNING, "light_cdp"), pytest.raises(cdp.ConfigError):
        spark.resolve(frames, {"sources": {"crm": {"id": "nothing"}}}, model=model)
    assert "driver" not in caplog.text


def test_the_tables_are_let_go(session: Any) -> None:
    from light_cdp import spark

    given = noisy(19, 80, "crm")
    expected = cdp.resolve(here(given))
    kept = session.sparkContext._jsc.getPersistentRDDs
    session.catalog.clearCache()
    before = len(kept())
    result = spark.resolve(in_spark(session, given, 2), model=expected.model)
    assert len(kept()) == before + 1, "the tables, and nothing of the way there"
    result.unpersist()
    assert len(kept()) == before
    assert_same(result, expected)
