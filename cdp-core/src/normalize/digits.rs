//! Regular expressions over digits, as tables: one look a digit.

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::{primitives::StateID, start, syntax};
use regex_automata::{Anchored, MatchKind};
use std::collections::HashMap;

/// A pattern that is matched from the first digit on.
#[derive(Debug)]
pub(super) struct Pattern {
    /// The state after each digit in each state. The first state is that of no match, the second where matching starts.
    next: Vec<[u16; 10]>,
    /// Whether what was read so far is a match if nothing follows.
    matches: Vec<bool>,
}

const LOST: u16 = 0;
const START: u16 = 1;

impl Pattern {
    /// A pattern for the whole of a text; `None` where it cannot be made into a table.
    pub(super) fn whole(pattern: &str) -> Option<Pattern> {
        Pattern::new(&format!("^(?:{pattern})$"))
    }

    /// A pattern for the beginning of a text.
    pub(super) fn beginning(pattern: &str) -> Option<Pattern> {
        Pattern::new(&format!("^(?:{pattern})"))
    }

    fn new(pattern: &str) -> Option<Pattern> {
        let dfa = dense::Builder::new()
            .configure(dense::Config::new().start_kind(StartKind::Anchored).match_kind(MatchKind::All))
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .thompson(thompson::Config::new().utf8(false))
            .build(pattern)
            .ok()?;
        let first = dfa.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()?;
        let mut found = Pattern { next: vec![[LOST; 10]], matches: vec![false] };
        let mut numbers: HashMap<StateID, u16> = HashMap::new();
        let mut open = vec![first];
        numbers.insert(first, START);
        found.add(&dfa, first);
        while let Some(state) = open.pop() {
            for digit in 0..10 {
                let next = dfa.next_state(state, b'0' + digit);
                if dfa.is_dead_state(next) {
                    continue;
                }
                let fresh = u16::try_from(found.next.len()).ok()?;
                let number = *numbers.entry(next).or_insert(fresh);
                if number == fresh {
                    found.add(&dfa, next);
                    open.push(next);
                }
                found.next[numbers[&state] as usize][digit as usize] = number;
            }
        }
        Some(found)
    }

    fn add(&mut self, dfa: &dense::DFA<Vec<u32>>, state: StateID) {
        self.next.push([LOST; 10]);
        self.matches.push(dfa.is_match_state(dfa.next_eoi_state(state)));
    }

    /// Whether all of these ASCII digits match.
    pub(super) fn is(&self, digits: &[u8]) -> bool {
        let end = digits.iter().fold(START, |state, digit| self.after(state, *digit));
        self.matches[end as usize]
    }

    /// Whether these ASCII digits begin with a match.
    pub(super) fn begins(&self, digits: &[u8]) -> bool {
        let mut state = START;
        let mut rest = digits.iter();
        loop {
            if self.matches[state as usize] {
                return true;
            }
            match rest.next() {
                Some(digit) if state != LOST => state = self.after(state, *digit),
                _ => return false,
            }
        }
    }

    fn after(&self, state: u16, digit: u8) -> u16 {
        self.next[state as usize][usize::from(digit.wrapping_sub(b'0')).min(9)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_and_beginning() {
        let pattern = Pattern::whole("7(?:[1-3]\\d|624)\\d{2,3}").unwrap();
        let is = |text: &str| pattern.is(text.as_bytes());
        assert!(is("71234") && is("762412") && is("7624123") && !is("7123") && !is("7524123") && !is(""));
        let leading = Pattern::beginning("1[1-9]|20").unwrap();
        let begins = |text: &str| leading.begins(text.as_bytes());
        assert!(begins("11") && begins("2055") && !begins("2") && !begins("105"));
    }
}
