"""The figures behind the plots against counting by hand, and the charts without a browser (test_browser.py has one)."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import light_cdp as cdp
from light_cdp import plot

DATA = Path(__file__).resolve().parents[2] / "examples" / "data"
SOURCES = {"webshop": DATA / "webshop.csv", "loyalty": DATA / "loyalty.csv", "tickets": DATA / "tickets.jsonl"}


@pytest.fixture(scope="module")
def result() -> cdp.Result:
    return cdp.resolve(SOURCES, DATA / "retailer.toml")


def largest(result: cdp.Result) -> str:
    return str(max(result.profiles.to_pylist(), key=lambda profile: profile["size"])["profile_id"])


def a_why(result: cdp.Result) -> cdp.Why:
    link = min((link for link in result.links.to_pylist() if link["rule"] == "match"), key=lambda link: link["match_weight"])
    return result.why((link["source_a"], link["record_id_a"]), (link["source_b"], link["record_id_b"]))


def test_a_waterfall_adds_up_to_the_weight(result: cdp.Result) -> None:
    why = a_why(result)
    steps = plot.waterfall(why).table.to_pylist()
    assert math.isclose(sum(step["weight"] for step in steps[:-1]), why.weight, abs_tol=1e-9)
    assert steps[-1]["to"] == why.weight and steps[-1]["from"] == 0
    assert all(math.isclose(step["to"] - step["from"], step["weight"], abs_tol=1e-9) for step in steps)
    assert all(before["to"] == after["from"] for before, after in zip(steps[:-2], steps[1:-1], strict=True))
    assert [step["step"] for step in steps[1:-2]] == [part["field"] for part in why.parts]


def test_the_histogram_counts_every_link_once(result: cdp.Result) -> None:
    bars = plot.weight_histogram(result).table.to_pylist()
    for column, table in [("accepted", result.links), ("refused", result.refused)]:
        weights = [row["match_weight"] for row in table.to_pylist() if math.isfinite(row["match_weight"])]
        for bar in bars:
            assert bar[column] == sum(bar["from"] <= weight < bar["to"] for weight in weights), (column, bar)
        assert sum(bar[column] for bar in bars) == len(weights) > 0
    assert result.threshold_bits == pytest.approx(math.log2(result.summary["threshold"] / (1 - result.summary["threshold"])))
    assert all(bar["from"] < result.threshold_bits for bar in bars if bar["below"])


def test_precision_and_recall_are_those_of_counted_pairs(result: cdp.Result) -> None:
    truth_rows = [line.split(",") for line in (DATA / "truth.csv").read_text(encoding="utf-8").splitlines()[1:]]
    entity = {(source, record): person for source, record, person in truth_rows}
    sizes = Counter(entity.values())
    all_true = sum(size * (size - 1) // 2 for size in sizes.values())
    points = plot.precision_recall(result, DATA / "truth.csv").table.to_pylist()
    pairs = [point for point in points if point["of"] == "pairs"]
    (chosen,) = [point for point in pairs if point["chosen"]]
    # From the chosen threshold on there is nothing but links and refused links.
    weights: dict[frozenset[tuple[str, str]], float] = {}
    for row in result.links.to_pylist() + result.refused.to_pylist():
        pair = frozenset([(row["source_a"], row["record_id_a"]), (row["source_b"], row["record_id_b"])])
        weights[pair] = max(row["match_weight"], weights.get(pair, -math.inf))
    for point in pairs[pairs.index(chosen) + 1 :]:
        claimed = [tuple(pair) for pair, weight in weights.items() if weight >= point["threshold"]]
        right = sum(entity[a] == entity[b] for a, b in claimed)
        assert (point["pairs"], point["right"]) == (len(claimed), right)
        assert point["recall"] == pytest.approx(right / all_true)
        assert point["precision"] == pytest.approx(right / len(claimed) if claimed else 1)
    thresholds = [point["threshold"] for point in pairs]
    assert thresholds == sorted(thresholds) and thresholds[0] < chosen["threshold"] < thresholds[-1]
    made = cdp.evaluate(result.assignments, DATA / "truth.csv")
    assert points[-1]["of"] == "profiles" and points[-1]["f1"] == made.pairwise["f1"]


def test_parameters_are_the_models_shares(result: cdp.Result) -> None:
    rows = plot.parameters(result).table.to_pylist()
    assert rows == plot.parameters(result.model).table.to_pylist()
    levels = [(f["name"], level) for f in result.model.to_dict()["features"] for level in f["levels"]]
    assert [(row["feature"], row["level"], row["m"], row["u"]) for row in rows] == [
        (name, level["level"], level["m"], level["u"]) for name, level in levels
    ]
    for row in rows:
        assert row["weight"] in (0, pytest.approx(math.log2(row["m"] / row["u"])))


def test_sizes_are_those_of_the_profiles(result: cdp.Result) -> None:
    rows = plot.cluster_sizes(result).table.to_pylist()
    counted = Counter(profile["size"] for profile in result.profiles.to_pylist())
    assert {row["records"]: row["profiles"] for row in rows} == counted


def test_a_profile_graph_has_the_records_and_links_of_the_profile(result: cdp.Result) -> None:
    profile = largest(result)
    tables = plot.profile_graph(result, profile).tables
    records = [(row["source"], row["record_id"]) for row in tables["records"].to_pylist()]
    assigned = [(r["source"], r["record_id"]) for r in result.assignments.to_pylist() if r["profile_id"] == profile]
    assert sorted(records) == sorted(assigned) and len(records) > 3

    def ends(row: dict[str, Any]) -> frozenset[tuple[str, str]]:
        return frozenset([(row["source_a"], row["record_id_a"]), (row["source_b"], row["record_id_b"])])

    drawn = Counter(frozenset([records[row["a"]], records[row["b"]]]) for row in tables["links"].to_pylist())
    assert drawn == Counter(ends(row) for row in result.links.to_pylist() if row["profile_id"] == profile)


def test_combinations_are_those_of_the_member_lists(result: cdp.Result) -> None:
    segments = {name: set(members) for name, members in result.segments(now="2026-01-01").items()}
    expected: Counter[frozenset[str]] = Counter()
    for profile in set().union(*segments.values()):
        expected[frozenset(name for name, members in segments.items() if profile in members)] += 1
    table = plot.overlap(result, now="2026-01-01").table
    assert table.column_names == [*sorted(segments), "sets", "profiles"]
    rows = table.to_pylist()
    assert {frozenset(name for name in segments if row[name]): row["profiles"] for row in rows} == expected
    assert [row["profiles"] for row in rows] == sorted((row["profiles"] for row in rows), reverse=True)
    for one, other in combinations(sorted(segments), 2):
        both = sum(row["profiles"] for row in rows if row[one] and row[other])
        assert both == len(segments[one] & segments[other])
    own = plot.overlap(result, {"sets": "city = 'Lyon'", "paris": "city = 'Paris'"}).table
    assert own.column_names == ["paris", "set_sets", "sets", "profiles"]


def test_members_over_time_are_those_of_the_graph_then() -> None:
    graph = cdp.Graph.open(config={"segments": {"mailed": "email IS PRESENT", "named": "given_name IS PRESENT"}})
    for day in range(1, 6):
        traits = {"email": f"u{day}@exemple.fr"} | ({"firstName": "Ann"} if day % 2 else {})
        message = {"type": "identify", "userId": f"u{day}", "traits": traits, "messageId": f"m{day}"}
        graph.ingest(message | {"timestamp": f"2024-05-0{day}T12:00:00Z"}, received=f"2024-05-0{day}T12:00:00Z")
    days = [f"2024-05-0{day}T13:00:00Z" for day in range(1, 7)]
    rows = plot.membership(graph, ["mailed", "named"], days).table.to_pylist()
    for segment, expected in [("mailed", [1, 2, 3, 4, 5, 5]), ("named", [1, 1, 2, 2, 3, 3])]:
        assert [row["members"] for row in rows if row["segment"] == segment] == expected == graph.growth(segment, days)


def all_plots(result: cdp.Result) -> list[plot.Plot]:
    return [
        plot.waterfall(a_why(result)),
        plot.weight_histogram(result),
        plot.precision_recall(result, DATA / "truth.csv"),
        plot.parameters(result),
        plot.cluster_sizes(result),
        plot.profile_graph(result, largest(result)),
        plot.overlap(result),
    ]


def test_every_plot_is_a_chart_of_its_table(result: cdp.Result, tmp_path: Path) -> None:
    for one in all_plots(result):
        spec = one.chart.to_dict()
        assert json.loads(json.dumps(spec, allow_nan=False)) == spec
        assert spec["background"] == "transparent"
        bundle = one._repr_mimebundle_()
        assert any(kind.startswith("application/vnd.vegalite") for kind in bundle)
        assert "<svg" in bundle["text/html"] and "<script" not in bundle["text/html"]
    first = all_plots(result)[0]
    for ending, start in [("svg", b"<svg"), ("png", b"\x89PNG"), ("json", b"{"), ("html", b"<!doctype html>")]:
        first.save(tmp_path / f"plot.{ending}")
        assert (tmp_path / f"plot.{ending}").read_bytes().startswith(start)
    with pytest.raises(ValueError, match=r"\.html, \.svg, \.png or \.json, not to '\.pdf'"):
        first.save(tmp_path / "plot.pdf")


def test_without_altair_there_are_tables_and_a_remedy(tmp_path: Path) -> None:
    program = """
