"""Law 9 in a real engine: DuckDB finds the members that the library finds, for random predicates over random people.

CI runs a few thousand queries. A long run, with the number of queries of its own:

    python cdp-python/tests/test_segment_sql.py path/to/segment_cases --seconds 3600

With `--spark` the queries run in Spark, where pyspark and Java are installed; a query takes Spark a good part of a second.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unicodedata
from typing import Any, Iterator

import pytest

duckdb = pytest.importorskip("duckdb")
pyarrow = pytest.importorskip("pyarrow")
ROOT = pathlib.Path(__file__).resolve().parents[2]
TRAITS = ("country", "city", "points", "birth_date", "joined", "tags", "flag", "created", "size", "sources")
PROPERTIES = ("revenue", "channel", "gift", "day", "name", "time", "tags")
# What is called as a column that is always there has a column of another name, as `Tables` says.
COLUMNS_OF_TRAITS = [f"golden_{name}" if name in ("created", "size", "sources") else name for name in TRAITS]
COLUMNS_OF_PROPERTIES = [f"property_{name}" if name in ("name", "time") else name for name in PROPERTIES]
TABLES = {
    "profiles": "profile_id VARCHAR, size BIGINT, sources VARCHAR[], created BIGINT, "
    + ", ".join(f"{name} VARCHAR" for name in COLUMNS_OF_TRAITS),
    "events": "profile_id VARCHAR, name VARCHAR, time BIGINT, " + ", ".join(f"{name} VARCHAR" for name in COLUMNS_OF_PROPERTIES),
    "consents": "profile_id VARCHAR, purpose VARCHAR, channel VARCHAR, granted BOOLEAN, from_time BIGINT, until_time BIGINT",
    "lists": "list VARCHAR, value VARCHAR",
    "segments": "segment VARCHAR, profile_id VARCHAR",
}

# The same with columns of the type of what they hold, as the option `typed` says; what cannot be read so is null.
TYPES = {"points": "DOUBLE", "birth_date": "DATE", "joined": "DATE", "golden_created": "DATE", "golden_size": "DOUBLE"}
TYPES |= {"revenue": "DOUBLE", "gift": "BOOLEAN", "day": "DATE", "property_time": "DOUBLE"}
for table in ("profiles", "events"):
    columns = [part.split() for part in TABLES[table].split(", ")]
    TABLES[f"typed_{table}"] = ", ".join(f"{name} {TYPES.get(name, kind)}" for name, kind in columns)

COLUMNS = {table: [part.split()[0] for part in columns.split(", ")] for table, columns in TABLES.items()}


def number(text: str) -> float | None:
    text = text.strip()
    return float(text) if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text) else None


def date(text: str) -> datetime.date | None:
    text = text.strip()
    try:
        return datetime.date.fromisoformat(text[:10]) if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}($|[T ])", text) else None
    except ValueError:
        return None


READERS: dict[str, Any] = {"DOUBLE": number, "DATE": date, "BOOLEAN": {"true": True, "false": False, "TRUE": True}.get}


def typed(row: tuple[Any, ...], columns: list[str]) -> tuple[Any, ...]:
    """A row whose texts are read as what their columns hold."""
    read = [READERS.get(TYPES.get(name, ""), lambda text: text) for name in columns]
    return tuple(None if value is None else reader(value) for reader, value in zip(read, row))


def rows(world: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each table."""
    found: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
    for person in world["people"]:
        name, traits = person["id"], person["traits"]
        basics = (name, len(person["sources"]), person["sources"], person["created"])
        found["profiles"].append(basics + tuple(traits.get(field) for field in TRAITS))
        for event, at, properties in person["events"]:
            found["events"].append((name, event, at) + tuple(properties.get(field) for field in PROPERTIES))
        found["consents"].extend((name, *said) for said in person["consents"])
        found["segments"].extend((segment, name) for segment in person["segments"])
    for table in ("profiles", "events"):
        found[f"typed_{table}"] = [typed(row, COLUMNS[table]) for row in found[table]]
    found["lists"] = [(name, value) for name, values in world["lists"].items() for value in values]
    return found


def disagreements(connection: Any, world: dict[str, Any]) -> Iterator[str]:
    """The predicates of a world of which DuckDB says something else."""
    for table, content in rows(world).items():
        connection.execute(f"CREATE OR REPLACE TABLE {table} ({TABLES[table]})")
        if content:
            given = pyarrow.table([pyarrow.array(column) for column in zip(*content)], names=COLUMNS[table])
            connection.register("given", given)
            connection.execute(f"INSERT INTO {table} SELECT * FROM given")
    for case in cases(world):
        try:
            found = sorted(name for (name,) in connection.execute(case["duckdb"]).fetchall())
        except duckdb.Error as error:
            found = [f"{error}"]
        if found != case["members"]:
            yield f"seed {world['seed']}: {case['predicate']}\n  {case['duckdb']}\n  {found}, not {case['members']}"


