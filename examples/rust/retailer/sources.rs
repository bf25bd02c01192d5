//! How each system writes down a person: its columns, its formats, its mistakes.

use super::people::{FIRST_DAY, LAST_DAY, Person, civility, display_name};
use super::random::{Day, Random};
use super::text::{fold, misheard, nickname, phone, plain, till, till_street, typo};
use super::words::{JUNK_EMAILS, JUNK_PHONES, REASONS, SHOPS};

/// One record to be: `{id}` in its line stands for the id it gets after shuffling.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) entity: usize,
    pub(super) id: Option<String>,
    pub(super) line: String,
}

/// A loyalty card: its number and the day it was given out.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) number: String,
    pub(super) owner: usize,
    pub(super) day: Day,
}

pub(super) const WEBSHOP_HEADER: &str = "account_id,first_name,last_name,email,phone,birth_date,address,postcode,city,country,\
    loyalty_card,newsletter,orders,total_spent,updated_at\n";
pub(super) const LOYALTY_HEADER: &str =
    "carte;civilite;nom;nom_naissance;prenom;naissance;telephone;courriel;adresse;cp;ville;magasin;points;maj\n";

/// A day within the data on which the person is at least 14 years old.
fn some_day(random: &mut Random, person: &Person) -> Day {
    Day(random.between(FIRST_DAY.0.max(person.born.0 + 14 * 365), LAST_DAY.0))
}

/// Two in three people hold a card; some lost one and got another.
pub(super) fn cards(random: &mut Random, people: &[Person]) -> Vec<Card> {
    let mut cards: Vec<Card> = Vec::new();
    for person in people {
        let count = if !random.chance(66.0) { 0 } else { 1 + usize::from(random.chance(8.0)) };
        for _ in 0..count {
            let number = format!("29{:05}{:05}", random.below(100_000), cards.len());
            cards.push(Card { number, owner: person.entity, day: some_day(random, person) });
        }
    }
    cards
}

/// The number of one of the person's cards.
fn card_of(cards: &[Card], entity: usize) -> Option<&str> {
    let at = cards.partition_point(|card| card.owner < entity);
    cards.get(at).filter(|card| card.owner == entity).map(|card| card.number.as_str())
}

/// Web-shop accounts: typed by the customers themselves.
pub(super) fn webshop(random: &mut Random, people: &[Person], cards: &[Card]) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for person in people {
        let holds_card = card_of(cards, person.entity).is_some();
        let accounts = if !random.chance(if holds_card { 52.0 } else { 85.0 }) { 0 } else { 1 + random.below(9) / 8 };
        for _ in 0..accounts {
            drafts.push(Draft { entity: person.entity, id: None, line: webshop_line(random, person, cards) });
        }
    }
    drafts
}

fn webshop_line(random: &mut Random, person: &Person, cards: &[Card]) -> String {
    let day = some_day(random, person);
    let (given, family) = typed_name(random, person, day);
    let email = match (&person.shared_email, random.chance(1.5)) {
        (_, true) => (*random.pick(JUNK_EMAILS)).to_owned(),
        (Some(shared), _) if random.chance(35.0) => shared.clone(),
        _ => maybe_typo(random, person.email_on(day), 2.0),
    };
    let number = optional_phone(random, person, 30.0, 1.5);
    let birth = match random.below(100) {
        0..35 => String::new(),
        35..38 => "1900-01-01".to_owned(),
        38..40 => wrong_date(random, person.born).iso(),
        _ => person.born.iso(),
    };
    let home = person.home_on(day);
    let has_address = random.chance(80.0);
    let street = format!("{} {}", home.number, home.street);
    let street = if random.chance(20.0) { plain(&street) } else { maybe_typo(random, &street, 4.0) };
    let card = card_of(cards, person.entity).filter(|_| random.chance(25.0)).unwrap_or("");
    let orders = random.below(4) * random.below(5);
    let spent = orders as i64 * random.between(1500, 9000);
    let address = |value: &str| if has_address { value.to_owned() } else { String::new() };
    let fields = [
        "{id}".to_owned(),
        given,
        family,
        email,
        number,
        birth,
        address(&street),
        address(home.town.1),
        address(home.town.0),
        address("FR"),
        card.to_owned(),
        (if random.chance(45.0) { "yes" } else { "no" }).to_owned(),
        orders.to_string(),
        format!("{}.{:02}", spent / 100, spent % 100),
        format!("{}T{:02}:{:02}:00Z", day.iso(), random.below(24), random.below(60)),
    ];
    fields.map(|field| csv(&field, ',')).join(",")
}

