"""GoldenMatch as it comes: no configuration at all, which is what it is sold for."""

import contextlib
import sys
from pathlib import Path

import goldenmatch
import pandas as pd
import pyarrow as pa
from common import run


def cluster(frame: pd.DataFrame, _folder: Path) -> pd.Series:
    columns = [name for name in frame.columns if name not in ("unique_id", "source", "record_id")]
    table = pa.table({name: pa.array(frame[name].fillna("").tolist(), pa.string()) for name in columns})
    with contextlib.redirect_stdout(sys.stderr):
        result = goldenmatch.dedupe_df(table, confidence_required=False, allow_red_config=True)
    clusters = pd.Series(range(len(frame)))
    for number, found in result.clusters.items():
        clusters[found["members"]] = len(frame) + int(number)
    return clusters


run(cluster)
