//! How long a cancelled call takes to return: `cancel FILE.parquet [STEPS]` resolves the file over and over, cancels each time a
//! little later, and prints for each stage how long it took from the request to the error.
//!
//! The first run is not cancelled. It tells how long the whole takes, and where the cancel flag is looked at seldom: every pause of
//! over a tenth of a second between two looks, with the stage told last.

// A command line tool speaks through its output, and measures time.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use cdp_core::progress::{Control, Event};
use cdp_core::resolve::{Options, resolve};
use cdp_core::{Code, io};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

fn seconds() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// When the cancel flag was last looked at, and the stage told last.
static LOOKED: Mutex<(f64, &str)> = Mutex::new((0.0, "read"));

/// Called at each look at the cancel flag; tells of long pauses, and that no memory is held.
fn looked() -> u64 {
    let now = seconds();
    if let Ok(mut looked) = LOOKED.lock() {
        if now - looked.0 > 0.1 {
            println!("pause of {:.0} ms up to {now:.2} s, {}", (now - looked.0) * 1e3, looked.1);
        }
        looked.0 = now;
    }
    0
}

/// A control that tells of pauses.
fn watched() -> Control {
    let listener = |event: Event| {
        if let Ok(mut looked) = LOOKED.lock() {
            looked.1 = event.stage;
        }
    };
    Control::with_listener(listener).with_memory_limit(u64::MAX, looked)
}

/// From file to result, as a caller does it.
fn work(path: &str, control: Control) -> cdp_core::Result<()> {
    let tables = [io::read_with(path, None, &control)?];
    resolve(&tables, None, &Options { control, clock: Some(seconds), ..Options::default() }).map(drop)
}

/// One run, cancelled after so many seconds: the stage it was in, and the seconds from the request to the end.
fn cancelled(path: &str, after: f64) -> (String, Option<f64>) {
    let stage = Arc::new(Mutex::new("read"));
    let told = stage.clone();
    let control = Control::with_listener(move |event| {
        if let Ok(mut stage) = told.lock() {
            *stage = event.stage;
        }
    });
    let (other, requested) = (control.clone(), Arc::new(OnceLock::new()));
    let asked = requested.clone();
    let caller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs_f64(after));
        let _ = asked.set(seconds());
        other.cancel();
    });
    let outcome = work(path, control);
    let returned = seconds();
    let _ = caller.join();
    let in_stage = stage.lock().map(|stage| (*stage).to_owned()).unwrap_or_default();
    match outcome {
        Err(error) if error.code() == Code::Cancelled => (in_stage, requested.get().map(|at| returned - at)),
        _ => (in_stage, None),
    }
}

fn main() -> cdp_core::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(path) = arguments.first() else { return Ok(()) };
    let steps: u32 = arguments.get(1).and_then(|steps| steps.parse().ok()).unwrap_or(20);
    let begun = seconds();
    work(path, watched())?;
    looked();
    let whole = seconds() - begun;
    println!("whole: {whole:.1} s");
    let mut latest: BTreeMap<String, f64> = BTreeMap::new();
    for step in 0..steps {
        let after = whole * (f64::from(step) + 0.5) / f64::from(steps);
        let (stage, latency) = cancelled(path, after);
        println!(
            "{after:.1} s, {stage}: {}",
            latency.map_or("it had ended".to_owned(), |s| format!("{:.0} ms", s * 1e3))
        );
        if let Some(latency) = latency {
            let worst = latest.entry(stage).or_default();
            *worst = worst.max(latency);
        }
    }
    latest.iter().for_each(|(stage, worst)| println!("{stage}: {:.0} ms at the most", worst * 1e3));
    Ok(())
}
