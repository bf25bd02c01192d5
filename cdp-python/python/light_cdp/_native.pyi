"""Native part of light_cdp; import light_cdp instead. `tests/test_stubs.py` compares this file with the module."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, Protocol, TypeAlias, final, overload

from ._display import Members, Profile, Segments, Summary

class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class _ArrowArray(Protocol):
    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]: ...

# In a class with a method of this name.
_Object: TypeAlias = object
_Path: TypeAlias = str | PathLike[str]
_Frame: TypeAlias = _ArrowStream | _ArrowArray | _Path
_Frames: TypeAlias = _Frame | Mapping[str, _Frame]
_Named: TypeAlias = tuple[str, str | int]
_Record: TypeAlias = _Named | int
_Progress: TypeAlias = bool | Callable[..., object]
_Who: TypeAlias = str | list[str]

__all__ = [
    "CancelledError",
    "Columns",
    "Config",
    "ConfigError",
    "DataError",
    "Decisions",
    "Diff",
    "Error",
    "Export",
    "Graph",
    "How",
    "InternalError",
    "IoError",
    "MemoryLimitError",
    "Model",
    "ModelError",
    "Predicate",
    "PredicateError",
    "PrivacyError",
    "Quality",
    "Result",
    "Scenario",
    "StoreError",
    "Table",
    "Why",
    "WhyNot",
    "__version__",
    "_Blocks",
    "_Shards",
    "_mask",
    "_piece",
    "_shown",
    "_trace_calls",
    "activate",
    "conformance",
    "conformance_operations",
    "diff",
    "evaluate",
    "normalize",
    "profile",
    "resolve",
    "segment",
    "similarity",
    "train",
]

__version__: str

class Error(Exception):
    code: str
    reason: str
    remedy: str | None
    line: int | None
    column: int | None
    values: list[str]

class CancelledError(Error): ...
class ConfigError(Error): ...
class DataError(Error): ...
class InternalError(Error): ...
class IoError(Error): ...
class MemoryLimitError(Error): ...
class ModelError(Error): ...
class PredicateError(Error): ...
class PrivacyError(Error): ...
class StoreError(Error): ...

@final
class Config:
    """The configuration of a resolve: kinds of fields, identifier rules, matching, survivorship, segments."""
    @classmethod
    def infer(cls, frames: _Frames) -> Config:
        """What `resolve` would use for these frames without any configuration."""
    @classmethod
    def load(cls, path: _Path) -> Config:
        """Reads a TOML or JSON file."""
    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Config:
        """A configuration from plain data."""
    def save(self, path: _Path) -> None:
        """Writes a TOML or JSON file, by its extension."""
    def to_dict(self) -> dict[str, Any]:
        """The configuration as plain data."""
    def to_toml(self) -> str:
        """The configuration as the text of a TOML file."""
    def __eq__(self, other: object, /) -> bool: ...

@final
class Model:
    """A trained match model. Save it to match new data exactly as before."""
    @classmethod
    def load(cls, path: _Path) -> Model:
        """Reads a saved model."""
    def save(self, path: _Path) -> None:
        """Saves the model as readable JSON."""
    def to_dict(self) -> dict[str, Any]:
        """The model as plain data."""
    @property
    def parameters(self) -> Table:
        """Every comparison level as a table: `feature`, `level`, `m` and `u` (its share among matches and among strangers), `weight`."""
    def __eq__(self, other: object, /) -> bool: ...

@final
class Decisions:
    """Pairs of records decided by people. They hold in every run they are given to, and can be taken back.

    `answers`: a frame, or the path of a file, with the columns `source_a`, `record_id_a`, `source_b`, `record_id_b` and `same`,
    such as the filled-in table of `Result.review`. Rows without an answer are left out."""
    def __new__(cls, answers: Decisions | _Frame | None = None) -> Decisions: ...
    @classmethod
    def load(cls, path: _Path) -> Decisions:
        """Reads decisions from a CSV or JSON lines file."""
    def save(self, path: _Path) -> None:
        """Writes the decisions to a file, by its extension: `.csv`, `.jsonl` or `.ndjson`."""
    def confirm(self, a: _Named, b: _Named) -> None:
        """Says that two records are one person. A record is `(source, record_id)`."""
    def refuse(self, a: _Named, b: _Named) -> None:
        """Says that two records are different people."""
    def forget(self, a: _Named, b: _Named) -> bool:
        """Takes the decision about two records back; tells whether there was one."""
    @property
    def table(self) -> Table:
        """One row a decided pair: source_a, record_id_a, source_b, record_id_b, same."""
    def __len__(self) -> int: ...

_Instant: TypeAlias = datetime | str | int

@final
class Predicate:
    """A compiled predicate, from `Result.predicate` or `Graph.predicate`."""
    @property
    def text(self) -> str:
        """The canonical text."""
    @property
    def tree(self) -> dict[str, Any] | bool:
        """The canonical JSON form, as plain data; `Result.predicate` and `Graph.predicate` read it back."""
    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What may not mean what it seems to: dicts with `line`, `column`, `message` and `remedy`."""
    def hash(self) -> str:
        """A hash of what it means: the same for all ways of writing one condition."""
    def to_dict(self) -> dict[str, Any]:
        """All that is told of it: text, tree, hash, what it names, whether it needs `now`, warnings."""
    def sql(
        self, dialect: str, now: object | None = None, *, tables: dict[str, str | bool] | None = None
    ) -> str:
        """The query that gives the ids of the members in an engine, `duckdb` or `spark`, at an instant. `tables`: what the tables
        are called there, where it is not `profiles`, `events`, `consents`, `lists` and `segments`; `typed`, whether their columns
        have types."""

