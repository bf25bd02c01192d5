"""dedupe: active learning; it cannot do without labels, so the truth answers a hundred of its questions."""

from pathlib import Path

import dedupe
import dedupe.variables as variables
import pandas as pd
from common import filled, run

QUESTIONS = 100
TYPES = {
    "given_name": variables.String, "family_name": variables.String, "full_name": variables.String,
    "organisation_name": variables.String, "birth_date": variables.String, "email": variables.String,
    "phone": variables.String, "street_address": variables.String, "full_address": variables.String,
    "postal_code": variables.ShortString, "city": variables.ShortString, "national_id": variables.String,
}  # fmt: skip


def cluster(frame: pd.DataFrame, folder: Path) -> pd.Series:
    truth = pd.read_csv(folder / "truth.csv", dtype=str)
    entity = dict(zip(zip(truth["source"], truth["record_id"], strict=True), truth["entity"], strict=True))
    keys = list(zip(frame["source"], frame["record_id"], strict=True))
    kinds = filled(frame, TYPES)
    records = {
        row: {kind: value for kind, value in zip(kinds, values, strict=True)} | {"row": row}
        for row, values in enumerate(frame[kinds].itertuples(index=False, name=None))
    }
    deduper = dedupe.Dedupe([TYPES[kind](kind, has_missing=True) for kind in kinds], num_cores=1)
    deduper.prepare_training(records, sample_size=2000)
    for _ in range(QUESTIONS):
        for pair in deduper.uncertain_pairs():
            a, b = (entity.get(keys[record["row"]]) for record in pair)
            same = a is not None and a == b
            deduper.mark_pairs({"match": [pair] if same else [], "distinct": [] if same else [pair]})
    deduper.train()
    clusters = pd.Series(range(len(frame)))
    for number, (members, _) in enumerate(deduper.partition(records, 0.5)):
        clusters[list(members)] = len(frame) + number
    return clusters


if __name__ == "__main__":
    run(cluster)
