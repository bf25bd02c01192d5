//! Invented people, what happened to them, and random predicates over them: for the differential tests of segments. All comes
//! from a `Dice`, so a seed or the bytes of a fuzzer give the whole of it.

#![allow(dead_code, unreachable_pub)] // each test uses its part

#[path = "segment_condition.rs"]
mod segment_condition;

use cdp_core::instant::Instant;
use cdp_core::profile::{GoldenField, Profiles};
use cdp_core::record::Column;
use cdp_core::schema::Kind;
use cdp_core::segment::{
    Consent, ConsentRow, ConsentTable, Context, EventTable, EventTypes, Fields, Lists, Person, PersonEvent, Sources,
    compile,
};
pub use segment_condition::condition;
use std::collections::{BTreeMap, BTreeSet};

/// Random choices: of a seed, or of bytes as long as there are any.
pub struct Dice<'a> {
    state: u64,
    bytes: &'a [u8],
}

impl<'a> Dice<'a> {
    pub fn of_seed(seed: u64) -> Self {
        Dice { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1, bytes: &[] }
    }

    pub fn of_bytes(bytes: &'a [u8]) -> Self {
        Dice { state: 1, bytes }
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        if let Some((first, rest)) = self.bytes.split_first() {
            self.bytes = rest;
            return usize::from(*first) % end.max(1);
        }
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as usize % end.max(1)
    }