@final
class Graph:
    """A live identity graph: messages in, profiles and what became of them out. All methods may be called from several threads."""
    @classmethod
    def open(
        cls,
        path: _Path | None = None,
        config: Config | dict[str, Any] | _Path | None = None,
        model: Model | _Path | None = None,
    ) -> Graph:
        """Opens a graph.

        Parameters
        ----------
        path : str or path, optional
            The folder it is kept in, which is made where there is none, or ``postgres://...``, a database in which several
            processes share it; without one it is gone with the process.
        config : Config, dict or path, optional
            Sources, identifier rules, segments; rules that it does not say are filled in.
        model : Model or path, optional
            With one, records are also matched fuzzily, as ``resolve`` does with it.

        Returns
        -------
        Graph
            Also a context manager, which closes it.

        Raises
        ------
        StoreError
            ``store_locked`` where another process has it open, ``store_corrupt`` with the place where it is damaged."""
    def ingest(self, messages: _Object, *, received: _Instant | None = None, wait: bool = True) -> list[dict[str, Any]]:
        """Takes messages in; all of a call, or nothing of it.

        Parameters
        ----------
        messages : dict, list of dict, or str
            A message of the Segment spec or a row, a list of them, a batch envelope, or the JSON of any of these.
        received : datetime, str or int, optional
            When they arrived; now where it is not given.
        wait : bool, default True
            Whether to return once all of it survives a crash, or at once; then ``flush`` waits for everything so far.

        Returns
        -------
        list of dict
            What became of profiles, as in ``changes``.

        Raises
        ------
        DataError
            ``invalid_message``, with the place in the list, the field and the remedy."""
    def ingest_file(
        self,
        path: _Path,
        *,
        received: _Instant | None = None,
        skip_faults: bool = False,
        progress: _Progress | None = None,
    ) -> dict[str, Any]:
        """Takes in a file of JSON lines: a message, a list of them, or a batch envelope a line.

        A line is taken in whole or not at all. When this returns, all that was taken in survives a crash.

        Parameters
        ----------
        path : str or path
            The file.
        received : datetime, str or int, optional
            When the messages arrived; now where it is not given.
        skip_faults : bool, default False
            Whether a line that is at fault is left out and told, instead of ending the call.
        progress : bool or callable, optional
            As of ``resolve``.

        Returns
        -------
        dict
            ``lines`` taken in, ``changes`` they made in the feed, lines ``skipped``, and the ``faults`` of those.

        Raises
        ------
        DataError
            ``invalid_message``, ``io``, with the line; the lines before it are kept, and the error says so."""
    def profile(
        self, profile_id: str, *, as_of: _Instant | None = None, by: str = "ingested"
    ) -> Profile | None:
        """The profile that an id leads to, also one it had before; None if there is none. `as_of`: as far as known at an instant;
        `by`: 'ingested' (what had arrived) or 'observed' (what had happened)."""
    def find(self, **identifiers: _Object) -> list[Profile]:
        """The profiles that hold an identifier, such as `find(email="ann@example.fr")`; several, if several are given."""
    def profile_of(self, name: _Named) -> Profile | None:
        """The profile of a record, (source, record_id); None if there is no such record."""
    def why(self, a: _Named, b: _Named) -> Why:
        """Why two records are, or are not, one person, where the graph was opened with a model."""
    def why_not(self, a: _Named, b: _Named) -> WhyNot:
        """Why two records are not one person, and what it would take; it needs no model."""
    def under(
        self, config: Config | dict[str, Any] | _Path | None = None, model: Model | _Path | None = None
    ) -> Graph:
        """The same evidence under another configuration (its own where none is given) and another model where one is given, to be looked at only."""
    def how(self, profile_id: str) -> How:
        """How a profile came together."""
    def snapshot(self) -> Result:
        """All records and profiles as they are now, as a `Result`: its tables, segments and report."""
    def segments(self, profile_id: str) -> list[str]:
        """The names of the segments a profile is in, as of the latest message or `advance`."""
    def members(self, segment: str) -> list[str]:
        """The ids of the members of a segment of the configuration, in order."""
    def predicate(self, written: str | dict[str, Any] | bool) -> Predicate:
        """A predicate over the profiles of this graph, from its text or its tree (a dict): with its tree, its hash, and as SQL."""
    def advance(self, now: _Instant | None = None) -> list[dict[str, Any]]:
        """Lets time pass, up to `now`: who enters and leaves segments by the time alone, each at its own instant."""
    def membership(self, profile_id: str, segment: str) -> dict[str, Any]:
        """Why a profile is in a segment, or is not: each condition with its truth, what was found, and when it may change by itself."""
    def growth(self, segment: str, instants: Sequence[_Instant]) -> list[int]:
        """How many members a segment had at each of these instants, by what had arrived until then."""
    def growth_table(self, segments: Sequence[str], instants: Sequence[_Instant]) -> Table:
        """The same of several segments as a table: `segment`, `at`, `members`."""
    def delta(self, segment: str, since: int = 0) -> dict[str, Any]:
        """Who entered a segment and who left it since an entry of the feed, and the `cursor` to go on from."""
    def as_of(self, instant: _Instant, *, by: str = "ingested") -> Graph:
        """The graph as it was at an instant, to be looked at only."""
    def confirm(self, a: _Named, b: _Named, *, at: _Instant | None = None) -> list[dict[str, Any]]:
        """Says that two records are one person. A record is (source, record_id)."""
    def refuse(self, a: _Named, b: _Named, *, at: _Instant | None = None) -> list[dict[str, Any]]:
        """Says that two records are different people."""
    def forget(self, a: _Named, b: _Named, *, at: _Instant | None = None) -> list[dict[str, Any]]:
        """Takes back what was said of two records."""
    def split(self, profile_id: str, records: Sequence[_Named], *, at: _Instant | None = None) -> list[dict[str, Any]]:
        """Parts these records from the rest of their profile."""
    def remove(self, name: _Named, *, at: _Instant | None = None) -> list[dict[str, Any]]:
        """Takes a record out, with everything that was said of it, as if it had never come; `restore` brings it back."""
    def remove_source(self, source: str, *, at: _Instant | None = None) -> list[dict[str, Any]]:
        """Takes everything out that came from a source."""
    def restore(self, source: str, record_id: str | None = None, *, at: _Instant | None = None) -> list[dict[str, Any]]:
        """Brings back what was taken out of a record, or of a whole source."""
    def unlock(self, keys: Sequence[tuple[str, bytes]]) -> None:
        """Gives the graph the keys that erasing needs: per id a secret of 32 random bytes, the current one first."""
    def consent(
        self,
        profile_id: str,
        purpose: str,
        *,
        channel: str | None = None,
        address: tuple[str, str] | None = None,
        now: _Instant | None = None,
    ) -> dict[str, Any]:
        """What may be done with a profile's data for a purpose, and by which statements. `address`: the (kind, value) to be used.
        `now`: of a graph as of an instant, that instant unless given."""
    def ledger(self, profile_id: str) -> list[dict[str, Any]]:
        """All that was said of a profile's consents, in order of when."""
    def erase(
        self, profile_id: str, *, dry_run: bool = False, by: str = "", at: _Instant | None = None
    ) -> dict[str, Any]:
        """Erases a person; its identifiers can't come back until they are lifted. A dry run says what would go."""
    def lift(self, kind: str, value: str, *, by: str = "", at: _Instant | None = None) -> int:
        """Lets an erased identifier come back, of a row `record` and `source/id`; how many tombstones that took away."""
    def export_subject(self, profile_id: str, *, by: str = "", at: _Instant | None = None) -> dict[str, Any]:
        """Everything held of a person: every message word for word, consents, golden values and members."""
    def restrict(self, profile_id: str, *, by: str = "", at: _Instant | None = None) -> list[dict[str, Any]]:
        """Restricts the processing of a person's data: kept, but in no segment, snapshot or export, until `release`."""
    def release(self, profile_id: str, *, by: str = "", at: _Instant | None = None) -> list[dict[str, Any]]:
        """Lifts the restriction of a person."""
    def object(
        self, profile_id: str, purpose: str, *, by: str = "", at: _Instant | None = None
    ) -> list[dict[str, Any]]:
        """Notes that a person objects to a purpose, '*' for all: a refusal in their ledger."""
    def rectify(
        self, name: tuple[str, str], fields: Mapping[str, str], *, by: str = "", at: _Instant | None = None
    ) -> list[dict[str, Any]]:
        """Corrects fields of a record: cells of a row by column, traits of a user."""
    def activate(
        self,
        destination: str,
        purpose: str,
        *,
        channel: str | None = None,
        members: str | Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        country: str | None = None,
        batch_size: int | None = None,
        by: str = "",
        at: _Instant | None = None,
    ) -> Export:
        """The golden values of those whose consents allow the purpose, as a destination wants them; it is noted to whom they went."""
    def note_sent(
        self, profile_ids: Sequence[str], destination: str, purpose: str = "", *, at: _Instant | None = None
    ) -> None:
        """Notes that data of people was sent to somebody by other means than `activate`."""
    def recipients(self, profile_id: str) -> list[dict[str, str]]:
        """To whom data of a person was sent, and when last."""
    def export_tombstones(self) -> str:
        """All tombstones as JSON lines, for `import_tombstones` of another graph."""
    def import_tombstones(self, lines: str, *, by: str = "", at: _Instant | None = None) -> dict[str, Any]:
        """Sets up tombstones that another graph exported; tells which profiles here hold an erased identifier."""
    def audit(self) -> list[dict[str, Any]]:
        """The audit log: what was done to personal data."""
    def verify_audit(self, head: str | None = None) -> str:
        """Checks the audit log; returns the hash of its last entry. `head`: the hash that was its last before, where known."""
    def refused(self) -> list[dict[str, Any]]:
        """The links that are refused now, with their reasons."""
    def changes(
        self,
        since: int = 0,
        *,
        limit: int = 1000,
        types: Sequence[str] = ...,
        profile_id: str | None = None,
        not_before: _Instant | None = None,
        before: _Instant | None = None,
    ) -> list[dict[str, Any]]:
        """Reads the change feed.

        Parameters
        ----------
        since : int, default 0
            The number of the last entry that is known.
        limit : int, default 1000
            At most so many.
        types : list of str, optional
            Only these types.
        profile_id : str, optional
            Only what is about this profile.
        not_before : datetime, str or int, optional
            Not what was written before this instant.
        before : datetime, str or int, optional
            Only what was written before this instant.

        Returns
        -------
        list of dict
            The entries in order of their ``number``."""
    def changes_table(
        self,
        since: int = 0,
        *,
        limit: int = 1000,
        types: Sequence[str] = ...,
        profile_id: str | None = None,
        not_before: _Instant | None = None,
        before: _Instant | None = None,
    ) -> Table:
        """The same as a table: number, at, cause, type, profile_id, details (JSON)."""
    @property
    def counts(self) -> dict[str, int]:
        """How much there is: messages, records, devices, profiles, refused links, changes."""
    @property
    def config(self) -> Config:
        """The configuration, with the rules that were filled in."""
    def refresh(self) -> None:
        """Takes in what other processes did to a graph that they share, so that the next answers know of it; calls that change
        anything do so by themselves.

        Raises
        ------
        ConfigError
            ``invalid_config`` where another process opened the graph with other rules."""
    def flush(self) -> None:
        """Waits until everything handed in survives a crash."""
    def close(self) -> None:
        """Flushes, and lets the store go; nothing can be handed in any more."""
    def compact(self) -> None:
        """Leaves no byte of what is gone in any file, and gives back its space."""
    def verify(self) -> None:
        """Reads everything that is kept, and fails if anything is damaged."""
    def backup(self, path: _Path) -> None:
        """Writes a copy of the store into a folder while work goes on."""
    def __enter__(self) -> Graph: ...
    def __exit__(self, *_exception: _Object) -> None: ...
    def __len__(self) -> int: ...

