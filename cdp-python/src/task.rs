//! Long calls: the core on a worker thread, the calling thread awake often enough to see Ctrl-C and to show progress.

use crate::{errors, trace};
use cdp_core::progress::{Control, Event};
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How often the calling thread looks for signals.
const WAKE: Duration = Duration::from_millis(50);

/// What the worker sends: a report, or at its end nothing more.
type Report = Option<Event>;

/// Runs `work` on a thread of its own. On Ctrl-C, or if the progress function raises, the work is cancelled, waited for and
/// the exception passed on: nothing is left behind.
pub fn run<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(Control) -> cdp_core::Result<T> + Send + 'static,
) -> PyResult<T> {
    let listener = listener(progress)?;
    let (sender, mut reports) = channel::<Report>();
    let end = sender.clone();
    let control = Control::with_listener(move |event| {
        // Fails only when nobody listens any more.
        let _ = sender.send(Some(event));
    })
    .with_clock(seconds);
    let worker_control = control.clone();
    let worker = std::thread::Builder::new().name("light_cdp".to_owned()).spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(|| work(worker_control)));
        let _ = end.send(None);
        result.unwrap_or_else(|panic| Err(errors::from_panic(panic.as_ref())))
    })?;
    let watched = watch(py, &mut reports, listener.as_ref());
    if watched.is_err() {
        control.cancel();
    }
    let result = py.detach(|| worker.join()).unwrap_or_else(|panic| Err(errors::from_panic(panic.as_ref())));
    trace::hand_over(py);
    let closed = listener.map_or(Ok(()), |listener| close(&listener));
    watched?;
    closed?;
    result.map_err(errors::to_py)
}

/// Seconds since the first call.
pub fn seconds() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// Waits for the end of the work; at each wake the latest report of each stage is passed on and signals are checked.
fn watch(py: Python<'_>, reports: &mut Receiver<Report>, listener: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    loop {
        let (events, ended) = py.detach(|| collect(reports));
        if let Some(listener) = listener {
            for event in last_of_each_stage(&events) {
                let Event { stage, done, total, fraction, remaining_seconds } = *event;
                listener.call1((stage, done, total, fraction, remaining_seconds))?;
            }
        }
        py.check_signals()?;
        if ended {
            return Ok(());
        }
    }
}

/// The reports until the next wake, and whether the work has ended.
fn collect(reports: &mut Receiver<Report>) -> (Vec<Event>, bool) {
    let mut events = Vec::new();
    let wake = Instant::now() + WAKE;
    loop {
        match reports.recv_timeout(wake.saturating_duration_since(Instant::now())) {
            Ok(Some(event)) => events.push(event),
            Ok(None) => return (events, true),
            Err(_) => return (events, false),
        }
    }
}

fn last_of_each_stage(events: &[Event]) -> impl Iterator<Item = &Event> {
    let is_last = |&index: &usize| events.get(index + 1).is_none_or(|next| next.stage != events[index].stage);
    (0..events.len()).filter(is_last).map(|index| &events[index])
}

/// `True` is a tqdm bar, a function is called as it is, `None` and `False` are silence.
fn listener<'py>(progress: Option<&Bound<'py, PyAny>>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Some(progress) = progress else { return Ok(None) };
    let bars = progress.py().import("light_cdp._progress")?;
    if progress.is_callable() {
        return bars.getattr("listener")?.call1((progress,)).map(Some);
    }
    match progress.extract::<bool>() {
        Ok(true) => Ok(Some(bars.getattr("Bar")?.call0()?)),
        Ok(false) => Ok(None),
        Err(_) => Err(errors::wrong_argument("progress", progress, "True, or a function (stage, done, total)")),
    }
}

/// The bar is closed; a caller's function has nothing to close.
fn close(listener: &Bound<'_, PyAny>) -> PyResult<()> {
    match listener.getattr_opt("close")? {
        Some(close) => close.call0().map(drop),
        None => Ok(()),
    }
}
