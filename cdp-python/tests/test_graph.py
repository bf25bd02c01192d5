"""The live graph from Python."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path

import light_cdp as cdp
import pytest

VISIT = {"type": "page", "anonymousId": "a1", "name": "Home", "timestamp": "2024-05-01T09:00:00Z"}
LOGIN = {
    "type": "identify",
    "anonymousId": "a1",
    "userId": "u1",
    "traits": {"email": "Ann@Example.fr", "firstName": "Ann"},
    "timestamp": datetime(2024, 5, 1, 9, 5, tzinfo=timezone.utc),
}


def test_a_graph_as_of_an_instant_answers_for_consents_as_of_then() -> None:
    graph = cdp.Graph.open()
    granted = {"type": "consent", "userId": "u1", "purpose": "ads", "status": "granted", "expiresAt": "2024-06-01T00:00:00Z"}
    graph.ingest({**granted, "timestamp": "2024-05-01T00:00:00Z"}, received="2024-05-01T00:00:00Z")
    (person,) = graph.find(customer_id="u1")
    then = graph.as_of("2024-05-15T00:00:00Z")
    assert then.consent(person["profile_id"], "ads")["effective"] == "granted"
    assert then.consent(person["profile_id"], "ads", now="2024-07-01T00:00:00Z")["effective"] == "unknown"
    assert graph.consent(person["profile_id"], "ads")["effective"] == "unknown"


def test_a_visitor_becomes_a_customer() -> None:
    graph = cdp.Graph.open()
    created = graph.ingest(VISIT)
    assert [change["type"] for change in created] == ["profile_created"]
    graph.ingest([LOGIN])
    (profile,) = graph.find(email="ann@example.fr")
    assert profile["devices"] == ["a1"]
    assert profile["fields"]["given_name"] == "Ann"
    assert profile["events"] == 1
    assert graph.profile(profile["profile_id"]) == profile
    assert graph.find(email="ann@example.fr", customer_id="u1") == [profile]
    assert graph.find(customer_id="u2") == []
    assert graph.profile("p000000000000000000000000") is None
    assert graph.profile_of(("events", "user:u1")) == profile
    # The visitor's id leads to the customer for ever.
    assert graph.profile(created[0]["profile_id"]) == profile
    numbers = [change["number"] for change in graph.changes()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert graph.changes(since=numbers[-1]) == []
    assert len(graph) == graph.counts["profiles"] == 1


def test_one_message_counts_once() -> None:
    graph = cdp.Graph.open()
    message = {**LOGIN, "messageId": "m1"}
    assert graph.ingest(message)
    assert graph.ingest([message, message]) == []
    assert graph.counts["messages"] == 1


def test_people_are_told_apart_and_joined_again() -> None:
    graph = cdp.Graph.open(config={"sources": {"crm": {"id": "id", "fields": {"mail": "email"}}}})
    rows = [{"type": "record", "source": "crm", "record": {"id": n, "mail": "home@voila.fr"}} for n in (1, 2)]
    graph.ingest(rows)
    (together,) = graph.find(email="home@voila.fr")
    how = graph.how(together["profile_id"])
    assert [step["rule"] for step in how.merges] == ["identifier:email"]
    split = graph.refuse(("crm", 1), ("crm", "2"))
    assert [change["type"] for change in split][:1] == ["profile_split"]
    assert len(graph.find(email="home@voila.fr")) == 2
    (refused,) = graph.refused()
    assert "different people" in refused["reason"]
    graph.forget(("crm", 1), ("crm", 2))
    assert graph.find(email="home@voila.fr") == [together]
    graph.split(together["profile_id"], [("crm", 2)])
    assert len(graph) == 2
    graph.confirm(("crm", 1), ("crm", 2))
    assert len(graph) == 1


def test_what_is_removed_was_never_there_and_comes_back() -> None:
    graph = cdp.Graph.open()
    graph.ingest([VISIT, LOGIN])
    (before,) = graph.find(customer_id="u1")
    graph.remove(("events", "user:u1"))
    assert graph.find(customer_id="u1") == []
    graph.restore("events", "user:u1")
    assert graph.find(customer_id="u1") == [before]
    graph.remove_source("events")
    assert len(graph) == 0
    with pytest.raises(cdp.DataError) as caught:
        graph.remove_source("events")
    assert caught.value.code == "not_found"


def test_a_snapshot_is_a_result(tmp_path: Path) -> None:
    graph = cdp.Graph.open()
    graph.ingest([VISIT, LOGIN])
    snapshot = graph.snapshot()
    (row,) = snapshot.profiles.to_pylist()
    assert (row["email"], row["size"], row["sources"]) == ("Ann@example.fr", 1, "events")
    assert snapshot.segment("given_name = 'Ann'") == [row["profile_id"]]
    assert snapshot.assignments.to_pylist()[0]["record_id"] == "user:u1"
    snapshot.report(tmp_path / "report.html")


def test_the_graph_as_it_was() -> None:
    graph = cdp.Graph.open()
    graph.ingest(VISIT, received="2024-05-02T00:00:00Z")
    graph.ingest(LOGIN, received=datetime(2024, 5, 3, tzinfo=timezone.utc))
    (now,) = graph.find(customer_id="u1")
    then = graph.profile(now["profile_id"], as_of="2024-05-02T12:00:00Z")
    assert then is not None and then["records"] == []
    assert graph.as_of("2024-05-01T09:01:00Z", by="observed").find(customer_id="u1") == []
    with pytest.raises(cdp.DataError, match="looked|look back"):
        graph.as_of("2024-05-01", by="hearsay")
    with pytest.raises(cdp.DataError, match="takes nothing in"):
        graph.as_of("2024-05-02T12:00:00Z").ingest(VISIT)


def test_what_is_durable_is_there_after_opening_again(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    with cdp.Graph.open(folder) as graph:
        graph.ingest([VISIT, LOGIN], wait=False)
        graph.flush()
        expected = graph.find(customer_id="u1")
        with pytest.raises(cdp.StoreError) as caught:
            cdp.Graph.open(folder)
        assert caught.value.code == "store_locked"
        graph.backup(tmp_path / "copy")
        graph.compact()
        graph.verify()
    with pytest.raises(cdp.StoreError):
        graph.ingest(VISIT)
    for path in (folder, tmp_path / "copy"):
        with cdp.Graph.open(path) as again:
            assert again.find(customer_id="u1") == expected


def test_what_is_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    script = (
        "import os, signal, light_cdp as cdp\n"
        f"graph = cdp.Graph.open({str(tmp_path / 'graph')!r})\n"
        "graph.ingest([{'type': 'identify', 'userId': f'u{n}'} for n in range(50)])\n"
        "print('acknowledged', flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "acknowledged\n", done.stderr
    with cdp.Graph.open(tmp_path / "graph") as graph:
        assert graph.counts["records"] == 50


def test_several_threads_may_hand_in_at_once(tmp_path: Path) -> None:
    with cdp.Graph.open(tmp_path / "graph") as graph:

        def work(thread: int) -> None:
            for n in range(20):
                graph.ingest({"type": "identify", "userId": f"u{n}", "anonymousId": f"a{thread}-{n}"})

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert graph.counts == {**graph.counts, "messages": 80, "profiles": 20}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"type": "trakc", "userId": "u"}, "the types are"),
        ({"type": "page"}, "says nobody"),
        ({"type": "identify", "userId": "u", "traits": {"score": float("inf")}}, "JSON"),
        ({"type": "identify", "userId": "u", "traits": {"who": object()}}, "JSON"),
        ("{", "JSON"),
        ([{"type": "page", "userId": "u"}, {"type": "page"}], "row 1"),
    ],
)
def test_a_wrong_message_is_refused_with_all_of_its_call(message: object, words: str) -> None:
    graph = cdp.Graph.open()
    with pytest.raises(cdp.DataError, match=words) as caught:
        graph.ingest(message)
    assert caught.value.code == "invalid_message"
    assert len(graph) == 0


def test_a_file_of_json_lines_is_taken_in_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    login, visit = '{"type": "identify", "userId": "u1", "messageId": "i1"}', '{"type": "page", "userId": "u1", "messageId": "p1"}'
    file.write_text(f'{login}\n\n{{"type": "page"}}\n{visit}\n')
    graph = cdp.Graph.open()
    with pytest.raises(cdp.DataError, match="line 3, field 'anonymousId'.*taken in before are kept") as caught:
        graph.ingest_file(file)
    assert caught.value.code == "invalid_message"
    assert graph.counts["messages"] == 1
    stages: list[str] = []
    told = graph.ingest_file(
        str(file), received="2024-05-02", skip_faults=True, progress=lambda stage, *rest: stages.append(stage)
    )
    assert (told["lines"], told["skipped"], told["faults"][0]["line"]) == (2, 1, 3)
    assert graph.counts["messages"] == 2
    assert stages == ["read"]
    with pytest.raises(cdp.Error, match="no such file"):
        graph.ingest_file(tmp_path / "none.jsonl")


def test_the_address_of_a_database_opens_no_folder_and_no_error_has_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(cdp.StoreError) as caught:
        cdp.Graph.open("postgres://ann:secret@127.0.0.1:1/crm")
    assert caught.value.code == "store_io"
    assert "secret" not in str(caught.value)
    for other in ("postgresql+psycopg2", "POSTGRES", "mysql"):
        for address in (f"{other}://ann:secret@127.0.0.1:1/crm", Path(f"{other}://ann:secret@127.0.0.1:1/crm")):
            with pytest.raises(cdp.DataError, match="an address, and no folder") as refused:
                cdp.Graph.open(address)
            assert "secret" not in str(refused.value)
    with pytest.raises(cdp.DataError, match="an address"):
        cdp.Graph.open().backup("s3://ann:secret@bucket")
    assert list(tmp_path.iterdir()) == []


def test_a_graph_of_its_own_has_nothing_to_take_in(tmp_path: Path) -> None:
    with cdp.Graph.open(tmp_path / "people.graph") as graph:
        graph.ingest({"type": "identify", "userId": "u1"})
        graph.refresh()
        assert graph.counts["messages"] == 1


def test_what_is_done_is_logged_where_it_is_asked_for(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG, logger="light_cdp")
    visit = {"type": "page", "anonymousId": "secret"}
    with cdp.Graph.open(tmp_path / "logged") as graph:
        graph.ingest(visit)
        assert caplog.records == []
        cdp.log_to_python()
        threads = [threading.Thread(target=graph.ingest, args=({**visit, "messageId": str(n)},)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        graph.flush()
        cdp.log_to_python(False)
        graph.ingest({**visit, "messageId": "last"})
    told = [vars(record)["cdp"] for record in caplog.records]
    assert sum(one["name"] == "graph ingest" and one["calls"] == 1 for one in told) == 8
    assert all(one["seconds"] >= 0 for one in told)
    assert any(one["name"] == "store commit" and one["entries"] > 0 for one in told)
    assert "secret" not in caplog.text
