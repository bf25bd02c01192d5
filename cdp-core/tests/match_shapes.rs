//! Shapes of customer data that once came out wrong without configuration: colleagues, moves, households, twins, numbers of one person.

use cdp_core::record::{Column, Table};
use cdp_core::resolve::{Options, Resolution, resolve};
use std::collections::{BTreeMap, BTreeSet};

/// A fixed sequence that looks like chance (SplitMix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % end as u64) as usize
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    /// A made-up word of two parts.
    fn word(&mut self) -> String {
        let first = self.of(&[
            "Bar", "Cal", "Dun", "El", "Fer", "Gar", "Hol", "Jar", "Kel", "Lam", "Mor", "Nor", "Pel", "Ros", "Ver",
        ]);
        let last = self.of(&[
            "ton", "field", "ley", "man", "wood", "ster", "by", "den", "well", "ham", "mont", "dale", "kin", "sby",
            "ver",
        ]);
        format!("{first}{last}")
    }

    fn given(&mut self) -> &'static str {
        const GIVEN: [&str; 24] = [
            "Anna", "Peter", "Laura", "James", "Nora", "Victor", "Alice", "George", "Diana", "Oscar", "Helen",
            "Martin", "Julia", "Simon", "Clara", "Felix", "Irene", "Walter", "Sophie", "Hugo", "Teresa", "Bruno",
            "Emma", "Louis",
        ];
        self.of(&GIVEN)
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

/// Rows of one source with the entity of each.
struct Rows {
    columns: &'static [&'static str],
    rows: Vec<Vec<String>>,
    entities: Vec<usize>,
}

impl Rows {
    fn new(columns: &'static [&'static str]) -> Rows {
        Rows { columns, rows: Vec::new(), entities: Vec::new() }
    }

    fn push(&mut self, entity: usize, row: Vec<String>) {
        self.rows.push(row);
        self.entities.push(entity);
    }

    fn table(&self, source: &str) -> Table {
        let column = |index: usize| {
            let values = self.rows.iter().map(|row| Some(row[index].as_str()).filter(|value| !value.is_empty()));
            Column::new(self.columns[index], values)
        };
        Table::new(source, (0..self.columns.len()).map(column).collect()).expect("a table")
    }
}

fn resolved(tables: &[Table]) -> Resolution {
    resolve(tables, None, &Options::default()).expect("a result")
}

/// Pairwise precision and recall of one source's clusters.
fn measured(result: &Resolution, rows: &Rows) -> (f64, f64) {
    let mut clusters: BTreeMap<u32, BTreeMap<usize, usize>> = BTreeMap::new();
    for (row, &profile) in result.assignments().iter().enumerate() {
        *clusters.entry(profile).or_default().entry(rows.entities[row]).or_default() += 1;
    }
    let pairs = |n: usize| (n * (n - 1) / 2) as f64;
    let together: f64 = clusters.values().map(|parts| pairs(parts.values().sum())).sum();
    let right: f64 = clusters.values().flat_map(BTreeMap::values).map(|&n| pairs(n)).sum();
    let entities: BTreeSet<usize> = rows.entities.iter().copied().collect();
    let truth: f64 =
        entities.iter().map(|entity| pairs(rows.entities.iter().filter(|other| *other == entity).count())).sum();
    (right / together.max(1.0), right / truth.max(1.0))
}

#[test]
fn colleagues_are_not_one_person() {
    let mut draw = Draw(1);
    let mut rows = Rows::new(&["Company", "First Name", "Last Name", "Email", "Phone", "Website", "Street", "City"]);
    for company in 0..70 {
        let (name, site, phone) = (format!("{} {}", draw.word(), draw.word()), draw.word(), draw.digits(9));
        let (street, city) = (format!("{} {} Road", 1 + draw.below(200), draw.word()), draw.word());
        for person in 0..1 + draw.below(5) {
            let (given, family) = (draw.given(), draw.word());
            let domain = format!("{}{company}.com", site.to_lowercase());
            for _ in 0..1 + draw.below(3) {
                let mail = format!("{}.{}@{domain}", given.to_lowercase(), family.to_lowercase());
                let phone = if draw.below(3) > 0 { phone.clone() } else { String::new() };
                let given = given.to_owned();
                let row = vec![
                    name.clone(),
                    given,
                    family.clone(),
                    mail,
                    phone,
                    format!("www.{domain}"),
                    street.clone(),
                    city.clone(),
                ];
                rows.push(10 * company + person, row);
            }
        }
    }
    let (precision, recall) = measured(&resolved(&[rows.table("crm")]), &rows);
    assert!(precision > 0.95 && recall > 0.95, "precision {precision}, recall {recall}");
}

