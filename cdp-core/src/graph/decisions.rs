//! Decisions of people about pairs of records: evidence of which the latest about a pair counts.

use super::changes::Change;
use super::evidence::Decision;
use super::live::Touched;
use super::mentions::Cause;
use super::named::record_text;
use super::state::{State, key};
use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::instant::Instant;
use crate::store::{Batch, Space};

impl State {
    /// Lets a decision count, if it is the latest about its pair.
    pub(super) fn heed(&mut self, decision: Decision, evidence: u64, touched: &mut Touched) {
        for record in &decision.records {
            self.note_told(record, &[]);
            self.decided_about.entry(record.clone()).or_default().insert(evidence);
        }
        let known = self.decisions.get(&decision.records);
        if known.is_some_and(|known| (known.at, known.same) >= (decision.at, decision.same)) {
            return;
        }
        self.live.decide(&decision.records, decision.same, touched);
        self.decisions.insert(decision.records.clone(), decision);
    }

    /// The evidence of decisions about a record.
    pub(super) fn decided_about(&self, record: &RecordName) -> Vec<u64> {
        self.decided_about.get(record).into_iter().flatten().copied().collect()
    }

    /// The records that were decided to be the same person as one.
    pub(super) fn decided_same(&self, record: &RecordName) -> Vec<RecordName> {
        let number = self.live.names.find(&record.source, &record.record_id);
        let same = number.and_then(|number| self.live.confirmed.get(&number)).into_iter().flatten();
        same.map(|&other| self.live.record_name(other)).collect()
    }

    /// Lets a decision about somebody who is erased be gone.
    pub(super) fn unheed(&mut self, decision: &Decision, evidence: u64, touched: &mut Touched) {
        self.decisions.remove(&decision.records);
        for record in &decision.records {
            if let Some(about) = self.decided_about.get_mut(record) {
                about.remove(&evidence);
            }
        }
        self.live.decide(&decision.records, None, touched);
    }

    /// Takes decisions in.
    pub(super) fn decide(
        &mut self,
        pairs: Vec<(RecordName, RecordName)>,
        same: Option<bool>,
        at: Instant,
        batch: &mut Batch,
    ) -> Result<Vec<Change>> {
        if pairs.iter().any(|(a, b)| a == b) {
            return Err(Error::new(Code::InvalidInput, "the two records are one and the same").help("name two records"));
        }
        self.privacy.check()?;
        for record in pairs.iter().flat_map(|(a, b)| [a, b]) {
            self.is_not_erased(record)?;
        }
        let mut touched = Touched::default();
        let word = same.map_or("forgotten", |same| if same { "confirmed" } else { "refused" });
        let mut cause = Cause::default();
        for (a, b) in pairs {
            let records = if a <= b { [a, b] } else { [b, a] };
            let [x, y] = records.each_ref().map(record_text);
            cause = Cause { text: format!("{word}: {x} and {y}"), records: records.to_vec() };
            let decision = Decision { records, at, same };
            batch.put(Space::EVIDENCE, &key(self.next_evidence), &decision.bytes());
            self.next_evidence += 1;
            self.heed(decision, self.next_evidence - 1, &mut touched);
        }
        self.settle_and_write(&touched, &cause, at, batch)
    }

    /// The pairs that part these records from the rest of their profile.
    pub(super) fn split_pairs(&self, profile_id: &str, apart: &[RecordName]) -> Result<Vec<(RecordName, RecordName)>> {
        let (_, profile) = self.live.found(profile_id)?;
        let records: Vec<RecordName> = profile.records.iter().map(|&record| self.live.record_name(record)).collect();
        if let Some(other) = apart.iter().find(|record| !records.contains(record)) {
            let reason = "the record '{}' is not in this profile";
            return Err(Error::hiding(Code::NotFound, reason, [&other.record_id]).source(&other.source));
        }
        let rest = || records.iter().filter(|record| !apart.contains(record));
        Ok(apart.iter().flat_map(|a| rest().map(move |b| (a.clone(), b.clone()))).collect())
    }
}
