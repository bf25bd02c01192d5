//! Lists in Arrow columns, kept as those of JSON are: the same list gives the same text whichever format carried it.

use super::arrow::{Texts, refusal};
use crate::error::{Code, Result};
use crate::record::{NULL, exact_list_text};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float16Type, Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, StructArray, new_empty_array};
use arrow_schema::DataType;
use serde_json::{Map, Number, Value};
use std::fmt::Display;

/// The type of the elements, if this is a type of lists.
pub(super) fn elements(data_type: &DataType) -> Option<&DataType> {
    match data_type {
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _) => Some(field.data_type()),
        _ => None,
    }
}

/// Refuses lists of what has no text form, and of fractions: those are vectors of numbers, of which no two are of one person.
pub(super) fn check(elements: &DataType) -> Result<()> {
    if elements.is_floating() {
        return Err(refusal(elements));
    }
    values(&new_empty_array(elements)).map(|_| ())
}

/// The text of a row's list; none where there is no list, or nothing in it.
pub(super) fn text(lists: &dyn Array, row: usize) -> Result<Option<String>> {
    match list(lists, row) {
        Some(list) => exact_list_text(values(&list)?, Code::InvalidInput),
        None => Ok(None),
    }
}

/// The list of a row, `None` where there is none.
fn list(lists: &dyn Array, row: usize) -> Option<ArrayRef> {
    let list = || match lists.data_type() {
        DataType::List(_) => lists.as_list::<i32>().value(row),
        DataType::LargeList(_) => lists.as_list::<i64>().value(row),
        DataType::ListView(_) => lists.as_list_view::<i32>().value(row),
        DataType::LargeListView(_) => lists.as_list_view::<i64>().value(row),
        _ => lists.as_fixed_size_list().value(row),
    };
    lists.is_valid(row).then(list)
}

/// Elements of lists as JSON has them: what is a number there is one, dates and times are their texts.
fn values(array: &dyn Array) -> Result<Vec<Value>> {
    if let Some(inner) = elements(array.data_type()) {
        check(inner)?;
        let list = |row| list(array, row).map_or(Ok(Value::Null), |list| values(&list).map(Value::Array));
        return (0..array.len()).map(list).collect();
    }
    Ok(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(Value::from).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(Value::from).collect(),
        DataType::Utf8View => array.as_string_view().iter().map(Value::from).collect(),
        DataType::Boolean => array.as_boolean().iter().map(Value::from).collect(),
        DataType::Float16 => floats::<Float16Type>(array),
        DataType::Float32 => floats::<Float32Type>(array),
        DataType::Float64 => floats::<Float64Type>(array),
        DataType::Struct(_) => objects(array.as_struct())?,
        DataType::Dictionary(..) => words(array)?,
        DataType::Map(..) => return Err(refusal(array.data_type())),
        other => {
            let is_number = other.is_numeric();
            let parse = |text: &str| serde_json::from_str(text).ok().filter(|_| is_number);
            texts(array)?.into_iter().map(|text| text.map_or(Value::Null, |t| parse(&t).unwrap_or(t.into()))).collect()
        }
    })
}

/// By their shortest digits; what is no number, or without end, has no form in JSON.
fn floats<T: ArrowPrimitiveType<Native: Display>>(array: &dyn Array) -> Vec<Value> {
    let number = |value: T::Native| value.to_string().parse().ok().and_then(Number::from_f64);
    array.as_primitive::<T>().iter().map(|value| value.and_then(number).map_or(Value::Null, Value::Number)).collect()
}

fn objects(array: &StructArray) -> Result<Vec<Value>> {
    let columns: Vec<Vec<Value>> = array.columns().iter().map(|column| values(column)).collect::<Result<_>>()?;
    let object = |row: usize| {
        let parts = array.column_names().into_iter().zip(&columns);
        parts.map(|(name, column)| (name.to_owned(), column[row].clone())).collect::<Map<_, _>>()
    };
    Ok((0..array.len())
        .map(|row| array.is_valid(row).then(|| object(row)).map_or(Value::Null, Value::Object))
        .collect())
}

fn words(array: &dyn Array) -> Result<Vec<Value>> {
    let dictionary = array.as_any_dictionary();
    let words = dictionary.values();
    if words.is_empty() {
        return Ok(vec![Value::Null; array.len()]);
    }
    // A list has few of the words that all lists of the column share.
    let word = |key: usize| values(&words.slice(key, 1)).map(|mut word| word.pop().unwrap_or_default());
    let keys = dictionary.normalized_keys().into_iter().enumerate();
    keys.map(|(row, key)| if array.is_null(row) { Ok(Value::Null) } else { word(key) }).collect()
}

