"""How results show themselves in notebooks: plain dicts and lists that have a face, and the options of all displays."""

from __future__ import annotations

from typing import Any

from . import _native


class Options:
    """Options of displays: with `mask_personal`, notebooks and reports show first letters only of personal values."""

    def __init__(self) -> None:
        self.mask_personal: bool = False

    def __repr__(self) -> str:
        return f"Options(mask_personal={self.mask_personal})"


options = Options()


class Summary(dict[str, Any]):
    """The figures of a result."""

    def __init__(self, figures: dict[str, Any], piece: str = "") -> None:
        super().__init__(figures)
        self._piece = piece

    def _repr_html_(self) -> str:
        return self._piece


class Profile(dict[str, Any]):
    """A profile of a graph: golden values with the records they are from, records, identifiers, segments."""

    def _repr_html_(self) -> str:
        masked = options.mask_personal

        def record(name: dict[str, str] | None) -> str:
            if name is None:
                return ""
            return f"{name['source']}/{_native._mask(name['record_id']) if masked else name['record_id']}"

        came = self.get("provenance", {})
        fields = [
            [field, _native._shown(field, value, masked), record(came.get(field))]
            for field, value in self.get("fields", {}).items()
        ]
        identifiers = [
            [kind, ", ".join(_native._shown(kind, value, masked) for value in values)]
            for kind, values in self.get("identifiers", {}).items()
        ]
        lines = [f"Records: {', '.join(record(name) for name in self.get('records', []))}"]
        if self.get("segments"):
            lines.append(f"Segments: {', '.join(self['segments'])}")
        tables = [("Golden values", ["field", "value", "from"], fields)]
        if identifiers:
            tables.append(("Identifiers", ["kind", "values"], identifiers))
        return _native._piece(f"Profile {self.get('profile_id', '')}", lines, tables)


class Members(list[str]):
    """The ids of the profiles that are members of a segment."""

    def __init__(
        self,
        ids: list[str],
        title: str = "",
        profiles: int = 0,
        fields: list[str] | None = None,
        rows: list[list[str | None]] | None = None,
    ) -> None:
        super().__init__(ids)
        self.title = title
        self.profiles = profiles
        self._fields = fields or []
        self._rows = rows or []

    def _repr_html_(self) -> str:
        used = [place for place in range(len(self._fields)) if any(row[place] for row in self._rows)]
        names = ["profile_id", *(self._fields[place] for place in used)]

        def cell(row: list[str | None], place: int) -> str:
            value = row[place]
            return "" if value is None else _native._shown(self._fields[place], value, options.mask_personal)

        shown = [[self[number], *(cell(row, place) for place in used)] for number, row in enumerate(self._rows[: len(self)])]
        lines = [f"{len(self):,} of {self.profiles:,} profiles" + (f" ({len(self) / self.profiles:.1%})" if self.profiles else "")]
        caption = "All of them" if len(shown) == len(self) else f"The first {len(shown)}"
        return _native._piece(self.title, lines, [(caption, names, shown)] if shown else [])


class Segments(dict[str, Members]):
    """The members of each segment of the configuration."""

    def __init__(self, members: dict[str, Members], profiles: int = 0) -> None:
        super().__init__(members)
        self.profiles = profiles

    def _repr_html_(self) -> str:
        def share(members: Members) -> str:
            return f"{len(members) / self.profiles:.1%}" if self.profiles else ""

        rows = [[name, f"{len(members):,}", share(members)] for name, members in self.items()]
        return _native._piece("", [], [("Segments", ["segment", "#people", "#share"], rows)])
