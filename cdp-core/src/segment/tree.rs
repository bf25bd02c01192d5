//! The canonical JSON form of a predicate, for builders of user interfaces: loss-free both ways.
//!
//! | text | JSON |
//! | --- | --- |
//! | `a AND b`, `a OR b`, `NOT a` | `{"and": [a, b]}`, `{"or": [a, b]}`, `{"not": a}` |
//! | `x = y` (also `<> < <= > >=`) | `{"op": "=", "left": x, "right": y}` |
//! | `x IN ('a', 'b')`, `x IN sources` | `{"op": "in", "left": x, "list": ["a", "b"]}`, `{..., "list": {"field": "sources"}}` |
//! | `x BETWEEN y AND z` | `{"op": "between", "left": x, "low": y, "high": z}` |
//! | `x LIKE 'A%'` | `{"op": "like", "left": x, "pattern": "A%"}` |
//! | `x NOT IN ...`, `NOT BETWEEN`, `NOT LIKE` | the same with `"op": "not in"`, `"not between"`, `"not like"` |
//! | `x IS MISSING`, `x IS PRESENT` | `{"op": "is missing", "left": x}`, `{"op": "is present", "left": x}` |
//! | `f(x, y WHERE a WITHIN 7 DAYS)` | `{"call": "f", "args": [x, y], "where": a, "within": {"count": 7, "unit": "days"}}` |
//! | `sequence(a THEN NOT WITHIN 2 HOURS b)` | `{"call": "sequence", "args": [a], "then": [{"not": b, "within": {"count": 2, "unit": "hours"}}]}` |
//! | `x IN LIST 'vip'`, `x IS WITHIN 7 DAYS` | `{"op": "in", "left": x, "list": {"list": "vip"}}`, `{"op": "is", "left": x, "within": {...}}` |
//! | a field | `{"field": "email"}` |
//! | `'x'`, `12.5`, `TRUE`, `DATE '2026-01-31'` | `"x"`, `12.5`, `true`, `{"date": "2026-01-31"}` |

use super::ast::{At, Call, Expr, List, Literal, Op, Operand, Then, is_plain};
use super::date::Date;
use super::lexer::MAX_NUMBER;
use super::parser::parse;
use super::tree_window::{length_from_json, length_to_json, window_from_json, window_to_json};
use crate::error::{Code, Error, nearest};
use crate::instant::{self, Instant};
use serde_json::{Map, Value, json};

/// How deep a JSON tree may be nested: more than any predicate needs.
const MAX_JSON_DEPTH: usize = 120;

/// The canonical JSON form.
pub fn to_json(expr: &Expr) -> Value {
    let op = |word: &str, negated: bool| if negated { format!("not {word}") } else { word.to_owned() };
    match expr {
        Expr::And(parts) => json!({ "and": parts.iter().map(to_json).collect::<Vec<_>>() }),
        Expr::Or(parts) => json!({ "or": parts.iter().map(to_json).collect::<Vec<_>>() }),
        Expr::Not(inner) => json!({ "not": to_json(inner) }),
        Expr::Compare { left, op, right } => {
            json!({ "op": op.as_str(), "left": operand_to_json(left), "right": operand_to_json(right) })
        }
        Expr::In { left, list, negated } => {
            let list = match list {
                List::Of(operand) => operand_to_json(operand),
                List::Items(items) => items.iter().map(operand_to_json).collect(),
                List::Named(name, _) => json!({ "list": name }),
            };
            json!({ "op": op("in", *negated), "left": operand_to_json(left), "list": list })
        }
        Expr::Between { left, low, high, negated } => json!({
            "op": op("between", *negated), "left": operand_to_json(left),
            "low": operand_to_json(low), "high": operand_to_json(high)
        }),
        Expr::Like { left, pattern, negated, .. } => {
            json!({ "op": op("like", *negated), "left": operand_to_json(left), "pattern": pattern })
        }
        Expr::Missing { left, negated } => {
            json!({ "op": if *negated { "is present" } else { "is missing" }, "left": operand_to_json(left) })
        }
        Expr::During { left, window, negated, .. } => json!({
            "op": if *negated { "is not" } else { "is" }, "left": operand_to_json(left), "within": window_to_json(window)
        }),
        Expr::Truth(operand) => operand_to_json(operand),
    }
}

fn operand_to_json(operand: &Operand) -> Value {
    match operand {
        Operand::Field(name, _) => json!({ "field": name }),
        Operand::Literal(literal, _) => literal_to_json(literal),
        Operand::Call(call) => call_to_json(call),
    }
}

