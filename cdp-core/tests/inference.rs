//! Inference of the configuration: headers of several languages, no headers at all, headers that lie.

use cdp_core::Config;
use cdp_core::record::{Column, Table};
use cdp_core::schema::{Kind, inspect};

/// A column of `rows` values made by a rule.
fn column(name: &str, rows: usize, value: impl Fn(usize) -> String) -> Column {
    let values: Vec<String> = (0..rows).map(value).collect();
    Column::new(name, values.iter().map(|value| Some(value.as_str())))
}

/// An entry of a list, spread over the rows without a short period.
fn of(list: &str, row: usize, step: usize) -> &str {
    let entries: Vec<&str> = list.split('|').collect();
    entries[(row * step + row / entries.len()) % entries.len()]
}

const PRENOMS: &str =
    "Chloé|Hugo|Manon|Théo|Camille|Jean-Pierre|Nicolas|Sophie|Aïcha|Mehdi|Émilie|Benoît|Inès|Anaïs|Loïc|Maëlys|Gaël";
const NOMS: &str = "MARTIN|BERNARD|DUBOIS|LE GOFF|PETIT|DURAND|LEROY|MOREAU|LEFEBVRE|GARNIER|FAURE|ROUSSEAU|BLANC|GUÉRIN|NGUYEN|KERVELLA";
const RUES: &str =
    "rue des Lilas|avenue de la République|bd Voltaire|chemin du Moulin|place de l'Église|allée des Tilleuls";

fn french(names: [&str; 12]) -> Table {
    let rows = 300;
    let date = |row: usize| format!("{:02}/{:02}/{}", 1 + row * 7 % 28, 1 + row % 12, 1940 + row * 11 % 60);
    let email = |row: usize| format!("{}.{}@exemple.fr", of("chloe|hugo|manon|theo", row, 3), row % 250);
    let columns = vec![
        column(names[0], rows, |row| format!("C{}", 10_000 + row * 13)),
        column(names[1], rows, |row| of("M.|Mme", row, 1).to_owned()),
        column(names[2], rows, |row| of(NOMS, row, 3).to_owned()),
        column(names[3], rows, |row| of(PRENOMS, row, 5).to_owned()),
        column(names[4], rows, date),
        column(names[5], rows, email),
        column(names[6], rows, |row| format!("06{:08}", 10_000_000 + row * 123_457 % 80_000_000)),
        column(names[7], rows, |row| format!("{} {}", 1 + row * 3 % 90, of(RUES, row, 1))),
        column(names[8], rows, |row| of("75011|69003|13008|35000|44000|59800|01000", row, 2).to_owned()),
        column(names[9], rows, |row| of("Paris|Lyon|Marseille|Rennes|Nantes|Lille|Bourg-en-Bresse", row, 2).to_owned()),
        column(names[10], rows, |row| format!("{},{:02}", row * 7 % 400, row % 100)),
        column(names[11], rows, |row| format!("2024-{:02}-{:02} 10:{:02}:00", 1 + row % 12, 1 + row % 28, row % 60)),
    ];
    Table::new("crm", columns).expect("a table")
}

const FRENCH_KINDS: [Kind; 12] = [
    Kind::Ignore,
    Kind::Title,
    Kind::FamilyName,
    Kind::GivenName,
    Kind::BirthDate,
    Kind::Email,
    Kind::Phone,
    Kind::StreetAddress,
    Kind::PostalCode,
    Kind::City,
    Kind::Number,
    Kind::Date,
];

fn kinds(table: &Table) -> Vec<Kind> {
    inspect(std::slice::from_ref(table)).into_iter().map(|column| column.kind).collect()
}

#[test]
fn french_headers() {
    let headers =
        "num_client civilite nom prenom date_naiss adresse_mail tel_portable adresse cp ville ca_12_mois date_maj";
    let names: Vec<&str> = headers.split(' ').collect();
    let table = french(names.try_into().expect("twelve"));
    assert_eq!(kinds(&table), FRENCH_KINDS);
    let crm = &Config::infer(&[table]).sources["crm"];
    assert_eq!(crm.id.as_deref(), Some("num_client"));
    assert_eq!(crm.observed_at.as_deref(), Some("date_maj"));
    assert_eq!(crm.region.as_deref(), Some("FR"));
    assert_eq!(crm.fields["date_naiss"].order.as_deref(), Some("dmy"));
    assert!(!crm.fields.contains_key("num_client"), "the id alone is not compared");
}

