//! Nanoseconds a value for each kind, on the inputs of the conformance vectors and on plain values.

use cdp_core::normalize::{Options, nickname, normalize, phonetic};
use cdp_core::schema::Kind;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

/// Values as they come: mostly clean, some not.
const VALUES: &[(Kind, &[&str])] = &[
    (
        Kind::GivenName,
        &["Jean", "MARIE", "Jean-Pierre", "Élodie", "Mme Anne", "j.", "robert", "Christophe", "Zoë", "william"],
    ),
    (
        Kind::FamilyName,
        &[
            "Dupont",
            "MARTIN",
            "de La Tour",
            "Lefèvre",
            "O'Brien",
            "Smith-Jones",
            "van der Berg",
            "leroy",
            "Müller",
            "King Jr.",
        ],
    ),
    (
        Kind::FullName,
        &[
            "Jean Dupont",
            "DUPONT Marie",
            "Smith, John A.",
            "Dr. Anne-Sophie Lefèvre",
            "Mr. William Henry Gates III",
            "marie curie",
        ],
    ),
    (
        Kind::OrganisationName,
        &[
            "Dupont SARL",
            "The Acme Company, Inc.",
            "Boulangerie de la Gare",
            "Marks & Spencer plc",
            "S.A.R.L. Dépannage 24",
        ],
    ),
    (
        Kind::Email,
        &[
            "jean.dupont@gmail.com",
            "MARIE@ORANGE.FR",
            "a.b+c@outlook.com",
            "contact@societe.fr",
            "jean at free.fr",
            "x_y@sub.domain.co.uk",
        ],
    ),
    (
        Kind::Phone,
        &[
            "06 12 34 56 79",
            "+33 (0)6 12 34 56 79",
            "0033612345679",
            "01.42.68.53.00",
            "0692 12 34 57",
            "+44 20 7183 8750",
        ],
    ),
    (
        Kind::BirthDate,
        &["1980-12-31", "31/12/1980", "19801231", "3 mars 1917", "12/03/1980", "31/02/1990", "1980-12-31T00:00:00Z"],
    ),
    (Kind::Gender, &["F", "M", "female", "Monsieur", "homme"]),
    (
        Kind::StreetAddress,
        &[
            "12 rue de la Paix",
            "3 bis, bd. du Gal Leclerc",
            "123 N Main St Apt 4",
            "221B Baker Street",
            "Résidence Les Pins",
        ],
    ),
    (
        Kind::FullAddress,
        &[
            "12 rue de la Paix, 75002 Paris, France",
            "123 Main St, Springfield, IL 62701",
            "10 Downing St, London SW1A 2AA",
        ],
    ),
    (Kind::City, &["Paris", "LYON CEDEX 03", "St-Étienne", "Aix-en-Provence", "New York"]),
    (Kind::PostalCode, &["75002", "SW1A 1AA", "1000", "10001-1234"]),
    (Kind::Country, &["France", "FR", "Royaume-Uni", "United States of America"]),
    (Kind::CustomerId, &["C-000123", "42", "3F2504E0-4F89-11D3-9A0C-0305E82C3301", "client 4711"]),
    (Kind::Text, &["Called twice, wants a refund", "Rappeler après 18h", "ok"]),
];

fn kinds(criterion: &mut Criterion) {
    let options = Options { region: Some("FR".to_owned()), ..Options::default() };
    let mut group = criterion.benchmark_group("kind");
    for (kind, values) in VALUES {
        group.throughput(Throughput::Elements(values.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(kind), values, |bencher, values| {
            bencher
                .iter(|| values.iter().map(|raw| normalize(*kind, black_box(raw), &options).key.len()).sum::<usize>());
        });
    }
    group.finish();
}

fn blocking_keys(criterion: &mut Criterion) {
    let names = ["philippe", "catherine", "schmidt", "dupont", "bob", "william", "elizabeth", "lefevre"];
    let mut group = criterion.benchmark_group("name key");
    group.throughput(Throughput::Elements(names.len() as u64));
    group.bench_function("phonetic", |bencher| {
        bencher.iter(|| names.iter().map(|name| phonetic::key(black_box(name)).len()).sum::<usize>());
    });
    group.bench_function("nickname related", |bencher| {
        bencher.iter(|| names.iter().filter(|name| nickname::related(black_box(name), "robert")).count());
    });
    group.finish();
}

criterion_group!(benches, kinds, blocking_keys);
criterion_main!(benches);
