"""GoldenMatch as it comes: the files as they are, no configuration at all, which is what it is made for."""

import contextlib
import json
import sys
from pathlib import Path

import goldenmatch
import pandas as pd
import pyarrow as pa
from common import run


def cluster(frame: pd.DataFrame, folder: Path) -> pd.Series:
    kinds = json.loads(Path(sys.argv[2]).read_text())
    sources = [pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False) for name in sorted(kinds)]
    ids = [kinds[name]["id"] for name in sorted(kinds)]
    sources = [source.drop(columns=[key] if key else []) for source, key in zip(sources, ids, strict=True)]
    together = pd.concat(sources, ignore_index=True).fillna("")
    table = pa.table({name: pa.array(together[name].tolist(), pa.string()) for name in together})
    with contextlib.redirect_stdout(sys.stderr):
        result = goldenmatch.dedupe_df(table, confidence_required=False, allow_red_config=True)
    clusters = pd.Series(range(len(frame)))
    for number, found in result.clusters.items():
        clusters[found["members"]] = len(frame) + int(number)
    return clusters


run(cluster)
