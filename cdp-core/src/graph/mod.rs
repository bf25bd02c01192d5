//! The live identity graph: messages in, profiles and what became of them out.
//!
//! A graph keeps the evidence (messages, rows, decisions) and derives everything else from it, so the order in which evidence
//! comes cannot matter, and evidence taken out leaves the state that would be there had it never come. A message touches the
//! component of records that it could join, which is clustered anew by the code that clusters a batch (`identity`).
//!
//! ```
//! use cdp_core::graph::Graph;
//! let graph = Graph::in_memory(&cdp_core::Config::default())?;
//! let now = 1_714_557_600_000;
//! graph.ingest(r#"{"type": "page", "anonymousId": "a1", "name": "Home"}"#, now)?;
//! graph.ingest(r#"{"type": "identify", "anonymousId": "a1", "userId": "u1", "traits": {"email": "ann@example.fr"}}"#, now)?;
//! let found = graph.find("email", "ann@example.fr")?;
//! assert_eq!((found.len(), found[0].devices.as_slice()), (1, &["a1".to_owned()][..]));
//! # Ok::<(), cdp_core::Error>(())
//! ```

mod ahead;
mod changes;
mod components;
mod compose;
mod consents;
mod decisions;
mod devices;
mod diff;
mod erasure;
mod evidence;
mod explained;
mod fields;
mod founders;
mod gone;
mod growing;
mod incoming;
mod json;
mod live;
mod marks;
mod matching;
mod mentions;
mod message;
mod named;
mod personal;
mod profiles;
mod recipients;
mod records;
mod removal;
mod retention;
mod rivals;
mod rules;
mod said;
mod sayers;
mod segments;
mod snapshot;
mod state;
mod together;
mod tombstones;
mod turns;
mod values;
mod view;
mod words;

pub use crate::explain::RefusedStep as Refused;
pub use changes::{Change, Delta, Event, Filter};
pub use consents::ConsentView;
pub use erasure::Receipt;
pub use recipients::{Activation, Members, Recipient};
pub use state::AsOf;
pub use tombstones::Imported;
pub use view::{Counts, ProfileView};

use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::{self, Instant};
use crate::model::Model;
use crate::profile::id_text;
use crate::resolve::Resolution;
use crate::schema::{Config, IdentifierRule, Kind};
use crate::segment::{self, Predicate, Reason};
use crate::store::{Committer, KeyRange, Limits, Memory, Space, Store, Ticket, Verification};
use state::State;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A live identity graph. All methods may be called from several threads at once.
pub struct Graph {
    state: Mutex<State>,
    /// Held while the state is read anew, so that one thread alone does it.
    reading_anew: Mutex<()>,
    /// Absent once the graph is closed.
    store: Mutex<Option<Arc<dyn Store>>>,
    /// Makes batches durable together; absent where nothing is kept on disk.
    committer: Option<Committer>,
}

/// What becomes durable later.
#[must_use = "what is not waited for may be lost"]
pub struct Pending(Option<Ticket>);

impl Pending {
    /// Waits until what was handed in survives a crash.
    ///
    /// # Errors
    /// `store_full`, `store_io`: the graph then takes nothing more until it is opened again.
    pub fn wait(self) -> Result<()> {
        self.0.map_or(Ok(()), |ticket| ticket.wait())
    }
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").field("counts", &self.held().counts()).finish_non_exhaustive()
    }
}

/// The identifier rules of a graph whose configuration has none: right for a retailer. A user id is one person; a card, an
/// address or a number that many people share joins nobody.
fn default_rules() -> impl Iterator<Item = (Kind, IdentifierRule)> {
    let rule = |priority, unique, max_profiles| IdentifierRule {
        priority: Some(priority),
        unique,
        max_profiles,
        ..IdentifierRule::default()
    };
    [
        (Kind::CustomerId, rule(1, true, None)),
        (Kind::LoyaltyId, rule(2, false, Some(4))),
        (Kind::Email, rule(3, false, Some(5))),
        (Kind::Phone, rule(4, false, Some(5))),
    ]
    .into_iter()
}

/// The configuration that a graph works by: with the default rules where it has none, and with what the model knows of sources.
///
/// # Errors
/// Those of [`Config::check_alone`].
fn completed(config: &Config, model: Option<&Model>) -> Result<Config> {
    let mut config = config.clone();
    if config.identifiers.is_empty() {
        config.identifiers = default_rules().collect();
    }
    let known = model.map(|model| model.reading.sources.clone()).unwrap_or_default();
    let config = config.completed_by(known);
    config.check_alone()?;
    config.check_said(fields::said_kinds())?;
    Ok(config)
}

