"""Two steps of a nightly job, as plain functions: Airflow's tasks in `dag.py`, but any scheduler will do."""

from __future__ import annotations

from pathlib import Path

import light_cdp as cdp


def train(sources: dict[str, str], folder: str) -> str:
    """Trains a model on files, and keeps it with its configuration. Now and then: when the population has changed much."""
    result = cdp.resolve(dict(sources))
    kept = Path(folder)
    kept.mkdir(parents=True, exist_ok=True)
    result.config.save(kept / "cdp.toml")
    result.model.save(kept / "model.json")
    return str(kept)


def unify(sources: dict[str, str], kept: str, today: str) -> dict[str, int]:
    """Resolves the files of a day with the kept model, and writes the tables. Every night; to repeat it does no harm."""
    folder = Path(kept)
    result = cdp.resolve(dict(sources), folder / "cdp.toml", model=cdp.Model.load(folder / "model.json"))
    day = folder / today
    day.mkdir(exist_ok=True)
    for name in ("assignments", "profiles", "links", "refused"):
        getattr(result, name).save(day / f"{name}.parquet")
    return {"records": result.summary["records"], "profiles": result.summary["profiles"]}
