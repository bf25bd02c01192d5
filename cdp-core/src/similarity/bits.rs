//! What the bit-parallel kernels share: the positions of each character of a short ASCII text as a 64-bit mask.

/// The longest text the single-word kernels take, in characters.
pub(super) const WORD: usize = 64;

/// Whether both texts fit the single-word kernels.
pub(super) fn fit(a: &str, b: &str) -> bool {
    a.len() <= WORD && b.len() <= WORD && (highest_bits(a.as_bytes()) | highest_bits(b.as_bytes())) & HIGHEST == 0
}

/// All bytes together, of which none is ASCII whose highest bit is set.
fn highest_bits(text: &[u8]) -> u64 {
    let (words, rest) = text.as_chunks::<8>();
    words.iter().fold(load(rest), |bits, word| bits | u64::from_le_bytes(*word))
}

/// Up to eight bytes as a number, the first one lowest.
fn load(text: &[u8]) -> u64 {
    let half = |four: &[u8; 4]| u64::from(u32::from_le_bytes(*four));
    match (text.first_chunk::<4>(), text.last_chunk::<4>(), text) {
        // Where both halves overlap, they agree.
        (Some(first), Some(last), _) => half(first) | half(last) << (8 * (text.len() - 4)),
        (_, _, &[a]) => u64::from(a),
        (_, _, &[a, b]) => u64::from(a) | u64::from(b) << 8,
        (_, _, &[a, b, c]) => u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16,
        _ => 0,
    }
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
        let bytes = load(text);
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

/// How many bytes two texts share at the beginning.
pub(super) fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let ((words_a, _), (words_b, _)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (place, (x, y)) in words_a.iter().zip(words_b).enumerate() {
        let different = u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
        if different != 0 {
            return 8 * place + different.trailing_zeros() as usize / 8;
        }
    }
    let start = 8 * words_a.len().min(words_b.len());
    start + a[start..].iter().zip(&b[start..]).take_while(|(x, y)| x == y).count()
}

/// Both texts without the bytes they share at the beginning and at the end.
pub(super) fn without_common_ends<'a, 'b>(a: &'a [u8], b: &'b [u8]) -> (&'a [u8], &'b [u8]) {
    let prefix = common_prefix(a, b);
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (&a[..a.len() - suffix], &b[..b.len() - suffix])
}

/// The `count` lowest bits set, for `count` of at most 64.
pub(super) fn low(count: usize) -> u64 {
    if count >= WORD { u64::MAX } else { (1 << count) - 1 }
}
