//! One exception class per family of error codes; each exception carries `code`, `reason`, `remedy`, the place, and the `values`
//! that its text hides.

use crate::trace;
use cdp_core::error::Family;
use cdp_core::{Code, Error as CoreError, Result};
use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

create_exception!(
    light_cdp,
    Error,
    PyException,
    "Any error of light_cdp. `code` is a stable word, `remedy` says what to do."
);
create_exception!(light_cdp, ConfigError, Error, "The configuration is at fault.");
create_exception!(light_cdp, DataError, Error, "The input data is at fault.");
create_exception!(light_cdp, PredicateError, Error, "A segment predicate is at fault; see `line` and `column`.");
create_exception!(light_cdp, ModelError, Error, "A match model is at fault.");
create_exception!(light_cdp, CancelledError, Error, "The call was cancelled; no partial result was kept.");
create_exception!(light_cdp, MemoryLimitError, Error, "More memory is needed than is there, or is allowed.");
create_exception!(light_cdp, IoError, Error, "The operating system refused to read or write.");
create_exception!(
    light_cdp,
    StoreError,
    Error,
    "The store of a live graph is at fault: in use, damaged, or without space."
);
create_exception!(light_cdp, PrivacyError, Error, "A key, a tombstone or the audit log stands against it.");
create_exception!(light_cdp, InternalError, Error, "A bug of light_cdp; please report it.");

/// The exception for an error of the core.
pub fn to_py(error: CoreError) -> PyErr {
    let text = error.to_string();
    let exception = match error.code().family() {
        Family::Config => ConfigError::new_err(text),
        Family::Data => DataError::new_err(text),
        Family::Predicate => PredicateError::new_err(text),
        Family::Model => ModelError::new_err(text),
        Family::Cancelled => CancelledError::new_err(text),
        Family::Memory => MemoryLimitError::new_err(text),
        Family::Store => StoreError::new_err(text),
        Family::Privacy => PrivacyError::new_err(text),
        Family::Io => IoError::new_err(text),
        _ => InternalError::new_err(text),
    };
    // Setting attributes on a fresh exception cannot fail but for want of memory.
    Python::attach(|py| {
        let value = exception.value(py);
        let position = error.text_position();
        let _ = value.setattr("code", error.code().as_str());
        let _ = value.setattr("reason", error.reason());
        let _ = value.setattr("remedy", error.remedy());
        let _ = value.setattr("values", error.values().to_vec());
        let _ = value.setattr("line", position.map(|(line, _)| line));
        let _ = value.setattr("column", position.map(|(_, column)| column));
    });
    exception
}

/// Calls the core without the interpreter lock; a panic becomes an `InternalError`.
pub fn guarded<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T> + Send) -> PyResult<T> {
    let done = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    trace::hand_over(py);
    done.unwrap_or_else(|panic| Err(from_panic(panic.as_ref()))).map_err(to_py)
}

/// The error for a caught panic.
pub fn from_panic(panic: &(dyn Any + Send)) -> CoreError {
    let words = panic.downcast_ref::<&str>().copied();
    let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic");
    CoreError::new(Code::Internal, words).help("this is a bug of light_cdp; please report it")
}

/// An argument of the wrong Python type.
pub fn wrong_argument(name: &str, given: &Bound<'_, PyAny>, expected: &str) -> PyErr {
    let given = given.get_type().fully_qualified_name().map(|name| name.to_string()).unwrap_or_default();
    to_py(CoreError::new(Code::InvalidInput, format!("'{name}' has the type {given}")).help(format!("give {expected}")))
}
