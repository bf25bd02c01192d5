"""Models of Splink, read: the same pairs with the same weights, and the configuration that says the same to `resolve`.

    model = cdp.from_splink("splink_model.json")
    model.score(frame, [("1", "7")])         # in bits, as Splink's match_weight
    cdp.resolve(frame, model.config(frame))  # trains its own model, on its own comparison levels

Conditions are read as DuckDB 2 means them; `_conditions` has the expressions that are understood.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from . import _native
from ._conditions import Condition, Row, condition, refused

__all__ = ["SplinkLevel", "SplinkModel", "from_splink"]


@dataclass(frozen=True)
class SplinkLevel:
    """One comparison level: its condition, its weight in bits, and how the frequency of values moves it."""

    label: str
    condition: Condition
    weight: float
    trained: bool
    tf_column: str | None = None
    tf_weight: float = 0.0
    tf_minimum: float = 0.0
    tf_base: float = 0.0

    def adjustment(self, a: Row, b: Row, frequencies: Mapping[str, Mapping[Any, float]]) -> float:
        """What the frequency of the agreed value adds, in bits."""
        if self.tf_column is None or self.tf_weight == 0.0:
            return 0.0
        known = frequencies[self.tf_column]
        shares = [known[value] for value in (a.get(self.tf_column), b.get(self.tf_column)) if value in known]
        if not shares:
            return 0.0
        return self.tf_weight * (math.log2(self.tf_base) - math.log2(max(*shares, self.tf_minimum, 0.0)))


class SplinkModel:
    """A Splink model, as its JSON says it.

    Attributes
    ----------
    comparisons : dict of list of SplinkLevel
        The levels of each comparison, in the order they are tried.
    link_type : str
        ``dedupe_only``, ``link_only`` or ``link_and_dedupe``.
    id_column : str
        The column of the unique ids.
    columns : list of str
        The columns that are compared, in the order they are named.
    prior : float
        The weight of any pair before anything is compared, in bits.
    notes : list of str
        What is not taken over, or was not trained.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.link_type = str(settings["link_type"])
        self.id_column = str(settings.get("unique_id_column_name", "unique_id"))
        self.source_column = str(settings.get("source_dataset_column_name", "source_dataset"))
        self.prior = _bits(float(settings["probability_two_random_records_match"]))
        self.notes: list[str] = []
        self.comparisons = {str(c["output_column_name"]): self._levels(c) for c in settings["comparisons"]}
        columns = (column for levels in self.comparisons.values() for level in levels for column in level.condition.columns)
        self.columns = list(dict.fromkeys(columns))
        rules: Sequence[Any] = settings.get("blocking_rules_to_generate_predictions") or ()
        if rules:
            self.notes.append(f"{len(rules)} blocking rules are not taken over: light CDP chooses its own")
        self.notes.append("m and u are for score alone: resolve trains a model of its own comparison levels")

    def _levels(self, comparison: Mapping[str, Any]) -> list[SplinkLevel]:
        name, given = comparison["output_column_name"], comparison["comparison_levels"]
        defaults = _defaults(sum(1 for level in given if not level.get("is_null_level")))
        levels: list[SplinkLevel] = []
        for number, level in enumerate(given):
            parsed = condition(level["sql_condition"], f"comparison '{name}', level {number}")
            label = str(level.get("label_for_charts", level["sql_condition"]))
            if level.get("is_null_level"):
                levels.append(SplinkLevel(label, parsed, 0.0, trained=True))
                continue
            usual = next(defaults)
            (m, m_trained), (u, u_trained) = (_share(level, key, usual[key]) for key in ("m_probability", "u_probability"))
            if m <= 0.0 or u <= 0.0:
                reason = f"comparison '{name}', level '{label}': m and u must be more than 0, not {m:g} and {u:g}"
                raise refused(reason, "train it on more pairs, or take the level away")
            trained = m_trained and u_trained
            if not trained:
                self.notes.append(f"comparison '{name}', level '{label}' was not trained: Splink's default weight is used")
            column = level.get("tf_adjustment_column")
            levels.append(
                SplinkLevel(
                    label,
                    parsed,
                    math.log2(m / u),
                    trained,
                    column,
                    float(level.get("tf_adjustment_weight", 1.0)) if column else 0.0,
                    float(level.get("tf_minimum_u_value", 0.0)),
                    _exact_share(given, column, level, u) if column else 0.0,
                )
            )
        return levels

    def config(self, frames: Any) -> _native.Config:
        """The configuration that compares the same columns.

        Parameters
        ----------
        frames : frame, path, or dict of these
            What will be resolved: the kinds of the columns are inferred from it.

        Returns
        -------
        Config
            The id, and the kinds of the columns that the model compares; of ``link_only`` each source holds nobody twice.
        """
        config = _native.Config.infer(frames).to_dict()
        for source in config["sources"].values():
            source["id"] = self.id_column
            fields = source.get("fields", {})
            source["fields"] = {column: fields[column] for column in self.columns if column in fields}
            if self.link_type == "link_only":
                source["duplicate_free"] = True
        return _native.Config.from_dict(config)

    def score(self, frame: Any, pairs: Iterable[tuple[object, object]]) -> list[float]:
        """The match weights of pairs, in bits, as Splink's ``match_weight``.

        Parameters
        ----------
        frame : frame or list of dict
            All records, since the frequencies of values are counted in them; anything that pyarrow makes a table of.
        pairs : iterable of (id, id)
            The pairs, by the unique ids; where datasets share ids, each is ``(source_dataset, id)``.

        Returns
        -------
        list of float
            A weight for each pair.
        """
        return [sum((part["weight"] + part["tf"] for part in parts), self.prior) for parts in self.explain(frame, pairs)]

    def explain(self, frame: Any, pairs: Iterable[tuple[object, object]]) -> list[list[dict[str, Any]]]:
        """The parts of the weights of pairs: for each comparison its level, its weight and what frequencies add, in bits.

        Parameters
        ----------
        frame : frame or list of dict
            As of ``score``.
        pairs : iterable of (id, id)
            As of ``score``.

        Returns
        -------
        list of list of dict
            For each pair and comparison ``comparison``, ``level``, ``weight``, ``tf``.
        """
        rows = _rows(frame)
        by_id = self._by_id(rows)
        columns = {level.tf_column for levels in self.comparisons.values() for level in levels if level.tf_column}
        frequencies = {column: _frequencies(rows, column) for column in columns}

        def parts(pair: tuple[object, object]) -> list[dict[str, Any]]:
            a, b = (self._record(by_id, name) for name in pair)
            return [_part(name, levels, a, b, frequencies) for name, levels in self.comparisons.items()]

        return [parts(pair) for pair in pairs]

    def _by_id(self, rows: Sequence[Row]) -> dict[object, list[Row]]:
        """The records of each id, and of each source dataset and id."""
        found: dict[object, list[Row]] = {}
        for row in rows:
            if self.id_column not in row:
                raise refused(f"the frame has no column '{self.id_column}'", "give the frame that Splink was given")
            found.setdefault(row[self.id_column], []).append(row)
            if self.source_column in row:
                found.setdefault((row[self.source_column], row[self.id_column]), []).append(row)
        return found

    def _record(self, by_id: Mapping[object, list[Row]], name: object) -> Row:
        found = by_id.get(name, [])
        if len(found) == 1:
            return found[0]
        if found:
            remedy = f"give (source_dataset, id), of a frame with the column '{self.source_column}'"
            raise refused(f"{len(found)} records have the same {self.id_column}", remedy)
        raise refused(f"no record has this {self.id_column}", "give ids as they are in the frame")


