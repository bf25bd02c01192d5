//! From the text of a predicate to tokens, each with its position; one pass, no look-behind; with the combinators of winnow.

use super::ast::{At, continues_name, starts_name};
use crate::error::{Code, Error};
use std::borrow::Cow;
use winnow::Parser;
use winnow::ascii::digit1;
use winnow::combinator::{not, opt, peek, separated, terminated};
use winnow::error::ParserError;
use winnow::stream::Stream;
use winnow::token::{literal, one_of, take_while};

/// One token. `Bad` is always the last: what follows an error is not read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// A name or a keyword.
    Word(&'a str),
    /// A name in double quotes.
    Name(Cow<'a, str>),
    /// A text in single quotes.
    Text(Cow<'a, str>),
    /// A number without sign.
    Number(f64),
    /// A sign: `=`, `<>`, `(`, `,`, ...
    Sign(&'static str),
    /// Something that is no token.
    Bad(Error),
    /// The end of the text.
    End,
}

/// A token and where it begins.
#[derive(Debug, Clone)]
pub(super) struct Spanned<'a> {
    pub(super) token: Token<'a>,
    pub(super) at: At,
}

/// The signs, longer ones before their beginnings; the second form is the canonical one.
const SIGNS: &[(&str, &str)] = &[
    ("<>", "<>"),
    ("!=", "<>"),
    ("<=", "<="),
    (">=", ">="),
    ("<", "<"),
    (">", ">"),
    ("=", "="),
    ("(", "("),
    (")", ")"),
    (",", ","),
    ("-", "-"),
];

/// What people write out of habit from elsewhere, and what to write here.
const HABITS: &[(&str, &str)] = &[
    ("==", "write = for equality"),
    ("=>", "write >="),
    ("=<", "write <="),
    ("&&", "write AND"),
    ("||", "write OR"),
    ("!", "write NOT, or <> for inequality"),
    ("\u{2018}", "write texts in straight quotes: 'text'"),
    ("\u{2019}", "write texts in straight quotes: 'text'"),
    ("\u{201c}", "write texts in straight single quotes: 'text'"),
    ("\u{201d}", "write texts in straight single quotes: 'text'"),
    (";", "a predicate is one condition, without a final ;"),
    ("--", "comments are not part of the language"),
    ("/*", "comments are not part of the language"),
    ("*", "there is no arithmetic; an event count names the event: count(order_completed)"),
    ("+", "there is no arithmetic"),
    ("/", "there is no arithmetic"),
    ("`", "write unusual field names in double quotes: \"the name\""),
    ("::", "there are no casts; number(x) and date(x) read a text"),
    (":", NO_PARAMETERS),
    ("?", NO_PARAMETERS),
    ("$", NO_PARAMETERS),
    ("@", NO_PARAMETERS),
    ("%", "there is no arithmetic; as a pattern: LIKE '%text%'"),
    ("~", "there are no regular expressions; write LIKE, starts_with(), contains() or ends_with()"),
    ("#", "comments are not part of the language"),
    ("[", "write unusual field names in double quotes: \"the name\", lists in parentheses"),
];

const NO_PARAMETERS: &str = "a predicate has no parameters; write the value itself, texts in single quotes";

/// Puts the tokens of a text into a list that may have held those of another; the last is `End` or `Bad`.
pub(super) fn tokens<'a>(text: &'a str, tokens: &mut Vec<Spanned<'a>>) {
    let mut rest = text;
    let mut at = At { line: 1, column: 1 };
    tokens.clear();
    loop {
        let start = rest;
        // Blanks cannot fail.
        let _ = take_while::<_, _, Flaw>(0.., char::is_whitespace).parse_next(&mut rest);
        at = moved(at, &start[..start.len() - rest.len()]);
        let start = rest;
        let token = token(&mut rest).unwrap_or_else(|flaw| Token::Bad(flaw.at(at, start)));
        let last = matches!(token, Token::End | Token::Bad(_));
        tokens.push(Spanned { token, at });
        if last {
            return;
        }
        at = moved(at, &start[..start.len() - rest.len()]);
    }
}

/// Where one is after a text.
fn moved(at: At, passed: &str) -> At {
    match passed.rfind('\n') {
        None if passed.is_ascii() => At { column: at.column + passed.len() as u32, ..at },
        None => At { column: at.column + passed.chars().count() as u32, ..at },
        Some(last) => At {
            line: at.line + passed.bytes().filter(|byte| *byte == b'\n').count() as u32,
            column: passed[last + 1..].chars().count() as u32 + 1,
        },
    }
}

/// What is wrong with a token; where is known to who called.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Flaw {
    /// It is none.
    NoToken,
    /// A text without end, or a name.
    Endless(char),
    Number,
    TooLarge,
}

