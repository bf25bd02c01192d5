"""Frames of Spark in and out: `pip install light-cdp[spark]`.

Rows come to the driver as Arrow, are matched there by the same `resolve` as everywhere, and go back as frames of Spark. One
machine holds them: about 520 bytes a record of nine columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import _native

if TYPE_CHECKING:
    # Frames come with Spark already there; only types need it.
    from pyspark import sql as _sql

__all__ = ["SparkResult", "resolve"]


class SparkResult:
    """A result whose tables are frames of Spark; `local` is the result itself, for `why`, `how`, segments and reports."""

    def __init__(self, session: _sql.SparkSession, local: _native.Result) -> None:
        self._session = session
        self.local = local

    @property
    def assignments(self) -> _sql.DataFrame:
        """source, record_id, row, profile_id: one row a record."""
        return self._frame(self.local.assignments)

    @property
    def profiles(self) -> _sql.DataFrame:
        """profile_id, golden values, size, sources: one row a person."""
        return self._frame(self.local.profiles)

    @property
    def links(self) -> _sql.DataFrame:
        """What joins the records of a person."""
        return self._frame(self.local.links)

    @property
    def refused(self) -> _sql.DataFrame:
        """Links that were not made, with the reason."""
        return self._frame(self.local.refused)

    def _frame(self, table: _native.Table) -> _sql.DataFrame:
        return self._session.createDataFrame(table.to_pyarrow())


def resolve(frames: _sql.DataFrame | Mapping[str, _sql.DataFrame], config: Any = None, **options: Any) -> SparkResult:
    """Turns records in frames of Spark into profiles.

    Parameters
    ----------
    frames : DataFrame or dict of DataFrame
        One frame, or frames by the name of their source. Without an id column rows are named by their number, which Spark
        does not keep from run to run: have one.
    config : Config, dict or path, optional
        As of ``light_cdp.resolve``.
    **options
        As of ``light_cdp.resolve``: ``model``, ``decisions``, ``threads``, ``memory_limit``, ``progress``.

    Returns
    -------
    SparkResult
        The tables as frames of Spark; the same as of ``light_cdp.resolve`` on the same rows.
    """
    if isinstance(frames, Mapping):
        session = next(iter(frames.values())).sparkSession
        tables: Any = {name: _arrow(frame) for name, frame in frames.items()}
        return SparkResult(session, _native.resolve(tables, config, **options))
    return SparkResult(frames.sparkSession, _native.resolve(_arrow(frames), config, **options))


def _arrow(frame: _sql.DataFrame) -> Any:
    return frame.toArrow()
