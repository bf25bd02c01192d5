//! Tombstones: what was erased may not come back, and nobody can read from them what it was.

use super::keys::{Keys, Pseudonym, Use};
use crate::error::{Code, Error, Result};
use crate::schema::Kind;
use hashbrown::HashSet;
use serde::{Deserialize, Serialize};

/// What is kept beside a tombstone's pseudonym.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The id of the key its pseudonym was made with.
    pub key: String,
    /// When it was set up, in RFC 3339.
    pub at: String,
    /// The number of the erasure, which its receipt names.
    pub receipt: String,
}

/// The identifiers that may not come back.
#[derive(Debug, Clone, Default)]
pub struct Tombstones {
    /// Per id of a key that made any: their hashes.
    by_key: Vec<(String, HashSet<[u8; 32]>)>,
}

impl Tombstones {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_key.iter().map(|(_, hashes)| hashes.len()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_key.iter().all(|(_, hashes)| hashes.is_empty())
    }

    /// The pseudonym of an identifier under the current key.
    pub fn pseudonym(keys: &Keys, kind: Kind, value: &str) -> Pseudonym {
        keys.pseudonym(Use::Tombstone, &[kind.as_str(), value])
    }

    /// Sets one up.
    pub fn insert(&mut self, pseudonym: &Pseudonym) {
        match self.by_key.iter_mut().find(|(key, _)| *key == pseudonym.key) {
            Some((_, hashes)) => drop(hashes.insert(pseudonym.hash)),
            None => self.by_key.push((pseudonym.key.clone(), [pseudonym.hash].into_iter().collect())),
        }
    }

    /// Whether there is this one.
    pub fn has(&self, pseudonym: &Pseudonym) -> bool {
        self.by_key.iter().any(|(key, hashes)| *key == pseudonym.key && hashes.contains(&pseudonym.hash))
    }

    /// Takes those of an identifier away, by whichever key they were made, and returns them.
    pub fn lift(&mut self, keys: &Keys, kind: Kind, value: &str) -> Vec<Pseudonym> {
        let mut lifted = Vec::new();
        for (id, hashes) in &mut self.by_key {
            let Some(key) = keys.get(id) else { continue };
            let hash = key.hash(Use::Tombstone, &[kind.as_str(), value]);
            if hashes.remove(&hash) {
                lifted.push(Pseudonym { key: id.clone(), hash });
            }
        }
        lifted
    }

    /// Whether an identifier was erased.
    pub fn contains(&self, keys: &Keys, kind: Kind, value: &str) -> bool {
        self.by_key.iter().filter(|(_, hashes)| !hashes.is_empty()).any(|(id, hashes)| {
            let key = keys.get(id);
            key.is_some_and(|key| hashes.contains(&key.hash(Use::Tombstone, &[kind.as_str(), value])))
        })
    }

    /// Checks that every key that made a tombstone is at hand: without it an erased person would not be recognised.
    ///
    /// # Errors
    /// `missing_key`, with the id.
    pub fn check(&self, keys: Option<&Keys>) -> Result<()> {
        let needed = self.by_key.iter().filter(|(_, hashes)| !hashes.is_empty()).map(|(id, _)| id);
        let absent = |id: &&String| keys.is_none_or(|keys| keys.get(id).is_none());
        match needed.into_iter().find(absent) {
            None => Ok(()),
            Some(id) => Err(Error::new(
                Code::MissingKey,
                format!("people were erased with the key '{id}', which was not given"),
            )
            .help("open it with that key too, after the current one: without it they could come back")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Key;
    use super::*;

    fn keys(ids: &[&str]) -> Keys {
        let key = |id: &&str| Key::new(*id, &[id.as_bytes()[0]; 32]).unwrap();
        Keys::new(ids.iter().map(key).collect()).unwrap()
    }

    #[test]
    fn an_erased_identifier_is_known_after_the_key_was_changed() {
        let mut tombstones = Tombstones::default();
        assert!(tombstones.check(None).is_ok());
        tombstones.insert(&Tombstones::pseudonym(&keys(&["old"]), Kind::Email, "ann@b.fr"));
        let rotated = keys(&["new", "old"]);
        assert!(tombstones.contains(&rotated, Kind::Email, "ann@b.fr"));
        assert!(!tombstones.contains(&rotated, Kind::Phone, "ann@b.fr"));
        assert!(!tombstones.contains(&rotated, Kind::Email, "bob@b.fr"));
        tombstones.insert(&Tombstones::pseudonym(&rotated, Kind::Email, "ann@b.fr"));
        assert_eq!((tombstones.len(), tombstones.lift(&rotated, Kind::Email, "ann@b.fr").len()), (2, 2));
        assert!(tombstones.is_empty() && tombstones.check(None).is_ok());
    }

    #[test]
    fn without_its_key_nothing_is_taken_for_unknown() {
        let mut tombstones = Tombstones::default();
        tombstones.insert(&Tombstones::pseudonym(&keys(&["old"]), Kind::Email, "ann@b.fr"));
        assert_eq!(tombstones.check(None).unwrap_err().code(), Code::MissingKey);
        assert!(tombstones.check(Some(&keys(&["new"]))).unwrap_err().to_string().contains("'old'"));
        assert!(tombstones.check(Some(&keys(&["new", "old"]))).is_ok());
    }
}
