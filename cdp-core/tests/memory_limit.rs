//! A resolve that needs more memory than it may take ends with `memory_limit`: before it begins where that can be told, while it runs
//! where it cannot.

use cdp_core::progress::Control;
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Options, resolve};
use cdp_core::{Code, Error};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

const MB: u64 = 1_000_000;

fn table(records: usize) -> Table {
    let column = |name: &str, of: &dyn Fn(usize) -> String| {
        let values: Vec<String> = (0..records).map(of).collect();
        Column::new(name, values.iter().map(|value| Some(value.as_str())))
    };
    let columns = vec![
        column("given_name", &|row| ["Anne", "Paul", "Lucie", "Karim"][row % 4].to_owned()),
        column("family_name", &|row| format!("Martin{}", row / 3)),
        column("email", &|row| format!("mail{}@exemple.fr", row / 2)),
    ];
    Table::new("crm", columns).expect("a table")
}

fn refused(records: usize, control: Control) -> Error {
    resolve(&[table(records)], None, &Options { control, ..Options::default() }).expect_err("too much memory")
}

#[test]
fn what_cannot_fit_is_refused_before_any_stage() {
    let stages = Arc::new(Mutex::new(Vec::new()));
    let seen = stages.clone();
    let control = Control::with_listener(move |event| seen.lock().expect("no panic").push(event.stage));
    let error = refused(2_000, control.with_memory_limit(100 * MB, || 90 * MB));
    assert_eq!(error.code(), Code::MemoryLimit);
    assert!(error.reason().contains("are needed") && error.reason().ends_with("100 MB are allowed"), "{error}");
    assert!(error.remedy().is_some_and(|remedy| remedy.contains("raise memory_limit")), "{error}");
    assert_eq!(*stages.lock().expect("no panic"), [""; 0]);
}

#[test]
fn what_grows_beyond_the_limit_while_it_runs_is_stopped() {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    // The estimate is passed; from the third look on, more is held than is allowed.
    let held = || if LOOKS.fetch_add(1, Ordering::Relaxed) < 3 { 10 * MB } else { 1_100 * MB };
    let error = refused(2_000, Control::default().with_memory_limit(1_000 * MB, held));
    assert_eq!(error.code(), Code::MemoryLimit);
    let expected = "1.1 GB of memory are held, and 1.0 GB are allowed; no partial result was kept";
    assert_eq!(error.reason(), expected);
}

#[test]
fn the_estimate_grows_with_the_records() {
    let least = |records: usize| {
        let allows = |mb: u64| {
            let control = Control::default().with_memory_limit(mb * MB, || 0);
            !matches!(control_error(records, control), Some(Code::MemoryLimit))
        };
        (1..60).map(|step| step * 10).find(|&mb| allows(mb)).expect("600 MB are enough")
    };
    let (few, more) = (least(100), least(20_000));
    assert!((40..=80).contains(&few), "{few}");
    assert!(more > few + 100, "{more} after {few}");
}

/// The code of a call that is cancelled as soon as it begins to work.
fn control_error(records: usize, control: Control) -> Option<Code> {
    control.cancel();
    resolve(&[table(records)], None, &Options { control, ..Options::default() }).err().map(|error| error.code())
}
