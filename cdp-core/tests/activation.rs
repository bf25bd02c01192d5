//! Activation: batches, files, consent from predicates, and that nobody is exported who did not allow it.

#![cfg(feature = "csv")]
#![allow(clippy::disallowed_methods)] // a test writes files

use cdp_core::activation::{ByPerson, Consents, Destination, Export, LeftOut, Person, Request, export};
use cdp_core::consent::Effective;
use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Activation, Resolution, Who};
use cdp_core::schema::Kind;
use cdp_core::{Config, resolve};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn granted() -> ByPerson<impl Fn(&Person<'_>) -> Effective> {
    ByPerson(|_: &Person<'_>| Effective::Granted)
}

fn sizes(export: &Export) -> Vec<usize> {
    export.batches.iter().map(|batch| batch.table.len()).collect()
}

#[test]
fn a_batch_is_as_large_as_the_destination_takes() {
    let ids: Vec<String> = (0..12_345).map(|n| format!("p{n:05}")).collect();
    let emails: Vec<String> = (0..12_345).map(|n| format!("user{n}@example.com")).collect();
    let people = || {
        let pairs = ids.iter().zip(&emails);
        pairs.map(|(id, email)| Person {
            id,
            values: vec![(Kind::Email, email), (Kind::Phone, "+16502530000")],
            hashed: vec![],
        })
    };
    let of = |name: &str| {
        let request = Request::new(Destination::named(name).unwrap(), "ads");
        sizes(&export(&request, people(), &granted()).unwrap())
    };
    assert_eq!(of("google_customer_match@2026"), [10_000, 2_345]);
    // 5,000 values, of which each person has two.
    assert_eq!(of("uid2@1"), [2_500, 2_500, 2_500, 2_500, 2_345]);
    assert_eq!(of("plain"), [12_345]);
}

fn customers() -> Resolution {
    let columns = [
        ("id", vec!["1", "2", "3", "4", "5"]),
        ("number", vec!["C-1", "C-2", "C-3", "C-4", "C-5"]),
        ("email", vec!["ann@lyra.fr", "bob@lyra.fr", "eve@lyra.fr", "max@lyra.fr", "home@lyra.fr"]),
        ("phone", vec!["06 12 34 56 79", "07 10 12 34 57", "06 98 76 54 32", "", "06 98 76 54 32"]),
        ("ads", vec!["yes", "no", "", "yes", "no"]),
        ("sms", vec!["yes", "yes", "yes", "no", ""]),
        ("city", vec!["Paris", "Lyon", "Paris", "Paris", "Nice"]),
    ];
    let columns = columns.map(|(name, values)| Column::new(name, values.into_iter().map(Some)));
    let table = Table::new("crm", columns.to_vec()).unwrap();
    let config = "[sources.crm]\nid = \"id\"\n[sources.crm.fields]\nnumber = \"customer_id\"\nemail = \"email\"\nphone = {kind = \"phone\", region = \"FR\"}\n\
                  ads = \"category\"\nsms = \"category\"\ncity = \"city\"\n[identifiers.customer_id]\nunique = true\n";
    let config = Config::from_toml(config).unwrap();
    resolve(&[table], Some(&config), &Default::default()).unwrap()
}

fn activation(consent: &str) -> Activation {
    Activation {
        destination: "meta_capi@2026".to_owned(),
        purpose: "advertising".to_owned(),
        consent: Who::Predicate(consent.to_owned()),
        address_consent: BTreeMap::new(),
        signals: BTreeMap::new(),
        members: None,
        kinds: None,
        country: None,
        batch_size: None,
        now: None,
    }
}

#[test]
fn a_result_is_exported_for_those_who_allow_it() {
    let result = customers();
    assert_eq!(result.profiles().len(), 5);
    let done = result.activate(&activation("ads = 'yes'")).unwrap();
    assert_eq!(done.people(), 2);
    assert_eq!(done.left_out_by_word(), BTreeMap::from([("consent_denied", 2), ("consent_unknown", 1)]));
    // The golden telephone carries its country code, so that no country is assumed.
    let phones: Vec<_> = done.batches[0].table.column("ph").unwrap().iter().flatten().collect();
    let meta = Destination::named("meta_capi@2026").unwrap();
    assert_eq!(phones, [meta.encode(Kind::Phone, "+33612345679", None).unwrap()]);
}

#[test]
fn consent_can_be_asked_apart_for_each_kind_of_address() {
    let result = customers();
    let mut asked = activation("ads = 'yes'");
    asked.address_consent.insert(Kind::Phone, Who::Predicate("sms = 'yes'".to_owned()));
    let done = result.activate(&asked).unwrap();
    assert_eq!(done.people(), 2);
    asked.address_consent.insert(Kind::Email, Who::Ids(vec![]));
    let done = result.activate(&asked).unwrap();
    assert_eq!((done.people(), done.left_out[&LeftOut::ConsentUnknown]), (1, 2));
    asked.address_consent.insert(Kind::City, Who::Ids(vec![]));
    assert_eq!(result.activate(&asked).unwrap_err().code().as_str(), "invalid_input");
}

#[test]
fn a_refusal_of_somebody_outside_the_audience_holds_for_a_shared_address() {
    let result = customers();
    // Eve, in Paris, and somebody in Nice who refused, have one telephone.
    let mut asked = activation("ads <> 'no' OR ads IS MISSING");
    asked.members = Some(Who::Predicate("city = 'Paris'".to_owned()));
    let done = result.activate(&asked).unwrap();
    assert_eq!(done.people(), 3);
    assert_eq!(done.values_left_out[&(Kind::Phone, LeftOut::RefusedByAnother)], 1);
}

/// What somebody said of an address holds for it though of the rest they said nothing.
#[test]
fn an_address_refused_by_somebody_who_said_nothing_else_is_sent_for_nobody() {
    struct Said;
    impl Consents for Said {
        fn person(&self, person: &Person<'_>) -> Effective {
            if person.id == "p1" { Effective::Granted } else { Effective::Unknown }
        }
        fn address(&self, person: &Person<'_>, _: Kind, _: &str) -> Effective {
            if person.id == "p1" { Effective::Granted } else { Effective::Denied }
        }
    }
    let people = ["p1", "p2"].map(|id| Person { id, values: vec![(Kind::Phone, "+33612345679")], hashed: vec![] });
    let request = Request::new(Destination::named("plain").unwrap(), "ads");
    let export = export(&request, people, &Said).unwrap();
    assert_eq!(export.people(), 0);
    assert_eq!(export.left_out[&LeftOut::RefusedByAnother], 1);
}

#[test]
fn members_and_consents_can_be_lists_of_ids() {
    let result = customers();
    let ids: Vec<String> = (0..2).map(|index| result.profiles().id(index).to_owned()).collect();
    let mut asked = activation("");
    asked.consent = Who::Ids(ids.clone());
    asked.members = Some(Who::Ids(ids[..1].to_vec()));
    let done = result.activate(&asked).unwrap();
    assert_eq!(done.batches[0].profiles, ids[..1]);
    assert!(done.left_out.is_empty());
    asked.members = Some(Who::Ids(vec!["p0".to_owned()]));
    assert_eq!(result.activate(&asked).unwrap_err().code().as_str(), "not_found");
    asked = activation("ads = ");
    assert_eq!(result.activate(&asked).unwrap_err().code().as_str(), "predicate_syntax");
}

#[test]
fn people_with_different_signals_go_into_different_files() {
    let result = customers();
    let mut asked = activation("ads = 'yes'");
    asked.destination = "google_customer_match@2026".to_owned();
    asked.signals.insert("personalisation".to_owned(), Who::Predicate("sms = 'yes'".to_owned()));
    let done = result.activate(&asked).unwrap();
    let signals: Vec<&str> = done.batches.iter().map(|batch| batch.signal.as_str()).collect();
    assert_eq!(signals, ["", "personalisation"]);
}

#[test]
fn files_have_the_headers_of_the_destination_and_say_what_they_are_for() {
    let folder = std::env::temp_dir().join(format!("light-cdp-activation-{}", std::process::id()));
    let two = vec![(Kind::Email, "ann@example.com"), (Kind::Email, "ann@work.example")];
    let people = [
        Person { id: "p1", values: two, hashed: vec![] },
        Person { id: "p2", values: vec![(Kind::Phone, "06 12 34 56 79")], hashed: vec![] },
    ];
    let request = Request::new(Destination::named("tiktok@2026").unwrap(), "advertising");
    let done = export(&request, people, &granted()).unwrap();
    let paths = cdp_core::io::activation::save(&folder, &done).unwrap();
    let text = std::fs::read_to_string(&paths[0]).unwrap();
    let told = std::fs::read_to_string(folder.join("tiktok@2026.json")).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(paths[0].file_name().unwrap(), "tiktok@2026-001.csv");
    assert_eq!(text.lines().next(), Some("Email_SHA256,Email_SHA256,Phone_SHA256"));
    assert_eq!(text.lines().count(), 2);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((told["purpose"].as_str(), told["people"].as_u64()), (Some("advertising"), Some(1)));
    assert_eq!(told["left_out"]["nothing_to_send"], 1);
    assert_eq!(told["values_left_out"]["phone"]["no_country"], 1);
    assert!(!text.contains("p1") && !told.to_string().contains("ann@"), "neither ids nor addresses leave");
}

/// What somebody said of the purpose, and of each address: numbers, which `person_said` and `address_said` read.
#[derive(Debug, Clone)]
struct Said {
    purpose: u8,
    addresses: BTreeMap<(Kind, String), u8>,
}

type World = BTreeMap<String, Said>;

/// People of a small world, so that addresses are shared.
fn world() -> impl Strategy<Value = World> {
    let address = (any::<bool>(), 0u8..6).prop_map(|(email, n)| match email {
        true => (Kind::Email, format!("User{n}@example.com")),
        false => (Kind::Phone, format!("+3361234567{n}")),
    });
    let said = (0u8..3, prop::collection::btree_map(address, 0u8..8, 0..5));
    let people = prop::collection::vec(said.prop_map(|(purpose, addresses)| Said { purpose, addresses }), 0..12);
    people.prop_map(|people| (0..).map(|n: u8| format!("p{n:02}")).zip(people).collect())
}

fn person_said(said: &Said) -> Effective {
    [Effective::Granted, Effective::Denied, Effective::Unknown][said.purpose as usize]
}

fn address_said(n: u8) -> Effective {
    match n {
        6 => Effective::Denied,
        7 => Effective::Unknown,
        _ => Effective::Granted,
    }
}

struct Stated<'a>(&'a World);

