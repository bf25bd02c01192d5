//! What the sources mean: kinds of fields, and the configuration that assigns them.
//!
//! Configuration is data. It is parsed, checked and inferred here and nowhere else; bindings hand it through.

mod check;
pub mod config;
pub mod infer;
#[cfg(feature = "json-schema")]
mod json_schema;
pub mod kind;
pub(crate) mod parse;
mod retention;

pub use config::{
    Config, ConsentConfig, Devices, Effort, FieldConfig, IdentifierRule, Matching, PropertyType, SharedDevice,
    SourceConfig, SurvivorshipRule,
};
pub(crate) use infer::repeated_id;
pub use infer::{ColumnInference, inspect};
pub use kind::Kind;
pub use retention::{MessageType, Prospects, Retention, RetentionRule};