@final
class Table:
    """An Arrow table. Hand it to any library with the Arrow PyCapsule interface, e.g. `polars.DataFrame(table)`, or convert it."""
    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...
    def __len__(self) -> int: ...
    def to_pandas(self) -> Any:
        """As a pandas frame; needs pandas and pyarrow."""
    def to_polars(self) -> Any:
        """As a polars frame; needs polars."""
    def to_pyarrow(self) -> Any:
        """As a pyarrow table; needs pyarrow."""
    def to_pylist(self) -> list[dict[str, Any]]:
        """As a list with a dict for each row; needs no other library."""
    def save(self, path: _Path) -> None:
        """Writes the table to a file, by its extension: `.csv`, `.jsonl` or `.ndjson`, `.parquet`."""
    def _repr_html_(self) -> str: ...

@final
class Columns:
    """What the columns of some frames hold: `columns` with one row a column, `findings` with one row a reason, shared or
    frequent value."""
    @property
    def columns(self) -> Table:
        """One row a column."""
    @property
    def findings(self) -> Table:
        """One row a reason why values are unusable, a shared value, or a frequent value."""
    def to_list(self) -> list[dict[str, Any]]:
        """Everything as plain data: a dict for each column."""
    def __len__(self) -> int: ...
    def _repr_html_(self) -> str: ...