fn closed() -> Error {
    Error::new(Code::StoreClosed, "the graph was closed before").help("open it again")
}

impl Graph {
    /// A graph that is gone with the process.
    ///
    /// # Errors
    /// Those of [`Config::check_alone`].
    pub fn in_memory(config: &Config) -> Result<Graph> {
        Graph::in_memory_with(config, None)
    }

    /// A graph that is gone with the process, and matches records fuzzily where it is given a model.
    ///
    /// # Errors
    /// Those of [`Graph::on_with`].
    pub fn in_memory_with(config: &Config, model: Option<Model>) -> Result<Graph> {
        Graph::on_with(Arc::new(Memory::new()), config, model, false)
    }

    /// The graph kept in a folder, which is made where there is none; or the one at `postgres://...` in a database (cargo feature
    /// `postgres`), which several processes share.
    ///
    /// # Errors
    /// Those of [`Config::check_alone`], `store_locked`, `store_corrupt`, `store_version`, `store_io`.
    #[cfg(feature = "store")]
    pub fn open(path: impl AsRef<Path>, config: &Config) -> Result<Graph> {
        Graph::open_with(path, config, None)
    }

    /// As [`Graph::open`]; it matches records fuzzily where it is given a model.
    ///
    /// # Errors
    /// Those of [`Graph::open`] and [`Graph::on_with`].
    #[cfg(feature = "store")]
    pub fn open_with(path: impl AsRef<Path>, config: &Config, model: Option<Model>) -> Result<Graph> {
        let store = crate::store::open(path.as_ref())?;
        Graph::on_with(store, config, model, true)
    }

    /// A graph on any store.
    ///
    /// # Errors
    /// Those of [`Config::check_alone`] and of reading the store.
    pub fn on(store: Arc<dyn Store>, config: &Config, durable: bool) -> Result<Graph> {
        Graph::on_with(store, config, None, durable)
    }

    /// A graph on any store. With a model it joins records as [`crate::resolve()`] does that is given the same model: what the
    /// model knows of sources completes the configuration, and records are compared by its frozen figures.
    ///
    /// # Errors
    /// Those of [`Graph::on`]; `invalid_model` if the model does not say which records are compared.
    pub fn on_with(store: Arc<dyn Store>, config: &Config, model: Option<Model>, durable: bool) -> Result<Graph> {
        let config = completed(config, model.as_ref())?;
        let model = model.map(Arc::new);
        let state = State::open(store.as_ref(), config, model.as_ref())?;
        // Writers that take turns commit one by one, each when its turn ends.
        let gathers = durable && store.shared().is_none();
        let committer = if gathers { Some(Committer::start(Arc::clone(&store), Limits::default())?) } else { None };
        let graph = Graph::of(state, store, committer);
        let fingerprint = model.as_deref().map(rules::fingerprint);
        graph.change_now(|state, batch| {
            let store = graph.store()?;
            state.tell_rules(store.as_ref(), model.as_ref(), fingerprint.clone(), batch)?;
            state.redefine(store.as_ref(), fingerprint.clone(), batch)?;
            Ok(Vec::new())
        })?;
        graph.keep_to_rules()?;
        Ok(graph)
    }

    fn of(state: State, store: Arc<dyn Store>, committer: Option<Committer>) -> Graph {
        Graph { state: Mutex::new(state), reading_anew: Mutex::default(), store: Mutex::new(Some(store)), committer }
    }

    /// Takes in one message, a list of them, or a batch envelope, in JSON, and returns what became of profiles once all of it
    /// is durable. `received` is when it arrived.
    ///
    /// # Errors
    /// `invalid_message`, naming the message by its place in the list (nothing of the call is taken in then); those of the
    /// store.
    pub fn ingest(&self, json: &str, received: Instant) -> Result<Vec<Change>> {
        let (changes, pending) = self.ingest_soon(json, received)?;
        pending.wait()?;
        Ok(changes)
    }

    /// As [`Graph::ingest`], without waiting until it is durable.
    ///
    /// # Errors
    /// Those of [`Graph::ingest`].
    pub fn ingest_soon(&self, json: &str, received: Instant) -> Result<(Vec<Change>, Pending)> {
        self.ingest_together(&[(json, received)]).pop().unwrap_or_else(|| Ok((Vec::new(), Pending(None))))
    }

