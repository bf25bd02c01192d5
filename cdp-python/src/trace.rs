//! What the core tells of its work, for Python's `logging`.
//!
//! The core tells it on any thread, maybe while a graph is locked, so it is only remembered there; the calls of the library hand it over when they
//! return, on the thread of their caller.

use crate::{json, task};
use cdp_core::trace::{self, Told};
use pyo3::prelude::*;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

/// So much is remembered until a call returns; of more, the latest.
const MOST: usize = 10_000;

static IS_ON: AtomicBool = AtomicBool::new(false);
static TOLD: Mutex<VecDeque<Told>> = Mutex::new(VecDeque::new());

/// Begins, or ends, to hand over what the core tells.
#[pyfunction]
#[pyo3(name = "_trace_calls")]
pub fn trace_calls(on: bool) {
    static LISTENS: Once = Once::new();
    if on {
        // Nobody else listens in this process.
        LISTENS.call_once(|| _ = trace::listen(remember, task::seconds));
    }
    IS_ON.store(on, Ordering::Relaxed);
}

fn remember(told: Told) {
    if IS_ON.load(Ordering::Relaxed) {
        let mut all = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == MOST {
            all.pop_front();
        }
        all.push_back(told);
    }
}

/// Hands over what was told. What goes wrong in a handler is the handler's.
pub fn hand_over(py: Python<'_>) {
    if !IS_ON.load(Ordering::Relaxed) {
        return;
    }
    let all = std::mem::take(&mut *TOLD.lock().unwrap_or_else(PoisonError::into_inner));
    for told in all {
        let logged = py.import("light_cdp._logging").and_then(|module| {
            module.getattr("log")?.call1((&told.name, json::to_py(py, &told.fields)?, told.seconds)).map(drop)
        });
        if let Err(error) = logged {
            error.write_unraisable(py, None);
        }
    }
}
