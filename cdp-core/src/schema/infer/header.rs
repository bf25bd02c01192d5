//! What a column's name says: a vocabulary of headers in several languages.

use super::value::fold;
use super::vocabulary::{Phrases, VOCABULARY};
use crate::schema::Kind;

/// What a header suggests.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hint {
    pub(super) kind: Kind,
    /// From 0 to 1: how surely the words mean that kind (`name` and `number` mean many things).
    pub(super) strength: f64,
    /// The words that were recognised.
    pub(super) phrase: String,
}

/// Last words that turn `phone` into the type, the state, ... of a phone.
const QUALIFIERS: &str = "type status statut flag optin opt consent verified valid typ tipo stato quality source country state \
issuer pays lang language provider carrier format category level rank score kind role";

/// Words that make an identifier one of something else than the person.
const OTHERS_IDS: &str = "rel relation pointer anchor parent group household family store shop order product campaign batch manager \
agent site branch event transaction invoice basket ticket country city region state department category type status program agency \
magasin boutique commande produit facture foyer campagne filiale bestellung produkt pedido producto ordine prodotto";

/// Words for somebody whom a record mentions beside the person it is about.
const OTHER_PEOPLE: &str = "referrer referer referral referred referee sponsor parrain marraine advisor adviser conseiller conseillere berater betreuer asesor consulente manager responsable vorgesetzter seller salesperson salesman saleswoman salesrep vendeur vendeuse verkaufer vendedor venditore verkoper cashier caissier caissiere kassierer cajero cassiere doctor physician medecin arzt hausarzt medico gp nurse emergency urgence notfall emergencia emergenza kin spouse conjoint conjointe husband wife mari epouse epoux ehepartner ehemann ehefrau conyuge coniuge mother father mere pere mutter vater madre padre mae pai moeder vader parent guardian tuteur tutor vormund child enfant kind hijo figlio teacher enseignant lehrer";

/// Words for what somebody else did to a record, before `by`.
const DEEDS: &str =
    "created updated modified assigned approved entered recorded cree modifie saisi erstellt creado creato";

/// Whether the header names somebody else than the record is about: `referrer_email`, `emergency phone`, `created by`.
pub(super) fn is_about_others(header: &str) -> bool {
    let words = words(header);
    let did = |pair: &[String]| is_among(pair.first(), DEEDS) && is_among(pair.get(1), "by par von por da");
    words.iter().any(|word| is_among(Some(word), OTHER_PEOPLE)) || words.windows(2).any(did)
}

/// The header's words: split at signs, at the change from lower to upper case, and between letters and digits.
pub(super) fn words(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous = ' ';
    let chars: Vec<char> = header.chars().collect();
    for (index, &c) in chars.iter().enumerate() {
        let next_is_lower = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        let camel = c.is_uppercase() && (previous.is_lowercase() || previous.is_uppercase() && next_is_lower);
        let numbered = c.is_ascii_digit() != previous.is_ascii_digit() && previous.is_alphanumeric();
        if !c.is_alphanumeric() || camel || numbered {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c);
        }
        previous = c;
    }
    words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect()
}

/// What the header suggests, `None` where it says nothing. Where its words say less written out than as they are, they are none
/// of the abbreviations they look like.
pub(super) fn hint(header: &str) -> Option<Hint> {
    let words = words(header);
    let full: Vec<String> = words.iter().flat_map(|word| written_out(word).split(' ').map(str::to_owned)).collect();
    let as_written = best_phrase(&words);
    let in_full = if full == words { None } else { best_phrase(&full) };
    match (as_written, in_full) {
        (Some(one), Some(other)) if other.rank > one.rank => Some(qualified(&full, other)),
        (None, Some(other)) => Some(qualified(&full, other)),
        (one, _) => one.map(|one| qualified(&words, one)),
    }
}

/// A word of a header without its abbreviation.
fn written_out(word: &str) -> &str {
    ABBREVIATIONS.iter().find(|(short, _)| *short == word).map_or(word, |(_, full)| full)
}

/// What the columns of old systems are called.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("lnm", "last name"),
    ("lstnm", "last name"),
    ("lastnm", "last name"),
    ("srnm", "last name"),
    ("fnm", "first name"),
    ("frstnm", "first name"),
    ("firstnm", "first name"),
    ("mnm", "middle name"),
    ("mid", "middle"),
    ("midl", "middle"),
    ("nm", "name"),
    ("nme", "name"),
    ("frst", "first"),
    ("fst", "first"),
    ("lst", "last"),
    ("cust", "customer"),
    ("cty", "city"),
    ("ph", "phone"),
    ("phn", "phone"),
    ("phne", "phone"),
    ("fone", "phone"),
    ("hm", "home"),
    ("wk", "work"),
    ("mob", "mobile"),
    ("eml", "email"),
    ("brth", "birth"),
    ("bth", "birth"),
    ("dt", "date"),
    ("dte", "date"),
    ("ln", "line"),
    ("nbr", "number"),
    ("no", "number"),
    ("num", "number"),
    ("reg", "registration"),
    ("sfx", "suffix"),
    ("sufx", "suffix"),
    ("orgn", "organisation"),
];

