//! An invented French retailer: its customers, and how three of its systems know them.
//!
//! | file | what | shape |
//! | --- | --- | --- |
//! | `webshop.csv` | accounts of the web shop | comma, UTF-8, English column names, ISO dates |
//! | `loyalty.csv` | loyalty cards of the tills | semicolon, French column names, upper case without accents, DD/MM/YYYY |
//! | `tickets.jsonl` | tickets of the call centre | one JSON object a line, whole names, many fields missing |
//! | `truth.csv` | who is who | source, record id, number of the person |
//!
//! Nobody in it exists. The files depend on the seed alone.

pub mod people;
pub mod random;
mod sources;
pub mod text;
pub mod words;

use random::Random;
use sources::{Draft, loyalty, tickets, webshop};
use std::fmt::Write;

/// The seed of the committed files.
pub const SEED: u64 = 2026;

/// How many people there are at least.
const PEOPLE: usize = 2_500;

/// One file: its name and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Name within `examples/data`.
    pub name: &'static str,
    /// Content.
    pub text: String,
}

/// The four files, made from a seed.
pub fn files(seed: u64) -> Vec<File> {
    let random = &mut Random::new(seed);
    let people = people::population(random, PEOPLE);
    let mut truth = String::from("source,record_id,entity\n");
    let cards = sources::cards(random, &people);
    let mut file = |name: &'static str, source: &str, mut drafts: Vec<Draft>, header: &str, id: fn(usize) -> String| {
        random.shuffle(&mut drafts);
        let mut text = String::from(header);
        for (row, draft) in drafts.iter().enumerate() {
            let id = draft.id.clone().unwrap_or_else(|| id(row));
            let _ = writeln!(truth, "{source},{id},{}", draft.entity);
            let _ = writeln!(text, "{}", draft.line.replace("{id}", &id));
        }
        File { name, text }
    };
    let mut drawn = Random::new(seed ^ 0x5EED);
    let webshop =
        file("webshop.csv", "webshop", webshop(&mut drawn, &people, &cards), sources::WEBSHOP_HEADER, |row| {
            format!("W{:05}", 10_000 + row * 7)
        });
    let loyalty = file("loyalty.csv", "loyalty", loyalty(&mut drawn, &people, &cards), sources::LOYALTY_HEADER, |_| {
        unreachable!("cards carry their number")
    });
    let tickets = file("tickets.jsonl", "tickets", tickets(&mut drawn, &people, &cards), "", |row| {
        format!("T-{:06}", 400_000 + row)
    });
    vec![webshop, loyalty, tickets, File { name: "truth.csv", text: truth }]
}
