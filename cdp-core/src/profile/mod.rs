//! Golden profiles: the members of each person and one value per field, with where it came from.

pub(crate) mod column;
pub mod survivorship;

use crate::error::{Code, Error, Result};
use crate::normalize::hashed::hex_digits;
use crate::record::{Column, NULL, TextPool};
use crate::schema::Kind;
use sha2::{Digest, Sha256};
use std::cmp::Ordering;

/// A profile id as a number: 96 bits of SHA-256.
pub type ProfileId = [u8; 12];

/// The id of the profile founded by this record.
pub fn id_of(source: &str, record_id: &str) -> ProfileId {
    let digest = Sha256::new().chain_update(source).chain_update([0x1f]).chain_update(record_id).finalize();
    let mut id = ProfileId::default();
    id.copy_from_slice(&digest[..12]);
    id
}

/// An id as it is written: `p` and 24 hexadecimal digits.
///
/// ```
/// use cdp_core::profile::{id_of, id_text, parse_id};
/// let id = id_of("crm", "17");
/// assert_eq!(parse_id(&id_text(id)), Some(id));
/// ```
pub fn id_text(id: ProfileId) -> String {
    let mut text = String::with_capacity(25);
    write_id(id, &mut text);
    text
}

/// Appends an id as it is written.
pub(crate) fn write_id(id: ProfileId, text: &mut String) {
    let mut written = [b'p'; 25];
    for (place, byte) in id.into_iter().enumerate() {
        written[2 * place + 1..2 * place + 3].copy_from_slice(&hex_digits(byte));
    }
    text.push_str(std::str::from_utf8(&written).unwrap_or_default());
}

/// Reads a written id.
pub fn parse_id(text: &str) -> Option<ProfileId> {
    let digits = text.strip_prefix('p').filter(|digits| digits.len() == 24 && digits.is_ascii())?;
    let mut id = ProfileId::default();
    for (place, byte) in id.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(id)
}

/// All the profiles of a result, column by column; a profile is addressed by its index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profiles {
    pub(crate) ids: TextPool,
    pub(crate) starts: Vec<u32>,
    pub(crate) members: Vec<u32>,
    pub(crate) fields: Vec<GoldenField>,
}

/// One golden field over all profiles.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldenField {
    /// The field's name, e.g. `email`.
    pub name: String,
    /// What it means.
    pub kind: Kind,
    /// Whether its values came hashed.
    pub hashed: bool,
    /// The value of each profile, in display form.
    pub values: Column,
    /// The record each value was taken from; [`NULL`] where there is no value.
    pub provenance: Vec<u32>,
}

impl Profiles {
    /// Profiles from their parts: ascending ids, the records of each profile, golden fields with a value per profile.
    ///
    /// ```
    /// use cdp_core::profile::{GoldenField, Profiles};
    /// use cdp_core::{record::Column, schema::Kind};
    /// let city = GoldenField::new(Kind::City, Column::new("city", [Some("Lyon"), None]));
    /// let profiles = Profiles::new(vec!["p1".into(), "p2".into()], &[vec![0, 2], vec![1]], vec![city])?;
    /// assert_eq!(profiles.members(0), [0, 2]);
    /// # Ok::<(), cdp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid_input` if the ids do not ascend, or the parts are of different lengths.
    pub fn new(ids: Vec<String>, members: &[Vec<u32>], fields: Vec<GoldenField>) -> Result<Self> {
        let fail = |reason: &str| Err(Error::new(Code::InvalidInput, reason));
        let ids = TextPool::from_iter(ids);
        if !ids.iter().is_sorted_by(|a, b| a < b) {
            return fail("the ids of profiles must ascend");
        }
        if members.len() != ids.len() || fields.iter().any(|field| field.values.len() != ids.len()) {
            return fail("every profile needs its records and a row in every golden field");
        }
        let mut starts = vec![0];
        starts.extend(members.iter().scan(0, |end, records| {
            *end += records.len() as u32;
            Some(*end)
        }));
        Ok(Profiles { ids, starts, members: members.concat(), fields })
    }

    /// How many profiles there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The id of the profile at `index`.
    pub fn id(&self, index: usize) -> &str {
        self.ids.get(index as u32)
    }

    /// The index of the profile with this id.
    pub fn find(&self, id: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.id(middle).cmp(id) {
                Ordering::Equal => return Some(middle),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The records of the profile at `index`, founder first.
    pub fn members(&self, index: usize) -> &[u32] {
        &self.members[self.starts[index] as usize..self.starts[index + 1] as usize]
    }

    /// The golden fields.
    pub fn fields(&self) -> &[GoldenField] {
        &self.fields
    }

    /// The golden field of that name.
    pub fn field(&self, name: &str) -> Option<&GoldenField> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// There is no profile of that id; what is no id at all is hidden, since it can be anything.
pub(crate) fn no_profile(id: &str) -> Error {
    match parse_id(id) {
        Some(_) => Error::new(Code::NotFound, format!("there is no profile '{id}'")),
        None => Error::hiding(Code::NotFound, "there is no profile '{}'", [id]),
    }
}

impl GoldenField {
    /// A field named as its column, without provenance.
    pub fn new(kind: Kind, values: Column) -> Self {
        GoldenField {
            name: values.name().to_owned(),
            kind,
            hashed: false,
            provenance: vec![NULL; values.len()],
            values,
        }
    }

    /// The record the value of a profile was taken from.
    pub fn source_record(&self, profile: usize) -> Option<u32> {
        Some(self.provenance[profile]).filter(|&record| record != NULL)
    }
}
