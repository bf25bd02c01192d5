//! A call that is cancelled ends with `cancelled`, whatever stage it is in, and leaves nothing behind: the next call gives what it
//! would have given.

use cdp_core::Code;
use cdp_core::progress::{Control, STAGES};
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Options, Resolution, resolve};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

fn table(records: usize) -> Table {
    let column = |name: &str, of: &dyn Fn(usize) -> String| {
        let values: Vec<String> = (0..records).map(of).collect();
        Column::new(name, values.iter().map(|value| Some(value.as_str())))
    };
    let columns = vec![
        column("given_name", &|row| ["Anne", "Paul", "Lucie", "Karim", "Zoé"][row % 5].to_owned()),
        column("family_name", &|row| format!("Martin{}", row / 3)),
        column("email", &|row| format!("mail{}@exemple.fr", row / 2)),
        column("birth_date", &|row| format!("19{:02}-0{}-1{}", row / 2 % 90, 1 + row % 9, row % 3)),
    ];
    Table::new("crm", columns).expect("a table")
}

/// A resolve that is cancelled as soon as it reports this stage.
fn cancelled_in(stage: &'static str, tables: &[Table]) -> cdp_core::Result<Resolution> {
    let cancel: Arc<Mutex<Option<Control>>> = Arc::default();
    let handle = cancel.clone();
    let control = Control::with_listener(move |event| {
        if event.stage == stage {
            handle.lock().expect("no panic").iter().for_each(Control::cancel);
        }
    });
    *cancel.lock().expect("no panic") = Some(control.clone());
    resolve(tables, None, &Options { control, ..Options::default() })
}

#[test]
fn every_stage_can_be_cancelled_and_nothing_is_left() {
    let tables = [table(3_000)];
    let plain = resolve(&tables, None, &Options::default()).expect("a result");
    for (stage, _) in STAGES.iter().filter(|(stage, _)| *stage != "read") {
        let error = cancelled_in(stage, &tables).expect_err(stage);
        assert_eq!(error.code(), Code::Cancelled, "{stage}");
    }
    let again = resolve(&tables, None, &Options::default()).expect("a result");
    assert_eq!(plain.assignments(), again.assignments());
    assert_eq!(plain.links(), again.links());
}

#[test]
fn stages_are_told_in_order_and_end_with_the_whole() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = events.clone();
    let control = Control::with_listener(move |event| seen.lock().expect("no panic").push(event));
    resolve(&[table(3_000)], None, &Options { control, ..Options::default() }).expect("a result");
    let events = events.lock().expect("no panic");
    let stages: BTreeSet<&str> = events.iter().map(|event| event.stage).collect();
    let known: BTreeSet<&str> = STAGES.iter().map(|(stage, _)| *stage).filter(|stage| *stage != "read").collect();
    assert_eq!(stages, known);
    assert!(events.windows(2).all(|pair| pair[1].fraction >= pair[0].fraction), "{events:?}");
    assert!(events.last().is_some_and(|event| event.stage == "profile" && event.fraction > 0.999), "{events:?}");
}
