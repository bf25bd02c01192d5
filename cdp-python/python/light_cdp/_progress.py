"""How `progress=` listens: the bar of `progress=True`, and the adaptor of a caller's function."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping
from typing import Any


def listener(function: Callable[..., Any]) -> Callable[[str, int, int, float, float | None], None]:
    """The function as it is called: `(stage, done, total)`, and by their names `fraction` (of the whole call) and
    `remaining_seconds` (None at first), where it has parameters called so, or takes any (`**more`)."""
    parameters: Mapping[str, inspect.Parameter] = {}
    with contextlib.suppress(TypeError, ValueError):  # some built-in functions have no signature
        parameters = inspect.signature(function).parameters
    takes_any = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values())

    def call(stage: str, done: int, total: int, fraction: float, remaining_seconds: float | None) -> None:
        more = {"fraction": fraction, "remaining_seconds": remaining_seconds}
        function(stage, done, total, **{name: value for name, value in more.items() if takes_any or name in parameters})

    return call


class Bar:
    """One tqdm bar over the whole call, named after the stage."""

    def __init__(self) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError as error:
            message = "progress=True needs tqdm (pip install tqdm); or pass a function (stage, done, total)"
            raise ImportError(message) from error
        self._bar: Any = tqdm(total=100, bar_format="{desc:>10} {percentage:3.0f}%|{bar}| {elapsed}{postfix}")

    def __call__(self, stage: str, done: int, total: int, fraction: float, remaining_seconds: float | None) -> None:
        self._bar.set_description_str(stage, refresh=False)
        if remaining_seconds is not None:
            self._bar.set_postfix_str(f"about {remaining_seconds:.0f} s left", refresh=False)
        self._bar.n = 100 * fraction
        self._bar.refresh()

    def close(self) -> None:
        self._bar.close()
