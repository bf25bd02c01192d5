//! Activation: profiles in the form that an advertising or identity service matches by, for those who allow it.
//!
//! What each destination wants is data (`destinations`): columns, steps, hash, limits, and where that is published. One small
//! engine applies it (`encode`), and [`export`] asks for consent, leaves out, counts, and cuts into batches. Hashes
//! are unsalted, since only so can the destination match them; they are pseudonyms, not anonymous.

mod destinations;
mod encode;
mod export;
mod states;

pub use destinations::{Destination, Field, Hash, Limit, Step};
pub use export::{Batch, ByPerson, Consents, Export, Held, Person, Request, export, export_among};

use crate::error::{Code, Error, Result, nearest};
use crate::schema::Kind;

/// Why a value, or a person, is not in an export. Its word is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LeftOut {
    /// The person, or whoever owns the address, refused the purpose.
    ConsentDenied,
    /// Nobody said that the purpose is allowed.
    ConsentUnknown,
    /// Somebody else with the same address refused the purpose.
    RefusedByAnother,
    /// The destination has no column for values of this kind.
    NotTaken,
    /// The value does not have the form of its kind.
    Unusable,
    /// The country decides how the value is written, and is not known.
    NoCountry,
    /// The destination does not accept such values of this country.
    NotAccepted,
    /// The destination has not published how such a value is written.
    Unpublished,
    /// The value came hashed, and the destination wants it as it was, or another hash.
    HashedAlready,
    /// The destination takes the fields of an address only together, and some are missing.
    Incomplete,
    /// The destination takes fewer values of this kind.
    TooMany,
    /// Nothing by which the destination could find the person is left.
    NothingToSend,
}

impl LeftOut {
    /// The reason's word, e.g. `no_country`.
    pub fn as_str(self) -> &'static str {
        match self {
            LeftOut::ConsentDenied => "consent_denied",
            LeftOut::ConsentUnknown => "consent_unknown",
            LeftOut::RefusedByAnother => "refused_by_another",
            LeftOut::NotTaken => "not_taken",
            LeftOut::Unusable => "unusable",
            LeftOut::NoCountry => "no_country",
            LeftOut::NotAccepted => "not_accepted",
            LeftOut::Unpublished => "unpublished",
            LeftOut::HashedAlready => "hashed_already",
            LeftOut::Incomplete => "incomplete",
            LeftOut::TooMany => "too_many",
            LeftOut::NothingToSend => "nothing_to_send",
        }
    }
}

impl Destination {
    /// The destination of that name and version, e.g. `meta_capi@2026`.
    ///
    /// ```
    /// use cdp_core::activation::Destination;
    /// assert_eq!(Destination::named("uid2@1")?.name, "uid2@1");
    /// let error = Destination::named("uid2").unwrap_err();
    /// assert_eq!(error.to_string(), "there is no destination 'uid2' (did you mean 'uid2@1'?)");
    /// # Ok::<(), cdp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `not_found` for any other name.
    pub fn named(name: &str) -> Result<&'static Destination> {
        if let Some(found) = Destination::ALL.iter().find(|destination| destination.name == name) {
            return Ok(found);
        }
        let names = || Destination::ALL.iter().map(|destination| destination.name);
        let stem = |name: &'static str| name.split('@').next().unwrap_or(name);
        let asked = name.split('@').next().unwrap_or(name);
        let near = nearest(name, names()).or_else(|| {
            let stem_near = nearest(asked, names().map(stem))?;
            names().find(|name| stem(name) == stem_near)
        });
        let help = match near {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("the destinations are: {}", names().collect::<Vec<_>>().join(", ")),
        };
        Err(Error::new(Code::NotFound, format!("there is no destination '{name}'")).help(help))
    }

    /// The names of its columns, in order. Numbered ones (`em`, `em_2`, `em_3`) hold further values of one person.
    pub fn columns(&self) -> Vec<String> {
        self.fields.iter().flat_map(|field| (0..field.most).map(|index| field.column(index))).collect()
    }

    /// The header of a column in a file: further values may stand under the header of the first.
    pub fn header(&self, column: &str) -> String {
        let fields = self.fields.iter().filter(|_| self.repeats_headers);
        let owner = fields.into_iter().find(|field| (0..field.most).any(|index| field.column(index) == column));
        owner.map_or_else(|| column.to_owned(), |field| field.column(0))
    }

    /// One value of a kind as the destination wants it. `country`, a code or a name, is the person's, where it is known:
    /// a telephone number without its country code is of no country otherwise.
    ///
    /// ```
    /// use cdp_core::{activation::{Destination, LeftOut}, schema::Kind};
    /// let meta = Destination::named("meta_capi@2026")?;
    /// assert!(meta.encode(Kind::GivenName, "Valéry", None).unwrap().starts_with("08e1996b5dd4"));
    /// assert_eq!(meta.encode(Kind::Phone, "06 12 34 56 79", None), Err(LeftOut::NoCountry));
    /// assert!(meta.encode(Kind::Phone, "06 12 34 56 79", Some("FR")).is_ok());
    /// # Ok::<(), cdp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Why there is no such form.
    pub fn encode(&self, kind: Kind, value: &str, country: Option<&str>) -> std::result::Result<String, LeftOut> {
        let field = self.field(kind).ok_or(LeftOut::NotTaken)?;
        encode::encode(field, value, country.and_then(encode::country))
    }

    /// One value of a kind that came as its SHA-256 hash. It has to be the hash of what this destination hashes: nobody can tell.
    ///
    /// ```
    /// use cdp_core::{activation::{Destination, LeftOut}, schema::Kind};
    /// let hash = "7cd30a4a84465b0a97ead0be39e49b2b84ea41ecbbf0d6f4a3b3d4c48b35a2f4";
    /// assert_eq!(Destination::named("meta_capi@2026")?.encode_hashed(Kind::Email, hash).as_deref(), Ok(hash));
    /// assert_eq!(Destination::named("plain")?.encode_hashed(Kind::Email, hash), Err(LeftOut::HashedAlready));
    /// # Ok::<(), cdp_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Why it cannot be sent.
    pub fn encode_hashed(&self, kind: Kind, hash: &str) -> std::result::Result<String, LeftOut> {
        encode::encode_hashed(self.field(kind).ok_or(LeftOut::NotTaken)?, hash)
    }

    /// The columns of a kind.
    pub fn field(&self, kind: Kind) -> Option<&Field> {
        self.fields.iter().find(|field| field.kind == kind)
    }
}

impl Field {
    /// The name of its column for the value at `index`, counted from 0.
    pub fn column(&self, index: usize) -> String {
        match (self.header.contains('#'), index) {
            (true, _) => self.header.replace('#', &(index + 1).to_string()),
            (false, 0) => self.header.to_owned(),
            (false, _) => format!("{}_{}", self.header, index + 1),
        }
    }
}
