//! From tokens to the syntax tree: recursive descent with the combinators of winnow, one function a level of precedence.
//!
//! winnow rather than a generator or a larger library: it parses slices of our own tokens, leaves the errors to us (each
//! knows exactly what was expected and which habit from elsewhere it meets: `x = NULL`, `==`, a text without quotes), and
//! costs no build at all, since `toml` brings it.
//!
//! ```text
//! condition = and { OR and }
//! and       = not { AND not }
//! not       = NOT not | '(' condition ')' | test
//! test      = operand ( sign operand | [NOT] IN list | [NOT] BETWEEN operand AND operand | [NOT] LIKE text
//!                     | IS [NOT] (MISSING | NULL | PRESENT | window) )  |  call  |  TRUE  |  FALSE
//! list      = '(' literal { ',' literal } ')' | LIST text | name
//! operand   = call | name | literal
//! call      = name '(' [operand { ',' operand }] [WHERE condition] { then } [window] ')'
//! then      = THEN [NOT] [WITHIN number unit] name [WHERE condition]
//! window    = WITHIN number unit | FROM number TO number unit AGO | BEFORE number unit AGO
//!           | WITHIN number CALENDAR calendar IN text | LAST [number] [CALENDAR] calendar IN text | THIS [CALENDAR] calendar IN text
//!           | SINCE instant | BEFORE instant | FROM instant TO instant
//! literal   = text | ['-'] number | TRUE | FALSE | DATE text | instant
//! instant   = INSTANT text
//! ```

use super::ast::{At, Call, Expr, List, Literal, Op, Operand, Then, is_reserved};
use super::date::Date;
use super::lexer::{Spanned, Token, syntax, tokens};
use super::parser_window::{length, window};
use super::window::CalendarUnit;
use crate::error::Error;
use crate::instant::{self, Instant};
use winnow::combinator::{opt, separated};
use winnow::error::ParserError;
use winnow::stream::{Stateful, Stream, TokenSlice};
use winnow::token::any;
use winnow::{ModalResult, Parser};

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
    parse_with(text, &mut Vec::new())
}

/// [`parse`] with room for tokens that is used again and again.
pub(super) fn parse_with<'a>(text: &'a str, room: &mut Vec<Spanned<'a>>) -> Result<Expr, Error> {
    let start = At { line: 1, column: 1 };
    if text.len() > MAX_BYTES {
        return Err(too_long(start, text.len()));
    }
    tokens(text, room);
    let mut input = Stateful { input: TokenSlice::new(room), state: Depth(0) };
    let whole = condition.parse_next(&mut input).and_then(|expr| match peeked(&input) {
        Token::End => Ok(expr),
        _ => Err(expected(&input, "AND, OR or the end of the predicate")),
    });
    let expr = whole.map_err(|failure| failure.into_inner().map_or_else(|_| unexpected(start), Failure::error))?;
    // Blanks and words grow by less than a factor of four.
    if text.len() > MAX_BYTES / 4 {
        let canonical = expr.to_string().len();
        if canonical > MAX_BYTES {
            return Err(too_long(start, canonical));
        }
    }
    Ok(expr)
}

fn too_long(at: At, bytes: usize) -> Error {
    syntax(at, format!("the predicate has {bytes} bytes, the limit is {MAX_BYTES}"))
        .help("split it into named segments, or match long lists as a field of the records")
}

fn unexpected(at: At) -> Error {
    syntax(at, "this is not a predicate")
}

/// The tokens that are left, and how deep we are in them. The last token, `End` or `Bad`, is never passed.
pub(super) type Input<'t, 'a> = Stateful<TokenSlice<'t, Spanned<'a>>, Depth>;

#[derive(Debug, Clone, Copy)]
pub(super) struct Depth(usize);

/// An error with its place, or none yet where another way may fit.
#[derive(Debug)]
pub(super) struct Failure(Option<Box<Error>>);

