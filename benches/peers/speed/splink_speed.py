"""Splink on DuckDB with everything tuned by hand for the customers of gen_synth: cleaning, comparisons, blocking, training."""

from __future__ import annotations

import logging
from typing import Any

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from common import run
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLD = 0.95

CLEAN = """
create table people as
with read as (
    select
        unique_id,
        nullif(lower(trim(first_name)), '') as first,
        nullif(lower(trim(last_name)), '') as last,
        case when dob like '__/__/____' then dob[7:10] || '-' || dob[4:5] || '-' || dob[1:2] else dob end as dob,
        nullif(lower(trim(email)), '') as email,
        nullif(right(regexp_replace(phone, '[^0-9]', '', 'g'), 10), '') as phone,
        nullif(upper(replace(postcode, ' ', '')), '') as postcode,
        nullif(lower(trim(city)), '') as city,
        nullif(lower(trim(street)), '') as street
    from read_parquet(?)
)
select *, split_part(email, '@', 1) as mailbox, split_part(street, ' ', 1) as house from read
"""

BLOCKS = [
    block_on("email"),
    block_on("phone", "dob"),
    block_on("phone", "first"),
    block_on("last", "dob"),
    block_on("first", "dob"),
    block_on("first", "last", "postcode"),
    block_on("postcode", "dob"),
    block_on("first", "postcode", "house"),
]


def name(column: str) -> cl.CustomComparison:
    """Jaro-Winkler levels with term frequencies."""
    return cl.JaroWinklerAtThresholds(column, [0.92, 0.85]).configure(term_frequency_adjustments=True)


def address() -> cl.CustomComparison:
    """Street and postcode are one thing: as two they would be counted twice."""
    return cl.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            cll.And(cll.NullLevel("postcode"), cll.NullLevel("street")),
            cll.And(cll.ExactMatchLevel("postcode"), cll.ExactMatchLevel("house")),
            cll.ExactMatchLevel("postcode"),
            cll.LevenshteinLevel("postcode", 1),
            cll.ElseLevel(),
        ],
    )


def email() -> cl.CustomComparison:
    """Without levels of likeness: a namesake's address made of the name is like ours."""
    return cl.CustomComparison(
        output_column_name="email",
        comparison_levels=[
            cll.NullLevel("email"),
            cll.ExactMatchLevel("email"),
            cll.DamerauLevenshteinLevel("email", 1),
            cll.ExactMatchLevel("mailbox"),
            cll.ElseLevel(),
        ],
    )


def cluster(path: str) -> tuple[Any, Any]:
    logging.disable(logging.WARNING)
    connection = duckdb.connect()
    connection.execute(CLEAN, [path])
    api = DuckDBAPI(connection=connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            name("first"),
            name("last"),
            cl.DamerauLevenshteinAtThresholds("dob", [1, 2]),
            email(),
            cl.DamerauLevenshteinAtThresholds("phone", [1]),
            address(),
        ],
        blocking_rules_to_generate_predictions=BLOCKS,
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    linker = Linker(api.register("people"), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("email"), block_on("first", "last", "dob"), block_on("phone", "first")], recall=0.9
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in (block_on("last", "dob"), block_on("email"), block_on("first", "phone")):
        training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=2e5)
    pairs = linker.inference.predict(threshold_match_probability=THRESHOLD)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, THRESHOLD)
    table = connection.sql(f"select unique_id, cluster_id from {found.physical_name}").to_arrow_table()
    return table["unique_id"], table["cluster_id"]


run(cluster)
