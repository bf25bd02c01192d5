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
    people.export_members(french, tmp_path / "ids.csv", fields=[])
    assert (tmp_path / "ids.csv").read_text().splitlines()[0] == "profile_id", "none is not all"
    assert people.members(french, fields=[]).to_pyarrow().column_names == ["profile_id"]
    assert len(people.members(french).to_pyarrow().column_names) > 2


def test_a_predicate_has_a_tree_a_hash_and_a_query() -> None:
    graph = cdp.Graph.open(config={"segments": SEGMENTS})
    predicate = graph.predicate("country='FR' and not exists( refund within 7 days )")
    assert predicate.text == str(predicate) == "country = 'FR' AND NOT exists(refund WITHIN 7 DAYS)"
    again = graph.predicate(predicate.tree)
    assert (again.text, again.hash()) == (predicate.text, predicate.hash())
    assert graph.predicate("absence(refund WITHIN 168 HOURS) AND 'FR' = country").hash() == predicate.hash()
    query = predicate.sql("duckdb", "2026-03-01", tables={"events": "lake.events", "typed": True})
    assert "lake.events" in query and query.startswith("SELECT p.profile_id FROM profiles p")
    assert "`country`" in predicate.sql("spark", "2026-03-01")
    assert predicate.to_dict()["events"] == ["refund"]
    (warning,) = graph.predicate("city <> 'Paris'").warnings
    assert (warning["line"], warning["column"]) == (1, 1)
    with pytest.raises(cdp.DataError, match="needs to know what day it is"):
        predicate.sql("duckdb")
    with pytest.raises(cdp.DataError, match="there is no dialect 'oracle'"):
        predicate.sql("oracle", "2026-03-01")
    with pytest.raises(cdp.DataError, match="these are not the names of tables"):
        predicate.sql("duckdb", "2026-03-01", tables={"event": "e"})
    with pytest.raises(cdp.PredicateError, match="there is no field 'contry'"):
        graph.predicate("contry = 'FR'")
    snapshot = graph.snapshot().predicate({"call": "segment", "args": ["buyer"]})
    assert snapshot.to_dict()["segments"] == ["buyer"]


def test_consents_move_people_between_segments() -> None:
    graph = cdp.Graph.open(config={"segments": {"news": "consent('news', 'email')"}})
    said = {"type": "consent", "userId": "u1", "purpose": "news", "channel": "email"}
    granted = graph.ingest({**said, "status": "granted", "timestamp": "2026-03-01T00:00:00Z", "messageId": "yes"})
    entered = [change for change in granted if change["type"] == "segment_entered"]
    assert [(change["segment"], change["cause"]) for change in entered] == [("news", "yes")]
    left = graph.ingest({**said, "status": "withdrawn", "timestamp": "2026-03-02T00:00:00Z", "messageId": "no"})
    assert [change["cause"] for change in left if change["type"] == "segment_exited"] == ["no"]
    assert cdp.segment(graph, "consent('news')", now="2026-03-01T12:00:00Z") == [
        change["profile_id"] for change in entered
    ]