/// Given and family name as a customer types them.
fn typed_name(random: &mut Random, person: &Person, day: Day) -> (String, String) {
    let given = if random.chance(6.0) { nickname(&person.given) } else { &person.given };
    let mut given = maybe_typo(random, given, 3.0);
    let mut family = maybe_typo(random, person.family_on(day), 3.0);
    if given.contains('-') && random.chance(25.0) {
        given = given.replace('-', " ");
    }
    match random.below(100) {
        0..20 => (given, family) = (plain(&given), plain(&family)),
        20..28 => (given, family) = (fold(&given), fold(&family)),
        28..32 => family = till(&family),
        32..34 => (given, family) = (family, given),
        _ => {}
    }
    (given, family)
}

/// Loyalty cards: typed at the till, in a hurry.
pub(super) fn loyalty(random: &mut Random, people: &[Person], cards: &[Card]) -> Vec<Draft> {
    let line = |card: &Card| {
        let line = loyalty_line(random, &people[card.owner], card);
        Draft { entity: card.owner, id: Some(card.number.clone()), line }
    };
    cards.iter().map(line).collect()
}

fn loyalty_line(random: &mut Random, person: &Person, card: &Card) -> String {
    let day = card.day;
    let family = maybe_typo(random, &till(person.family_on(day)), 4.0);
    let given = maybe_typo(random, &till(&person.given), 4.0);
    let (family, given) = if random.chance(1.5) { (given, family) } else { (family, given) };
    let given = if random.chance(3.0) { given.chars().take(1).collect() } else { given };
    let birth_name = person.birth_name.as_ref().filter(|(_, wedding)| *wedding <= day && random.chance(50.0));
    let born = match random.below(100) {
        0..12 => String::new(),
        12..16 => "01/01/1900".to_owned(),
        16..18 => wrong_date(random, person.born).french(),
        _ => person.born.french(),
    };
    let email = match random.below(100) {
        0..45 => String::new(),
        45..49 => (*random.pick(JUNK_EMAILS)).to_owned(),
        49..60 => person.shared_email.clone().unwrap_or_else(|| person.email_on(day).to_owned()),
        _ => maybe_typo(random, person.email_on(day), 3.0),
    };
    let home = person.home_on(day);
    let fields = [
        "{id}".to_owned(),
        civility(person).to_uppercase(),
        family,
        birth_name.map(|(name, _)| till(name)).unwrap_or_default(),
        given,
        born,
        optional_phone(random, person, 18.0, 3.0),
        email,
        if random.chance(88.0) { till_street(&home.number, home.street) } else { String::new() },
        home.town.1.to_owned(),
        till(home.town.0),
        (*random.pick(SHOPS)).to_owned(),
        (random.below(60) * random.below(60)).to_string(),
        format!("{} {:02}:{:02}", day.french(), random.between(9, 19), random.below(60)),
    ];
    fields.map(|field| csv(&field, ';')).join(";")
}

/// Call-centre tickets: heard, not read.
pub(super) fn tickets(random: &mut Random, people: &[Person], cards: &[Card]) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for person in people {
        let mut left = if random.chance(26.0) { 1 } else { 0 };
        while left > 0 {
            drafts.push(Draft { entity: person.entity, id: None, line: ticket_line(random, person, cards) });
            left = usize::from(random.chance(30.0));
        }
    }
    drafts
}

