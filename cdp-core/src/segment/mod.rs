//! Segments: predicates over golden values, evaluated with three-valued logic.
//!
//! From text to members, one module a step: `lexer` (tokens), `parser` (syntax tree, `ast`), `tree` (the same tree as
//! JSON), `check` (names and types, errors in the words of `wording`; gives a `predicate`), `program` (what a compiled condition computes), `members`
//! (over all profiles, column by column), `set` (named segments that refer to each other). The language is described in
//! `docs/segments.md`.
//!
//! Nothing here reads a clock: `now` is an argument. Nothing here chooses golden values: they come from [`crate::profile`].

mod ast;
mod check;
mod date;
mod function;
mod lexer;
mod members;
mod parser;
mod predicate;
mod program;
mod render;
mod set;
mod tree;
mod wording;

pub use ast::{At, Call, Expr, List, Literal, Op, Operand, Unit, Window};
pub use date::Date;
pub use members::{Context, Sources};
pub use parser::{MAX_BYTES, MAX_DEPTH, MAX_NAME, parse};
pub use predicate::{Fields, Predicate, Warning, compile, compile_json};
pub use render::render;
pub use set::{Segment, compile_all, evaluate_all};
pub use tree::{from_json, to_json};
