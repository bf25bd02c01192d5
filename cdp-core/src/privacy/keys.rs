//! The caller's secrets, and what is made with them.

use crate::error::{Code, Error, Result};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// The fewest bytes of a secret: half of what SHA-256 can use (RFC 2104 advises against fewer than the hash has).
const FEWEST_BYTES: usize = 32;

/// What a pseudonym is for. The same identifier has unlike pseudonyms for unlike uses, so that they can't be joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// To recognise what was erased.
    Tombstone,
    /// To name somebody in the audit log.
    Audit,
    /// To tell whether a secret is the one that was used before.
    Check,
}

impl Use {
    fn label(self) -> &'static [u8] {
        match self {
            Use::Tombstone => b"light-cdp/tombstone/1",
            Use::Audit => b"light-cdp/audit/1",
            Use::Check => b"light-cdp/check/1",
        }
    }
}

/// A secret with the name by which what was made with it is found again. It is shown nowhere.
#[derive(Clone)]
pub struct Key {
    id: String,
    /// The state after the secret was taken in: setting it up is half of the cost.
    mac: Hmac<Sha256>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Key {
    /// A key from an id, which is kept in the clear, and a secret of at least 32 random bytes, which is not kept at all.
    ///
    /// # Errors
    /// `invalid_key` for an empty id or a short secret. The error does not hold the secret.
    pub fn new(id: impl Into<String>, secret: &[u8]) -> Result<Key> {
        let id = id.into();
        if id.trim().is_empty() || id.len() > 64 {
            return Err(Error::new(Code::InvalidKey, "the id of a key has between 1 and 64 bytes").field("id"));
        }
        if secret.len() < FEWEST_BYTES {
            let reason = format!("the secret of key '{id}' has {} bytes, fewer than {FEWEST_BYTES}", secret.len());
            return Err(Error::new(Code::InvalidKey, reason).help("take 32 random bytes from your secret store"));
        }
        let mac = Hmac::new_from_slice(secret).map_err(|_| Error::new(Code::Internal, "a secret of no length"))?;
        Ok(Key { id, mac })
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The hash of parts for a use. Each part is preceded by its length, so that no two lists of parts are alike.
    pub fn hash(&self, purpose: Use, parts: &[&str]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        mac.update(purpose.label());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

/// A keyed hash, and the id of the key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym {
    /// The id of the key.
    pub key: String,
    /// HMAC-SHA-256 (RFC 2104).
    pub hash: [u8; 32],
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.key, hex(&self.hash))
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |digit: u8| char::from(b"0123456789abcdef"[usize::from(digit)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A hash from hexadecimal.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(hash)
}

/// The keys of a graph. New pseudonyms are made with the first; all recognise theirs, so that keys can be changed.
#[derive(Debug, Clone)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// The keys, the current one first.
    ///
    /// # Errors
    /// `invalid_key` where there is none, or two have one id.
    pub fn new(keys: Vec<Key>) -> Result<Keys> {
        if keys.is_empty() {
            return Err(Error::new(Code::InvalidKey, "there is no key").help("give at least one"));
        }
        let twice = |key: &&Key| keys.iter().filter(|other| other.id == key.id).count() > 1;
        if let Some(key) = keys.iter().find(twice) {
            return Err(Error::new(Code::InvalidKey, format!("two keys have the id '{}'", key.id))
                .help("a new secret needs a new id, so that what the old one made is still recognised"));
        }
        Ok(Keys(keys))
    }

    /// The key that new pseudonyms are made with.
    pub fn current(&self) -> &Key {
        // A list of keys is never empty.
        &self.0[0]
    }

    /// All of them, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.0.iter()
    }

    /// The key of an id.
    pub fn get(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }

    /// The pseudonym of parts under the current key.
    pub fn pseudonym(&self, purpose: Use, parts: &[&str]) -> Pseudonym {
        let key = self.current();
        Pseudonym { key: key.id.clone(), hash: key.hash(purpose, parts) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, byte: u8) -> Key {
        Key::new(id, &[byte; 32]).unwrap()
    }

    #[test]
    fn parts_and_uses_and_keys_are_told_apart() {
        let key_a = key("a", 1);
        let base = key_a.hash(Use::Tombstone, &["email", "ann@b.fr"]);
        assert_eq!(base, key_a.hash(Use::Tombstone, &["email", "ann@b.fr"]));
        assert_ne!(base, key_a.hash(Use::Tombstone, &["emaila", "nn@b.fr"]));
        assert_ne!(base, key_a.hash(Use::Tombstone, &["emailann@b.fr"]));
        assert_ne!(base, key_a.hash(Use::Audit, &["email", "ann@b.fr"]));
        assert_ne!(base, key("a", 2).hash(Use::Tombstone, &["email", "ann@b.fr"]));
    }

    #[test]
    fn the_hash_is_hmac_sha_256_as_others_compute_it() {
        // python3 -c "import hmac,hashlib,struct; print(hmac.new(bytes([1]*32), b'light-cdp/tombstone/1'
        //   + struct.pack('>Q',5) + b'email' + struct.pack('>Q',8) + b'ann@b.fr', hashlib.sha256).hexdigest())"
        let hash = hex(&key("a", 1).hash(Use::Tombstone, &["email", "ann@b.fr"]));
        assert_eq!(hash, "4c332a6641a040001935858361ef1e4e7ce02e95355374c253b8b6447f88ec44");
    }

    #[test]
    fn a_secret_is_shown_nowhere() {
        let secret = b"a secret that nobody should see!";
        let key = Key::new("2026", secret).unwrap();
        let shown = format!("{key:?} {:?}", Keys::new(vec![key.clone()]).unwrap());
        assert!(shown.contains("2026") && !shown.contains("secret") && !shown.contains("97, 32"), "{shown}");
        let error = Key::new("2026", b"too short").unwrap_err().to_string();
        assert!(!error.contains("too short") && error.contains("9 bytes"), "{error}");
    }

    #[test]
    fn keys_need_ids_of_their_own() {
        assert!(Keys::new(vec![]).is_err());
        assert!(Keys::new(vec![key("a", 1), key("a", 2)]).unwrap_err().to_string().contains("a new id"));
    }
}
