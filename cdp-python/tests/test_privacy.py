"""Consent, erasure and the audit log through the binding; their rules are tested in the core."""

from __future__ import annotations

import pytest

import light_cdp as cdp

KEY = ("k1", bytes(range(32)))


def graph() -> cdp.Graph:
    graph = cdp.Graph.open()
    graph.ingest([
        {"type": "identify", "userId": "u1", "anonymousId": "a1", "traits": {"email": "ann@example.fr"}},
        {"type": "consent", "userId": "u1", "purpose": "ads", "channel": "email", "status": "granted"},
    ])
    return graph


def test_consent_answers_with_its_reasons() -> None:
    live = graph()
    (ann,) = live.find(email="ann@example.fr")
    view = live.consent(ann["profile_id"], "ads", channel="email", address=("email", "Ann@Example.fr"))
    assert view["effective"] == "granted"
    assert view["because"] == live.ledger(ann["profile_id"])
    assert live.consent(ann["profile_id"], "ads", channel="sms")["effective"] == "unknown"
    with pytest.raises(cdp.DataError, match="there is no profile"):
        live.consent("p0", "ads")


def test_the_erased_stay_away() -> None:
    live = graph()
    (ann,) = live.find(email="ann@example.fr")
    with pytest.raises(cdp.PrivacyError) as caught:
        live.erase(ann["profile_id"])
    assert caught.value.code == "missing_key"
    live.unlock([KEY])
    assert live.erase(ann["profile_id"], dry_run=True)["number"] is None
    assert "ann@example.fr" in str(live.export_subject(ann["profile_id"], by="dpo"))
    receipt = live.erase(ann["profile_id"], by="dpo")
    assert receipt["identifiers"] == {"anonymous_id": 1, "customer_id": 1, "email": 1}
    (refused,) = live.ingest({"type": "page", "anonymousId": "a1"})
    assert (refused["type"], refused["reason"]) == ("message_refused", "erased")
    assert live.lift("email", "ann@example.fr") == 1
    assert [entry["action"] for entry in live.audit()] == ["export_subject", "erase", "lift"]
    assert live.verify_audit() == live.audit()[-1]["hash"]


def test_a_short_secret_is_refused_and_not_shown() -> None:
    with pytest.raises(cdp.PrivacyError) as caught:
        graph().unlock([("k1", b"too short")])
    assert caught.value.code == "invalid_key" and "too short" not in str(caught.value)


def words(changes: list[dict[str, object]]) -> list[object]:
    return [change["type"] for change in changes]


def test_rights_of_a_person() -> None:
    live = graph()
    (ann,) = live.find(email="ann@example.fr")
    who = ann["profile_id"]
    assert words(live.restrict(who, by="dpo")) == ["profile_restricted"]
    assert live.consent(who, "ads")["effective"] == "denied"
    assert words(live.release(who)) == ["profile_released"]
    assert words(live.object(who, "ads", by="form 1")) == ["profile_objected"]
    assert live.consent(who, "ads")["because"][0]["legal_basis"] == "objection"
    live.rectify(("events", "user:u1"), {"email": "anna@example.fr"}, by="form 2")
    (anna,) = live.find(email="anna@example.fr")
    assert anna["fields"]["email"] == "anna@example.fr"
    assert [entry["action"] for entry in live.audit()] == ["restrict", "release", "object", "rectify"]


def test_an_export_by_the_ledger_is_noted() -> None:
    live = graph()
    (ann,) = live.find(email="ann@example.fr")
    export = live.activate("plain", "ads", channel="email", by="campaign 7")
    assert export.profiles == [[ann["profile_id"]]]
    live.note_sent([ann["profile_id"]], "print shop", "letters")
    assert [to["destination"] for to in live.recipients(ann["profile_id"])] == ["plain", "print shop"]
    live.unlock([KEY])
    assert len(live.erase(ann["profile_id"])["recipients"]) == 2
    with pytest.raises(cdp.DataError, match="name of a segment"):
        live.activate("plain", "ads", members={"some": "thing"})  # type: ignore[arg-type]


def test_tombstones_go_to_another_graph() -> None:
    one, other = graph(), graph()
    (ann,) = one.find(email="ann@example.fr")
    one.unlock([KEY])
    other.unlock([KEY])
    one.erase(ann["profile_id"])
    imported = other.import_tombstones(one.export_tombstones(), by="dpo")
    assert imported == {"added": 3, "known": 0, "profiles": [ann["profile_id"]], "evidence": 0, "recipients": []}


def test_retention_is_applied_by_advance() -> None:
    live = cdp.Graph.open(None, {"retention": {"rules": [{"type": "page", "days": 30}]}})
    live.ingest({"type": "page", "anonymousId": "a1", "timestamp": "2024-01-01T10:00:00Z"}, received="2024-01-01")
    assert live.advance("2024-01-15") == []
    assert words(live.advance("2024-02-15")) == ["profile_removed"]
    assert live.audit()[0]["details"] == {"evidence": "1", "messages": "1", "prospects": "0"}


def test_the_feed_between_instants() -> None:
    live = cdp.Graph.open()
    for day, device in ((1, "a"), (2, "b"), (3, "c")):
        live.ingest({"type": "page", "anonymousId": device}, received=f"2024-01-0{day}")
    assert len(live.changes(not_before="2024-01-02")) == 2
    assert live.changes_table(not_before="2024-01-02", before="2024-01-03").to_pyarrow().num_rows == 1