@final
class Why:
    """Why two records are, or are not, the same person. `weight` is exactly `prior` + the parts + `related`."""
    @property
    def same_profile(self) -> bool:
        """Whether the records are in one profile."""
    @property
    def weight(self) -> float:
        """Match weight in bits (log2 odds)."""
    @property
    def probability(self) -> float:
        """The match probability that the weight stands for."""
    @property
    def prior(self) -> float:
        """Bits before any field was looked at."""
    @property
    def parts(self) -> list[dict[str, Any]]:
        """One dict a field: `field`, `values`, `level`, `weight`, and of it `frequency`: what comes from how common the value is."""
    @property
    def related(self) -> float:
        """Bits of correction for related people (household, namesake)."""
    @property
    def threshold(self) -> float:
        """The weight in bits from which two records link."""
    @property
    def links(self) -> list[dict[str, Any]]:
        """The links between just these two that hold."""
    @property
    def refused(self) -> list[dict[str, Any]]:
        """The links between just these two that were refused, with the reason."""
    @property
    def weakest(self) -> dict[str, Any] | None:
        """The link of the path with the least evidence; None without a path."""
    @property
    def path(self) -> list[dict[str, Any]]:
        """The links that join the records, where they are in one profile."""
    @property
    def waterfall(self) -> Table:
        """The steps from nothing to the weight as a table: `step`, `level`, `value_a`, `value_b`, `weight`, `from`, `to`."""
    def masked(self) -> Why:
        """The same without personal values and record ids: their first letters stay."""
    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data."""
    def _repr_html_(self) -> str: ...

@final
class WhyNot:
    """Why two records are not one person, and what it would take."""
    @property
    def same_profile(self) -> bool:
        """Whether they are in one profile after all."""
    @property
    def weight(self) -> float | None:
        """The weight in bits that they have or would have; None where no model compares records."""
    @property
    def threshold(self) -> float | None:
        """The weight in bits from which two records link."""
    @property
    def blocking(self) -> list[dict[str, Any]]:
        """One dict a blocking rule: `parts`, `shared` keys, `records` that have the rarest, `largest` allowed, `compares`."""
    @property
    def obstacles(self) -> list[dict[str, Any]]:
        """What stands between them, one dict each: `kind`, `reason`, `records`, `rule`."""
    @property
    def needed(self) -> list[dict[str, Any]]:
        """What would make them one, one dict each: `kind`, `field`, `value`, `enough`, `text`."""
    def masked(self) -> WhyNot:
        """The same without record ids and values: their first letters stay."""
    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data."""
    def _repr_html_(self) -> str: ...

