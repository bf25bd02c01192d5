"""What all peers share: the rows under the names of their kinds, and the assignments written for our evaluator.

A peer is run as `python PEER.py FOLDER KINDS OUT`: the folder of a labelled set; a JSON file with the kind of each column, as light-cdp
infers them, so that every tool is told the types; and the CSV file to write. It prints one JSON line: seconds from rows in memory
to clusters, and peak memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

#: Columns by their kind: whole names are split where a source has no other, streets keep their number.
WANTED = [
    "given_name", "family_name", "full_name", "organisation_name", "birth_date", "email", "phone",
    "street_address", "full_address", "postal_code", "city", "region", "national_id", "gender", "category", "text",
]  # fmt: skip

#: Blocking rules of the tools that want them by hand, the most telling first.
BLOCKS = [
    ("given_name", "family_name"), ("birth_date",), ("email",), ("phone",), ("national_id",), ("street_address",),
    ("family_name", "postal_code"), ("given_name", "postal_code"), ("family_name", "city"),
    ("organisation_name",), ("full_address",), ("postal_code", "city"),
]  # fmt: skip


def blocks(kinds: list[str]) -> list[tuple[str, ...]]:
    """The blocking rules whose columns exist."""
    return [rule for rule in BLOCKS if all(kind in kinds for kind in rule)]


def filled(frame: pd.DataFrame, wanted: Iterable[str]) -> list[str]:
    """The kinds that two rows at least have; a whole name only where its parts are not."""
    kinds = [kind for kind in wanted if kind in frame and frame[kind].notna().sum() > 1]
    return [kind for kind in kinds if kind != "full_name" or "given_name" not in kinds]


def clean(value: object) -> str | None:
    """Lower case, no accents, single spaces: what every tutorial of these tools does first."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode() or value
    return " ".join(text.lower().split())


def rows(folder: Path, kinds: dict[str, dict[str, str]]) -> pd.DataFrame:
    """All sources in one frame: `source`, `record_id`, `unique_id`, and a column for each kind that any source has."""
    frames = []
    for source, columns in sorted(kinds.items()):
        frame = pd.read_csv(folder / f"{source}.csv", dtype=str, keep_default_na=False)
        ids = frame[columns["id"]] if columns.get("id") else pd.Series(frame.index.astype(str))
        named = pd.DataFrame({"source": source, "record_id": ids})
        for column, kind in columns["fields"].items():
            if kind in WANTED and column in frame:
                values = frame[column].map(clean)
                named[kind] = named[kind].fillna(values) if kind in named else values
        frames.append(named)
    together = pd.concat(frames, ignore_index=True)
    if "full_name" in together and "family_name" not in together:
        parts = together["full_name"].str.split(" ")
        together["given_name"] = parts.str[0]
        together["family_name"] = parts.str[-1]
    together.insert(0, "unique_id", together.index.astype(str))
    return together.where(together.notna(), None)


def run(cluster: Callable[[pd.DataFrame, Path], pd.Series]) -> None:
    """Calls a peer with the rows; its answer is a cluster for each of them."""
    folder, kinds, out = (Path(argument) for argument in sys.argv[1:4])
    frame = rows(folder, json.loads(kinds.read_text()))
    begun = time.perf_counter()
    clusters = cluster(frame, folder)
    seconds = time.perf_counter() - begun
    frame[["source", "record_id"]].assign(profile_id=clusters.astype(str).to_numpy()).to_csv(out, index=False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "peak_memory_mb": peak}))


def components(count: int, pairs: list[tuple[int, int]]) -> pd.Series:
    """Connected components, for tools that stop at pairs."""
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for a, b in pairs:
        parent[root(a)] = root(b)
    return pd.Series([root(node) for node in range(count)])