    /// Says that two records are one person. `at` is when it was said.
    ///
    /// # Errors
    /// `invalid_input` if they are one and the same record; those of the store.
    pub fn confirm(&self, a: RecordName, b: RecordName, at: Instant) -> Result<Vec<Change>> {
        self.decide(a, b, Some(true), at)
    }

    /// Says that two records are different people.
    ///
    /// # Errors
    /// Those of [`Graph::confirm`].
    pub fn refuse(&self, a: RecordName, b: RecordName, at: Instant) -> Result<Vec<Change>> {
        self.decide(a, b, Some(false), at)
    }

    /// Takes back what was said of two records.
    ///
    /// # Errors
    /// Those of [`Graph::confirm`].
    pub fn forget(&self, a: RecordName, b: RecordName, at: Instant) -> Result<Vec<Change>> {
        self.decide(a, b, None, at)
    }

    fn decide(&self, a: RecordName, b: RecordName, same: Option<bool>, at: Instant) -> Result<Vec<Change>> {
        instant::given(at)?;
        self.change_now(|state, batch| state.decide(vec![(a.clone(), b.clone())], same, at, batch))
    }

    /// Parts these records from the rest of their profile: each is decided to be different from each of the others.
    ///
    /// # Errors
    /// `not_found` if there is no such profile, or a record is not in it; those of the store.
    pub fn split(&self, profile_id: &str, records: &[RecordName], at: Instant) -> Result<Vec<Change>> {
        instant::given(at)?;
        self.change_now(|state, batch| {
            let pairs = state.split_pairs(profile_id, records)?;
            state.decide(pairs, Some(false), at, batch)
        })
    }

    /// Takes a record out, with everything that was said of it, as if it had never come. It is kept aside, and can be brought
    /// back with [`Graph::restore`].
    ///
    /// # Errors
    /// `not_found` if there is no such record; those of the store.
    pub fn remove(&self, record: &RecordName, at: Instant) -> Result<Vec<Change>> {
        let (source, id) = (record.source.as_str(), record.record_id.as_str());
        instant::given(at)?;
        self.change_now(|state, batch| state.remove(source, Some(id), at, &|| self.written(), batch))
    }

    /// Takes everything out that came from a source.
    ///
    /// # Errors
    /// `not_found` if nothing came from it; those of the store.
    pub fn remove_source(&self, source: &str, at: Instant) -> Result<Vec<Change>> {
        instant::given(at)?;
        self.change_now(|state, batch| state.remove(source, None, at, &|| self.written(), batch))
    }

    /// Brings back what was taken out of a record, or of a whole source.
    ///
    /// # Errors
    /// `not_found` if nothing was taken out; those of the store.
    pub fn restore(&self, source: &str, record_id: Option<&str>, at: Instant) -> Result<Vec<Change>> {
        instant::given(at)?;
        self.change_now(|state, batch| state.restore(source, record_id, at, &|| self.written(), batch))
    }

    /// The store, once everything handed in is in it.
    fn written(&self) -> Result<Arc<dyn Store>> {
        self.flush()?;
        self.store()
    }

