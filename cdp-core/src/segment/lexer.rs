//! From the text of a predicate to tokens, each with its position; one pass, no look-behind.

use super::ast::{At, continues_name, starts_name};
use crate::error::{Code, Error};

/// One token. `Bad` is always the last: what follows an error is not read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// A name or a keyword.
    Word(&'a str),
    /// A name in double quotes.
    Name(String),
    /// A text in single quotes.
    Text(String),
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
#[derive(Debug)]
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
    ("[", "write unusual field names in double quotes: \"the name\", lists in parentheses"),
];

/// The tokens of a text; the last is `End` or `Bad`.
pub(super) fn tokens(text: &str) -> Vec<Spanned<'_>> {
    let mut lexer = Lexer { rest: text, at: At { line: 1, column: 1 } };
    let mut tokens = Vec::new();
    loop {
        lexer.skip(char::is_whitespace);
        let at = lexer.at;
        let token = lexer.token().unwrap_or_else(Token::Bad);
        let last = matches!(token, Token::End | Token::Bad(_));
        tokens.push(Spanned { token, at });
        if last {
            return tokens;
        }
    }
}

struct Lexer<'a> {
    rest: &'a str,
    at: At,
}

impl<'a> Lexer<'a> {
    fn token(&mut self) -> Result<Token<'a>, Error> {
        let Some(first) = self.rest.chars().next() else {
            return Ok(Token::End);
        };
        match first {
            '\'' => self.quoted('\'').map(Token::Text),
            '"' => self.quoted('"').map(Token::Name),
            '0'..='9' => self.number(),
            c if starts_name(c) => Ok(Token::Word(self.word())),
            c => self.sign(c),
        }
    }

    /// Moves over the first `bytes` bytes and returns them.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        for c in taken.chars() {
            if c == '\n' {
                self.at = At { line: self.at.line + 1, column: 1 };
            } else {
                self.at.column += 1;
            }
        }
        self.rest = rest;
        taken
    }

    /// Moves over the characters that fit and returns them.
    fn skip(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// A name, with dots inside: `order_completed.revenue`.
    fn word(&mut self) -> &'a str {
        let start = self.rest;
        self.skip(continues_name);
        while self.rest.strip_prefix('.').is_some_and(|after| after.starts_with(starts_name)) {
            self.take(1);
            self.skip(continues_name);
        }
        &start[..start.len() - self.rest.len()]
    }

    /// A text between quotes; a doubled quote stands for itself.
    fn quoted(&mut self, quote: char) -> Result<String, Error> {
        let start = self.at;
        let mut text = String::new();
        self.take(1);
        loop {
            text.push_str(self.skip(|c| c != quote));
            if self.rest.is_empty() {
                let what = if quote == '"' { "the name" } else { "the text" };
                return Err(syntax(start, format!("{what} that begins here has no end"))
                    .help(format!("close it with {quote}; a {quote} inside it is written twice")));
            }
            self.take(1);
            if !self.rest.starts_with(quote) {
                return Ok(text);
            }
            text.push(quote);
            self.take(1);
        }
    }

    fn number(&mut self) -> Result<Token<'a>, Error> {
        let (start, text) = (self.at, self.rest);
        self.skip(|c| c.is_ascii_digit());
        if self.rest.strip_prefix('.').is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit())) {
            self.take(1);
            self.skip(|c| c.is_ascii_digit());
        }
        let text = &text[..text.len() - self.rest.len()];
        if self.rest.starts_with(|c| c == '.' || continues_name(c)) {
            return Err(syntax(start, "this number is not well-formed")
                .help("write numbers as 12 or 12.5; write identifiers as text: '12ab'"));
        }
        match text.parse::<f64>() {
            Ok(number) if number < MAX_NUMBER => Ok(Token::Number(number)),
            _ => Err(syntax(start, "this number is too large to be exact")
                .help("numbers go up to 9007199254740991; write identifiers as text, in single quotes")),
        }
    }

    fn sign(&mut self, first: char) -> Result<Token<'a>, Error> {
        let at = self.at;
        let habit = HABITS.iter().find(|(habit, _)| self.rest.starts_with(habit));
        // `!=` is a sign, a lone `!` a habit.
        if let Some((sign, canonical)) = SIGNS.iter().find(|(sign, _)| self.rest.starts_with(sign))
            && habit.is_none_or(|(habit, _)| habit.len() <= sign.len())
        {
            self.take(sign.len());
            return Ok(Token::Sign(canonical));
        }
        let shown = habit.map_or_else(|| first.escape_debug().to_string(), |(habit, _)| (*habit).to_owned());
        let error = syntax(at, format!("'{shown}' is not part of the language"));
        Err(habit.map_or(error.clone(), |(_, help)| error.help(*help)))
    }
}

/// From here on whole numbers are not exact: 2^53.
pub(super) const MAX_NUMBER: f64 = 9_007_199_254_740_992.0;

/// A syntax error at a position.
pub(super) fn syntax(at: At, reason: impl Into<String>) -> Error {
    Error::new(Code::PredicateSyntax, reason).position(at.line.into(), at.column.into())
}