    pub fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    pub fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

pub const DAY: i64 = 86_400_000;
/// 15 March 2026, noon in UTC.
pub const BASE: Instant = 1_773_576_000_000;
/// 30 December 9999 in UTC, 22 hours before the last instant of the calendar: after that day no zone has a date.
pub const LAST: Instant = 253_402_128_000_000;
/// Noon in UTC of a day near it.
const END: Instant = 253_402_171_200_000 - DAY;
pub const COUNTRIES: &[&str] = &["FR", "BE", "LU", "fr", "É"];
const CITIES: &[&str] = &[
    "Lyon",
    "Lille",
    "Saint-Étienne",
    "lyon",
    "O'Brien",
    "100%",
    "a_b",
    "ÀÉ",
    "\\x",
    "Gießen",
    "GIEẞEN",
    "GIEßEN",
    "ᾳῼ",
    "ŉ",
    "İı",
    "ΑΣ",
];
pub const POINTS: &[&str] = &["0", "1", "2.5", "-3", "1e2", " 7 ", "many", "0.1", "+4", "."];
pub const DATES: &[&str] = &[
    "1980-06-15",
    "2008-03-15",
    "2008-03-16",
    "2000-02-29",
    "not a date",
    "2026-03-14",
    "2026-03-15T23:30:00",
    "2025-12-31",
    "2026-03-01",
    "2027-01-01",
    "0000-01-01",
    "2023-02-29",
    "0001-01-01",
    "9999-12-30",
    "9999-12-31",
];
const TAGS: &[&str] = &[
    "[\"gold\",\"vip\"]",
    "gold",
    "[\"new\"]",
    "[]",
    "[gold",
    "[\"O'B\", 1, true, null]",
    "vip",
    "[\"gold\",]",
    "[\"gold\"] ",
    "[\"gold\"]x",
    "[ \"g\\u006fld\" ,\t\"\\ud83d\"]",
    "[NaN, \"gold\"]",
    "[Infinity]",
    "[[\"gold\"], 1]",
    "[{\"a\":1}, \"vip\"]",
    "[1e21, -0, 1.0, 0.5]",
    "[1.50, -7, 1e400]",
    "[18446744073709551616, \"1.5\"]",
    "['gold']",
    "[01]",
    "[\"a\\u0000b\", \"\\ud83d\\ude00\"]",
];
const ITEMS: &[&str] = &[
    "gold",
    "vip",
    "O'B",
    "[gold",
    "1",
    "true",
    "null",
    "-7",
    "1.5",
    "1.0",
    "0.5",
    "1e21",
    "-0",
    "01",
    "NaN",
    "[\"gold\"]",
    "😀",
];
const EVENTS: &[&str] = &["order", "page", "refund"];
const REVENUES: &[&str] = &["10", "0.1", "0.2", "0.3", "-5", "1e1", "99.999999", "free", "25", " 5 "];
const CHANNELS: &[&str] = &["web", "shop", "app", "Web"];
const GIFTS: &[&str] = &["true", "false", "TRUE", "yes"];
const PROPERTIES: &[&str] = &["revenue", "channel", "gift", "day", "name", "time", "tags"];
const SOURCES: &[&str] = &["crm", "pos", "web"];
pub const PURPOSES: &[&str] = &["email", "ads"];
const MEDIA: &[&str] = &["mail", "sms"];
const ZONES: &[&str] = &["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu"];
const KINDS: [(&str, Kind); 8] = [
    ("country", Kind::Country),
    ("city", Kind::City),
    ("points", Kind::Number),
    ("birth_date", Kind::BirthDate),
    ("joined", Kind::Date),
    ("tags", Kind::Category),
    ("flag", Kind::Category),
    ("created", Kind::Date),
];
/// Golden fields that are called as what is built in is; only some worlds have them.
const CALLED_AS_BUILT_IN: [(&str, Kind); 2] = [("size", Kind::Number), ("sources", Kind::Category)];
const LISTS: &[&str] = &["vip", "none"];

pub struct World {
    pub people: Vec<Person>,
    pub lists: Lists,
    pub now: Instant,
    /// Whether there are golden fields that are called as what is built in is.
    pub clashes: bool,
}

/// A time at or beside an edge of a window.
pub fn moment(dice: &mut Dice<'_>, now: Instant) -> Instant {
    const UNITS: [i64; 6] = [DAY, 7 * DAY, 3_600_000, 60_000, 30 * DAY, DAY / 2];
    let unit = UNITS[dice.below(6)];
    let near = [-1, 0, 1, 12_345_678][dice.below(4)];
    now - unit * (dice.below(9) as i64 - 1) + near
}

pub fn person(dice: &mut Dice<'_>, number: usize, now: Instant) -> Person {
    let mut traits = BTreeMap::new();
    for (name, values) in [
        ("country", COUNTRIES),
        ("city", CITIES),
        ("points", POINTS),
        ("birth_date", DATES),
        ("joined", DATES),
        ("tags", TAGS),
        ("flag", GIFTS),
        ("created", DATES),
        ("size", POINTS),
        ("sources", TAGS),
    ] {
        if !dice.one_in(4) {
            traits.insert(name.to_owned(), dice.pick(values).to_owned());
        }
    }
    // Of many events the live engine keeps numbers.
    let events = if dice.one_in(12) { 16 + dice.below(20) } else { dice.below(7) };
    let mut events: Vec<PersonEvent> = (0..events).map(|_| event(dice, now)).collect();
    events.sort();
    let consents = (0..dice.below(4)).map(|_| consent(dice, now)).collect();
    Person {
        id: format!("p{number:04}"),
        created: (!dice.one_in(5)).then(|| moment(dice, now)),
        sources: (0..1 + dice.below(3)).map(|_| dice.pick(SOURCES).to_owned()).collect(),
        traits,
        events,
        consents,
        segments: if dice.one_in(2) { BTreeSet::from(["loyal".to_owned()]) } else { BTreeSet::new() },
    }
}

pub fn event(dice: &mut Dice<'_>, now: Instant) -> PersonEvent {
    let mut properties = BTreeMap::new();
    for (name, values) in [
        ("revenue", REVENUES),
        ("channel", CHANNELS),
        ("gift", GIFTS),
        ("day", DATES),
        ("name", EVENTS),
        ("time", POINTS),
        ("tags", TAGS),
    ] {
        if !dice.one_in(4) {
            properties.insert(name.to_owned(), dice.pick(values).to_owned());
        }
    }
    PersonEvent { time: moment(dice, now), name: dice.pick(EVENTS).to_owned(), properties }
}

pub fn consent(dice: &mut Dice<'_>, now: Instant) -> Consent {
    let from = moment(dice, now);
    Consent {
        purpose: dice.pick(PURPOSES).to_owned(),
        channel: dice.one_in(2).then(|| dice.pick(MEDIA).to_owned()),
        granted: dice.one_in(2),
        from,
        until: dice.one_in(3).then(|| from + DAY * (dice.below(10) as i64)),
    }
}

impl World {
    pub fn new(dice: &mut Dice<'_>, people: usize) -> World {
        // Now and then near the end of the calendar.
        let base = if dice.one_in(20) { END - DAY * 399 } else { BASE };
        let now = base + DAY * dice.below(400) as i64 + [0, 1, 43_199_999, 43_200_000, 39_600_000][dice.below(5)];
        let clashes = dice.one_in(4);
        let mut people: Vec<Person> = (0..people).map(|number| person(dice, number, now)).collect();
        if !clashes {
            people
                .iter_mut()
                .for_each(|person| CALLED_AS_BUILT_IN.iter().for_each(|(name, _)| drop(person.traits.remove(*name))));
        }
        let list = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect();
        let lists = BTreeMap::from([
            ("vip".to_owned(), list(&["Lyon", "FR", "O'Brien", "web"])),
            ("none".to_owned(), list(&[])),
        ]);
        World { people, lists, now, clashes }
    }

