//! From sources to lines, one for each thing that somebody may use.

use super::source::{Item, bare, items, one_line, parts};
use crate::tools;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What has been found.
#[derive(Default)]
struct Found {
    lines: Vec<String>,
    /// Lines about implementations, with the names of the type and the trait.
    implementations: Vec<(String, String, String)>,
    types: BTreeSet<String>,
    hidden_traits: BTreeSet<String>,
}

/// The listing, in order.
pub(super) fn lines() -> Result<Vec<String>, String> {
    let mut found = Found::default();
    let sources = tools::root().join("cdp-core").join("src");
    read(&sources.join("lib.rs"), &sources, "cdp_core", true, &mut found)?;
    Ok(found.finish())
}

impl Found {
    fn finish(mut self) -> Vec<String> {
        for (kind, name, line) in self.implementations {
            if self.types.contains(&kind) && !self.hidden_traits.contains(&name) {
                self.lines.push(line);
            }
        }
        self.lines.sort();
        self.lines
    }
}

/// Reads a file and the files of its modules. `place` is the innermost public module.
fn read(file: &Path, folder: &Path, place: &str, is_public: bool, found: &mut Found) -> Result<(), String> {
    let source = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    for item in items(&bare(&source)) {
        take(&item, folder, place, is_public, found)?;
    }
    Ok(())
}

fn take(item: &Item, folder: &Path, place: &str, is_public: bool, found: &mut Found) -> Result<(), String> {
    if item.has("cfg(test)") || item.has("doc(hidden)") {
        return Ok(());
    }
    let head = item.head.as_str();
    if let Some(name) = head.trim_start_matches("pub ").strip_prefix("mod ") {
        let (is_public, inner) = (is_public && head.starts_with("pub "), format!("{place}::{name}"));
        let inner = if is_public { inner } else { place.to_owned() };
        if is_public {
            found.lines.push(format!("{}pub mod {inner}", gate(item)));
        }
        let folder = folder.join(name);
        if let Some(body) = &item.body {
            return items(body).iter().try_for_each(|item| take(item, &folder, &inner, is_public, found));
        }
        let (alone, within) = (folder.with_extension("rs"), folder.join("mod.rs"));
        let file = if within.is_file() { within } else { alone };
        return read(&file, &folder, &inner, is_public, found);
    }
    if let Some(names) = head.strip_prefix("pub use ") {
        // Those of a module that nobody sees are for the crate alone, unless they are handed on.
        found.lines.extend(handed_on(names).map(|name| format!("{}{place}: pub use {name}", gate(item))));
    } else if head.starts_with("impl") {
        implementation(item, found);
    } else if let Some((name, body)) = head.strip_prefix("macro_rules! ").zip(item.body.as_deref()) {
        of_a_macro(name, body, place, found);
    } else if let Some((name, body)) = head.strip_suffix('!').zip(item.body.as_deref()) {
        found.lines.extend(items(body).iter().map(|item| format!("{place}: {name}! {{ {} }}", item.head)));
    } else if let Some(head) = head.strip_prefix("pub ") {
        declaration(item, head, place, found);
    } else if let Some(name) = head.split("trait ").nth(1).filter(|_| !head.contains("fn ")) {
        found.hidden_traits.insert(identifier(name));
    }
    Ok(())
}

/// What a macro of the crate makes, as it is written there.
fn of_a_macro(name: &str, body: &str, place: &str, found: &mut Found) {
    for made in body.split("pub ").skip(1) {
        let made = one_line(made.split(['{', '=', ';']).next().unwrap_or_default());
        if let Some(kind) = made.strip_prefix("enum ").or(made.strip_prefix("struct ")) {
            found.types.insert(kind.to_owned());
        }
        found.lines.push(format!("{place}: {name}! makes pub {}", signature(&made)));
    }
}

/// The feature that something is behind.
fn gate(item: &Item) -> String {
    let gates = item.attributes.iter().filter(|attribute| attribute.starts_with("cfg("));
    gates.map(|gate| format!("#[{gate}] ")).collect()
}