#[test]
fn people_who_moved_are_found_and_households_stay_apart() {
    let mut draw = Draw(2);
    let mut rows = Rows::new(&["first_name", "last_name", "street", "city"]);
    let mut home = (String::new(), String::new(), String::new());
    for person in 0..420 {
        // Four in ten live with the one before, under one name.
        if person == 0 || draw.below(10) >= 4 {
            home = (draw.word(), format!("{} {} Street", 1 + draw.below(900), draw.word()), draw.word());
        }
        let given = draw.given();
        for _ in 0..1 + draw.below(3) {
            let (family, mut street, mut city) = home.clone();
            if draw.below(8) == 0 {
                (street, city) = (format!("{} {} Street", 1 + draw.below(900), draw.word()), draw.word());
            }
            rows.push(person, vec![given.to_owned(), family, street, city]);
        }
    }
    let (precision, recall) = measured(&resolved(&[rows.table("list")]), &rows);
    assert!(precision > 0.9 && recall > 0.85, "precision {precision}, recall {recall}");
}

#[test]
fn twins_who_share_their_contacts_are_two() {
    let mut draw = Draw(7);
    let mut rows = Rows::new(&["first_name", "last_name", "email", "phone", "birth_date", "address", "city"]);
    for home in 0..400 {
        let family = draw.word();
        let mail = format!("{}{home}@example.net", family.to_lowercase());
        let born = format!("{}-{:02}-{:02}", 1940 + draw.below(60), 1 + draw.below(12), 1 + draw.below(28));
        let street = format!("{} {} Street", 1 + draw.below(150), draw.word());
        let (phone, city) = (format!("512555{}", draw.digits(4)), draw.word());
        let first = draw.given();
        let twin = (home % 40 == 0).then(|| draw.given()).filter(|given| *given != first);
        for (number, given) in [Some(first), twin].into_iter().flatten().enumerate() {
            for _ in 0..1 + usize::from(draw.below(20) == 0) {
                let mut told = |value: &str| if draw.below(10) == 0 { String::new() } else { value.to_owned() };
                let row = vec![
                    given.to_owned(),
                    family.clone(),
                    told(&mail),
                    told(&phone),
                    born.clone(),
                    told(&street),
                    city.clone(),
                ];
                rows.push(2 * home + number, row);
            }
        }
    }
    let (precision, recall) = measured(&resolved(&[rows.table("crm")]), &rows);
    assert!(precision > 0.97 && recall > 0.97, "precision {precision}, recall {recall}");
}

#[test]
fn the_number_of_a_card_alone_links() {
    let mut draw = Draw(3);
    let mut rows = Rows::new(&["receipt", "loyalty_card", "amount"]);
    for person in 0..150 {
        let card = draw.digits(10);
        for _ in 0..1 + draw.below(4) {
            rows.push(person, vec![draw.digits(8), card.clone(), format!("{}.{}", draw.below(90), draw.digits(2))]);
        }
    }
    let (precision, recall) = measured(&resolved(&[rows.table("till")]), &rows);
    assert!(precision > 0.99 && recall > 0.95, "precision {precision}, recall {recall}");
}

/// People of a first name, a last name, an e-mail address and a city, each so many times.
fn customers(draw: &mut Draw, people: usize, times: impl Fn(usize) -> usize) -> Rows {
    let mut rows = Rows::new(&["first_name", "last_name", "email", "city"]);
    for person in 0..people {
        let (given, family, city) = (draw.given().to_owned(), draw.word(), draw.word());
        let mail = format!("{}.{}{person}@example.net", given.to_lowercase(), family.to_lowercase());
        let row = vec![given, family, mail, city];
        (0..times(person)).for_each(|_| rows.push(person, row.clone()));
    }
    rows
}

#[test]
fn a_person_with_very_many_equal_rows_is_one() {
    let rows = customers(&mut Draw(4), 12_000, |person| if person == 7 { 450 } else { 1 + person % 2 });
    let result = resolved(&[rows.table("orders")]);
    let profiles = result.assignments().iter().zip(&rows.entities).filter(|(_, entity)| **entity == 7);
    assert_eq!(profiles.map(|(profile, _)| profile).collect::<BTreeSet<_>>().len(), 1);
}

#[test]
fn the_rules_of_a_model_have_room_for_people_with_more_records() {
    let trained = resolved(&[customers(&mut Draw(5), 300, |person| 1 + person % 2).table("shop")]);
    let more = customers(&mut Draw(5), 300, |person| if person == 7 { 12 } else { 1 }).table("shop");
    let options = Options { model: Some(trained.model().clone()), ..Options::default() };
    assert_eq!(resolve(&[more], Some(trained.config()), &options).expect("a result").profiles().len(), 300);
}

#[test]
fn where_nobody_is_there_twice_hardly_anything_is_linked() {
    let mut draw = Draw(6);
    let mut rows = Rows::new(&["first_name", "last_name", "street", "city"]);
    let cities: Vec<String> = (0..12).map(|_| draw.word()).collect();
    let names: Vec<String> = (0..60).map(|_| draw.word()).collect();
    for person in 0..1_200 {
        let street = format!("{} {} Street", 1 + draw.below(200), draw.word());
        let (given, family, city) =
            (draw.given().to_owned(), names[draw.below(60)].clone(), cities[draw.below(12)].clone());
        rows.push(person, vec![given, family, street, city]);
    }
    let result = resolved(&[rows.table("list")]);
    let weakest = result.links().iter().map(|link| link.weight).fold(f64::INFINITY, f64::min);
    assert!(weakest > -0.6, "no link is far below even odds: {weakest} bits");
}
