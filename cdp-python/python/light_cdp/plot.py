"""Plots of results, models and explanations.

Each function gives a `Plot`: `.table` holds what is drawn, and needs no other library; `.chart` is an Altair chart, `.save` writes
it to a file. Drawing needs the extra: `pip install 'light-cdp[plot]'`.

Colours are of Okabe and Ito, which people with any kind of colour vision tell apart, and of middle lightness, which stand out from
white and from black; shape, place or text always say the same as colour does. Backgrounds are transparent.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from . import _native
from ._display import options

__all__ = [
    "Plot",
    "cluster_sizes",
    "membership",
    "overlap",
    "parameters",
    "precision_recall",
    "profile_graph",
    "waterfall",
    "weight_histogram",
]

BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, ORANGE = "#56B4E9", "#E69F00"
# Stands out from white and from black alike.
GREY = "#7b7b7b"
COLOURS = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
REMEDY = "pip install 'light-cdp[plot]'"
# Axis titles and values may be as long as what they show.
LONGEST_LABEL = 260

_Table = _native.Table
_Show: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


def _altair() -> Any:
    try:
        import altair
    except ImportError as error:
        raise ImportError(
            f"Altair draws plots and is not installed: run `{REMEDY}`; the figures are in `.table` without it",
            name="altair",
        ) from error
    return altair


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError as error:
        raise ImportError(
            f"vl-convert-python writes plots to files and is not installed: run `{REMEDY}`", name="vl_convert"
        ) from error
    return vl_convert


# In a page of our own, texts take the colour of the theme.
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title>
<style>
:root {{ color-scheme: light dark; --page: #fff; --text: #1a2230; }}
@media (prefers-color-scheme: dark) {{ :root {{ --page: #12161d; --text: #e7ebf2; }} }}
body {{ margin: 24px; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }}
#plot svg .mark-text text {{ fill: var(--text); }}
#plot {{ overflow-x: auto; }}
</style></head>
<body><h1>{title}</h1><div id="plot"></div>
<details><summary>The same as a table</summary>{tables}</details>
<script type="application/json" id="spec">{spec}</script>
<script>{library}</script>
<script>
"use strict";
const spec = JSON.parse(document.getElementById("spec").textContent);
vegaEmbed("#plot", spec, {{ renderer: "svg", actions: false, ast: true, tooltip: true }})
  .then(() => document.body.setAttribute("data-drawn", "yes"))
  .catch((error) => console.error(error));
</script></body></html>
"""


# In a notebook's page texts take its colour, whatever theme it has.
FIGURE = (
    '<figure class="light-cdp-plot" style="margin:0"><style>.light-cdp-plot svg .mark-text text{fill:currentColor}'
    ".light-cdp-plot svg{max-width:100%;height:auto}</style>"
)


