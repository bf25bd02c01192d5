"""overhead.py FILE.parquet CDP_PEERS [RUNS]: what a call from Python costs beside Rust, for each way to hand the same rows over.

CDP_PEERS is the program of benches/peers (target/release/cdp-peers), whose run is Rust's: read the file, resolve. Python's is `resolve`
of the path, or of a frame made before the clock starts. All run in turns, in processes of their own; processor time is compared,
since other work on the machine disturbs it less. Needs the library on PYTHONPATH, pandas, polars and pyarrow (the environment of
`cargo xtask test` has them).
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time

INPUTS = ["Rust", "path", "pyarrow", "pandas", "polars"]


def one(kind: str, path: str) -> float:
    """Seconds of processor time of one call."""
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
    begun = time.process_time()
    cdp.resolve(frame)
    return time.process_time() - begun


def rust(program: str, path: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "resolve", path, "--out", folder]
        output = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(output.stdout)["cpu_seconds_unwritten"]


def main() -> None:
    if sys.argv[1] == "--one":
        print(one(*sys.argv[2:4]))
        return
    path, program, runs = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1
    seen: dict[str, list[float]] = {kind: [] for kind in INPUTS}
    for _ in range(runs):
        for kind in INPUTS:
            if kind == "Rust":
                seen[kind].append(rust(program, path))
                continue
            command = [sys.executable, __file__, "--one", kind, path]
            seen[kind].append(float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout))
    print("| input | CPU s | beside Rust |\n| --- | --- | --- |")
    medians = {kind: statistics.median(found) for kind, found in seen.items()}
    for kind, median in medians.items():
        print(f"| {kind} | {median:.2f} | {median / medians['Rust']:.2f} |")


main()
