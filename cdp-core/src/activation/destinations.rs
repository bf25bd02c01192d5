//! What each destination wants, as data: columns, how a value becomes what is sent, limits, and where that is published.
//!
//! A rule that could not be found is not here; `docs/activation.md` lists those. To follow a destination's change, add a
//! destination of a new version and keep the old one, since hashes sent before were made by it.

use crate::schema::Kind;

/// One destination in one version.
#[derive(Debug, Clone, Copy)]
pub struct Destination {
    /// Its name and version, e.g. `uid2@1`.
    pub name: &'static str,
    /// What it is, in words.
    pub title: &'static str,
    /// Its fields, in the order of their columns.
    pub fields: &'static [Field],
    /// The most that one request or file takes; `None` where nothing is published, or there is no limit.
    pub limit: Option<Limit>,
    /// Where the limit is published.
    pub limit_source: &'static str,
    /// Whether consent is stated once for a whole request, so that people of different consents go into different batches.
    pub consent_per_batch: bool,
    /// Kinds that it takes only together.
    pub together: &'static [Kind],
    /// Whether further values stand under the header of the first.
    pub repeats_headers: bool,
}

/// The columns for the values of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// What the values mean.
    pub kind: Kind,
    /// The destination's name for the column; `#` stands for the number of the value.
    pub header: &'static str,
    /// How many values of one person it takes.
    pub most: usize,
    /// From the value to the text that is hashed. Before them white space is tidied and the text is composed (NFC).
    pub steps: &'static [Step],
    /// How the text is hashed.
    pub hash: Hash,
    /// Whether a person can be found by it.
    pub finds: bool,
    /// Where the rule is published.
    pub source: &'static str,
}

/// The most that one batch takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// People.
    People(usize),
    /// Values, over all columns.
    Values(usize),
}

/// How a text becomes what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// As it is.
    Plain,
    /// SHA-256 in 64 small hexadecimal digits.
    Sha256Hex,
    /// SHA-256, its 32 bytes in Base64 with padding.
    Sha256Base64,
    /// SHA-1 in 40 small hexadecimal digits.
    Sha1Hex,
}

/// One step of normalising.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Without any white space.
    NoSpaces,
    /// An e-mail address, or nothing.
    Address,
    /// Small letters, accents kept.
    Lower,
    /// At these domains, without the dots of the local part, and without what follows its first plus sign.
    Mailbox(&'static [&'static str]),
    /// Without leading titles and civilities.
    NoTitle,
    /// Without a suffix at the end: Jr, III.
    NoSuffix,
    /// Letters, accents, digits and single spaces only.
    NoPunctuation,
    /// Letters, accents and digits only.
    LettersAndDigits,
    /// Letters and digits of ASCII, or nothing: what becomes of others is not published.
    AsciiOnly,
    /// A telephone number as `+33612345679`, or nothing.
    E164,
    /// Not a telephone number of a member state of the European Union.
    OutsideEu,
    /// Without the plus sign.
    NoPlus,
    /// Without the country code.
    National,
    /// A date as `19970216`.
    DateDigits,
    /// A gender as `f` or `m`.
    Initial,
    /// A country as its ISO 3166 code in capitals.
    CountryCode,
    /// In the United States the two letters of the state.
    UsState,
    /// In the United States the first five digits of the postal code.
    UsZip5,
    /// In the United States the five or nine digits of the postal code, the nine joined by this.
    UsZip9(&'static str),
}

use Step::*;

/// The field of a kind of which a person is found by the first `most` values.
const fn finder(
    kind: Kind,
    header: &'static str,
    most: usize,
    steps: &'static [Step],
    hash: Hash,
    source: &'static str,
) -> Field {
    Field { kind, header, most, steps, hash, finds: true, source }
}

/// A field that only adds to others.
const fn further(kind: Kind, header: &'static str, steps: &'static [Step], hash: Hash, source: &'static str) -> Field {
    Field { kind, header, most: 1, steps, hash, finds: false, source }
}

