"""What workers of Spark do for `light_cdp.spark`: steps from record batches to record batches, each by the Rust core.

A step is given the rows of a partition and knows of no others. It gives the same however often it is repeated. Of sorted rows, it holds
some whole groups at a time, not the partition.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

from . import _native

Batches = Iterable[Any]
Step = Callable[[Batches], Iterator[Any]]

TABLES = ("assignments", "profiles", "links", "refused")

#: Rows that a step holds, beside those of a group that has more.
HELD_ROWS = 100_000

#: What a worker's error begins with, so that the driver finds it in what Spark says of it.
MARK = "light_cdp stopped a task: "

#: What a worker holds from one task to the next.
_HELD: dict[str, _native._Shards] = {}


def _arrow() -> Any:
    """It comes with Spark."""
    import_module("pyarrow.compute")
    return import_module("pyarrow")


def shards(text: str) -> _native._Shards:
    if text not in _HELD:
        _HELD.clear()
        _HELD[text] = _native._Shards.from_json(text)
    return _HELD[text]


def sought(text: str, source: str, columns: list[str]) -> Step:
    """The keys of each row, whose columns are these."""

    def step(batches: Batches) -> Iterator[Any]:
        pa = _arrow()
        for batch in batches:
            if batch.num_rows:
                named = pa.RecordBatch.from_arrays(batch.columns, names=columns)
                yield from _batches(shards(text).sought(source, named))

    return step


def grouped(text: str) -> Step:
    """Pairs that identifier values join (`a`, `b`), then the records (`a`) of the blocks that formed (`key`)."""

    def step(batches: Batches) -> Iterator[Any]:
        pa = _arrow()
        blocks = shards(text).blocks()
        for batch in batches:
            pairs = blocks.add(batch).to_pyarrow()
            yield from pairs.append_column("key", pa.nulls(len(pairs), pa.int64())).to_batches()
        formed = blocks.formed().to_pyarrow()
        nobody = pa.nulls(len(formed), pa.binary())
        yield from pa.table({"a": formed["record"], "b": nobody, "key": formed["key"]}).to_batches()

    return step


def scored(text: str) -> Step:
    """The links of the model, of rows in order of their block (`key`)."""

    def step(batches: Batches) -> Iterator[Any]:
        for rows in whole_groups(batches, "key", HELD_ROWS):
            yield from _batches(shards(text).score(rows))

    return step


def joined(text: str) -> Step:
    """The tables of a result one after the other, each in its column, of rows in order of their component."""

    def step(batches: Batches) -> Iterator[Any]:
        for rows in whole_groups(batches, "component", HELD_ROWS):
            yield from _side_by_side(shards(text).join(rows))

    return step


def whole_groups(batches: Batches, name: str, rows: int) -> Iterator[Any]:
    """Tables of about so many rows, or more, of batches that are sorted by a column: all rows of one value are in one of them."""
    pa = _arrow()
    held: list[Any] = []
    count = 0
    for batch in batches:
        if not batch.num_rows:
            continue
        column = batch.column(name)
        # The last value may go on in the next batch; so may that of the batch before in this one.
        last = pa.compute.index(column, column[-1]).as_py()
        is_new = bool(held) and held[-1].column(name)[-1] != column[0]
        if count + last >= rows and (last or is_new):
            yield pa.Table.from_batches([*held, batch.slice(0, last)])
            held, count = [], 0
            batch = batch.slice(last)
        held.append(batch)
        count += batch.num_rows
    if held:
        yield pa.Table.from_batches(held)


def _batches(table: _native.Table) -> Iterator[Any]:
    yield from table.to_pyarrow().to_batches()


def _side_by_side(tables: list[_native.Table]) -> Iterator[Any]:
    pa = _arrow()
    structs = [table.to_pyarrow().to_struct_array().combine_chunks() for table in tables]
    for struct in structs:
        if len(struct):
            columns = [struct if other is struct else pa.nulls(len(struct), other.type) for other in structs]
            yield pa.RecordBatch.from_arrays(columns, names=list(TABLES))


def telling(step: Step) -> Step:
    """A step whose errors the driver can raise as ours. The values that they hide stay here: what Spark is told goes into its logs."""

    def run(batches: Batches) -> Iterator[Any]:
        before, now = 0, 0

        def counted() -> Iterator[Any]:
            nonlocal before, now
            for batch in batches:
                before, now = now, now + batch.num_rows
                yield batch

        try:
            yield from step(counted())
        except _native.Error as error:
            raise RuntimeError(MARK + json.dumps(_as_told(error, before))) from None

    return run


def _as_told(error: _native.Error, before: int) -> dict[str, Any]:
    # A worker has it; who calls a step without Spark need not.
    pyspark = sys.modules.get("pyspark")
    task = pyspark and pyspark.TaskContext.get()
    place = f"; rows are counted from row {before} of partition {task.partitionId()}" if task else ""
    told = {name: getattr(error, name) for name in ("code", "reason", "remedy", "line", "column")}
    return {"class": type(error).__name__, "text": f"{error}{place}", "values": [], **told}


def ours(error: Exception) -> _native.Error | None:
    """The error that stopped a worker, from what Spark says of it; `None` where it is none of ours."""
    _, mark, told = str(error).partition(MARK)
    if not mark:
        return None
    attributes, _ = json.JSONDecoder().raw_decode(told)
    raised: _native.Error = getattr(_native, attributes.pop("class"))(attributes.pop("text"))
    for name, value in attributes.items():
        setattr(raised, name, value)
    return raised
