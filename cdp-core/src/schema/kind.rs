//! The semantic types a field can have.

use crate::error::{Code, Error, Result, nearest};
use std::fmt;
use std::str::FromStr;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $word:literal;)*) => {
        /// What a field means. Its word (`given_name`, `email`, ...) is the same in configuration, results and errors.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Kind { $($(#[$doc])* $variant,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant,)*];

            /// The words of every kind, in the order of [`Kind::ALL`].
            pub const WORDS: &'static [&'static str] = &[$($word,)*];

            /// The kind's word.
            pub fn as_str(self) -> &'static str {
                match self { $(Kind::$variant => $word,)* }
            }
        }
    };
}

kinds! {
    /// First name or names of a person.
    GivenName = "given_name";
    /// Further given names.
    MiddleName = "middle_name";
    /// Family name.
    FamilyName = "family_name";
    /// Family name at birth: an alias of the family name.
    BirthName = "birth_name";
    /// A whole personal name in one column.
    FullName = "full_name";
    /// Title or civility: Mr, Mme, Dr.
    Title = "title";
    /// What follows a name: Jr, III.
    NameSuffix = "name_suffix";
    /// Name of a company, shop, agency.
    OrganisationName = "organisation_name";
    /// E-mail address.
    Email = "email";
    /// Telephone number.
    Phone = "phone";
    /// Date of birth.
    BirthDate = "birth_date";
    /// Gender or sex.
    Gender = "gender";
    /// House number alone.
    HouseNumber = "house_number";
    /// Street line, with or without the house number.
    StreetAddress = "street_address";
    /// A further line of the address: building, unit, hamlet.
    AddressExtra = "address_extra";
    /// A whole postal address in one column.
    FullAddress = "full_address";
    /// City, town, suburb.
    City = "city";
    /// Postal code.
    PostalCode = "postal_code";
    /// State, region, county, departement.
    Region = "region";
    /// Country.
    Country = "country";
    /// Number given to a person by a state: social security, passport, driving licence.
    NationalId = "national_id";
    /// Number given to an organisation: SIREN, SIRET, VAT, LEI.
    OrganisationId = "organisation_id";
    /// Number given to a customer by the company.
    CustomerId = "customer_id";
    /// Number of a loyalty card.
    LoyaltyId = "loyalty_id";
    /// Cookie or device identifier of somebody not known by name.
    AnonymousId = "anonymous_id";
    /// Any other identifier.
    Identifier = "identifier";
    /// Web address.
    Url = "url";
    /// A date or instant that is not a birth date.
    Date = "date";
    /// A number that is not an identifier.
    Number = "number";
    /// One of few words: occupation, type, status.
    Category = "category";
    /// Free text.
    Text = "text";
    /// Whether somebody agreed to a purpose: evidence of a graph's consent ledger, kept out of matching and golden values.
    Consent = "consent";
    /// Kept out of matching and profiles.
    Ignore = "ignore";
}

impl Kind {
    /// Whether its values take part in neither matching nor profiles.
    pub fn is_kept_out(self) -> bool {
        matches!(self, Kind::Ignore | Kind::Consent)
    }

    /// Whether it is an address that messages are sent to: consent for one never extends to another.
    pub fn is_address(self) -> bool {
        matches!(self, Kind::Email | Kind::Phone)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        if let Some(&kind) = Kind::ALL.iter().find(|kind| kind.as_str() == word) {
            return Ok(kind);
        }
        let help = match nearest(word, Kind::ALL.iter().map(|kind| kind.as_str())) {
            Some(kind) => format!("did you mean '{kind}'?"),
            None => {
                format!("the kinds are: {}", Kind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", "))
            }
        };
        Err(Error::new(Code::UnknownKind, format!("there is no kind '{word}'")).help(help))
    }
}

impl serde::Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Kind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Word;
        impl serde::de::Visitor<'_> for Word {
            type Value = Kind;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a kind such as \"email\"")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> std::result::Result<Kind, E> {
                word.parse().map_err(|_| E::unknown_variant(word, Kind::WORDS))
            }
        }
        deserializer.deserialize_str(Word)
    }
}
