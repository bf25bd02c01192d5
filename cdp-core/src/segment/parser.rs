//! From tokens to the syntax tree: recursive descent, one function a level of precedence.
//!
//! Written by hand rather than with a parser library: the grammar is LL(1) with five levels, so a library would save
//! few lines, and here every error knows exactly what was expected and which habit from elsewhere it meets (`x = NULL`,
//! `==`, a text without quotes). `sqlparser` would accept a language a hundred times larger and costs 83 s of build.
//!
//! ```text
//! condition = and { OR and }
//! and       = not { AND not }
//! not       = NOT not | '(' condition ')' | test
//! test      = operand ( sign operand | [NOT] IN list | [NOT] BETWEEN operand AND operand | [NOT] LIKE text
//!                     | IS [NOT] (MISSING | NULL | PRESENT) )  |  call  |  TRUE  |  FALSE
//! list      = '(' literal { ',' literal } ')' | name
//! operand   = call | name | literal
//! call      = name '(' [operand { ',' operand }] [WHERE condition] [WITHIN number unit] ')'
//! literal   = text | ['-'] number | TRUE | FALSE | DATE text
//! ```

use super::ast::{At, Call, Expr, List, Literal, Op, Operand, Unit, Window, is_reserved};
use super::date::Date;
use super::lexer::{Spanned, Token, syntax, tokens};
use crate::error::Error;

/// The longest predicate, in bytes, as written and in canonical form: 64 KiB.
pub const MAX_BYTES: usize = 1 << 16;

/// How deep parentheses, `NOT` and calls may be nested.
pub const MAX_DEPTH: usize = 16;

/// The longest field name, in characters.
pub const MAX_NAME: usize = 200;

/// What may follow an operand.
const AFTER_OPERAND: &str = "a comparison (=, <>, <, <=, >, >=, IN, BETWEEN, LIKE, IS)";

/// Parses a predicate. Takes time in proportion to the length; never panics, whatever the text.
///
/// ```
/// use cdp_core::segment;
/// let tree = segment::parse("country in ('FR','BE') and not email is null")?;
/// assert_eq!(tree.to_string(), "country IN ('FR', 'BE') AND NOT email IS MISSING");
/// let error = segment::parse("country = FR'").unwrap_err();
/// assert_eq!(error.text_position(), Some((1, 13)));
/// # Ok::<(), cdp_core::Error>(())
/// ```
///
/// # Errors
/// `predicate_syntax` with line, column and what was expected there.
pub fn parse(text: &str) -> Result<Expr, Error> {
    let start = At { line: 1, column: 1 };
    if text.len() > MAX_BYTES {
        return Err(too_long(start, text.len()));
    }
    let mut parser = Parser { tokens: tokens(text), next: 0, depth: 0 };
    let expr = parser.condition()?;
    if *parser.token() != Token::End {
        return Err(parser.expected("AND, OR or the end of the predicate"));
    }
    let canonical = expr.to_string().len();
    if canonical > MAX_BYTES {
        return Err(too_long(start, canonical));
    }
    Ok(expr)
}

fn too_long(at: At, bytes: usize) -> Error {
    syntax(at, format!("the predicate has {bytes} bytes, the limit is {MAX_BYTES}"))
        .help("split it into named segments, or match long lists as a field of the records")
}

