"""What the speed runs share: `python PEER.py RECORDS.parquet ASSIGNMENTS.parquet`, and one line of JSON at the end."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def run(cluster: Callable[[str], tuple[Any, Any]]) -> None:
    """Calls a peer with the path of the records; its answer is the ids of records and the cluster of each."""
    path, out = sys.argv[1:3]
    ids, clusters = cluster(path)
    table = pa.table({"record_id": pa.array(ids).cast(pa.string()), "profile_id": pa.array(clusters).cast(pa.string())})
    pq.write_table(table, out)
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    print(json.dumps({"cpu_seconds": cpu, "peak_memory_mb": own.ru_maxrss // 1024}))
