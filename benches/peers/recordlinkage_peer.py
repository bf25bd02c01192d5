"""recordlinkage: ECM (unsupervised Fellegi-Sunter) over binary comparisons, connected components."""

from pathlib import Path

import pandas as pd
import recordlinkage
from common import blocks, components, filled, run

#: The comparison of each kind: its method, and from where on two values agree.
COMPARISONS = {
    "given_name": ("jarowinkler", 0.88), "family_name": ("jarowinkler", 0.88), "organisation_name": ("jarowinkler", 0.88),
    "full_name": ("jarowinkler", 0.88), "street_address": ("jarowinkler", 0.85), "full_address": ("jarowinkler", 0.85),
    "city": ("jarowinkler", 0.9), "birth_date": ("damerau_levenshtein", 0.85), "phone": ("damerau_levenshtein", 0.85),
    "email": ("damerau_levenshtein", 0.85), "postal_code": ("exact", 1.0), "national_id": ("exact", 1.0),
}  # fmt: skip
#: Pairs compared at most by one blocking key.
MOST = 3_000_000


def cluster(frame: pd.DataFrame, _folder: Path) -> pd.Series:
    frame = frame.copy()
    present = filled(frame, COMPARISONS)
    indexer = recordlinkage.Index()
    for rule in blocks(present):
        sizes = frame.groupby(list(rule)).size()
        if (sizes * (sizes - 1) / 2).sum() <= MOST:
            indexer.block(list(rule))
    pairs = indexer.index(frame)
    compare = recordlinkage.Compare(n_jobs=1)
    for kind in present:
        method, threshold = COMPARISONS[kind]
        if method == "exact":
            compare.exact(kind, kind, label=kind)
        else:
            compare.string(kind, kind, method=method, threshold=threshold, label=kind)
    features = compare.compute(pairs, frame)
    matches = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(features)
    return components(len(frame), [(int(a), int(b)) for a, b in matches])


run(cluster)