def cases(world: dict[str, Any]) -> list[dict[str, Any]]:
    """The predicates over tables of texts, and over typed ones."""
    typed_ones = [{**case, **case["typed"]} for case in world["cases"] if case["typed"]]
    return [*world["cases"], *typed_ones]


def worlds(program: str, *numbers: int) -> Iterator[dict[str, Any]]:
    """Runs the program that invents worlds."""
    output = subprocess.run([program, *map(str, numbers)], check=True, capture_output=True, text=True).stdout
    return map(json.loads, output.splitlines())


def connect() -> Any:
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    return connection


def program() -> str | None:
    """The built example, wherever Cargo put it."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    built = [target / profile / "examples" / "segment_cases" for profile in ("release", "debug")]
    return next((str(path) for path in built if path.exists()), None)


def test_duckdb_finds_the_same_members() -> None:
    found = program()
    if found is None:
        pytest.skip("the example segment_cases is not built")
    drawn = list(worlds(found, 0, 60, 20, 40))
    assert sum(case["typed"] is not None for world in drawn for case in world["cases"]) > 1000
    wrong = [line for world in drawn for line in disagreements(connect(), world)]
    assert not wrong, f"{len(wrong)} disagree:\n" + "\n".join(wrong[:5])


def test_duckdb_has_the_same_small_and_capital_letters() -> None:
    import light_cdp as cdp

    letters = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000 and unicodedata.category(chr(code))[0] == "L"]
    texts = [f"x{letter}y" for letter in letters if letter.lower() != letter or letter.upper() != letter]
    rows = pyarrow.table({"id": [str(place) for place in range(len(texts))], "note": texts})
    people = cdp.resolve({"crm": rows}, {"sources": {"crm": {"id": "id", "fields": {"note": "category"}}}})
    kept = set(people.profiles.to_pyarrow().column("note").to_pylist())
    assert len(kept) > 2500
    given = pyarrow.table({"text": sorted(kept)})  # noqa: F841 (DuckDB finds it by its name)
    for function in ("upper", "lower"):
        found = connect().execute(f"SELECT text, {function}(text) FROM given ORDER BY text").fetchall()
        wrong = []
        for start in range(0, len(found), 300):
            part = found[start : start + 300]
            alike = " OR ".join(f"(note = '{text}' AND {function}(note) = '{other}')" for text, other in part)
            if len(people.segment(alike)) != len(part):
                wrong += [pair for pair in part if not people.segment(f"note = '{pair[0]}' AND {function}(note) = '{pair[1]}'")]
        assert not wrong, f"{function}: {wrong}"


SPARK_TYPES = {"VARCHAR": "string", "BIGINT": "bigint", "BOOLEAN": "boolean", "VARCHAR[]": "array<string>", "DOUBLE": "double", "DATE": "date"}


class Spark:
    """Spark in this process, on two threads."""

    def __init__(self) -> None:
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master("local[2]").config("spark.sql.shuffle.partitions", "2")
        builder = builder.config("spark.ui.enabled", "false").config("spark.driver.memory", "2g")
        # Small tables need no exchange of rows between machines.
        self.session = builder.config("spark.sql.autoBroadcastJoinThreshold", "10485760").getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")

    def disagreements(self, world: dict[str, Any]) -> Iterator[str]:
        """The predicates of a world of which Spark says something else. All are asked at once, since planning takes longest."""
        for table, content in rows(world).items():
            columns = [part.split() for part in TABLES[table].split(", ")]
            schema = ", ".join(f"`{name}` {SPARK_TYPES[kind]}" for name, kind in columns)
            self.session.createDataFrame(content, schema).createOrReplaceTempView(table)
        # Null: refused, since Spark would not do the same.
        cases = [case for case in world["cases"] if case["spark"]]
        asked = [f"SELECT {place} AS place, profile_id FROM ({case['spark']})" for place, case in enumerate(cases)]
        found: list[list[str]] = [[] for _ in asked]
        for place, name in self.session.sql(" UNION ALL ".join(asked)).collect():
            found[place].append(name)
        for case, members in zip(cases, found):
            if sorted(members) != case["members"]:
                yield f"seed {world['seed']}: {case['predicate']}\n  {case['spark']}\n  {sorted(members)}, not {case['members']}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--first", type=int, default=1_000_000)
    parser.add_argument("--spark", action="store_true")
    arguments = parser.parse_args()
    end, seed, queries, wrong = time.monotonic() + arguments.seconds, arguments.first, 0, 0
    if arguments.spark:
        differ, predicates = Spark().disagreements, 10
    else:
        connection, predicates = connect(), 100
        differ = lambda world: disagreements(connection, world)  # noqa: E731
    while time.monotonic() < end:
        for world in worlds(arguments.program, seed, 20, 40, predicates):
            queries += len(cases(world))
            for line in differ(world):
                wrong += 1
                print(line, flush=True)
            if time.monotonic() > end:
                break
        seed += 20
        print(f"{queries} queries, {queries * 40} cases, {wrong} wrong", file=sys.stderr, flush=True)
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
