//! Postal addresses: house number, street with its abbreviations written out, unit, city, postal code, country.
//!
//! Rules and small tables for French and English habits; no gazetteer.

mod place;
mod street;
mod whole;
mod words;

pub(super) use place::postal_fault;
pub use place::{city, country, department, postal_code, region};
pub(super) use street::extra_key;
pub use street::{house_number, parse_street};
pub(super) use whole::full_key;
pub use whole::parse_full;

/// A street line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Street {
    /// House number with its letter or `bis`: `12`, `12b`, `12 bis`.
    pub number: Option<String>,
    /// The folded street name, abbreviations written out, number and unit removed.
    pub name: String,
    /// Building, stair, floor, flat: what follows their keywords, the larger first, separated by spaces.
    pub unit: Option<String>,
}

/// A whole address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The street line.
    pub street: Street,
    /// The folded city.
    pub city: Option<String>,
    /// The folded state, county or region.
    pub region: Option<String>,
    /// The postal code.
    pub postal_code: Option<String>,
    /// The ISO 3166 code of the country, where it is written.
    pub country: Option<&'static str>,
}
