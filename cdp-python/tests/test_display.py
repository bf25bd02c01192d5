"""What notebooks show: escaped, masked on request, in colours of the page around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import polars
import pytest

import light_cdp as cdp
from conftest import rows

ATTACK = "<script>alert(1)</script>"
LONG = "Zed" * 4000
RIGHT_TO_LEFT = "محمد"


_FIELDS = {"prenom": "given_name", "nom": "family_name", "date_naissance": "birth_date", "email": "email", "ville": "city"}
_SOURCE = {"id": "id", "fields": _FIELDS}
_CONFIG = {"sources": {"crm": _SOURCE, "shop": _SOURCE}, "segments": {ATTACK: "email IS PRESENT"}}


def _frames(shop: int) -> dict[str, polars.DataFrame]:
    people = rows(60, "c")
    people[0]["nom"] = people[1]["nom"] = ATTACK
    people[2]["nom"] = LONG
    people[3]["nom"] = f"{RIGHT_TO_LEFT} 👩‍👧"
    again = [{**person, "id": f"s{number}"} for number, person in enumerate(people[:shop])]
    again[5]["ville"] = ATTACK
    return {"crm": polars.DataFrame(people), "shop": polars.DataFrame(again)}


@pytest.fixture(scope="module")
def result() -> cdp.Result:
    return cdp.resolve(_frames(shop=30), _CONFIG)


@pytest.fixture
def masked() -> Iterator[None]:
    cdp.options.mask_personal = True
    yield
    cdp.options.mask_personal = False


class _Reader(HTMLParser):
    """The elements of a piece of HTML, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def pieces(result: cdp.Result) -> dict[str, str]:
    graph = cdp.Graph.open(config={})
    traits = {"email": "ann@exemple.fr", "firstName": ATTACK, "address": {"city": "Lyon"}}
    graph.ingest({"type": "identify", "userId": "u1", "traits": traits, "messageId": "m1", "timestamp": "2024-05-01T12:00:00Z"})
    (found,) = graph.find(email="ann@exemple.fr")
    profile = graph.profile(found["profile_id"])
    assert profile is not None and profile == found
    how = result.how(result.links.to_pylist()[0]["profile_id"])
    return {
        "result": result._repr_html_(),
        "summary": result.summary._repr_html_(),
        "why": result.why(("crm", "c0"), ("shop", "s0"))._repr_html_(),
        "how": how._repr_html_(),
        "members": result.segment("email IS PRESENT")._repr_html_(),
        "segments": result.segments()._repr_html_(),
        "profiles": result.profiles._repr_html_(),
        "profile": profile._repr_html_(),
        "diff": cdp.diff(result, cdp.resolve(_frames(shop=20), _CONFIG))._repr_html_(),
    }


def test_pieces_are_whole_and_hold_no_markup_of_the_data(result: cdp.Result) -> None:
    for name, piece in pieces(result).items():
        reader = _Reader(piece)
        assert not reader.open, name
        assert "script" not in reader.tags and "img" not in reader.tags, name
        assert max(map(len, reader.texts)) < 3_000, name
    assert ATTACK in "".join(_Reader(result.members("family_name LIKE '%alert%'")._repr_html_()).texts)
    assert ATTACK in "".join(_Reader(pieces(result)["segments"]).texts)


def test_pieces_take_their_colours_from_the_page(result: cdp.Result) -> None:
    for name, piece in pieces(result).items():
        style = "".join(re.findall(r"<style>(.*?)</style>", piece, re.S))
        assert not re.search(r"background:\s*(#fff|white)|[^-]color:\s*#", style), name


def test_masked_pieces_hold_first_letters_only(result: cdp.Result, masked: None) -> None:
    person = rows(1, "c")[0]
    for name, piece in pieces(result).items():
        for value in (person["email"], person["prenom"], "ann@exemple.fr", "u1@", "c0<", "script&gt;alert"):
            if name in ("segments", "diff") and "script" in value:
                continue  # the name of a segment is not a person's
            assert value not in piece, (name, value)
    assert "Lyon" in pieces(result)["profile"]
    assert "a•••" in pieces(result)["profile"]


def test_explanations_can_be_masked_one_by_one(result: cdp.Result) -> None:
    why = result.why(("crm", "c5"), ("shop", "s5"))
    masked = why.masked()
    assert masked.weight == why.weight and rows(6, "c")[5]["email"] in str(why)
    assert rows(6, "c")[5]["email"] not in str(masked)


def test_masked_texts_hold_first_letters_only(result: cdp.Result, masked: None) -> None:
    """Notebooks keep the text beside the HTML."""
    graph = cdp.Graph.open(config={})
    traits = {"email": "ann@exemple.fr", "firstName": "Anneliese"}
    graph.ingest({"type": "identify", "userId": "user-1", "traits": traits, "messageId": "m1", "timestamp": "2024-05-01T12:00:00Z"})
    found = graph.find(email="ann@exemple.fr")
    (record,) = found[0]["records"]
    named = graph.profile_of((record["source"], record["record_id"]))
    why, why_not = (ask(("crm", "c0"), ("shop", "s0")) for ask in (result.why, result.why_not))
    texts = [pretty(value) for value in (found, named, graph.profile(found[0]["profile_id"]), why, why_not)]
    for text in texts:
        for value in ("ann@exemple.fr", "Anneliese", "user-1", record["record_id"], " c0", " s0"):
            assert value not in text, (value, text)
    assert all("a•••" in text for text in texts[:3]) and "c•••" in texts[3]
    cdp.options.mask_personal = False
    assert "ann@exemple.fr" in pretty(found) and "Why(crm c0, shop s0" in pretty(why)


def pretty(value: Any) -> str:
    """What IPython shows as text: lists by their items, others by `_repr_pretty_`, else by `repr`."""
    if type(value) is list:
        return ", ".join(pretty(item) for item in value)
    if not hasattr(value, "_repr_pretty_"):
        return repr(value)
    shown: list[str] = []

    class Printer:
        def pretty(self, inner: Any) -> None:
            shown.append(repr(inner))

    value._repr_pretty_(Printer(), False)
    return "".join(shown)


def test_members_in_another_order_keep_their_values(result: cdp.Result) -> None:
    members = result.segment("email IS PRESENT")
    emails = {row["profile_id"]: row["email"] for row in result.profiles.to_pylist()}
    for change in (members.reverse, members.sort, lambda: members.__delitem__(slice(0, 3))):
        change()
        shown = re.findall(r"<tr>(.*?)</tr>", members._repr_html_(), re.S)
        rows = [[text for text in _Reader(row).texts if text.strip()] for row in shown]
        known = [row for row in rows if row and row[0] in emails]
        assert known and all(emails[row[0]] in row for row in known)


def test_displayed_values_are_what_they_were(result: cdp.Result) -> None:
    assert isinstance(result.summary, dict) and result.summary["records"] == 90
    members = result.segment("email IS PRESENT")
    assert isinstance(members, list) and members == [row["profile_id"] for row in result.profiles.to_pylist()]
    assert f"{len(members)} of {len(result.profiles)} profiles" in members._repr_html_()
    assert list(result.segments()) == [ATTACK]
