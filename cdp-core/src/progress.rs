//! How a long call tells where it is, and how its caller stops it: by a request, or by a ceiling of memory.
//!
//! The core never prints and never reads a clock or the memory of its process: it reports stages and counts, and polls in
//! short chunks what its caller gave it.

use crate::error::{Code, Error, Result};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is added to the word that a call was stopped; where something was kept, it is taken off again.
pub(crate) const NOTHING_KEPT: &str = "; no partial result was kept";

/// One report of a long call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// The stage, a short stable word: one of [`STAGES`].
    pub stage: &'static str,
    /// Units done in this stage.
    pub done: u64,
    /// Units there are in this stage; 0 where unknown.
    pub total: u64,
    /// The part of the whole call that is done, between 0 and 1; it never falls.
    pub fraction: f64,
    /// Seconds to the end, if the rest goes as what is done went; absent where no clock was given, and at the beginning.
    pub remaining_seconds: Option<f64>,
}

/// The stages of a resolve in their order, with the part of the time that each takes of a million records.
pub const STAGES: &[(&str, f64)] = &[
    ("read", 0.05),
    ("normalize", 0.24),
    ("block", 0.22),
    ("train", 0.10),
    ("score", 0.22),
    ("cluster", 0.06),
    ("profile", 0.11),
];

/// No time is told before so much of the call is done: it would only be a guess.
const FIRST_ESTIMATE: f64 = 0.05;

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
    clock: Option<fn() -> f64>,
    ceiling: Option<Ceiling>,
    course: Arc<Course>,
}

/// The most memory that the process may hold.
#[derive(Clone, Copy)]
struct Ceiling {
    bytes: u64,
    held: fn() -> u64,
}

/// How far a call is.
#[derive(Default)]
struct Course {
    began: OnceLock<f64>,
    /// The fraction last told. Held while the listener is called, so that reports of several threads come in order.
    told: Mutex<f64>,
}

impl Control {
    /// A control that reports to `listener`; it may be called from any thread and must return quickly.
    pub fn with_listener(listener: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Control { listener: Some(Arc::new(listener)), ..Control::default() }
    }

    /// The same control, whose reports tell the seconds to the end by this clock (seconds from any fixed instant).
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> f64) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The same control, for a call that is to end with `memory_limit` rather than have the process hold more than `bytes`;
    /// `held` tells how much it holds, such as `io::memory::held`.
    #[must_use]
    pub fn with_memory_limit(mut self, bytes: u64, held: fn() -> u64) -> Self {
        self.ceiling = Some(Ceiling { bytes, held });
        self
    }

    /// Asks the call to stop: it returns the error `cancelled` within a fraction of a second.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Whether the call may go on.
    ///
    /// # Errors
    /// `cancelled` if somebody asked to stop; `memory_limit` if the process holds more memory than it may.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() {
            return Err(Error::new(Code::Cancelled, format!("the call was cancelled{NOTHING_KEPT}")));
        }
        match self.ceiling.map(|ceiling| (ceiling, (ceiling.held)())) {
            Some((ceiling, held)) if held > ceiling.bytes => Err(ceiling.passed(held)),
            _ => Ok(()),
        }
    }

    /// Whether `more` bytes may be taken beside what the process holds.
    ///
    /// # Errors
    /// `memory_limit` if that would be more than it may hold.
    pub fn needs(&self, more: u64) -> Result<()> {
        match self.ceiling.map(|ceiling| (ceiling, (ceiling.held)())) {
            Some((ceiling, held)) if held.saturating_add(more) > ceiling.bytes => Err(ceiling.too_much(held, more)),
            _ => Ok(()),
        }
    }

    /// Reports where the call is.
    ///
    /// # Errors
    /// Those of [`Control::check`].
    pub fn report(&self, stage: &'static str, done: u64, total: u64) -> Result<()> {
        if let Some(listener) = &self.listener {
            // A listener that panicked leaves the fraction as it was.
            let mut told = self.course.told.lock().unwrap_or_else(PoisonError::into_inner);
            // Stages that take turns do not go back.
            let fraction = told.max(fraction(stage, done, total));
            *told = fraction;
            let remaining_seconds = self.clock.and_then(|clock| self.course.remaining(clock(), fraction));
            listener(Event { stage, done, total, fraction, remaining_seconds });
        }
        self.check()
    }
}

