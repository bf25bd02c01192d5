"""Messages as JSON, as the graph takes them."""

import datetime
import decimal
import json
import math
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, cast


class Unreadable(ValueError):
    """What has no form in JSON, and where: the message's place in the list, and the path of the value in it."""

    def __init__(self, reason: str, row: int | None = None, path: str = "") -> None:
        super().__init__(reason)
        self.row = row
        self.path = path


# Escape by escape, so that a backslash of the text is none of JSON; a pair is a whole character.
_ESCAPE = re.compile(r"\\(?:ud[89ab]..\\ud[c-f]..|ud[89a-f]..|.)")


def _whole(text: str) -> str:
    """JSON without halves of characters, such as cutting UTF-16 leaves of an emoji: each becomes U+FFFD."""
    if "\\ud" not in text:
        return text
    return _ESCAPE.sub(lambda escape: "\\ufffd" if len(escape[0]) == 6 and escape[0].startswith("\\ud") else escape[0], text)


def to_json(messages: Any) -> str:
    """The JSON of a message or a list of them.

    Missing values of pandas are null, dates and times are written as those of a table are, decimals and UUIDs are text.
    """
    try:
        return _whole(json.dumps(messages, default=_plain, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        # Something that is not a number of JSON, or has no form at all: looked for only where there is some.
        try:
            return _whole(json.dumps(_messages(messages), allow_nan=False))
        except RecursionError:
            raise Unreadable("an object holds itself, or is too deep") from None


def _messages(messages: Any) -> Any:
    if not isinstance(messages, (list, tuple)):
        return _walked(messages, None, "")
    several = cast("Sequence[Any]", messages)
    one = len(several) == 1
    return [_walked(message, None if one else row, "") for row, message in enumerate(several)]


def _walked(value: Any, row: int | None, path: str) -> Any:
    """The value made of dicts, lists, texts and numbers alone."""
    try:
        if isinstance(value, dict):
            entries = cast("Mapping[Any, Any]", value).items()
            return {_key(key, row, path): _walked(each, row, f"{path}.{key}") for key, each in entries}
        if isinstance(value, (list, tuple)):
            return [_walked(each, row, path) for each in cast("Sequence[Any]", value)]
        if value is None or isinstance(value, (str, bool, int)):
            return value
        if not isinstance(value, float):
            return _walked(_plain(value), row, path)
        if math.isinf(value):
            raise Unreadable("an infinite number has no form in JSON")
        return None if math.isnan(value) else float(value)
    except (TypeError, ValueError) as error:
        if isinstance(error, Unreadable) and error.path:
            raise
        raise Unreadable(str(error), row, path.lstrip(".")) from None


def _key(key: Any, row: int | None, path: str) -> Any:
    if isinstance(key, (str, int, float, bool)) or key is None:
        return key
    raise Unreadable(f"a key of {type(key)} is no text", row, path.lstrip("."))


def _plain(value: Any) -> Any:
    kind = type(value).__name__
    if kind in ("NAType", "NaTType"):  # of pandas, which need not be there
        return None
    if isinstance(value, (datetime.datetime, datetime.time)):
        return _time(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return None if value.is_nan() else format(value, "f")
    if isinstance(value, uuid.UUID):
        return str(value)
    if kind == "datetime64":
        return value.astype("datetime64[us]").item()
    if hasattr(value, "tolist"):  # a number or an array of numpy
        return value.tolist()
    raise Unreadable(f"a value of {type(value)} has no form in JSON")


def _time(value: datetime.datetime | datetime.time) -> str:
    """A time as it is written where a table has it: a day alone at midnight, and a fraction by thousands."""
    zone = value.utcoffset()
    # pandas knows nanoseconds too.
    fraction = value.microsecond * 1000 + int(getattr(value, "nanosecond", 0))
    if isinstance(value, datetime.datetime) and zone is None and value.time() == datetime.time() and fraction == 0:
        return str(value.date())
    text = value.replace(tzinfo=None).isoformat(timespec="seconds")
    if fraction:
        digits = f"{fraction:09}"
        text += "." + (digits[:3] if digits.endswith("000000") else digits[:6] if digits.endswith("000") else digits)
    if zone is None:
        return text
    return f"{text}{_offset(zone)}"


def _offset(zone: datetime.timedelta) -> str:
    seconds = int(zone.total_seconds())
    if seconds == 0:
        return "Z"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, seconds_left = divmod(rest, 60)
    text = f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}"
    return f"{text}:{seconds_left:02}" if seconds_left else text