struct Parser<'a> {
    /// Ends with `End` or `Bad`, which is never passed.
    tokens: Vec<Spanned<'a>>,
    next: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn condition(&mut self) -> Result<Expr, Error> {
        self.sequence("OR", Self::conjunction, Expr::Or)
    }

    fn conjunction(&mut self) -> Result<Expr, Error> {
        self.sequence("AND", Self::negation, Expr::And)
    }

    /// One part, or two and more joined by a word.
    fn sequence(
        &mut self,
        word: &str,
        part: impl Fn(&mut Self) -> Result<Expr, Error>,
        join: impl Fn(Vec<Expr>) -> Expr,
    ) -> Result<Expr, Error> {
        let first = part(self)?;
        if !self.is_word(word) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.eat_word(word) {
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn negation(&mut self) -> Result<Expr, Error> {
        if self.eat_word("NOT") {
            return Ok(Expr::Not(Box::new(self.nested(Self::negation)?)));
        }
        if self.eat_sign("(") {
            let inner = self.nested(Self::condition)?;
            self.close("AND, OR or )")?;
            return Ok(inner);
        }
        self.test()
    }

    fn test(&mut self) -> Result<Expr, Error> {
        let left = self.operand("a condition")?;
        let negated = self.eat_word("NOT");
        if self.eat_word("IN") {
            let list = self.list()?;
            return Ok(Expr::In { left, list, negated });
        }
        if self.eat_word("BETWEEN") {
            return self.between(left, negated);
        }
        if self.eat_word("LIKE") {
            return self.like(left, negated);
        }
        if negated {
            return Err(self.expected("IN, BETWEEN or LIKE after NOT"));
        }
        if self.eat_word("IS") {
            return self.missing(left);
        }
        if let Token::Sign(sign) = self.token()
            && let Some(op) = Op::from_sign(sign)
        {
            self.next += 1;
            let right = self.operand(&format!("a value after {sign}", sign = op.as_str()))?;
            return Ok(Expr::Compare { left, op, right });
        }
        match left {
            Operand::Call(_) | Operand::Literal(Literal::Boolean(_), _) => Ok(Expr::Truth(left)),
            Operand::Field(..) | Operand::Literal(..) => Err(self.expected(AFTER_OPERAND)),
        }
    }

    fn list(&mut self) -> Result<List, Error> {
        if !self.eat_sign("(") {
            let field = self.field()?;
            return field.map(List::Of).ok_or_else(|| self.expected("a list such as ('a', 'b') after IN"));
        }
        let mut items = Vec::new();
        loop {
            items.push(self.literal()?.ok_or_else(|| self.expected("a text, number or date in the list"))?);
            if !self.eat_sign(",") {
                break;
            }
        }
        self.close(", or )")?;
        Ok(List::Items(items))
    }

    fn between(&mut self, left: Operand, negated: bool) -> Result<Expr, Error> {
        let low = self.operand("a value after BETWEEN")?;
        if !self.eat_word("AND") {
            return Err(self.expected("AND and the greatest value of BETWEEN"));
        }
        let high = self.operand("a value after AND")?;
        Ok(Expr::Between { left, low, high, negated })
    }

    fn like(&mut self, left: Operand, negated: bool) -> Result<Expr, Error> {
        let at = self.at();
        match self.text() {
            Some(pattern) => Ok(Expr::Like { left, pattern, at, negated }),
            None => Err(self.expected("a pattern in single quotes after LIKE")),
        }
    }

    fn missing(&mut self, left: Operand) -> Result<Expr, Error> {
        let not = self.eat_word("NOT");
        if self.eat_word("MISSING") || self.eat_word("NULL") {
            return Ok(Expr::Missing { left, negated: not });
        }
        if self.eat_word("PRESENT") {
            return Ok(Expr::Missing { left, negated: !not });
        }
        Err(self.expected(if not { "MISSING, NULL or PRESENT" } else { "MISSING, NULL, PRESENT or NOT" }))
    }

    /// A value; `what` says what is expected, should there be none.
    fn operand(&mut self, what: &str) -> Result<Operand, Error> {
        if let Some(literal) = self.literal()? {
            return Ok(literal);
        }
        if let Token::Word(name) = *self.token()
            && !is_reserved(name)
            && self.tokens[self.next + 1].token == Token::Sign("(")
        {
            let at = self.at();
            self.next += 2;
            return self.call(name, at);
        }
        self.field()?.ok_or_else(|| self.expected(what))
    }

    /// A field name, if there is one.
    fn field(&mut self) -> Result<Option<Operand>, Error> {
        let at = self.at();
        let name = match self.token() {
            Token::Word(word) if !is_reserved(word) => (*word).to_owned(),
            Token::Name(name) => name.clone(),
            _ => return Ok(None),
        };
        if name.trim().is_empty() {
            return Err(syntax(at, "this field name is empty").help("texts are written in single quotes: ''"));
        }
        if name.chars().count() > MAX_NAME {
            return Err(syntax(at, format!("this name is longer than {MAX_NAME} characters")));
        }
        self.next += 1;
        Ok(Some(Operand::Field(name, at)))
    }

    /// A call, its name and parenthesis behind us.
    fn call(&mut self, name: &str, at: At) -> Result<Operand, Error> {
        if name.len() > MAX_NAME || name.contains('.') {
            return Err(syntax(at, "this is not the name of a function"));
        }
        let mut args = Vec::new();
        if !self.is_sign(")") && !self.is_word("WHERE") && !self.is_word("WITHIN") {
            loop {
                args.push(self.nested(|parser| parser.operand("an argument"))?);
                if !self.eat_sign(",") {
                    break;
                }
            }
        }
        let filter = if self.eat_word("WHERE") { Some(self.nested(Self::condition)?) } else { None };
        let within = if self.eat_word("WITHIN") { Some(self.window()?) } else { None };
        self.close(match (&filter, within) {
            (_, Some(_)) => ")",
            (Some(_), None) => "AND, OR, WITHIN or )",
            (None, None) => ", or )",
        })?;
        Ok(Operand::Call(Box::new(Call { name: name.to_ascii_lowercase(), args, filter, within, at })))
    }

    fn window(&mut self) -> Result<Window, Error> {
        let count = match *self.token() {
            Token::Number(n) if (1.0..=1e6).contains(&n) && n.fract() == 0.0 => n as u32,
            _ => return Err(self.expected("a whole number from 1 to 1000000 after WITHIN")),
        };
        self.next += 1;
        let Token::Word(word) = *self.token() else {
            return Err(self.expected("MINUTES, HOURS, DAYS or WEEKS"));
        };
        let Some(unit) = Unit::from_word(word) else {
            return Err(self.expected("MINUTES, HOURS, DAYS or WEEKS"));
        };
        self.next += 1;
        Ok(Window { count, unit })
    }

    /// A literal, if there is one.
    fn literal(&mut self) -> Result<Option<Operand>, Error> {
        let at = self.at();
        let literal = match self.token() {
            Token::Text(text) => Literal::Text(text.clone()),
            Token::Number(number) => Literal::Number(*number),
            Token::Sign("-") => match self.tokens[self.next + 1].token {
                // A zero has no sign, so that the text form is one to one.
                Token::Number(number) => {
                    self.next += 1;
                    Literal::Number(if number == 0.0 { 0.0 } else { -number })
                }
                _ => return Ok(None),
            },
            Token::Word(word) if word.eq_ignore_ascii_case("TRUE") => Literal::Boolean(true),
            Token::Word(word) if word.eq_ignore_ascii_case("FALSE") => Literal::Boolean(false),
            Token::Word(word) if word.eq_ignore_ascii_case("DATE") => {
                let Token::Text(text) = &self.tokens[self.next + 1].token else {
                    return Ok(None);
                };
                let place = self.tokens[self.next + 1].at;
                let date = Date::read(text).filter(|_| text.len() == 10);
                let date = date.ok_or_else(|| {
                    syntax(place, "this is not a date").help("write DATE 'YYYY-MM-DD', e.g. DATE '2026-01-31'")
                })?;
                self.next += 1;
                Literal::Date(date)
            }
            _ => return Ok(None),
        };
        self.next += 1;
        Ok(Some(Operand::Literal(literal, at)))
    }

    fn text(&mut self) -> Option<String> {
        let Token::Text(text) = self.token() else {
            return None;
        };
        let text = text.clone();
        self.next += 1;
        Some(text)
    }

    fn nested<T>(&mut self, inner: impl Fn(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth == MAX_DEPTH {
            return Err(syntax(self.at(), format!("more than {MAX_DEPTH} levels are nested"))
                .help("name a part as a segment of its own and use segment('name')"));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn close(&mut self, what: &str) -> Result<(), Error> {
        if self.eat_sign(")") { Ok(()) } else { Err(self.expected(what)) }
    }

    fn token(&self) -> &Token<'a> {
        &self.tokens[self.next].token
    }

    fn at(&self) -> At {
        self.tokens[self.next].at
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.token(), Token::Word(found) if found.eq_ignore_ascii_case(word))
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.token(), Token::Sign(found) if *found == sign)
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.next += usize::from(found);
        found
    }

    fn eat_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.next += usize::from(found);
        found
    }

    /// The error that something else was expected here.
    fn expected(&self, what: &str) -> Error {
        let found = match self.token() {
            Token::Bad(error) => return error.clone(),
            Token::End => "the end of the predicate".to_owned(),
            Token::Word(word) => format!("'{}'", shortened(word)),
            Token::Name(name) => format!("the field \"{}\"", shortened(name)),
            Token::Text(text) => format!("the text '{}'", shortened(text)),
            Token::Number(number) => format!("the number {number}"),
            Token::Sign(sign) => format!("'{sign}'"),
        };
        let error = syntax(self.at(), format!("expected {what}, found {found}"));
        match self.habit(what) {
            Some(help) => error.help(help),
            None => error,
        }
    }

    /// What somebody used to another language may have meant here.
    fn habit(&self, expected: &str) -> Option<&'static str> {
        let before = self.next.checked_sub(1).map(|index| &self.tokens[index].token);
        let after_comparison = matches!(before, Some(Token::Sign(sign)) if Op::from_sign(sign).is_some());
        match self.token() {
            Token::Word(word) if word.eq_ignore_ascii_case("NULL") && after_comparison => {
                Some("write IS MISSING or IS PRESENT")
            }
            Token::Sign("<" | "<=" | ">" | ">=") if expected.starts_with("AND, OR") => {
                Some("for a range write x BETWEEN low AND high")
            }
            Token::Sign("(") if matches!(before, Some(Token::Name(_))) => Some("function names take no quotes"),
            Token::Text(_) if matches!(before, Some(Token::Text(_))) => Some("a ' inside a text is written twice: ''"),
            _ => None,
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(30) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