    fn kinds(&self) -> impl Iterator<Item = (&'static str, Kind)> {
        KINDS.into_iter().chain(CALLED_AS_BUILT_IN.into_iter().filter(|_| self.clashes))
    }

    pub fn fields(&self) -> Fields {
        Fields::new(self.kinds())
            .sources(SOURCES.iter().copied())
            .segments(["loyal"])
            .lists(LISTS.iter().copied())
            .events(EventTypes::new())
            .consents()
            .created()
    }

    pub fn tables(&self) -> Tables {
        let field = |(name, kind): (&str, Kind)| {
            let values = self.people.iter().map(|person| person.traits.get(name).map(String::as_str));
            GoldenField::new(kind, Column::new(name, values))
        };
        let (mut members, mut of_record) = (Vec::new(), Vec::new());
        for person in &self.people {
            let start = of_record.len() as u32;
            let place = |source: &String| SOURCES.iter().position(|name| name == source).expect("a source") as u32;
            of_record.extend(person.sources.iter().map(place));
            members.push((start..of_record.len() as u32).collect());
        }
        let ids = self.people.iter().map(|person| person.id.clone()).collect();
        let profiles = Profiles::new(ids, &members, self.kinds().map(field).collect()).expect("profiles");
        let loyal = (0..).zip(&self.people).filter(|(_, person)| person.segments.contains("loyal"));
        Tables {
            events: self.events(),
            consents: self.consents(),
            created: self.people.iter().map(|person| person.created).collect(),
            source_names: SOURCES.iter().map(|&name| name.to_owned()).collect(),
            of_record,
            segments: BTreeMap::from([("loyal".to_owned(), loyal.map(|(place, _)| place).collect())]),
            profiles,
        }
    }

    fn events(&self) -> EventTable {
        let rows: Vec<(u32, &PersonEvent)> =
            (0..).zip(&self.people).flat_map(|(place, person)| person.events.iter().map(move |e| (place, e))).collect();
        let property = |name: &&str| {
            Column::new(name, rows.iter().map(|(_, event)| event.properties.get(*name).map(String::as_str)))
        };
        let places: Vec<u32> = rows.iter().map(|(place, _)| *place).collect();
        let times: Vec<Instant> = rows.iter().map(|(_, event)| event.time).collect();
        let names = Column::new("name", rows.iter().map(|(_, event)| Some(event.name.as_str())));
        let properties = PROPERTIES.iter().map(property).collect();
        EventTable::new(&places, &names, &times, properties).expect("events")
    }

    fn consents(&self) -> ConsentTable {
        let row = |profile: u32, said: &Consent| ConsentRow {
            profile,
            purpose: said.purpose.clone(),
            channel: said.channel.clone(),
            granted: said.granted,
            from: said.from,
            until: said.until,
        };
        let people = (0..).zip(&self.people);
        ConsentTable::new(
            people.flat_map(|(place, person)| person.consents.iter().map(move |said| row(place, said))).collect(),
        )
    }
}

/// A world as the batch takes it.
pub struct Tables {
    pub profiles: Profiles,
    pub events: EventTable,
    pub consents: ConsentTable,
    pub created: Vec<Option<Instant>>,
    pub source_names: Vec<String>,
    pub of_record: Vec<u32>,
    pub segments: BTreeMap<String, Vec<u32>>,
}

/// Compares the evaluation column by column with the reference, over one world, and both with what is said to hold until an
/// instant; panics where they disagree.
pub fn compare(dice: &mut Dice<'_>) {
    let world = World::new(dice, 6);
    let tables = world.tables();
    for _ in 0..4 {
        let text = condition(dice, 2, false);
        let predicate = compile(&text, &world.fields()).unwrap_or_else(|error| panic!("{text}: {error}"));
        let context = Context {
            now: Some(world.now),
            sources: Some(Sources { names: &tables.source_names, of_record: &tables.of_record }),
            segments: Some(&tables.segments),
            lists: Some(&world.lists),
            events: Some(&tables.events),
            consents: Some(&tables.consents),
            created: Some(&tables.created),
        };
        let members = predicate.members(&tables.profiles, &context).unwrap_or_else(|error| panic!("{text}: {error}"));
        for (place, person) in world.people.iter().enumerate() {
            let held = predicate.evaluate(person, &world.lists, world.now);
            let is_member = members.contains(&(place as u32));
            assert_eq!(held.truth == Some(true), is_member, "{text}\nat {} of {person:#?}", world.now);
            let later = (held.changes.unwrap_or(world.now + 2_000_000_000) - 1).min(LAST);
            for instant in [later, world.now + (later - world.now) / 2] {
                let then = predicate.evaluate(person, &world.lists, instant).truth;
                assert_eq!(then, held.truth, "{text}\nat {} and {instant} of {person:#?}", world.now);
            }
        }
    }
}
