//! The targets: whatever the input, no panic; and what was read is read the same again from what was written.

use crate::{graph, segment as people, store};
use cdp_core::normalize::{Options, address, details, normalize};
use cdp_core::schema::Kind;
use cdp_core::{Config, io, segment};

/// What is done with one input.
pub(crate) type Target = Box<dyn Fn(&[u8]) + Send + Sync>;

/// Every target and its name, which is also that of its folder of seeds.
pub(crate) fn all() -> Vec<(String, Target)> {
    let alone: [(&str, fn(&[u8])); 9] = [
        ("config", config),
        ("csv_row", csv_row),
        ("graph_history", graph::graph_history),
        ("graph_message", graph::graph_message),
        ("normalize_department", normalize_department),
        ("normalize_details", normalize_details),
        ("predicate", predicate),
        ("segment_agree", people::agree),
        ("store_recovery", store::store_recovery),
    ];
    let mut targets: Vec<(String, Target)> = Vec::new();
    targets.extend(alone.map(|(name, target)| (name.to_owned(), Box::new(target) as Target)));
    for &kind in Kind::ALL {
        targets.push((format!("normalize_{kind}"), Box::new(move |data| normalizes(kind, data))));
    }
    targets.sort_by(|(one, _), (other, _)| one.cmp(other));
    targets
}

/// A configuration in TOML or JSON: what is accepted is the same after it was saved in either.
fn config(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for config in [Config::from_toml(text), Config::from_json(text)].into_iter().flatten() {
        let again = Config::from_json(&config.to_json()).expect("a configuration saved as JSON can be read");
        assert_eq!(again, config, "a configuration saved as JSON says the same");
        // TOML has no number above 2^63 - 1, so some configurations cannot be saved in it.
        if let Ok(toml) = config.to_toml() {
            let again = Config::from_toml(&toml).expect("a configuration saved as TOML can be read");
            assert_eq!(again, config, "a configuration saved as TOML says the same");
        }
    }
}

/// Delimited text: a table or an error, and every column as long as the table.
fn csv_row(data: &[u8]) {
    if let Ok(table) = io::csv::read(data, "fuzz") {
        assert!(table.columns().iter().all(|column| column.len() == table.len()));
    }
}

/// A predicate: what is accepted means the same after its canonical text and its JSON form.
fn predicate(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let expr = match segment::parse(text) {
        Ok(expr) => expr,
        Err(error) => return assert!(segment::render(&error, text).contains(error.reason())),
    };
    let canonical = expr.to_string();
    let again = segment::parse(&canonical).expect("a canonical text can be read");
    assert_eq!(again, expr, "the canonical text means the same");
    assert_eq!(again.to_string(), canonical, "the canonical text is its own canonical text");
    let json = segment::to_json(&expr);
    assert_eq!(segment::from_json(&json).expect("a JSON form can be read"), expr, "the JSON form means the same");
}

/// A value of a kind: its display form and its key are their own, and the key is empty where the value is unusable. The
/// first byte chooses the region.
fn normalizes(kind: Kind, data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let Ok(raw) = std::str::from_utf8(rest) else { return };
    let options = Options { region: region(*choice), ..Options::default() };
    let once = normalize(kind, raw, &options);
    assert_eq!(once.key.is_empty(), !once.verdict.is_ok(), "a key if and only if the verdict is ok");
    assert_eq!(normalize(kind, &once.display, &options), once, "the display form says the same");
    if once.verdict.is_ok() {
        assert_eq!(normalize(kind, &once.key, &options).key, once.key, "the key of a key is itself");
    }
}

/// Regions whose rules differ.
fn region(choice: u8) -> Option<String> {
    let regions = [None, Some("FR"), Some("GB"), Some("US"), Some("DE"), Some("IT"), Some("ES"), Some("BE")];
    regions[usize::from(choice) % regions.len()].map(str::to_owned)
}

/// A value with its parts: the forms are those of the value alone, every part has its name, and an unusable value has none. The
/// first two bytes choose kind and region.
fn normalize_details(data: &[u8]) {
    let [kind, choice, rest @ ..] = data else { return };
    let Ok(raw) = std::str::from_utf8(rest) else { return };
    let kind = Kind::ALL[usize::from(*kind) % Kind::ALL.len()];
    let options = Options { region: region(*choice), ..Options::default() };
    let found = details::details(kind, raw, &options);
    assert_eq!(found.value, normalize(kind, raw, &options), "the forms are those of the value alone");
    let names: Vec<&str> = found.parts.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, details::part_names(kind), "every part has its name");
    let is_empty = found.parts.iter().all(|(_, part)| part.is_empty());
    assert!(found.value.verdict.is_ok() || is_empty, "an unusable value has no parts");
}

/// The department of a postal code: two characters, three overseas.
fn normalize_department(data: &[u8]) {
    let Ok(raw) = std::str::from_utf8(data) else { return };
    if let Some(department) = address::department(raw) {
        assert!(raw.len() == 5 && matches!(department.len(), 2 | 3), "{department} of {raw}");
    }
}