@final
class Diff:
    """What changed between two results or two graphs."""
    @property
    def counts(self) -> dict[str, int]:
        """How much changed, of everything."""
    @property
    def values(self) -> dict[str, int]:
        """Per golden field, how many profiles have another value."""
    @property
    def segments(self) -> dict[str, dict[str, int]]:
        """Per segment: how many were in it `before` and `after`, `entered` and `left`."""
    @property
    def consents(self) -> dict[str, dict[str, int]]:
        """Per purpose, how many answers changed from one to another; of graphs."""
    @property
    def groups(self) -> Table:
        """The groups of profiles in which anything changed, one row each, the largest impact first."""
    @property
    def details(self) -> Table:
        """The golden values, memberships and consents that changed in these groups, one row each."""
    @property
    def groups_changed(self) -> int:
        """How many groups changed, also those that are not shown."""
    def check(self, limits: dict[str, Any]) -> None:
        """Raises a `DataError` with the code `limit_exceeded` if more changed than `limits` allow: `{"merged": 10, "moved": "0.5%"}`."""
    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data."""
    def _repr_html_(self) -> str: ...
    def __bool__(self) -> bool: ...

@final
class Scenario:
    """A golden scenario: given these messages, expect these profiles."""
    @classmethod
    def load(cls, path: _Path) -> Scenario:
        """Reads a scenario: `.toml` or `.json`."""
    @classmethod
    def load_all(cls, path: _Path) -> list[Scenario]:
        """Reads the scenarios of a folder, in order of name."""
    @property
    def name(self) -> str:
        """What it shows, in a line."""
    @property
    def about(self) -> str:
        """Why it matters."""
    @property
    def known_failure(self) -> str | None:
        """Why it is known to fail, if it is."""
    def run(self) -> dict[str, Any]:
        """Runs it, and tells what is not as expected: `failures`, `checks`, `orders`, `known_failure`, `text`."""
    def check(self) -> None:
        """Runs it; raises an `AssertionError` that says what was expected, what was found and why."""

@final
class How:
    """How a profile came together."""
    @property
    def profile_id(self) -> str:
        """The profile's id."""
    @property
    def members(self) -> list[dict[str, Any]]:
        """One dict a record, founder first: `source`, `record_id`."""
    @property
    def merges(self) -> list[dict[str, Any]]:
        """One dict a merge, strongest first: `records`, `weight`, `rule`, `evidence`."""
    @property
    def tree(self) -> list[dict[str, Any]]:
        """The merges as a tree, one dict each: `nodes` (members first, in their order, then merges, in theirs), `size`, `link`."""
    @property
    def bridges(self) -> list[dict[str, Any]]:
        """Links whose removal would take the profile apart, one dict each: `link`, `size` and `part` of the smaller part."""
    @property
    def cohesion(self) -> float:
        """The share of the pairs of members that hold by themselves."""
    @property
    def history(self) -> list[dict[str, Any]]:
        """What became of it, in order, one dict each: `number`, `at`, `what`, `cause`, `profiles`; of a live graph."""
    def masked(self) -> How:
        """The same without record ids: their first letters stay."""
    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data."""
    def _repr_html_(self) -> str: ...

@final
class Quality:
    """Figures of match quality. Each is an attribute and a key: `quality.pairwise["f1"]`, `quality["clusters"]`."""
    @property
    def pairwise(self) -> dict[str, float]:
        """`precision`, `recall` and `f1` over pairs of records."""
    @property
    def b_cubed(self) -> dict[str, float]:
        """`precision`, `recall` and `f1` averaged over records."""
    @property
    def records(self) -> int:
        """Records judged."""
    @property
    def records_without_truth(self) -> int:
        """Records of the assignments that the truth does not speak of; they are left out."""
    @property
    def clusters(self) -> int:
        """Profiles among the records judged."""
    @property
    def entities(self) -> int:
        """True entities among the records judged."""
    @property
    def exact_clusters(self) -> int:
        """Profiles that hold exactly the records of one entity."""
    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data."""
    def keys(self) -> list[str]: ...
    def __getitem__(self, name: str, /) -> Any: ...
    def __len__(self) -> int: ...
    def _repr_html_(self) -> str: ...

