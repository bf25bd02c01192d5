"""The rows of three models, each with the person it belongs to; all of it anew in each run.

dbt finds out what a model stands on by reading its code: each `dbt.ref` has to have its name as a literal, no braces of Jinja may stand anywhere,
and the last line of `model` is its `return`.
"""

from __future__ import annotations

from typing import Any

import light_cdp as cdp


def model(dbt: Any, session: Any) -> Any:
    """What dbt calls: `dbt.ref` gives relations of DuckDB, which are frames to light CDP."""
    dbt.config(materialized="table")
    sources = {"webshop": dbt.ref("webshop"), "loyalty": dbt.ref("loyalty"), "tickets": dbt.ref("tickets")}
    result = cdp.resolve(sources, dbt.config.meta_get("rules"))
    return result.assignments.to_pyarrow()
