//! Predicates over invented people: column by column they mean what the reference says, until the instant it says.

#[path = "../../cdp-core/tests/common/segment_world.rs"]
mod segment_world;

/// The bytes choose the people, what happened to them, and the predicates.
pub(crate) fn agree(data: &[u8]) {
    segment_world::compare(&mut segment_world::Dice::of_bytes(data));
}