import sys
sys.modules['altair'] = None
import light_cdp as cdp
result = cdp.resolve(sys.argv[1])
sizes = cdp.plot.cluster_sizes(result)
assert sizes.table.to_pylist()
assert '<table' in sizes._repr_mimebundle_()['text/html']
try:
    sizes.chart
except ImportError as error:
    print(error)
"""
    command = [sys.executable, "-c", program, str(DATA / "webshop.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "pip install 'light-cdp[plot]'" in done.stdout and "`.table`" in done.stdout


def test_masked_plots_have_no_personal_value(result: cdp.Result) -> None:
    why = a_why(result)
    fields = ("given_name", "family_name", "email")
    values = [value for part in why.parts if part["field"] in fields for value in part["values"]]
    personal = [value for value in values if value and len(value) > 3]
    shown = json.dumps(plot.waterfall(why).chart.to_dict(), ensure_ascii=False)
    assert any(value in shown for value in personal)
    masked = json.dumps(plot.waterfall(why, mask_personal=True).chart.to_dict(), ensure_ascii=False)
    assert not any(value in masked for value in personal)
    graph = plot.profile_graph(result, largest(result), mask_personal=True)
    spec = json.dumps(graph.chart.to_dict(), ensure_ascii=False)
    records = [row["record_id"] for row in graph.tables["records"].to_pylist()]
    page, clear = graph.to_html(), plot.profile_graph(result, largest(result)).to_html()
    assert len(records) > 3 and all(record in clear for record in records)
    assert not any(record in spec or record in page for record in records)


def test_a_large_profile_is_drawn_in_part_and_says_so(result: cdp.Result, monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn() -> tuple[plot.Plot, str]:
        graph = plot.profile_graph(result, largest(result))
        return graph, json.dumps(graph.chart.to_dict(), ensure_ascii=False)

    whole, all_of_it = drawn()
    monkeypatch.setattr(plot, "MOST_DRAWN", 3)
    part, a_part = drawn()
    records = part.table.to_pylist()
    assert len(records) > 3 and part.title == f"{whole.title} (the first 3 of {len(records)} records)"
    for number, row in enumerate(records):
        label = json.dumps(f"{number}: {row['record_id']}")
        assert [label in text for text in (a_part, all_of_it)] == [number < 3, True]
