"""The report and every plot opened in a headless Chromium: clicked, searched, filtered, and compared with the tables.

Skipped, and said so, where there is no Chromium. `SCREENSHOTS=folder` keeps a picture of each page, light and dark.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars
import pytest

import light_cdp as cdp
from light_cdp import plot
from conftest import rows
from test_plot import DATA, SOURCES, a_why, largest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no browser test was run")

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
TODAY = "2026-01-01"

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>"
ENDS = "</script><script>alert(3)</script>"
LONG = "Zedé" * 2500
RIGHT_TO_LEFT = "محمد العربي"
EMOJI = "Zoé 👩‍👩‍👧‍👦"
HOSTILE = [ATTACK, ENDS, LONG, RIGHT_TO_LEFT, EMOJI, "\u202eabc"]


class Browser:
    """A Chromium whose every page is watched: no console error, no dialog, nothing from the network."""

    def __init__(self, chromium: Any) -> None:
        self.chromium = chromium
        self.faults: list[str] = []

    def open(self, file: Path, **context: Any) -> Any:
        page = self.chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **context}).new_page()

        def dialog(opened: Any) -> None:
            self.faults.append(f"dialog: {opened.message}")
            opened.dismiss()

        def console(message: Any) -> None:
            if message.type in ("error", "warning"):
                self.faults.append(message.text)

        def request(wanted: Any) -> None:
            if wanted.url != file.as_uri():
                self.faults.append(f"asked for {wanted.url}")

        for event, watch in [("dialog", dialog), ("console", console), ("request", request)]:
            page.on(event, watch)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.goto(file.as_uri())
        return page


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip(f"no Chromium was found ({', '.join(BROWSERS)}; or set CHROMIUM): install Debian's chromium, or another")
    with playwright.sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Browser]:
    watched = Browser(chromium)
    yield watched
    for context in list(chromium.contexts):
        context.close()
    assert watched.faults == []


@pytest.fixture(scope="module")
def result() -> cdp.Result:
    return cdp.resolve(SOURCES, DATA / "retailer.toml")


@pytest.fixture(scope="module")
def hostile() -> cdp.Result:
    people = rows(120, "c")
    for person, name in zip(people, HOSTILE, strict=False):
        person["nom"] = person["ville"] = name
    again = [{**person, "id": f"s{number}"} for number, person in enumerate(people[:50])]
    fields = {"prenom": "given_name", "nom": "family_name", "date_naissance": "birth_date", "email": "email", "ville": "city"}
    source = {"id": "id", "fields": fields}
    segments = {ATTACK: "email IS PRESENT", ENDS: "city >= 'M'", RIGHT_TO_LEFT: "city < 'T'", LONG[:300]: "given_name > 'L'"}
    config = {"sources": {ATTACK: source, "shop": source}, "segments": segments}
    return cdp.resolve({ATTACK: polars.DataFrame(people), "shop": polars.DataFrame(again)}, config)


CELLS = """table => [...table.querySelectorAll('tr')].filter(row => row.parentElement.tagName !== 'THEAD')
    .map(row => [...row.cells].map(cell => cell.textContent))"""


def keep(page: Any, name: str) -> None:
    """A picture of the page in both themes, where pictures are wanted."""
    if folder := os.environ.get("SCREENSHOTS"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{folder}/{name}-{scheme}.png", full_page=True)
        page.emulate_media(color_scheme="light")


def cells(page: Any, table: str) -> list[list[str]]:
    """The texts of the body of a table."""
    texts: list[list[str]] = page.locator(table).first.evaluate(CELLS)
    return texts


def number(text: str) -> int:
    return int(text.replace(",", ""))


def found(page: Any) -> int:
    return number(page.locator("#found").text_content().split()[0])


def fold(text: str) -> str:
    return re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text)).lower()


# WCAG 2: the contrast of every text with what lies behind it. Colours may have alpha; the page behind is opaque.
CONTRASTS = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || ["SCRIPT", "STYLE", "NOSCRIPT", "title"].includes(element.tagName) || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const ours = light(parse(element instanceof SVGElement ? style.fill : style.color));
    const theirs = light(behind(element));
    const ratio = (Math.max(ours, theirs) + 0.05) / (Math.min(ours, theirs) + 0.05);
    found.push([ratio, text.slice(0, 40)]);
  }
  return found.sort((a, b) => a[0] - b[0]).slice(0, 3);
}"""