fn literal_to_json(literal: &Literal) -> Value {
    match literal {
        Literal::Text(text) => json!(text),
        // Whole numbers without a decimal point, as every language writes them.
        Literal::Number(number) if number.fract() == 0.0 => json!(*number as i64),
        Literal::Number(number) => json!(number),
        Literal::Boolean(truth) => json!(truth),
        Literal::Date(date) => json!({ "date": date.to_string() }),
        Literal::Instant(instant) => json!({ "instant": instant::text(*instant) }),
    }
}

fn call_to_json(call: &Call) -> Value {
    let mut object = Map::new();
    object.insert("call".into(), json!(call.name));
    object.insert("args".into(), call.args.iter().map(operand_to_json).collect());
    if let Some(filter) = &call.filter {
        object.insert("where".into(), to_json(filter));
    }
    if !call.then.is_empty() {
        object.insert("then".into(), call.then.iter().map(then_to_json).collect());
    }
    if let Some(window) = &call.within {
        object.insert("within".into(), window_to_json(window));
    }
    Value::Object(object)
}

fn then_to_json(then: &Then) -> Value {
    let mut object = Map::new();
    object.insert(if then.negated { "not" } else { "event" }.into(), operand_to_json(&then.event));
    if let Some(filter) = &then.filter {
        object.insert("where".into(), to_json(filter));
    }
    if let Some((count, unit)) = then.within {
        object.insert("within".into(), length_to_json(count, unit));
    }
    Value::Object(object)
}

/// Reads the canonical JSON form.
///
/// ```
/// use cdp_core::segment;
/// let json = serde_json::json!({"op": "=", "left": {"field": "country"}, "right": "FR"});
/// let tree = segment::from_json(&json)?;
/// assert_eq!(tree.to_string(), "country = 'FR'");
/// assert_eq!(segment::to_json(&tree), json);
/// # Ok::<(), cdp_core::Error>(())
/// ```
///
/// # Errors
/// `predicate_syntax`, with the path in the tree (`$.and[1].op`) where it is not of the form.
pub fn from_json(json: &Value) -> Result<Expr, Error> {
    let expr = condition(json, &Path { parent: None, step: Step::Root, depth: 0 })?;
    // The text form has the limits and the rules for names; what survives it unchanged is loss-free.
    let parsed = parse(&expr.to_string())?;
    if parsed == expr {
        return Ok(parsed);
    }
    Err(Error::new(Code::Internal, "the text form of the tree does not read back as the tree"))
}

/// Where we are in the tree; written out for errors only.
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
    depth: usize,
}

enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl Path<'_> {
    pub(super) fn key<'a>(&'a self, key: &'a str) -> Path<'a> {
        Path { parent: Some(self), step: Step::Key(key), depth: self.depth + 1 }
    }

    fn index(&self, index: usize) -> Path<'_> {
        Path { parent: Some(self), step: Step::Index(index), depth: self.depth + 1 }
    }

    fn text(&self) -> String {
        let parent = self.parent.map(Path::text).unwrap_or_default();
        match self.step {
            Step::Root => "$".to_owned(),
            Step::Key(key) => format!("{parent}.{key}"),
            Step::Index(index) => format!("{parent}[{index}]"),
        }
    }

    pub(super) fn fail(&self, reason: impl std::fmt::Display) -> Error {
        Error::new(Code::PredicateSyntax, format!("{}: {reason}", self.text()))
    }
}

fn condition(json: &Value, path: &Path<'_>) -> Result<Expr, Error> {
    if path.depth > MAX_JSON_DEPTH {
        return Err(Error::new(Code::PredicateSyntax, format!("the tree is more than {MAX_JSON_DEPTH} levels deep")));
    }
    match json {
        Value::Bool(truth) => Ok(Expr::Truth(Operand::Literal(Literal::Boolean(*truth), At::default()))),
        Value::Object(object) if object.contains_key("and") => {
            only(object, &["and"], path)?;
            parts(&object["and"], &path.key("and")).map(Expr::And)
        }
        Value::Object(object) if object.contains_key("or") => {
            only(object, &["or"], path)?;
            parts(&object["or"], &path.key("or")).map(Expr::Or)
        }
        Value::Object(object) if object.contains_key("not") => {
            only(object, &["not"], path)?;
            Ok(Expr::Not(Box::new(condition(&object["not"], &path.key("not"))?)))
        }
        Value::Object(object) if object.contains_key("op") => test(object, path),
        Value::Object(object) if object.contains_key("call") => Ok(Expr::Truth(operand(json, path)?)),
        _ => Err(path.fail("expected a condition: an object with 'and', 'or', 'not', 'op' or 'call'")),
    }
}

