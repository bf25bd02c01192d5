//! When something of a profile next changes by itself: a queue in order of time. What was set before for the same is stale, which
//! the profile knows.

use crate::instant::Instant;
use crate::segment::program::Read;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The queue.
#[derive(Debug, Default)]
pub(super) struct Timers(BinaryHeap<Reverse<(Instant, u32, Read)>>);

impl Timers {
    pub(super) fn set(&mut self, at: Instant, place: u32, read: Read) {
        self.0.push(Reverse((at, place, read)));
    }

    /// The earliest one that is not after an instant, which is taken out.
    pub(super) fn due(&mut self, now: Instant) -> Option<(Instant, u32, Read)> {
        let next = self.0.peek_mut()?;
        if next.0.0 > now {
            return None;
        }
        Some(std::collections::binary_heap::PeekMut::pop(next).0)
    }

    /// Another one of this instant and profile, which is taken out.
    pub(super) fn due_of(&mut self, at: Instant, place: u32) -> Option<Read> {
        let next = self.0.peek_mut()?;
        if (next.0.0, next.0.1) != (at, place) {
            return None;
        }
        Some(std::collections::binary_heap::PeekMut::pop(next).0.2)
    }
}
