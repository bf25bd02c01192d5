"""Messages as JSON, as the graph takes them."""

import json
from typing import Any


def to_json(messages: Any) -> str:
    """The JSON of a message or a list of them; dates and times in ISO 8601, other objects refused."""
    return json.dumps(messages, default=_plain, allow_nan=False)


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "item"):  # a number of numpy
        return value.item()
    raise TypeError(f"a value of {type(value)} has no form in JSON")