impl Failure {
    fn error(self) -> Error {
        self.0.map_or_else(|| unexpected(At { line: 1, column: 1 }), |error| *error)
    }
}

impl<I: Stream> ParserError<I> for Failure {
    type Inner = Self;

    fn from_input(_: &I) -> Self {
        Failure(None)
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

pub(super) type Parsed<T> = ModalResult<T, Failure>;

/// An error that no other way can mend.
pub(super) fn fatal(error: Error) -> winnow::error::ErrMode<Failure> {
    winnow::error::ErrMode::Cut(Failure(Some(Box::new(error))))
}

fn condition(input: &mut Input<'_, '_>) -> Parsed<Expr> {
    chain("OR", conjunction, Expr::Or).parse_next(input)
}

fn conjunction(input: &mut Input<'_, '_>) -> Parsed<Expr> {
    chain("AND", negation, Expr::And).parse_next(input)
}

/// One part, or two and more joined by a word.
fn chain<'t, 'a: 't>(
    by: &'static str,
    part: fn(&mut Input<'t, 'a>) -> Parsed<Expr>,
    join: fn(Vec<Expr>) -> Expr,
) -> impl Parser<Input<'t, 'a>, Expr, winnow::error::ErrMode<Failure>> {
    separated(1.., part, word(by)).map(move |mut parts: Vec<Expr>| match parts.len() {
        1 => parts.swap_remove(0),
        _ => join(parts),
    })
}

/// A word of the language, in any case.
fn word<'t, 'a: 't>(word: &'static str) -> impl Parser<Input<'t, 'a>, (), winnow::error::ErrMode<Failure>> {
    any.verify(move |spanned: &&Spanned<'_>| is_word(&spanned.token, word)).void()
}

fn sign<'t, 'a: 't>(sign: &'static str) -> impl Parser<Input<'t, 'a>, (), winnow::error::ErrMode<Failure>> {
    any.verify(move |spanned: &&Spanned<'_>| matches!(spanned.token, Token::Sign(found) if found == sign)).void()
}

pub(super) fn is_word(token: &Token<'_>, word: &str) -> bool {
    matches!(token, Token::Word(found) if found.eq_ignore_ascii_case(word))
}

pub(super) fn eat(input: &mut Input<'_, '_>, name: &'static str) -> bool {
    let found = is_word(peeked(input), name);
    skip_if(input, found)
}

fn eat_sign(input: &mut Input<'_, '_>, sign: &'static str) -> bool {
    let found = matches!(peeked(input), Token::Sign(found) if *found == sign);
    skip_if(input, found)
}

fn skip_if(input: &mut Input<'_, '_>, found: bool) -> bool {
    if found {
        skip(input);
    }
    found
}

/// Passes a token that was looked at.
pub(super) fn skip(input: &mut Input<'_, '_>) {
    input.next_token();
}

/// The next token; the last one, `End` or `Bad`, for ever.
pub(super) fn peeked<'i, 'a>(input: &'i Input<'_, 'a>) -> &'i Token<'a> {
    ahead(input, 0)
}

fn ahead<'i, 'a>(input: &'i Input<'_, 'a>, by: usize) -> &'i Token<'a> {
    input.input.get(by).map_or(&Token::End, |spanned| &spanned.token)
}

pub(super) fn place(input: &Input<'_, '_>) -> At {
    input.input.first().map_or_else(At::default, |spanned| spanned.at)
}

fn negation(input: &mut Input<'_, '_>) -> Parsed<Expr> {
    if eat(input, "NOT") {
        return Ok(Expr::Not(Box::new(nested(input, negation)?)));
    }
    if eat_sign(input, "(") {
        let inner = nested(input, condition)?;
        close(input, "AND, OR or )")?;
        return Ok(inner);
    }
    test(input)
}

fn test(input: &mut Input<'_, '_>) -> Parsed<Expr> {
    let left = operand(input, "a condition")?;
    let negated = eat(input, "NOT");
    if eat(input, "IN") {
        return Ok(Expr::In { left, list: list(input)?, negated });
    }
    if eat(input, "BETWEEN") {
        return between(input, left, negated);
    }
    if eat(input, "LIKE") {
        return like(input, left, negated);
    }
    if negated {
        return Err(expected(input, "IN, BETWEEN or LIKE after NOT"));
    }
    if eat(input, "IS") {
        return is(input, left);
    }
    if let Token::Sign(sign) = *peeked(input)
        && let Some(op) = Op::from_sign(sign)
    {
        skip(input);
        let right = operand(input, AFTER_SIGN[op as usize])?;
        return Ok(Expr::Compare { left, op, right });
    }
    match left {
        Operand::Call(_) | Operand::Literal(Literal::Boolean(_), _) => Ok(Expr::Truth(left)),
        Operand::Field(..) | Operand::Literal(..) => Err(expected(input, AFTER_OPERAND)),
    }
}

/// What is expected after each operator, in the order of `Op`.
const AFTER_SIGN: [&str; 6] = [
    "a value after =",
    "a value after <>",
    "a value after <",
    "a value after <=",
    "a value after >",
    "a value after >=",
];

fn list(input: &mut Input<'_, '_>) -> Parsed<List> {
    let at = place(input);
    if is_word(peeked(input), "LIST")
        && let Token::Text(name) = ahead(input, 1)
    {
        let name = name.to_string();
        skip(input);
        skip(input);
        return Ok(List::Named(name, at));
    }
    if !eat_sign(input, "(") {
        let field = field(input)?;
        return field.map(List::Of).ok_or_else(|| expected(input, "a list such as ('a', 'b') after IN"));
    }
    let item = |input: &mut Input<'_, '_>| {
        literal(input)?.ok_or_else(|| expected(input, "a text, number or date in the list"))
    };
    let mut items = vec![item(input)?];
    while eat_sign(input, ",") {
        items.push(item(input)?);
    }
    close(input, ", or )")?;
    Ok(List::Items(items))
}

fn between(input: &mut Input<'_, '_>, left: Operand, negated: bool) -> Parsed<Expr> {
    let low = operand(input, "a value after BETWEEN")?;
    if !eat(input, "AND") {
        return Err(expected(input, "AND and the greatest value of BETWEEN"));
    }
    let high = operand(input, "a value after AND")?;
    Ok(Expr::Between { left, low, high, negated })
}

fn like(input: &mut Input<'_, '_>, left: Operand, negated: bool) -> Parsed<Expr> {
    let at = place(input);
    match text(input) {
        Some(pattern) => Ok(Expr::Like { left, pattern, at, negated }),
        None => Err(expected(input, "a pattern in single quotes after LIKE")),
    }
}

/// What follows `IS`.
fn is(input: &mut Input<'_, '_>, left: Operand) -> Parsed<Expr> {
    let not = eat(input, "NOT");
    if eat(input, "MISSING") || eat(input, "NULL") {
        return Ok(Expr::Missing { left, negated: not });
    }
    if eat(input, "PRESENT") {
        return Ok(Expr::Missing { left, negated: !not });
    }
    let at = place(input);
    match window(input)? {
        Some(window) => Ok(Expr::During { left, window, at, negated: not }),
        None if not => Err(expected(input, "MISSING, NULL or PRESENT")),
        None => Err(expected(input, "MISSING, NULL, PRESENT or NOT")),
    }
}

/// A value; `what` says what is expected, should there be none.
fn operand(input: &mut Input<'_, '_>, what: &str) -> Parsed<Operand> {
    if let Some(literal) = literal(input)? {
        return Ok(literal);
    }
    if let Token::Word(name) = *peeked(input)
        && !is_reserved(name)
        && *ahead(input, 1) == Token::Sign("(")
    {
        let at = place(input);
        skip(input);
        skip(input);
        return call(input, name, at);
    }
    field(input)?.ok_or_else(|| expected(input, what))
}

/// A field name, if there is one.
fn field(input: &mut Input<'_, '_>) -> Parsed<Option<Operand>> {
    let at = place(input);
    let name = match peeked(input) {
        Token::Word(word) if !is_reserved(word) => (*word).to_owned(),
        Token::Name(name) => name.to_string(),
        _ => return Ok(None),
    };
    if name.trim().is_empty() {
        let error = syntax(at, "this field name is empty");
        return Err(fatal(error.help("texts are written in single quotes: ''")));
    }
    if name.len() > MAX_NAME && name.chars().count() > MAX_NAME {
        return Err(fatal(syntax(at, format!("this name is longer than {MAX_NAME} characters"))));
    }
    skip(input);
    Ok(Some(Operand::Field(name, at)))
}

/// A call, its name and parenthesis behind us.
fn call(input: &mut Input<'_, '_>, name: &str, at: At) -> Parsed<Operand> {
    if name.len() > MAX_NAME || name.contains('.') {
        return Err(fatal(syntax(at, "this is not the name of a function")));
    }
    let mut args = Vec::new();
    let clauses = ["WHERE", "WITHIN"];
    if *peeked(input) != Token::Sign(")") && !clauses.iter().any(|clause| is_word(peeked(input), clause)) {
        args.push(nested(input, argument)?);
        while eat_sign(input, ",") {
            args.push(nested(input, argument)?);
        }
    }
    let filter = filter(input)?;
    let then = thens(input)?;
    let within = window(input)?;
    close(
        input,
        match (&filter, then.is_empty(), &within) {
            (_, _, Some(_)) => ")",
            (Some(_), _, None) | (_, false, None) => "AND, OR, WITHIN or )",
            (None, true, None) => ", or )",
        },
    )?;
    Ok(Operand::Call(Box::new(Call { name: name.to_ascii_lowercase(), args, filter, then, within, at })))
}

fn argument(input: &mut Input<'_, '_>) -> Parsed<Operand> {
    operand(input, "an argument")
}

fn filter(input: &mut Input<'_, '_>) -> Parsed<Option<Expr>> {
    if eat(input, "WHERE") { nested(input, condition).map(Some) } else { Ok(None) }
}

/// What has to follow an event, or must not.
fn thens(input: &mut Input<'_, '_>) -> Parsed<Vec<Then>> {
    let mut thens = Vec::new();
    while eat(input, "THEN") {
        let negated = eat(input, "NOT");
        let within = if eat(input, "WITHIN") { Some(length(input, "WITHIN")?) } else { None };
        let event = field(input)?.ok_or_else(|| expected(input, "the name of an event"))?;
        thens.push(Then { negated, within, event, filter: filter(input)? });
    }
    Ok(thens)
}

/// A literal, if there is one.
pub(super) fn literal(input: &mut Input<'_, '_>) -> Parsed<Option<Operand>> {
    let at = place(input);
    let literal = match peeked(input) {
        Token::Text(text) => Literal::Text(text.to_string()),
        Token::Number(number) => Literal::Number(*number),
        Token::Sign("-") => match *ahead(input, 1) {
            // A zero has no sign, so that the text form is one to one.
            Token::Number(number) => {
                skip(input);
                Literal::Number(if number == 0.0 { 0.0 } else { -number })
            }
            _ => return Ok(None),
        },
        Token::Word(word) if word.eq_ignore_ascii_case("TRUE") => Literal::Boolean(true),
        Token::Word(word) if word.eq_ignore_ascii_case("FALSE") => Literal::Boolean(false),
        Token::Word(word) if word.eq_ignore_ascii_case("DATE") || word.eq_ignore_ascii_case("INSTANT") => {
            let Some(Spanned { token: Token::Text(text), at }) = input.input.get(1) else { return Ok(None) };
            let literal = if word.len() == 4 { date(text, *at)? } else { point(text, *at)? };
            skip(input);
            literal
        }
        _ => return Ok(None),
    };
    skip(input);
    Ok(Some(Operand::Literal(literal, at)))
}

fn date(text: &str, at: At) -> Parsed<Literal> {
    Date::read(text)
        .filter(|_| text.len() == 10)
        .map(Literal::Date)
        .ok_or_else(|| fatal(syntax(at, "this is not a date").help("write DATE 'YYYY-MM-DD', e.g. DATE '2026-01-31'")))
}

/// The earliest and the latest instant that can be written: the years 1 to 9999.
const INSTANTS: std::ops::RangeInclusive<Instant> = -62_135_596_800_000..=253_402_300_799_999;

fn point(text: &str, at: At) -> Parsed<Literal> {
    instant::parse_exact(text).filter(|instant| INSTANTS.contains(instant)).map(Literal::Instant).ok_or_else(|| {
        fatal(
            syntax(at, "this is not an instant").help("write it with its offset: INSTANT '2026-01-31T12:00:00+01:00'"),
        )
    })
}

pub(super) fn text(input: &mut Input<'_, '_>) -> Option<String> {
    let Token::Text(text) = peeked(input) else { return None };
    let text = text.to_string();
    skip(input);
    Some(text)
}

fn nested<T>(input: &mut Input<'_, '_>, inner: fn(&mut Input<'_, '_>) -> Parsed<T>) -> Parsed<T> {
    if input.state.0 == MAX_DEPTH {
        return Err(fatal(
            syntax(place(input), format!("more than {MAX_DEPTH} levels are nested"))
                .help("name a part as a segment of its own and use segment('name')"),
        ));
    }
    input.state.0 += 1;
    let result = inner(input);
    input.state.0 -= 1;
    result
}

fn close(input: &mut Input<'_, '_>, what: &str) -> Parsed<()> {
    if opt(sign(")")).parse_next(input)?.is_some() { Ok(()) } else { Err(expected(input, what)) }
}

/// The error that something else was expected here.
pub(super) fn expected(input: &Input<'_, '_>, what: &str) -> winnow::error::ErrMode<Failure> {
    let found = match peeked(input) {
        Token::Bad(error) => return fatal(error.clone()),
        Token::End => "the end of the predicate".to_owned(),
        Token::Word(word) => format!("'{}'", shortened(word)),
        Token::Name(name) => format!("the field \"{}\"", shortened(name)),
        Token::Text(text) => format!("the text '{}'", shortened(text)),
        Token::Number(number) => format!("the number {number}"),
        Token::Sign(sign) => format!("'{sign}'"),
    };
    let error = syntax(place(input), format!("expected {what}, found {found}"));
    fatal(match habit(input, what) {
        Some(help) => error.help(help),
        None => error,
    })
}

/// What somebody used to another language may have meant here.
fn habit(input: &Input<'_, '_>, expected: &str) -> Option<&'static str> {
    let before = input.input.previous_tokens().next().map(|spanned| &spanned.token);
    let after_comparison = matches!(before, Some(Token::Sign(sign)) if Op::from_sign(sign).is_some());
    match peeked(input) {
        Token::Word(word) if word.eq_ignore_ascii_case("NULL") && after_comparison => {
            Some("write IS MISSING or IS PRESENT")
        }
        Token::Word(word) if expected.starts_with("MINUTES") && CalendarUnit::from_word(word).is_some() => {
            Some("a calendar unit names its time zone: WITHIN 3 CALENDAR MONTHS IN 'Europe/Paris'")
        }
        Token::Sign("<" | "<=" | ">" | ">=") if expected.starts_with("AND, OR") => {
            Some("for a range write x BETWEEN low AND high")
        }
        Token::Sign("-") if expected.starts_with("a comparison") || expected.starts_with("AND, OR") => {
            Some("there is no arithmetic; for a time write IS WITHIN 30 DAYS")
        }
        Token::Sign("(") if matches!(before, Some(Token::Name(_))) => Some("function names take no quotes"),
        Token::Text(_) if matches!(before, Some(Token::Text(_))) => Some("a ' inside a text is written twice: ''"),
        Token::Name(_) if expected.starts_with("a text,") || expected.starts_with("a pattern") => {
            Some("texts are written in single quotes: 'text'")
        }
        Token::Word("WITHIN" | "within" | "WHERE" | "where") if before == Some(&Token::Sign(")")) => {
            Some("WHERE and the window stand inside of the parentheses: count(order_completed WITHIN 30 DAYS)")
        }
        token => known(ELSEWHERE, token).or_else(|| known(AFTER, before?)),
    }
}

