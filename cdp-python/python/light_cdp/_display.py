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

    def _shown(self) -> dict[str, Any]:
        """What displays show: all of it, or first letters of what is personal."""
        if not options.mask_personal:
            return dict(self)

        def record(name: dict[str, str]) -> dict[str, str]:
            return {**name, "record_id": _native._mask(name["record_id"])}

        shown = dict(self)
        if "fields" in self:
            shown["fields"] = {field: _native._shown(field, value, True) for field, value in self["fields"].items()}
        if "provenance" in self:
            shown["provenance"] = {field: record(name) for field, name in self["provenance"].items()}
        if "records" in self:
            shown["records"] = [record(name) for name in self["records"]]
        if "devices" in self:
            shown["devices"] = [_native._mask(device) for device in self["devices"]]
        if "identifiers" in self:
            kinds = self["identifiers"].items()
            shown["identifiers"] = {kind: [_native._shown(kind, value, True) for value in values] for kind, values in kinds}
        return shown

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The text that notebooks keep beside the HTML, also of a list of profiles."""
        printer.pretty(self._shown())

    def _repr_html_(self) -> str:
        shown = self._shown()

        def record(name: dict[str, str] | None) -> str:
            return "" if name is None else f"{name['source']}/{name['record_id']}"

        came = shown.get("provenance", {})
        fields = [[field, value, record(came.get(field))] for field, value in shown.get("fields", {}).items()]
        identifiers = [[kind, ", ".join(values)] for kind, values in shown.get("identifiers", {}).items()]
        lines = [f"Records: {', '.join(record(name) for name in shown.get('records', []))}"]
        if shown.get("segments"):
            lines.append(f"Segments: {', '.join(shown['segments'])}")
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
        # By id: callers may put the list in another order.
        self._rows = dict(zip(ids, rows or [], strict=False))

    def _repr_html_(self) -> str:
        known = [(name, self._rows[name]) for name in self if name in self._rows]
        used = [place for place in range(len(self._fields)) if any(row[place] for _, row in known)]
        names = ["profile_id", *(self._fields[place] for place in used)]

        def cell(row: list[str | None], place: int) -> str:
            value = row[place]
            return "" if value is None else _native._shown(self._fields[place], value, options.mask_personal)

        shown = [[name, *(cell(row, place) for place in used)] for name, row in known]
        lines = [f"{len(self):,} of {self.profiles:,} profiles" + (f" ({len(self) / self.profiles:.1%})" if self.profiles else "")]
        first = len(shown) <= len(self) and all(row[0] == name for row, name in zip(shown, self, strict=False))
        caption = "All of them" if len(shown) == len(self) else f"The first {len(shown)}" if first else f"{len(shown)} of them"
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
