//! Segments: predicates over golden values, evaluated with three-valued logic.
