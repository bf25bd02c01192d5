"""Three sources of an invented French retailer, to people, segments and a report.

    python examples/python/unify.py [folder for the results]
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import light_cdp as cdp

DATA = Path(__file__).resolve().parents[1] / "data"
SOURCES = {"webshop": DATA / "webshop.csv", "loyalty": DATA / "loyalty.csv", "tickets": DATA / "tickets.jsonl"}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    result = cdp.resolve(SOURCES, DATA / "retailer.toml", progress=sys.stderr.isatty())

    print(result)
    print("\nThree merges, and why:")
    for link in result.links.to_pylist()[:3]:
        print(result.why((link["source_a"], link["record_id_a"]), (link["source_b"], link["record_id_b"])))

    print("\nSegments:")
    today = datetime.date(2026, 1, 1)
    for name, members in result.segments(now=today).items():
        print(f"  {name}: {len(members)} of {len(result.profiles)} people")

    quality = cdp.evaluate(result.assignments, DATA / "truth.csv")
    print(f"\nAgainst the truth: {quality.pairwise}")

    for name in ("assignments", "profiles", "links", "refused"):
        getattr(result, name).save(folder / f"{name}.csv")
    result.config.save(folder / "cdp.toml")
    result.model.save(folder / "model.json")
    result.report(folder / "report.html", title="Our customers", now=today)
    print(f"\nThe tables, the configuration, the model and report.html are in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("target") / "unify-python")