@final
class Result:
    """What `resolve` gives."""
    @property
    def assignments(self) -> Table:
        """One row a record: source, record_id, row, profile_id."""
    @property
    def profiles(self) -> Table:
        """One row a profile: profile_id, golden values, size, sources."""
    @property
    def links(self) -> Table:
        """One row an accepted link: source_a, record_id_a, source_b, record_id_b, match_weight, rule, profile_id."""
    @property
    def refused(self) -> Table:
        """One row a refused link, with its reason."""
    @property
    def config(self) -> Config:
        """The configuration used, inferred parts included."""
    @property
    def model(self) -> Model:
        """The model used."""
    @property
    def summary(self) -> Summary:
        """Figures: records, profiles, pairs compared, seconds per stage, threshold, expected precision and recall."""
    @property
    def threshold_bits(self) -> float | None:
        """The threshold in bits; None where nothing was compared."""
    def weight_histogram(self) -> Table:
        """How many links, accepted and refused, and how many of the strongest pairs that do not link weigh how much, as a table: `from`,
        `to` (bits), `accepted`, `refused`, `below`."""
    def profile_sizes(self) -> Table:
        """How many profiles have one record, two, ...: `records`, `profiles`."""
    def precision_recall(self, truth: _Frame) -> Table:
        """Precision and recall at each threshold, against a truth: `of`, `threshold` (bits), `chosen`, `pairs`, `right`, `precision`,
        `recall`, `f1`. The last row is of the profiles as they are."""
    def profile_graph(self, profile_id: str) -> tuple[Table, Table]:
        """The records of a profile (`source`, `record_id`) and the links between them (`a`, `b`: rows of the records, `match_weight`,
        `rule`)."""
    def combinations(self, sets: dict[str, str] | None = None, now: object | None = None) -> Table:
        """How many profiles are in exactly these sets at once, largest first: a column for each set, `sets`, `profiles`. `sets`:
        predicates by name; the segments of the configuration, if none are given."""
    def why(self, a: _Record, b: _Record) -> Why:
        """Why two records are, or are not, the same person. A record is `(source, record_id)`, or a row number."""
    def why_not(self, a: _Record, b: _Record) -> WhyNot:
        """Why two records are not one person, and what it would take."""
    def review(self, n: int = 20) -> Table:
        """At most `n` pairs whose answers would teach most, to be filled in and given to `Decisions`."""
    def how(self, profile_id: str) -> How:
        """How a profile came together."""
    def segment(self, predicate: str, now: object | None = None) -> Members:
        """The ids of the profiles that fit a predicate. `now`: a date, needed by predicates about ages."""
    def segments(self, now: object | None = None) -> Segments:
        """The ids of the members of each segment of the configuration, by its name."""
    def predicate(self, written: str | dict[str, Any] | bool) -> Predicate:
        """A predicate over these profiles, from its text or its tree (a dict): with its tree, its hash, and as SQL."""
    def overlaps(self, predicates: Sequence[str], now: object | None = None) -> list[list[int]]:
        """How many profiles each pair of these predicates have in common; the sizes are on the diagonal."""
    def breakdown(self, predicate: str, field: str, now: object | None = None) -> list[tuple[str | None, int]]:
        """How many members of a predicate have each value of a golden field, largest first; None for those without one."""
    def compare_segments(
        self, before: str, after: str, now: object | None = None, *, later: object | None = None
    ) -> dict[str, Any]:
        """What would change: who enters and who leaves when the second predicate (or instant) takes the place of the first."""
    def membership(self, profile_id: str, predicate: str, now: object) -> dict[str, Any]:
        """Why a profile fits a predicate, or does not: each condition with its truth, what was found, and when it may change by itself."""
    def sql_tables(self, predicate: str | dict[str, Any] | bool, now: object | None = None) -> dict[str, Table]:
        """The tables that the SQL of a predicate reads, by their names: `profiles`, `events`, `consents`, `lists` and `segments`."""
    def members(self, predicate: str, fields: Sequence[str] | None = None, now: object | None = None) -> Table:
        """The members of a predicate as a table: `profile_id` and these golden fields: all for `None`, none for an empty list."""
    def export_members(
        self, predicate: str, path: _Path, *, fields: Sequence[str] | None = None, now: object | None = None
    ) -> None:
        """Writes the members of a predicate to a file: Parquet, CSV or JSON lines, by its ending; `fields` as for `members`."""
    def report(
        self,
        path: _Path,
        *,
        title: str | None = None,
        mask_personal: bool | None = None,
        now: object | None = None,
        made_at: str | None = None,
        columns: Columns | None = None,
    ) -> None:
        """Writes one self-contained HTML file: figures, links to review, profiles, the segments of the configuration.
        `columns`: what `profile` says of the sources' columns, to be shown too. Personal values are masked where `mask_personal` or
        `options.mask_personal` say so."""
    def _repr_html_(self) -> str: ...

@final
class Export:
    """What `activate` gives: batches of encoded rows, and how many were left out and why."""
    @property
    def destination(self) -> str:
        """The destination, e.g. `meta_capi@2026`."""
    @property
    def purpose(self) -> str:
        """What for."""
    @property
    def people(self) -> int:
        """How many people are in it."""
    @property
    def batches(self) -> list[Table]:
        """The rows, one table a batch."""
    @property
    def profiles(self) -> list[list[str]]:
        """The ids of the profiles of each batch, row by row; for your records, not for the destination."""
    @property
    def signals(self) -> list[str]:
        """What the people of each batch said besides."""
    @property
    def left_out(self) -> dict[str, int]:
        """How many people are not in it, by reason."""
    @property
    def values_left_out(self) -> dict[str, dict[str, int]]:
        """How many values are not in it, by kind and reason, of people who allow the purpose."""
    def save(self, folder: _Path) -> list[Path]:
        """Writes one CSV file a batch, and one JSON file that says what they are for; the paths of the CSV files."""