impl<I: Stream> ParserError<I> for Flaw {
    type Inner = Self;

    fn from_input(_: &I) -> Self {
        Flaw::NoToken
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

impl Flaw {
    fn at(self, at: At, text: &str) -> Error {
        match self {
            Flaw::NoToken => no_token(at, text),
            Flaw::Endless(quote) => {
                let what = if quote == '"' { "the name" } else { "the text" };
                syntax(at, format!("{what} that begins here has no end"))
                    .help(format!("close it with {quote}; a {quote} inside it is written twice"))
            }
            Flaw::Number => syntax(at, "this number is not well-formed")
                .help("write numbers as 12 or 12.5; write identifiers as text: '12ab'"),
            Flaw::TooLarge => syntax(at, "this number is too large to be exact")
                .help("numbers go up to 9007199254740991; write identifiers as text, in single quotes"),
        }
    }
}

/// One token at the beginning of a text.
fn token<'a>(rest: &mut &'a str) -> Result<Token<'a>, Flaw> {
    match rest.chars().next() {
        None => Ok(Token::End),
        Some('\'') => quoted('\'').map(Token::Text).parse_next(rest),
        Some('"') => quoted('"').map(Token::Name).parse_next(rest),
        Some('0'..='9') => number(rest),
        Some(c) if starts_name(c) => name.map(Token::Word).parse_next(rest),
        Some(_) => sign.map(Token::Sign).parse_next(rest),
    }
}

/// A name, with dots inside: `order_completed.revenue`.
fn name<'a>(rest: &mut &'a str) -> Result<&'a str, Flaw> {
    let part = || (one_of(starts_name), take_while(0.., continues_name));
    separated::<_, _, (), _, _, _, _>(1.., part(), ('.', peek(one_of(starts_name)))).take().parse_next(rest)
}

/// A text between quotes; a doubled quote stands for itself.
fn quoted<'a>(quote: char) -> impl Parser<&'a str, Cow<'a, str>, Flaw> {
    move |rest: &mut &'a str| {
        one_of(quote).parse_next(rest)?;
        let mut text = Cow::Borrowed("");
        loop {
            let part: &'a str = take_while(0.., move |c| c != quote).parse_next(rest)?;
            text += part;
            opt(one_of(quote)).parse_next(rest)?.ok_or(Flaw::Endless(quote))?;
            if opt(one_of(quote)).parse_next(rest)?.is_none() {
                return Ok(text);
            }
            text.to_mut().push(quote);
        }
    }
}

fn number<'a>(rest: &mut &'a str) -> Result<Token<'a>, Flaw> {
    let whole = (digit1, opt(('.', digit1))).take();
    let text: &str = terminated(whole, not(one_of(|c| c == '.' || continues_name(c))))
        .parse_next(rest)
        .map_err(|_: Flaw| Flaw::Number)?;
    text.parse().ok().filter(|number| *number < MAX_NUMBER).map(Token::Number).ok_or(Flaw::TooLarge)
}

fn sign(rest: &mut &str) -> Result<&'static str, Flaw> {
    let first = rest.as_bytes().first();
    let habit = HABITS.iter().find(|(habit, _)| habit.as_bytes().first() == first && rest.starts_with(habit));
    let found = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign));
    // `!=` is a sign, a lone `!` a habit.
    let (written, canonical) =
        found.filter(|(sign, _)| habit.is_none_or(|(habit, _)| habit.len() <= sign.len())).ok_or(Flaw::NoToken)?;
    literal(*written).value(*canonical).parse_next(rest)
}

fn no_token(at: At, text: &str) -> Error {
    let habit = HABITS.iter().find(|(habit, _)| text.starts_with(habit));
    let first = text.chars().next().unwrap_or_default();
    let shown = habit.map_or_else(|| first.escape_debug().to_string(), |(habit, _)| (*habit).to_owned());
    let error = syntax(at, format!("'{shown}' is not part of the language"));
    match habit {
        Some((_, help)) => error.help(*help),
        None => error,
    }
}

/// From here on whole numbers are not exact: 2^53.
pub(super) const MAX_NUMBER: f64 = 9_007_199_254_740_992.0;

/// A syntax error at a position.
pub(super) fn syntax(at: At, reason: impl Into<String>) -> Error {
    Error::new(Code::PredicateSyntax, reason).position(at.line.into(), at.column.into())
}