fn parts(json: &Value, path: &Path<'_>) -> Result<Vec<Expr>, Error> {
    match json.as_array() {
        Some(items) if items.len() >= 2 => {
            items.iter().enumerate().map(|(index, item)| condition(item, &path.index(index))).collect()
        }
        _ => Err(path.fail("expected a list of two or more conditions")),
    }
}

fn test(object: &Map<String, Value>, path: &Path<'_>) -> Result<Expr, Error> {
    let word = object["op"].as_str().ok_or_else(|| path.key("op").fail("expected an operator, e.g. \"=\""))?;
    let part = |key: &str| operand(member(object, key, path)?, &path.key(key));
    let (positive, negated) = word.strip_prefix("not ").map_or((word, false), |positive| (positive, true));
    match positive {
        "in" => {
            only(object, &["op", "left", "list"], path)?;
            let list = list(member(object, "list", path)?, &path.key("list"))?;
            Ok(Expr::In { left: part("left")?, list, negated })
        }
        "between" => {
            only(object, &["op", "left", "low", "high"], path)?;
            Ok(Expr::Between { left: part("left")?, low: part("low")?, high: part("high")?, negated })
        }
        "like" => {
            only(object, &["op", "left", "pattern"], path)?;
            let pattern = member(object, "pattern", path)?.as_str();
            let pattern = pattern.ok_or_else(|| path.key("pattern").fail("expected a text"))?.to_owned();
            Ok(Expr::Like { left: part("left")?, pattern, at: At::default(), negated })
        }
        "is" | "is not" => {
            only(object, &["op", "left", "within"], path)?;
            let window = window_from_json(member(object, "within", path)?, &path.key("within"))?;
            Ok(Expr::During { left: part("left")?, window, at: At::default(), negated: word == "is not" })
        }
        "is missing" | "is present" if !negated => {
            only(object, &["op", "left"], path)?;
            Ok(Expr::Missing { left: part("left")?, negated: positive == "is present" })
        }
        _ => {
            let op = Op::from_sign(word).ok_or_else(|| unknown_op(word, &path.key("op")))?;
            only(object, &["op", "left", "right"], path)?;
            Ok(Expr::Compare { left: part("left")?, op, right: part("right")? })
        }
    }
}

fn unknown_op(word: &str, path: &Path<'_>) -> Error {
    let words = "in, not in, between, not between, like, not like, is missing, is present, is, is not";
    path.fail(format!("there is no operator '{word}'")).help(format!("the operators are: =, <>, <, <=, >, >=, {words}"))
}

fn list(json: &Value, path: &Path<'_>) -> Result<List, Error> {
    if let Some(object) = json.as_object().filter(|object| object.contains_key("list")) {
        only(object, &["list"], path)?;
        let name = object["list"].as_str().ok_or_else(|| path.key("list").fail("expected the name of a list"))?;
        return Ok(List::Named(name.to_owned(), At::default()));
    }
    let Value::Array(items) = json else {
        return operand(json, path).map(List::Of);
    };
    if items.is_empty() {
        return Err(path.fail("expected a list of one or more values"));
    }
    let items = items.iter().enumerate().map(|(index, item)| match operand(item, &path.index(index))? {
        literal @ Operand::Literal(..) => Ok(literal),
        _ => Err(path.index(index).fail("expected a text, number or date")),
    });
    items.collect::<Result<_, _>>().map(List::Items)
}

fn operand(json: &Value, path: &Path<'_>) -> Result<Operand, Error> {
    let literal = |literal| Ok(Operand::Literal(literal, At::default()));
    match json {
        Value::String(text) => literal(Literal::Text(text.clone())),
        Value::Bool(truth) => literal(Literal::Boolean(*truth)),
        Value::Number(number) => match number.as_f64() {
            // Adding zero takes the sign off a negative zero.
            Some(number) if number.abs() < MAX_NUMBER => literal(Literal::Number(number + 0.0)),
            _ => Err(path.fail("this number is too large to be exact").help("give identifiers as text")),
        },
        Value::Object(object) if object.contains_key("field") => {
            only(object, &["field"], path)?;
            let name = object["field"].as_str().ok_or_else(|| path.key("field").fail("expected a field name"))?;
            Ok(Operand::Field(name.to_owned(), At::default()))
        }
        Value::Object(object) if object.contains_key("date") => {
            only(object, &["date"], path)?;
            let text = object["date"].as_str().filter(|text| text.len() == 10);
            let date = text.and_then(Date::read).ok_or_else(|| path.key("date").fail("expected \"YYYY-MM-DD\""))?;
            literal(Literal::Date(date))
        }
        Value::Object(object) if object.contains_key("instant") => {
            only(object, &["instant"], path)?;
            instant_from_json(&object["instant"], &path.key("instant")).map(Literal::Instant).and_then(literal)
        }
        Value::Object(object) if object.contains_key("call") => call(object, path),
        _ => Err(path.fail("expected a value: a text, a number, or an object with 'field', 'date' or 'call'")),
    }
}

