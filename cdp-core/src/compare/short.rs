//! Short texts packed into one number, so that one typing error is found without a loop.

/// A text of a few characters, each of a few bits, the first character lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Short<const BITS: u32> {
    packed: u64,
    length: u8,
}

/// A telephone number: `+` and up to fifteen digits.
pub(super) type Digits = Short<4>;

/// Up to eight ASCII characters.
pub(super) type Ascii = Short<8>;

impl Digits {
    /// `None` where there is anything but a sign and digits, or too many.
    pub(super) fn of(text: &str) -> Option<Self> {
        Self::pack(text, |byte| match byte {
            b'0'..=b'9' => Some(byte - b'0' + 1),
            b'+' => Some(11),
            _ => None,
        })
    }
}

impl Ascii {
    /// `None` where the text is longer, or not ASCII.
    pub(super) fn of(text: &str) -> Option<Self> {
        Self::pack(text, |byte| Some(byte).filter(|byte| byte.is_ascii() && *byte != 0))
    }
}

impl<const BITS: u32> Short<BITS> {
    fn pack(text: &str, code: impl Fn(u8) -> Option<u8>) -> Option<Self> {
        if text.len() > (64 / BITS) as usize {
            return None;
        }
        let mut packed = 0;
        for (place, byte) in (0..).zip(text.bytes()) {
            packed |= u64::from(code(byte)?) << (place * BITS);
        }
        Some(Short { packed, length: text.len() as u8 })
    }

    /// Whether two different texts are one edit apart: a character other, missing, or exchanged with its neighbour.
    pub(super) fn one_edit_from(self, other: Self) -> bool {
        let (long, short) = if self.length >= other.length { (self, other) } else { (other, self) };
        let differing = long.packed ^ short.packed;
        // The first place where they differ; there is one, since the texts do.
        let at = differing.trailing_zeros() / BITS * BITS;
        match long.length - short.length {
            0 => {
                let rest = differing >> at;
                let pair = |packed: u64| packed >> at & low(2 * BITS);
                let exchanged = |pair: u64| pair >> BITS | (pair & low(BITS)) << BITS;
                rest <= low(BITS) || (rest <= low(2 * BITS) && pair(long.packed) == exchanged(pair(short.packed)))
            }
            1 => {
                let before = long.packed & low(at);
                let after = long.packed.checked_shr(at + BITS).unwrap_or(0) << at;
                before | after == short.packed
            }
            _ => false,
        }
    }
}

/// So many low bits.
const fn low(bits: u32) -> u64 {
    if bits >= 64 { u64::MAX } else { (1 << bits) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::similarity::osa;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn one_edit_is_what_the_alignment_says(a in "[+0-3]{0,16}", b in "[+0-3]{0,16}") {
            prop_assume!(a != b);
            let expected = osa::within(&a, &b, 1).is_some();
            prop_assert_eq!(Digits::of(&a).unwrap().one_edit_from(Digits::of(&b).unwrap()), expected);
            if let (Some(x), Some(y)) = (Ascii::of(&a), Ascii::of(&b)) {
                prop_assert_eq!(x.one_edit_from(y), expected);
            }
        }

        #[test]
        fn one_edit_is_found(a in "[+0-9]{2,16}", place in any::<prop::sample::Index>(), digit in "[0-9]") {
            let at = place.index(a.len() - 1);
            let edits = [
                format!("{}{}", &a[..at], &a[at + 1..]),
                format!("{}{digit}{}", &a[..at], &a[at + 1..]),
                format!("{}{}{}{}", &a[..at], &a[at + 1..at + 2], &a[at..=at], &a[at + 2..]),
            ];
            for b in edits.iter().filter(|b| **b != a) {
                prop_assert!(Digits::of(&a).unwrap().one_edit_from(Digits::of(b).unwrap()), "{} {}", a, b);
            }
        }
    }
}
