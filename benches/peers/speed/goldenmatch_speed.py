"""GoldenMatch as it comes: no configuration at all, which is what it is made for."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

import goldenmatch
import pyarrow as pa
import pyarrow.parquet as pq
from common import run


def cluster(path: str) -> tuple[Any, Any]:
    table = pq.read_table(path)
    ids = table["unique_id"]
    columns = [name for name in table.column_names if name != "unique_id"]
    texts = pa.table({name: table[name].cast(pa.string()).fill_null("") for name in columns})
    with contextlib.redirect_stdout(sys.stderr):
        result = goldenmatch.dedupe_df(texts, confidence_required=False, allow_red_config=True)
    clusters = list(range(len(table)))
    for number, found in result.clusters.items():
        for member in found["members"]:
            clusters[member] = len(table) + int(number)
    return ids, clusters


run(cluster)