def activate(
    result: Result,
    destination: str,
    purpose: str,
    *,
    consent: _Who,
    address_consent: dict[str, _Who] | None = None,
    signals: dict[str, _Who] | None = None,
    members: _Who | None = None,
    kinds: list[str] | None = None,
    country: str | None = None,
    batch_size: int | None = None,
    now: object | None = None,
) -> Export:
    """The golden values of a result as a destination wants them, of those who allow the purpose.

    Parameters
    ----------
    result : Result
        Whose profiles.
    destination : str
        Such as ``"google_ads"``; an unknown one is refused with the list of those there are.
    purpose : str
        What for; it is written into the export.
    consent : str or list of str
        Who allows the purpose: a predicate, or profile ids.
    address_consent : dict, optional
        The same apart for ``email`` and ``phone``.
    signals : dict, optional
        What people said besides, by its name, where the destination is told.
    members : str or list of str, optional
        Whom to export; all where it is not given.
    kinds : list of str, optional
        Only these kinds of values.
    country : str, optional
        The country of people whose profile has none; without it their national telephone numbers are left out.
    batch_size : int, optional
        At most so many people a batch.
    now : date, datetime or str, optional
        What time it is, for predicates about ages and events.

    Returns
    -------
    Export
        The batches, and who and what was left out and why."""
def resolve(
    frames: _Frames,
    config: Config | dict[str, Any] | _Path | None = None,
    *,
    model: Model | None = None,
    decisions: Decisions | _Frame | None = None,
    threads: int | None = None,
    memory_limit: int | str | None = None,
    progress: _Progress | None = None,
) -> Result:
    """Turns records into profiles.

    Parameters
    ----------
    frames : frame, path, or dict of these
        Anything with the Arrow PyCapsule interface (pandas, polars, pyarrow, duckdb), or the path of a CSV, JSON lines or
        Parquet file; a dict names each source.
    config : Config, dict or path, optional
        What the columns mean and what rules hold; what it does not say is inferred from the data.
    model : Model, optional
        A trained model, used as it is; trained from the data where there is none.
    decisions : Decisions or frame, optional
        Pairs that people confirmed or refused; without a model they move the one that is trained here.
    threads : int, optional
        How many threads; all cores where it is not given. The result does not depend on it.
    memory_limit : int or str, optional
        The most memory that the process may hold, in bytes or as ``"2 GB"``; what the machine has where it is not given.
    progress : bool or callable, optional
        True for a bar (needs tqdm), or a function ``(stage, done, total)``.

    Returns
    -------
    Result
        Assignments, profiles, links and refused links as Arrow tables, with the configuration and model that were used.

    Raises
    ------
    ConfigError, DataError, ModelError, MemoryLimitError, IoError
        With a stable ``code``, the reason and the remedy.

    Examples
    --------
    >>> result = cdp.resolve({"crm": crm, "shop": "shop.csv"})
    >>> result.assignments.to_polars()"""
def train(
    frames: _Frames,
    labels: Decisions | _Frame | None = None,
    config: Config | dict[str, Any] | _Path | None = None,
    *,
    model: Model | None = None,
    threads: int | None = None,
    memory_limit: int | str | None = None,
    progress: _Progress | None = None,
) -> Model:
    """Trains a model without labels first (or from ``model``), then by labels.

    Parameters
    ----------
    frames : frame, path, or dict of these
        As of ``resolve``.
    labels : Decisions or frame, optional
        Pairs that people confirmed or refused.
    config : Config, dict or path, optional
        As of ``resolve``.
    model : Model, optional
        What to start from.
    threads : int, optional
        As of ``resolve``.
    memory_limit : int or str, optional
        As of ``resolve``.
    progress : bool or callable, optional
        As of ``resolve``.

    Returns
    -------
    Model
        Frozen: everything that depends on the population is in it."""
@overload
def diff(before: Result, after: Result, *, now: object | None = None, examples: int | None = 1000) -> Diff:
    """What changed from one result to another, or from one graph to another.

    Merges, splits, moved records, golden values, segments; of graphs also devices and consents.

    Parameters
    ----------
    before : Result or Graph
        The first.
    after : Result or Graph
        The second, of the same type.
    now : date, datetime or str, optional
        What time it is, for segments about ages and events.
    examples : int, optional
        How many groups of profiles to show, those of the largest impact first; all where it is None.

    Returns
    -------
    Diff
        Counts of everything, and the groups as tables.

    Raises
    ------
    PredicateError
        If a segment speaks of time and `now` is not given."""
@overload
def diff(before: Graph, after: Graph, *, now: object | None = None, examples: int | None = 1000) -> Diff: ...
def evaluate(assignments: _Frame, truth: _Frame) -> Quality:
    """Compares assignments with the truth.

    Parameters
    ----------
    assignments : frame or path
        With ``record_id``, ``profile_id`` and, where several sources have the same ids, ``source``.
    truth : frame or path
        The key of each record and the entity it belongs to.

    Returns
    -------
    Quality
        Pairwise and B-cubed precision, recall and F1, and counts of clusters."""
