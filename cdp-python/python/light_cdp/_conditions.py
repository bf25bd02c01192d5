"""Conditions of Splink's comparison levels: a small part of SQL, evaluated as DuckDB 2 does, for one pair of records.

Understood are columns with the endings `_l` and `_r`, texts and numbers; `AND`, `OR`, `NOT`, `IS NULL`, comparisons, `+ - * /`,
`||`; and the functions in `FUNCTIONS`. Anything else is refused with its place.
"""

from __future__ import annotations

import datetime
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from . import _native

Row: TypeAlias = Mapping[str, Any]
_Value: TypeAlias = Any
_Expression: TypeAlias = Callable[[Row, Row], _Value]

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?P<column>"(?:[^"]|"")*")"""
    r"""|(?P<word>[A-Za-z_]\w*)|(?P<sign><=|>=|<>|!=|\|\||[-+*/=<>(),]))"""
)


def refused(
    reason: str, remedy: str, kind: type[_native.Error] = _native.ConfigError, code: str = "invalid_config"
) -> _native.Error:
    """An error in the form of the library's own."""
    error = kind(f"{reason} ({remedy})")
    error.code, error.reason, error.remedy = code, reason, remedy
    error.values, error.line, error.column = [], None, None
    return error


@dataclass(frozen=True)
class Condition:
    """A condition, ready to be asked."""

    expression: _Expression
    columns: Sequence[str]
    #: The column, where the condition is that both records have the same value of it.
    exact_column: str | None = None

    def holds(self, a: Row, b: Row) -> bool:
        """Whether it is true of a pair; what is unknown is not."""
        return self.expression(a, b) is True


def condition(sql: str, place: str) -> Condition:
    """Reads a condition; `place` says in errors where it is."""
    if sql.strip().upper() == "ELSE":
        return Condition(lambda a, b: True, ())
    tokens = _tokens(sql, place)
    reader = _Reader(tokens, place, sql)
    expression = reader.either()
    if reader.peek() != ("end", ""):
        raise reader.unexpected()

    def asked(a: Row, b: Row) -> _Value:
        try:
            return expression(a, b)
        except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
            what = f"{place}: {sql!r} does not suit the kinds of its values"
            raise refused(what, "compare texts with texts and numbers with numbers") from error

    return Condition(asked, tuple(reader.columns), _exact_column(tokens))


def _exact_column(tokens: Sequence[tuple[str, str]]) -> str | None:
    """The column of `x_l = x_r`, where the condition is that and nothing else."""
    if len(tokens) != 3 or tokens[1] != ("sign", "=") or not {tokens[0][0], tokens[2][0]} <= {"word", "column"}:
        return None
    one, other = (_name(text) for _, text in (tokens[0], tokens[2]))
    sides = {one[-2:].lower(), other[-2:].lower()}
    return one[:-2] if one[:-2] == other[:-2] and sides == {"_l", "_r"} else None


