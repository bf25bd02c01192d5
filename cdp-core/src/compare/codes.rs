//! Which values of a feature each record has.

use crate::record::NULL;
use hashbrown::HashMap;

/// Stands for more than one value in a record's place.
pub(super) const SEVERAL: u32 = NULL - 1;

/// Which values each record has.
#[derive(Debug, Clone)]
pub enum Codes {
    /// At most one value per record; [`NULL`] where missing.
    One(Vec<u32>),
    /// Any number of values: record `r` has `values[starts[r]..starts[r + 1]]`.
    Many {
        /// Start of each record's values, and one more for the end.
        starts: Vec<u32>,
        /// The values of all records.
        values: Vec<u32>,
    },
    /// The same, where the values of a record can change.
    Growing {
        /// The value of each record; [`NULL`] where it has none, a number above all values where it has more than one.
        one: Vec<u32>,
        /// The values of records that have several.
        several: HashMap<u32, Box<[u32]>>,
    },
}

impl Codes {
    /// How many records there are.
    pub fn records(&self) -> u32 {
        match self {
            Codes::One(codes) => codes.len() as u32,
            Codes::Many { starts, .. } => starts.len() as u32 - 1,
            Codes::Growing { one, .. } => one.len() as u32,
        }
    }

    /// The values of a record.
    pub fn of(&self, record: u32) -> &[u32] {
        let record = record as usize;
        match self {
            Codes::One(codes) if codes[record] == NULL => &[],
            Codes::One(codes) => std::slice::from_ref(&codes[record]),
            Codes::Many { starts, values } => &values[starts[record] as usize..starts[record + 1] as usize],
            Codes::Growing { one, several } => match one[record] {
                NULL => &[],
                SEVERAL => &several[&(record as u32)],
                _ => std::slice::from_ref(&one[record]),
            },
        }
    }

    /// Sets the values of a record, which may be a new one; tells what stands for them in the rows of [`super::Features`].
    pub(super) fn set(&mut self, record: u32, codes: &[u32]) -> u32 {
        let Codes::Growing { one, several } = self else { return NULL };
        if one.len() <= record as usize {
            one.resize(record as usize + 1, NULL);
        }
        let code = match codes {
            [] => NULL,
            [code] => *code,
            _ => SEVERAL,
        };
        match code {
            SEVERAL => several.insert(record, codes.into()),
            _ => several.remove(&record),
        };
        one[record as usize] = code;
        code
    }
}