#[test]
fn no_headers() {
    let table =
        french(["Var0", "Var1", "Var2", "Var3", "Var4", "Var5", "Var6", "Var7", "Var8", "Var9", "Var10", "Var11"]);
    assert_eq!(kinds(&table), FRENCH_KINDS);
    let config = Config::infer(&[table]);
    assert_eq!(config.sources["crm"].id, None, "nothing is named like an id");
    assert_eq!(config.sources["crm"].region.as_deref(), Some("FR"));
}

#[test]
fn german_headers() {
    let rows = 240;
    let columns = vec![
        column("KdNr", rows, |row| (700_000 + row * 7).to_string()),
        column("Anrede", rows, |row| of("Herr|Frau", row, 1).to_owned()),
        column("Vorname", rows, |row| of("Lukas|Jürgen|Sabine|Petra|Anja|Uwe|Käthe|Mila", row, 3).to_owned()),
        column("Nachname", rows, |row| of("Müller|Schmidt|Weber|Özdemir|Grünwald|Koch|Schäfer", row, 2).to_owned()),
        column("GebDatum", rows, |row| format!("{:02}.{:02}.{}", 1 + row % 28, 1 + row % 12, 1945 + row % 60)),
        column("Geschlecht", rows, |row| of("m|w", row, 1).to_owned()),
        column("Straße", rows, |row| of("Hauptstraße|Bahnhofstr.|Am Markt|Lindenweg", row, 1).to_owned()),
        column("HausNr", rows, |row| format!("{}{}", 1 + row % 90, of("|a|", row, 1))),
        column("PLZ", rows, |row| of("10115|80331|20095|01067|50667", row, 2).to_owned()),
        column("Ort", rows, |row| of("Berlin|München|Hamburg|Dresden|Köln", row, 2).to_owned()),
        column("Handynummer", rows, |row| format!("+49 151 {}", 10_000_000 + row * 7_919)),
        column("Firma", rows, |row| of("Acme GmbH|Globex AG|Initech KG", row, 1).to_owned()),
    ];
    let table = Table::new("kunden", columns).expect("a table");
    let expected = "ignore title given_name family_name birth_date gender street_address house_number postal_code city phone organisation_name";
    let found: Vec<&str> = kinds(&table).into_iter().map(Kind::as_str).collect();
    assert_eq!(found, expected.split(' ').collect::<Vec<_>>());
    let kunden = &Config::infer(&[table]).sources["kunden"];
    assert_eq!((kunden.id.as_deref(), kunden.region.as_deref()), (Some("KdNr"), Some("DE")));
}

#[test]
fn spanish_headers() {
    let rows = 200;
    let columns = vec![
        column("id", rows, |row| row.to_string()),
        column("nombre", rows, |row| of("Carlos|Lucía|Javier|María José|Pilar|Álvaro", row, 5).to_owned()),
        column("apellidos", rows, |row| {
            format!("{} {}", of("García|Fernández|López|Ruiz", row, 1), of("Muñoz|Pérez", row, 1))
        }),
        column("dni", rows, |row| format!("{}{}", 10_000_000 + row * 77, of("T|R|W|A", row, 1))),
        column("fecha_nacimiento", rows, |row| format!("{:02}-{:02}-{}", 1 + row % 28, 1 + row % 12, 1945 + row % 60)),
        column("direccion", rows, |row| format!("C/ {}, {}", of("Mayor|Alcalá|Goya", row, 1), 1 + row % 80)),
        column("codigo_postal", rows, |row| of("28001|08001|41001", row, 1).to_owned()),
        column("poblacion", rows, |row| of("Madrid|Barcelona|Sevilla", row, 1).to_owned()),
        column("movil", rows, |row| format!("6{}", 10_000_000 + row * 7_919)),
        column("sexo", rows, |row| of("H|M", row, 1).to_owned()),
    ];
    let table = Table::new("clientes", columns).expect("a table");
    let expected = "ignore given_name family_name national_id birth_date street_address postal_code city phone gender";
    let found: Vec<&str> = kinds(&table).into_iter().map(Kind::as_str).collect();
    assert_eq!(found, expected.split(' ').collect::<Vec<_>>());
}

