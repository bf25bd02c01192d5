//! Records of the graph: rows, users, and contacts seen on a device; what evidence says of each, and what holds now.

use super::consents::Consent;
use super::fields::Value;
use crate::instant::Instant;
use crate::record::Interner;

/// An instant, if it is known, in half the room of an option: most of what a graph holds was said at one. What is not known comes
/// first in order, as with an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct When(Instant);

impl When {
    pub(super) fn get(self) -> Option<Instant> {
        (self != When::default()).then_some(self.0)
    }
}

impl Default for When {
    fn default() -> Self {
        When(Instant::MIN)
    }
}

impl From<Option<Instant>> for When {
    fn from(instant: Option<Instant>) -> Self {
        instant.map_or(When::default(), When::from)
    }
}

impl From<Instant> for When {
    fn from(instant: Instant) -> Self {
        When(instant.max(Instant::MIN + 1))
    }
}

/// A place in time that no two different statements share, whatever order they came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Moment {
    pub(super) time: When,
    /// A hash of the message id.
    pub(super) tie: u64,
}

/// A message that says something of a record's fields.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Statement {
    pub(super) moment: Moment,
    /// When that was so; of a row that does not say it, unknown: when it arrived is no matter of what it says.
    pub(super) observed: When,
    /// Where the evidence is kept.
    pub(super) evidence: u64,
    pub(super) values: Vec<Value>,
}

/// What became of the values that hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    /// They are others.
    Values,
    /// They are the same, said at other moments.
    Moments,
    Nothing,
}

/// A record.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    /// Whether a later statement replaces all of an earlier one (a row), or only the fields that it names.
    pub(super) is_row: bool,
    /// What its own name says: the id of a user.
    pub(super) user: Option<Value>,
    /// In order of their moments.
    pub(super) statements: Vec<Statement>,
    /// Events of this user, by their numbers.
    pub(super) events: Vec<u32>,
    /// When the first of them was.
    pub(super) first_event: When,
    /// The values that hold now, each with the moment that said so, by field.
    pub(super) values: Vec<(Value, Moment)>,
    /// Identifier values, as (rule, value), ascending.
    pub(super) identifiers: Vec<(u8, u32)>,
    /// What was said of consents, in order of when.
    pub(super) consents: Vec<Consent>,
    /// Devices on which it was seen.
    pub(super) devices: Vec<u32>,
    /// The lowest record of its cluster.
    pub(super) cluster: u32,
    /// The same without identifiers whose sharing is limited.
    pub(super) without: u32,
}

impl Record {
    /// Whether any evidence speaks of it.
    pub(super) fn is_alive(&self) -> bool {
        !self.statements.is_empty() || !self.events.is_empty()
    }

    /// Adds a statement; tells what it changed of the values that hold.
    pub(super) fn state(&mut self, statement: Statement) -> Changed {
        let place = self.statements.partition_point(|other| other.moment < statement.moment);
        let is_latest = place == self.statements.len() && !self.is_row && self.is_alive();
        // Most records have one: room for four, as lists begin, would take more than all else that is kept of them.
        if self.statements.is_empty() {
            self.statements.reserve_exact(1);
        }
        self.statements.insert(place, statement);
        if is_latest { self.say_latest() } else { self.refresh() }
    }

    /// What holds now, where only the latest statement is new.
    fn say_latest(&mut self) -> Changed {
        let mut changed = Changed::Nothing;
        let Some(statement) = self.statements.last() else { return changed };
        let observed = Moment { time: statement.observed, ..statement.moment };
        for value in &statement.values {
            let now = (*value, observed);
            let place = self.values.partition_point(|(other, _)| other.field < value.field);
            match self.values.get_mut(place).filter(|(other, _)| other.field == value.field) {
                Some(slot) if *slot == now => continue,
                Some(slot) => {
                    let same = slot.0 == *value;
                    *slot = now;
                    if same && changed != Changed::Values {
                        changed = Changed::Moments;
                    } else if !same {
                        changed = Changed::Values;
                    }
                }
                None => {
                    self.values.insert(place, now);
                    changed = Changed::Values;
                }
            }
        }
        changed
    }

    /// Takes statements out; tells what that changed of the values that hold.
    pub(super) fn unstate(&mut self, evidence: u64) -> Changed {
        self.statements.retain(|statement| statement.evidence != evidence);
        self.consents.retain(|consent| consent.evidence != evidence);
        self.is_row &= !self.statements.is_empty();
        self.refresh()
    }

    /// The statements that count: of a row, the latest.
    pub(super) fn telling(&self) -> &[Statement] {
        &self.statements[if self.is_row { self.statements.len().saturating_sub(1) } else { 0 }..]
    }

    /// What holds now, by all statements; tells what of it changed.
    pub(super) fn refresh(&mut self) -> Changed {
        let mut values: Vec<(Value, Moment)> = Vec::new();
        if self.is_alive() {
            values.extend(self.user.map(|user| (user, Moment::default())));
        }
        for statement in self.telling() {
            let observed = Moment { time: statement.observed, ..statement.moment };
            for value in &statement.values {
                match values.iter_mut().find(|(other, _)| other.field == value.field) {
                    Some(slot) => *slot = (*value, observed),
                    None => values.push((*value, observed)),
                }
            }
        }
        values.sort_by_key(|(value, _)| value.field);
        let of = |(value, _): &(Value, Moment)| *value;
        let changed = match (values.iter().map(of).eq(self.values.iter().map(of)), values == self.values) {
            (false, _) => Changed::Values,
            (true, false) => Changed::Moments,
            (true, true) => Changed::Nothing,
        };
        self.values = values;
        changed
    }

    /// When it was first heard of: a row says it itself, of others it is the earliest statement.
    pub(super) fn since(&self) -> Option<Instant> {
        if self.is_row {
            return self.statements.last().and_then(|statement| statement.observed.get());
        }
        let stated = self.statements.first().and_then(|statement| statement.moment.time.get());
        [stated, self.first_event.get()].into_iter().flatten().min()
    }
}

/// The names of records, numbered: source and id.
#[derive(Debug, Default)]
pub(super) struct Names(Interner);

/// Between the source and the id of a name.
const BETWEEN: &str = "\u{1f}";

impl Names {
    /// The number of a record, new if it was not heard of.
    pub(super) fn number(&mut self, source: &str, id: &str) -> u32 {
        self.0.intern(&[source, BETWEEN, id].concat())
    }

    pub(super) fn find(&self, source: &str, id: &str) -> Option<u32> {
        self.0.find(&[source, BETWEEN, id].concat())
    }

    /// As [`Names::find`] for many at once, each id in two parts; [`crate::record::NULL`] for those that are not there.
    pub(super) fn find_all<'a>(
        &self,
        names: impl Iterator<Item = Option<(&'a str, &'a str, &'a str)>>,
        found: &mut Vec<u32>,
    ) {
        let name = |(source, start, end)| [source, BETWEEN, start, end].concat();
        let names: Vec<Option<String>> = names.map(|parts| parts.map(name)).collect();
        let names: Vec<Option<&str>> = names.iter().map(Option::as_deref).collect();
        self.0.find_all(&names, found);
    }

    /// Source and id.
    pub(super) fn get(&self, record: u32) -> (&str, &str) {
        self.0.get(record).split_once(BETWEEN).unwrap_or_default()
    }
}