def check_contrast(page: Any) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        weakest = page.evaluate(CONTRASTS)
        assert weakest and weakest[0][0] >= 4.5, (scheme, weakest)
    page.emulate_media(color_scheme="light")


def fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def write_report(result: cdp.Result, path: Path, **options: Any) -> Path:
    result.report(path, now=TODAY, **options)
    return path


def test_the_report_shows_what_the_tables_hold(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    columns = cdp.profile(SOURCES, DATA / "retailer.toml")
    page = browser.open(write_report(result, tmp_path / "report.html", columns=columns))
    keep(page, "report")
    tiles = dict(page.locator(".tiles div").evaluate_all("all => all.map(one => [one.children[0].textContent, one.children[1].textContent])"))
    assert number(tiles["Records in"]) == result.summary["records"]
    assert number(tiles["People out"]) == result.summary["profiles"]
    sources = [[row["name"], row["records"], row["profiles"], row["duplicates"]] for row in result.summary["sources"]]
    assert [[row[0], *map(number, row[1:4])] for row in cells(page, "#sources table")] == sources
    shown = [row[0] for table in page.locator("#sources table").all()[1:] for row in table.evaluate(CELLS)]
    assert shown == [column["column"] for column in columns.to_list()]
    bars = [bar for bar in result.weight_histogram().to_pylist() if bar["accepted"] + bar["refused"]]
    page.locator("#weights summary").click()
    weights = [[f"{bar['from']:.1f}", f"{bar['to']:.1f}", f"{bar['accepted']:,}", f"{bar['refused']:,}"] for bar in bars]
    assert cells(page, "#weights table") == weights
    drawn = page.locator("#weights figure rect.accepted").count()
    assert drawn == sum(1 for bar in bars if bar["accepted"])
    check_contrast(page)


def test_the_report_is_searched_and_filtered(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    page = browser.open(write_report(result, tmp_path / "report.html"))
    profiles = result.profiles.to_pylist()
    fields = [name for name in result.profiles.column_names if name not in ("profile_id", "size", "sources")]
    records: dict[str, list[str]] = {}
    for row in result.assignments.to_pylist():
        records.setdefault(row["profile_id"], []).append(f"{row['source']} {row['record_id']}")
    embedded = page.evaluate("JSON.parse(document.getElementById('data').textContent).profiles.map(profile => profile.id)")
    assert found(page) == len(embedded) <= len(profiles)
    here = {profile["profile_id"]: profile for profile in profiles if profile["profile_id"] in set(embedded)}

    def text(profile: dict[str, Any]) -> str:
        values = [str(profile[field]) for field in fields if profile[field] is not None]
        return fold("\n".join([profile["profile_id"], *records[profile["profile_id"]], *values]))

    for query in ("dupont", "DUPÓNT lyon", "webshop", "nobody is called so"):
        page.locator("#query").fill(query)
        expected = sum(all(word in text(profile) for word in fold(query).split()) for profile in here.values())
        assert found(page) == expected, query
    page.locator("#query").fill("")
    segments = result.segments(now=TODAY)
    for name, members in segments.items():
        page.locator("#segment").select_option(label=name)
        assert found(page) == len(set(members) & set(here)), name
    page.locator("#segment").select_option(label="any")
    assert page.locator("#profiles details").count() == 25
    page.locator("#more").click()
    assert page.locator("#profiles details").count() == 50


def test_a_profile_opens_with_its_values_links_and_graph(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    page = browser.open(write_report(result, tmp_path / "report.html"))
    wanted = largest(result)
    page.locator("#query").fill(wanted)
    assert found(page) == 1
    page.locator("#profiles summary").click()
    profile = next(row for row in result.profiles.to_pylist() if row["profile_id"] == wanted)
    values = {row[0]: row[1] for row in cells(page, "#profiles details table")}
    golden = {k: v for k, v in profile.items() if v is not None and k not in ("profile_id", "size", "sources")}
    assert values == golden
    records, links = result.profile_graph(wanted)
    assert page.locator("#profiles ol li").count() == profile["size"] == len(records)
    assert page.locator("#profiles svg circle").count() == len(records)
    assert page.locator("#profiles svg line").count() == len(links)
    keep(page, "report-profile")
    check_contrast(page)


def test_merges_to_review_add_up(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    page = browser.open(write_report(result, tmp_path / "report.html"))
    weakest = sorted(row["match_weight"] for row in result.links.to_pylist())[:20]
    items = page.locator("#review details").all()
    shown = [float(item.locator(".weight").text_content().split()[0].replace("−", "-")) for item in items[:20]]
    assert shown == [pytest.approx(weight, abs=0.051) for weight in weakest]
    items[0].locator("summary").click()
    bits = items[0].locator("tbody td.number").all_text_contents()
    parts = [float(text.replace("−", "-")) for text in bits]
    assert sum(parts) == pytest.approx(shown[0], abs=0.06 * len(parts))


def test_segments_and_their_overlaps(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    page = browser.open(write_report(result, tmp_path / "report.html"))
    page.locator("nav a", has_text="Segments").click()
    members = result.segments(now=TODAY)
    assert {row[0]: number(row[2]) for row in cells(page, "#segments table")} == {n: len(m) for n, m in members.items()}
    overlaps = result.combinations(now=TODAY).to_pylist()
    shown = [[cell.strip() == "●" for cell in row[:-2]] + [number(row[-2])] for row in cells(page, "table.overlaps")]
    assert shown == [[bool(row[name]) for name in members] + [row["profiles"]] for row in overlaps[:20]]


def test_hostile_values_do_no_harm_in_the_report(hostile: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    page = browser.open(write_report(hostile, tmp_path / "report.html", title=ATTACK))
    page.locator("#profiles summary").first.click()
    for details in page.locator("#review details").all()[:3]:
        details.locator("summary").click()
    keep(page, "report-hostile")
    assert page.title() == ATTACK and page.locator("h1").text_content() == ATTACK
    assert page.locator("script").count() == 2 and page.locator("img").count() == 0
    for person, name in zip(rows(5, "c"), HOSTILE[:5], strict=True):
        if name == LONG:
            continue
        page.locator("#query").fill(f"{name} {person['prenom']}")
        assert found(page) >= 1, name
        assert page.locator("#profiles bdi", has_text=name).count() >= 1
    longest = page.evaluate("Math.max(...[...document.querySelectorAll('bdi, td, th')].map(one => one.textContent.length))")
    assert longest <= 400, "long values are cut"
    assert fits(page)
    narrow = browser.open(tmp_path / "report.html", viewport={"width": 390, "height": 800})
    assert fits(narrow)
    keep(narrow, "report-narrow")


def test_a_masked_report_shows_no_personal_value(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    columns = cdp.profile(SOURCES, DATA / "retailer.toml")
    page = browser.open(write_report(result, tmp_path / "report.html", mask_personal=True, columns=columns))
    source = (tmp_path / "report.html").read_text(encoding="utf-8")
    profiles = result.profiles.to_pylist()
    personal = {str(profile[field]) for profile in profiles for field in ("email", "phone", "birth_date") if profile[field]}
    assert len(personal) > 1000
    assert not [value for value in personal if value in source]
    assert "Personal values are masked" in page.locator("footer").text_content()
    page.locator("#profiles summary").first.click()
    assert "•••" in page.locator("#profiles details").first.text_content()
    keep(page, "report-masked")


def cut(text: str) -> str:
    return text if len(text) <= 160 else text[:160] + "…"


def open_plot(browser: Browser, one: plot.Plot, folder: Path, name: str) -> Any:
    file = folder / f"{name}.html"
    one.save(file)
    page = browser.open(file)
    page.wait_for_selector("body[data-drawn=yes]", timeout=60_000)
    page.locator("details summary").click()
    keep(page, f"plot-{name}")
    # The table beside it is the table it was made from.
    tables = page.locator("details table")
    assert tables.count() == len(one.tables)
    for place, table in enumerate(one.tables.values()):
        assert tables.nth(place).locator("thead th").all_text_contents() == list(map(cut, table.column_names))
        assert tables.nth(place).locator("tbody tr").count() == min(len(table), 200)
    check_contrast(page)
    assert fits(page)
    return page


def marks(page: Any, kind: str) -> int:
    return int(page.locator(f"#plot .mark-{kind} > path, #plot .mark-{kind} > line, #plot .mark-{kind} > text").count())


def labels(page: Any) -> list[str]:
    texts: list[str] = page.locator("#plot svg text").all_text_contents()
    return texts


def test_the_waterfall(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    one = plot.waterfall(a_why(result))
    page = open_plot(browser, one, tmp_path, "waterfall")
    steps = one.table.to_pylist()
    says = [f"{step['weight']:+.1f}" for step in steps if step["level"] != "missing"]
    assert [text for text in labels(page) if re.fullmatch(r"[+-]\d+\.\d", text)] == says
    page.locator("#plot .mark-rect > path").nth(1).hover()
    tip = page.locator("#vg-tooltip-element")
    tip.wait_for(state="visible")
    assert steps[1]["step"] in tip.text_content()


def test_the_weight_histogram(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    one = plot.weight_histogram(result)
    page = open_plot(browser, one, tmp_path, "weight-histogram")
    bars = sum(1 for row in one.table.to_pylist() for name in ("accepted", "refused", "below") if row[name])
    assert marks(page, "rect") == bars
    assert f"threshold {result.threshold_bits:.1f}" in labels(page)


def test_precision_and_recall(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    one = plot.precision_recall(result, DATA / "truth.csv")
    page = open_plot(browser, one, tmp_path, "precision-recall")
    assert marks(page, "symbol") >= len(one.table) + 1
    assert {"profiles as they are", "pairs at the threshold in use"} <= set(labels(page))


def test_the_parameters(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    one = plot.parameters(result)
    page = open_plot(browser, one, tmp_path, "parameters")
    assert marks(page, "rect") == len(one.table)
    names = [f"{row['feature']}: {row['level']}" for row in one.table.to_pylist()]
    assert [text for text in labels(page) if text in set(names)] == names


def test_the_cluster_sizes(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    one = plot.cluster_sizes(result)
    page = open_plot(browser, one, tmp_path, "cluster-sizes")
    assert marks(page, "rect") == len(one.table)
    assert {f"{row['profiles']:,}" for row in one.table.to_pylist()} <= set(labels(page))


def test_the_profile_graph(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    one = plot.profile_graph(result, largest(result))
    page = open_plot(browser, one, tmp_path, "profile-graph")
    assert marks(page, "rule") == len(one.tables["links"])
    assert {f"{n}: {row['record_id']}" for n, row in enumerate(one.tables["records"].to_pylist())} <= set(labels(page))


def test_links_that_alone_hold_a_profile_together_are_dashed(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    sizes = {row["profile_id"]: row["size"] for row in result.profiles.to_pylist()}
    wanted = next(profile for profile, size in sizes.items() if size > 2 and result.how(profile).bridges)
    page = open_plot(browser, plot.profile_graph(result, wanted), tmp_path, "profile-bridges")
    lines = page.locator("#plot .mark-rule line").all()
    dashed = [line for line in lines if (line.get_attribute("stroke-dasharray") or "").startswith("7")]
    assert len(dashed) == len(result.how(wanted).bridges)


def test_the_overlap(result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    one = plot.overlap(result, now=TODAY)
    page = open_plot(browser, one, tmp_path, "overlap")
    segments = one.table.column_names[:-2]
    assert marks(page, "rect") == len(one.table) + len(segments)
    assert marks(page, "symbol") == len(one.table) * len(segments)
    # The same order, the largest first, beside the dots and beside the bars.
    sizes = {name: sum(row["profiles"] for row in one.table.to_pylist() if row[name]) for name in segments}
    order = sorted(segments, key=lambda name: -sizes[name])
    assert [text for text in labels(page) if text in sizes] == order
    bars = page.locator("#plot path[aria-label*='people in the segment']").all()
    says = [dict(part.split(": ", 1) for part in bar.get_attribute("aria-label").split("; ")) for bar in bars]
    tops = {said["segment"]: bar.bounding_box()["y"] for said, bar in zip(says, bars, strict=True)}
    assert sorted(tops, key=lambda name: tops[name]) == order
    assert {f"{row['profiles']:,}" for row in one.table.to_pylist()} <= set(labels(page))


def test_members_over_time(browser: Browser, tmp_path: Path) -> None:
    graph = cdp.Graph.open(config={"segments": {"mailed": "email IS PRESENT", ATTACK: "given_name IS PRESENT"}})
    for day in range(1, 8):
        traits = {"email": f"u{day}@exemple.fr"} | ({"firstName": "Ann"} if day % 2 else {})
        message = {"type": "identify", "userId": f"u{day}", "traits": traits, "messageId": f"m{day}"}
        graph.ingest(message | {"timestamp": f"2024-05-0{day}T12:00:00Z"}, received=f"2024-05-0{day}T12:00:00Z")
    one = plot.membership(graph, ["mailed", ATTACK], [f"2024-05-0{day}T13:00:00Z" for day in range(1, 8)])
    page = open_plot(browser, one, tmp_path, "membership")
    assert marks(page, "symbol") >= len(one.table)
    assert ATTACK in labels(page)


def test_hostile_values_do_no_harm_in_plots(hostile: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    wanted: list[tuple[str, Callable[[], plot.Plot]]] = [
        ("waterfall", lambda: plot.waterfall(hostile.why((ATTACK, "c0"), ("shop", "s0")))),
        ("waterfall-ends", lambda: plot.waterfall(hostile.why((ATTACK, "c1"), ("shop", "s1")))),
        ("waterfall-long", lambda: plot.waterfall(hostile.why((ATTACK, "c2"), ("shop", "s2")))),
        ("overlap", lambda: plot.overlap(hostile)),
        ("graph", lambda: plot.profile_graph(hostile, largest(hostile))),
    ]
    for name, make in wanted:
        page = open_plot(browser, make(), tmp_path, f"hostile-{name}")
        assert page.locator("img").count() == 0 and page.locator("script").count() == 3
        for bar in page.locator("#plot .mark-rect > path").all()[:4]:
            box = bar.bounding_box()
            page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            assert page.locator("#vg-tooltip-element :is(script, img)").count() == 0


def careful(result: cdp.Result) -> cdp.Model:
    """The model of a result, with a threshold of 8 bits."""
    model = {**result.model.to_dict(), "threshold": 1 / (1 + 2**-8.0), "weighed": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        path.write_text(json.dumps(model), encoding="utf-8")
        return cdp.Model.load(path)


def test_pieces_in_a_notebook_page(hostile: cdp.Result, result: cdp.Result, browser: Browser, tmp_path: Path) -> None:
    """Pieces as a notebook shows them: in a page that has its own theme."""
    pieces: list[Any] = [hostile, hostile.summary, hostile.why((ATTACK, "c0"), ("shop", "s0")), hostile.segments(), hostile.segment("TRUE")]
    pieces += [result, result.how(largest(result)), a_why(result), result.profiles, result.segment("city = 'Lyon'")]
    pieces += [cdp.diff(result, cdp.resolve(SOURCES, DATA / "retailer.toml", model=careful(result)), now=TODAY)]
    body = "<hr>".join(piece._repr_html_() for piece in pieces)
    theme = "<style>:root{color-scheme:light dark}body{font:14px sans-serif;max-width:1100px;background:#fff;color:#111}"
    theme += "@media(prefers-color-scheme:dark){body{background:#111;color:#eee}}</style>"
    file = tmp_path / "notebook.html"
    file.write_text(f"<!doctype html><meta charset=utf-8><title>Pieces</title>{theme}{body}", encoding="utf-8")
    page = browser.open(file)
    keep(page, "pieces")
    assert page.locator("script, img").count() == 0
    assert fits(page)
    check_contrast(page)
    assert page.locator(".light-cdp").count() == len(pieces)