def _name(text: str) -> str:
    """The name of a column, without its quotes."""
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def _tokens(sql: str, place: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at = 0
    while sql[at:].strip():
        match = _TOKEN.match(sql, at)
        if match is None:
            raise refused(f"{place}: {sql[at:].strip()[:20]!r} is not understood in {sql!r}", "see light_cdp._conditions for what is")
        tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return tokens


@dataclass
class _Reader:
    """Recursive descent, one method for each strength of binding."""

    tokens: list[tuple[str, str]]
    place: str
    sql: str
    columns: dict[str, None] = field(default_factory=lambda: dict[str, None]())
    at: int = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, *words: str) -> str | None:
        kind, text = self.peek()
        if kind in ("word", "sign") and text.upper() in words:
            self.at += 1
            return text.upper()
        return None

    def expect(self, word: str) -> None:
        if self.take(word) is None:
            raise self.unexpected()

    def unexpected(self) -> _native.Error:
        kind, text = self.peek()
        what = "it ends too early" if kind == "end" else f"{text!r} is not understood"
        return refused(f"{self.place}: {what} in {self.sql!r}", f"the functions are: {', '.join(sorted(FUNCTIONS))}")

    def either(self) -> _Expression:
        parts = [self.both()]
        while self.take("OR"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda a, b: _any(part(a, b) for part in parts)

    def both(self) -> _Expression:
        parts = [self.negated()]
        while self.take("AND"):
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else lambda a, b: _not(_any(_not(part(a, b)) for part in parts))

    def negated(self) -> _Expression:
        if self.take("NOT"):
            inner = self.negated()
            return lambda a, b: _not(inner(a, b))
        return self.compared()

    def compared(self) -> _Expression:
        left = self.joined()
        if self.take("IS"):
            wanted = self.take("NOT") is None
            self.expect("NULL")
            return lambda a, b: (left(a, b) is None) is wanted
        sign = self.take(*_COMPARISONS)
        if sign is None:
            return left
        return _binary(_COMPARISONS[sign], left, self.joined())

    def joined(self) -> _Expression:
        left = self.sum()
        while self.take("||"):
            left = _binary(lambda x, y: f"{x}{y}", left, self.sum())
        return left

    def sum(self) -> _Expression:
        left = self.product()
        while sign := self.take("+", "-"):
            left = _binary(_SUMS[sign], left, self.product())
        return left

    def product(self) -> _Expression:
        left = self.atom()
        while sign := self.take("*", "/"):
            left = _binary(_PRODUCTS[sign], left, self.atom())
        return left

    def atom(self) -> _Expression:
        kind, text = self.peek()
        if self.take("-"):
            inner = self.atom()
            return lambda a, b: None if (value := inner(a, b)) is None else -value
        if self.take("("):
            inner = self.either()
            self.expect(")")
            return inner
        self.at += 1
        if kind == "text":
            return _constant(text[1:-1].replace("''", "'"))
        if kind == "number":
            return _constant(float(text) if re.search(r"[.eE]", text) else int(text))
        if kind == "word" and self.take("("):
            return self.call(text.lower())
        if kind == "word" and text.upper() in _WORDS:
            return _constant(_WORDS[text.upper()])
        if kind in ("word", "column"):
            return self.column(_name(text))
        self.at -= 1
        raise self.unexpected()

    def call(self, name: str) -> _Expression:
        self.at -= 2
        if name not in FUNCTIONS:
            raise self.unexpected()
        self.at += 2
        arguments: list[_Expression] = []
        while not self.take(")"):
            arguments.append(self.either())
            if self.take(",") is None:
                self.expect(")")
                break
        function, takes_null = FUNCTIONS[name]

        def called(a: Row, b: Row) -> _Value:
            values = [argument(a, b) for argument in arguments]
            return None if not takes_null and None in values else function(*values)

        return called

    def column(self, name: str) -> _Expression:
        base, side = name[:-2], name[-2:].lower()
        if side not in ("_l", "_r") or not base:
            self.at -= 1
            raise self.unexpected()
        self.columns[base] = None
        return (lambda a, b: a.get(base)) if side == "_l" else (lambda a, b: b.get(base))


def _constant(value: _Value) -> _Expression:
    return lambda a, b: value


def _binary(work: Callable[[_Value, _Value], _Value], left: _Expression, right: _Expression) -> _Expression:
    def applied(a: Row, b: Row) -> _Value:
        x, y = left(a, b), right(a, b)
        return None if x is None or y is None else work(x, y)

    return applied


def _not(value: _Value) -> _Value:
    return None if value is None else not value


def _any(values: Any) -> _Value:
    """Kleene's OR: true where one is, unknown where none is but one may be."""
    unknown = False
    for value in values:
        if value:
            return True
        unknown = unknown or value is None
    return None if unknown else False


def _levenshtein(a: str, b: str) -> int:
    return round((1.0 - _native.similarity("levenshtein", str(a), str(b))) * max(len(str(a)), len(str(b))))


def _damerau_levenshtein(a: str, b: str) -> int:
    """Insertions, deletions, changes and swaps of neighbours, between which others may come (Lowrance and Wagner 1975)."""
    a, b = str(a), str(b)
    most = len(a) + len(b)
    table = [[most] * (len(b) + 2) for _ in range(len(a) + 2)]
    for i in range(len(a) + 1):
        table[i + 1][1] = i
    for j in range(len(b) + 1):
        table[1][j + 1] = j
    last_row: dict[str, int] = {}
    for i, x in enumerate(a, 1):
        last_column = 0
        for j, y in enumerate(b, 1):
            i1, j1 = last_row.get(y, 0), last_column
            if x == y:
                last_column = j
            table[i + 1][j + 1] = min(
                table[i][j] + (x != y),
                table[i + 1][j] + 1,
                table[i][j + 1] + 1,
                table[i1][j1] + (i - i1 - 1) + 1 + (j - j1 - 1),
            )
        last_row[x] = i
    return table[len(a) + 1][len(b) + 1]


def _jaro(a: str, b: str) -> float:
    """As DuckDB: two empty texts have nothing in common."""
    return 0.0 if not a and not b else _native.similarity("jaro", str(a), str(b))


def _jaro_winkler(a: str, b: str) -> float:
    """Jaro's, and where that is over .7 what the common beginning adds."""
    a, b = str(a), str(b)
    alike = _jaro(a, b)
    common = next((i for i, (x, y) in enumerate(zip(a[:4], b[:4], strict=False)) if x != y), min(len(a), len(b), 4))
    return alike + common * 0.1 * (1.0 - alike) if alike > 0.7 else alike


def _time(text: str, form: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(str(text), form)
    except ValueError:
        return None


def _epoch(time: Any) -> float:
    if not isinstance(time, datetime.datetime):
        time = datetime.datetime(time.year, time.month, time.day)
    passed: datetime.timedelta = time.replace(tzinfo=None) - datetime.datetime(1970, 1, 1)
    return passed.total_seconds()


def _extract(text: str, pattern: str, group: int = 0) -> str:
    found = re.search(pattern, str(text))
    return (found[group] or "") if found else ""


def _part(text: str, start: int, length: int | None = None) -> str:
    """From a place counted from 1, or back from the end; a negative length is of what comes before it."""
    text = str(text)
    begin = start - 1 if start >= 0 else len(text) + start
    end = len(text) if length is None else begin + length
    return text[max(min(begin, end), 0) : max(begin, end, 0)]


def _length(text: str) -> int:
    return len(str(text))


def _lower(text: str) -> str:
    return str(text).lower()


def _upper(text: str) -> str:
    return str(text).upper()


def _trim(text: str) -> str:
    return str(text).strip(" ")


def _nullif(value: Any, other: Any) -> Any:
    return None if value == other else value


def _compared(work: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Of two of a kind; NaN is more than all other numbers, and equal to itself."""

    def key(value: Any) -> tuple[bool, Any]:
        nan = isinstance(value, float) and math.isnan(value)
        return (nan, 0.0 if nan else value)

    def compared(x: Any, y: Any) -> Any:
        if isinstance(x, str) is not isinstance(y, str):
            raise TypeError("a text is compared with what is none")
        return work(key(x), key(y))

    return compared


def _divided(x: Any, y: Any) -> Any:
    if y != 0:
        return x / y
    return math.nan if x == 0 or x != x else math.copysign(math.inf, x) * math.copysign(1.0, y)


_WORDS = {"TRUE": True, "FALSE": False, "NULL": None}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": _compared(operator.eq),
    "<>": _compared(operator.ne),
    "!=": _compared(operator.ne),
    "<": _compared(operator.lt),
    "<=": _compared(operator.le),
    ">": _compared(operator.gt),
    ">=": _compared(operator.ge),
}
_SUMS: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub}
_PRODUCTS: dict[str, Callable[[Any, Any], Any]] = {"*": operator.mul, "/": _divided}

#: The functions, each with whether it is called with NULL.
FUNCTIONS: dict[str, tuple[Callable[..., Any], bool]] = {
    "abs": (abs, False),
    "coalesce": (lambda *values: next((value for value in values if value is not None), None), True),
    "damerau_levenshtein": (_damerau_levenshtein, False),
    "epoch": (_epoch, False),
    "jaro_similarity": (_jaro, False),
    "jaro_winkler_similarity": (_jaro_winkler, False),
    "length": (_length, False),
    "levenshtein": (_levenshtein, False),
    "lower": (_lower, False),
    "nullif": (_nullif, True),
    "regexp_extract": (_extract, False),
    "strptime": (_time, False),
    "substr": (_part, False),
    "substring": (_part, False),
    "trim": (_trim, False),
    "try_strptime": (_time, False),
    "upper": (_upper, False),
}
