//! Invented people, what happened to them, and random predicates over them: for the differential tests of segments. All comes
//! from a `Dice`, so a seed or the bytes of a fuzzer give the whole of it.

#![allow(dead_code, unreachable_pub)] // each test uses its part

use cdp_core::instant::Instant;
use cdp_core::profile::{GoldenField, Profiles};
use cdp_core::record::Column;
use cdp_core::schema::Kind;
use cdp_core::segment::{
    Consent, ConsentRow, ConsentTable, Context, EventTable, EventTypes, Fields, Lists, Person, PersonEvent, Sources,
    compile,
};
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
pub const COUNTRIES: &[&str] = &["FR", "BE", "LU", "fr", "É"];
const CITIES: &[&str] = &["Lyon", "Lille", "Saint-Étienne", "lyon", "O'Brien", "100%", "a_b", "ÀÉ", "\\x"];
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
];
const TAGS: &[&str] = &["[\"gold\",\"vip\"]", "gold", "[\"new\"]", "[]", "[gold", "[\"O'B\", 1, true, null]", "vip"];
const EVENTS: &[&str] = &["order", "page", "refund"];
const REVENUES: &[&str] = &["10", "0.1", "0.2", "0.3", "-5", "1e1", "99.999999", "free", "25", " 5 "];
const CHANNELS: &[&str] = &["web", "shop", "app", "Web"];
const GIFTS: &[&str] = &["true", "false", "TRUE", "yes"];
const SOURCES: &[&str] = &["crm", "pos", "web"];
pub const PURPOSES: &[&str] = &["email", "ads"];
const MEDIA: &[&str] = &["mail", "sms"];
const ZONES: &[&str] = &["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu"];
const KINDS: [(&str, Kind); 6] = [
    ("country", Kind::Country),
    ("city", Kind::City),
    ("points", Kind::Number),
    ("birth_date", Kind::BirthDate),
    ("joined", Kind::Date),
    ("tags", Kind::Category),
];
const LISTS: &[&str] = &["vip", "none"];

