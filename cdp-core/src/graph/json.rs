//! JSON as messages need it: texts, and objects as their leaves, read in one pass and borrowed where they can be.

use super::words::Leaf;
use crate::error::{Code, Error, Result as Checked};
use crate::record::{exact_list_text, inexact, list_text, number_text};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::fmt;

/// How a number that an id cannot be is told through `serde_json`.
pub(super) const INEXACT: &str = "an inexact number";

/// A text of JSON: also a number or a boolean, as some callers send ids. Trimmed, and none where nothing is left.
#[derive(Debug, Default)]
pub(super) struct Text<'a>(Option<Cow<'a, str>>);

/// As [`str::trim`], which most texts do not need.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

impl<'a> Text<'a> {
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number or null")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Some(trimmed(text)).filter(|text| !text.is_empty()).map(Cow::Borrowed)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Some(trimmed(text)).filter(|text| !text.is_empty()).map(|text| text.to_owned().into())))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Text<'de>, E> {
                Ok(Text(Some(number.to_string().into())))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Text<'de>, E> {
                Ok(Text(Some(number.to_string().into())))
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Text<'de>, E> {
                let text = Number::from_f64(number).and_then(|number| number_text(&number));
                text.map(|text| Text(Some(text.into()))).ok_or_else(|| E::custom(INEXACT))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Text<'de>, E> {
                Ok(Text(Some(value.to_string().into())))
            }

            fn visit_unit<E>(self) -> Result<Text<'de>, E> {
                Ok(Text(None))
            }

            fn visit_none<E>(self) -> Result<Text<'de>, E> {
                Ok(Text(None))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// The most bytes of the path of a leaf. Each leaf of an object has its own, so that one long name would be kept many times.
const LONGEST_PATH: usize = 1_000;

fn too_long(path: &str, name: &str) -> Error {
    let start: String = path.chars().chain(['.']).chain(name.chars()).take(60).collect();
    let reason = format!("the names down to it are longer than {LONGEST_PATH} bytes together");
    Error::new(Code::InvalidMessage, reason).field(format!("{start}…")).help("give it a shorter name, or leave it out")
}

/// A value of JSON by its leaves.
#[derive(Debug)]
pub(super) enum Node<'a> {
    Leaf(Cow<'a, str>),
    /// In order of key; of what one key says twice, the last.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
    List(Vec<Value>),
    /// A number that is too large to be told from its neighbour.
    Inexact(f64),
    Nothing,
}

