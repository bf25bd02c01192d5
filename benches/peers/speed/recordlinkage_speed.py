"""recordlinkage: ECM (unsupervised Fellegi-Sunter) over binary comparisons, connected components."""

from __future__ import annotations

from typing import Any

import pandas as pd
import recordlinkage

from common import run

#: The comparison of each column: its method, and from where on two values agree.
COMPARISONS = {
    "first_name": ("jarowinkler", 0.88), "last_name": ("jarowinkler", 0.88), "dob": ("damerau_levenshtein", 0.85),
    "email": ("damerau_levenshtein", 0.85), "phone": ("exact", 1.0), "postcode": ("exact", 1.0),
}  # fmt: skip
BLOCKS = [["email"], ["phone"], ["last_name", "dob"], ["first_name", "dob"], ["first_name", "last_name", "postcode"]]


def clean(path: str) -> pd.DataFrame:
    frame = pd.read_parquet(path)
    for column in ("first_name", "last_name", "email"):
        frame[column] = frame[column].str.lower().str.strip()
    support = frame["dob"].str.match(r"\d\d/\d\d/\d{4}", na=False)
    dob = frame.loc[support, "dob"]
    frame.loc[support, "dob"] = dob.str[6:] + "-" + dob.str[3:5] + "-" + dob.str[:2]
    frame["phone"] = frame["phone"].str.replace(r"[^0-9]", "", regex=True).str[-10:]
    frame["postcode"] = frame["postcode"].str.upper().str.replace(" ", "", regex=False)
    return frame


def cluster(path: str) -> tuple[Any, Any]:
    frame = clean(path)
    indexer = recordlinkage.Index()
    for rule in BLOCKS:
        indexer.block(rule)
    pairs = indexer.index(frame)
    compare = recordlinkage.Compare(n_jobs=1)
    for column, (method, threshold) in COMPARISONS.items():
        if method == "exact":
            compare.exact(column, column, label=column)
        else:
            compare.string(column, column, method=method, threshold=threshold, label=column)
    features = compare.compute(pairs, frame)
    matches = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(features)
    parent = list(range(len(frame)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for a, b in matches:
        parent[root(int(a))] = root(int(b))
    return frame["unique_id"].to_numpy(), [root(node) for node in range(len(frame))]


run(cluster)
