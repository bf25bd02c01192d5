//! The region of a source: under which country's rules its phones and postal codes read best.

use super::Source;
use super::content::Trait;
use super::value::{fold, shape};
use crate::schema::Kind;
use std::collections::BTreeMap;

/// How national and international phone numbers and postal codes of a region look.
struct Look {
    region: &'static str,
    calling: &'static str,
    /// Starts and lengths of national numbers: `0[1-9]` and ten digits.
    national: fn(&str) -> bool,
    postal: &'static [&'static str],
    names: &'static [&'static str],
}

const LOOKS: &[Look] = &[
    Look { region: "FR", calling: "33", national: french, postal: &["99999"], names: &["fr", "fra", "france"] },
    Look {
        region: "GB",
        calling: "44",
        national: british,
        postal: &["A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA"],
        names: &["gb", "uk", "gbr", "united kingdom", "england", "great britain"],
    },
    Look {
        region: "US",
        calling: "1",
        national: american,
        postal: &["99999", "99999-9999"],
        names: &["us", "usa", "united states", "etats-unis"],
    },
    Look {
        region: "DE",
        calling: "49",
        national: german,
        postal: &["99999"],
        names: &["de", "deu", "germany", "deutschland", "allemagne"],
    },
    Look {
        region: "ES",
        calling: "34",
        national: spanish,
        postal: &["99999"],
        names: &["es", "esp", "spain", "espana", "espagne"],
    },
    Look {
        region: "IT",
        calling: "39",
        national: italian,
        postal: &["99999"],
        names: &["it", "ita", "italy", "italia", "italie"],
    },
    Look {
        region: "PT",
        calling: "351",
        national: portuguese,
        postal: &["9999-999"],
        names: &["pt", "prt", "portugal"],
    },
    Look {
        region: "NL",
        calling: "31",
        national: dutch,
        postal: &["9999 AA", "9999AA"],
        names: &["nl", "nld", "netherlands", "nederland", "pays-bas"],
    },
    Look {
        region: "BE",
        calling: "32",
        national: belgian,
        postal: &["9999"],
        names: &["be", "bel", "belgium", "belgique", "belgie"],
    },
    Look {
        region: "CH",
        calling: "41",
        national: swiss,
        postal: &["9999"],
        names: &["ch", "che", "switzerland", "suisse", "schweiz"],
    },
    Look {
        region: "AT",
        calling: "43",
        national: no_form,
        postal: &["9999"],
        names: &["at", "aut", "austria", "osterreich", "autriche"],
    },
    Look { region: "AU", calling: "61", national: australian, postal: &["9999"], names: &["au", "aus", "australia"] },
    Look { region: "CA", calling: "1", national: no_form, postal: &["A9A 9A9"], names: &["ca", "can", "canada"] },
    Look {
        region: "BR",
        calling: "55",
        national: no_form,
        postal: &["99999-999"],
        names: &["br", "bra", "brazil", "brasil"],
    },
    Look {
        region: "PL",
        calling: "48",
        national: no_form,
        postal: &["99-999"],
        names: &["pl", "pol", "poland", "polska"],
    },
    Look {
        region: "SE",
        calling: "46",
        national: no_form,
        postal: &["999 99"],
        names: &["se", "swe", "sweden", "sverige"],
    },
    Look { region: "IE", calling: "353", national: no_form, postal: &[], names: &["ie", "irl", "ireland"] },
    Look { region: "LU", calling: "352", national: no_form, postal: &["9999"], names: &["lu", "lux", "luxembourg"] },
];

fn starts(digits: &str, first: &[&str], lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&digits.len()) && first.iter().any(|start| digits.starts_with(start))
}

fn french(d: &str) -> bool {
    starts(d, &["01", "02", "03", "04", "05", "06", "07", "08", "09"], 10..=10)
}

fn british(d: &str) -> bool {
    starts(d, &["01", "02", "03", "07", "08"], 11..=11)
}

