"""Embeddable identity resolution: customer records in, one golden profile per person out.

    import light_cdp as cdp
    result = cdp.resolve({"crm": crm_frame, "shop": shop_frame})
    result.assignments.to_pandas()
"""

from ._native import (
    CancelledError,
    Columns,
    Config,
    ConfigError,
    DataError,
    Decisions,
    Error,
    How,
    InternalError,
    IoError,
    Model,
    ModelError,
    PredicateError,
    Quality,
    Result,
    StoreError,
    Table,
    Why,
    __version__,
    evaluate,
    normalize,
    profile,
    resolve,
    segment,
    similarity,
    train,
)

__all__ = [
    "CancelledError",
    "Columns",
    "Config",
    "ConfigError",
    "DataError",
    "Decisions",
    "Error",
    "How",
    "InternalError",
    "IoError",
    "Model",
    "ModelError",
    "PredicateError",
    "Quality",
    "Result",
    "StoreError",
    "Table",
    "Why",
    "__version__",
    "evaluate",
    "normalize",
    "profile",
    "resolve",
    "segment",
    "similarity",
    "train",
]
