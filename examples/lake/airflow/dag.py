"""The nightly job in Airflow 3. Put it into the folder of DAGs beside `people.py`."""

from __future__ import annotations

from airflow.sdk import dag, task

import people

SOURCES = {"webshop": "data/webshop.csv", "loyalty": "data/loyalty.csv"}
FOLDER = "data/people"


@dag(schedule="@daily", catchup=False)
def unify_customers() -> None:
    """Trains once a month by hand (`airflow tasks run`), unifies every night."""
    kept = task(people.train)(SOURCES, FOLDER)
    task(people.unify)(SOURCES, kept, "{{ ds }}")


unify_customers()