fn american(d: &str) -> bool {
    starts(d, &["2", "3", "4", "5", "6", "7", "8", "9"], 10..=10) || starts(d, &["1"], 11..=11)
}

fn german(d: &str) -> bool {
    starts(d, &["015", "016", "017"], 11..=12) || starts(d, &["02", "03", "04", "05", "06", "07", "08", "09"], 9..=12)
}

fn spanish(d: &str) -> bool {
    starts(d, &["6", "7", "8", "9"], 9..=9)
}

fn italian(d: &str) -> bool {
    starts(d, &["3"], 9..=10) || starts(d, &["0"], 9..=11)
}

fn portuguese(d: &str) -> bool {
    starts(d, &["9", "2"], 9..=9)
}

fn dutch(d: &str) -> bool {
    starts(d, &["0"], 10..=10)
}

fn belgian(d: &str) -> bool {
    starts(d, &["04"], 10..=10) || starts(d, &["0"], 9..=9)
}

fn swiss(d: &str) -> bool {
    starts(d, &["0"], 10..=10)
}

fn australian(d: &str) -> bool {
    starts(d, &["02", "03", "04", "07", "08"], 10..=10)
}

fn no_form(_: &str) -> bool {
    false
}

/// The region, where countries, phones or postal codes tell it.
pub(super) fn of(source: &Source<'_>) -> Option<String> {
    let mut votes: BTreeMap<&'static str, f64> = BTreeMap::new();
    for column in &source.columns {
        let weight = match column.verdict.kind {
            Kind::Country => 4.0,
            Kind::Phone => 2.0,
            Kind::PostalCode => 1.0,
            Kind::Region if column.content.share(Trait::Region) > 0.5 => 0.5,
            _ => continue,
        };
        let values: f64 = column.content.sample.iter().map(|s| f64::from(s.count).sqrt()).sum();
        for sampled in &column.content.sample {
            let share = f64::from(sampled.count).sqrt() * weight / values;
            vote(&mut votes, column.verdict.kind, sampled.text, share);
        }
    }
    decide(votes)
}

fn vote(votes: &mut BTreeMap<&'static str, f64>, kind: Kind, text: &str, share: f64) {
    let folded = fold(text.trim());
    for look in LOOKS {
        let fits = match kind {
            Kind::Country => look.names.contains(&folded.as_str()),
            Kind::Phone => phone_fits(look, text),
            Kind::PostalCode => look.postal.contains(&spaced(text, look).as_str()),
            _ => is_state_of(look.region, &folded),
        };
        if fits {
            *votes.entry(look.region).or_default() += share;
        }
    }
}

fn phone_fits(look: &Look, text: &str) -> bool {
    let digits: String = text.split('x').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("00") {
        Some(rest) => rest.starts_with(look.calling),
        None if text.trim().starts_with('+') => digits.starts_with(look.calling),
        None => (look.national)(&digits),
    }
}

/// The shape of a postal code; British ones are written with their space.
fn spaced(text: &str, look: &Look) -> String {
    let text = text.trim();
    if look.region == "GB" && !text.contains(' ') && text.is_ascii() && (5..=7).contains(&text.len()) {
        let (outward, inward) = text.split_at(text.len() - 3);
        return shape(&format!("{outward} {inward}"));
    }
    shape(text)
}

fn is_state_of(region: &str, folded: &str) -> bool {
    let states = match region {
        "AU" => "nsw vic qld act tas sa wa nt",
        "US" => {
            "ca tx ny fl il pa oh ga mi nj va az ma in mo md wi mn al la ky or ok ct ia ut nv ar ms ks nm id nh wv me"
        }
        _ => return false,
    };
    states.split(' ').any(|state| state == folded)
}

/// The region ahead of all others, by a clear margin.
fn decide(votes: BTreeMap<&'static str, f64>) -> Option<String> {
    let mut ranked: Vec<(&str, f64)> = votes.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let (region, best) = *ranked.first()?;
    let next = ranked.get(1).map_or(0.0, |entry| entry.1);
    (best >= 0.4 && best >= 1.15 * next).then(|| region.to_owned())
}
