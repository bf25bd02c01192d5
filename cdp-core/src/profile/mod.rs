//! Golden profiles: the members of each person and one value per field, with where it came from.

use crate::record::{Column, NULL};
use crate::schema::Kind;

/// All the profiles of a result, column by column; a profile is addressed by its index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profiles {
    pub(crate) ids: Vec<String>,
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
    /// The value of each profile, in display form.
    pub values: Column,
    /// The record each value was taken from; [`NULL`] where there is no value.
    pub provenance: Vec<u32>,
}

impl Profiles {
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
        &self.ids[index]
    }

    /// The index of the profile with this id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.ids.binary_search_by(|probe| probe.as_str().cmp(id)).ok()
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

impl GoldenField {
    /// The record the value of a profile was taken from.
    pub fn source_record(&self, profile: usize) -> Option<u32> {
        Some(self.provenance[profile]).filter(|&record| record != NULL)
    }
}