const GOOGLE: &str = "https://developers.google.com/data-manager/api/devguides/concepts/formatting";
const GOOGLE_FIELDS: &str = "https://developers.google.com/data-manager/api/reference/rest/v1/UserData";
const GOOGLE_LIMIT: &str = "https://developers.google.com/data-manager/api/reference/rest/v1/audienceMembers/ingest";
const META: &str =
    "https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters";
const META_LIMIT: &str = "https://developers.facebook.com/docs/marketing-api/conversions-api/using-the-api";
const META_NAMES: &str = "https://github.com/facebook/capi-param-builder";
const TIKTOK: &str = "https://ads.tiktok.com/help/article/how-to-create-a-custom-audience-with-a-customer-file";
const SNAP: &str = "https://developers.snap.com/api/marketing-api/Conversions-API/Parameters";
const SNAP_LIMIT: &str =
    "https://www.rudderstack.com/docs/destinations/reverse-etl-destinations/snapchat-custom-audience/setup-guide";
const UID2: &str = "https://unifiedid.com/docs/getting-started/gs-normalization-encoding";
const UID2_LIMIT: &str = "https://unifiedid.com/docs/endpoints/post-identity-map";
const LIVERAMP: &str = "https://docs.liveramp.com/connect/en/formatting-identifiers.html";
const LIVERAMP_HASH: &str = "https://docs.liveramp.com/connect/en/hashing-identifiers.html";
const TRADE_DESK: &str =
    "https://experienceleague.adobe.com/en/docs/experience-platform/destinations/catalog/advertising/tradedesk-emails";
const TRADE_DESK_PHONE: &str = "https://docs.tealium.com/server-side-connectors/the-trade-desk-crm-data-connector";
const AMAZON: &str =
    "https://experienceleague.adobe.com/en/docs/experience-platform/destinations/catalog/advertising/amazon-ads-v2";
const AMAZON_CONNECTOR: &str =
    "https://docs.tealium.com/server-side-connectors/amazon-ads-audience-management-connector";
const AMAZON_NAMES: &str = "https://github.com/segmentio/action-destinations/tree/main/packages/destination-actions/src/destinations/amazon-amc";
const AMAZON_LIMIT: &str = "https://advertising.amazon.com/API/docs/en-us/adm/1_ads-data-manager-console-overview";
const OURS: &str = "";

const GOOGLE_MAIL: &[&str] = &["gmail.com", "googlemail.com"];
const GMAIL: &[&str] = &["gmail.com"];

