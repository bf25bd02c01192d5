//! E-mail addresses and telephone numbers.

use super::{Letters, Level, Outcome, frequent, neutral, plain};
use crate::normalize::nickname;
use crate::similarity::{jaro_winkler, osa};

/// Levels of e-mail addresses.
pub(super) const EMAIL: &[Level] = &[
    frequent("same mailbox", 60),
    Level { follows_from_name: true, ..frequent("same mailbox, made of the name", 10) },
    frequent("same local part", 6),
    frequent("one typing error", 7),
    plain("similar local part", 5),
    Level { follows_from_name: true, ..frequent("same domain", 6) },
    Level { follows_from_name: true, ..plain("different", 6) },
    neutral("both made of the name"),
];
/// The level of one mailbox that anybody of that name could have.
pub(crate) const NAME_MAILBOX: usize = 1;
const MADE_OF_NAME: usize = 7;

/// Levels of telephone numbers.
pub(super) const PHONE: &[Level] =
    &[frequent("same", 75), plain("one typing error", 6), frequent("same ending", 4), plain("different", 15)];

/// An e-mail address as it is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct EmailValue {
    /// The mailbox key, whole.
    pub mailbox: String,
    /// Its local part.
    pub local: String,
    /// Its domain.
    pub domain: String,
    /// The letters of the local part.
    pub letters: Letters,
    /// What is left of the local part without the person's own names; `None` where it has none of them.
    pub rest: Option<String>,
    /// Frequency of the mailbox.
    pub frequency: f64,
    /// Frequency of the local part.
    pub local_frequency: f64,
    /// Frequency of the domain.
    pub domain_frequency: f64,
}

/// Compares two addresses.
pub(super) fn compare_email(a: &EmailValue, b: &EmailValue) -> Outcome {
    if a.mailbox == b.mailbox {
        return Outcome::new(if a.is_made_of_name() || b.is_made_of_name() { NAME_MAILBOX } else { 0 }, a.frequency);
    }
    let same_domain = a.domain == b.domain;
    let common = a.frequency.max(b.frequency);
    // Namesakes have like addresses for no other reason than their names, which are compared as names already.
    if let (Some(x), Some(y)) = (&a.rest, &b.rest)
        && (x != y || x.len() < 2)
        && a.letters.can_be_similar(b.letters, 0.8)
        && jaro_winkler::similarity(&a.local, &b.local) >= 0.8
    {
        return Outcome::plain(MADE_OF_NAME);
    }
    if a.local == b.local {
        let near_domain = osa::within(&a.domain, &b.domain, 2).is_some();
        return if near_domain { Outcome::new(3, common) } else { Outcome::new(2, a.local_frequency) };
    }
    let edits = if a.local.len() > 8 { 2 } else { 1 };
    if same_domain
        && a.letters.can_be_within(b.letters, edits)
        && same_digits(&a.local, &b.local)
        && osa::within(&a.local, &b.local, edits as usize).is_some()
    {
        return Outcome::new(3, common);
    }
    if a.letters.can_be_similar(b.letters, 0.9) && jaro_winkler::similarity(&a.local, &b.local) >= 0.9 {
        Outcome::plain(4)
    } else if same_domain {
        Outcome::new(5, a.domain_frequency)
    } else {
        Outcome::plain(6)
    }
}

/// Whether two local parts have the same digits in order: `user41` and `user42` are two customers, not a typing error.
fn same_digits(a: &str, b: &str) -> bool {
    a.bytes().filter(u8::is_ascii_digit).eq(b.bytes().filter(u8::is_ascii_digit))
}

impl EmailValue {
    /// Whether nothing but the person's names stands before the `@`.
    pub(crate) fn is_made_of_name(&self) -> bool {
        self.rest.as_ref().is_some_and(|rest| rest.len() < 2)
    }
}

/// What is left of a local part without these names, their short forms, near spellings and initials; `None` if it has
/// none of them.
pub fn rest_of_local<'a>(local: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    let mut found = false;
    let mut rest = String::new();
    for word in local.split(|c: char| !c.is_alphanumeric()) {
        let letters = word.trim_matches(|c: char| c.is_ascii_digit());
        if names.iter().any(|name| is_name(letters, name)) {
            found = true;
            rest.push_str(&word.replacen(letters, "", 1));
        } else {
            let (left, contained) = without_names(word, &names);
            found |= contained;
            rest.push_str(&left);
        }
    }
    found.then_some(rest)
}

/// Whether a word of an address is this name, a short form of it, or it with a typing error.
fn is_name(word: &str, name: &str) -> bool {
    let long = word.len().min(name.len()) >= 4;
    word.len() >= 2 && (word == name || nickname::related(word, name) || (long && osa::within(word, name, 1).is_some()))
}

/// A word without the names run together in it and their initials, and whether it had any.
fn without_names(word: &str, names: &[&str]) -> (String, bool) {
    let mut rest = word.to_owned();
    let mut initials = String::new();
    let mut contained = false;
    for name in names {
        if name.len() >= 3 && rest.contains(name) {
            rest = rest.replacen(name, "", 1);
            contained = true;
        } else {
            initials.extend(name.chars().next());
        }
    }
    let rest = if contained || rest.len() == 1 { rest.trim_start_matches(|c| initials.contains(c)) } else { &rest };
    (rest.to_owned(), contained)
}

/// A telephone number as it is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct PhoneValue {
    /// Digits, international where it could be read so.
    pub digits: String,
    /// Hash of its last seven digits.
    pub ending: Option<u64>,
    /// How often each digit stands in it.
    pub(super) counts: DigitCounts,
    /// Frequency of the number.
    pub frequency: f64,
    /// Frequency of its last seven digits.
    pub ending_frequency: f64,
}

/// How many last digits identify a line when the prefix was written differently.
pub(crate) const ENDING_DIGITS: usize = 7;

/// Compares two different numbers.
pub(super) fn compare_phone(a: &PhoneValue, b: &PhoneValue) -> Outcome {
    if a.ending.is_some() && a.ending == b.ending {
        return Outcome::new(2, a.ending_frequency.max(b.ending_frequency));
    }
    let near = may_be_one_edit_apart(a.counts, b.counts) && osa::within(&a.digits, &b.digits, 1).is_some();
    Outcome::plain(if near { 1 } else { 3 })
}

/// How often each digit stands in a number, four bits a digit.
pub(super) type DigitCounts = u64;

pub(super) fn digit_counts(digits: &str) -> DigitCounts {
    let digits = digits.bytes().filter(u8::is_ascii_digit);
    digits.fold(0, |counts, digit| {
        let shift = 4 * u64::from(digit - b'0');
        if counts >> shift & 15 == 15 { counts } else { counts + (1 << shift) }
    })
}

/// One edit changes the counts of at most two digits, by one each; an exact reason to say no.
fn may_be_one_edit_apart(a: DigitCounts, b: DigitCounts) -> bool {
    let differing = a ^ b;
    let digits = (differing | differing >> 1 | differing >> 2 | differing >> 3) & 0x1111_1111_1111_1111;
    digits.count_ones() <= 2
}

/// The last digits of a number.
pub(crate) fn ending(digits: &str) -> Option<&str> {
    digits.len().checked_sub(ENDING_DIGITS).and_then(|start| digits.get(start..))
}
