//! Nanoseconds a value for each kind, on the inputs of the conformance vectors and on plain values.

use cdp_core::normalize::{Options, nickname, normalize, phonetic};
use cdp_core::progress::Control;
use cdp_core::record::Column;
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
    (Kind::MiddleName, &["Marie Louise", "J.", "Édouard"]),
    (Kind::BirthName, &["née Lefèvre", "O'Brien", "DE LA TOUR"]),
    (Kind::Title, &["Mme", "Dr", "Prof. Dr.", "Maître"]),
    (Kind::NameSuffix, &["Jr.", "III", "PhD"]),
    (Kind::HouseNumber, &["12 bis", "n° 7", "47ter"]),
    (Kind::AddressExtra, &["Bât. B, 3e étage", "Flat 12", "Le Bourg"]),
    (Kind::Region, &["CA", "Île-de-France", "New South Wales"]),
    (Kind::NationalId, &["1 80 12 75 123 456 04", "123-45-6789"]),
    (Kind::OrganisationId, &["732 829 320 00074", "FR 44 732829320"]),
    (Kind::LoyaltyId, &["2946-8050-0859", "card 77"]),
    (Kind::AnonymousId, &["3f2504e0-4f89-11d3-9a0c-0305e82c3301", "GA1.2.1234.5678"]),
    (Kind::Identifier, &["INV-2024/117", "4711"]),
    (Kind::Url, &["https://www.Example.org/a?b=1", "example.fr"]),
    (Kind::Date, &["2024-05-01T12:00:00Z", "1er mai 2024", "01/05/24"]),
    (Kind::Number, &["1 234,50", "17"]),
    (Kind::Category, &["Head of Household", "Étudiant(e)"]),
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

/// The distinct values of a million records of customers: as many e-mail addresses, telephone numbers and streets as people, fewer
/// names, dates and towns; a library's threads.
fn million(criterion: &mut Criterion) {
    let columns: Vec<(Kind, Vec<String>)> = vec![
        (Kind::GivenName, (0..20_000).map(|i| format!("Prénom{}", i * 7)).collect()),
        (Kind::FamilyName, (0..100_000).map(|i| format!("de Nom-{}", i * 13)).collect()),
        (
            Kind::BirthDate,
            (0..30_000).map(|i| format!("{:02}/{:02}/{}", 1 + i % 28, 1 + i / 28 % 12, 1930 + i / 400)).collect(),
        ),
        (Kind::Email, (0..700_000).map(|i| format!("Prenom.Nom+{i}@Gmail.com")).collect()),
        (
            Kind::Phone,
            (0..600_000)
                .map(|i| format!("06 {:02} {:02} {:02} {:02}", i % 100, i / 100 % 100, i / 10_000, i % 89))
                .collect(),
        ),
        (
            Kind::StreetAddress,
            (0..500_000).map(|i| format!("{} bis, av. du Gal Leclerc {}", i % 200, i / 200)).collect(),
        ),
        (Kind::PostalCode, (1_000..40_000).map(|i| format!("{i:05}")).collect()),
        (Kind::City, (0..36_000).map(|i| format!("St-Étienne {i} CEDEX")).collect()),
    ];
    let columns: Vec<(Kind, Column)> = columns
        .iter()
        .map(|(kind, values)| (*kind, Column::new("value", values.iter().map(|v| Some(v.as_str())))))
        .collect();
    let mut group = criterion.benchmark_group("columns");
    group.sample_size(10);
    group.throughput(Throughput::Elements(columns.iter().map(|(_, column)| column.distinct().len() as u64).sum()));
    let options = Options { region: Some("FR".to_owned()), ..Options::default() };
    group.bench_function("distinct values of a million records", |bencher| {
        bencher.iter(|| {
            let normalized = columns.iter().map(|(kind, column)| {
                cdp_core::columns::normalize(column, *kind, &options, false, &Control::default()).map_or(0, |t| t.len())
            });
            normalized.sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, kinds, blocking_keys, million);
criterion_main!(benches);
