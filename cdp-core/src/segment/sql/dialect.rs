//! Where engines write the same thing differently.

use super::cannot;
use crate::error::{Code, Error, Result};
use crate::segment::function::Function;

/// The engine a query is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB 1.0 and later.
    DuckDb,
    /// Spark 4 and Databricks: `try_cast`, and texts with backslashes as escapes.
    Spark,
}

impl std::str::FromStr for Dialect {
    type Err = Error;

    /// By the words `duckdb` and `spark`.
    fn from_str(word: &str) -> Result<Dialect> {
        match word {
            "duckdb" => Ok(Dialect::DuckDb),
            "spark" => Ok(Dialect::Spark),
            _ => Err(Error::new(Code::InvalidInput, format!("there is no dialect '{word}'"))
                .help("the dialects are: duckdb, spark")),
        }
    }
}

impl Dialect {
    /// A name of a column.
    pub(super) fn name(self, name: &str) -> String {
        match self {
            Dialect::DuckDb => format!("\"{}\"", name.replace('"', "\"\"")),
            Dialect::Spark => format!("`{}`", name.replace('`', "``")),
        }
    }

    /// A text between quotes.
    pub(super) fn text(self, text: &str) -> Result<String> {
        if text.contains('\0') {
            return Err(cannot("a text with a zero character", "take it out"));
        }
        Ok(match self {
            Dialect::DuckDb => format!("'{}'", text.replace('\'', "''")),
            Dialect::Spark => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        })
    }

    /// A number as a double.
    pub(super) fn number(self, number: f64) -> String {
        match self {
            Dialect::DuckDb => format!("{number:e}"),
            Dialect::Spark => format!("{number:e}D"),
        }
    }

    /// Whether a text fits a regular expression.
    pub(super) fn matches(self, text: &str, pattern: &str) -> String {
        match self {
            Dialect::DuckDb => format!("regexp_matches({text}, '{pattern}')"),
            Dialect::Spark => format!("{text} RLIKE '{}'", pattern.replace('\\', "\\\\")),
        }
    }

    /// Whole numbers divided, without the rest.
    pub(super) fn divided(self, number: &str, by: i64) -> String {
        match self {
            Dialect::DuckDb => format!("({number}) // {by}"),
            Dialect::Spark => format!("({number}) DIV {by}"),
        }
    }

    /// The type in which millionths are summed without loss.
    pub(super) fn wide(self) -> &'static str {
        match self {
            Dialect::DuckDb => "HUGEINT",
            Dialect::Spark => "DECIMAL(38, 0)",
        }
    }

    /// The value that comes with the least or the greatest time.
    pub(super) fn edge(self, last: bool) -> String {
        let choose = if last { "MAX" } else { "MIN" };
        match self {
            Dialect::DuckDb => format!("({choose}({{'t': e.time, 'v': e.v}})).v"),
            Dialect::Spark => format!("{choose}(struct(e.time, e.v)).v"),
        }
    }

    /// The first 32 bits of the SHA-256 of a text.
    pub(super) fn bucket(self, text: &str) -> String {
        match self {
            Dialect::DuckDb => format!("CAST('0x' || substr(sha256({text}), 1, 8) AS BIGINT)"),
            Dialect::Spark => format!("CAST(conv(substr(sha2({text}, 256), 1, 8), 16, 10) AS BIGINT)"),
        }
    }

    pub(super) fn concatenated(self, a: &str, b: &str) -> String {
        format!("concat({a}, {b})")
    }

    /// Whether a text that is a list in JSON has an item, or is it.
    pub(super) fn list_has(self, text: &str, item: &str) -> String {
        match self {
            Dialect::DuckDb => format!(
                "CASE WHEN {text} LIKE '[%' AND json_valid({text}) THEN \
                 coalesce(list_contains(json_extract_string({text}, '$[*]'), {item}), false) ELSE {text} = {item} END"
            ),
            Dialect::Spark => format!(
                "CASE WHEN {text} LIKE '[%' AND from_json({text}, 'array<string>') IS NOT NULL THEN \
                 coalesce(array_contains(from_json({text}, 'array<string>'), {item}), false) ELSE {text} = {item} END"
            ),
        }
    }

    /// Whether a list has an item.
    pub(super) fn contains(self, list: &str, item: &str) -> String {
        match self {
            Dialect::DuckDb => format!("coalesce(list_contains({list}, {item}), false)"),
            Dialect::Spark => format!("coalesce(array_contains({list}, {item}), false)"),
        }
    }

    /// How many different items a list has.
    pub(super) fn different(self, list: &str) -> String {
        match self {
            Dialect::DuckDb => format!("coalesce(len(list_distinct({list})), 0)"),
            Dialect::Spark => format!("coalesce(size(array_distinct({list})), 0)"),
        }
    }

    /// The name of a function of values.
    pub(super) fn function(self, function: Function) -> Result<&'static str> {
        let (duckdb, spark) = match function {
            Function::Lower => ("lower", "lower"),
            Function::Upper => ("upper", "upper"),
            Function::Length => ("length", "char_length"),
            Function::StartsWith => ("starts_with", "startswith"),
            Function::EndsWith => ("ends_with", "endswith"),
            Function::Contains => ("contains", "contains"),
            Function::Year => ("year", "year"),
            Function::Month => ("month", "month"),
            Function::Day => ("day", "day"),
            Function::Fold => {
                return Err(cannot(
                    "fold()",
                    "keep a folded form of the field, or use lower() where accents do not matter",
                ));
            }
            Function::Number | Function::Date => {
                return Err(Error::new(Code::Internal, "reading a text is not one function in SQL"));
            }
        };
        Ok(if self == Dialect::DuckDb { duckdb } else { spark })
    }
}
