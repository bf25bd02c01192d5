"""The ten predicates of `benches/src/batch.rs` in DuckDB and Polars, on the same data, in one run with the library:

    cargo bench -p cdp-benches --bench segments -- batch 1000000 > ours.txt
    python benches/segments/peers.py 1000000 ours.txt

Prints milliseconds of processor time of one evaluation (of all threads, the mean of seven or of as many as a third argument says), in brackets
the best wall time, and fails where the members differ in number. Tables are in memory; columns have their types.
"""

from __future__ import annotations

import sys
import time
from typing import Any, Callable

import duckdb
import numpy as np
import polars as pl

NOW = 1_800_000_000_000
DAY = 86_400_000
MIX, ADD, MULTIPLY = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0xBF58476D1CE4E5B9))


def mixed(rows: int, salt: int) -> np.ndarray:
    """The numbers of `mixed` in `benches/src/batch.rs`."""
    with np.errstate(over="ignore"):
        x = np.arange(rows, dtype=np.uint64) * MIX + np.uint64(salt) * ADD
        x = (x ^ (x >> np.uint64(30))) * MULTIPLY
        return (x ^ (x >> np.uint64(27))) >> np.uint64(11)


def words(prefix: str, numbers: np.ndarray, count: int) -> pl.Series:
    return pl.Series([f"{prefix}{n}" for n in range(count)]).gather(numbers.astype(np.uint32))