struct Found {
    hint: Hint,
    covers_last: bool,
    rank: (usize, bool, usize, usize),
}

fn best_phrase(words: &[String]) -> Option<Found> {
    let mut best: Option<Found> = None;
    for (priority, Phrases { kind, strength, phrases }) in VOCABULARY.iter().enumerate() {
        for phrase in phrases {
            let Some(Match { length, covers_last, exact }) = matched(words, phrase) else { continue };
            let bytes = phrase.iter().map(|word| word.len() + 1).sum::<usize>();
            let rank = (length, exact, VOCABULARY.len() - priority, bytes);
            if best.as_ref().is_none_or(|found| rank > found.rank) {
                let whole = length >= words.len();
                let strength = if whole { *strength } else { strength * 0.9 };
                best =
                    Some(Found { hint: Hint { kind: *kind, strength, phrase: phrase.join(" ") }, covers_last, rank });
            }
        }
    }
    best
}

/// How a phrase occurs in a header.
struct Match {
    /// Words of the header it explains.
    length: usize,
    covers_last: bool,
    /// Written in the same words, not run together.
    exact: bool,
}

fn matched(words: &[String], parts: &[String]) -> Option<Match> {
    if let Some(start) = words.windows(parts.len()).position(|window| window == parts) {
        return Some(Match { length: parts.len(), covers_last: start + parts.len() == words.len(), exact: true });
    }
    let (joined, compact) = (words.concat(), parts.concat());
    if joined == compact {
        return Some(Match { length: parts.len().max(words.len()), covers_last: true, exact: false });
    }
    let ends = joined.ends_with(&compact);
    let inside = is_long(&compact) && (ends || joined.starts_with(&compact));
    inside.then_some(Match { length: parts.len(), covers_last: ends, exact: false })
}

/// Whether a phrase is long enough to mean the same where it is run together with others. Chinese, Japanese and Korean, which write
/// words together anyway, say much in few characters.
fn is_long(phrase: &str) -> bool {
    let characters = phrase.chars().count();
    phrase.chars().all(|c| c >= '\u{2e80}') && characters >= 2 || characters >= 7
}

fn is_among(word: Option<&String>, list: &str) -> bool {
    word.is_some_and(|word| list.split_whitespace().any(|entry| entry == word))
}

/// Corrects the phrase by what stands around it.
fn qualified(words: &[String], found: Found) -> Hint {
    let Found { hint, covers_last, .. } = found;
    let (first, last) = (words.first(), words.last());
    let is_flag = is_among(first, "is has optin accept accepte") && words.len() > 1;
    if is_flag || !covers_last && words.len() > 1 && is_among(last, QUALIFIERS) {
        return Hint { kind: Kind::Category, strength: 0.8, ..hint };
    }
    if words.len() > 1 && is_among(first, "nb num count nombre anzahl") && hint.kind == Kind::FullName {
        return Hint { kind: Kind::Number, strength: 0.7, ..hint };
    }
    let ends_as_id = is_among(last, "id key code") || is_among(first, "id code");
    let id_like = matches!(hint.kind, Kind::Identifier | Kind::CustomerId | Kind::LoyaltyId | Kind::AnonymousId);
    if ends_as_id
        && words.iter().any(|word| is_among(Some(word), OTHERS_IDS))
        && (id_like || hint.phrase.split(' ').count() == 1)
    {
        let place = matches!(hint.kind, Kind::Country | Kind::Region | Kind::PostalCode);
        return if place { hint } else { Hint { kind: Kind::Category, strength: 0.6, ..hint } };
    }
    let is_name = matches!(hint.kind, Kind::OrganisationName | Kind::FullName | Kind::Category);
    if ends_as_id && !covers_last && is_name {
        return Hint { kind: Kind::Identifier, strength: 0.5, ..hint };
    }
    hint
}

/// Whether the header speaks of a place of birth, which is not where somebody lives.
pub(super) fn is_birth_place(header: &str) -> bool {
    let words = words(header);
    let birth = "birth birthplace naissance geburtsort nacimiento nascita nascimento geboorteplaats";
    words.iter().any(|word| is_among(Some(word), birth))
}