class Plot:
    """What a plot shows (`table`, or several `tables` by name), and the plot (`chart`)."""

    def __init__(self, title: str, tables: Mapping[str, _Table], draw: Any, show: _Show | None = None) -> None:
        self.title = title
        self.tables = dict(tables)
        self._draw = draw
        # Pages show rows so; the tables themselves stay as they are.
        self._show = show

    @property
    def table(self) -> _Table:
        """What is drawn, as a table."""
        return next(iter(self.tables.values()))

    @property
    def chart(self) -> Any:
        """The plot as an Altair chart, to be changed or combined with others."""
        altair = _altair()
        chart = self._draw(altair)
        return (
            chart.properties(title=self.title, background="transparent")
            .configure_axis(labelColor=GREY, titleColor=GREY, gridColor=GREY, gridOpacity=0.25, domainColor=GREY, tickColor=GREY)
            .configure_legend(labelColor=GREY, titleColor=GREY, labelLimit=LONGEST_LABEL)
            .configure_header(labelColor=GREY, titleColor=GREY)
            .configure_title(color=GREY, anchor="start", limit=600)
            .configure_view(stroke=None)
        )

    def to_html(self) -> str:
        """A page of its own that loads nothing: the plot and its table."""
        library = _converter().javascript_bundle("window.vegaEmbed = vegaEmbed;")
        # Nothing that a value says can end the script it stands in.
        drawing = self.chart.to_dict()
        drawing.pop("title", None)  # the page has it already
        spec = json.dumps(drawing).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        return PAGE.format(
            title=html.escape(self.title), tables=self._tables_html(), spec=spec, library=library.replace("</script", "<\\/script")
        )

    def save(self, path: str | Path) -> None:
        """Writes the plot to a file, by its ending: `.html` (a page that loads nothing), `.svg`, `.png`, `.json` (Vega-Lite)."""
        path = Path(path)
        ending = path.suffix.lower()
        if ending == ".html":
            path.write_text(self.to_html(), encoding="utf-8")
        elif ending == ".svg":
            path.write_text(self.to_svg(), encoding="utf-8")
        elif ending == ".png":
            picture = _converter().vegalite_to_png(self.chart.to_json(), scale=2)
            path.write_bytes(picture)
        elif ending == ".json":
            path.write_text(self.chart.to_json(), encoding="utf-8")
        else:
            raise ValueError(f"a plot is written to .html, .svg, .png or .json, not to '{ending or path.name}'")

    def to_svg(self) -> str:
        """The plot as SVG."""
        svg: str = _converter().vegalite_to_svg(self.chart.to_json())
        return svg

    def _tables_html(self) -> str:
        return "".join(_table_html(name, table, self._show) for name, table in self.tables.items())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self)}
        try:
            spec = self.chart.to_dict()
        except ImportError as error:
            note = f"<p>{html.escape(str(error))}</p>"
            return {**bundle, "text/html": note + self._tables_html()}
        major = str(spec.get("$schema", "v5")).rsplit("/", 1)[-1].split(".")[0]
        bundle[f"application/vnd.vegalite.{major}+json"] = spec
        try:
            bundle["text/html"] = f"{FIGURE}{self.to_svg()}</figure>"
        except ImportError:
            bundle["text/html"] = self._tables_html()
        return bundle

    def __repr__(self) -> str:
        return f"Plot({self.title}: {', '.join(f'{name} of {len(table)} rows' for name, table in self.tables.items())})"


# A table of more rows is cut, and says so.
MOST_ROWS = 200
# So is a drawing of more records, here as in reports: their links would be one blot.
MOST_DRAWN = 40


def _table_html(name: str, table: _Table, show: _Show | None) -> str:
    rows: list[dict[str, Any]] = table.to_pylist()
    columns = table.column_names
    numeric = [column for column in columns if any(isinstance(row[column], (int, float)) for row in rows)]
    heads = [f"#{column}" if column in numeric else column for column in columns]
    shown = [show(row) if show else row for row in rows[:MOST_ROWS]]
    cells = [[_cell(row[column]) for column in columns] for row in shown]
    caption = name if len(rows) <= MOST_ROWS else f"{name}: the first {MOST_ROWS} of {len(rows)} rows"
    return _native._piece("", [], [(caption, heads, cells)])


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _data(altair: Any, rows: list[dict[str, Any]]) -> Any:
    return altair.Data(values=rows)


def _short(text: object, limit: int = 60) -> str:
    words = "" if text is None else str(text)
    return words if len(words) <= limit else words[: limit - 1] + "…"


def waterfall(why: _native.Why, *, mask_personal: bool | None = None) -> Plot:
    """How the parts of a match weight add up: each field's bits, from the odds before any field to the sum."""
    masked = options.mask_personal if mask_personal is None else mask_personal
    table = (why.masked() if masked else why).waterfall

    def draw(alt: Any) -> Any:
        rows: list[dict[str, Any]] = []
        for number, row in enumerate(table.to_pylist()):
            if row["level"] == "missing":
                continue  # adds nothing; the table has it
            last = number == len(table) - 1
            values = " | ".join(_short(row[name] or "(missing)", 24) for name in ("value_a", "value_b"))
            says = f"{row['step']}: {row['level']}" if row["level"] else row["step"]
            rows.append({
                **row,
                "value_a": _short(row["value_a"]),
                "value_b": _short(row["value_b"]),
                "place": number,
                "label": f"{says} ({values})" if row["level"] else says,
                "is": "sum" if last else ("for" if row["weight"] >= 0 else "against"),
                "says": f"{row['weight']:+.1f}",
                "edge": max(row["from"], row["to"]),
            })
        domain, colours = ["for", "against", "sum"], [BLUE, VERMILLION, PURPLE]
        y = alt.Y("label:N", sort=alt.SortField("place"), title=None, axis=alt.Axis(labelLimit=420))
        base = alt.Chart(_data(alt, rows), width=420, height=alt.Step(26))
        bars = base.mark_bar(height=16).encode(
            y=y,
            x=alt.X("from:Q", title="match weight (bits)"),
            x2="to:Q",
            color=alt.Color("is:N", scale=alt.Scale(domain=domain, range=colours), title=None),
            tooltip=["step:N", "level:N", "value_a:N", "value_b:N", alt.Tooltip("weight:Q", format="+.2f")],
        )
        texts = base.mark_text(align="left", dx=5, color=GREY).encode(y=y, x="edge:Q", text="says:N")
        zero = alt.Chart(_data(alt, [{"zero": 0}])).mark_rule(color=GREY).encode(x="zero:Q")
        return zero + bars + texts

    return Plot("Match weight, part by part", {"steps": table}, draw)


