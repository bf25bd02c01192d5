"""A dbt Python model (dbt-duckdb): the rows of three models, each with the person it belongs to.

Put it into `models/`, with `light-cdp` and `polars` in the environment of dbt. `select` it in other models as `{{ ref('people') }}`.
"""

from __future__ import annotations

from typing import Any

import light_cdp as cdp

SOURCES = ("webshop", "loyalty", "tickets")


def model(dbt: Any, session: Any) -> Any:
    """What dbt calls: `dbt.ref` gives relations of DuckDB, which are frames to light CDP."""
    dbt.config(materialized="table")
    result = cdp.resolve({name: dbt.ref(name) for name in SOURCES}, dbt.config.get("light_cdp_config"))
    return result.assignments.to_pyarrow()