#[test]
fn headers_that_lie() {
    let rows = 200;
    let hash = |row: usize| format!("{:012x}", (row as u64 + 1) * 0x9E37_79B9_7F4A % 0xFFFF_FFFF_FFFF);
    let notes = "call before 5pm|leave it with the neighbour|side door is the office|ask for Sam at the desk";
    let name = |row: usize| {
        format!("{} {}", of("Anthony|Kevin|Nancy|Carol", row, 1), of("Mitchell|Young|Hill|White|Evans", row, 1))
    };
    let columns = vec![
        column("first_name", rows, hash),
        column("last_name", rows, |row| (row * row * 997 + 140_000).to_string()),
        column("address", rows, |row| of(notes, row, 1).to_owned()),
        column("industry", rows, name),
        column("contact", rows, |row| format!("someone{row}@example.org")),
        column("company", rows, |row| {
            format!("{} {}", of("Globex|Initech|Hooli|Acme", row, 1), of("Corp|Ltd", row, 1))
        }),
    ];
    let found = kinds(&Table::new("bad", columns).expect("a table"));
    let expected = [Kind::Ignore, Kind::Number, Kind::Text, Kind::FullName, Kind::Email, Kind::OrganisationName];
    assert_eq!(found, expected);
}

#[test]
fn prefixes_and_qualifiers() {
    let words = |row: usize| of("alpha|beta|gamma|delta", row, 1).to_owned();
    let name = |row: usize| of("Robert|Maria|Susan|James", row, 1).to_owned();
    let columns = vec![
        column("PRIMARY_NAME_LAST", 40, |row| of("Smith|Jones|Brown|Wilson", row, 1).to_owned()),
        column("custFirstName", 40, name),
        column("billing_postcode", 40, |row| of("EC1A 1BB|M1 1AE", row, 1).to_owned()),
        column("ADDR_CITY", 40, |row| of("London|Leeds", row, 1).to_owned()),
        column("PHONE_TYPE", 40, words),
        column("email_verified", 40, |row| of("yes|no", row, 1).to_owned()),
        column("birth_place", 40, |row| of("London|Leeds", row, 1).to_owned()),
    ];
    let table = Table::new("t", columns).expect("a table");
    let expected =
        [Kind::FamilyName, Kind::GivenName, Kind::PostalCode, Kind::City, Kind::Category, Kind::Category, Kind::City];
    assert_eq!(kinds(&table), expected);
    let fields = &Config::infer(&[table]).sources["t"].fields;
    assert_eq!(fields["birth_place"].name.as_deref(), Some("birth_place"), "where one was born is not where one lives");
}

#[test]
fn an_identifier_shared_by_two_sources_is_compared() {
    let source = |name: &str, rows: usize, id: fn(usize) -> String| {
        let columns = vec![
            column("customer_id", rows, id),
            column("first_name", rows, |row| {
                format!("{}{}", of("ann|bob|cleo|dan", row, 1), "xyzuvw".repeat(1 + row % 3))
            }),
            column("last_name", rows, |row| format!("surname{}", of("a|b|c|d|e|f|g", row, 1).repeat(1 + row % 17))),
        ];
        Table::new(name, columns).expect("a table")
    };
    let shared =
        [source("shop", 200, |row| format!("K{}", row * 37)), source("till", 120, |row| format!("K{}", row * 37))];
    let config = Config::infer(&shared);
    assert_eq!(config.sources["shop"].id.as_deref(), Some("customer_id"));
    assert_eq!(config.sources["shop"].fields["customer_id"].kind, Kind::CustomerId);
    // Alone, the same column names its records and links nothing.
    let alone = Config::infer(&shared[..1]);
    assert_eq!(alone.sources["shop"].id.as_deref(), Some("customer_id"));
    assert!(!alone.sources["shop"].fields.contains_key("customer_id"));
}