fn identifier(code: &str) -> String {
    code.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The names that `a::{b, c as d}` brings.
fn handed_on(names: &str) -> impl Iterator<Item = String> {
    let list = match names.split_once('{') {
        Some((_, list)) => parts(list.trim_end_matches('}')),
        None => vec![names.rsplit("::").next().unwrap_or(names)],
    };
    list.into_iter().map(|name| name.rsplit(" as ").next().unwrap_or(name).to_owned()).collect::<Vec<_>>().into_iter()
}

fn declaration(item: &Item, head: &str, place: &str, found: &mut Found) {
    let gate = gate(item);
    let kind = head.split(' ').find(|word| ["struct", "enum", "trait", "fn", "type", "static", "union"].contains(word));
    let line = |what: &str| format!("{gate}{place}: pub {what}");
    let (Some(kind), body) = (kind, item.body.as_deref()) else {
        // A constant is its name and type.
        return found.lines.push(line(head.split(" = ").next().unwrap_or(head)));
    };
    let name = identifier(head.split(&format!("{kind} ")).nth(1).unwrap_or_default());
    if kind == "fn" {
        return found.lines.push(line(&signature(head)));
    }
    found.types.insert(name.clone());
    for derived in item.attributes.iter().filter_map(|attribute| attribute.strip_prefix("derive(")) {
        found.lines.extend(parts(derived.trim_end_matches(')')).iter().map(|of| line(&format!("{name}: {of}"))));
    }
    let is_open = item.has("non_exhaustive");
    let mark = if is_open { "#[non_exhaustive] " } else { "" };
    match (kind, body) {
        ("trait", Some(body)) => contract(head, &name, body, &line, found),
        ("enum", Some(body)) => members(&format!("{mark}{head}"), &name, &variants(body), is_open, &line, found),
        ("struct", Some(body)) => {
            let (shown, all) = fields(body);
            members(&format!("{mark}{head}"), &name, &shown, is_open || shown.len() < all, &line, found);
        }
        ("struct", None) => found.lines.push(line(&format!("{mark}{}", of_a_tuple(head)))),
        _ => found.lines.push(line(head)),
    }
}

/// Members each in a line of their own where more may come; else all in one, since one more breaks whoever names all.
fn members(
    head: &str,
    name: &str,
    members: &[String],
    is_open: bool,
    line: &dyn Fn(&str) -> String,
    found: &mut Found,
) {
    match is_open {
        true => {
            found.lines.push(line(head));
            found.lines.extend(members.iter().map(|member| line(&format!("{name} {{ {member} }}"))));
        }
        false => found.lines.push(line(&format!("{head} {{ {} }}", members.join(", ")))),
    }
}

/// A member without its attributes.
fn plain(member: &str) -> String {
    let found = items(&format!("{member};"));
    let Some(Item { head, body, .. }) = found.into_iter().next() else { return String::new() };
    body.map_or(head.clone(), |body| {
        format!("{head} {{ {} }}", parts(&body).into_iter().map(plain).collect::<Vec<_>>().join(", "))
    })
}

fn variants(body: &str) -> Vec<String> {
    parts(body).into_iter().map(plain).collect()
}

/// The public fields, and how many there are.
fn fields(body: &str) -> (Vec<String>, usize) {
    let all: Vec<String> = parts(body).into_iter().map(plain).collect();
    let shown = all.iter().filter_map(|field| field.strip_prefix("pub ")).map(str::to_owned).collect();
    (shown, all.len())
}

/// `struct A(pub u8, B)` with what nobody sees left out.
fn of_a_tuple(head: &str) -> String {
    match (head.find('('), head.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            let shown = |field| if str::starts_with(field, "pub ") { field } else { "_" };
            let fields: Vec<&str> = parts(&head[open + 1..close]).into_iter().map(shown).collect();
            format!("{}({}){}", &head[..open], fields.join(", "), &head[close + 1..])
        }
        _ => head.to_owned(),
    }
}

/// A trait: what it asks for in one line, since more of it breaks whoever implements it; what it provides in others.
fn contract(head: &str, name: &str, body: &str, line: &dyn Fn(&str) -> String, found: &mut Found) {
    let (provided, required): (Vec<Item>, Vec<Item>) = items(body).into_iter().partition(|item| item.body.is_some());
    let required: Vec<String> = required.iter().map(|item| signature(&item.head)).collect();
    found.lines.push(line(&format!("{head} {{ {} }}", required.join("; "))));
    found.lines.extend(provided.iter().map(|item| line(&format!("{name} {{ {} }}", signature(&item.head)))));
}