impl Destination {
    /// Every destination.
    pub const ALL: &'static [Destination] = &[
        Destination {
            name: "google_customer_match@2026",
            title: "Google Customer Match, Data Manager API",
            fields: &[
                // Ten identifiers a person, of which the address is one.
                finder(
                    Kind::Email,
                    "email_address",
                    5,
                    &[NoSpaces, Address, Lower, Mailbox(GOOGLE_MAIL)],
                    Hash::Sha256Hex,
                    GOOGLE,
                ),
                finder(Kind::Phone, "phone_number", 4, &[E164], Hash::Sha256Hex, GOOGLE),
                finder(
                    Kind::GivenName,
                    "given_name",
                    1,
                    &[NoTitle, Lower, NoPunctuation],
                    Hash::Sha256Hex,
                    GOOGLE_FIELDS,
                ),
                further(
                    Kind::FamilyName,
                    "family_name",
                    &[NoSuffix, Lower, NoPunctuation],
                    Hash::Sha256Hex,
                    GOOGLE_FIELDS,
                ),
                further(Kind::Country, "region_code", &[CountryCode], Hash::Plain, GOOGLE),
                further(Kind::PostalCode, "postal_code", &[UsZip9("-")], Hash::Plain, GOOGLE),
            ],
            limit: Some(Limit::People(10_000)),
            limit_source: GOOGLE_LIMIT,
            consent_per_batch: true,
            together: &[Kind::GivenName, Kind::FamilyName, Kind::Country, Kind::PostalCode],
            repeats_headers: false,
        },
        Destination {
            name: "meta_capi@2026",
            title: "Meta Conversions API, customer information",
            fields: &[
                finder(Kind::Email, "em", 3, &[Address, Lower], Hash::Sha256Hex, META),
                finder(Kind::Phone, "ph", 3, &[E164, NoPlus], Hash::Sha256Hex, META),
                further(Kind::GivenName, "fn", &[Lower, LettersAndDigits], Hash::Sha256Hex, META_NAMES),
                further(Kind::FamilyName, "ln", &[Lower, LettersAndDigits], Hash::Sha256Hex, META_NAMES),
                further(Kind::BirthDate, "db", &[DateDigits], Hash::Sha256Hex, META),
                further(Kind::Gender, "ge", &[Initial], Hash::Sha256Hex, META),
                further(Kind::City, "ct", &[Lower, LettersAndDigits], Hash::Sha256Hex, META),
                further(Kind::Region, "st", &[UsState, Lower, LettersAndDigits], Hash::Sha256Hex, META),
                further(Kind::PostalCode, "zp", &[UsZip5, Lower, LettersAndDigits], Hash::Sha256Hex, META),
                further(Kind::Country, "country", &[CountryCode, Lower], Hash::Sha256Hex, META),
            ],
            limit: Some(Limit::People(1_000)),
            limit_source: META_LIMIT,
            consent_per_batch: false,
            together: &[],
            repeats_headers: false,
        },
        Destination {
            name: "tiktok@2026",
            title: "TikTok custom audience, customer file",
            fields: &[
                finder(Kind::Email, "Email_SHA256", 3, &[NoSpaces, Address, Lower], Hash::Sha256Hex, TIKTOK),
                finder(Kind::Phone, "Phone_SHA256", 3, &[E164], Hash::Sha256Hex, TIKTOK),
            ],
            limit: None,
            limit_source: TIKTOK,
            consent_per_batch: false,
            together: &[],
            repeats_headers: true,
        },
        Destination {
            name: "snap@2026",
            title: "Snap customer lists and Conversions API",
            fields: &[
                finder(Kind::Email, "em", 3, &[Address, Lower], Hash::Sha256Hex, SNAP),
                finder(Kind::Phone, "ph", 3, &[E164, NoPlus], Hash::Sha256Hex, SNAP),
                further(Kind::GivenName, "fn", &[Lower, LettersAndDigits], Hash::Sha256Hex, SNAP),
                further(Kind::FamilyName, "ln", &[Lower, LettersAndDigits], Hash::Sha256Hex, SNAP),
            ],
            limit: Some(Limit::Values(100_000)),
            limit_source: SNAP_LIMIT,
            consent_per_batch: false,
            together: &[],
            repeats_headers: false,
        },
        Destination {
            name: "uid2@1",
            title: "Unified ID 2.0, POST /v3/identity/map",
            fields: &[
                finder(Kind::Email, "email_hash", 3, &[Address, Lower, Mailbox(GMAIL)], Hash::Sha256Base64, UID2),
                finder(Kind::Phone, "phone_hash", 3, &[E164], Hash::Sha256Base64, UID2),
            ],
            limit: Some(Limit::Values(5_000)),
            limit_source: UID2_LIMIT,
            consent_per_batch: false,
            together: &[],
            repeats_headers: false,
        },
        Destination {
            name: "liveramp@2026",
            title: "LiveRamp onboarding file",
            fields: &[
                finder(Kind::Email, "EMAIL#_SHA-256", 3, &[NoSpaces, Address, Lower], Hash::Sha256Hex, LIVERAMP_HASH),
                finder(Kind::Phone, "PHONE#_SHA-1", 3, &[E164, OutsideEu, National], Hash::Sha1Hex, LIVERAMP_HASH),
                // LiveRamp cannot accept hashed names and postal addresses.
                finder(Kind::GivenName, "FIRSTNAME", 1, &[NoTitle], Hash::Plain, LIVERAMP),
                further(Kind::FamilyName, "LASTNAME", &[], Hash::Plain, LIVERAMP),
                further(Kind::StreetAddress, "ADDRESS1", &[], Hash::Plain, LIVERAMP),
                further(Kind::City, "CITY", &[], Hash::Plain, LIVERAMP),
                further(Kind::Region, "STATE", &[], Hash::Plain, LIVERAMP),
                further(Kind::PostalCode, "ZIP", &[UsZip9("")], Hash::Plain, LIVERAMP),
            ],
            limit: None,
            limit_source: LIVERAMP,
            consent_per_batch: false,
            together: &[
                Kind::GivenName,
                Kind::FamilyName,
                Kind::StreetAddress,
                Kind::City,
                Kind::Region,
                Kind::PostalCode,
            ],
            repeats_headers: false,
        },
        Destination {
            name: "trade_desk@2026",
            title: "The Trade Desk CRM data",
            fields: &[
                finder(
                    Kind::Email,
                    "hashed_email",
                    3,
                    &[Address, Lower, Mailbox(GMAIL)],
                    Hash::Sha256Base64,
                    TRADE_DESK,
                ),
                finder(Kind::Phone, "hashed_phone", 3, &[E164, OutsideEu], Hash::Sha256Base64, TRADE_DESK_PHONE),
            ],
            limit: None,
            limit_source: TRADE_DESK_PHONE,
            consent_per_batch: false,
            together: &[],
            repeats_headers: false,
        },
        Destination {
            name: "amazon_ads@2026",
            title: "Amazon Ads data manager, audience members",
            fields: &[
                finder(Kind::Email, "email", 3, &[Address, Lower], Hash::Sha256Hex, AMAZON_CONNECTOR),
                finder(Kind::Phone, "phone", 3, &[E164, NoPlus], Hash::Sha256Hex, AMAZON_NAMES),
                further(
                    Kind::GivenName,
                    "firstName",
                    &[AsciiOnly, Lower, LettersAndDigits],
                    Hash::Sha256Hex,
                    AMAZON_NAMES,
                ),
                further(
                    Kind::FamilyName,
                    "lastName",
                    &[AsciiOnly, Lower, LettersAndDigits],
                    Hash::Sha256Hex,
                    AMAZON_NAMES,
                ),
                further(Kind::City, "city", &[AsciiOnly, Lower, LettersAndDigits], Hash::Sha256Hex, AMAZON_NAMES),
                further(Kind::Country, "countryCode", &[CountryCode], Hash::Plain, AMAZON),
            ],
            limit: Some(Limit::People(5_000)),
            limit_source: AMAZON_LIMIT,
            consent_per_batch: false,
            together: &[],
            repeats_headers: false,
        },
        Destination {
            name: "plain",
            title: "Your own systems: nothing is hashed",
            fields: &[
                finder(Kind::Email, "email", 3, &[Address, Lower], Hash::Plain, OURS),
                finder(Kind::Phone, "phone", 3, &[E164], Hash::Plain, OURS),
                finder(Kind::CustomerId, "customer_id", 3, &[], Hash::Plain, OURS),
                finder(Kind::LoyaltyId, "loyalty_id", 3, &[], Hash::Plain, OURS),
                further(Kind::GivenName, "given_name", &[], Hash::Plain, OURS),
                further(Kind::FamilyName, "family_name", &[], Hash::Plain, OURS),
                further(Kind::BirthDate, "birth_date", &[], Hash::Plain, OURS),
                further(Kind::Gender, "gender", &[], Hash::Plain, OURS),
                finder(Kind::StreetAddress, "street_address", 1, &[], Hash::Plain, OURS),
                further(Kind::PostalCode, "postal_code", &[], Hash::Plain, OURS),
                further(Kind::City, "city", &[], Hash::Plain, OURS),
                further(Kind::Region, "region", &[], Hash::Plain, OURS),
                further(Kind::Country, "country", &[CountryCode], Hash::Plain, OURS),
            ],
            limit: None,
            limit_source: OURS,
            consent_per_batch: false,
            together: &[],
            repeats_headers: false,
        },
    ];
}