#[test]
fn counters_that_meet_by_chance_are_not_shared() {
    let source = |name: &str, step: usize| {
        let columns = vec![
            column("customer_id", 150, |row| row.to_string()),
            column("prenom", 150, |row| of(PRENOMS, row, step).to_owned()),
            column("nom", 150, |row| of(NOMS, row, step).to_owned()),
        ];
        Table::new(name, columns).expect("a table")
    };
    let config = Config::infer(&[source("shop", 3), source("till", 7)]);
    assert!(!config.sources["shop"].fields.contains_key("customer_id"));
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    let table = french(names);
    let reversed = |column: &Column| {
        let values: Vec<Option<&str>> = (0..column.len()).rev().map(|row| column.get(row)).collect();
        Column::new(column.name(), values)
    };
    let turned = Table::new("crm", table.columns().iter().map(reversed).collect()).expect("a table");
    assert_eq!(inspect(std::slice::from_ref(&table)), inspect(std::slice::from_ref(&turned)));
    assert_eq!(Config::infer(&[table]), Config::infer(&[turned]));
}

#[test]
fn empty_and_constant_columns_are_left_out() {
    let columns = vec![
        Column::new("email", [None, None]),
        Column::new("phone", [Some("n/a"), Some("-")]),
        column("source", 2, |_| "crm".to_owned()),
    ];
    let found = kinds(&Table::new("t", columns).expect("a table"));
    assert_eq!(found, [Kind::Ignore, Kind::Ignore, Kind::Ignore]);
    let constant =
        Table::new("t", vec![column("brand", 30, |_| "Acme".to_owned()), column("pays", 30, |_| "FR".to_owned())]);
    assert_eq!(kinds(&constant.expect("a table")), [Kind::Ignore, Kind::Country]);
    assert!(inspect(&[Table::new("none", vec![]).expect("a table")]).is_empty());
}

#[test]
fn what_is_inferred_passes_its_own_check() {
    let names = ["email", "type", "phone", "x", "date", "date2", "name", "text", "number", "city", "id", "status"];
    let tables = [french(names)];
    let config = Config::infer(&tables);
    config.check(&tables).expect("inferred configurations are valid");
    assert_eq!(Config::from_toml(&config.to_toml().unwrap()).unwrap(), config);
    assert_eq!(config.complete(&tables), config);
}

#[test]
fn whole_names_that_begin_with_the_family_name_are_known_by_their_names() {
    let names = ["Martin Jean", "Durand Marie", "Petit Nicolas", "Moreau Julie", "Leroy Pierre", "Bernard Sophie"];
    let turned = ["Jean Martin", "Marie Durand", "Nicolas Petit", "Julie Moreau", "Pierre Leroy", "Sophie Bernard"];
    let table = |source: &str, names: &[&str]| {
        Table::new(source, vec![Column::new("nom complet", names.iter().map(|&name| Some(name)))]).unwrap()
    };
    let config = Config::infer(&[table("a", &names), table("b", &turned)]);
    assert_eq!(config.sources["a"].fields["nom complet"].order.as_deref(), Some("family_first"));
    assert_eq!(config.sources["b"].fields["nom complet"].order, None);
}

#[test]
fn an_address_column_without_places_beside_it_holds_whole_addresses() {
    let whole = |row: usize| {
        format!(
            "{} {}, {} {}",
            of(WEGE, row, 1),
            1 + row * 3 % 90,
            10_115 + row * 37 % 80_000,
            of("Köln|Berlin|Ulm", row, 2)
        )
    };
    let alone =
        Table::new("a", vec![column("name", 200, |row| of(NOMS, row, 3).to_owned()), column("address", 200, whole)]);
    let beside =
        vec![column("address", 200, whole), column("city", 200, |row| of("Köln|Berlin|Ulm", row, 2).to_owned())];
    let kind = |table: Table| Config::infer(&[table]).sources["a"].fields["address"].kind;
    assert_eq!(kind(alone.unwrap()), Kind::FullAddress);
    assert_eq!(kind(Table::new("a", beside).unwrap()), Kind::StreetAddress, "the places stand elsewhere");
    let street = |row: usize| format!("{} {}", of(WEGE, row, 1), 1 + row * 3 % 90);
    assert_eq!(kind(Table::new("a", vec![column("address", 200, street)]).unwrap()), Kind::StreetAddress);
}

