//! E-mail addresses and telephone numbers.

use super::{Level, Outcome, frequent, plain};
use crate::similarity::{jaro_winkler, osa};

/// Levels of e-mail addresses.
pub(super) const EMAIL: &[Level] = &[
    frequent("same mailbox", 70),
    frequent("same local part", 6),
    frequent("one typing error", 7),
    plain("similar local part", 5),
    frequent("same domain", 6),
    plain("different", 6),
];

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
    /// Frequency of the mailbox.
    pub frequency: f64,
    /// Frequency of the local part.
    pub local_frequency: f64,
    /// Frequency of the domain.
    pub domain_frequency: f64,
}

/// Compares two different addresses.
pub(super) fn compare_email(a: &EmailValue, b: &EmailValue) -> Outcome {
    let same_domain = a.domain == b.domain;
    let common = a.frequency.max(b.frequency);
    if a.local == b.local {
        let near_domain = osa::within(&a.domain, &b.domain, 2).is_some();
        return if near_domain { Outcome::new(2, common) } else { Outcome::new(1, a.local_frequency) };
    }
    if same_domain && osa::within(&a.local, &b.local, if a.local.len() > 8 { 2 } else { 1 }).is_some() {
        return Outcome::new(2, common);
    }
    if jaro_winkler::similarity(&a.local, &b.local) >= 0.9 {
        Outcome::plain(3)
    } else if same_domain {
        Outcome::new(4, a.domain_frequency)
    } else {
        Outcome::plain(5)
    }
}

/// A telephone number as it is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct PhoneValue {
    /// Digits, international where it could be read so.
    pub digits: String,
    /// Frequency of the number.
    pub frequency: f64,
    /// Frequency of its last seven digits.
    pub ending_frequency: f64,
}

/// How many last digits identify a line when the prefix was written differently.
pub(crate) const ENDING_DIGITS: usize = 7;

/// Compares two different numbers.
pub(super) fn compare_phone(a: &PhoneValue, b: &PhoneValue) -> Outcome {
    if let (Some(x), Some(y)) = (ending(&a.digits), ending(&b.digits))
        && x == y
    {
        return Outcome::new(2, a.ending_frequency.max(b.ending_frequency));
    }
    Outcome::plain(if osa::within(&a.digits, &b.digits, 1).is_some() { 1 } else { 3 })
}

/// The last digits of a number.
pub(crate) fn ending(digits: &str) -> Option<&str> {
    digits.len().checked_sub(ENDING_DIGITS).and_then(|start| digits.get(start..))
}
