//! Progress out of a long call, and the request to stop into it.

use cdp_core::progress;
use napi::bindgen_prelude::Function;
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;

/// Where a long call is.
#[napi(object, object_from_js = false)]
pub struct Progress {
    /// The stage: a short stable word such as `normalize`, `block`, `train`, `score`, `cluster`, `profile`.
    pub stage: String,
    /// Units done in this stage.
    pub done: f64,
    /// Units there are in this stage; 0 where unknown.
    pub total: f64,
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
        Ok(Control(progress::Control::with_listener(move |event| {
            let (done, total) = (event.done as f64, event.total as f64);
            let event = Progress { stage: event.stage.to_owned(), done, total };
            listener.call(event, ThreadsafeFunctionCallMode::NonBlocking);
        })))
    }

    /// The call ends with the error `cancelled`.
    #[napi]
    pub fn cancel(&self) {
        self.0.cancel();
    }
}
