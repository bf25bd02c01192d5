//! What a store still has of people: everything in it is looked through.

#![allow(unreachable_pub)] // each test file uses its part

use super::history::text_of;
use super::privacy_world::{Member, World, contains};
use super::stored::content;
use cdp_core::explain::RecordName;
use cdp_core::graph::ProfileView;
use cdp_core::store::{KeyRange, Space};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

impl World {
    /// All that is kept of these people, in their own words.
    pub fn words_of(&mut self, people: &[ProfileView]) -> String {
        let mut words = String::new();
        for person in people {
            // Of a person who was erased too nothing is kept.
            if self.graph.profile(&person.profile_id).is_some() {
                let export = self.graph.export_subject(&person.profile_id, "test", self.now).expect("an export");
                self.audit.push("export_subject");
                words.extend(
                    export["evidence"].as_array().expect("a list").iter().map(|one| one["message"].to_string()),
                );
            }
        }
        words
    }

    /// Nothing is left of rows that were taken out and had been decided to be the person's.
    pub fn check_taken_out(&mut self, gone: &BTreeSet<Member>, there: &BTreeSet<Member>) -> Result<(), TestCaseError> {
        let bytes = self.bytes();
        let member = |name: &RecordName| (name.source.clone(), name.record_id.clone());
        for ([a, b], (_, same)) in &self.decided {
            for (one, other) in [(a, b), (b, a)] {
                let is_row = other.source == "crm" && !there.contains(&member(other));
                if gone.contains(&member(one)) && is_row && *same == Some(true) {
                    let is_left = contains(&bytes, other.record_id.as_bytes());
                    prop_assert!(!is_left, "{} was decided to be somebody who was erased", other.record_id);
                }
            }
        }
        let went = |name: &RecordName| gone.contains(&member(name)) && !there.contains(&member(name));
        self.decided.retain(|pair, _| !pair.iter().any(went));
        Ok(())
    }

    /// All messages that are kept.
    pub fn messages(&self) -> String {
        let mut messages = String::new();
        let scanned = self.store.scan(Space::EVIDENCE, &KeyRange::all(), &mut |_, bytes| {
            // The others are decisions and marks.
            if bytes.first() == Some(&1) {
                messages.push_str(&String::from_utf8_lossy(bytes));
            }
            Ok(ControlFlow::Continue(()))
        });
        scanned.expect("a scan");
        messages
    }

    /// Everything in the store.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for ((_, key), value) in content(self.store.as_ref()) {
            bytes.extend([key, vec![0], value, vec![0]].concat());
        }
        bytes
    }

    /// Nothing of what was erased is anywhere in the store.
    pub fn check_bytes(&self) -> Result<(), TestCaseError> {
        let bytes = self.bytes();
        for (kind, value) in &self.erased {
            prop_assert!(!contains(&bytes, text_of(value).as_bytes()), "{} {} is in the store", kind, text_of(value));
        }
        Ok(())
    }
}