fn call(object: &Map<String, Value>, path: &Path<'_>) -> Result<Operand, Error> {
    if path.depth > MAX_JSON_DEPTH {
        return Err(Error::new(Code::PredicateSyntax, format!("the tree is more than {MAX_JSON_DEPTH} levels deep")));
    }
    only(object, &["call", "args", "where", "then", "within"], path)?;
    let name = object["call"].as_str().filter(|name| is_plain(name) && !name.contains('.'));
    let name = name.ok_or_else(|| path.key("call").fail("expected the name of a function"))?;
    let args_path = path.key("args");
    let args = member(object, "args", path)?.as_array().ok_or_else(|| args_path.fail("expected a list"))?;
    let args = args.iter().enumerate().map(|(index, arg)| operand(arg, &args_path.index(index)));
    let filter = filter(object, path)?;
    let then_path = path.key("then");
    let then = match object.get("then") {
        None => Vec::new(),
        Some(Value::Array(items)) if !items.is_empty() => {
            let items = items.iter().enumerate().map(|(index, item)| then(item, &then_path.index(index)));
            items.collect::<Result<_, _>>()?
        }
        Some(_) => return Err(then_path.fail("expected a list of one or more events")),
    };
    let within = object.get("within").map(|within| window_from_json(within, &path.key("within"))).transpose()?;
    let args = args.collect::<Result<_, _>>()?;
    Ok(Operand::Call(Box::new(Call { name: name.to_ascii_lowercase(), args, filter, then, within, at: At::default() })))
}

fn filter(object: &Map<String, Value>, path: &Path<'_>) -> Result<Option<Expr>, Error> {
    object.get("where").map(|filter| condition(filter, &path.key("where"))).transpose()
}

fn then(json: &Value, path: &Path<'_>) -> Result<Then, Error> {
    let object = json.as_object().ok_or_else(|| path.fail("expected an object with 'event' or 'not'"))?;
    let negated = object.contains_key("not");
    let key = if negated { "not" } else { "event" };
    only(object, &[key, "where", "within"], path)?;
    let event = operand(member(object, key, path)?, &path.key(key))?;
    if !matches!(event, Operand::Field(..)) {
        return Err(path.key(key).fail("expected an object with 'field'"));
    }
    let within = object.get("within").map(|within| length_from_json(within, &path.key("within"))).transpose()?;
    Ok(Then { negated, within, event, filter: filter(object, path)? })
}

/// Reads an instant as [`instant::text`] writes it.
pub(super) fn instant_from_json(json: &Value, path: &Path<'_>) -> Result<Instant, Error> {
    let text = json.as_str().and_then(instant::parse_exact);
    text.ok_or_else(|| path.fail("expected an instant such as \"2026-01-31T12:00:00Z\""))
}

pub(super) fn member<'a>(object: &'a Map<String, Value>, key: &str, path: &Path<'_>) -> Result<&'a Value, Error> {
    object.get(key).ok_or_else(|| path.fail(format!("the key '{key}' is missing")))
}

/// Refuses keys that are not of this node.
pub(super) fn only(object: &Map<String, Value>, keys: &[&str], path: &Path<'_>) -> Result<(), Error> {
    let Some(unknown) = object.keys().find(|key| !keys.contains(&key.as_str())) else {
        return Ok(());
    };
    let help = match nearest(unknown, keys.iter().copied().filter(|key| !object.contains_key(*key))) {
        Some(key) if unknown.len() <= 100 => format!("did you mean '{key}'?"),
        _ => format!("the keys here are: {}", keys.join(", ")),
    };
    let shown: String = unknown.chars().take(30).collect();
    Err(path.fail(format!("unknown key '{shown}'")).help(help))
}
