//! Where engines write the same thing differently.

use super::cannot;
use crate::error::{Code, Error, Result};
use crate::segment::function::Function;
use crate::segment::value::{is_written, upper};
use std::sync::OnceLock;

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

    /// Whether a text that is a list in JSON has an item, or is it. What is no list in JSON, engines read as one here and there.
    pub(super) fn list_has(self, text: &str, item: &str) -> Result<String> {
        let is_list = self.matches(text, &flat_list());
        let (literal, written) = (self.text(item)?, is_written(item));
        let (valid, has) = match self {
            Dialect::DuckDb => {
                let json = serde_json::Value::from(item).to_string();
                let needles = [Some(json.as_str()), Some(item).filter(|_| written)].into_iter().flatten();
                let has = needles.map(|needle| Ok(format!("json_contains({text}, {})", self.text(needle)?)));
                (format!("json_valid({text})"), has.collect::<Result<Vec<String>>>()?.join(" OR "))
            }
            Dialect::Spark if !written && item.parse::<f64>().is_ok() => {
                return Err(cannot("such a number as an item of a list", "compare whole numbers, or texts"));
            }
            Dialect::Spark => {
                let list = format!("from_json({text}, 'array<string>')");
                (format!("{list} IS NOT NULL"), self.contains(&list, &literal))
            }
        };
        Ok(format!("CASE WHEN {is_list} AND {valid} THEN {has} ELSE {text} = {literal} END"))
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

    /// A function of values.
    pub(super) fn call(self, function: Function, args: &[String]) -> Result<String> {
        let name = self.function(function)?;
        Ok(match (self, function) {
            // Letters change one by one, and a sigma is the same wherever it stands.
            (Dialect::Spark, Function::Lower) => format!("lower(translate({}, 'İΣ', 'iσ'))", args[0]),
            (Dialect::Spark, Function::Upper) => {
                let (small, capital) = capitals();
                format!("translate({}, '{small}', '{capital}')", args[0])
            }
            _ => format!("{name}({})", args.join(", ")),
        })
    }

    /// The name of a function of values.
    fn function(self, function: Function) -> Result<&'static str> {
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

/// A pattern of lists in JSON of texts, numbers, truths and nulls.
fn flat_list() -> String {
    let text = r#""[^"\\\x00-\x1f]*(\\(["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*""#;
    let number = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?";
    let space = r"[ \t\n\r]*";
    let item = format!("({text}|{number}|true|false|null){space}");
    format!(r"^\[{space}({item}(,{space}{item})*)?\]{space}\z")
}

/// All letters that have a capital, and the capital of each.
fn capitals() -> &'static (String, String) {
    static FOUND: OnceLock<(String, String)> = OnceLock::new();
    let all = || ('\0'..=char::MAX).map(|letter| (letter, upper(letter)));
    FOUND.get_or_init(|| all().filter(|(letter, capital)| letter != capital).unzip())
}
