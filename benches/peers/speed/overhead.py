"""overhead.py FILE.parquet [RUNS]: what a call from Python costs beside Rust's own stages, for each way to hand the same rows over.

Needs the library on PYTHONPATH, pandas, polars and pyarrow (the environment of `cargo xtask test` has them). Each input is made before
the clock starts; the rest of a call is its overhead: taking the frame over, threads, results. CPU seconds are told
beside, since other work disturbs them less.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time

INPUTS = ["path", "pyarrow", "pandas", "polars"]


def one(kind: str, path: str) -> dict[str, float]:
    import light_cdp as cdp

    if kind == "pyarrow":
        import pyarrow.parquet

        frame = pyarrow.parquet.read_table(path)
    elif kind == "pandas":
        import pandas

        frame = pandas.read_parquet(path)
    elif kind == "polars":
        import polars

        frame = polars.read_parquet(path)
    else:
        frame = path
    begun, cpu = time.perf_counter(), time.process_time()
    result = cdp.resolve(frame)
    tables = result.assignments, result.profiles
    wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
    assert len(tables[0])
    return {"wall": wall, "cpu": cpu, "stages": sum(result.summary["seconds"].values())}


def main() -> None:
    if sys.argv[1] == "--one":
        print(json.dumps(one(*sys.argv[2:4])))
        return
    path, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    seen: dict[str, list[dict[str, float]]] = {kind: [] for kind in INPUTS}
    for _ in range(runs):
        for kind in INPUTS:
            output = subprocess.run([sys.executable, __file__, "--one", kind, path], stdout=subprocess.PIPE, check=True)
            seen[kind].append(json.loads(output.stdout))
    print("| input | wall s | CPU s | of the wall time outside Rust's stages |\n| --- | --- | --- | --- |")
    for kind, found in seen.items():
        wall, cpu, stages = (statistics.median(run[key] for run in found) for key in ("wall", "cpu", "stages"))
        print(f"| {kind} | {wall:.2f} | {cpu:.2f} | {100 * (wall - stages) / wall:.1f} % |")


main()
