"""The same records give the same assignments, byte for byte, as in Rust and Node (see cdp-core/tests/same_everywhere.rs)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import light_cdp as cdp
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

DATA = Path(__file__).resolve().parents[2] / "examples" / "data"
KNOWN = (DATA / "assignments.sha256").read_text().strip()


def tickets() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "tickets.jsonl").read_text(encoding="utf-8").splitlines()]


def files() -> dict[str, Any]:
    return {name: str(DATA / file) for name, file in
            (("webshop", "webshop.csv"), ("loyalty", "loyalty.csv"), ("tickets", "tickets.jsonl"))}


def pandas() -> dict[str, Any]:
    return {
        "webshop": pd.read_csv(DATA / "webshop.csv", dtype=str),
        "loyalty": pd.read_csv(DATA / "loyalty.csv", dtype=str, sep=";"),
        "tickets": pd.DataFrame(tickets()),
    }


def polars() -> dict[str, Any]:
    return {
        "webshop": pl.read_csv(DATA / "webshop.csv", infer_schema=False),
        "loyalty": pl.read_csv(DATA / "loyalty.csv", infer_schema=False, separator=";"),
        "tickets": pl.DataFrame(tickets(), infer_schema_length=None),
    }


def pyarrow() -> dict[str, Any]:
    return {name: pa.Table.from_pandas(frame, preserve_index=False) for name, frame in pandas().items()}


@pytest.mark.parametrize("read", [files, pandas, polars, pyarrow])
def test_the_retailer_has_the_known_assignments(read: Any) -> None:
    assignments = cdp.resolve(read()).assignments.to_pyarrow().to_pylist()
    lines = (f"{a['source']},{a['record_id']},{a['row']},{a['profile_id']}\n" for a in assignments)
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == KNOWN
