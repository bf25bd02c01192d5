"""A dbt Python model (dbt-duckdb): the rows of three models, each with the person it belongs to.

Put it into `models/`, with `light-cdp` and `polars` in the environment of dbt; other models select from it as from any. dbt finds out what a
model stands on by reading its code: each `dbt.ref` has to have its name as a literal, and no braces of Jinja may stand anywhere.
"""

from __future__ import annotations

from typing import Any

import light_cdp as cdp


def model(dbt: Any, session: Any) -> Any:
    """What dbt calls: `dbt.ref` gives relations of DuckDB, which are frames to light CDP."""
    dbt.config(materialized="table")
    sources = {"webshop": dbt.ref("webshop"), "loyalty": dbt.ref("loyalty"), "tickets": dbt.ref("tickets")}
    result = cdp.resolve(sources, dbt.config.get("light_cdp_config"))
    return result.assignments.to_pyarrow()