fn known(words: &[(&str, &'static str)], token: &Token<'_>) -> Option<&'static str> {
    words.iter().find(|(word, _)| is_word(token, word)).map(|(_, help)| *help)
}

/// Words of SQL that are none here, and what to write instead, where they stand in the way.
const ELSEWHERE: &[(&str, &str)] = &[
    ("ILIKE", "write lower(x) LIKE 'a%', or fold(x) LIKE 'a%' to leave accents aside too"),
    ("RLIKE", NO_REGEX),
    ("REGEXP", NO_REGEX),
    ("SIMILAR", NO_REGEX),
    ("GLOB", NO_REGEX),
    ("MATCHES", NO_REGEX),
    ("EQUALS", "write ="),
    ("CONTAINS", "write contains(x, 'part'), or 'item' IN x for a list"),
    ("STARTS", "write starts_with(x, 'part')"),
    ("XOR", "write (a OR b) AND NOT (a AND b)"),
    ("EMPTY", "blank texts are missing: write IS MISSING"),
    ("BLANK", "blank texts are missing: write IS MISSING"),
    ("UNKNOWN", "write IS MISSING"),
    ("TRUE", "write = TRUE or <> TRUE"),
    ("FALSE", "write = FALSE or <> FALSE"),
    ("DISTINCT", "a missing value is asked for by IS MISSING"),
    ("ESCAPE", "in a pattern \\% and \\_ stand for the characters themselves"),
    ("COLLATE", "write lower(x) or fold(x) to leave capitals or accents aside"),
    ("OVER", NO_QUERY),
    ("GROUP", NO_QUERY),
    ("HAVING", NO_QUERY),
    ("ORDER", NO_QUERY),
    ("LIMIT", NO_QUERY),
    ("UNION", "write OR"),
    ("INTERSECT", "write AND"),
    ("EXCEPT", "write AND NOT"),
    ("AFTER", "write >"),
    ("BEFORE", "write <, or IS BEFORE 30 DAYS AGO"),
];

const NO_REGEX: &str = "there are no regular expressions; write LIKE, starts_with(), contains() or ends_with()";
const NO_QUERY: &str =
    "a predicate is one condition, what stands after WHERE; count(), sum() and others look at events";

/// Words of SQL after which something stands in the way.
const AFTER: &[(&str, &str)] = &[
    ("DISTINCT", "write distinct(event.property)"),
    ("SELECT", NO_QUERY),
    ("CASE", "there is no CASE; write the condition with AND, OR and NOT"),
    // Before a text, types that have another name here.
    ("TIMESTAMP", AN_INSTANT),
    ("TIMESTAMPTZ", AN_INSTANT),
    ("DATETIME", AN_INSTANT),
    ("INTERVAL", "write a window: last(order_completed) IS WITHIN 30 DAYS"),
];

const AN_INSTANT: &str = "write DATE '2026-01-31', or INSTANT '2026-01-31T12:00:00+01:00'";

fn shortened(text: &str) -> String {
    match text.char_indices().nth(30) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
