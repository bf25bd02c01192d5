//! How a list of JSON is kept as a text: the same in messages, in records and in the rows of a batch.

use super::number::{inexact, number_text};
use crate::error::{Code, Result};
use serde_json::Value;

/// A list as JSON, its numbers written as they are outside lists; none where nothing is in it.
pub(crate) fn list_text(mut items: Vec<Value>) -> Option<String> {
    for item in &mut items {
        if let Value::Number(number) = item
            && let Some(text) = number_text(number)
            && let Ok(plain) = text.parse()
        {
            *number = plain;
        }
    }
    (!items.is_empty()).then(|| Value::Array(items).to_string())
}

/// [`list_text`] of what may name somebody.
///
/// # Errors
/// That of [`inexact`], with this code, for a number in it, however deep, that is too large to be told from its neighbour.
pub(crate) fn exact_list_text(items: Vec<Value>, code: Code) -> Result<Option<String>> {
    match items.iter().all(has_exact_numbers) {
        true => Ok(list_text(items)),
        false => Err(inexact(code)),
    }
}

fn has_exact_numbers(value: &Value) -> bool {
    match value {
        Value::Number(number) => number_text(number).is_some(),
        Value::Array(items) => items.iter().all(has_exact_numbers),
        Value::Object(object) => object.values().all(has_exact_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(json: &str) -> Vec<Value> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn numbers_in_lists_are_written_as_elsewhere() {
        assert_eq!(list_text(list(r#"[1.0, 2.5, "x", -3e0]"#)).as_deref(), Some(r#"[1,2.5,"x",-3]"#));
        assert_eq!(list_text(Vec::new()), None);
    }

    #[test]
    fn what_may_name_somebody_is_exact() {
        let text = |json: &str| exact_list_text(list(json), Code::InvalidInput);
        assert_eq!(text(r#"["a", {"b": [null, true]}]"#).unwrap().as_deref(), Some(r#"["a",{"b":[null,true]}]"#));
        assert!(text("[1, [1e17]]").unwrap_err().to_string().contains("too large to be read exactly"));
        assert!(text(r#"[{"a": 1e17}]"#).is_err());
        assert_eq!(list_text(list("[1e17]")).as_deref(), Some("[1e+17]"));
    }
}