def weight_histogram(result: _native.Result) -> Plot:
    """How many links weigh how much, accepted and refused ones, and the strongest pairs that do not link; with the threshold."""
    table = result.weight_histogram()
    threshold = result.threshold_bits

    def draw(alt: Any) -> Any:
        words = {"accepted": "accepted links", "refused": "refused links", "below": "pairs too weak (the strongest)"}
        rows = [
            {"from": row["from"], "to": row["to"], "pairs": row[name], "kind": words[name]}
            for row in table.to_pylist()
            for name in words
            if row[name]
        ]
        order = [word for word in words.values() if any(row["kind"] == word for row in rows)]
        x = alt.X("from:Q", bin="binned", title="match weight (bits)")
        colour = alt.Color("kind:N", scale=alt.Scale(domain=list(words.values()), range=[BLUE, VERMILLION, PURPLE]), legend=None)
        parts: list[Any] = []
        for kind in order:
            mine = alt.Chart(_data(alt, [row for row in rows if row["kind"] == kind]), width=520, height=110, title=kind)
            bars = mine.mark_bar().encode(
                x=x, x2="to:Q", y=alt.Y("pairs:Q", title="pairs"), color=colour,
                tooltip=["kind:N", alt.Tooltip("from:Q"), alt.Tooltip("to:Q"), alt.Tooltip("pairs:Q", format=",")],
            )
            parts.append(bars if threshold is None else bars + _rule(alt, threshold, say=not parts))
        return alt.vconcat(*parts, spacing=8).resolve_scale(x="shared")

    return Plot("Match weights", {"histogram": table}, draw)


def _rule(alt: Any, threshold: float, say: bool) -> Any:
    mark = alt.Chart(_data(alt, [{"threshold": threshold, "says": f"threshold {threshold:.1f}"}]))
    line = mark.mark_rule(color=GREY, strokeDash=[5, 4], strokeWidth=2).encode(x="threshold:Q")
    if not say:
        return line
    text = mark.mark_text(align="left", dx=5, color=GREY).encode(x="threshold:Q", y=alt.value(8), text="says:N")
    return line + text


def precision_recall(result: _native.Result, truth: Any) -> Plot:
    """Precision and recall of the pairs at each threshold against a truth, and of the profiles as they are.

    A truth names the entity of each record, or of some: see `evaluate`.
    """
    table = result.precision_recall(truth)

    def draw(alt: Any) -> Any:
        rows = table.to_pylist()
        pairs = [{**row, "is": "pairs, threshold by threshold"} for row in rows if row["of"] == "pairs"]
        marks = [{**row, "is": "pairs at the threshold in use"} for row in pairs if row["chosen"]]
        marks += [{**row, "is": "profiles as they are"} for row in rows if row["of"] == "profiles"]
        names = ["pairs, threshold by threshold", "pairs at the threshold in use", "profiles as they are"]
        colour = alt.Color("is:N", scale=alt.Scale(domain=names, range=[BLUE, VERMILLION, GREEN]), title=None)
        shape = alt.Shape("is:N", scale=alt.Scale(domain=names, range=["circle", "square", "diamond"]), title=None)
        shares = [alt.Tooltip(f"{name}:Q", format=".4f") for name in ("precision", "recall", "f1")]
        tooltip = ["is:N", alt.Tooltip("threshold:Q", format=".2f", title="threshold (bits)"), *shares, "pairs:Q", "right:Q"]
        x = alt.X("recall:Q", title="recall", scale=alt.Scale(zero=False, nice=True))
        y = alt.Y("precision:Q", title="precision", scale=alt.Scale(zero=False, nice=True))
        curve = alt.Chart(_data(alt, pairs), width=460, height=320)
        line = curve.mark_line(color=BLUE).encode(x=x, y=y, order=alt.Order("threshold:Q"))
        dots = curve.mark_point(size=22, filled=True).encode(x=x, y=y, color=colour, shape=shape, tooltip=tooltip)
        big = alt.Chart(_data(alt, marks)).mark_point(size=160, filled=True, opacity=1).encode(
            x=x, y=y, color=colour, shape=shape, tooltip=tooltip
        )
        return line + dots + big

    return Plot("Precision and recall", {"points": table}, draw)


