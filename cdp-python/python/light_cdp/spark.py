"""Frames of Spark in and out: `pip install light-cdp[spark]`.

Rows stay in Spark. Its workers normalise them, score the pairs of records that share a key, and make the profiles of records that are
joined, all in the same Rust core; Spark parts, shuffles, stores and repeats. What a cluster needs to know beforehand is in the model.
The steps are described in `docs/lake.md`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from . import _native
from . import _spark_steps as _steps

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


class SparkResult:
    """A result whose tables are frames of Spark, which keeps them until `unpersist`."""

    def __init__(
        self,
        frames: Mapping[str, _sql.DataFrame],
        model: _native.Model,
        local: _native.Result | None,
        warnings: list[str],
        kept: _sql.DataFrame | None = None,
    ) -> None:
        self._frames = frames
        self._kept = kept
        #: The model that was used: give it to the next call to match new rows as before.
        self.model = model
        #: The result of a call on one machine, for `why`, `how`, segments and reports; `None` where the work was done by Spark.
        self.local = local
        #: What the caller should know, such as columns that cannot be read.
        self.warnings = warnings

    def unpersist(self) -> None:
        """Has Spark let go of the tables, once they are written. Who asks for one afterwards has all of it worked out again."""
        if self._kept is not None:
            self._kept.unpersist()

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
    decisions: Any = None,
    threads: int | None = None,
    memory_limit: int | str | None = None,
    progress: Any = None,
    train_rows: int = TRAIN_ROWS,
    driver_links: int = DRIVER_LINKS,
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
    decisions, threads, memory_limit, progress : optional
        As of ``light_cdp.resolve``, for what is done on the driver.
    train_rows : int, default 1,000,000
        Where there are more rows and no model, one is trained on a sample of about so many.
    driver_links : int, default 10,000,000
        Up to so many links, which records are joined is worked out on the driver; beyond, by Spark.

    Returns
    -------
    SparkResult
        The tables as frames of Spark.
    """
    sources = dict(frames) if isinstance(frames, Mapping) else {"records": frames}
    here: dict[str, Any] = {"threads": threads, "memory_limit": memory_limit, "progress": progress}
    if not sources:
        # Refused as everywhere.
        _native.resolve({}, config, **here)
    if decisions is not None:
        return _on_driver(sources, config, model, here | {"decisions": decisions}, "decisions name single records")
    if model is None:
        model = _native.train(_sample(sources, train_rows), None, config, **here)
    heads = {name: _head(frame) for name, frame in sources.items()}
    reason = _native._Shards.hindrance(heads, config, model)
    if reason is not None:
        return _on_driver(sources, config, model, here, reason)
    shards = _native._Shards(heads, config, model)
    for warning in shards.warnings:
        _LOGGER.warning("%s", warning)
    whole = _Run(sources, shards, config).whole(driver_links)
    tables = {name: whole.where(whole[name].isNotNull()).select(f"{name}.*") for name in _steps.TABLES}
    tables["assignments"] = tables["assignments"].drop("row")
    return SparkResult(tables, model, None, shards.warnings, whole)


def _on_driver(
    sources: Mapping[str, _sql.DataFrame], config: Any, model: _native.Model | None, options: dict[str, Any], reason: str
) -> SparkResult:
    _LOGGER.warning("all rows are matched on the driver: %s", reason)
    result = _native.resolve({name: frame.toArrow() for name, frame in sources.items()}, config, model=model, **options)
    session = next(iter(sources.values())).sparkSession
    tables = {name: getattr(result, name).to_pyarrow() for name in _steps.TABLES}
    # Spark keeps no order of rows, so that their numbers would say nothing.
    tables["assignments"] = tables["assignments"].drop_columns("row")
    frames = {name: session.createDataFrame(table) for name, table in tables.items()}
    return SparkResult(frames, result.model, result, list(result.summary["warnings"]))


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


