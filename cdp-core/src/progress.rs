//! How a long call tells where it is, and how its caller stops it.
//!
//! The core never prints and never reads a clock: it reports stage names and counts, and polls a flag in short chunks.

use crate::error::{Code, Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// One report of a long call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The stage, a short stable word such as `normalize`, `block`, `train`, `score`, `cluster`, `profile`.
    pub stage: &'static str,
    /// Units done in this stage.
    pub done: u64,
    /// Units there are in this stage; 0 where unknown.
    pub total: u64,
}

type Listener = Arc<dyn Fn(Event) + Send + Sync>;

/// A handle shared between a long call and its caller: reports go out, a request to stop comes in.
///
/// ```
/// use cdp_core::progress::Control;
/// let control = Control::default();
/// let other_thread = control.clone();
/// other_thread.cancel();
/// assert!(control.check().is_err());
/// ```
#[derive(Clone, Default)]
pub struct Control {
    cancelled: Arc<AtomicBool>,
    listener: Option<Listener>,
}

impl Control {
    /// A control that reports to `listener`; it may be called from any thread and must return quickly.
    pub fn with_listener(listener: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Control { cancelled: Arc::default(), listener: Some(Arc::new(listener)) }
    }

    /// Asks the call to stop: it returns the error `cancelled` within a few milliseconds.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// The error `cancelled` if somebody asked to stop.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() {
            return Err(Error::new(Code::Cancelled, "the call was cancelled; no partial result was kept"));
        }
        Ok(())
    }

    /// Reports where the call is, and returns the error `cancelled` if somebody asked to stop.
    pub fn report(&self, stage: &'static str, done: u64, total: u64) -> Result<()> {
        if let Some(listener) = &self.listener {
            listener(Event { stage, done, total });
        }
        self.check()
    }
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").field("cancelled", &self.is_cancelled()).finish_non_exhaustive()
    }
}