def from_splink(model: Mapping[str, Any] | str | os.PathLike[str]) -> SplinkModel:
    """Reads a Splink model.

    Parameters
    ----------
    model : dict or path
        What ``linker.misc.save_model_to_json`` gives, or the file it wrote; of Splink 4 and 5, in the dialect of DuckDB.

    Returns
    -------
    SplinkModel
        Its weights, the configuration for its columns, and in ``notes`` what is not taken over.

    Raises
    ------
    ConfigError
        For a condition with something that is not understood, with its place; for what is no model.
    """
    remedy = "save it with linker.misc.save_model_to_json"
    try:
        settings: Any = model if isinstance(model, Mapping) else json.loads(Path(model).read_text(encoding="utf-8"))
    except OSError as error:
        raise refused((error.strerror or str(error)).lower(), "give the path of a model", _native.IoError, "io") from None
    except ValueError as error:
        raise refused(f"the model is no JSON: {error}", remedy) from None
    if not isinstance(settings, Mapping):
        raise refused("the model is no JSON object", remedy)
    settings = cast("Mapping[str, Any]", settings)
    dialect = settings.get("sql_dialect", "duckdb")
    if dialect != "duckdb":
        raise refused(f"the conditions are in the dialect of {dialect}", "save the model of a linker on DuckDB")
    try:
        return SplinkModel(settings)
    except KeyError as missing:
        raise refused(f"the model lacks {missing}", remedy) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise refused(f"the model is not as Splink writes it: {error}", remedy) from error