def parameters(model: _native.Model | _native.Result) -> Plot:
    """What the model learned: how usual each comparison level is among matches (m) and among strangers (u), and what it weighs."""
    source = model.model if isinstance(model, _native.Result) else model
    table = source.parameters

    def draw(alt: Any) -> Any:
        rows: list[dict[str, Any]] = []
        for number, row in enumerate(table.to_pylist()):
            label = f"{row['feature']}: {row['level']}"
            sign = "for" if row["weight"] >= 0 else "against"
            rows.append({**row, "label": label, "place": number, "sign": sign, "low": min(row["m"], row["u"]), "high": max(row["m"], row["u"])})
        points: list[dict[str, Any]] = [
            {"label": row["label"], "place": row["place"], "share": max(row[key], 1e-7), "among": word}
            for row in rows
            for key, word in (("m", "matches (m)"), ("u", "strangers (u)"))
        ]
        height = alt.Step(17)
        order = alt.SortField("place")
        y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=300))
        x = alt.X("share:Q", scale=alt.Scale(type="log"), title="share of pairs", axis=alt.Axis(
            format="~g", values=[10.0**power for power in range(-7, 1)]
        ))
        names = ["matches (m)", "strangers (u)"]
        dots = alt.Chart(_data(alt, points), width=260, height=height).mark_point(filled=True, size=60, opacity=1).encode(
            x=x, y=y, tooltip=["label:N", "among:N", alt.Tooltip("share:Q", format=".3~g")],
            color=alt.Color("among:N", scale=alt.Scale(domain=names, range=[BLUE, VERMILLION]), title="among"),
            shape=alt.Shape("among:N", scale=alt.Scale(domain=names, range=["circle", "diamond"]), title="among"),
        )
        bars = alt.Chart(_data(alt, rows), width=200, height=height).mark_bar(height=10).encode(
            x=alt.X("weight:Q", title="weight (bits): left against, right for"),
            y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labels=False, ticks=False)),
            color=alt.Color("sign:N", scale=alt.Scale(domain=["for", "against"], range=[BLUE, VERMILLION]), legend=None),
            tooltip=["label:N", alt.Tooltip("weight:Q", format="+.2f")],
        )
        return alt.hconcat(dots, bars, spacing=10).resolve_scale(color="independent", shape="independent")

    return Plot("What the model learned", {"levels": table}, draw)


def cluster_sizes(result: _native.Result) -> Plot:
    """How many profiles have one record, two, three, ..."""
    table = result.profile_sizes()

    def draw(alt: Any) -> Any:
        rows = table.to_pylist()
        chart = alt.Chart(_data(alt, rows), width=520, height=240)
        x = alt.X("records:O", title="records of a profile", axis=alt.Axis(labelAngle=0))
        y = alt.Y("profiles:Q", title="profiles (a square root scale)", scale=alt.Scale(type="sqrt"))
        bars = chart.mark_bar(color=BLUE).encode(x=x, y=y, tooltip=["records:Q", alt.Tooltip("profiles:Q", format=",")])
        return bars + chart.mark_text(dy=-7, color=GREY).encode(x=x, y=y, text=alt.Text("profiles:Q", format=","))

    return Plot("Profile sizes", {"sizes": table}, draw)


