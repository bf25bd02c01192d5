"""The examples for dbt and Airflow as the plain functions that they are; `test_lake_for_real.py` runs them in dbt and Airflow."""

from __future__ import annotations

import ast
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import polars
import pytest

ROOT = Path(__file__).resolve().parents[2]
LAKE = ROOT / "examples" / "lake"
DATA = ROOT / "examples" / "data"
SOURCES = {"webshop": str(DATA / "webshop.csv"), "loyalty": str(DATA / "loyalty.csv")}


class Dbt:
    """What a model sees of dbt: its other models as relations, and its settings."""

    def __init__(self, session: Any, **settings: Any) -> None:
        self.session = session
        self.settings = settings
        self.materialized = ""
        self.config = self._Config(self)

    class _Config:
        def __init__(self, dbt: Dbt) -> None:
            self.dbt = dbt

        def __call__(self, *, materialized: str) -> None:
            self.dbt.materialized = materialized

        def meta_get(self, name: str) -> Any:
            return self.dbt.settings[name]

    def ref(self, name: str) -> Any:
        file = {"tickets": "tickets.jsonl"}.get(name, f"{name}.csv")
        reader = "read_json" if file.endswith("jsonl") else "read_csv"
        options = ", all_varchar = true" if reader == "read_csv" else ""
        return self.session.sql(f"SELECT * FROM {reader}('{DATA / file}'{options})")


@pytest.mark.parametrize("name", ["people", "people_daily"])
def test_dbt_can_read_the_model(name: str) -> None:
    """dbt parses models: it refuses Jinja anywhere in them, names of references that are no literals, and a last line that returns nothing."""
    text = (LAKE / "dbt" / "models" / f"{name}.py").read_text()
    assert not any(brace in text for brace in ("{{", "}}", "{%", "%}"))
    calls = [call for call in ast.walk(ast.parse(text)) if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)]
    of_dbt = [call for call in calls if ast.unparse(call.func) in ("dbt.ref", "dbt.source", "dbt.config", "dbt.config.meta_get")]
    given = [value for call in of_dbt for value in (*call.args, *(keyword.value for keyword in call.keywords))]
    assert len(given) >= 5
    assert all(isinstance(value, ast.Constant) and isinstance(value.value, str) for value in given)
    (model,) = (part for part in ast.parse(text).body if isinstance(part, ast.FunctionDef))
    assert isinstance(model.body[-1], ast.Return)


def test_the_dbt_model_names_a_person_for_every_row() -> None:
    session = duckdb.connect()
    dbt = Dbt(session, rules=None)
    people = runpy.run_path(str(LAKE / "dbt" / "models" / "people.py"))["model"](dbt, session)
    assert dbt.materialized == "table"
    counted: Any = session.sql("SELECT count(*), count(DISTINCT source), count(DISTINCT profile_id) FROM people").fetchall()[0]
    assert counted[0] == 1740 + 1795 + 925
    assert counted[1] == 3
    assert 1000 < counted[2] < counted[0]


def test_the_steps_of_the_nightly_job(tmp_path: Path) -> None:
    steps = runpy.run_path(str(LAKE / "airflow" / "people.py"))
    kept = steps["train"](SOURCES, str(tmp_path / "people"))
    first = steps["unify"](SOURCES, kept, "2026-01-01")
    assert first == steps["unify"](SOURCES, kept, "2026-01-02")
    days = [polars.read_parquet(Path(kept) / day / "assignments.parquet") for day in ("2026-01-01", "2026-01-02")]
    assert days[0].equals(days[1])
    assert days[0].height == first["records"]


def test_the_dag_hands_the_kept_model_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its two decorators are played here."""
    ran: list[str] = []

    def task(step: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any) -> str:
            ran.append(f"{step.__name__}({', '.join(str(value) for value in given[1:])})")
            return f"<{step.__name__}>"

        return called

    def dag(**settings: Any) -> Callable[[Callable[[], None]], Callable[[], None]]:
        assert settings["catchup"] is False

        def made(function: Callable[[], None]) -> Callable[[], None]:
            def run() -> None:
                ran.append(f"{function.__name__}: {settings['schedule']}")
                function()

            return run

        return made

    sdk = ModuleType("airflow.sdk")
    vars(sdk).update(dag=dag, task=task)
    monkeypatch.setitem(sys.modules, "airflow", ModuleType("airflow"))
    monkeypatch.setitem(sys.modules, "airflow.sdk", sdk)
    monkeypatch.syspath_prepend(str(LAKE / "airflow"))
    runpy.run_path(str(LAKE / "airflow" / "dag.py"))
    # Nothing trains at night.
    day = "{{ (dag_run.logical_date or dag_run.run_after) | ds }}"
    assert ran == ["train_customers: None", "train({{ params.data }}/people)", "unify_customers: @daily", f"unify({{{{ params.data }}}}/people, {day})"]