class _Run:
    """The frames of one call."""

    def __init__(self, sources: Mapping[str, _sql.DataFrame], shards: _native._Shards, config: Any) -> None:
        self.sources = sources
        self.session = next(iter(sources.values())).sparkSession
        self.shards = shards
        self.text = shards.to_json()
        self.config = config
        self.kept: list[_sql.DataFrame] = []

    def whole(self, driver_links: int) -> _sql.DataFrame:
        """The tables of the result, side by side and kept; what was kept on the way is let go once they are there."""
        from pyspark.errors import PySparkException

        whole = None
        try:
            rows = self._rows()
            self._refuse_duplicates(rows)
            if rows.isEmpty():
                # Refused as everywhere.
                _native.resolve({}, self.config)
            rows = self._without_equal(rows)
            grouped = self._grouped(rows)
            links = self._links(rows, grouped)
            components = self._components(grouped, links, driver_links)
            whole = self._whole(rows, links, components).persist()
            whole.count()
        except Exception as error:
            if whole is not None:
                whole.unpersist()
            told = _steps.ours(error) if isinstance(error, PySparkException) else None
            if told is None:
                raise
            raise told from error
        finally:
            for frame in self.kept:
                frame.unpersist()
        return whole

    def _mapped(self, frame: _sql.DataFrame, step: _steps.Step, schema: Any) -> _sql.DataFrame:
        return frame.mapInArrow(_steps.telling(step), schema)

    def _keep(self, frame: _sql.DataFrame) -> _sql.DataFrame:
        from pyspark import StorageLevel

        self.kept.append(frame.persist(StorageLevel.MEMORY_AND_DISK))
        return self.kept[-1]

    def _rows(self) -> _sql.DataFrame:
        """Every record with its keys."""
        return self._keep(reduce(lambda some, more: some.union(more), (self._sought(*source) for source in self.sources.items())))

    def _sought(self, name: str, frame: _sql.DataFrame) -> _sql.DataFrame:
        # Spark takes a dot in the name of a column for a path, so that the columns travel under others.
        plain = frame.toDF(*(f"c{place}" for place in range(len(frame.columns))))
        return self._mapped(plain, _steps.sought(self.text, name, frame.columns), _ROWS)

    def _refuse_duplicates(self, rows: _sql.DataFrame) -> None:
        twice = rows.groupBy("record").count().where("count > 1").select("record").limit(1).collect()
        for (record,) in twice:
            one = rows.where(rows["record"] == record).select("source", "record_id").limit(1).collect()
            for source, record_id in one:
                self.shards.refuse_duplicate(list(self.sources)[source], record_id)

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
        return self._keep(self._mapped(keys, _steps.grouped(self.text), "a binary, b binary, key bigint"))

    def _links(self, rows: _sql.DataFrame, grouped: _sql.DataFrame) -> _sql.DataFrame:
        """The links of the model, each once."""
        from pyspark.sql import functions as F

        blocks = grouped.where("key is not null").groupBy(F.col("a").alias("record")).agg(F.collect_list("key").alias("keys"))
        met = rows.select("record", "source", "cells").join(blocks, "record")
        met = met.select("record", "source", "cells", "keys", F.explode("keys").alias("key"))
        met = met.repartition("key").sortWithinPartitions("key")
        return self._keep(self._mapped(met, _steps.scored(self.text), "a binary, b binary, weight double, spans boolean"))

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
        both = placed.union(pairs).withColumn("component", F.coalesce("component", "record"))
        both = both.repartition("component").sortWithinPartitions("component")
        return self._mapped(both, _steps.joined(self.text), self._schema())

    def _schema(self) -> Any:
        """What the tables of any result of these records look like."""
        from pyspark.sql.pandas.types import from_arrow_type
        from pyspark.sql.types import StructField, StructType

        empty = self.shards.empty()
        types = (table.to_pyarrow().to_struct_array().type for table in empty)
        return StructType([StructField(name, from_arrow_type(kind), True) for name, kind in zip(_steps.TABLES, types, strict=True)])


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