const WEGE: &str = "Lindenweg|Hauptstraße|Schulgasse|Gartenstraße|Bergweg";

#[test]
fn names_of_systems_and_scripts_are_names() {
    let hl7 = |row| format!("{}^{}^A", of("KERR|POLLARD|HARRIS", row, 1), of("HANNAH|JOHN", row, 1));
    let eastern = |row| format!("{}{}", of("木村|小林|井上|岡田", row, 1), of("真綾|知実|加奈|健一", row, 3));
    for (header, value) in [("patient_name", &hl7 as &dyn Fn(usize) -> String), ("name", &eastern)] {
        let table = Table::new("t", vec![column(header, 60, value)]).expect("a table");
        assert_eq!(kinds(&table), [Kind::FullName], "{header}");
    }
    let columns = vec![
        column("Name", 60, |row| of("Ann|Bob|Cleo|Dan|Eve", row, 2).to_owned()),
        column("Surname", 60, |row| of("Kerr|Pollard|Harris", row, 1).to_owned()),
        column("rua", 60, |row| format!("Rua {}", of("Augusta|do Ouro|das Flores", row, 1))),
        column("numero", 60, |row| (1 + row * 37 % 400).to_string()),
    ];
    let found = kinds(&Table::new("t", columns).expect("a table"));
    assert_eq!(found, [Kind::GivenName, Kind::FamilyName, Kind::StreetAddress, Kind::HouseNumber]);
}

#[test]
fn a_header_nobody_knows_means_the_same_in_every_source() {
    let few = Table::new("a", vec![column("blurbs", 90, |row| of("xeno|quib|zarf", row, 1).to_owned())]);
    let many = Table::new("b", vec![column("blurbs", 90, |row| format!("{}{row}", of("xeno quib|zarf plo", row, 1)))]);
    let found: Vec<Kind> =
        inspect(&[few.expect("a table"), many.expect("a table")]).into_iter().map(|c| c.kind).collect();
    assert_eq!(found[0], found[1]);
}

#[test]
fn contacts_of_somebody_else_are_not_the_persons_own() {
    let name = |row: usize| of("ann|bob|cleo|dan", row, 1).to_owned();
    let mail = |who: &str, row: usize| format!("{who}{row}@example.org");
    let columns = vec![
        column("first_name", 40, name),
        column("last_name", 40, |row| of("Smith|Jones|Brown|Wilson", row, 1).to_owned()),
        column("email", 40, |row| mail("own", row)),
        column("referrer_email", 40, |row| mail("friend", row % 7)),
        column("emergency phone", 40, |row| format!("+44 20 7946 {:04}", row % 9)),
        column("created by", 40, |row| of("Jane Miller|Peter Hall|Susan King", row, 1).to_owned()),
        column("comment", 40, |row| format!("called {}", of("Jessica|Robert|Maria", row, 1))),
    ];
    let table = Table::new("crm", columns).expect("a table");
    let expected = [Kind::GivenName, Kind::FamilyName, Kind::Email, Kind::Text, Kind::Text, Kind::Text, Kind::Text];
    assert_eq!(kinds(&table), expected);
}

#[test]
fn national_numbers_are_read_by_the_region_of_the_other_source() {
    let source =
        |name: &str, number: fn(usize) -> String| Table::new(name, vec![column("phone", 60, number)]).expect("a table");
    let shop = source("shop", |row| format!("+34 6{:08}", 12_345_678 + row * 7_919));
    let till = source("till", |row| format!("6{:08}", 12_345_678 + row * 7_919));
    let config = Config::infer(&[shop, till]);
    let regions: Vec<_> = config.sources.values().map(|source| source.region.as_deref()).collect();
    assert_eq!(regions, [Some("ES"), Some("ES")]);
}