def _part(
    name: str, levels: list[SplinkLevel], a: Row, b: Row, frequencies: Mapping[str, Mapping[Any, float]]
) -> dict[str, Any]:
    for level in levels:
        if level.condition.holds(a, b):
            return {"comparison": name, "level": level.label, "weight": level.weight, "tf": level.adjustment(a, b, frequencies)}
    # Splink leaves such a pair without a weight.
    raise refused(f"comparison '{name}' has no level for a pair", "end its levels with ELSE")


def _bits(probability: float) -> float:
    if not 0.0 < probability < 1.0:
        reason = f"probability_two_random_records_match is {probability:g}"
        raise refused(reason, "it must be more than 0 and less than 1")
    return math.log2(probability / (1.0 - probability))


def _share(level: Mapping[str, Any], key: str, default: float) -> tuple[float, bool]:
    """The share that a level says, and whether it was trained. Splink writes a text where a level was never seen."""
    value = level.get(key)
    if isinstance(value, str):
        return 1e-6, False
    return (default, False) if value is None else (float(value), True)


def _defaults(count: int) -> Any:
    """What Splink assumes of levels that were not trained: m of .95 for the first, weights from 10, then 3 down to -5 bits."""
    others = [3.0 - 8.0 * step / max(count - 2, 1) for step in range(count - 1)]
    weights = [10.0, *(others if count > 2 else [-5.0])]
    for place, weight in enumerate(weights[:count]):
        m = 0.95 if place == 0 else 0.05 / (count - 1)
        yield {"m_probability": m, "u_probability": m / 2.0**weight}


def _exact_share(levels: Sequence[Mapping[str, Any]], column: str, own: Mapping[str, Any], u: float) -> float:
    """The share among strangers that agree exactly in a column: what its frequencies are compared with."""
    if own.get("disable_tf_exact_match_detection"):
        return u
    for level in levels:
        if condition(level["sql_condition"], column).exact_column == column:
            value = level.get("u_probability")
            if isinstance(value, int | float):
                return float(value)
    raise refused(f"no level is an exact match of '{column}', which adjusts by its frequencies", "train such a level in Splink")


def _frequencies(rows: Sequence[Row], column: str) -> dict[Any, float]:
    counts = Counter(row.get(column) for row in rows)
    del counts[None]
    total = sum(counts.values())
    return {value: count / total for value, count in counts.items()}


def _rows(frame: Any) -> Sequence[Row]:
    if isinstance(frame, list):
        return cast("list[Row]", frame)
    import pyarrow

    table = cast("Any", pyarrow.table(frame))
    return cast("list[Row]", table.to_pylist())