def profile_graph(result: _native.Result, profile_id: str, *, mask_personal: bool | None = None) -> Plot:
    """The records of a profile on a circle, and the links between them: the heavier, the broader.

    A dashed link alone holds two parts of the profile together: without it, the profile would come apart. Of a larger profile the
    first 40 records are drawn, as the title says; the tables have all.
    """
    masked = options.mask_personal if mask_personal is None else mask_personal
    records, links = result.profile_graph(profile_id)

    def show(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "record_id": _native._mask(row["record_id"])} if masked and "record_id" in row else row

    def draw(alt: Any) -> Any:
        nodes: list[dict[str, Any]] = records.to_pylist()[:MOST_DRAWN]
        names = sorted({node["source"] for node in nodes})
        full = [f"{node['source']}/{node['record_id']}" for node in nodes]
        alone = {
            frozenset(f"{record['source']}/{record['record_id']}" for record in bridge["link"]["records"])
            for bridge in result.how(profile_id).bridges
        }
        for number, node in enumerate(nodes):
            angle = 2 * math.pi * number / len(nodes)
            name = show(node)["record_id"]
            node.update(x=math.sin(angle), y=math.cos(angle), record_id=_short(name), label=f"{number}: {_short(name, 24)}",
                        label_x=1.1 * math.sin(angle), label_y=1.17 * math.cos(angle),
                        side=round(math.sin(angle) * 0.8))
        ends: list[dict[str, Any]] = []
        for link in links.to_pylist():
            one, other = int(link["a"]), int(link["b"])
            if max(one, other) >= len(nodes):
                continue
            a, b = nodes[one], nodes[other]
            weight: float | None = link["match_weight"]
            ends.append({
                "alone": "yes" if frozenset([full[one], full[other]]) in alone else "no",
                "x": a["x"], "y": a["y"], "x2": b["x"], "y2": b["y"], "rule": link["rule"],
                "width": 30 if weight is None else max(1, min(30, weight)),
                "from": a["label"], "to": b["label"], "says": _unweighed(link["rule"]) if weight is None else f"{weight:.1f} bits",
                "middle_x": (a["x"] + b["x"]) / 2, "middle_y": (a["y"] + b["y"]) / 2,
            })
        span = alt.Scale(domain=[-1.8, 1.8])
        x, y = alt.X("x:Q", axis=None, scale=span), alt.Y("y:Q", axis=None, scale=span)
        base = alt.Chart(_data(alt, ends), width=480, height=400)
        lines = base.mark_rule(color=GREY).encode(
            x=x, y=y, x2="x2:Q", y2="y2:Q",
            tooltip=["from:N", "to:N", "says:N", "rule:N", alt.Tooltip("alone:N", title="holds it together alone")],
            strokeDash=alt.condition("datum.alone === 'yes'", alt.value([7, 4]), alt.value([1, 0])),
            strokeWidth=alt.StrokeWidth("width:Q", scale=alt.Scale(domain=[1, 30], range=[1, 5]), legend=None),
        )
        layers = [lines]
        if len(ends) <= 12:
            # Two links of one pair share a place: what they say stands there once, side by side.
            places: dict[tuple[float, float], dict[str, Any]] = {}
            for end in ends:
                place = (end["middle_x"], end["middle_y"])
                before = places.get(place)
                places[place] = {**end, "says": f"{before['says']}, {end['says']}" if before else end["says"]}
            middles = alt.Chart(_data(alt, list(places.values())))
            layers.append(middles.mark_text(color=GREY, fontSize=9, dy=-6).encode(
                x=alt.X("middle_x:Q", axis=None, scale=span), y=alt.Y("middle_y:Q", axis=None, scale=span), text="says:N"
            ))
        dots = alt.Chart(_data(alt, nodes)).mark_point(filled=True, size=220, opacity=1).encode(
            x=x, y=y, tooltip=["source:N", "record_id:N"],
            color=alt.Color("source:N", scale=alt.Scale(domain=names, range=_cycle(COLOURS, names)), title="source"),
            shape=alt.Shape("source:N", scale=alt.Scale(domain=names, range=_cycle(SHAPES, names)), title="source"),
        )
        texts = [
            alt.Chart(_data(alt, [node for node in nodes if node["side"] == side])).mark_text(color=GREY, align=align).encode(
                x=alt.X("label_x:Q", axis=None, scale=span), y=alt.Y("label_y:Q", axis=None, scale=span), text="label:N"
            )
            for side, align in ((1, "left"), (-1, "right"), (0, "center"))
            if any(node["side"] == side for node in nodes)
        ]
        return alt.layer(*layers, dots, *texts)

    cut = f" (the first {MOST_DRAWN} of {len(records)} records)" if len(records) > MOST_DRAWN else ""
    return Plot(f"Profile {profile_id}{cut}", {"records": records, "links": links}, draw, show)


def _unweighed(rule: str) -> str:
    """As the report words it: what somebody confirmed is decided, all else follows from a rule."""
    return "decided" if rule == "confirmed" else "by rule"


def _cycle(items: Sequence[str], names: Sequence[str]) -> list[str]:
    return [items[number % len(items)] for number in range(len(names))]


