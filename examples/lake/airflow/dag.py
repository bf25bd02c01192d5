"""The nightly job in Airflow 3. Put it into the folder of DAGs beside `people.py`."""

from __future__ import annotations

from airflow.sdk import dag, task

import people

SOURCES = {"webshop": "data/webshop.csv", "loyalty": "data/loyalty.csv"}
FOLDER = "data/people"


@dag(schedule=None, catchup=False)
def train_customers() -> None:
    """Trains the model that is kept: before the first night, and when the customers have changed much (`airflow dags trigger`)."""
    task(people.train)(SOURCES, FOLDER)


@dag(schedule="@daily", catchup=False)
def unify_customers() -> None:
    """Unifies every night by the model that is kept."""
    task(people.unify)(SOURCES, FOLDER, "{{ ds }}")


train_customers()
unify_customers()
