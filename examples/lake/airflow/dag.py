"""The nightly job in Airflow 3. Put it into the folder of DAGs beside `people.py`, and say in `PARAMS` where the files of the sources lie."""

from __future__ import annotations

from airflow.sdk import dag, task

import people

PARAMS = {"data": "/srv/customers"}
SOURCES = {"webshop": "{{ params.data }}/webshop.csv", "loyalty": "{{ params.data }}/loyalty.csv"}
FOLDER = "{{ params.data }}/people"
# The day of the run: one that is triggered by hand has no logical date in Airflow 3, and so no `ds`.
DAY = "{{ (dag_run.logical_date or dag_run.run_after) | ds }}"


@dag(schedule=None, catchup=False, params=PARAMS)
def train_customers() -> None:
    """Trains the model that is kept: before the first night, and when the customers have changed much (`airflow dags trigger`)."""
    task(people.train)(SOURCES, FOLDER)


@dag(schedule="@daily", catchup=False, params=PARAMS)
def unify_customers() -> None:
    """Unifies every night by the model that is kept."""
    task(people.unify)(SOURCES, FOLDER, DAY)


train_customers()
unify_customers()
