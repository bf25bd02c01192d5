//! Kleene's three values for many rows: one bit for true, one for false; neither is unknown.

use rayon::prelude::*;
use roaring::RoaringBitmap;
use std::ops::Range;

/// Words that one task fills: 65,536 rows.
const CHUNK: usize = 1024;

/// Words of bits for true, and for false.
pub(super) type Words<'a> = [&'a mut [u64]; 2];

/// Sets the words of so many rows to the codes of their truths.
pub(super) fn fill(words: Words<'_>, rows: usize, code: impl Fn(usize) -> u8) {
    let [yes, no] = words;
    for (word, (yes, no)) in yes.iter_mut().zip(no).enumerate() {
        let (mut true_bits, mut false_bits) = (0u64, 0u64);
        for bit in 0..64.min(rows - word * 64) {
            let code = code(word * 64 + bit);
            true_bits |= u64::from(code & 1) << bit;
            false_bits |= u64::from(code >> 1) << bit;
        }
        (*yes, *no) = (true_bits, false_bits);
    }
}

/// The truth of each row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Truths {
    rows: usize,
    yes: Vec<u64>,
    no: Vec<u64>,
}

impl Truths {
    /// One truth for all rows.
    pub(super) fn same(rows: usize, truth: Option<bool>) -> Self {
        let words = rows.div_ceil(64);
        let fill = |wanted| vec![if truth == Some(wanted) { u64::MAX } else { 0 }; words];
        let mut truths = Truths { rows, yes: fill(true), no: fill(false) };
        truths.trim();
        truths
    }

    /// The truth of each row by a function, called in any order.
    pub(super) fn of(rows: usize, truth: impl Fn(usize) -> Option<bool> + Sync) -> Self {
        Truths::filled(rows, |range, set| range.for_each(|row| set(row, truth(row))))
    }

    /// The truths that a function sets, for one range of rows after another; what it does not set is unknown.
    pub(super) fn filled(rows: usize, fill: impl Fn(Range<usize>, &mut dyn FnMut(usize, Option<bool>)) + Sync) -> Self {
        Truths::by_words(rows, |range, [yes, no]| {
            let start = range.start;
            fill(range, &mut |row, truth| {
                let (word, bit) = ((row - start) / 64, 1u64 << (row % 64));
                match truth {
                    Some(true) => (yes[word], no[word]) = (yes[word] | bit, no[word] & !bit),
                    Some(false) => (yes[word], no[word]) = (yes[word] & !bit, no[word] | bit),
                    None => (yes[word], no[word]) = (yes[word] & !bit, no[word] & !bit),
                }
            });
        })
    }

    /// The truths whose words a function sets, for one range of rows after another.
    pub(super) fn by_words(rows: usize, fill: impl Fn(Range<usize>, Words<'_>) + Sync) -> Self {
        let mut truths = Truths::same(rows, None);
        let chunks = truths.yes.par_chunks_mut(CHUNK).zip(truths.no.par_chunks_mut(CHUNK)).enumerate();
        chunks.for_each(|(chunk, (yes, no))| {
            let start = chunk * CHUNK * 64;
            fill(start..rows.min(start + CHUNK * 64), [yes, no]);
        });
        truths
    }

    /// The truth of each row, looked up by its code; rows without code have one of their own.
    pub(super) fn looked_up(codes: &[u32], of_code: &[u8], of_missing: u8) -> Self {
        let mut truths = Truths::same(codes.len(), None);
        // The last place stands for rows without code, so that looking up needs no branch.
        let (table, missing) = ([of_code, &[of_missing]].concat(), of_code.len());
        let words = truths.yes.par_iter_mut().zip(truths.no.par_iter_mut()).zip(codes.par_chunks(64));
        words.with_min_len(CHUNK).for_each(|((yes, no), codes)| {
            let (mut true_bits, mut false_bits) = (0u64, 0u64);
            for (place, codes) in codes.chunks(8).enumerate() {
                let mut eight = [0u8; 8];
                eight.iter_mut().zip(codes).for_each(|(truth, &code)| *truth = table[(code as usize).min(missing)]);
                let eight = u64::from_le_bytes(eight);
                true_bits |= lowest_bits(eight) << (8 * place);
                false_bits |= lowest_bits(eight >> 1) << (8 * place);
            }
            (*yes, *no) = (true_bits, false_bits);
        });
        truths
    }

    /// What a truth is in a table to look up: the bit for true, then that for false.
    pub(super) fn code(truth: Option<bool>) -> u8 {
        truth.map_or(0, |truth| if truth { 1 } else { 2 })
    }

    pub(super) fn and(&mut self, other: &Truths) {
        combine(&mut self.yes, &other.yes, |a, b| a & b);
        combine(&mut self.no, &other.no, |a, b| a | b);
    }

    pub(super) fn or(&mut self, other: &Truths) {
        combine(&mut self.yes, &other.yes, |a, b| a | b);
        combine(&mut self.no, &other.no, |a, b| a & b);
    }

    pub(super) fn not(&mut self) {
        std::mem::swap(&mut self.yes, &mut self.no);
    }

    pub(super) fn is_true(&self, row: usize) -> bool {
        self.yes[row / 64] >> (row % 64) & 1 == 1
    }

    /// The rows of which it is true.
    pub(super) fn members(&self) -> RoaringBitmap {
        let mut bytes = vec![0; self.yes.len() * 8];
        bytes.chunks_exact_mut(8).zip(&self.yes).for_each(|(bytes, word)| bytes.copy_from_slice(&word.to_le_bytes()));
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }

    /// Takes away the bits after the last row.
    fn trim(&mut self) {
        let rest = self.rows % 64;
        if rest > 0 {
            for bits in [&mut self.yes, &mut self.no] {
                bits.iter_mut().last().into_iter().for_each(|last| *last &= (1 << rest) - 1);
            }
        }
    }
}

/// The lowest bit of each of eight bytes, side by side.
fn lowest_bits(eight: u64) -> u64 {
    // Byte n has its bit at 8n; this brings it to 56 + n, and no two meet on the way there.
    (eight & 0x0101_0101_0101_0101).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

fn combine(to: &mut [u64], from: &[u64], with: fn(u64, u64) -> u64) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to = with(*to, from));
}
