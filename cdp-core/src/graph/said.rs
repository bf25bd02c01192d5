//! What a message says of consents: by itself, in its context, by a browser's signal, or in the columns of a row.

use super::message::Message;
use crate::consent::Status;
use crate::error::{Code, Error, Result, nearest};
use crate::instant::{self, Instant};
use crate::schema::{ConsentConfig, Kind, SourceConfig};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One thing said of a purpose; who said it and when is the message's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Said {
    /// The purpose.
    pub(crate) purpose: String,
    pub(crate) channel: Option<String>,
    pub(crate) status: Status,
    pub(crate) expires_at: Option<Instant>,
    /// What the message says about whether they were signed in; by default, whether it names a user.
    pub(crate) authenticated: Option<bool>,
    pub(crate) legal_basis: Option<String>,
    pub(crate) document_version: Option<String>,
    pub(crate) proof: Option<String>,
}

impl Said {
    fn new(purpose: &str, channel: Option<&str>, status: Status) -> Said {
        Said {
            purpose: purpose.to_owned(),
            channel: channel.map(str::to_owned),
            status,
            expires_at: None,
            authenticated: None,
            legal_basis: None,
            document_version: None,
            proof: None,
        }
    }
}

/// The keys of a message of type `consent`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    purpose: Option<String>,
    channel: Option<String>,
    status: Option<String>,
    expires_at: Option<String>,
    authenticated: Option<bool>,
    legal_basis: Option<String>,
    document_version: Option<String>,
    proof: Option<String>,
}

/// The part of a context that speaks of consent: as Segment's SDKs send it, and strings of TCF and GPP as they are.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Preferences {
    category_preferences: BTreeMap<String, serde_json::Value>,
    tcf: Option<String>,
    gpp: Option<String>,
}

fn invalid(field: &str, reason: impl Into<String>) -> Error {
    Error::new(Code::InvalidMessage, reason).field(field)
}

/// What a message of type `consent` says.
///
/// # Errors
/// `invalid_message` where it names no purpose, no status that exists, or no instant.
pub(super) fn consent(json: &str) -> Result<Said> {
    let wire: Wire = serde_json::from_str(json).map_err(|error| {
        Error::new(Code::InvalidMessage, format!("a consent cannot be read (column {})", error.column()))
    })?;
    let text = |value: Option<String>| value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let purpose = text(wire.purpose)
        .ok_or_else(|| invalid("purpose", "the consent has no purpose").help("name it, or say '*' for all"))?;
    let word = text(wire.status).unwrap_or_default();
    let status = Status::read(&word).ok_or_else(|| {
        let error = match word.is_empty() {
            true => Error::new(Code::InvalidMessage, "the consent has no status"),
            false => Error::hiding(Code::InvalidMessage, "there is no status '{}'", [&word]),
        };
        error.field("status").help("say granted, denied, withdrawn or expired")
    })?;
    let expires_at = text(wire.expires_at);
    let read = |text: &String| {
        instant::parse(text)
            .ok_or_else(|| invalid("expiresAt", "it is no instant").help("write it as 2024-05-01T12:00:00Z"))
    };
    Ok(Said {
        channel: text(wire.channel),
        expires_at: expires_at.as_ref().map(read).transpose()?,
        authenticated: wire.authenticated,
        legal_basis: text(wire.legal_basis),
        document_version: text(wire.document_version),
        proof: text(wire.proof),
        ..Said::new(&purpose, None, status)
    })
}

/// What the consent part of a context says: `{"categoryPreferences": {"Advertising": true}}`. A preference that is neither yes
/// nor no says nothing.
///
/// # Errors
/// `invalid_message` where it is of another form.
pub(super) fn preferences(json: &str) -> Result<Vec<Said>> {
    let wrong = |_| {
        invalid("context.consent", "the consent preferences cannot be read")
            .help("send {\"categoryPreferences\": {\"Advertising\": true, ...}}")
    };
    let preferences: Preferences = serde_json::from_str(json).map_err(wrong)?;
    // Neither has a space in it, and each is told by how it begins.
    let strings: Vec<String> = preferences.tcf.into_iter().chain(preferences.gpp).collect();
    let proof = Some(strings.join(" ")).filter(|proof| !proof.is_empty());
    let read = |(purpose, value): (&String, &serde_json::Value)| {
        let status = match value {
            serde_json::Value::Bool(yes) => Some(if *yes { Status::Granted } else { Status::Denied }),
            serde_json::Value::String(word) => Status::read(word),
            _ => None,
        };
        Some(Said { proof: proof.clone(), ..Said::new(purpose, None, status?) })
    };
    Ok(preferences.category_preferences.iter().filter_map(read).collect())
}

/// What the columns of a source say of consents.
pub(super) fn columns(message: &Message, source: Option<&SourceConfig>) -> Vec<Said> {
    let fields = source.into_iter().flat_map(|source| &source.fields);
    let read = |(column, field): (&String, &crate::schema::FieldConfig)| {
        let cell = message.cell(column)?;
        let purpose = field.purpose.as_deref().unwrap_or(column);
        Some(Said::new(purpose, field.channel.as_deref(), Status::read(cell)?))
    };
    fields.filter(|(_, field)| field.kind == Kind::Consent).filter_map(read).collect()
}

/// What a browser that asks not to be sold or shared refuses (Global Privacy Control).
pub(super) fn privacy_control(config: &ConsentConfig) -> impl Iterator<Item = Said> {
    config.gpc.iter().map(|purpose| Said { proof: Some("gpc".to_owned()), ..Said::new(purpose, None, Status::Denied) })
}

/// Checks that a message speaks of purposes and channels that there are.
///
/// # Errors
/// `invalid_message`.
pub(super) fn check(message: &Message, config: &ConsentConfig) -> Result<()> {
    for said in &message.said {
        let known = |field, word, words| known(Code::InvalidMessage, field, word, words);
        known("purpose", &said.purpose, &config.purposes)?;
        said.channel.as_ref().map_or(Ok(()), |channel| known("channel", channel, &config.channels))?;
    }
    Ok(())
}

/// Checks a word against those that the configuration has.
///
/// # Errors
/// Of that code.
pub(super) fn known(code: Code, field: &str, word: &str, words: &[String]) -> Result<()> {
    if ConsentConfig::is_known(word, words) {
        return Ok(());
    }
    let help = match nearest(word, words.iter().map(String::as_str)) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("the configuration has: {}", words.join(", ")),
    };
    let reason = format!("the configuration has no {field} '{{}}'");
    Err(Error::hiding(code, &reason, [word]).field(field).help(help))
}
