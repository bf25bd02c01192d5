//! Progress out of a long call, and the request to stop into it.

use crate::functions::seconds;
use cdp_core::progress;
use napi::bindgen_prelude::Function;
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;

/// Where a long call is.
#[napi(object, object_from_js = false)]
pub struct Progress {
    /// The stage: a short stable word: `read`, `normalize`, `block`, `train`, `score`, `cluster`, `profile`.
    pub stage: String,
    /// Units done in this stage.
    pub done: f64,
    /// Units there are in this stage; 0 where unknown.
    pub total: f64,
    /// The part of the whole call that is done, between 0 and 1; it never falls.
    pub fraction: f64,
    /// Seconds to the end, if the rest goes as what is done went; absent at the beginning.
    pub remaining_seconds: Option<f64>,
}

/// The handle by which the loader listens to one call and stops it.
#[napi]
pub struct Control(pub(crate) progress::Control);

#[napi]
impl Control {
    /// `listener` is called on the event loop; it does not keep the process alive.
    #[napi(constructor)]
    pub fn new(listener: Option<Function<'_, Progress, ()>>) -> napi::Result<Self> {
        let Some(listener) = listener else {
            return Ok(Control(progress::Control::default()));
        };
        let listener = listener.build_threadsafe_function().weak::<true>().build()?;
        let control = progress::Control::with_listener(move |event| {
            let progress::Event { stage, done, total, fraction, remaining_seconds } = event;
            let (stage, done, total) = (stage.to_owned(), done as f64, total as f64);
            let event = Progress { stage, done, total, fraction, remaining_seconds };
            listener.call(event, ThreadsafeFunctionCallMode::NonBlocking);
        });
        Ok(Control(control.with_clock(seconds)))
    }

    /// The call ends with the error `cancelled`.
    #[napi]
    pub fn cancel(&self) {
        self.0.cancel();
    }
}
