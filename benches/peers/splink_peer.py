"""Splink on DuckDB: its library comparisons by kind, blocking and training as in its tutorial, clusters at 0.95."""

import contextlib
import logging
import sys
from pathlib import Path

import pandas as pd
import splink.comparison_library as cl
from common import blocks, filled, run
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLD = 0.95
COMPARISONS = {
    "given_name": lambda: cl.NameComparison("given_name"),
    "family_name": lambda: cl.NameComparison("family_name"),
    "organisation_name": lambda: cl.JaroWinklerAtThresholds("organisation_name", [0.95, 0.88]),
    "birth_date": lambda: cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
    "email": lambda: cl.EmailComparison("email"),
    "phone": lambda: cl.LevenshteinAtThresholds("phone", [1, 2]),
    "street_address": lambda: cl.JaroWinklerAtThresholds("street_address", [0.95, 0.85]),
    "full_address": lambda: cl.JaroWinklerAtThresholds("full_address", [0.95, 0.85]),
    "postal_code": lambda: cl.LevenshteinAtThresholds("postal_code", [1]),
    "city": lambda: cl.ExactMatch("city").configure(term_frequency_adjustments=True),
    "national_id": lambda: cl.LevenshteinAtThresholds("national_id", [1]),
}


def cluster(frame: pd.DataFrame, _folder: Path) -> pd.Series:
    logging.disable(logging.WARNING)
    kinds = filled(frame, COMPARISONS)
    usable = blocks(kinds)
    data = frame[["unique_id", *kinds]].astype("string")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[COMPARISONS[kind]() for kind in kinds],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in usable],
    )
    with contextlib.redirect_stdout(sys.stderr):
        api = DuckDBAPI()
        linker = Linker(api.register(data), settings)
        deterministic = [block_on(*rule) for rule in usable[:2]]
        with contextlib.suppress(Exception):
            linker.training.estimate_probability_two_random_records_match(deterministic, recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
        for rule in usable[:3]:
            with contextlib.suppress(Exception):
                linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
        pairs = linker.inference.predict(threshold_match_probability=0.01)
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, THRESHOLD).as_pandas_dataframe()
    by_id = dict(zip(found["unique_id"].astype(str), found["cluster_id"].astype(str), strict=True))
    return frame["unique_id"].map(lambda key: by_id.get(key, key))


run(cluster)
