"""What callers give, and values that lose something on the way: refused with the remedy, or kept, the same in batch and live."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import duckdb
import numpy
import pandas
import polars
import pyarrow
import pytest

import light_cdp as cdp

LOGIN = {"type": "identify", "userId": "u1", "traits": {"email": "ann@exemple.fr"}}


@pytest.mark.parametrize("wrong", [True, False, 10**30, 1.5, "soon", [2026], object()])
def test_what_is_no_instant_is_refused(wrong: Any) -> None:
    graph = cdp.Graph.open(config={"segments": {"s": "exists(order)"}})
    calls: list[Any] = [
        lambda: graph.ingest(LOGIN, received=wrong),
        lambda: graph.advance(wrong),
        lambda: graph.as_of(wrong),
        lambda: graph.growth("s", [wrong]),
        lambda: graph.changes(not_before=wrong),
    ]
    for call in calls:
        with pytest.raises(cdp.DataError) as caught:
            call()
        assert caught.value.code == "invalid_input"


def test_an_instant_without_an_offset_is_in_utc() -> None:
    for given in ("2026-03-01T12:00:00", datetime.datetime(2026, 3, 1, 12), 1_772_366_400_000):
        (change, *_) = cdp.Graph.open().ingest(LOGIN, received=given)
        assert change["at"] == "2026-03-01T12:00:00.000Z"


CARDS: dict[str, Any] = {"sources": {"crm": {"id": "id", "fields": {"card": "loyalty_id"}}}, "identifiers": {"loyalty_id": {}}}


def test_ids_that_lost_digits_join_nobody() -> None:
    frame = pandas.DataFrame({"id": ["1", "2", "3"], "card": [12345678901234567, 12345678901234568, None]})
    assert frame.dtypes["card"] == "float64"
    words = "source 'crm', row 0, field 'card': the number is too large to be read exactly (keep identifiers as text, or"
    for given in (frame, polars.from_pandas(frame), pyarrow.Table.from_pandas(frame)):
        with pytest.raises(cdp.DataError, match=re.escape(words)):
            cdp.resolve({"crm": given}, CARDS)
    with pytest.raises(cdp.DataError, match="too large to be read exactly"):
        cdp.Graph.open(config=CARDS).ingest([{"type": "record", "source": "crm", "record": row} for row in frame.to_dict("records")])
    exact = frame.assign(card=pandas.array([12345678901234567, 12345678901234568, None], dtype="Int64"))
    assert cdp.resolve({"crm": exact}, CARDS).summary["profiles"] == 3
    for large in (1e16, 1e300, -1e17):
        with pytest.raises(cdp.DataError, match="too large"):
            cdp.resolve({"crm": frame.assign(card=large)}, CARDS)
    assert cdp.resolve({"crm": frame.assign(card=2.0**53 - 1)}, CARDS).summary["profiles"] == 1


def test_columns_without_any_value_are_read() -> None:
    frame = polars.DataFrame([{"id": "1", "email": "a@exemple.fr", "phone": None}, {"id": "2", "email": "b@exemple.fr", "phone": None}])
    assert frame.schema["phone"] == polars.Null
    assert cdp.resolve({"crm": frame}).summary["profiles"] == 2
    assert cdp.resolve({"crm": frame.vstack(frame).rechunk()}, {"sources": {"crm": {}}}).summary["records"] == 4
    columns = cdp.profile({"crm": frame}).to_list()
    assert [(column["column"], column["missing"]) for column in columns] == [("id", 0), ("email", 0), ("phone", 2)]
    assert cdp.normalize(polars.Series([None, None]), "email").to_pylist() == cdp.normalize(pyarrow.nulls(2), "email").to_pylist()
    with pytest.raises(cdp.DataError, match="there are no records"):
        cdp.resolve({"crm": polars.DataFrame({"id": []})})


def test_a_type_that_arrow_does_not_know_is_told_with_its_column() -> None:
    frame = polars.DataFrame({"id": ["1"], "big": polars.Series([1], dtype=polars.Int128)})
    with pytest.raises(cdp.DataError, match=r"source 'crm', field 'big': the column cannot be read: .* \(convert it to text"):
        cdp.resolve({"crm": frame})


def test_a_column_is_no_table() -> None:
    for column in (polars.Series([1]), pyarrow.array([1])):
        with pytest.raises(cdp.DataError, match=r"this is not a table with columns \(make a frame of it"):
            cdp.resolve({"crm": column})


def test_what_a_producer_says_is_passed_on() -> None:
    class Broken:
        def __arrow_c_stream__(self, _schema: object = None) -> object:
            def batches() -> Any:
                raise ValueError("the tap is closed")
                yield

            return pyarrow.RecordBatchReader.from_batches(pyarrow.schema([("id", pyarrow.string())]), batches()).__arrow_c_stream__()

    with pytest.raises(cdp.DataError, match="source 'crm': .*the tap is closed"):
        cdp.resolve({"crm": Broken()})


def test_periods_are_no_numbers() -> None:
    frame = pandas.DataFrame({"id": ["1", "2"], "month": pandas.period_range("2024-01", periods=2, freq="M")})
    (warning,) = [text for text in cdp.resolve({"crm": frame}).summary["warnings"] if "month" in text]
    assert re.search(r"field 'month': columns of periods cannot be read \(make them texts: .*astype\(str\)", warning), warning
    with pytest.raises(cdp.DataError, match="field 'month': columns of periods cannot be read"):
        cdp.resolve({"crm": frame}, {"sources": {"crm": {"id": "id", "fields": {"month": "category"}}}})
    months = cdp.resolve({"crm": frame.astype({"month": str})}, {"sources": {"crm": {"id": "id", "fields": {"month": "category"}}}})
    assert sorted(row["month"] for row in months.profiles.to_pylist()) == ["2024-01", "2024-02"]


def test_a_list_is_kept_as_its_json_live_and_in_a_batch(tmp_path: Any) -> None:
    config: dict[str, Any] = {"sources": {"crm": {"id": "id", "fields": {"tags": "category"}}}, "segments": {"gold": "'gold' IN tags", "any": "has(tags)"}}
    tags: list[Any] = [["gold", "x"], '["gold"]', "gold", [1, 2.0], [], [["gold"]], None]
    rows = [{"id": str(place), "tags": value} for place, value in enumerate(tags)]
    graph = cdp.Graph.open(config=config)
    graph.ingest([{"type": "record", "source": "crm", "record": row} for row in rows])
    path = tmp_path / "crm.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    batch, live = cdp.resolve({"crm": path}, config), graph.snapshot()
    for name, size in (("gold", 3), ("any", 5)):
        assert batch.segment(config["segments"][name]) == live.segment(config["segments"][name]) == graph.members(name)
        assert len(graph.members(name)) == size
    assert {row["tags"] for row in live.profiles.to_pylist()} == {'["gold","x"]', '["gold"]', "gold", "[1,2]", '[["gold"]]', None}
    # Traits of events, too.
    events = cdp.Graph.open(config={"sources": {"events": {"fields": {"tags": "category"}}}, "segments": config["segments"]})
    events.ingest({"type": "identify", "userId": "u", "traits": {"tags": ["gold"]}})
    (profile,) = events.find(customer_id="u")
    assert (profile["fields"]["tags"], events.segments(profile["profile_id"])) == ('["gold"]', ["any", "gold"])
    with pytest.raises(cdp.DataError, match="field 'tags': the number is too large to be read exactly"):
        events.ingest({"type": "identify", "userId": "u", "traits": {"tags": [1e17]}})


def test_no_two_columns_have_one_name() -> None:
    names = ["email", "created", "size", "sources", "profile_id", "golden_size"]
    columns = {"id": ["1", "2"], **{name: [f"{name} 1", f"{name} 2"] for name in names}}
    config = {"sources": {"crm": {"id": "id", "fields": {name: "category" for name in names}}}}
    result = cdp.resolve({"crm": pyarrow.table(columns)}, config)
    table = result.profiles.to_pyarrow()
    assert len(set(name.lower() for name in table.column_names)) == len(table.column_names)
    connection = duckdb.connect()
    for predicate in ("created = 'created 1'", "size = 'size 1'", "'sources 1' IN sources", "profile_id = 'profile_id 2'", "golden_size = 'golden_size 1'"):
        tables = result.sql_tables(predicate)
        for name, content in tables.items():
            connection.register(name, content.to_pyarrow())
        found = connection.execute(result.predicate(predicate).sql("duckdb")).fetchall()
        assert sorted(found) == sorted((member,) for member in result.segment(predicate)), predicate
    assert result.members("TRUE").to_pyarrow().column_names.count("profile_id") == 1


SEGMENTS = {"buyer": "count(order WITHIN 30 DAYS) >= 1", "news": "consent('news')"}


def test_the_tables_of_a_graph_are_those_that_its_sql_reads() -> None:
    config = {"segments": SEGMENTS, "lists": {"vip": ["ann@exemple.fr"]}, "sources": {"crm": {"id": "id", "fields": {"mail": "email"}}}}
    graph = cdp.Graph.open(config=config)
    order = {"type": "track", "event": "order", "userId": "u1", "properties": {"total": 12.5}, "timestamp": "2026-03-01T00:00:00Z"}
    consent = {"type": "consent", "userId": "u1", "purpose": "news", "status": "granted", "timestamp": "2026-03-01T00:00:00Z"}
    record = {"type": "record", "source": "crm", "record": {"id": "7", "mail": "bob@exemple.fr"}}
    graph.ingest([{**LOGIN, "timestamp": "2026-02-01T00:00:00Z"}, order, consent, record], received="2026-03-02")
    snapshot, connection = graph.snapshot(), duckdb.connect()
    for predicate, size in [
        ("source('crm')", 1),
        ("'events' IN sources AND size = 1", 1),
        ("profile_age() > 20", 1),
        ("exists(order WITHIN 7 DAYS)", 1),
        ("consent('news')", 1),
        ("segment('buyer')", 1),
        ("NOT segment('buyer')", 1),
        ("email IN LIST 'vip'", 1),
        ("has(city)", 0),
    ]:
        for name, content in snapshot.sql_tables(predicate, "2026-03-03").items():
            connection.register(name, content.to_pyarrow())
        found = connection.execute(snapshot.predicate(predicate).sql("duckdb", "2026-03-03")).fetchall()
        assert [member for (member,) in found] == snapshot.segment(predicate, "2026-03-03"), predicate
        assert len(found) == size, predicate


def test_membership_says_when_the_segments_that_it_refers_to_may_change() -> None:
    segments = {"a": "count(order WITHIN 30 DAYS) >= 1", "b": "segment('a')", "c": "NOT segment('b') OR segment('a')"}
    graph = cdp.Graph.open(config={"segments": segments})
    order = {"type": "track", "event": "order", "userId": "u", "timestamp": "2026-03-01T10:00:00Z"}
    graph.ingest(order, received="2026-03-01T12:00:00Z")
    (profile,) = graph.find(customer_id="u")
    for name, text in segments.items():
        for reason in (graph.membership(profile["profile_id"], name), graph.snapshot().membership(profile["profile_id"], text, "2026-03-01T12:00:00Z")):
            assert reason["changes"] == "2026-03-31T10:00:00.000Z", name
    left = [(change["segment"], change["at"]) for change in graph.advance("2026-06-01") if change["type"] == "segment_exited"]
    assert sorted(left)[:2] == [("a", "2026-03-31T10:00:00.000Z"), ("b", "2026-03-31T10:00:00.000Z")]


def test_a_misspelt_segment_is_told_before_the_work() -> None:
    frame = pyarrow.table({"id": ["1", "2"], "email": ["a@x.fr", "b@x.fr"]})
    crm = {"sources": {"crm": {"id": "id", "fields": {"email": "email"}}}}
    for text, words in [
        ("emial = 'x'", r"field 'segments\.a'.*there is no field 'emial'"),
        ("email =", r"field 'segments\.a'"),
        ("segment('a')", "circle"),
    ]:
        with pytest.raises(cdp.PredicateError, match=words):
            cdp.resolve({"crm": frame}, {**crm, "segments": {"a": text, "ok": "has(email)"}})
    # What a graph keeps may be asked for, and what is called as a kind is.
    shared = {"a": "exists(order WITHIN 7 DAYS)", "b": "has(phone)", "c": "consent('news')"}
    result = cdp.resolve({"crm": frame}, {**crm, "segments": shared})
    assert len(result.segment("has(email)")) == 2


def test_words_that_were_not_true() -> None:
    graph = cdp.Graph.open(config={"segments": {"a": "exists(order)"}, "events": {"order": {"rev": "number"}}})
    for of in (graph, graph.snapshot()):
        with pytest.raises(cdp.PredicateError, match="there is no property of 'order' 'order'"):
            of.predicate("sum(order.order) > 1")
    with pytest.raises(cdp.PredicateError) as caught:
        graph.predicate("has(email) AND exists(order THIS DAY IN 'Paris')")
    assert (caught.value.line, caught.value.column) == (1, 41)


def test_a_float_of_32_bits_is_read_by_its_own_digits() -> None:
    frame = pandas.DataFrame({"id": ["1"], "x": numpy.array([0.1], dtype="float32")})
    config = {"sources": {"crm": {"id": "id", "fields": {"x": "number"}}}}
    assert cdp.resolve({"crm": frame}, config).profiles.to_pylist()[0]["x"] == "0.1"


def test_the_largest_number_is_one_in_an_engine_too() -> None:
    values = ["1.7976931348623157e308", "1.8e308", "-1.7976931348623157e308", "7"]
    config = {"sources": {"crm": {"id": "id", "fields": {"x": "text"}}}}
    result = cdp.resolve({"crm": pyarrow.table({"id": ["1", "2", "3", "4"], "x": values})}, config)
    connection = duckdb.connect()
    for predicate, size in (("number(x) IS PRESENT", 3), ("number(x) > 1", 2), ("number(x) < 0", 1)):
        for name, content in result.sql_tables(predicate).items():
            connection.register(name, content.to_pyarrow())
        found = connection.execute(result.predicate(predicate).sql("duckdb")).fetchall()
        assert sorted(member for (member,) in found) == result.segment(predicate), predicate
        assert len(found) == size


def test_half_a_character_becomes_the_sign_for_one_that_is_lost() -> None:
    graph = cdp.Graph.open()
    half = "Ann \ud83d"
    graph.ingest([LOGIN, {"type": "identify", "userId": "u2", "traits": {"firstName": half, half: "x"}}])
    graph.ingest({"type": "identify", "userId": "u3", "traits": {"firstName": "Bob 😀 \\ud83d"}})
    names = [graph.find(customer_id=user)[0]["fields"]["given_name"] for user in ("u2", "u3")]
    assert names == ["Ann \ufffd", "Bob 😀 \\ud83d"]
