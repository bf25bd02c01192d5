//! Spans and events for whoever subscribes to `tracing` (cargo feature `tracing`); nothing without the feature.
//!
//! They tell stages, counts and sizes, never a value, a name of a source or column, or anything else of the data.

#[cfg(feature = "tracing")]
mod listen;

#[cfg(feature = "tracing")]
pub use listen::{Told, listen};

/// A span until the end of the block: its name, and numbers or fixed words.
macro_rules! span {
    ($name:literal $(, $field:ident = $value:expr)*) => {
        #[cfg(feature = "tracing")]
        let _span = ::tracing::debug_span!(target: "cdp_core", $name $(, $field = $value)*).entered();
    };
}

/// An event: its name, and numbers or fixed words.
macro_rules! event {
    ($name:literal $(, $field:ident = $value:expr)*) => {
        #[cfg(feature = "tracing")]
        ::tracing::debug!(target: "cdp_core", $($field = $value,)* $name);
    };
}

pub(crate) use {event, span};
