//! What callers of a graph give: instants, messages, and what of the feed they want.

use crate::errors::{to_py, wrong_argument};
use cdp_core::graph::Filter;
use cdp_core::instant::{self, Instant};
use cdp_core::{Code, Error};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt, PyString};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, later than all it gave before: of two decisions, the later one counts.
fn now() -> Instant {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = Instant::try_from(since.as_millis()).unwrap_or_default();
    let later = |last: i64| Some(now.max(last + 1));
    LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, later).map_or(now, |last| now.max(last + 1))
}

/// Milliseconds since 1970: now, or what the caller says.
pub(crate) fn instant_of(name: &str, given: Option<&Bound<'_, PyAny>>) -> PyResult<Instant> {
    let Some(given) = given else { return Ok(now()) };
    let read = if given.is_instance_of::<PyInt>() {
        // To Python, True is a number.
        given.extract().ok().filter(|_| !given.is_instance_of::<PyBool>())
    } else {
        let text = match given.hasattr("isoformat")? {
            true => given.call_method0("isoformat")?,
            false => given.clone(),
        };
        text.extract::<String>().ok().and_then(|text| instant::parse(&text))
    };
    read.ok_or_else(|| {
        wrong_argument(name, given, "a datetime, a text such as 2024-05-01T12:00:00Z, or milliseconds since 1970")
    })
}

/// Messages as JSON: a text is JSON already.
pub(crate) fn messages_json(messages: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = messages.cast::<PyString>() {
        return Ok(text.to_string());
    }
    let module = messages.py().import("light_cdp._messages")?;
    let json = module.getattr("to_json")?.call1((messages,));
    json.map_err(|error| unreadable(messages.py(), &error))?.extract()
}

/// What has no form in JSON, with its place where that is told.
fn unreadable(py: Python<'_>, error: &PyErr) -> PyErr {
    let raised = error.value(py);
    let told = Error::new(Code::InvalidMessage, raised.to_string());
    let told = told.help("give dicts of texts, numbers, booleans, dates and None");
    let told = match raised.getattr("row").and_then(|row| row.extract::<u64>()) {
        Ok(row) => told.row(row),
        Err(_) => told,
    };
    let path = raised.getattr("path").and_then(|path| path.extract::<String>()).unwrap_or_default();
    to_py(if path.is_empty() { told } else { told.field(path) })
}

/// An instant that may be absent.
fn some_instant(name: &str, given: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Instant>> {
    given.map(|given| instant_of(name, Some(given))).transpose()
}

/// What of the change feed is wanted.
pub(crate) fn filter(
    types: Vec<String>,
    profile_id: Option<String>,
    not_before: Option<&Bound<'_, PyAny>>,
    before: Option<&Bound<'_, PyAny>>,
) -> PyResult<Filter> {
    let (not_before, before) = (some_instant("not_before", not_before)?, some_instant("before", before)?);
    Ok(Filter { types, profile_id, not_before, before })
}