fn ticket_line(random: &mut Random, person: &Person, cards: &[Card]) -> String {
    let day = some_day(random, person);
    let number = match random.below(100) {
        0..6 => None,
        6..8 => Some((*random.pick(JUNK_PHONES)).to_owned()),
        8..40 => Some(phone(random, &person.landline)),
        _ => Some(phone(random, &person.mobile)),
    };
    // A caller without a telephone number of their own gives the e-mail address.
    let unreachable = number.as_deref().is_none_or(|number| JUNK_PHONES.contains(&number));
    let email = (unreachable || random.chance(50.0)).then(|| person.email_on(day).to_owned());
    let holder = if random.chance(2.0) { person.head } else { person.entity };
    let card = card_of(cards, holder).filter(|_| random.chance(35.0));
    let (reason, comment) = random.pick(REASONS);
    let home = person.home_on(day);
    let mut fields = vec![
        ("ticket_id", Some("{id}".to_owned())),
        (
            "opened_at",
            Some(format!(
                "{}T{:02}:{:02}:{:02}+01:00",
                day.iso(),
                random.between(8, 19),
                random.below(60),
                random.below(60)
            )),
        ),
        ("caller_name", Some(caller_name(random, person, day))),
        ("caller_phone", number),
        ("caller_email", email),
        ("card_number", card.map(str::to_owned)),
        ("date_of_birth", random.chance(25.0).then(|| person.born.iso())),
        ("zip", random.chance(55.0).then(|| home.town.1.to_owned())),
        ("town", random.chance(55.0).then(|| home.town.0.to_owned())),
        ("reason", Some((*reason).to_owned())),
        ("comment", random.chance(40.0).then(|| (*comment).to_owned())),
    ];
    fields.retain(|(name, value)| value.is_some() || matches!(*name, "caller_phone" | "caller_email"));
    let member = |(name, value): (&str, Option<String>)| match value {
        Some(value) => format!("\"{name}\": {}", json(&value)),
        None => format!("\"{name}\": null"),
    };
    format!("{{{}}}", fields.into_iter().map(member).collect::<Vec<_>>().join(", "))
}

/// `Mme Marie Dupont`, `Dupont Marie`, `M. Nico Martain`.
fn caller_name(random: &mut Random, person: &Person, day: Day) -> String {
    let given = if random.chance(10.0) { nickname(&person.given) } else { &person.given };
    let family = person.family_on(day);
    let family = if random.chance(8.0) { misheard(family) } else { maybe_typo(random, family, 3.0) };
    let name = if random.chance(12.0) { format!("{family} {given}") } else { display_name(given, &family) };
    if random.chance(45.0) { format!("{} {name}", civility(person)) } else { name }
}

/// The mobile number, sometimes the landline, a made-up number or none.
fn optional_phone(random: &mut Random, person: &Person, missing: f64, junk: f64) -> String {
    if random.chance(missing) {
        String::new()
    } else if random.chance(junk) {
        (*random.pick(JUNK_PHONES)).to_owned()
    } else {
        let number = if random.chance(18.0) { &person.landline } else { &person.mobile };
        phone(random, number)
    }
}

fn maybe_typo(random: &mut Random, text: &str, percent: f64) -> String {
    if random.chance(percent) { typo(random, text) } else { text.to_owned() }
}

/// Day and month exchanged, or one of them off by one.
fn wrong_date(random: &mut Random, day: Day) -> Day {
    let (year, month, of_month) = day.date();
    match random.below(3) {
        0 if of_month <= 12 => Day::new(year, of_month, month),
        1 => Day::new(year + 1, month, of_month),
        _ => Day(day.0 + 1),
    }
}

/// A CSV field, quoted where it must be.
fn csv(value: &str, separator: char) -> String {
    match value.contains([separator, '"', '\n']) {
        true => format!("\"{}\"", value.replace('"', "\"\"")),
        false => value.to_owned(),
    }
}

/// A JSON string.
fn json(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}
