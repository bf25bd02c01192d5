//! Segments of a result: predicates over its profiles, with its sources, events and named segments at hand.

use super::Resolution;
use crate::consent::{Entry, Question, timeline};
use crate::error::{Code, Error, Result};
use crate::instant::Instant;
use crate::schema::{Config, Kind};
use crate::segment::{
    Consent, ConsentRow, ConsentTable, Context, Difference, EventTable, EventTypes, Fields, Lists, Person, Predicate,
    Reason, Segment, Sources, bitmap, breakdown, compile, compile_all, compile_written, difference, evaluate_all,
    overlaps, referred,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What happened to the profiles, and what can be asked of it.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) events: EventTable,
    /// Which events are kept; absent where none are.
    pub(crate) types: Option<EventTypes>,
    /// The golden fields there can be.
    pub(crate) fields: Vec<(String, Kind)>,
    /// When the earliest evidence of each profile is from.
    pub(crate) created: Vec<Option<Instant>>,
}

/// What a graph keeps of its profiles, and a batch does not; predicates can ask for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    /// What happened.
    pub(crate) history: Option<History>,
    /// Per profile, what was said of its consents.
    pub(crate) ledgers: Option<Vec<Vec<Entry>>>,
}

impl Resolution {
    /// The spans of time in which each profile's consent to these purposes, each with a channel or without, is granted or denied.
    /// Nothing but for a graph, which keeps a ledger.
    pub fn consent_spans(&self, asked: &[(String, Option<String>)]) -> Vec<ConsentRow> {
        let mut rows = Vec::new();
        for (profile, ledger) in (0..).zip(self.kept.ledgers.iter().flatten()) {
            rows.extend(answers(ledger, asked).into_iter().map(
                |Consent { purpose, channel, granted, from, until }| ConsentRow {
                    profile,
                    purpose,
                    channel,
                    granted,
                    from,
                    until,
                },
            ));
        }
        rows
    }

    /// What happened to the profiles, where that is kept.
    pub fn events(&self) -> Option<&EventTable> {
        self.kept.history.as_ref().map(|history| &history.events)
    }

    /// When the earliest evidence of a profile is from, where that is known.
    pub fn created(&self, profile: usize) -> Option<Instant> {
        self.kept.history.as_ref().and_then(|history| history.created[profile])
    }

    /// A predicate over these profiles, from its text or its JSON tree: to be shown, hashed or written as SQL.
    ///
    /// # Errors
    /// Those of [`compile`].
    pub fn predicate(&self, written: &serde_json::Value) -> Result<Predicate> {
        let names = self.config.segments.keys().map(String::as_str);
        compile_written(written, &self.segment_fields().segments(names))
    }

    /// The indexes of the profiles for which a predicate is true, ascending. `now` is what time it is, for predicates on ages
    /// and events.
    ///
    /// # Errors
    /// Those of [`compile`] and [`crate::segment::Predicate::members`].
    pub fn segment(&self, predicate: &str, now: Option<Instant>) -> Result<Vec<u32>> {
        let names = &self.config.segments;
        let predicate = compile(predicate, &self.segment_fields().segments(names.keys().map(String::as_str)))?;
        // Named segments are evaluated only for those who name one: they may need a date that this predicate does not.
        let named = if predicate.segments().is_empty() { Vec::new() } else { self.segments(now)? };
        let segments: BTreeMap<String, Vec<u32>> = named.into_iter().map(|s| (s.name, s.members)).collect();
        let (lists, consents) = (self.lists(), self.consent_table(predicate.consents()));
        let context = Context { segments: Some(&segments), ..self.context(&lists, &consents, now) };
        predicate.members(&self.profiles, &context)
    }

    /// The segments of the configuration with their members, in ascending order of names.
    ///
    /// # Errors
    /// Those of [`evaluate_all`].
    pub fn segments(&self, now: Option<Instant>) -> Result<Vec<Segment>> {
        let fields = self.segment_fields();
        let asked: BTreeSet<(String, Option<String>)> = match &self.kept.ledgers {
            Some(_) => {
                compile_all(&self.config.segments, &fields)?.iter().flat_map(|(_, p)| p.consents().to_vec()).collect()
            }
            None => BTreeSet::new(),
        };
        let (lists, consents) = (self.lists(), self.consent_table(&asked.into_iter().collect::<Vec<_>>()));
        evaluate_all(&self.config.segments, &self.profiles, &fields, &self.context(&lists, &consents, now))
    }