/// Values as they are where they are no elements of a list.
fn texts(array: &dyn Array) -> Result<Vec<Option<String>>> {
    let mut texts = Texts::default();
    texts.append(array)?;
    let (codes, pool) = texts.finish();
    Ok(codes.into_iter().map(|code| (code != NULL).then(|| pool.get(code).to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{arrow, jsonl};
    use arrow_array::builder::{Int64Builder, ListBuilder, StringDictionaryBuilder};
    use arrow_array::types::*;
    use arrow_array::*;
    use arrow_schema::{DataType, Field};
    use std::sync::Arc;

    /// The texts of one column, which has to be read.
    fn texts(column: ArrayRef) -> Vec<Option<String>> {
        let batch = RecordBatch::try_from_iter_with_nullable([("c", column, true)]).unwrap();
        let table = arrow::to_table("crm", &[batch]).unwrap();
        table.columns()[0].iter().map(|value| value.map(str::to_owned)).collect()
    }

    /// The same of rows of JSON.
    fn of_json(rows: &[&str]) -> Vec<Option<String>> {
        let lines: String = rows.iter().map(|row| format!("{{\"id\": 1, \"c\": {row}}}\n")).collect();
        let table = jsonl::read(lines.as_bytes(), "crm").unwrap();
        table.column("c").unwrap().iter().map(|value| value.map(str::to_owned)).collect()
    }

    #[test]
    fn lists_are_what_they_are_in_json() {
        let whole = || [Some(vec![Some(1), None, Some(-3)]), None, Some(vec![]), Some(vec![Some(7)])];
        let json = of_json(&["[1, null, -3]", "null", "[]", "[7.0]"]);
        assert_eq!(texts(Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(whole()))), json);
        assert_eq!(texts(Arc::new(LargeListArray::from_iter_primitive::<Int32Type, _, _>(whole()))), json);
        let view: ListViewArray = ListArray::from_iter_primitive::<Int32Type, _, _>(whole()).into();
        assert_eq!(texts(Arc::new(view)), json);
        let fixed =
            FixedSizeListArray::from_iter_primitive::<UInt64Type, _, _>([Some(vec![Some(u64::MAX), Some(2)])], 2);
        assert_eq!(texts(Arc::new(fixed)), of_json(&["[18446744073709551615, 2]"]));
    }

    #[test]
    fn texts_truths_dates_lists_and_structures_in_lists() {
        let mut words = ListBuilder::new(StringDictionaryBuilder::<Int8Type>::new());
        words.append_value([Some("gold"), None, Some(" "), Some("\"vip\"")]);
        assert_eq!(texts(Arc::new(words.finish())), of_json(&[r#"["gold", null, " ", "\"vip\""]"#]));
        let list = |items: ArrayRef| -> ArrayRef {
            let field = Arc::new(Field::new("item", items.data_type().clone(), true));
            Arc::new(FixedSizeListArray::new(field, items.len() as i32, items, None))
        };
        assert_eq!(texts(list(Arc::new(StringViewArray::from(vec!["a", ""])))), of_json(&[r#"["a", ""]"#]));
        assert_eq!(texts(list(Arc::new(BooleanArray::from(vec![true, false])))), of_json(&["[true, false]"]));
        assert_eq!(texts(list(Arc::new(Date32Array::from(vec![3784])))), of_json(&[r#"["1980-05-12"]"#]));
        let price = Decimal128Array::from(vec![1250, 1200]).with_precision_and_scale(10, 2).unwrap();
        assert_eq!(texts(list(Arc::new(price))), of_json(&["[12.5, 12]"]));
        let mut inner = ListBuilder::new(Int64Builder::new());
        inner.append_value([Some(1)]);
        inner.append_null();
        assert_eq!(texts(list(Arc::new(inner.finish()))), of_json(&["[[1], null]"]));
        let part = (Arc::new(Field::new("a", DataType::Int64, true)), Arc::new(Int64Array::from(vec![1])) as ArrayRef);
        assert_eq!(texts(list(Arc::new(StructArray::from(vec![part])))), of_json(&[r#"[{"a": 1}]"#]));
    }

    #[test]
    fn numbers_that_may_have_lost_digits_are_refused_with_their_row() {
        let numbers: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 1e17]));
        let part = (Arc::new(Field::new("a", DataType::Float64, true)), numbers);
        let parts: ArrayRef = Arc::new(StructArray::from(vec![part]));
        let field = Arc::new(Field::new("item", parts.data_type().clone(), true));
        let lists: ArrayRef = Arc::new(FixedSizeListArray::new(field, 1, parts, None));
        let batch = RecordBatch::try_from_iter([("cards", lists)]).unwrap();
        let error = arrow::to_table("crm", &[batch.slice(0, 1), batch.slice(1, 1)]).unwrap_err().to_string();
        assert!(
            error.starts_with("source 'crm', row 1, field 'cards': the number is too large to be read exactly"),
            "{error}"
        );
    }

    #[test]
    fn lists_of_what_has_no_text_are_left_out_like_it() {
        let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![b"x".as_slice()]));
        let field = Arc::new(Field::new("item", DataType::Binary, true));
        let lists: ArrayRef = Arc::new(FixedSizeListArray::new(field, 1, bytes, None));
        let batch = RecordBatch::try_from_iter([("raw", lists), ("id", Arc::new(Int64Array::from(vec![1])))]).unwrap();
        let table = arrow::to_table("crm", &[batch]).unwrap();
        let floats = [Some(vec![Some(1.0f32), Some(0.1), Some(f32::NAN)])];
        let vectors: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Float32Type, _, _>(floats));
        let batch = RecordBatch::try_from_iter([("v", vectors), ("id", Arc::new(Int64Array::from(vec![1])))]).unwrap();
        assert_eq!(arrow::to_table("crm", &[batch]).unwrap().left_out()[0].0, "v");
        let (name, error) = &table.left_out()[0];
        assert_eq!(name, "raw");
        assert!(error.to_string().contains("the Arrow type Binary cannot be read (decode it to text"), "{error}");
    }
}
