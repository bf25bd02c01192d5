"""What the library tells of its work, as records of Python's `logging`."""

import logging
from typing import Any

from . import _native

_LOGGER = logging.getLogger("light_cdp")
_LOGGER.addHandler(logging.NullHandler())


def log_to_python(on: bool = True) -> None:
    """Hand over what the library does to the logger ``light_cdp``, at the level ``DEBUG``.

    Stages, calls and commits, with counts and the seconds they took, never a value of the data. What happened is logged when a call of the
    library returns, on the thread of the caller. A record has ``cdp``: a dict of ``name``, ``seconds`` and the counts.

    Parameters
    ----------
    on : bool, default True
        Whether to begin or to end.

    Returns
    -------
    None
    """
    _native._trace_calls(on)


def log(name: str, fields: dict[str, Any], seconds: float | None) -> None:
    """One record; called by the library."""
    counts = "".join(f" {field}={value}" for field, value in fields.items())
    took = "" if seconds is None else f" ({seconds:.6f} s)"
    _LOGGER.debug("%s%s%s", name, counts, took, extra={"cdp": {"name": name, "seconds": seconds, **fields}})
