//! Work off the event loop: a closure runs on a worker thread, its result settles a promise.

use crate::error::to_js;
use cdp_core::{Code, Error, Result};
use napi::bindgen_prelude::{AsyncTask, ToNapiValue, TypeName};
use napi::{Env, Task};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A closure to run once.
pub struct Work<T>(Option<Box<dyn FnOnce() -> Result<T> + Send>>);

/// A promise of what `run` gives; a panic in it rejects the promise with the code `internal`.
pub(crate) fn spawn<T>(run: impl FnOnce() -> Result<T> + Send + 'static) -> AsyncTask<Work<T>>
where
    T: ToNapiValue + TypeName + Send + 'static,
{
    AsyncTask::new(Work(Some(Box::new(run))))
}

impl<T: ToNapiValue + TypeName + Send + 'static> Task for Work<T> {
    type Output = Result<T>;
    type JsValue = T;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        let run = self.0.take().ok_or_else(|| napi::Error::from_reason("the work was run twice"))?;
        Ok(guarded(run))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> napi::Result<T> {
        output.map_err(|error| to_js(&env, &error))
    }
}

/// What `run` gives; a panic in it is the error `internal`.
pub(crate) fn guarded<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(bug(panic.as_ref())))
}

fn bug(panic: &(dyn std::any::Any + Send)) -> Error {
    let text =
        panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref::<String>().cloned());
    Error::new(Code::Internal, text.unwrap_or_default()).help("this is a bug of light-cdp: please report it")
}