    /// How many profiles each pair of predicates have in common; the sizes are on the diagonal.
    ///
    /// # Errors
    /// Those of [`Resolution::segment`].
    pub fn overlaps(&self, predicates: &[String], now: Option<Instant>) -> Result<Vec<Vec<u64>>> {
        let sets = predicates.iter().map(|predicate| Ok(bitmap(&self.segment(predicate, now)?)));
        Ok(overlaps(&sets.collect::<Result<Vec<_>>>()?))
    }

    /// How many members of a predicate have each value of a golden field, largest first; `None` for those without one.
    ///
    /// # Errors
    /// Those of [`Resolution::segment`]; `not_found` if there is no such field.
    pub fn breakdown(&self, predicate: &str, field: &str, now: Option<Instant>) -> Result<Vec<(Option<String>, u64)>> {
        let members = bitmap(&self.segment(predicate, now)?);
        let found = self.profiles.field(field);
        let field = found.ok_or_else(|| Error::new(Code::NotFound, format!("there is no golden field '{field}'")))?;
        Ok(breakdown(&members, &field.values))
    }

    /// What would change: who is a member by a second predicate, or at a second instant, that was not by the first, and the reverse.
    ///
    /// # Errors
    /// Those of [`Resolution::segment`].
    pub fn compare_segments(
        &self,
        before: (&str, Option<Instant>),
        after: (&str, Option<Instant>),
    ) -> Result<Difference> {
        let [before, after] = [before, after].map(|(predicate, now)| self.segment(predicate, now));
        let id = |place: u32| self.profiles.id(place as usize).to_owned();
        Ok(difference(&bitmap(&before?), &bitmap(&after?), id))
    }

    /// Why a profile is a member of a predicate, or is not.
    ///
    /// # Errors
    /// Those of [`Resolution::segment`]; `not_found` if there is no such profile.
    pub fn membership(&self, profile_id: &str, predicate: &str, now: Instant) -> Result<Reason> {
        let missing = || crate::profile::no_profile(profile_id);
        let place = self.profiles.find(profile_id).ok_or_else(missing)?;
        let names = &self.config.segments;
        let fields = self.segment_fields().segments(names.keys().map(String::as_str));
        let predicate = compile(predicate, &fields)?;
        let named = if predicate.segments().is_empty() { Vec::new() } else { self.segments(Some(now))? };
        let others = referred(&predicate, names, &fields)?;
        let asked: BTreeSet<_> =
            others.iter().map(|(_, other)| other).chain([&predicate]).flat_map(Predicate::consents).collect();
        let mut person = self.person(place, &asked.into_iter().cloned().collect::<Vec<_>>());
        let is_in = |segment: &Segment| segment.members.binary_search(&(place as u32)).is_ok();
        person.segments = named.into_iter().filter(is_in).map(|segment| segment.name).collect();
        Ok(predicate.reason(&person, &self.lists(), now, &others))
    }

    /// A profile in plain form.
    fn person(&self, place: usize, asked: &[(String, Option<String>)]) -> Person {
        let traits = self
            .profiles
            .fields()
            .iter()
            .filter_map(|field| Some((field.name.clone(), field.values.get(place)?.to_owned())));
        let records = self.profiles.members(place).iter();
        let sources = records.map(|&record| self.records.source(record).to_owned());
        Person {
            id: self.profiles.id(place).to_owned(),
            created: self.created(place),
            sources: sources.collect(),
            traits: traits.collect(),
            consents: self.kept.ledgers.as_ref().map(|ledgers| answers(&ledgers[place], asked)).unwrap_or_default(),
            events: self.kept.history.as_ref().map(|history| history.events.of(place as u32)).unwrap_or_default(),
            ..Person::default()
        }
    }