impl Consents for Stated<'_> {
    fn person(&self, person: &Person<'_>) -> Effective {
        person_said(&self.0[person.id])
    }

    fn address(&self, person: &Person<'_>, kind: Kind, value: &str) -> Effective {
        address_said(self.0[person.id].addresses[&(kind, value.to_owned())])
    }
}

/// The encoded addresses of somebody about which `wanted` is true.
fn encoded(to: &Destination, said: &Said, wanted: impl Fn(u8) -> bool) -> Vec<String> {
    let chosen = said.addresses.iter().filter(|(_, n)| wanted(**n));
    chosen.filter_map(|((kind, value), _)| to.encode(*kind, value, None).ok()).collect()
}

proptest! {
    /// Whoever is exported allowed it, for every address that is; nobody's address is that anybody refused; and what is hashed
    /// is nowhere in the open.
    #[test]
    fn nothing_leaves_that_is_not_allowed(world in world()) {
        for to in Destination::ALL {
            let people = world.iter().map(|(id, said)| {
                let values = said.addresses.keys().map(|(kind, value)| (*kind, value.as_str())).collect();
                Person { id, values, hashed: vec![] }
            });
            let done = export(&Request::new(to, "ads"), people, &Stated(&world)).unwrap();
            let refused: Vec<String> = world.values().flat_map(|said| match person_said(said) {
                Effective::Denied => encoded(to, said, |_| true),
                Effective::Granted => encoded(to, said, |n| address_said(n) == Effective::Denied),
                Effective::Unknown => Vec::new(),
            }).collect();
            for (batch, (row, id)) in done.batches.iter().flat_map(|b| b.profiles.iter().enumerate().map(move |row| (b, row))) {
                prop_assert_eq!(person_said(&world[id]), Effective::Granted);
                let allowed = encoded(to, &world[id], |n| address_said(n) == Effective::Granted);
                for cell in batch.table.columns().iter().filter_map(|column| column.get(row)) {
                    prop_assert!(allowed.iter().any(|value| value == cell), "{} of {}", cell, to.name);
                    prop_assert!(!refused.iter().any(|value| value == cell));
                    prop_assert!(to.name == "plain" || !(cell.contains('@') || cell.contains("612345")));
                }
            }
            let counted = done.people() + done.left_out.values().sum::<usize>();
            prop_assert_eq!(counted, world.len(), "everybody is exported or counted");
        }
    }
}
