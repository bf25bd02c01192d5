//! What the bit-parallel kernels share: the positions of each character of a short ASCII text as a 64-bit mask.

/// The longest text the single-word kernels take, in characters.
pub(super) const WORD: usize = 64;

/// Whether both texts fit the single-word kernels.
pub(super) fn fit(a: &str, b: &str) -> bool {
    a.len() <= WORD && b.len() <= WORD && a.is_ascii() && b.is_ascii()
}

/// For each ASCII character, the set of its positions in a text of at most 64 characters.
pub(super) struct Positions([u64; 128]);

impl Positions {
    /// The positions in `text`, which must be ASCII and at most [`WORD`] long.
    pub(super) fn new(text: &[u8]) -> Self {
        let mut masks = [0; 128];
        for (index, &byte) in text.iter().enumerate() {
            masks[usize::from(byte & 127)] |= 1 << index;
        }
        Positions(masks)
    }

    /// The positions of `byte`.
    pub(super) fn of(&self, byte: u8) -> u64 {
        self.0[usize::from(byte & 127)]
    }
}

/// The `count` lowest bits set, for `count` of at most 64.
pub(super) fn low(count: usize) -> u64 {
    if count >= WORD { u64::MAX } else { (1 << count) - 1 }
}
