//! Running a scenario: a graph for each order of its messages.

use super::expect::Found;
use super::{Action, Order, Outcome, Scenario};
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::graph::Graph;
use crate::instant::{self, Instant};
use crate::io;
use crate::model::Model;
use crate::resolve::{self, Options};
use serde_json::Value;

/// When the first message arrives that does not say: 2024-01-01.
const START: Instant = 1_704_067_200_000;

/// A message as it is handed in.
struct Given {
    json: String,
    received: Instant,
}

impl Scenario {
    /// Runs it, and tells what is not as expected.
    ///
    /// # Errors
    /// Those of the graph, such as `invalid_message`, naming the message by its place; `invalid_value` for an instant that is
    /// none; those of reading the model or the population.
    pub fn run(&self) -> Result<Outcome> {
        let named = |error: Error| match self.folder.as_os_str().is_empty() {
            true => error,
            false => error.file(format!("{}: {}", self.folder.display(), self.name)),
        };
        self.run_all().map_err(named)
    }

    /// Runs it.
    ///
    /// # Errors
    /// `scenario_failed` if anything is not as expected: what was expected, what was found and why. Those of [`Scenario::run`].
    pub fn check(&self) -> Result<()> {
        self.run()?.check()
    }

    fn run_all(&self) -> Result<Outcome> {
        let given = self.given()?;
        let actions = self.actions_in_order()?;
        let ends = given.iter().map(|message| message.received).chain(actions.iter().map(|(at, _)| *at));
        let last = ends.max().unwrap_or(START);
        let now = self.now.as_deref().map_or(Ok(last), |text| read("now", text))?;
        let model = self.model()?;
        let orders = self.orders(given.len());
        let names = orders.iter().map(|(name, _)| name.clone()).collect();
        let mut outcome = Outcome::new(&self.name, names, self.known_failure.clone());
        for (name, order) in orders {
            let graph = Graph::in_memory_with(&self.config, model.clone())?;
            let part = |place: &usize| actions.partition_point(|(at, _)| *at < given[*place].received);
            for stretch in 0..=actions.len() {
                for &place in order.iter().filter(|place| part(place) == stretch) {
                    let message = &given[place];
                    graph.ingest(&message.json, message.received).map_err(|error| error.row(place as u64))?;
                }
                actions.get(stretch).map_or(Ok(()), |(_, action)| action.run(&graph))?;
            }
            self.decide(&graph, last)?;
            graph.advance(now)?;
            let found = Found::new(&graph, now);
            let failures = self.expect.failures(&found)?;
            outcome.checks = found.checks();
            outcome.add(&name, failures);
        }
        Ok(outcome.told())
    }

    /// What is done, each with when, in order of that.
    fn actions_in_order(&self) -> Result<Vec<(Instant, &Action)>> {
        let mut actions: Vec<_> =
            self.actions.iter().map(|action| Ok((action.at()?, action))).collect::<Result<_>>()?;
        actions.sort_by_key(|(at, _)| *at);
        Ok(actions)
    }

    /// The messages, each with when it arrives.
    fn given(&self) -> Result<Vec<Given>> {
        let mut before = START - 1_000;
        let read = |(place, message): (usize, &serde_json::Map<String, Value>)| {
            let mut message = message.clone();
            let told = message.remove("received").or_else(|| message.get("timestamp").cloned());
            let received = match told.as_ref().map(|told| told.as_str().map_or_else(|| told.to_string(), str::to_owned))
            {
                Some(text) => read("received", &text).map_err(|error| error.row(place as u64))?,
                None => before + 1_000,
            };
            before = received;
            Ok(Given { json: Value::Object(message).to_string(), received })
        };
        self.messages.iter().enumerate().map(read).collect()
    }

    /// The orders to try, by name.
    fn orders(&self, messages: usize) -> Vec<(String, Vec<usize>)> {
        let given: Vec<usize> = (0..messages).collect();
        let mut orders = vec![("in order".to_owned(), given.clone())];
        if self.order == Order::Any && messages > 1 {
            orders.push(("backwards".to_owned(), given.iter().rev().copied().collect()));
            orders.extend((1..=2).map(|seed| (format!("shuffled ({seed})"), shuffled(given.clone(), seed))));
        }
        orders
    }

    fn decide(&self, graph: &Graph, last: Instant) -> Result<()> {
        for decision in &self.decisions {
            let at = decision.at.as_deref().map_or(Ok(last), |text| read("decisions.at", text))?;
            let [a, b] = [&decision.records[0], &decision.records[1]].map(|name| record(name));
            match decision.same {
                true => graph.confirm(a?, b?, at)?,
                false => graph.refuse(a?, b?, at)?,
            };
        }
        Ok(())
    }

    /// The model to match by, if any.
    fn model(&self) -> Result<Option<Model>> {
        if let Some(path) = &self.model {
            return io::model::load(self.folder.join(path)).map(Some);
        }
        if self.population.is_empty() {
            return Ok(None);
        }
        let tables = self.population.iter().map(|(source, path)| io::read(self.folder.join(path), Some(source)));
        resolve::train(&tables.collect::<Result<Vec<_>>>()?, Some(&self.config), &Options::default()).map(Some)
    }
}

/// An instant of the file.
pub(super) fn read(field: &str, text: &str) -> Result<Instant> {
    instant::parse(text).ok_or_else(|| {
        Error::new(Code::InvalidValue, format!("'{text}' is no instant"))
            .field(field)
            .help("write it as 2024-05-01T12:00:00Z")
    })
}

/// A record as files name it: `source/record_id`.
pub(super) fn record(name: &str) -> Result<RecordName> {
    let (source, record_id) = name.split_once('/').ok_or_else(|| {
        Error::new(Code::InvalidValue, format!("'{name}' names no record"))
            .help("write source/record_id; a user is events/user:u1")
    })?;
    Ok(RecordName { source: source.to_owned(), record_id: record_id.to_owned() })
}

/// A permutation that depends on the seed alone: Fisher and Yates, by steps of a linear congruential generator (Knuth's MMIX).
fn shuffled(mut places: Vec<usize>, seed: u64) -> Vec<usize> {
    let mut state = seed;
    for last in (1..places.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        places.swap(last, (state >> 33) as usize % (last + 1));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffling_loses_and_repeats_nothing() {
        let mut places = shuffled((0..50).collect(), 1);
        assert_ne!(places, (0..50).collect::<Vec<_>>());
        assert_ne!(places, shuffled((0..50).collect(), 2));
        places.sort_unstable();
        assert_eq!(places, (0..50).collect::<Vec<_>>());
    }
}