def tables(people: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    profiles = pl.DataFrame({
        "profile": np.arange(people, dtype=np.uint32),
        "country": words("c", mixed(people, 1) % np.uint64(20), 20),
        "city": words("city", mixed(people, 2) % np.uint64(5000), 5000),
        "points": (mixed(people, 3) % np.uint64(1000)).astype(np.float64),
    })
    rows = people * 5
    names = pl.Series(["order", "order", "page", "page", "refund"])
    events = pl.DataFrame({
        "profile": (mixed(rows, 4) % np.uint64(people)).astype(np.uint32),
        "name": names.gather((mixed(rows, 5) % np.uint64(5)).astype(np.uint32)),
        "time": NOW - (mixed(rows, 6) % np.uint64(400 * DAY)).astype(np.int64),
        "revenue": (mixed(rows, 7) % np.uint64(200)).astype(np.float64),
        "channel": words("ch", mixed(rows, 8) % np.uint64(4), 4),
    })
    return profiles, events


def within(days: int) -> str:
    return f"time > {NOW - days * DAY} AND time <= {NOW}"


def per_profile(value: str, where: str) -> str:
    return f"(SELECT profile, {value} AS v FROM events WHERE {where} GROUP BY profile)"


SEQUENCE = (
    f"(SELECT DISTINCT a.profile FROM (SELECT * FROM events WHERE name = 'page' AND {within(90)}) a "
    f"JOIN (SELECT * FROM events WHERE name = 'order' AND {within(90)}) b "
    f"ON a.profile = b.profile AND b.time > a.time AND b.time <= a.time + {7 * DAY})"
)
ORDER = "name = 'order'"
DUCKDB = [
    "SELECT profile FROM profiles WHERE country = 'c3'",
    "SELECT profile FROM profiles WHERE points > 900",
    "SELECT profile FROM profiles WHERE country IN ('c1', 'c2') AND points BETWEEN 100 AND 500",
    "SELECT profile FROM profiles WHERE (country = 'c1' OR city LIKE 'city1%') AND NOT points < 250",
    f"SELECT DISTINCT profile FROM events WHERE {ORDER} AND {within(30)}",
    f"SELECT profile FROM events WHERE {ORDER} AND {within(90)} GROUP BY profile HAVING count(*) >= 3",
    f"SELECT profile FROM events WHERE {ORDER} AND {within(180)} GROUP BY profile HAVING sum(revenue) > 300",
    f"SELECT DISTINCT profile FROM events WHERE {ORDER} AND revenue >= 50 AND {within(30)} "
    f"EXCEPT SELECT profile FROM events WHERE name = 'refund' AND {within(60)}",
    f"SELECT p.profile FROM profiles p JOIN {per_profile('avg(revenue)', ORDER + ' AND ' + within(365))} a USING (profile) "
    f"JOIN {per_profile('count(DISTINCT channel)', ORDER + f' AND time <= {NOW}')} d USING (profile) "
    "WHERE p.country = 'c1' AND a.v > 60 AND d.v >= 2",
    f"SELECT p.profile FROM profiles p JOIN {SEQUENCE} s USING (profile) WHERE p.points > 100",
]


def polars(profiles: pl.DataFrame, events: pl.DataFrame) -> list[Callable[[], pl.DataFrame]]:
    c, p, e = pl.col, profiles.lazy(), events.lazy()
    order = e.filter(c("name") == "order", c("time") <= NOW)

    def since(frame: pl.LazyFrame, days: int) -> pl.LazyFrame:
        return frame.filter(c("time") > NOW - days * DAY, c("time") <= NOW)

    refund = since(e.filter(c("name") == "refund"), 60).select("profile").unique()
    averages = since(order, 365).group_by("profile").agg(c("revenue").mean().alias("v")).filter(c("v") > 60)
    channels = order.group_by("profile").agg(c("channel").n_unique().alias("d")).filter(c("d") >= 2)
    pages = since(e.filter(c("name") == "page"), 90).select("profile", "time")
    follow = (
        pages.join(since(order, 90).select("profile", c("time").alias("then")), on="profile")
        .filter(c("then") > c("time"), c("then") <= c("time") + 7 * DAY).select("profile").unique()
    )
    plans = [
        p.filter(c("country") == "c3"),
        p.filter(c("points") > 900),
        p.filter(c("country").is_in(["c1", "c2"]), c("points").is_between(100, 500)),
        p.filter((c("country") == "c1") | c("city").str.starts_with("city1"), ~(c("points") < 250)),
        since(order, 30).select("profile").unique(),
        since(order, 90).group_by("profile").len().filter(c("len") >= 3),
        since(order, 180).group_by("profile").agg(c("revenue").sum()).filter(c("revenue") > 300),
        since(order, 30).filter(c("revenue") >= 50).select("profile").unique().join(refund, on="profile", how="anti"),
        p.filter(c("country") == "c1").join(averages, on="profile").join(channels, on="profile"),
        p.filter(c("points") > 100).join(follow, on="profile"),
    ]
    return [lambda plan=plan: plan.select("profile").collect() for plan in plans]


def timed(work: Callable[[], Any], runs: int) -> tuple[str, int]:
    times, rows, cpu = [], 0, time.process_time()
    for _ in range(runs):
        start = time.perf_counter()
        rows = work()
        times.append((time.perf_counter() - start) * 1e3)
    return f"{(time.process_time() - cpu) * 1e3 / runs:.1f} ({min(times):.1f})", rows


def main() -> None:
    people, runs = int(sys.argv[1]), int(sys.argv[3]) if len(sys.argv) > 3 else 7
    ours = [line.split("\t") for line in open(sys.argv[2], encoding="utf-8") if line.count("\t") == 3]
    profiles, events = tables(people)
    connection = duckdb.connect()
    connection.execute("CREATE TABLE profiles AS SELECT * FROM profiles; CREATE TABLE events AS SELECT * FROM events")
    plans, differ = polars(profiles, events), 0
    print("ours\tduckdb\tpolars\tmembers\tpredicate")
    for (own, members, text, wall), query, plan in zip(ours, DUCKDB, plans):
        duck, found = timed(lambda query=query: connection.sql(query).to_arrow_table().num_rows, runs)
        other, also = timed(lambda plan=plan: len(plan()), runs)
        differ += not (int(members) == found == also)
        print(f"{own} ({wall.strip()})\t{duck}\t{other}\t{members} {found} {also}\t{text}", flush=True)
    sys.exit(differ > 0)


if __name__ == "__main__":
    main()
