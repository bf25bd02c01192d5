//! A Rust source as items: attributes, what stands before the braces, and what stands in them.

/// One item.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// In `#[..]`, without those.
    pub(super) attributes: Vec<String>,
    /// Up to the braces or the semicolon, in one line.
    pub(super) head: String,
    /// What stands in the braces.
    pub(super) body: Option<String>,
}

impl Item {
    pub(super) fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|own| own == attribute)
    }
}

/// The source without comments; signs in texts cannot be taken for those of code.
pub(super) fn bare(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let (mut out, mut at) = (String::with_capacity(source.len()), 0);
    while let Some(&first) = chars.get(at) {
        let rest = &chars[at..];
        let taken = match first {
            '/' if rest.starts_with(&['/', '/']) => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            '/' if rest.starts_with(&['/', '*']) => comment(rest),
            '"' => text(rest, 0, &mut out),
            'r' if !out.ends_with(|c: char| c.is_alphanumeric() || c == '_') => match raw(rest) {
                Some(hashes) => text(&rest[1 + hashes..], hashes, &mut out) + 1 + hashes,
                None => keep(first, &mut out),
            },
            '\'' => character(rest, &mut out),
            _ => keep(first, &mut out),
        };
        at += taken;
    }
    out
}

fn keep(sign: char, out: &mut String) -> usize {
    out.push(sign);
    1
}

/// The length of a `/* */`.
fn comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let step = match &rest[at..] {
            ['/', '*', ..] => {
                depth += 1;
                2
            }
            ['*', '/', ..] => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

/// The hashes of a raw text that begins here.
fn raw(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    (rest.get(1 + hashes) == Some(&'"')).then_some(hashes)
}

/// Keeps the letters of a text; its length.
fn text(rest: &[char], hashes: usize, out: &mut String) -> usize {
    let is_raw = hashes > 0 || out.ends_with('r');
    out.push('"');
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' if !is_raw => at += 1,
            '"' if rest[at + 1..].iter().take_while(|c| **c == '#').count() >= hashes => break,
            c => out.push(if c.is_alphanumeric() || "-_ .".contains(c) { c } else { '_' }),
        }
        at += 1;
    }
    out.push('"');
    at + 1 + hashes
}

/// A character, or the mark of a lifetime; its length.
fn character(rest: &[char], out: &mut String) -> usize {
    let end = match rest {
        ['\'', '\\', ..] => rest.iter().skip(3).position(|c| *c == '\'').map(|place| place + 4),
        ['\'', _, '\'', ..] => Some(3),
        _ => None,
    };
    match end {
        Some(length) => {
            out.push_str("' '");
            length
        }
        None => keep('\'', out),
    }
}

/// The place after the bracket that closes the one at the beginning.
fn closed(code: &str) -> usize {
    let mut depth = 0;
    for (place, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place + c.len_utf8();
        }
    }
    code.len()
}

/// The items of bare code, one after another.
pub(super) fn items(code: &str) -> Vec<Item> {
    let (mut found, mut rest) = (Vec::new(), code);
    loop {
        let mut attributes = Vec::new();
        rest = rest.trim_start();
        while rest.starts_with('#') {
            let open = rest.find('[').unwrap_or(rest.len() - 1);
            let end = open + closed(&rest[open..]);
            attributes.push(one_line(&rest[open + 1..end - 1]));
            rest = rest[end..].trim_start();
        }
        if rest.is_empty() {
            return found;
        }
        let (head, body, left) = item(rest);
        rest = left;
        if !head.is_empty() || body.is_some() {
            found.push(Item { attributes, head: one_line(head), body });
        }
    }
}

/// Head, body and what comes after the first item.
fn item(code: &str) -> (&str, Option<String>, &str) {
    let declared = code.trim_start_matches("pub ");
    let has_value = ["const ", "static ", "type "].iter().any(|word| declared.starts_with(word))
        && !declared.starts_with("const fn");
    let (mut at, mut is_value) = (0, false);
    while let Some(c) = code[at..].chars().next() {
        match c {
            ';' => return (&code[..at], None, &code[at + 1..]),
            '=' if has_value => is_value = true,
            '{' if !is_value && !code.starts_with("pub use") && !code.starts_with("use ") => {
                let end = at + closed(&code[at..]);
                return (&code[..at], Some(code[at + 1..end - 1].to_owned()), &code[end..]);
            }
            '(' | '[' | '{' => {
                at += closed(&code[at..]);
                continue;
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    (code, None, "")
}

/// The code in one line, as if it had had room there.
pub(super) fn one_line(code: &str) -> String {
    let mut line = code.split_whitespace().collect::<Vec<_>>().join(" ");
    for (written, meant) in
        [("( ", "("), (", )", ")"), (" )", ")"), (",)", ")"), ("< ", "<"), (", >", ">"), (", }", " }")]
    {
        line = line.replace(written, meant);
    }
    line.trim().trim_end_matches(',').to_owned()
}

/// The parts of a list between commas that are in no bracket.
pub(super) fn parts(code: &str) -> Vec<&str> {
    let (mut found, mut begin, mut depth, mut before) = (Vec::new(), 0, 0, ' ');
    for (place, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if before != '-' && before != '=' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&code[begin..place]);
                begin = place + 1;
            }
            _ => {}
        }
        before = c;
    }
    found.push(&code[begin..]);
    found.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_comments_are_no_code() {
        let source = "/* { */ const A: &str = \"}{;\"; // }\nfn f<'a>(c: char) { '{'; '\\''; r#\"\"}\"# }\nstruct B;";
        let heads: Vec<String> = items(&bare(source)).into_iter().map(|item| item.head).collect();
        assert_eq!(heads, ["const A: &str = \"___\"", "fn f<'a>(c: char)", "struct B"]);
    }

    #[test]
    fn an_item_has_its_attributes_and_its_body() {
        let code = bare(
            "#[derive(A, B)]\n#[cfg(feature = \"x\")]\npub struct S<T>\nwhere\n    T: U,\n{\n    a: T,\n}\npub use a::{b, c};",
        );
        let found = items(&code);
        assert_eq!(found[0].attributes, ["derive(A, B)", "cfg(feature = \"x\")"]);
        assert_eq!(found[0].head, "pub struct S<T> where T: U");
        assert_eq!(found[0].body.as_deref().map(str::trim), Some("a: T,"));
        assert_eq!(found[1].head, "pub use a::{b, c}");
    }

    #[test]
    fn a_value_belongs_to_its_constant_and_a_body_to_its_function() {
        let code = "pub const A: B = B { c: 1 };\nfn f() -> impl Iterator<Item = u8> { (1..2) }\npub const fn g() {}";
        let found: Vec<(String, bool)> = items(code).into_iter().map(|item| (item.head, item.body.is_some())).collect();
        let of = |head: &str, body| (head.to_owned(), body);
        let expected = [
            of("pub const A: B = B { c: 1 }", false),
            of("fn f() -> impl Iterator<Item = u8>", true),
            of("pub const fn g()", true),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn commas_in_brackets_part_nothing() {
        assert_eq!(parts("a: B<C, D>, f: fn(x, y) -> Z, (e, f)"), ["a: B<C, D>", "f: fn(x, y) -> Z", "(e, f)"]);
    }
}