/// A function without the names of its parameters, which nobody has to know.
fn signature(head: &str) -> String {
    let Some(open) = head.find('(') else { return head.to_owned() };
    let mut depth = 0;
    let close = head[open..].char_indices().find_map(|(place, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth == 0).then_some(open + place)
    });
    let Some(close) = close else { return head.to_owned() };
    let kinds: Vec<&str> = parts(&head[open + 1..close])
        .into_iter()
        .map(|parameter| {
            parameter.split_once(": ").filter(|(name, _)| !name.ends_with("self")).map_or(parameter, |(_, kind)| kind)
        })
        .collect();
    format!("{}({}){}", &head[..open], kinds.join(", "), &head[close + 1..])
}

/// What an `impl` gives a type.
fn implementation(item: &Item, found: &mut Found) {
    let (of, kind) = match item.head.split_once(" for ") {
        Some((of, kind)) => (Some(of), kind),
        None => (None, item.head.as_str()),
    };
    let without_generics = |code: &str| match code.trim_start_matches("impl").trim_start().strip_prefix('<') {
        Some(rest) => rest.split_once("> ").map_or(rest, |(_, rest)| rest).to_owned(),
        None => code.trim_start_matches("impl").trim_start().to_owned(),
    };
    let last =
        |code: &str| identifier(code.split('<').next().unwrap_or_default().rsplit("::").next().unwrap_or_default());
    match of {
        Some(of) => {
            let name = last(&without_generics(of));
            let line = format!("{}{}", gate(item), one_line(&item.head));
            found.implementations.push((last(kind.trim_start_matches('&')), name, line));
        }
        None => {
            let kind = without_generics(kind);
            for method in items(item.body.as_deref().unwrap_or_default()) {
                let Some(head) = method.head.strip_prefix("pub ").filter(|_| !method.has("doc(hidden)")) else {
                    continue;
                };
                let what = if head.contains("fn ") {
                    signature(head)
                } else {
                    head.split(" = ").next().unwrap_or(head).to_owned()
                };
                let line = format!("{}{}{kind}: pub {what}", gate(item), gate(&method));
                found.implementations.push((last(&kind), String::new(), line));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> Vec<String> {
        let mut found = Found::default();
        for item in items(&bare(source)) {
            take(&item, Path::new(""), "m", true, &mut found).expect("a listing");
        }
        found.finish()
    }

    #[test]
    fn what_may_be_used_is_listed_and_nothing_else() {
        let source = "
            /// Words.
            #[derive(Debug, Clone)]
            pub struct A { pub x: Vec<(u8, u8)>, y: u8 }
            pub struct B { pub x: u8 }
            struct C;
            pub(crate) struct D;
            pub struct E(pub u8, C);
            impl A {
                /// Words.
                pub fn one<'a>(&self, name: &'a str, f: impl Fn(u8) -> u8,) -> Option<&'a str> { None }
                fn two(&self) {}
                pub const N: usize = 3;
            }
            impl C { pub fn three() {} }
            impl std::fmt::Display for A { fn fmt(&self) {} }
            impl Hidden for A {}
            trait Hidden {}
            pub trait T { fn must(&self, a: u8) -> u8; fn may(&self) {} }
            #[cfg(feature = \"x\")]
            pub const fn f(a: u8) -> u8 { a }
            pub use a::{G, H as I};
            mod inner { pub fn g() {} }
            #[cfg(test)]
            mod tests { pub fn h() {} }";
        let expected = [
            "#[cfg(feature = \"x\")] m: pub const fn f(u8) -> u8",
            "A: pub const N: usize",
            "A: pub fn one<'a>(&self, &'a str, impl Fn(u8) -> u8) -> Option<&'a str>",
            "impl std::fmt::Display for A",
            "m: pub A { x: Vec<(u8, u8)> }",
            "m: pub A: Clone",
            "m: pub A: Debug",
            "m: pub T { fn may(&self) }",
            "m: pub fn g()",
            "m: pub struct A",
            "m: pub struct B { x: u8 }",
            "m: pub struct E(pub u8, _)",
            "m: pub trait T { fn must(&self, u8) -> u8 }",
            "m: pub use G",
            "m: pub use I",
        ];
        assert_eq!(of(source), expected);
    }

    #[test]
    fn a_variant_more_breaks_unless_more_were_to_be_expected() {
        assert_eq!(of("pub enum E { A, B(u8), C { x: u8 } }"), ["m: pub enum E { A, B(u8), C { x: u8 } }"]);
        let open = of("#[non_exhaustive] pub enum E { #[default] A, B = 3 }");
        assert_eq!(open, ["m: pub #[non_exhaustive] enum E", "m: pub E { A }", "m: pub E { B = 3 }"]);
    }
}
