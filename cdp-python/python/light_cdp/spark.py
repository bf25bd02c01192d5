"""Frames of Spark in and out: `pip install light-cdp[spark]`.

Rows stay in Spark. Its workers normalise them, score the pairs of records that share a key, and make the profiles of records that are
joined, all in the same Rust core; Spark parts, shuffles, stores and repeats. What a cluster needs to know beforehand is in the model.
The steps are described in `docs/lake.md`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from . import _native

if TYPE_CHECKING:
    # Frames come with Spark already there; only types need it.
    import pyarrow as _pa
    from pyspark import sql as _sql

__all__ = ["SparkResult", "resolve"]

_LOGGER = logging.getLogger("light_cdp")

#: Rows from which a model is trained on a sample of so many.
TRAIN_ROWS = 1_000_000
#: Links from which components are found by Spark, not on the driver.
DRIVER_LINKS = 10_000_000

_ROWS = "record binary, record_id string, source int, cells array<string>, keys array<bigint>, equal binary, equal_key bigint"
_TABLES = ("assignments", "profiles", "links", "refused")

_Batches = Iterable[Any]
_Step = Callable[[_Batches], Iterator[Any]]


class SparkResult:
    """A result whose tables are frames of Spark."""

    def __init__(self, frames: Mapping[str, _sql.DataFrame], model: _native.Model, local: _native.Result | None) -> None:
        self._frames = frames
        #: The model that was used: give it to the next call to match new rows as before.
        self.model = model
        #: The result of a call on one machine, for `why`, `how`, segments and reports; `None` where the work was done by Spark.
        self.local = local

    @property
    def assignments(self) -> _sql.DataFrame:
        """source, record_id, profile_id: one row a record."""
        return self._frames["assignments"]

    @property
    def profiles(self) -> _sql.DataFrame:
        """profile_id, golden values, size, sources: one row a person."""
        return self._frames["profiles"]

    @property
    def links(self) -> _sql.DataFrame:
        """What joins the records of a person."""
        return self._frames["links"]

    @property
    def refused(self) -> _sql.DataFrame:
        """Links that were not made, with the reason."""
        return self._frames["refused"]


def resolve(
    frames: _sql.DataFrame | Mapping[str, _sql.DataFrame],
    config: Any = None,
    *,
    model: _native.Model | None = None,
    train_rows: int = TRAIN_ROWS,
    driver_links: int = DRIVER_LINKS,
    **options: Any,
) -> SparkResult:
    """Turns records in frames of Spark into profiles.

    The result is that of ``light_cdp.resolve`` on the same rows with the same model. Where Spark cannot give that (a source without an
    id column or one that the model does not know, decisions), the rows come to the driver and are matched there; the logger
    ``light_cdp`` says why, as a warning.

    Parameters
    ----------
    frames : DataFrame or dict of DataFrame
        One frame, or frames by the name of their source. They are read more than once: what is costly to make should be cached.
    config : Config, dict or path, optional
        As of ``light_cdp.resolve``.
    model : Model, optional
        A trained model. Without one, it is trained on the driver, on all rows or a sample of them.
    train_rows : int, default 1,000,000
        Where there are more rows and no model, one is trained on a sample of about so many.
    driver_links : int, default 10,000,000
        Up to so many links, which records are joined is worked out on the driver; beyond, by Spark.
    **options
        As of ``light_cdp.resolve``, for what is done on the driver: ``decisions``, ``threads``, ``memory_limit``, ``progress``.

    Returns
    -------
    SparkResult
        The tables as frames of Spark.
    """
    sources = dict(frames) if isinstance(frames, Mapping) else {"records": frames}
    if not sources:
        # Refused as everywhere.
        _native.resolve({}, config, **options)
    if options.get("decisions") is not None:
        return _on_driver(sources, config, model, options, "decisions name single records")
    if model is None:
        training = {name: options[name] for name in ("threads", "memory_limit", "progress") if name in options}
        model = _native.train(_sample(sources, train_rows), None, config, **training)
    try:
        shards = _native._Shards({name: _head(frame) for name, frame in sources.items()}, config, model)
    except (_native.ConfigError, _native.ModelError) as error:
        # Where it is no matter of Spark, the call on the driver says so too.
        return _on_driver(sources, config, model, options, str(error))
    return SparkResult(_Run(sources, shards, config, model).tables(driver_links), model, None)


def _on_driver(
    sources: Mapping[str, _sql.DataFrame], config: Any, model: _native.Model | None, options: dict[str, Any], reason: str
) -> SparkResult:
    _LOGGER.warning("all rows are matched on the driver: %s", reason)
    result = _native.resolve({name: frame.toArrow() for name, frame in sources.items()}, config, model=model, **options)
    session = next(iter(sources.values())).sparkSession
    tables = {name: getattr(result, name).to_pyarrow() for name in _TABLES}
    # Spark keeps no order of rows, so that their numbers would say nothing.
    tables["assignments"] = tables["assignments"].drop_columns("row")
    return SparkResult({name: session.createDataFrame(table) for name, table in tables.items()}, result.model, result)


def _sample(sources: Mapping[str, _sql.DataFrame], rows: int) -> dict[str, Any]:
    """All rows, or about so many of them, as Arrow tables."""
    count = sum(frame.count() for frame in sources.values())
    if count <= rows:
        return {name: frame.toArrow() for name, frame in sources.items()}
    _LOGGER.warning("the model is trained on about %d of %d rows: rules of blocking are chosen for so few", rows, count)
    return {name: frame.sample(rows / count, seed=0).toArrow() for name, frame in sources.items()}


def _head(frame: _sql.DataFrame) -> _pa.Table:
    """The columns of a frame, without rows."""
    return frame.limit(0).toArrow()


#: What a worker holds from one task to the next.
_HELD: dict[str, _native._Shards] = {}


def _shards(text: str) -> _native._Shards:
    if text not in _HELD:
        _HELD.clear()
        _HELD[text] = _native._Shards.from_json(text)
    return _HELD[text]


def _batches(table: _native.Table) -> Iterator[Any]:
    yield from table.to_pyarrow().to_batches()


def _sought(text: str, source: str) -> _Step:
    def step(batches: _Batches) -> Iterator[Any]:
        for batch in batches:
            if batch.num_rows:
                yield from _batches(_shards(text).sought(source, batch))

    return step


def _grouped(text: str) -> _Step:
    """Pairs that identifier values join (`a`, `b`), then the records (`a`) of the blocks that formed (`key`)."""

    def step(batches: _Batches) -> Iterator[Any]:
        import pyarrow as pa

        blocks = _shards(text).blocks()
        for batch in batches:
            pairs = blocks.add(batch).to_pyarrow()
            yield from pairs.append_column("key", pa.nulls(len(pairs), pa.int64())).to_batches()
        formed = blocks.formed().to_pyarrow()
        nobody = pa.nulls(len(formed), pa.binary())
        yield from pa.table({"a": formed["record"], "b": nobody, "key": formed["key"]}).to_batches()

    return step


def _scored(text: str) -> _Step:
    def step(batches: _Batches) -> Iterator[Any]:
        import pyarrow as pa

        rows = list(batches)
        if rows:
            yield from _batches(_shards(text).score(pa.Table.from_batches(rows)))

    return step


def _joined(text: str) -> _Step:
    """The tables of a result one after the other, each in its column."""

    def step(batches: _Batches) -> Iterator[Any]:
        import pyarrow as pa

        rows = list(batches)
        if sum(batch.num_rows for batch in rows):
            yield from _side_by_side(_shards(text).join(pa.Table.from_batches(rows)))

    return step


def _side_by_side(tables: list[_native.Table]) -> Iterator[_pa.RecordBatch]:
    import pyarrow as pa

    structs = [table.to_pyarrow().to_struct_array().combine_chunks() for table in tables]
    for struct in structs:
        if len(struct):
            columns = [struct if other is struct else pa.nulls(len(struct), other.type) for other in structs]
            yield pa.RecordBatch.from_arrays(columns, names=list(_TABLES))


class _Run:
    """The frames of one call."""

    def __init__(self, sources: Mapping[str, _sql.DataFrame], shards: _native._Shards, config: Any, model: _native.Model) -> None:
        self.sources = sources
        self.session = next(iter(sources.values())).sparkSession
        self.shards = shards
        self.text = shards.to_json()
        self.config = config
        self.model = model
        self.kept: list[_sql.DataFrame] = []

    def tables(self, driver_links: int) -> dict[str, _sql.DataFrame]:
        """The tables of the result; what was kept on the way is let go once they are there."""
        try:
            rows = self._rows()
            self._refuse_duplicates(rows)
            rows = self._without_equal(rows)
            grouped = self._grouped(rows)
            links = self._links(rows, grouped)
            components = self._components(grouped, links, driver_links)
            whole = self._whole(rows, links, components).persist()
            whole.count()
        finally:
            for frame in self.kept:
                frame.unpersist()
        tables = {name: whole.where(whole[name].isNotNull()).select(f"{name}.*") for name in _TABLES}
        return tables | {"assignments": tables["assignments"].drop("row")}

    def _keep(self, frame: _sql.DataFrame) -> _sql.DataFrame:
        from pyspark import StorageLevel

        self.kept.append(frame.persist(StorageLevel.MEMORY_AND_DISK))
        return self.kept[-1]

    def _rows(self) -> _sql.DataFrame:
        """Every record with its keys."""
        found = (frame.mapInArrow(_sought(self.text, name), _ROWS) for name, frame in self.sources.items())
        return self._keep(reduce(lambda some, more: some.union(more), found))

    def _refuse_duplicates(self, rows: _sql.DataFrame) -> None:
        twice = rows.groupBy("record").count().where("count > 1").select("record").limit(1)
        found = twice.join(rows, "record").select("source", "record_id").limit(1).collect()
        for source, record_id in found:
            name = list(self.sources)[source]
            column = self.shards.id_column(name)
            same = self.sources[name].where(self.sources[name][column].cast("string") == record_id)
            _native.resolve({name: same.toArrow()}, self.config, model=self.model)
            raise _native.DataError(f"two records of the source '{name}' have one id")

    def _without_equal(self, rows: _sql.DataFrame) -> _sql.DataFrame:
        """Of many equal rows of a source, the first few form blocks, and each of the others meets the first."""
        from pyspark.sql import Window
        from pyspark.sql import functions as F

        shown = self.shards.shown
        many = rows.where("equal is not null").groupBy("equal").count().where(F.col("count") > shown).select("equal")
        many = self._keep(many)
        if many.isEmpty():
            return rows
        order = Window.partitionBy("equal").orderBy("record_id")
        placed = rows.join(many, "equal").select("record", F.row_number().over(order).alias("place"))
        own = F.array("equal_key")
        values = F.filter("keys", lambda key: key < 0)
        keys = (
            F.when(F.col("place") == 1, F.concat("keys", own))
            .when(F.col("place") > shown, F.concat(values, own))
            .otherwise(F.col("keys"))
        )
        return self._keep(rows.join(placed, "record", "left").withColumn("keys", keys).drop("place"))

    def _grouped(self, rows: _sql.DataFrame) -> _sql.DataFrame:
        from pyspark.sql import functions as F

        keys = rows.select("record", F.explode("keys").alias("key")).repartition("key")
        return self._keep(keys.mapInArrow(_grouped(self.text), "a binary, b binary, key bigint"))

    def _links(self, rows: _sql.DataFrame, grouped: _sql.DataFrame) -> _sql.DataFrame:
        """The links of the model, each once."""
        from pyspark.sql import functions as F

        blocks = grouped.where("key is not null").groupBy(F.col("a").alias("record")).agg(F.collect_list("key").alias("keys"))
        met = rows.select("record", "source", "cells").join(blocks, "record")
        met = met.select("record", "source", "cells", "keys", F.explode("keys").alias("key")).repartition("key")
        return self._keep(met.mapInArrow(_scored(self.text), "a binary, b binary, weight double, spans boolean"))

    def _components(self, grouped: _sql.DataFrame, links: _sql.DataFrame, driver_links: int) -> _sql.DataFrame:
        """Each joined record, and the lowest one of all that it is joined to, directly or not."""
        pairs = links.where("spans").select("a", "b").union(grouped.where("b is not null").select("a", "b"))
        if pairs.count() > driver_links:
            return _stars(pairs)
        found = _native._Shards.components(pairs.toArrow()).to_pyarrow()
        return self.session.createDataFrame(found, "record binary, component binary")

    def _whole(self, rows: _sql.DataFrame, links: _sql.DataFrame, components: _sql.DataFrame) -> _sql.DataFrame:
        """The tables of the result, of whole components."""
        from pyspark.sql import functions as F

        placed = rows.select("record", "source", "cells").join(components, "record", "left")
        none = F.lit(None)
        placed = placed.select(
            "record", "source", "cells", none.cast("binary").alias("other"), none.cast("double").alias("weight"), "component"
        )
        pairs = links.select(F.col("a").alias("record"), F.col("b").alias("other"), "weight").join(components, "record", "left")
        pairs = pairs.select(
            "record", none.cast("int").alias("source"), none.cast("array<string>").alias("cells"), "other", "weight", "component"
        )
        both = placed.union(pairs).withColumn("component", F.coalesce("component", "record")).repartition("component")
        return both.drop("component").mapInArrow(_joined(self.text), self._schema())

    def _schema(self) -> Any:
        """What the tables of any result of these records look like."""
        from pyspark.sql.pandas.types import from_arrow_type
        from pyspark.sql.types import StructField, StructType

        empty = self.shards.empty()
        types = (table.to_pyarrow().to_struct_array().type for table in empty)
        return StructType([StructField(name, from_arrow_type(kind), True) for name, kind in zip(_TABLES, types, strict=True)])


def _stars(pairs: _sql.DataFrame) -> _sql.DataFrame:
    """Components by alternating large and small stars (Kiveris et al. 2014), until nothing changes."""
    from pyspark.sql import functions as F

    def lowest(frame: _sql.DataFrame) -> _sql.DataFrame:
        return frame.groupBy("a").agg(F.min("b").alias("low"))

    def kept(frame: _sql.DataFrame) -> _sql.DataFrame:
        reliable = frame.sparkSession.sparkContext.getCheckpointDir() is not None
        return frame.checkpoint() if reliable else frame.localCheckpoint()

    def state(frame: _sql.DataFrame) -> Any:
        total = F.sum(F.xxhash64("a", "b").cast("decimal(38,0)"))
        return frame.agg(F.count("*"), total).collect()[0]

    # From each record to a lower one.
    edges = pairs.select(F.greatest("a", "b").alias("a"), F.least("a", "b").alias("b")).where("a != b").distinct()
    edges = kept(edges)
    before, now = None, state(edges)
    while before != now:
        both = edges.union(edges.select(F.col("b").alias("a"), F.col("a").alias("b")))
        low = lowest(both).select("a", F.least("a", "low").alias("low"))
        edges = both.where("b > a").join(low, "a").select(F.col("b").alias("a"), F.col("low").alias("b")).distinct()
        low = lowest(edges)
        moved = edges.join(low, "a").where("b != low").select(F.col("b").alias("a"), F.col("low").alias("b"))
        edges = kept(moved.union(low.select("a", F.col("low").alias("b"))).distinct())
        before, now = now, state(edges)
    return edges.select(F.col("a").alias("record"), F.col("b").alias("component"))
