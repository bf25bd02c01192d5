"""Every error says where, why and what to do; its class and code are stable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas
import polars
import pyarrow
import pytest

import light_cdp as cdp

FRAME = polars.DataFrame({"id": ["1", "2"], "email": ["a@exemple.fr", "b@exemple.fr"]})
EXPECTED = (
    "(give a data frame with the Arrow PyCapsule interface (pandas 2.2 or later, polars, pyarrow, duckdb), the path of a "
    "file, or a dict of these by the name of their source)"
)


def raised(call: Any, *arguments: Any, **options: Any) -> cdp.Error:
    with pytest.raises(cdp.Error) as caught:
        call(*arguments, **options)
    assert caught.value.code
    assert caught.value.reason in str(caught.value)
    return caught.value


def test_classes_follow_families() -> None:
    families = [
        cdp.CancelledError,
        cdp.ConfigError,
        cdp.DataError,
        cdp.InternalError,
        cdp.IoError,
        cdp.MemoryLimitError,
        cdp.ModelError,
        cdp.PredicateError,
        cdp.PrivacyError,
        cdp.StoreError,
    ]
    assert all(issubclass(family, cdp.Error) for family in families)


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (3, f"'frames' has the type int {EXPECTED}"),
        ({"crm": 3}, f"'crm' has the type int {EXPECTED}"),
        ({3: FRAME}, "'name of a source' has the type int (give a str as the name of each source)"),
        (
            FRAME["email"],
            "source 'records': this is not a table with columns (make a frame of it: series.to_frame())",
        ),
        (
            pyarrow.array([1]),
            "source 'records': this is not a table with columns (make a frame of it: series.to_frame())",
        ),
        (
            polars.DataFrame({"name": [{"first": "a"}, {"first": "b"}]}),
            "source 'records', field 'name': columns of the Arrow type Struct(\"first\": Utf8View) cannot be read (give each "
            "part its own column)",
        ),
    ],
)
def test_what_is_not_a_frame(frames: Any, message: str) -> None:
    error = raised(cdp.resolve, frames)
    assert type(error) is cdp.DataError
    assert error.code == "invalid_input"
    assert str(error) == message


def test_a_column_without_texts_is_left_out_and_told() -> None:
    frame = polars.DataFrame({"id": ["1", "2"], "email": ["a@example.fr", "a@example.fr"], "tags": [{"a": 1}, {"a": 2}]})
    result = cdp.resolve(frame)
    (warning,) = [text for text in result.summary["warnings"] if "tags" in text]
    assert warning == (
        "left out: source 'records', field 'tags': columns of the Arrow type Struct(\"a\": Int64) cannot be read (give each "
        "part its own column)"
    )
    assert "tags" not in result.config.to_dict()["sources"]["records"]["fields"]
    fields = {"email": {"kind": "email"}}
    asked: dict[str, Any] = {"sources": {"records": {"id": "id", "fields": fields | {"tags": {"kind": "text"}}}}}
    assert "columns of the Arrow type" in str(raised(cdp.resolve, frame, asked))
    asked["sources"]["records"]["fields"]["tags"] = {"kind": "ignore"}
    assert not [text for text in cdp.resolve(frame, asked).summary["warnings"] if "tags" in text]


def test_mixed_types_in_a_column() -> None:
    error = raised(cdp.resolve, {"crm": pandas.DataFrame({"zip": ["75001", 69001]})})
    assert str(error) == (
        "source 'crm', field 'zip': the data frame cannot be handed over as Arrow: (\"Expected bytes, got a 'int' "
        "object\", 'Conversion failed for column zip with type object') (give each column one type, e.g. frame[column] "
        "= frame[column].astype('string'))"
    )
    assert isinstance(error.__cause__, pyarrow.ArrowTypeError)


def test_files(tmp_path: Path) -> None:
    missing = raised(cdp.resolve, tmp_path / "missing.csv")
    assert type(missing) is cdp.IoError
    assert str(missing) == f"file '{tmp_path / 'missing.csv'}': no such file or directory"
    short = tmp_path / "short.csv"
    short.write_text("id,nom\n1,Durand\n2\n", "utf-8")
    error = raised(cdp.resolve, {"crm": short})
    assert str(error) == (
        f"file '{short}', source 'crm', line 3: too few fields: 1 instead of the 2 that the first line names (look for a "
        "missing delimiter, a line break inside an unquoted value, or a missing quote)"
    )


def test_a_huge_cell_names_row_and_column() -> None:
    frame = polars.DataFrame({"id": ["1", "2"], "note": ["ok", "x" * (10 << 20)]})
    error = raised(cdp.resolve, {"crm": frame})
    assert error.code == "value_too_large"
    assert str(error) == (
        "source 'crm', row 1, field 'note': the value has 10485760 bytes, the limit is 1048576 (shorten it, leave the "
        "column out, or look for a missing closing quote)"
    )


def test_wrong_arguments() -> None:
    assert str(raised(cdp.resolve, FRAME, 3)) == (
        "'config' has the type int (give a Config, a dict, or the path of a TOML or JSON file)"
    )
    assert str(raised(cdp.resolve, FRAME, progress=3)) == (
        "'progress' has the type int (give True, or a function (stage, done, total))"
    )
    assert str(raised(cdp.Config.from_dict, {"sources": {"crm": {"id": {1, 2}}}})) == (
        "field 'sources.crm.id': a value of <class 'set'> has no place in a configuration (use dict, list, str, int, "
        "float, bool or None)"
    )


def test_kinds() -> None:
    error = raised(cdp.normalize, "x", "emial")
    assert type(error) is cdp.ConfigError
    assert (error.code, error.remedy) == ("unknown_kind", "did you mean 'email'?")
    assert str(error) == "there is no kind 'emial' (did you mean 'email'?)"


def test_truth_without_keys() -> None:
    assignments = polars.DataFrame({"record_id": ["1", "2"], "profile_id": ["a", "a"]})
    error = raised(cdp.evaluate, assignments, polars.DataFrame({"record_id": ["1", None], "entity": ["x", "x"]}))
    assert type(error) is cdp.DataError
    assert error.code == "invalid_truth"


@pytest.mark.parametrize("threads", [-1, 0, 1.5, 1025, 4294967295])
def test_so_many_threads_are_refused_before_any_starts(threads: Any) -> None:
    for call in (cdp.resolve, cdp.train):
        error = raised(call, FRAME, threads=threads)
        assert (error.code, "from 1 to 1024" in str(error)) == ("invalid_input", True)


def test_what_helps_is_said() -> None:
    twice = pandas.DataFrame([["1", "2"]], columns=["a", "a"])
    assert "a name of its own" in str(raised(cdp.resolve, twice))
    assert ".collect()" in str(raised(cdp.resolve, {"crm": FRAME.lazy()}))
    error = raised(cdp.from_splink, "nowhere.json")
    assert isinstance(error, cdp.IoError)
    assert error.code == "io"


def test_a_column_that_would_be_the_id_is_told() -> None:
    rows = polars.concat([FRAME, FRAME])
    [warning] = cdp.resolve({"crm": rows}).summary["warnings"]
    assert warning.endswith("; 'id' would be it, but 2 of its values stand in several rows")