pub struct World {
    pub people: Vec<Person>,
    pub lists: Lists,
    pub now: Instant,
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
    ] {
        if !dice.one_in(4) {
            traits.insert(name.to_owned(), dice.pick(values).to_owned());
        }
    }
    let events = dice.below(7);
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
    for (name, values) in [("revenue", REVENUES), ("channel", CHANNELS), ("gift", GIFTS), ("day", DATES)] {
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
        let now = BASE + DAY * dice.below(400) as i64 + [0, 1, 43_199_999, 43_200_000, 39_600_000][dice.below(5)];
        let people = (0..people).map(|number| person(dice, number, now)).collect();
        let list = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect();
        let lists = BTreeMap::from([
            ("vip".to_owned(), list(&["Lyon", "FR", "O'Brien", "web"])),
            ("none".to_owned(), list(&[])),
        ]);
        World { people, lists, now }
    }

    pub fn fields() -> Fields {
        Fields::new(KINDS)
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
        let profiles = Profiles::new(ids, &members, KINDS.map(field).into()).expect("profiles");
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
        let properties = ["revenue", "channel", "gift", "day"].iter().map(property).collect();
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

/// A random predicate. `exact`: only what SQL can do too.
pub fn condition(dice: &mut Dice<'_>, depth: usize, exact: bool) -> String {
    match if depth == 0 { 3 } else { dice.below(6) } {
        0 => joined(dice, depth, exact, " AND "),
        1 => joined(dice, depth, exact, " OR "),
        2 => format!("NOT ({})", condition(dice, depth - 1, exact)),
        _ => leaf(dice, exact),
    }
}

fn joined(dice: &mut Dice<'_>, depth: usize, exact: bool, word: &str) -> String {
    let parts = 2 + dice.below(2);
    let parts: Vec<String> = (0..parts).map(|_| format!("({})", condition(dice, depth - 1, exact))).collect();
    parts.join(word)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn sign(dice: &mut Dice<'_>) -> &'static str {
    ["=", "<>", "<", "<=", ">", ">="][dice.below(6)]
}

fn not(dice: &mut Dice<'_>) -> &'static str {
    if dice.one_in(3) { "NOT " } else { "" }
}

fn leaf(dice: &mut Dice<'_>, exact: bool) -> String {
    match dice.below(17) {
        0 => {
            let (left, op) = (text(dice, exact), sign(dice));
            format!("{left} {op} {}", text(dice, exact))
        }
        1 | 2 => {
            let (left, op) = (number(dice), sign(dice));
            format!("{left} {op} {}", number(dice))
        }
        3 => {
            let (left, op) = (date(dice), sign(dice));
            format!("{left} {op} {}", date(dice))
        }
        4 => {
            let (left, not) = (text(dice, exact), not(dice));
            format!("{left} {not}IN ({}, {})", quoted(dice.pick(CITIES)), quoted(dice.pick(COUNTRIES)))
        }
        5 => {
            let (value, not, low) = (number(dice), not(dice), number(dice));
            format!("{value} {not}BETWEEN {low} AND {}", number(dice))
        }
        6 => {
            let pattern = ["L%", "%o%", "_yon", "%\\%", "a\\_b", "%", "", "%'%", "\\\\%"][dice.below(9)];
            format!("{} {}LIKE {}", text(dice, exact), not(dice), quoted(pattern))
        }
        7 => {
            let value = if dice.one_in(2) { text(dice, exact) } else { number(dice) };
            format!("{value} IS {}", ["MISSING", "PRESENT"][dice.below(2)])
        }
        8 => format!("{} IS {}{}", dice.pick(&["birth_date", "joined"]), not(dice), window(dice)),
        9 => format!("{} {}IN LIST {}", text(dice, exact), not(dice), quoted(dice.pick(LISTS))),
        10 => format!("{} {}IN tags", quoted(dice.pick(&["gold", "vip", "O'B", "[gold", "1", "true"])), not(dice)),
        11 => {
            let (purpose, medium) = (quoted(dice.pick(PURPOSES)), quoted(dice.pick(MEDIA)));
            if dice.one_in(2) { format!("consent({purpose}, {medium})") } else { format!("consent({purpose})") }
        }
        12 => ["segment('loyal')", "source('crm')", "'pos' IN sources", "has(city)", "TRUE", "sample(40, 'may')"]
            [dice.below(6)]
        .to_owned(),
        13 => format!(
            "{}({}{}{})",
            ["exists", "absence"][dice.below(2)],
            dice.pick(EVENTS),
            filter(dice, exact),
            during(dice)
        ),
        14 => sequence(dice, exact),
        15 => {
            let (which, place) = (["first", "last"][dice.below(2)], dice.pick(EVENTS));
            let (filter, during) = (filter(dice, exact), during(dice));
            match dice.below(4) {
                0 => format!("{which}({place}{filter}{during}) IS {}{}", not(dice), window(dice)),
                1 => format!("{which}({place}.channel{filter}{during}) = {}", quoted(dice.pick(CHANNELS))),
                2 => format!(
                    "{which}({place}.revenue{filter}{during}) {} {}",
                    sign(dice),
                    dice.pick(REVENUES_AS_NUMBERS)
                ),
                _ => format!("{which}({place}{filter}{during}) {} {}", sign(dice), instant(dice)),
            }
        }
        _ => format!("starts_with({}, {})", text(dice, exact), quoted(dice.pick(&["L", "l", "", "Saint"]))),
    }
}

const REVENUES_AS_NUMBERS: &[&str] = &["10", "0.1", "0.3", "-5", "0.6", "20", "99.999999"];

fn text(dice: &mut Dice<'_>, exact: bool) -> String {
    match dice.below(if exact { 6 } else { 7 }) {
        0 | 1 => "country".to_owned(),
        2 | 3 => "city".to_owned(),
        4 => format!("{}(city)", dice.pick(&["lower", "upper"])),
        5 => quoted(dice.pick(CITIES)),
        _ => "fold(city)".to_owned(),
    }
}

fn number(dice: &mut Dice<'_>) -> String {
    match dice.below(14) {
        0 | 1 => "points".to_owned(),
        2 => "size".to_owned(),
        3 => "length(sources)".to_owned(),
        4 => ["age(birth_date)", "age(birth_date, 'Europe/Paris')", "age(joined, 'Asia/Kathmandu')"][dice.below(3)]
            .to_owned(),
        5 => format!("{}(birth_date)", dice.pick(&["year", "month", "day"])),
        6 => "profile_age()".to_owned(),
        7 => format!("count({}{}{})", dice.pick(EVENTS), filter(dice, true), during(dice)),
        8 => format!(
            "{}({}.revenue{}{})",
            dice.pick(&["sum", "avg", "min", "max"]),
            dice.pick(EVENTS),
            filter(dice, true),
            during(dice)
        ),
        9 => format!(
            "distinct({}.{}{}{})",
            dice.pick(EVENTS),
            dice.pick(&["channel", "revenue"]),
            filter(dice, true),
            during(dice)
        ),
        10 => format!("periods({}{} {})", dice.pick(EVENTS), filter(dice, true), units(dice)),
        11 => "length(city)".to_owned(),
        _ => dice.pick(&["0", "1", "2", "3", "0.1", "0.3", "0.6", "-5", "2.5", "18", "10"]).to_owned(),
    }
}

fn date(dice: &mut Dice<'_>) -> String {
    match dice.below(4) {
        0 => "birth_date".to_owned(),
        1 | 2 => "joined".to_owned(),
        _ => format!("DATE '{}'", dice.pick(&["2008-03-15", "2026-03-14", "2025-12-31", "1980-06-15"])),
    }
}

fn instant(dice: &mut Dice<'_>) -> String {
    let now = BASE + DAY * dice.below(400) as i64;
    let at = moment(dice, now);
    format!("INSTANT '{}'", cdp_core::instant::text(at))
}

/// Of a calendar, or of rolling units from now.
fn units(dice: &mut Dice<'_>) -> String {
    let count = 1 + dice.below(9);
    match dice.below(3) {
        0 => format!("WITHIN {count} {}", dice.pick(&["MINUTES", "HOURS", "DAYS", "WEEKS"])),
        1 => format!("WITHIN {count} CALENDAR {} IN {}", calendar_unit(dice), quoted(dice.pick(ZONES))),
        _ => format!("LAST {count} CALENDAR {} IN {}", calendar_unit(dice), quoted(dice.pick(ZONES))),
    }
}

fn calendar_unit(dice: &mut Dice<'_>) -> &'static str {
    ["DAYS", "WEEKS", "MONTHS", "QUARTERS", "YEARS"][dice.below(5)]
}

fn window(dice: &mut Dice<'_>) -> String {
    match dice.below(7) {
        0..=2 => units(dice),
        3 => format!("FROM {} TO {} DAYS AGO", 5 + dice.below(5), 1 + dice.below(4)),
        4 => format!("BEFORE {} {} AGO", 1 + dice.below(8), dice.pick(&["HOURS", "DAYS", "WEEKS"])),
        5 => format!("{} {}", dice.pick(&["SINCE", "BEFORE"]), instant(dice)),
        _ => {
            let now = BASE + DAY * dice.below(400) as i64;
            let from = moment(dice, now);
            let to = from + DAY * (1 + dice.below(40) as i64);
            format!("FROM INSTANT '{}' TO INSTANT '{}'", cdp_core::instant::text(from), cdp_core::instant::text(to))
        }
    }
}

fn during(dice: &mut Dice<'_>) -> String {
    if dice.one_in(4) { String::new() } else { format!(" {}", window(dice)) }
}

fn filter(dice: &mut Dice<'_>, exact: bool) -> String {
    if dice.one_in(2) {
        return String::new();
    }
    let one = match dice.below(if exact { 7 } else { 8 }) {
        0 | 1 => format!("revenue {} {}", sign(dice), dice.pick(REVENUES_AS_NUMBERS)),
        2 => format!("channel {} {}", dice.pick(&["=", "<>"]), quoted(dice.pick(CHANNELS))),
        3 => "gift = TRUE".to_owned(),
        4 => format!("day {} DATE '2026-03-14'", sign(dice)),
        5 => "channel IS MISSING OR revenue IS PRESENT".to_owned(),
        6 => "NOT (channel = 'web' AND revenue > 5)".to_owned(),
        _ => "fold(channel) = 'web'".to_owned(),
    };
    format!(" WHERE {one}")
}

fn sequence(dice: &mut Dice<'_>, exact: bool) -> String {
    let mut text = format!("sequence({}{}", dice.pick(EVENTS), filter(dice, exact));
    let within =
        |dice: &mut Dice<'_>| format!("WITHIN {} {} ", 1 + dice.below(5), dice.pick(&["HOURS", "DAYS", "WEEKS"]));
    for _ in 0..dice.below(3) {
        let within = if dice.one_in(2) { within(dice) } else { String::new() };
        text += &format!(" THEN {within}{}{}", dice.pick(EVENTS), filter(dice, exact));
    }
    if dice.one_in(2) || !text.contains("THEN") {
        text += &format!(" THEN NOT {}{}{}", within(dice), dice.pick(EVENTS), filter(dice, exact));
    }
    format!("{text}{})", during(dice))
}

/// Compares the evaluation column by column with the reference, over one world, and both with what is said to hold until an
/// instant; panics where they disagree.
pub fn compare(dice: &mut Dice<'_>) {
    let world = World::new(dice, 6);
    let tables = world.tables();
    for _ in 0..4 {
        let text = condition(dice, 2, false);
        let predicate = compile(&text, &World::fields()).unwrap_or_else(|error| panic!("{text}: {error}"));
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
            let later = held.changes.unwrap_or(world.now + 2_000_000_000) - 1;
            for instant in [later, world.now + (later - world.now) / 2] {
                let then = predicate.evaluate(person, &world.lists, instant).truth;
                assert_eq!(then, held.truth, "{text}\nat {} and {instant} of {person:#?}", world.now);
            }
        }
    }
}
