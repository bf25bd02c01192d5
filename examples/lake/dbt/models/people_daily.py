"""The same, but yesterday's result goes on: new and changed rows are taken in, and people keep their ids.

The state is a live graph in a folder beside the database. The first run trains the model that is kept; delete the folder to begin anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow

import light_cdp as cdp


def model(dbt: Any, session: Any) -> Any:
    """Rows that the graph has word for word count once, so a run may be repeated, and one that failed is made good by the next."""
    dbt.config(materialized="table")
    sources = {"webshop": dbt.ref("webshop"), "loyalty": dbt.ref("loyalty"), "tickets": dbt.ref("tickets")}
    kept = Path(dbt.config.meta_get("kept"))
    if not (kept / "model.json").exists():
        trained = cdp.resolve(sources, dbt.config.meta_get("rules"))
        kept.mkdir(parents=True, exist_ok=True)
        trained.config.save(kept / "cdp.toml")
        trained.model.save(kept / "model.json")
    with cdp.Graph.open(kept / "people.graph", kept / "cdp.toml", kept / "model.json") as graph:
        for source, rows in sources.items():
            # Of a large source hand in what is new alone: rows.filter("loaded_at > ...").
            for batch in pyarrow.RecordBatchReader.from_stream(rows):
                # A call is one commit, and takes 64 MB at most.
                for at in range(0, batch.num_rows, 10_000):
                    rows_of_call = batch.slice(at, 10_000).to_pylist()
                    graph.ingest([{"type": "record", "source": source, "record": row} for row in rows_of_call])
        people = graph.snapshot().assignments.to_pyarrow()
    return people
