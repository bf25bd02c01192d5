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
