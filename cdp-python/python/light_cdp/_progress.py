"""The progress bar of `progress=True`."""

from __future__ import annotations

from typing import Any


class Bar:
    """One tqdm bar that starts anew with each stage of the work."""

    def __init__(self) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError as error:
            message = "progress=True needs tqdm (pip install tqdm); or pass a function (stage, done, total)"
            raise ImportError(message) from error
        self._bar: Any = tqdm(unit_scale=True)

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._bar.desc.removesuffix(": ") != stage:
            self._bar.reset()
            self._bar.set_description(stage, refresh=False)
        self._bar.total = total or None
        self._bar.n = done
        self._bar.refresh()

    def close(self) -> None:
        self._bar.close()