def overlap(
    result: _native.Result, segments: Mapping[str, str] | None = None, now: object | None = None, *, most: int = 20
) -> Plot:
    """Which segments have people in common (an UpSet plot): how many are in exactly these segments at once.

    `segments`: predicates by name; the segments of the configuration if none are given. At most `most` combinations are drawn, the
    largest ones; the table has all.
    """
    table = result.combinations(None if segments is None else dict(segments), now)

    def draw(alt: Any) -> Any:
        names = table.column_names[:-2]
        found = table.to_pylist()
        shown = found[:most]
        sizes = {name: sum(row["profiles"] for row in found if row[name]) for name in names}
        order = sorted(names, key=lambda name: (-sizes[name], name))
        cells: list[dict[str, Any]] = []
        spans: list[dict[str, Any]] = []
        for place, row in enumerate(shown):
            words = " and ".join(name for name in order if row[name])
            for rank, name in enumerate(order):
                state = "in" if row[name] else "not in"
                cells.append({"place": place, "segment": name, "rank": rank, "state": state, "of": words})
            spans.append({"place": place, "profiles": row["profiles"], "of": words})
        x = alt.X("place:O", axis=None)
        y = alt.Y("segment:N", sort=order, title=None, axis=alt.Axis(labelLimit=LONGEST_LABEL, grid=False, domain=False, ticks=False))
        width = alt.Step(34)
        top = alt.Chart(_data(alt, spans), width=width, height=180)
        height = alt.Y("profiles:Q", title="people in exactly these")
        bars = top.mark_bar(color=BLUE).encode(x=x, y=height, tooltip=["of:N", alt.Tooltip("profiles:Q", format=",")])
        texts = top.mark_text(dy=-7, color=GREY).encode(x=x, y=height, text=alt.Text("profiles:Q", format=","))
        matrix = alt.Chart(_data(alt, cells), width=width, height=alt.Step(24))
        dots = matrix.mark_point(filled=True, size=130, opacity=1).encode(
            x=x, y=y, tooltip=["of:N", "segment:N", "state:N"],
            color=alt.Color("state:N", scale=alt.Scale(domain=["in", "not in"], range=[BLUE, GREY]), legend=None),
            size=alt.condition("datum.state == 'in'", alt.value(150), alt.value(12)),
        )
        inside = alt.Chart(_data(alt, [cell for cell in cells if cell["state"] == "in"]))
        joined = inside.mark_line(color=BLUE, strokeWidth=3).encode(x=x, y=y, detail="place:O", order=alt.Order("rank:Q"))
        whole = [{"segment": name, "people": sizes[name]} for name in order]
        side = alt.Chart(_data(alt, whole), width=140, height=alt.Step(24))
        totals = side.mark_bar(color=PURPLE, height=12).encode(
            x=alt.X("people:Q", title="people in the segment"),
            y=alt.Y("segment:N", sort=order, title=None, axis=None),
            tooltip=["segment:N", alt.Tooltip("people:Q", format=",")],
        )
        lower = alt.hconcat(joined + dots, totals, spacing=12)
        return alt.vconcat(bars + texts, lower, spacing=4).resolve_scale(x="independent", color="independent", size="independent")

    return Plot("Who is in which segments at once", {"combinations": table}, draw)


def membership(graph: _native.Graph, segments: str | Sequence[str], instants: Sequence[Any]) -> Plot:
    """How many members segments had at each of these instants, by what had arrived until then."""
    wanted = [segments] if isinstance(segments, str) else list(segments)
    table = graph.growth_table(wanted, list(instants))

    def draw(alt: Any) -> Any:
        rows = table.to_pylist()
        chart = alt.Chart(_data(alt, rows), width=520, height=260)
        x = alt.X("at:T", title=None)
        y = alt.Y("members:Q", title="members")
        scale = {"domain": wanted}
        colour = alt.Color("segment:N", scale=alt.Scale(**scale, range=_cycle(COLOURS, wanted)), title="segment")
        lines = chart.mark_line(interpolate="step-after").encode(x=x, y=y, color=colour)
        dots = chart.mark_point(filled=True, size=70, opacity=1).encode(
            x=x, y=y, color=colour, tooltip=["segment:N", "at:T", alt.Tooltip("members:Q", format=",")],
            shape=alt.Shape("segment:N", scale=alt.Scale(**scale, range=_cycle(SHAPES, wanted)), title="segment"),
        )
        return lines + dots

    return Plot("Members over time", {"members": table}, draw)