    /// What predicates over this result may name, but for its segments.
    fn segment_fields(&self) -> Fields {
        let lists = self.config.lists.keys().map(String::as_str);
        let fields = match &self.kept.history {
            // Sources, too, may be heard of later.
            Some(history) => {
                let fields = Fields::new(history.fields.iter().map(|(name, kind)| (name.as_str(), *kind)));
                let fields = fields.of_graph().created().lists(lists);
                match &history.types {
                    Some(types) => fields.events(types.clone()),
                    None => fields,
                }
            }
            None => Fields::of(&self.profiles).sources(self.records.sources.iter().map(String::as_str)).lists(lists),
        };
        if self.kept.ledgers.is_some() { with_consents(fields, &self.config) } else { fields }
    }

    /// What the ledgers answer; none where there are no ledgers.
    fn consent_table(&self, asked: &[(String, Option<String>)]) -> Option<ConsentTable> {
        self.kept.ledgers.as_ref().map(|_| ConsentTable::new(self.consent_spans(asked)))
    }

    fn lists(&self) -> Lists {
        let lists = self.config.lists.iter();
        lists.map(|(name, items)| (name.clone(), items.iter().cloned().collect())).collect()
    }

    fn context<'a>(
        &'a self,
        lists: &'a Lists,
        consents: &'a Option<ConsentTable>,
        now: Option<Instant>,
    ) -> Context<'a> {
        let history = self.kept.history.as_ref();
        Context {
            now,
            sources: Some(Sources { names: &self.records.sources, of_record: &self.records.source }),
            lists: Some(lists),
            consents: consents.as_ref(),
            events: history.map(|history| &history.events),
            created: history.map(|history| history.created.as_slice()),
            ..Context::default()
        }
    }
}

/// Looks at the named segments before the work is done: a name that no golden field can have is told then, not at its end.
///
/// What a graph keeps and a batch does not may be asked for, since one configuration is for both; so may a field that a source of the
/// configuration has although no table here does, or that is called as a kind is.
///
/// # Errors
/// Those of [`compile_all`].
pub(super) fn check_named<'a>(config: &'a Config, golden: impl Iterator<Item = (&'a str, Kind)>) -> Result<()> {
    if config.segments.is_empty() {
        return Ok(());
    }
    let mut known: Vec<(Cow<'_, str>, Kind)> = golden.map(|(name, kind)| (name.into(), kind)).collect();
    let columns = config.sources.values().flat_map(|source| &source.fields);
    known.extend(columns.map(|(column, field)| (field.golden_name(column), field.kind)));
    known.extend(Kind::ALL.iter().map(|kind| (kind.as_str().into(), *kind)));
    let known = known.iter().filter(|(_, kind)| !kind.is_kept_out()).map(|(name, kind)| (name.as_ref(), *kind));
    let fields = Fields::new(known).lists(config.lists.keys().map(String::as_str));
    let fields = with_consents(fields.events(EventTypes::new()).created(), config);
    match compile_all(&config.segments, &fields) {
        Err(error) if error.code() != Code::PredicateUnsupported => Err(error),
        _ => Ok(()),
    }
}

/// That predicates may ask for consents, to the purposes that the configuration knows.
pub(crate) fn with_consents(fields: Fields, config: &Config) -> Fields {
    let purposes = &config.consent.purposes;
    match purposes[..] {
        [] => fields.consents(),
        _ => fields.consents().purposes(purposes.iter().map(String::as_str)),
    }
}

/// What a ledger answers to each question, over all time.
pub(crate) fn answers(ledger: &[Entry], asked: &[(String, Option<String>)]) -> Vec<Consent> {
    let mut found = Vec::new();
    for (purpose, channel) in asked.iter().filter(|_| !ledger.is_empty()) {
        let question = Question { purpose, channel: channel.as_deref(), address: None };
        found.extend(timeline(ledger, &question).into_iter().map(|held| Consent {
            purpose: purpose.clone(),
            channel: channel.clone(),
            granted: held.granted,
            from: held.from,
            until: held.until,
        }));
    }
    found
}
