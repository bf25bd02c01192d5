//! The JSON form of windows of time.
//!
//! | text | JSON |
//! | --- | --- |
//! | `WITHIN 7 DAYS` | `{"count": 7, "unit": "days"}` |
//! | `FROM 60 TO 30 DAYS AGO`, `BEFORE 30 DAYS AGO` | `{"from": 60, "to": 30, "unit": "days"}`, `{"before": 30, "unit": "days"}` |
//! | `WITHIN 3 CALENDAR MONTHS IN 'UTC'`, `LAST 3 ...` | `{"count": 3, "unit": "months", "zone": "UTC"}`, `{"last": 3, ...}` |
//! | `SINCE`, `BEFORE INSTANT '...'` | `{"since": "..."}`, `{"before": "..."}` |
//! | `FROM INSTANT '...' TO INSTANT '...'` | `{"from": "...", "to": "..."}` |

use super::tree::{Path, instant_from_json, member, only};
use super::window::{CalendarUnit, Unit, Window};
use crate::error::Error;
use crate::instant::text;
use serde_json::{Map, Value, json};

pub(super) fn window_to_json(window: &Window) -> Value {
    match window {
        Window::Within { count, unit } => length_to_json(*count, *unit),
        Window::Ago { from, to, unit } => json!({ "from": from, "to": to, "unit": unit.as_str().to_lowercase() }),
        Window::BeforeAgo { count, unit } => json!({ "before": count, "unit": unit.as_str().to_lowercase() }),
        Window::Calendar { count, unit, zone } => {
            json!({ "count": count, "unit": unit.as_str().to_lowercase(), "zone": zone })
        }
        Window::Last { count, unit, zone } => {
            json!({ "last": count, "unit": unit.as_str().to_lowercase(), "zone": zone })
        }
        Window::Since(from) => json!({ "since": text(*from) }),
        Window::Before(to) => json!({ "before": text(*to) }),
        Window::Between(from, to) => json!({ "from": text(*from), "to": text(*to) }),
    }
}

pub(super) fn length_to_json(count: u32, unit: Unit) -> Value {
    json!({ "count": count, "unit": unit.as_str().to_lowercase() })
}

pub(super) fn window_from_json(json: &Value, path: &Path<'_>) -> Result<Window, Error> {
    let object = json.as_object().ok_or_else(|| path.fail("expected an object with 'count' and 'unit'"))?;
    let instant = |key: &str| instant_from_json(&object[key], &path.key(key));
    let is_text = |key: &str| object.get(key).is_some_and(Value::is_string);
    if object.contains_key("since") {
        only(object, &["since"], path)?;
        return instant("since").map(Window::Since);
    }
    if is_text("before") {
        only(object, &["before"], path)?;
        return instant("before").map(Window::Before);
    }
    if is_text("from") {
        only(object, &["from", "to"], path)?;
        member(object, "to", path)?;
        return Ok(Window::Between(instant("from")?, instant("to")?));
    }
    relative(object, path)
}

/// A window that moves on with now.
fn relative(object: &Map<String, Value>, path: &Path<'_>) -> Result<Window, Error> {
    if object.contains_key("from") {
        only(object, &["from", "to", "unit"], path)?;
        let (from, to) = (count(object, "from", path)?, count(object, "to", path)?);
        return Ok(Window::Ago { from, to, unit: unit(object, path)? });
    }
    if object.contains_key("before") {
        only(object, &["before", "unit"], path)?;
        return Ok(Window::BeforeAgo { count: count(object, "before", path)?, unit: unit(object, path)? });
    }
    let last = object.contains_key("last");
    if !last && !object.contains_key("zone") {
        only(object, &["count", "unit"], path)?;
        return Ok(Window::Within { count: count(object, "count", path)?, unit: unit(object, path)? });
    }
    let key = if last { "last" } else { "count" };
    only(object, &[key, "unit", "zone"], path)?;
    let count = count(object, key, path)?;
    let known = member(object, "unit", path)?
        .as_str()
        .and_then(|word| CalendarUnit::ALL.iter().find(|unit| unit.as_str().to_lowercase() == word));
    let unit = *known.ok_or_else(|| path.key("unit").fail("expected days, weeks, months, quarters or years"))?;
    let zone = member(object, "zone", path)?.as_str();
    let zone = zone.ok_or_else(|| path.key("zone").fail("expected a time zone such as \"Europe/Paris\""))?.to_owned();
    Ok(if last { Window::Last { count, unit, zone } } else { Window::Calendar { count, unit, zone } })
}

pub(super) fn length_from_json(json: &Value, path: &Path<'_>) -> Result<(u32, Unit), Error> {
    let object = json.as_object().ok_or_else(|| path.fail("expected an object with 'count' and 'unit'"))?;
    only(object, &["count", "unit"], path)?;
    Ok((count(object, "count", path)?, unit(object, path)?))
}

fn count(object: &Map<String, Value>, key: &str, path: &Path<'_>) -> Result<u32, Error> {
    let count = member(object, key, path)?.as_u64().filter(|&count| (1..=1_000_000).contains(&count));
    count.map(|count| count as u32).ok_or_else(|| path.key(key).fail("expected a whole number from 1 to 1000000"))
}

fn unit(object: &Map<String, Value>, path: &Path<'_>) -> Result<Unit, Error> {
    let word = member(object, "unit", path)?.as_str();
    let unit = word.and_then(|word| Unit::ALL.iter().find(|known| known.as_str().to_lowercase() == word));
    unit.copied().ok_or_else(|| path.key("unit").fail("expected minutes, hours, days or weeks"))
}
