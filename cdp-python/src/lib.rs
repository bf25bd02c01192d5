//! Python bindings: convert, release the lock, call the core, convert. No rule, default, threshold or enum lives here.
//!
//! One file per public class; `capsule` is the only one with `unsafe` code, `task` the only one with a thread.

// What is exported to Python is documented in `_native.pyi` and in the doc comments that Python shows.
#![allow(missing_docs, unreachable_pub)]

mod activation;
mod arguments;
mod capsule;
mod columns;
mod config;
mod decisions;
mod diff;
mod errors;
mod explain;
mod frame;
mod functions;
mod graph;
mod html;
mod json;
mod model;
mod predicate;
mod quality;
mod result;
mod scenario;
mod shards;
mod table;
mod task;
mod trace;

use pyo3::prelude::*;

/// A quarter more messages a second than with the C library's, and a fifth less time to open a store (ARCHITECTURE.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Native part of `light_cdp`; import `light_cdp` instead.
#[pymodule]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::activation::{PyExport, activate};
    #[pymodule_export]
    use crate::columns::{PyColumns, normalize, profile};
    #[pymodule_export]
    use crate::config::PyConfig;
    #[pymodule_export]
    use crate::decisions::PyDecisions;
    #[pymodule_export]
    use crate::diff::{PyDiff, diff};
    #[pymodule_export]
    use crate::errors::{
        CancelledError, ConfigError, DataError, Error, InternalError, IoError, MemoryLimitError, ModelError,
        PredicateError, PrivacyError, StoreError,
    };
    #[pymodule_export]
    use crate::explain::{PyHow, PyWhy, PyWhyNot};
    #[pymodule_export]
    use crate::functions::{conformance, conformance_operations, similarity};
    #[pymodule_export]
    use crate::graph::PyGraph;
    #[pymodule_export]
    use crate::html::{mask, piece, shown};
    #[pymodule_export]
    use crate::model::PyModel;
    #[pymodule_export]
    use crate::predicate::PyPredicate;
    #[pymodule_export]
    use crate::quality::{PyQuality, evaluate};
    #[pymodule_export]
    use crate::result::{PyResolution, resolve, segment, train};
    #[pymodule_export]
    use crate::scenario::PyScenario;
    #[pymodule_export]
    use crate::shards::{PyBlocks, PyShards};
    #[pymodule_export]
    use crate::table::PyTable;
    #[pymodule_export]
    use crate::trace::trace_calls;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
