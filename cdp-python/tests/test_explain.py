"""`why`, `why_not`, `how` and `diff`: what they give, and that they fit each other."""

from __future__ import annotations

import json
from typing import Any

import light_cdp as cdp
import pyarrow as pa
import pytest

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def result(sources: Rows) -> cdp.Result:
    return cdp.resolve({name: pa.Table.from_pylist(rows) for name, rows in sources.items()})


def test_why_shows_frequencies_links_and_the_weakest_link(result: cdp.Result) -> None:
    why = result.why(("crm", "c60"), ("shop", "s60"))
    assert why.same_profile
    parts = why.parts
    assert why.weight == pytest.approx(why.prior + sum(part["weight"] for part in parts) + why.related, abs=1e-9)
    assert any(part["frequency"] != 0 for part in parts)
    assert why.weight > why.threshold
    assert [link["rule"] for link in why.links] == ["match"]
    assert why.weakest is not None and why.weakest in why.path
    assert why.links[0]["evidence"] == pytest.approx(why.weight)
    assert "joined by match" in str(why)


def test_why_not_says_what_stands_between_and_what_is_needed(result: cdp.Result) -> None:
    told = result.why_not(("crm", "c60"), ("shop", "s61"))
    assert not told.same_profile
    assert told.weight is not None and told.threshold is not None and told.weight < told.threshold
    assert {"too_weak"} <= {obstacle["kind"] for obstacle in told.obstacles}
    needed = {need["kind"] for need in told.needed}
    assert {"agreement", "threshold", "confirm"} <= needed
    assert all(set(rule) == {"parts", "shared", "records", "largest", "compares"} for rule in told.blocking)
    assert "it would take" in str(told) and repr(told).startswith("WhyNot(")
    assert told.to_dict()["weight"] == told.weight
    assert "what it would take" in told._repr_html_()
    assert "c60" not in str(told.masked())
    assert result.why_not(("crm", "c60"), ("shop", "s60")).same_profile


def test_how_is_a_tree_with_bridges(result: cdp.Result) -> None:
    profile = next(row["profile_id"] for row in pa.table(result.profiles).to_pylist() if row["size"] == 2)
    how = result.how(profile)
    assert [merge["nodes"] for merge in how.tree] == [[0, 1]]
    assert how.tree[0]["size"] == 2
    assert [bridge["size"] for bridge in how.bridges] == [1]
    assert how.cohesion == 1.0 and how.history == []


def test_diff_of_two_thresholds(result: cdp.Result, sources: Rows) -> None:
    config = result.config.to_dict() | {"matching": {"threshold": 1.0 - 1e-12}}
    frames = {name: pa.Table.from_pylist(rows) for name, rows in sources.items()}
    strict = cdp.resolve(frames, config, model=result.model)
    diff = cdp.diff(result, strict)
    counts = diff.counts
    assert diff and counts["split"] > 0 and counts["merged"] == 0
    assert counts["profiles_before"] == result.summary["profiles"]
    assert counts["profiles_after"] == strict.summary["profiles"]
    groups, details = pa.table(diff.groups), pa.table(diff.details)
    assert groups.num_rows == diff.groups_changed == counts["split"] + sum(k == "changed" for k in groups["kind"].to_pylist())
    assert groups["impact"].to_pylist() == sorted(groups["impact"].to_pylist(), reverse=True)
    assert details.num_rows == counts["values"] == sum(diff.values.values())
    assert pa.table(cdp.diff(result, strict, examples=1).groups).num_rows == 1
    assert json.dumps(diff.to_dict())
    diff.check({"merged": 0, "split": counts["split"]})
    with pytest.raises(cdp.DataError, match="split: ") as caught:
        diff.check({"split": "0%"})
    assert caught.value.code == "limit_exceeded"
    with pytest.raises(cdp.ConfigError, match="there is no such key"):
        diff.check({"splits": 1})
    assert "split" in diff._repr_html_()
    assert not cdp.diff(result, result)


def test_graphs_are_compared_by_instant_and_by_configuration() -> None:
    graph = cdp.Graph.open()
    graph.ingest({"type": "identify", "anonymousId": "a1", "traits": {"phone": "+33612345678"}}, received="2024-03-01T00:00:00Z")
    graph.ingest(
        {"type": "identify", "anonymousId": "a2", "userId": "u1", "traits": {"phone": "+33612345678"}},
        received="2024-04-01T00:00:00Z",
    )
    diff = cdp.diff(graph.as_of("2024-03-15T00:00:00Z"), graph)
    assert diff.counts["profiles_after"] == 1 and diff.counts["members_after"] > 0
    other = graph.under({"identifiers": {"phone": {"links": False}}})
    diff = cdp.diff(graph, other)
    assert diff.counts["split"] == 1
    strict = cdp.Graph.open(config={"identifiers": {"phone": {"links": False}}})
    for device in ("a1", "a2"):
        strict.ingest({"type": "identify", "anonymousId": device, "traits": {"phone": "+33612345678"}})
    assert strict.under().counts["profiles"] == 2, "without a configuration it is under the graph's own"
    (profile,) = graph.find(customer_id="u1")
    assert [entry["what"] for entry in graph.how(profile["profile_id"]).history][0] == "profile_created"
    graph.ingest({"type": "identify", "userId": "u2", "traits": {"email": "bob@example.fr"}})
    told = graph.why_not(("events", "user:u1"), ("events", "user:u2"))
    assert told.weight is None and told.obstacles[0]["kind"] == "nothing_shared"
    with pytest.raises(cdp.DataError, match="two graphs"):
        cdp.diff(graph, None)  # type: ignore[call-overload]