/// How well the header names the id of the record: lower is better, `None` if it does not.
pub(super) fn record_id_rank(header: &str, source: &str) -> Option<usize> {
    let words = words(header);
    let joined = words.concat();
    let own = fold(source);
    let singular = own.strip_suffix('s').unwrap_or(&own);
    let y_form = own.strip_suffix("ies").map_or(String::new(), |stem| format!("{stem}y"));
    let exact = [
        "recordid",
        "recid",
        "uniqueid",
        "id",
        "rowid",
        "rid",
        "pk",
        "uuid",
        "guid",
        "uid",
        "oid",
        "recordkey",
        "编号",
        "key",
    ];
    if let Some(rank) = exact.iter().position(|name| *name == joined) {
        return Some(rank);
    }
    if [format!("{own}id"), format!("{singular}id"), format!("id{own}"), format!("id{singular}"), format!("{y_form}id")]
        .contains(&joined)
    {
        return Some(20);
    }
    match hint(header)? {
        Hint { kind: Kind::CustomerId, .. } => Some(30),
        Hint { kind: Kind::OrganisationId, .. } if is_among(words.last(), "id") => Some(35),
        Hint { kind: Kind::LoyaltyId, .. } => Some(50),
        Hint { kind: Kind::Identifier, .. }
            if is_among(
                words.last(),
                "id nr no num numero nummer number identifiant ref reference code key matricule",
            ) =>
        {
            Some(40)
        }
        Hint { kind: Kind::Identifier, .. } if is_among(words.first(), "id num no numero code identifiant") => Some(45),
        _ => None,
    }
}

/// How well the header says when the record was observed: lower is better, `None` if it does not.
pub(super) fn observed_rank(header: &str) -> Option<usize> {
    let joined = words(header).concat();
    let names = [
        "observedat",
        "updatedat",
        "lastupdated",
        "lastupdatedat",
        "updatedon",
        "lastupdate",
        "modifiedat",
        "lastmodified",
        "modifiedon",
        "modified",
        "updated",
        "datemaj",
        "maj",
        "dernieremaj",
        "datemodification",
        "datemiseajour",
        "dernieremodification",
        "lastseen",
        "lastseenat",
        "derniereconnexion",
        "lastlogin",
        "aktualisiert",
        "aktualisiertam",
        "geandertam",
        "fechaactualizacion",
        "fechamodificacion",
        "dataaggiornamento",
        "dataatualizacao",
        "gewijzigd",
        "eventtime",
        "timestamp",
        "datetime",
        "receivedat",
        "sentat",
        "createdat",
        "createdon",
        "created",
        "datecreation",
        "datecreated",
        "creationdate",
        "erstelltam",
        "fechacreacion",
        "fechaalta",
        "datacreazione",
        "datacadastro",
        "aangemaakt",
        "inscription",
        "dateinscription",
        "signupdate",
        "registeredat",
        "registrationdate",
    ];
    names.iter().position(|name| *name == joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_many_languages_and_old_systems() {
        let kinds = [
            (
                Kind::FamilyName,
                "Soyadı|Επώνυμο|Příjmení|Vezetéknév|姓|Фамилия|성|Прізвище|שם משפחה|اللقب|Efternamn|CUST_LNM",
            ),
            (Kind::GivenName, "Όνομα|Jméno|Keresztnév|Имя|이름|prenume|Etunimi|CUST_FNM"),
            (Kind::FullName, "Adı Soyadı|Ονοματεπώνυμο|姓名|客户姓名|Họ và tên|ФИО|account_holder"),
            (
                Kind::BirthDate,
                "Doğum tarihi|Ημερομηνία γέννησης|Datum narození|生年月日|تاريخ الميلاد|תאריך לידה|BRTH_DT",
            ),
            (Kind::Email, "E-posta|メールアドレス|电子邮箱|Sähköposti|البريد الإلكتروني|EML"),
            (Kind::Phone, "Telefon numarası|電話番号|客户手机号|휴대폰|Số điện thoại|टेलीफोन फोन|HM_PH"),
            (Kind::City, "Şehir|Πόλη|Město|市区町村|Thành phố|CTY_NM"),
            (Kind::PostalCode, "Posta kodu|ΤΚ|PSČ|Irányítószám|郵便番号|우편번호|Индекс"),
            (Kind::StreetAddress, "Διεύθυνση|住所|Адрес|العنوان|ADDR_LN1"),
            (Kind::OrganisationId, "reg_number|Registration No"),
            (Kind::Date, "registr_dt|ACCT_OPN_DT"),
        ];
        for (kind, headers) in kinds {
            for header in headers.split('|') {
                assert_eq!(hint(header).map(|hint| hint.kind), Some(kind), "{header}");
            }
        }
    }

    #[test]
    fn no_phrase_means_two_kinds_as_surely() {
        let mut seen: std::collections::HashMap<(String, u64), Kind> = Default::default();
        for Phrases { kind, strength, phrases } in VOCABULARY.iter() {
            for phrase in phrases {
                let key = (phrase.concat(), strength.to_bits());
                let before = *seen.entry(key).or_insert(*kind);
                assert_eq!(before, *kind, "{phrase:?}");
            }
        }
    }
}
