//! A bit for each of many numbers.

/// The bits.
#[derive(Debug, Clone, Default)]
pub(super) struct Flags(Vec<u64>);

impl Flags {
    /// So many, none set.
    pub(super) fn new(count: usize) -> Flags {
        Flags(vec![0; count.div_ceil(64)])
    }

    pub(super) fn has(&self, number: u32) -> bool {
        self.0[number as usize / 64] >> (number % 64) & 1 == 1
    }

    pub(super) fn set(&mut self, number: u32) {
        self.0[number as usize / 64] |= 1 << (number % 64);
    }

    pub(super) fn turn(&mut self, number: u32) {
        self.0[number as usize / 64] ^= 1 << (number % 64);
    }

    pub(super) fn clear(&mut self) {
        self.0.fill(0);
    }

    /// The same bits as others of as many numbers.
    pub(super) fn copy(&mut self, other: &Flags) {
        self.0.clone_from(&other.0);
    }
}
