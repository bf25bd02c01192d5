//! Segments: predicates over profiles, with one meaning everywhere.
//!
//! From text to members, one module a step: `lexer` (tokens), `parser` (syntax tree, `ast`), `tree` (the same tree as
//! JSON), `check` (names and types, errors in the words of `wording`; gives a `predicate`), `program` (what a compiled
//! condition is). The meaning of a program is in `evaluate` and `history`, over what `input` asks of a profile; `members`
//! evaluates it over all profiles, column by column, into bitmaps; `sql` writes it as a query; `set` has named segments that refer to each other. The
//! language is described in `docs/segments.md`.
//!
//! Nothing here reads a clock: `now` is an argument. Nothing here chooses golden values: they come from [`crate::profile`].

mod ast;
mod bits;
mod chain;
mod check;
mod check_events;
mod check_parts;
mod date;
mod evaluate;
mod function;
mod history;
mod input;
mod json_schema;
mod lexer;
pub mod live;
mod meaning;
mod members;
mod overlap;
mod parser;
mod parser_window;
mod pattern;
mod person;
mod predicate;
mod program;
mod reason;
mod render;
mod set;
mod sql;
mod table;
mod tally;
mod tree;
mod tree_window;
mod value;
mod view;
mod window;
mod wording;

pub use ast::{At, Call, Expr, List, Literal, Op, Operand, Then};
pub use date::{Date, read_now};
pub use function::Type;
pub use json_schema::json_schema;
pub use members::{Context, Sources};
pub use overlap::{Difference, bitmap, breakdown, combinations, difference, overlaps};
pub use parser::{MAX_BYTES, MAX_DEPTH, MAX_NAME, parse};
pub use person::{Consent, Lists, Person, PersonEvent, Truth};
pub use predicate::{EventTypes, Fields, Predicate, Warning, compile, compile_json, compile_written};
pub use reason::Reason;
pub use render::render;
pub use set::{Segment, compile_all, evaluate_all, referred};
pub use sql::{Dialect, Tables};
pub use table::{ConsentRow, ConsentTable, EventTable};
pub use tree::{from_json, to_json};
pub use window::{CalendarUnit, Unit, Window};
