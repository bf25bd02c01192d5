"""Segments of a live graph and sets of a result: what the binding converts."""

from __future__ import annotations

from pathlib import Path

import pytest

import light_cdp as cdp
import pyarrow as pa

SEGMENTS = {
    "buyer": "count(order_completed WITHIN 30 DAYS) >= 1",
    "lost": "exists(order_completed) AND NOT exists(order_completed WITHIN 30 DAYS)",
}


def test_a_graph_tells_who_enters_and_leaves() -> None:
    graph = cdp.Graph.open(config={"segments": SEGMENTS})
    order = {"type": "track", "userId": "u1", "event": "order_completed", "timestamp": "2026-03-01T12:00:00Z"}
    entered = graph.ingest(order, received="2026-03-01T12:00:01Z")
    assert [change["segment"] for change in entered if change["type"] == "segment_entered"] == ["buyer"]
    (person,) = graph.find(customer_id="u1")
    assert graph.segments(person["profile_id"]) == ["buyer"]
    changes = graph.advance("2026-04-05T00:00:00Z")
    assert [(change["type"], change["segment"], change["at"]) for change in changes] == [
        ("segment_exited", "buyer", "2026-03-31T12:00:00.000Z"),
        ("segment_entered", "lost", "2026-03-31T12:00:00.000Z"),
    ]
    assert graph.members("lost") == [person["profile_id"]]
    assert graph.membership(person["profile_id"], "buyer")["truth"] is False
    assert graph.delta("lost")["entered"] == [person["profile_id"]]
    assert graph.growth("buyer", ["2026-03-02T00:00:00Z"]) == [1]
    assert cdp.segment(graph, "exists(order_completed)", now="2026-04-05") == [person["profile_id"]]
    with pytest.raises(cdp.DataError, match="there is no segment 'byer'"):
        graph.members("byer")


def test_sets_of_a_result(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "email": "ann@mail.fr", "city": "Lyon"},
        {"id": "2", "email": "bob@mail.fr", "city": "Lille"},
        {"id": "3", "email": "eve@mail.be", "city": "Lyon"},
    ]
    fields = {"email": "email", "city": "city"}
    people = cdp.resolve({"crm": pa.Table.from_pylist(rows)}, {"sources": {"crm": {"id": "id", "fields": fields}}})
    french, lyon = "email LIKE '%.fr'", "city = 'Lyon'"
    assert people.overlaps([french, lyon]) == [[2, 1], [1, 2]]
    assert people.breakdown(french, "city") == [("Lille", 1), ("Lyon", 1)]
    difference = people.compare_segments(french, lyon)
    assert (len(difference["entered"]), len(difference["exited"]), difference["stayed"]) == (1, 1, 1)
    (ann,) = people.segment(f"{french} AND {lyon}")
    assert people.membership(ann, french, "2026-01-01")["found"] == "ann@mail.fr"
    people.export_members(french, tmp_path / "french.csv", fields=["email"])
    assert (tmp_path / "french.csv").read_text().splitlines()[0] == "profile_id,email"
