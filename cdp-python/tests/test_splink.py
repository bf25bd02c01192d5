"""A model of Splink, trained by Splink: the same pairs have the same weights here."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest

import light_cdp as cdp
from light_cdp._conditions import FUNCTIONS, condition

splink = pytest.importorskip("splink", reason="splink is not installed for this Python")
comparisons = pytest.importorskip("splink.comparison_library")

DATA = Path(__file__).resolve().parents[2] / "examples" / "data" / "webshop.csv"


def rows_of(query: str, frame: Any) -> list[tuple[Any, ...]]:
    answer: Any = duckdb.sql(query)
    assert frame.height
    rows: list[tuple[Any, ...]] = answer.fetchall()
    return rows


def trained(frame: Any, link_type: str = "dedupe_only") -> Any:
    settings = splink.SettingsCreator(
        link_type=link_type,
        unique_id_column_name="account_id",
        blocking_rules_to_generate_predictions=[splink.block_on("last_name"), splink.block_on("postcode"), "l.city = r.city"],
        comparisons=[
            comparisons.NameComparison("first_name"),
            comparisons.JaroWinklerAtThresholds("last_name", [0.9, 0.7]).configure(term_frequency_adjustments=True),
            comparisons.EmailComparison("email"),
            comparisons.DateOfBirthComparison("birth_date", input_is_string=True),
            comparisons.LevenshteinAtThresholds("phone", [1, 2]),
            comparisons.DamerauLevenshteinAtThresholds("address", [1, 3]),
            comparisons.PostcodeComparison("postcode"),
            comparisons.ExactMatch("city").configure(term_frequency_adjustments=True),
            comparisons.JaroAtThresholds("loyalty_card", [0.9]),
        ],
    )
    api = splink.DuckDBAPI()
    linker = splink.Linker(api.register(frame), settings)
    linker.training.estimate_u_using_random_sampling(1e5, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on("postcode"))
    return linker


@pytest.fixture(scope="module")
def shop() -> Any:
    return polars.read_csv(DATA, infer_schema=False).to_pandas()


@pytest.fixture(scope="module")
def linker(shop: Any) -> Any:
    return trained(shop)


@pytest.mark.filterwarnings("ignore")
def test_every_pair_has_the_weight_that_splink_gives_it(linker: Any, shop: Any, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    linker.misc.save_model_to_json(str(path))
    predicted = linker.inference.predict(threshold_match_weight=-1_000).as_pandas_dataframe()
    assert len(predicted) > 10_000
    predicted = predicted.sample(4_000, random_state=1)
    pairs = list(zip(predicted["account_id_l"], predicted["account_id_r"], strict=True))
    model = cdp.from_splink(path)
    weights = model.score(polars.read_csv(DATA, infer_schema=False), pairs)
    apart = [abs(ours - theirs) for ours, theirs in zip(weights, predicted["match_weight"], strict=True)]
    assert max(apart) < 1e-6
    assert len({round(weight, 3) for weight in weights}) > 500


@pytest.mark.filterwarnings("ignore")
def test_the_configuration_compares_the_same_columns(linker: Any) -> None:
    model = cdp.from_splink(linker.misc.save_model_to_json())
    config = model.config({"webshop": DATA}).to_dict()["sources"]["webshop"]
    assert config["id"] == "account_id"
    assert list(config["fields"]) == sorted(model.columns)
    assert (config["fields"]["email"], config["fields"]["first_name"]) == ("email", "given_name")
    assert "duplicate_free" not in config
    assert any("blocking rules" in note for note in model.notes)
    assert cdp.resolve({"webshop": DATA}, model.config({"webshop": DATA})).summary["records"] == 1740


def test_functions_are_those_of_duckdb() -> None:
    draw = random.Random(1)
    # DuckDB counts letters from 2.0.1 on; before, bytes.
    answer: Any = duckdb.sql("SELECT levenshtein('é', 'e')")
    letters = "abcdeé ñ'" if answer.fetchall() == [(1,)] else "abcde '"

    def text() -> str:
        return "".join(draw.choices(letters, k=draw.randint(0, 12)))

    pairs = [(text(), text()) for _ in range(2_000)]
    pairs += [(a, a[:2] + draw.choice(letters) + a[3:]) for a, _ in pairs] + [(a, a[1::-1] + a[2:]) for a, _ in pairs]
    frame = polars.DataFrame(pairs, schema=["a", "b"], orient="row")
    assert frame.height == len(pairs)
    for name in ("levenshtein", "damerau_levenshtein", "jaro_similarity", "jaro_winkler_similarity"):
        theirs = rows_of(f"SELECT {name}(a, b) FROM frame", frame)
        ours = [FUNCTIONS[name][0](a, b) for a, b in pairs]
        assert max(abs(x - y) for x, (y,) in zip(ours, theirs, strict=True)) < 1e-12, name


def test_parts_of_texts_are_those_of_duckdb() -> None:
    cases = [(text, start, length) for text in ("hello", "héllo", "é", "") for start in range(-7, 8) for length in range(-7, 8)]
    frame = polars.DataFrame(cases, schema=["t", "s", "n"], orient="row")
    theirs = rows_of("SELECT substr(t, s, n), substr(t, s) FROM frame", frame)
    part = FUNCTIONS["substr"][0]
    assert [(part(*case), part(*case[:2])) for case in cases] == theirs


CASES = [
    "y_l / (y_r - 1) >= 1",
    "(y_l - 1) / (y_r - 1) = (y_r - 1) / (y_l - 1)",
    "x_l || 1 + 1 = 'a2' OR 'b' || y_r = x_r || 1",
    "x_l = x_r OR NOT (y_l > 3 AND y_r <= 2)",
    "x_l IS NULL OR y_r IS NOT NULL",
    "NULLIF(x_l, 'a') = COALESCE(x_r, 'b')",
    "y_l + 2 * y_r - 1 >= 4 AND lower(x_l) <> 'B'",
    "substr(x_l, 1, 1) || '-' = upper(trim(x_r)) || '-'",
    "abs(y_l - y_r) <= 1",
    "length(x_l) = 1 AND x_l = regexp_extract(x_r, '[a-c]+', 0)",
]


@pytest.mark.parametrize("sql", CASES)
def test_conditions_are_evaluated_as_duckdb_does(sql: str) -> None:
    values = [(x, y) for x in ("a", "b", " A", "A", None) for y in (1, 3, None)]
    rows = [(*left, *right) for left in values for right in values]
    frame = polars.DataFrame(rows, schema=["x_l", "y_l", "x_r", "y_r"], orient="row")
    theirs = [value for (value,) in rows_of(f"SELECT coalesce({sql}, false) FROM frame", frame)]
    read = condition(sql, "here")
    assert [read.holds({"x": a, "y": b}, {"x": c, "y": d}) for a, b, c, d in rows] == theirs
    assert True in theirs and False in theirs


def test_what_is_not_understood_is_told_with_its_place() -> None:
    with pytest.raises(cdp.ConfigError, match=r"(?s)comparison 'a', level 2: 'soundex' is not understood.*functions are: abs") as caught:
        condition('soundex("x_l") = soundex("x_r")', "comparison 'a', level 2")
    assert caught.value.code == "invalid_config"
    for sql in ("x_l = ", "x = 'a'", "x_l = 'a", "(x_l = x_r", "x_l = x_r x_l"):
        with pytest.raises(cdp.ConfigError, match="here"):
            condition(sql, "here")
    with pytest.raises(cdp.ConfigError, match="lacks 'link_type'"):
        cdp.from_splink({})
    for sql in ("x_l >= 1", "x_l = 1", "x_l + 1 = 2", "abs(x_l) = 1"):
        with pytest.raises(cdp.ConfigError, match="here: .* kinds of its values"):
            condition(sql, "here").holds({"x": "a"}, {"x": "a"})
    with pytest.raises(cdp.ConfigError, match="dialect of spark"):
        cdp.from_splink({"sql_dialect": "spark"})


def test_exact_matches_are_known_by_what_they_say() -> None:
    for sql in ('"first name_l" = "first name_r"', '"first name_R"="first name_L"'):
        assert condition(sql, "here").exact_column == "first name"
    for sql in ("x_l = y_r", "x_l = x_l", "x_l = x_r AND y_l = y_r", "lower(x_l) = x_r", "x_l <> x_r"):
        assert condition(sql, "here").exact_column is None


def settings_of(prior: float = 0.5, **level: Any) -> dict[str, Any]:
    levels = [{"sql_condition": "ELSE", "m_probability": 1.0, "u_probability": 1.0} | level]
    comparison = {"output_column_name": "x", "comparison_levels": levels}
    return {"link_type": "link_only", "probability_two_random_records_match": prior, "comparisons": [comparison]}


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    models = [settings_of(1.0), settings_of(0.0), settings_of(m_probability=0.0), settings_of(u_probability=0), settings_of() | {"comparisons": 3}]
    for model in models:
        with pytest.raises(cdp.ConfigError):
            cdp.from_splink(model)
    path = tmp_path / "m.json"
    for text in ("[]", "{", "3"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(cdp.ConfigError, match="no JSON"):
            cdp.from_splink(path)


def test_ids_that_datasets_share_need_the_dataset() -> None:
    level = {"sql_condition": "x_l = x_r", "m_probability": 0.8, "u_probability": 0.1}
    settings = settings_of()
    settings["comparisons"][0]["comparison_levels"].insert(0, level)
    model = cdp.from_splink(settings)
    frame = [{"source_dataset": source, "unique_id": number, "x": x} for source, number, x in [("a", 1, "p"), ("b", 1, "q"), ("b", 2, "q")]]
    with pytest.raises(cdp.ConfigError, match="2 records have the same unique_id"):
        model.score(frame, [(1, 2)])
    assert model.score(frame, [(("a", 1), 2), (("b", 1), ("b", 2))]) == [0.0, pytest.approx(3.0)]


def test_a_pair_of_an_unknown_record_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps(settings_of()), encoding="utf-8")
    model = cdp.from_splink(path)
    assert model.score([{"unique_id": 1}, {"unique_id": 2}], [(1, 2)]) == [0.0]
    with pytest.raises(cdp.ConfigError, match="no record has this unique_id"):
        model.score([{"unique_id": 1}], [(1, 3)])