def segment(result: Result | Graph, predicate: str, now: object | None = None) -> Members: ...
@overload
def normalize(
    value: str,
    kind: str,
    *,
    region: str | None = None,
    order: str | None = None,
    placeholders: list[str] | None = None,
    hashed: str | None = None,
    details: bool = False,
) -> dict[str, str]:
    """Normalises a value, a list of values or a whole column of a kind.

    Parameters
    ----------
    value : str, None, list of these, Series or Arrow array
        What to normalise.
    kind : str
        The kind, such as ``"email"``.
    region : str, optional
        The ISO 3166 region of telephone numbers and postal codes without a country.
    order : str, optional
        ``"dmy"``, ``"mdy"`` or ``"ymd"`` of numeric dates.
    placeholders : list of str, optional
        Further values that mean nothing.
    hashed : str, optional
        ``"sha256"`` where the values came hashed: only their shape is checked.
    details : bool, default False
        Whether the parts of the value and further keys are wanted too.

    Returns
    -------
    dict, None, list or Table
        Of a str a dict with ``display``, ``key`` and ``verdict`` (ok, invalid or placeholder); None of None; a list of a list; a
        table of as many rows of a column."""
@overload
def normalize(
    value: None,
    kind: str,
    *,
    region: str | None = None,
    order: str | None = None,
    placeholders: list[str] | None = None,
    hashed: str | None = None,
    details: bool = False,
) -> None: ...
@overload
def normalize(
    value: list[str | None],
    kind: str,
    *,
    region: str | None = None,
    order: str | None = None,
    placeholders: list[str] | None = None,
    hashed: str | None = None,
    details: bool = False,
) -> list[dict[str, str] | None]: ...
@overload
def normalize(
    value: _ArrowStream | _ArrowArray,
    kind: str,
    *,
    region: str | None = None,
    order: str | None = None,
    placeholders: list[str] | None = None,
    hashed: str | None = None,
    details: bool = False,
) -> Table: ...
def profile(
    frames: _Frames,
    config: Config | dict[str, Any] | _Path | None = None,
    *,
    progress: _Progress | None = None,
) -> Columns: ...
def similarity(metric: str, a: str, b: str) -> float:
    """How alike two texts are.

    Parameters
    ----------
    metric : str
        Such as ``"jaro_winkler"``; an unknown one is refused with the list of those there are.
    a : str
        One text.
    b : str
        The other.

    Returns
    -------
    float
        From 0 to 1."""
def conformance(operation: str, input: list[Any]) -> Any:
    """Calls an operation of the conformance vectors with its list of inputs."""
def conformance_operations() -> list[str]:
    """The names of the operations of the conformance vectors."""
def _piece(
    title: str, lines: Sequence[str], tables: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]]
) -> str:
    """A piece of HTML: a title, lines of text, and tables, each of a caption, columns and rows."""
def _shown(field: str, value: str, masked: bool) -> str:
    """A value of a field as it may be shown."""
def _mask(value: str) -> str:
    """The first letter of a value, and dots."""
def _trace_calls(on: bool) -> None:
    """Begins, or ends, to hand over what the core tells."""

@final
class _Shards:
    """A model and a configuration, ready for records in shards: what workers of Spark hold."""

    def __new__(cls, frames: _Frames, config: Config | dict[str, Any] | _Path | None, model: Model) -> _Shards: ...
    @staticmethod
    def hindrance(frames: _Frames, config: Config | dict[str, Any] | _Path | None, model: Model) -> str | None:
        """Why these frames can only be resolved as a whole, if so; raises what else is at fault."""
    @staticmethod
    def from_json(text: str) -> _Shards:
        """From the text of `to_json`."""
    def to_json(self) -> str:
        """As text, for other machines."""
    def sought(self, source: str, rows: _ArrowStream | _ArrowArray) -> Table:
        """What each row of a source is looked for by."""
    def blocks(self) -> _Blocks:
        """An account of the records of keys."""
    def score(self, rows: _ArrowStream | _ArrowArray) -> Table:
        """The links of the model in the blocks of a shard."""
    def join(self, rows: _ArrowStream | _ArrowArray) -> list[Table]:
        """Assignments, profiles, links and refused links of whole components."""
    def empty(self) -> list[Table]:
        """These tables of no records at all."""
    def refuse_duplicate(self, source: str, id: str) -> None:
        """Raises that two records of a source have one id."""
    @property
    def warnings(self) -> list[str]:
        """What the caller should know of the frames."""
    @property
    def shown(self) -> int:
        """How many of rows that are equal form blocks."""
    @staticmethod
    def components(pairs: _ArrowStream | _ArrowArray) -> Table:
        """The component of each record of pairs."""

@final
class _Blocks:
    """The records of keys, added batch by batch."""

    def add(self, rows: _ArrowStream | _ArrowArray) -> Table:
        """Adds records under their keys; gives the pairs that an identifier value joins."""
    def formed(self) -> Table:
        """The records of the blocks that formed."""