impl<'a> Node<'a> {
    /// Its leaves, texts, numbers and booleans, with their paths, `address.city`; a list is one, as its JSON. Null, blank texts and
    /// empty lists are left out. Of an event's properties, numbers are kept however large: they name nobody.
    ///
    /// # Errors
    /// `invalid_message`, with the path, for a number that is too large to be read exactly and is no property, and for a path of more
    /// than [`LONGEST_PATH`] bytes.
    pub(super) fn leaves(self, path: Cow<'a, str>, are_properties: bool, into: &mut Vec<Leaf<'a>>) -> Checked<()> {
        match self {
            Node::Leaf(text) => into.push((path, text)),
            Node::Object(object) => {
                for (name, value) in object {
                    if path.len() + name.len() >= LONGEST_PATH {
                        return Err(too_long(&path, &name));
                    }
                    value.leaves(format!("{path}.{name}").into(), are_properties, into)?;
                }
            }
            Node::List(items) => {
                let text = match are_properties {
                    true => list_text(items),
                    false => exact_list_text(items, Code::InvalidMessage).map_err(|error| error.field(&*path))?,
                };
                into.extend(text.map(|text| (path, text.into())));
            }
            Node::Inexact(number) if are_properties => into.push((path, number.to_string().into())),
            Node::Inexact(_) => return Err(inexact(Code::InvalidMessage).field(path)),
            Node::Nothing => {}
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Node<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

struct Tree;

fn number(number: impl Into<Number>) -> Option<Node<'static>> {
    number_text(&number.into()).map(|text| Node::Leaf(text.into()))
}

impl<'de> Visitor<'de> for Tree {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(if trimmed(text).is_empty() { Node::Nothing } else { Node::Leaf(text.into()) })
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(if trimmed(text).is_empty() { Node::Nothing } else { Node::Leaf(text.to_owned().into()) })
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(number(value).unwrap_or(Node::Nothing))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(number(value).unwrap_or(Node::Nothing))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node<'de>, E> {
        Ok(Number::from_f64(value).and_then(number).unwrap_or(Node::Inexact(value)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Leaf(if value { "true" } else { "false" }.into()))
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node<'de>, A::Error> {
        let mut object: Vec<(Cow<'de, str>, Node<'de>)> = Vec::new();
        while let Some((Key(key), value)) = entries.next_entry()? {
            object.push((key, value));
        }
        if !object.is_sorted_by(|a, b| a.0 < b.0) {
            object.sort_by(|a, b| a.0.cmp(&b.0));
            object.dedup_by(|later, earlier| {
                let again = later.0 == earlier.0;
                if again {
                    std::mem::swap(later, earlier);
                }
                again
            });
        }
        Ok(Node::Object(object))
    }
}

/// A key as it is: it is not trimmed.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl<'de> Visitor<'de> for Name {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(text.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(text.to_owned().into()))
            }
        }
        deserializer.deserialize_str(Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;
    use std::collections::BTreeMap;

    /// The same by the tree of `serde_json`.
    fn plainly(path: String, value: Value, are_properties: bool, into: &mut Vec<(String, String)>) {
        match value {
            Value::String(text) if !text.trim().is_empty() => into.push((path, text)),
            Value::Number(number) => {
                let large = || if are_properties { number.as_f64().unwrap().to_string() } else { INEXACT.to_owned() };
                into.push((path, number_text(&number).unwrap_or_else(large)));
            }
            Value::Bool(value) => into.push((path, value.to_string())),
            Value::Object(object) => {
                let object: BTreeMap<String, Value> = object.into_iter().collect();
                object
                    .into_iter()
                    .for_each(|(name, value)| plainly(format!("{path}.{name}"), value, are_properties, into));
            }
            Value::Array(items) if !items.is_empty() => {
                let exact = are_properties || exact_list_text(items.clone(), Code::InvalidMessage).is_ok();
                into.push((path, if exact { list_text(items).unwrap() } else { INEXACT.to_owned() }));
            }
            _ => {}
        }
    }

    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            any::<bool>().prop_map(|value| value.to_string()),
            any::<i64>().prop_map(|value| value.to_string()),
            Just("18446744073709551615".to_owned()),
            Just("1e3".to_owned()),
            any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(|value| format!("{value:?}")),
            Just(r#"" ""#.to_owned()),
            Just(r#""a\nb é \u00e9""#.to_owned()),
            "[ a-c]{0,3}".prop_map(|text| format!("\"{text}\"")),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
                prop::collection::vec((r#"[ab.]{0,2}|\\u00e9"#, inner), 0..5).prop_map(|entries| {
                    let entries: Vec<String> =
                        entries.iter().map(|(key, value)| format!("\"{key}\" : {value}")).collect();
                    format!("{{{}}}", entries.join(", "))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn leaves_are_those_of_the_tree(json in json(), are_properties in any::<bool>()) {
            let (mut mine, mut plain) = (Vec::new(), Vec::new());
            let done = serde_json::from_str::<Node<'_>>(&json).unwrap().leaves("top".into(), are_properties, &mut mine);
            plainly("top".to_owned(), serde_json::from_str(&json).unwrap(), are_properties, &mut plain);
            match plain.iter().find(|(_, text)| text == INEXACT) {
                None => prop_assert!(mine.iter().map(|(a, b)| (&**a, &**b)).eq(plain.iter().map(|(a, b)| (&**a, &**b)))),
                Some((path, _)) => prop_assert!(done.unwrap_err().to_string().contains(path)),
            }
        }
    }

    #[test]
    fn a_long_name_is_not_kept_once_for_each_leaf_below_it() {
        let leaves = |name: usize| {
            let json = format!(r#"{{"{}": {{"b": 1, "c": 2}}}}"#, "a".repeat(name));
            let mut leaves = Vec::new();
            let done = serde_json::from_str::<Node<'_>>(&json).unwrap().leaves("top".into(), true, &mut leaves);
            done.map(|()| leaves.iter().map(|(path, _)| path.len()).collect::<Vec<_>>())
        };
        assert_eq!(leaves(994).unwrap(), [1_000, 1_000]);
        let error = leaves(995).unwrap_err().to_string();
        assert!(error.contains("field 'top.aaa") && error.len() < 300 && error.contains("shorter name"), "{error}");
    }

    #[test]
    fn a_text_is_trimmed_and_may_be_a_number() {
        let text = |json: &str| serde_json::from_str::<Text<'_>>(json).unwrap().get().map(str::to_owned);
        assert_eq!(text(r#"" a\t""#).as_deref(), Some("a"));
        assert_eq!(text("7").as_deref(), Some("7"));
        assert_eq!((text("5.0").as_deref(), text("1.5e3").as_deref()), (Some("5"), Some("1500")));
        assert!(serde_json::from_str::<Text<'_>>("1e17").is_err());
        assert_eq!((text("null"), text(r#""  ""#)), (None, None));
        assert!(serde_json::from_str::<Text<'_>>("[1]").is_err());
    }
}
