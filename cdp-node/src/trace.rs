//! What the core tells of its work, for a listener of the caller's.

use crate::functions::seconds;
use cdp_core::trace::{self, Told};
use napi::bindgen_prelude::Function;
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;
use serde_json::{Map, Value};
use std::sync::{Once, PoisonError, RwLock};

/// Something that the library did.
#[napi(object, object_from_js = false)]
pub struct WorkDone {
    /// What it was: `graph ingest`, `store commit`, `resolve stage`, ...
    pub name: String,
    /// Counts, sizes and fixed words.
    #[napi(ts_type = "Record<string, number | boolean | string>")]
    pub fields: Map<String, Value>,
    /// How long it took; absent for what takes no time.
    pub seconds: Option<f64>,
}

type Listener = Box<dyn Fn(Told) + Send + Sync>;

static LISTENER: RwLock<Option<Listener>> = RwLock::new(None);

/// Calls `listener` with what the library does, on the event loop: stages, calls and commits, with counts and seconds, never a value of
/// the data. The process has one listener, its worker threads included: the latest call counts, whichever thread made it; `null` ends it for all.
#[napi(ts_args_type = "listener: ((work: WorkDone) => void) | null")]
pub fn on_work(listener: Option<Function<'_, WorkDone, ()>>) -> napi::Result<()> {
    static LISTENS: Once = Once::new();
    let listener = match listener {
        None => None,
        Some(listener) => {
            // It does not keep the process alive, and nobody waits for it.
            let listener = listener.build_threadsafe_function().weak::<true>().build()?;
            let call = move |Told { name, fields, seconds }| {
                listener.call(WorkDone { name, fields, seconds }, ThreadsafeFunctionCallMode::NonBlocking);
            };
            Some(Box::new(call) as Listener)
        }
    };
    if listener.is_some() {
        // Nobody else listens in this process.
        LISTENS.call_once(|| _ = trace::listen(tell, seconds));
    }
    *LISTENER.write().unwrap_or_else(PoisonError::into_inner) = listener;
    Ok(())
}

fn tell(told: Told) {
    if let Some(listener) = &*LISTENER.read().unwrap_or_else(PoisonError::into_inner) {
        listener(told);
    }
}