    fn store(&self) -> Result<Arc<dyn Store>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)
    }

    /// The profile that an id leads to: its own, or one it ever had.
    pub fn profile(&self, profile_id: &str) -> Option<ProfileView> {
        self.state().ok()?.live.profile(profile_id)
    }

    /// The profiles that hold an identifier: a kind (`email`, `customer_id`, `anonymous_id`) and a value however written.
    ///
    /// # Errors
    /// `unknown_kind`; `invalid_input` if the configuration has no rule for the kind.
    pub fn find(&self, kind: &str, value: &str) -> Result<Vec<ProfileView>> {
        self.state()?.live.find(kind.parse()?, value)
    }

    /// The profiles that hold all of these identifiers, each a kind and a value.
    ///
    /// # Errors
    /// Those of [`Graph::find`].
    pub fn find_all(&self, identifiers: &[(String, String)]) -> Result<Vec<ProfileView>> {
        let state = self.state()?;
        let mut found: Option<Vec<ProfileView>> = None;
        for (kind, value) in identifiers {
            let these = state.live.find(kind.parse()?, value)?;
            found = Some(match found {
                None => these,
                Some(before) => before.into_iter().filter(|profile| these.contains(profile)).collect(),
            });
        }
        Ok(found.unwrap_or_default())
    }

    /// The profile of a record.
    pub fn profile_of(&self, record: &RecordName) -> Option<ProfileView> {
        self.state().ok()?.live.profile_of(&record.source, &record.record_id)
    }

    /// All profiles, in order of their ids.
    pub fn profiles(&self) -> Vec<ProfileView> {
        self.state().map(|state| state.live.all_profiles()).unwrap_or_default()
    }

    /// All records and profiles as they are now, laid out as the result of a batch: its tables, segments and report.
    ///
    /// # Errors
    /// `internal` only.
    pub fn snapshot(&self) -> Result<Resolution> {
        let state = self.state()?;
        state.live.snapshot(state.segments.as_ref())
    }

    /// The graph as it was at an instant, to be looked at only: it takes nothing in. What was removed since was never there.
    /// It is made from all evidence until then, which takes as long as opening the store does.
    ///
    /// # Errors
    /// Those of the store.
    pub fn as_of(&self, instant: AsOf) -> Result<Graph> {
        self.held().check()?;
        let (config, model) = (self.config(), self.held().live.model());
        let mut state = State::read(self.view()?.as_ref(), config, model.as_ref(), Some(instant))?;
        let reason = "this is the graph as it was at an instant: it takes nothing in";
        state.break_with(&Error::new(Code::InvalidInput, reason).help("use the graph itself"));
        Ok(Graph::of(state, Arc::new(Memory::new()), None))
    }

    /// The instant that a graph of [`Graph::as_of`] shows; none of one that is as of now.
    pub fn instant(&self) -> Option<Instant> {
        self.held().as_of.map(AsOf::instant)
    }

    /// The names of the segments that a profile is in, by any id it ever had, as of the latest message or [`Graph::advance`].
    ///
    /// # Errors
    /// `not_found` if there is no such profile.
    pub fn segments(&self, profile_id: &str) -> Result<Vec<String>> {
        let state = self.state()?;
        let id = id_text(state.live.found(profile_id)?.1.id);
        Ok(state.segments.as_ref().map_or_else(Vec::new, |segments| segments.of(&id)))
    }

    /// The ids of the members of a segment, in order.
    ///
    /// # Errors
    /// `not_found` if the configuration has no such segment.
    pub fn members(&self, segment: &str) -> Result<Vec<String>> {
        let state = self.state()?;
        match &state.segments {
            Some(segments) => segments.members(segment),
            None => Err(segments::no_segment(segment, &[])),
        }
    }

    /// Why a profile is in a segment, or is not: each condition with its truth, what was found, and when it may change by itself.
    ///
    /// # Errors
    /// `not_found` if there is no such profile or segment.
    pub fn membership(&self, profile_id: &str, segment: &str) -> Result<Reason> {
        let state = self.state()?;
        match &state.segments {
            Some(segments) => segments.reason(&state.live, profile_id, segment),
            None => state.live.found(profile_id).and(Err(segments::no_segment(segment, &[]))),
        }
    }

    /// How many members a segment had at each of these instants, by what had arrived until then: the graph of each instant is made
    /// from the evidence, which takes as long as opening the store does.
    ///
    /// # Errors
    /// `not_found` if the configuration has no such segment; those of the store.
    pub fn growth(&self, segment: &str, instants: &[Instant]) -> Result<Vec<u64>> {
        let size = |&at: &Instant| Ok(self.as_of(AsOf::Ingested(at))?.members(segment)?.len() as u64);
        instants.iter().map(size).collect()
    }

    /// A predicate over the profiles of this graph, from its text or its JSON tree: to be shown, hashed or written as SQL.
    ///
    /// # Errors
    /// Those of [`crate::segment::compile`].
    pub fn predicate(&self, written: &serde_json::Value) -> Result<Predicate> {
        let state = self.state()?;
        let names = state.live.config.segments.keys().map(String::as_str);
        segment::compile_written(written, &segments::fields(&state.live).segments(names))
    }

    /// Who entered a segment and who left it since an entry of the feed, what was undone again left out; and the number of the last
    /// entry looked at, from which to go on.
    ///
    /// # Errors
    /// `not_found` for a segment that neither the configuration nor the feed names; those of the store.
    pub fn delta(&self, segment: &str, since: u64) -> Result<Delta> {
        let known: Vec<String> = self.state()?.live.config.segments.keys().cloned().collect();
        let mut delta = Delta { cursor: since, ..Delta::default() };
        let mut is_known = known.iter().any(|name| name == segment);
        // A segment that is defined no more is in the feed still.
        let from = if is_known { since } else { 0 };
        for change in self.changes(from, usize::MAX)? {
            is_known |= change.event.segment() == Some(segment);
            if change.number > since {
                delta.cursor = change.number;
                delta.follow(&change.event, segment);
            }
        }
        if is_known { Ok(delta) } else { Err(segments::no_segment(segment, &known)) }
    }

    /// Lets time pass: tells who entered and left segments until an instant because of the time alone, each at its own instant, and
    /// deletes what the configuration says is kept no longer. Time does not go back.
    ///
    /// # Errors
    /// Those of the store.
    pub fn advance(&self, now: Instant) -> Result<Vec<Change>> {
        instant::given(now)?;
        let mut changes = self.change_now(|state, batch| {
            let mut changes = Vec::new();
            state.pass(now, batch, &mut changes);
            state.look_at_held();
            Ok(changes)
        })?;
        let mut more = !self.held().live.keeps_for_ever();
        while more {
            changes.extend(self.change_now(|state, batch| {
                let mut changes = Vec::new();
                more = state.retain(now, &|| self.written(), batch, &mut changes)?;
                Ok(changes)
            })?);
        }
        Ok(changes)
    }

    /// The links that are refused now, with their reasons.
    pub fn refused(&self) -> Vec<Refused> {
        self.state().map(|state| state.live.all_refused()).unwrap_or_default()
    }

    /// Up to `limit` entries of the change feed after the one numbered `since` (0: from the beginning).
    ///
    /// # Errors
    /// Those of the store.
    pub fn changes(&self, since: u64, limit: usize) -> Result<Vec<Change>> {
        self.changes_where(since, limit, &Filter::default())
    }

    /// As [`Graph::changes`], of those entries alone that are wanted.
    ///
    /// # Errors
    /// `invalid_input` for a type that there is none of; those of the store.
    pub fn changes_where(&self, since: u64, limit: usize, filter: &Filter) -> Result<Vec<Change>> {
        filter.check()?;
        let mut found = Vec::new();
        let range = KeyRange::from(&(since.saturating_add(1)).to_be_bytes());
        self.store()?.scan(Space::CHANGES, &range, &mut |_, bytes| {
            if found.len() < limit {
                found.extend(Some(Change::from_json(bytes)?).filter(|change| filter.wants(change)));
            }
            Ok(if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        Ok(found)
    }

    /// How much there is.
    pub fn counts(&self) -> Counts {
        self.state().map(|state| state.counts()).unwrap_or_default()
    }

    /// The configuration, with the rules that were filled in.
    pub fn config(&self) -> Config {
        self.held().live.config.clone()
    }

    /// Whether a profile can have a golden value of that name.
    pub(crate) fn has_golden_field(&self, name: &str) -> bool {
        name.parse::<crate::schema::Kind>().is_ok()
            || self.held().live.fields.golden_fields().any(|(field, _)| field == name)
    }

    /// # Errors
    /// Those of a message about a purpose or channel that the configuration does not have.
    pub(crate) fn check_question(&self, purpose: &str, channel: Option<&str>) -> Result<()> {
        let consent = &self.held().live.config.consent;
        said::known(Code::InvalidMessage, "purpose", purpose, &consent.purposes)?;
        channel.map_or(Ok(()), |channel| said::known(Code::InvalidMessage, "channel", channel, &consent.channels))
    }

    /// Waits until everything handed in is durable.
    ///
    /// # Errors
    /// Those of the store.
    pub fn flush(&self) -> Result<()> {
        self.committer.as_ref().map_or(Ok(()), Committer::flush)
    }

    /// Flushes, and lets the store go.
    ///
    /// # Errors
    /// Those of the store.
    pub fn close(&self) -> Result<()> {
        self.held().break_with(&closed());
        let closed = self.committer.as_ref().map_or(Ok(()), Committer::close);
        self.store.lock().unwrap_or_else(PoisonError::into_inner).take();
        closed
    }

    /// Leaves no byte of what the store no longer holds in any file, and gives back its space. What was removed is kept aside,
    /// to be restored.
    ///
    /// # Errors
    /// Those of the store.
    pub fn compact(&self) -> Result<()> {
        self.written()?.compact()
    }

    /// Reads everything that is kept and says what is wrong.
    ///
    /// # Errors
    /// Those of the store.
    pub fn verify(&self) -> Result<Verification> {
        self.store()?.verify()
    }

    /// Writes a copy of the store into a folder while work goes on.
    ///
    /// # Errors
    /// Those of the store.
    pub fn backup(&self, path: impl AsRef<Path>) -> Result<()> {
        #[cfg(feature = "store")]
        crate::store::check_folder(path.as_ref())?;
        self.written()?.backup(path.as_ref())
    }
}
