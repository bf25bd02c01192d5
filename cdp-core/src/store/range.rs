//! Ranges of keys. Knows bytes only, not what keys are made of.

/// The keys a scan visits: from a first one on, up to but without an end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyRange {
    from: Vec<u8>,
    to: Option<Vec<u8>>,
}

impl KeyRange {
    /// Every key.
    pub fn all() -> Self {
        KeyRange::default()
    }

    /// The key itself and all greater ones.
    pub fn from(key: &[u8]) -> Self {
        KeyRange { from: key.to_vec(), to: None }
    }

    /// All keys greater than this one: where a reader with a cursor goes on.
    pub fn after(key: &[u8]) -> Self {
        let mut from = key.to_vec();
        from.push(0);
        KeyRange { from, to: None }
    }

    /// The keys that begin with `prefix`.
    pub fn prefix(prefix: &[u8]) -> Self {
        KeyRange { from: prefix.to_vec(), to: successor(prefix) }
    }

    /// The same range, ending before `key`.
    #[must_use]
    pub fn before(mut self, key: &[u8]) -> Self {
        self.to = Some(key.to_vec());
        self
    }

    /// The first key that can be in the range.
    pub fn first(&self) -> &[u8] {
        &self.from
    }

    /// The end, which is not in the range; `None` where it has no end.
    pub fn end(&self) -> Option<&[u8]> {
        self.to.as_deref()
    }

    /// What is left of the range behind a key of it.
    pub(super) fn following(&self, key: &[u8]) -> KeyRange {
        KeyRange { to: self.to.clone(), ..KeyRange::after(key) }
    }

    /// Whether no key can be in the range.
    pub fn is_empty(&self) -> bool {
        self.to.as_ref().is_some_and(|to| *to <= self.from)
    }
}

/// The least key greater than every key that begins with `prefix`; `None` where all further keys begin with it.
fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let kept = prefix.iter().rposition(|&byte| byte != u8::MAX)?;
    let mut next = prefix[..=kept].to_vec();
    next[kept] += 1;
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_its_successor() {
        assert_eq!(KeyRange::prefix(b"ab").end(), Some(&b"ac"[..]));
        assert_eq!(KeyRange::prefix(b"a\xff").end(), Some(&b"b"[..]));
        assert_eq!(KeyRange::prefix(b"\xff\xff").end(), None);
        assert_eq!(KeyRange::prefix(b""), KeyRange::all());
    }

    #[test]
    fn a_range_without_keys_is_empty() {
        assert!(KeyRange::from(b"b").before(b"b").is_empty());
        assert!(!KeyRange::from(b"a").before(b"b").is_empty());
        assert!(!KeyRange::all().is_empty());
    }
}
