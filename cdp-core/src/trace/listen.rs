//! A listener for what is told, for callers who are no subscribers of `tracing` themselves: other languages.

use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// What it was: `graph ingest`, `store commit`, ...
    pub name: String,
    /// Counts, sizes and fixed words.
    pub fields: Map<String, Value>,
    /// How long it took; absent for what takes no time.
    pub seconds: Option<f64>,
}

/// Calls `listener` with everything that is told from now on: with a span when it ends. It is called on the thread that did it, maybe while
/// a graph is locked: it must neither wait nor call back. `clock` gives seconds. `false` where the process has a subscriber already.
pub fn listen(listener: impl Fn(Told) + Send + Sync + 'static, clock: fn() -> f64) -> bool {
    let listening = Listening { listener, clock, open: Mutex::default(), last: AtomicU64::new(0) };
    tracing::subscriber::set_global_default(listening).is_ok()
}

struct Listening<F> {
    listener: F,
    clock: fn() -> f64,
    /// Spans that have not ended, with when they began.
    open: Mutex<BTreeMap<u64, (Told, f64)>>,
    last: AtomicU64,
}

impl Told {
    fn new(name: &str, record: impl FnOnce(&mut dyn Visit)) -> Told {
        let mut told = Told { name: name.to_owned(), fields: Map::new(), seconds: None };
        record(&mut told);
        told
    }
}

impl Visit for Told {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.fields.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.fields.insert(field.name().to_owned(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name().to_owned(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.name = format!("{value:?}"),
            name => drop(self.fields.insert(name.to_owned(), format!("{value:?}").into())),
        }
    }
}

impl<F: Fn(Told) + Send + Sync + 'static> Subscriber for Listening<F> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "cdp_core"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let told = Told::new(span.metadata().name(), |visit| span.record(visit));
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(number, (told, (self.clock)()));
        Id::from_u64(number)
    }

    fn try_close(&self, id: Id) -> bool {
        let ended = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&id.into_u64());
        if let Some((told, begun)) = ended {
            (self.listener)(Told { seconds: Some((self.clock)() - begun), ..told });
        }
        true
    }

    fn event(&self, event: &tracing::Event<'_>) {
        (self.listener)(Told::new("", |visit| event.record(visit)));
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
