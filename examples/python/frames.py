"""The same customers from pandas, polars, pyarrow and duckdb: the same profiles, whichever library they come from.

Needs pandas, pyarrow, polars and duckdb, of which one is enough in your own programs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas
import polars
import pyarrow

import light_cdp as cdp

WEBSHOP = str(Path(__file__).resolve().parents[1] / "data" / "webshop.csv")

frames: dict[str, Any] = {
    # Read as text: a postal code read as a number has lost its leading zero.
    "pandas": pandas.read_csv(WEBSHOP, dtype=str),
    "polars": polars.read_csv(WEBSHOP, infer_schema=False),
    "pyarrow": pyarrow.table(polars.read_csv(WEBSHOP, infer_schema=False)),
    "duckdb": duckdb.sql(f"SELECT * FROM read_csv('{WEBSHOP}', all_varchar = true)"),
    "no library": WEBSHOP,
}
results = {name: cdp.resolve({"webshop": frame}) for name, frame in frames.items()}
for name, result in results.items():
    print(f"{name}: {result!r}")
    assert result.assignments.to_pylist() == results["pandas"].assignments.to_pylist()

# Back to where the data came from.
print(results["polars"].profiles.to_polars().head(3))
profiles = results["duckdb"].profiles
print(duckdb.sql("SELECT sources, size, count(*) AS people FROM profiles GROUP BY ALL ORDER BY ALL"))
