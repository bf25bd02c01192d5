//! What the bit-parallel kernels share: the positions of each character of a short ASCII text as a 64-bit mask.

/// The longest text the single-word kernels take, in characters.
pub(super) const WORD: usize = 64;

/// Whether both texts fit the single-word kernels.
pub(super) fn fit(a: &str, b: &str) -> bool {
    a.len() <= WORD && b.len() <= WORD && a.is_ascii() && b.is_ascii()
}

/// Where each character stands in a text, as a mask.
pub(super) trait Masks {
    /// The positions of `byte`.
    fn of(&self, byte: u8) -> u64;
}

/// For each ASCII character, the set of its positions in a text of at most 64 characters.
pub(super) struct Positions([u64; 128]);

impl Masks for Positions {
    fn of(&self, byte: u8) -> u64 {
        self.0[usize::from(byte & 127)]
    }
}

impl Positions {
    /// The positions in `text`, which must be ASCII and at most [`WORD`] long.
    pub(super) fn new(text: &[u8]) -> Self {
        let mut masks = [0; 128];
        for (index, &byte) in text.iter().enumerate() {
            masks[usize::from(byte & 127)] |= 1 << index;
        }
        Positions(masks)
    }
}

/// An ASCII text of at most eight characters, whose bytes are compared all at once: clearing a table would take longer.
pub(super) struct Octet(u64);

/// The longest text of an [`Octet`].
pub(super) const OCTET: usize = 8;
/// The lowest bit of each byte, and the highest.
const LOWEST: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = LOWEST << 7;
/// Gathers the lowest bit of each byte into the highest byte, that of the first byte lowest.
const GATHER: u64 = 0x0102_0408_1020_4080;

impl Octet {
    /// The text, which must be ASCII and at most [`OCTET`] long. What is not there is no ASCII.
    pub(super) fn new(text: &[u8]) -> Self {
        let bytes = text.iter().rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte));
        let missing = if text.len() < OCTET { HIGHEST << (8 * text.len()) } else { 0 };
        Octet(bytes | missing)
    }
}

impl Masks for Octet {
    fn of(&self, byte: u8) -> u64 {
        let different = self.0 ^ u64::from(byte).wrapping_mul(LOWEST);
        // Adding carries into the highest bit of each byte that is not zero, and never beyond.
        let equal = !(((different & !HIGHEST) + !HIGHEST) | different) & HIGHEST;
        (equal >> 7).wrapping_mul(GATHER) >> 56
    }
}

/// Both texts without the bytes they share at the beginning and at the end.
pub(super) fn without_common_ends<'a, 'b>(a: &'a [u8], b: &'b [u8]) -> (&'a [u8], &'b [u8]) {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (&a[..a.len() - suffix], &b[..b.len() - suffix])
}

/// The `count` lowest bits set, for `count` of at most 64.
pub(super) fn low(count: usize) -> u64 {
    if count >= WORD { u64::MAX } else { (1 << count) - 1 }
}
