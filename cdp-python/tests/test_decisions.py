"""Human decisions: `review`, `Decisions`, `train`."""

from pathlib import Path
from typing import Any

import pandas
import pytest

import light_cdp as cdp

Sources = dict[str, list[dict[str, Any]]]
CONFIG = {"sources": {"crm": {"id": "id"}, "shop": {"id": "id"}}}


def frames(sources: Sources) -> dict[str, pandas.DataFrame]:
    return {name: pandas.DataFrame(rows, dtype="str") for name, rows in sources.items()}


def profile_of(result: cdp.Result, source: str, record_id: str) -> str:
    rows = result.assignments.to_pylist()
    return next(str(row["profile_id"]) for row in rows if (row["source"], row["record_id"]) == (source, record_id))


def test_a_refusal_parts_and_a_confirmation_joins(sources: Sources) -> None:
    decisions = cdp.Decisions()
    decisions.refuse(("crm", "c60"), ("shop", "s60"))
    decisions.confirm(("crm", "c1"), ("crm", "c2"))
    result = cdp.resolve(frames(sources), CONFIG, decisions=decisions)
    assert profile_of(result, "crm", "c60") != profile_of(result, "shop", "s60")
    assert profile_of(result, "crm", "c1") == profile_of(result, "crm", "c2")
    assert repr(decisions) == "Decisions(1 confirmed, 1 refused)"
    assert decisions.forget(("shop", "s60"), ("crm", "c60")) and len(decisions) == 1


def test_a_review_is_answered_in_a_file_and_used(sources: Sources, tmp_path: Path) -> None:
    result = cdp.resolve(frames(sources), CONFIG)
    questions = result.review(6)
    assert questions.column_names[-3:] == ["values_a", "values_b", "same"]
    path = tmp_path / "review.csv"
    questions.save(path)
    answers = pandas.read_csv(path, dtype="str")
    assert 0 < len(answers) <= 6
    answers["same"] = "no"
    decisions = cdp.Decisions(answers)
    decisions.save(tmp_path / "decisions.jsonl")
    assert len(cdp.Decisions.load(tmp_path / "decisions.jsonl")) == len(decisions) == len(answers)
    again = cdp.resolve(frames(sources), CONFIG, decisions=tmp_path / "decisions.jsonl")
    for row in decisions.table.to_pylist():
        assert profile_of(again, row["source_a"], row["record_id_a"]) != profile_of(
            again, row["source_b"], row["record_id_b"]
        )


def test_train_gives_the_model_that_a_run_with_the_labels_has(sources: Sources) -> None:
    labels = pandas.DataFrame(
        [("crm", f"c{n}", "shop", f"s{n}", "true") for n in range(50, 60)],
        columns=["source_a", "record_id_a", "source_b", "record_id_b", "same"],
    )
    model = cdp.train(frames(sources), labels, CONFIG)
    assert model == cdp.resolve(frames(sources), CONFIG, decisions=labels).model
    assert model != cdp.train(frames(sources), None, CONFIG)


def test_what_is_no_decision_is_said() -> None:
    with pytest.raises(cdp.DataError, match="decisions need a column 'same'"):
        cdp.Decisions(pandas.DataFrame({"source_a": ["a"], "record_id_a": ["1"], "source_b": ["a"], "record_id_b": ["2"]}))
    with pytest.raises(cdp.DataError, match="one and the same"):
        cdp.Decisions().confirm(("crm", "1"), ("crm", "1"))
    with pytest.raises(cdp.DataError, match=r"\(source, record_id\)"):
        cdp.Decisions().confirm("crm", ("crm", "1"))  # type: ignore[arg-type]