/// The part of the whole call that is done, by the shares of the stages.
fn fraction(stage: &str, done: u64, total: u64) -> f64 {
    let before: f64 = STAGES.iter().take_while(|(name, _)| *name != stage).map(|(_, share)| share).sum();
    let share = STAGES.iter().find(|(name, _)| *name == stage).map_or(0.0, |(_, share)| *share);
    let part = if total == 0 { 0.0 } else { done.min(total) as f64 / total as f64 };
    (before + share * part).min(1.0)
}

impl Course {
    fn remaining(&self, now: f64, fraction: f64) -> Option<f64> {
        let spent = now - *self.began.get_or_init(|| now);
        (fraction >= FIRST_ESTIMATE).then(|| (spent * (1.0 - fraction) / fraction).max(0.0))
    }
}

impl Ceiling {
    fn too_much(self, held: u64, more: u64) -> Error {
        let reason = format!(
            "about {} of memory are needed, {} of them for this call, and {} are allowed",
            size(held.saturating_add(more)),
            size(more),
            size(self.bytes)
        );
        Error::new(Code::MemoryLimit, reason).help(REMEDY)
    }

    fn passed(self, held: u64) -> Error {
        let reason = format!("{} of memory are held, and {} are allowed{NOTHING_KEPT}", size(held), size(self.bytes));
        Error::new(Code::MemoryLimit, reason).help(REMEDY)
    }
}

const REMEDY: &str = "raise memory_limit where the machine has more; give fewer columns or records at once; or lower \
                      matching.pairs_per_record";

/// A number of bytes for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", bytes.div_ceil(1_000_000)),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").field("cancelled", &self.is_cancelled()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn shares_make_a_whole() {
        assert!((STAGES.iter().map(|(_, share)| share).sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_fraction_never_falls_and_time_is_told_by_it() {
        static NOW: AtomicU64 = AtomicU64::new(0);
        let seen: Arc<Mutex<Vec<Event>>> = Arc::default();
        let kept = seen.clone();
        let control = Control::with_listener(move |event| kept.lock().unwrap().push(event))
            .with_clock(|| NOW.load(Ordering::Relaxed) as f64);
        control.report("read", 0, 10).unwrap();
        NOW.store(30, Ordering::Relaxed);
        control.report("score", 1, 2).unwrap();
        control.report("block", 1, 2).unwrap();
        control.report("profile", 1, 1).unwrap();
        let seen = seen.lock().unwrap();
        assert_eq!((seen[0].fraction, seen[0].remaining_seconds), (0.0, None));
        let half_scored = 0.05 + 0.24 + 0.22 + 0.10 + 0.11;
        assert!((seen[1].fraction - half_scored).abs() < 1e-9, "{:?}", seen[1]);
        assert!((seen[1].remaining_seconds.unwrap() - 30.0 * (1.0 - half_scored) / half_scored).abs() < 1e-6);
        assert_eq!(seen[2].fraction, seen[1].fraction);
        assert_eq!(seen[3].remaining_seconds.map(f64::round), Some(0.0));
    }

    #[test]
    fn memory_is_refused_before_and_while() {
        let control = Control::default().with_memory_limit(2_000_000_000, || 500_000_000);
        assert!(control.check().is_ok() && control.needs(1_500_000_000).is_ok());
        let error = control.needs(2_600_000_000).unwrap_err();
        assert_eq!(error.code(), Code::MemoryLimit);
        assert_eq!(
            error.reason(),
            "about 3.1 GB of memory are needed, 2.6 GB of them for this call, and 2.0 GB are allowed"
        );
        let told = |limit| Control::default().with_memory_limit(limit, || 0).needs(20_000_000).unwrap_err().to_string();
        assert!(told(1_000).contains("1000 bytes are allowed") && told(64_001).contains("65 KB are allowed"));
        let control = Control::default().with_memory_limit(400_000_000, || 500_000_000);
        let error = control.report("score", 1, 2).unwrap_err();
        assert_eq!(error.reason(), "500 MB of memory are held, and 400 MB are allowed; no partial result was kept");
    }
}
