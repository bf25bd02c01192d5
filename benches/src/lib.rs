//! What the benches share: pairs of texts of a given length, populations of any size, a retailer's
//! history, what a process has used, a batch for segments. Run them with `cargo xtask bench`.

pub mod batch;
pub mod history;
pub mod process;

use ::rapidfuzz::distance as rapidfuzz;
use cdp_core::record::{Column, Table};
use cdp_core::similarity::{jaro_winkler, levenshtein, osa, token_set};

/// The allocator of the Python and Node packages, so that what is measured here is what their users get.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A kernel that compares two texts.
pub type Kernel = fn(&str, &str) -> f64;

/// The kernels of the library.
pub const KERNELS: &[(&str, Kernel)] = &[
    ("jaro_winkler", jaro_winkler::similarity),
    ("levenshtein", |a, b| levenshtein::distance(a, b) as f64),
    ("levenshtein within 2", |a, b| levenshtein::within(a, b, 2).unwrap_or(3) as f64),
    ("osa", |a, b| osa::distance(a, b) as f64),
    ("token_set", token_set::similarity),
];

/// Other libraries' kernels; of rapidfuzz the faster call, over bytes.
pub const OTHERS: &[(&str, Kernel)] = &[
    ("jaro_winkler strsim", strsim::jaro_winkler),
    ("jaro_winkler rapidfuzz", |a, b| rapidfuzz::jaro_winkler::similarity(a.bytes(), b.bytes())),
    ("levenshtein strsim", |a, b| strsim::levenshtein(a, b) as f64),
    ("levenshtein rapidfuzz", |a, b| rapidfuzz::levenshtein::distance(a.bytes(), b.bytes()) as f64),
    ("levenshtein within 2 rapidfuzz", |a, b| {
        let arguments = rapidfuzz::levenshtein::Args::default().score_cutoff(2);
        rapidfuzz::levenshtein::distance_with_args(a.bytes(), b.bytes(), &arguments).unwrap_or(3) as f64
    }),
    ("osa strsim", |a, b| strsim::osa_distance(a, b) as f64),
    ("osa rapidfuzz", |a, b| rapidfuzz::osa::distance(a.bytes(), b.bytes()) as f64),
];

/// The lengths that are measured: a name's, a full name's, an address's.
pub const LENGTHS: &[usize] = &[6, 14, 50];

const SYLLABLES: &[&str] = &[
    "mar", "ti", "ne", "du", "pont", "ber", "nard", "le", "roy", "mo", "reau", "gi", "rard", "an", "dre", "fon", "la",
    "vau", "cha", "pe", "lier", "bou", "lan", "ger", "que", "sol", "vi", "gne", "ro", "bin", "fau", "re",
];

/// SplitMix64 (Steele et al. 2014).
fn splitmix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// A made-up word of `syllables` syllables.
fn word(seed: u64, syllables: u64) -> String {
    (0..syllables).map(|i| SYLLABLES[(splitmix(seed * 31 + i) % SYLLABLES.len() as u64) as usize]).collect()
}

/// Words, one blank between them, cut to a length.
fn text(seed: u64, characters: usize) -> String {
    let mut text = String::new();
    for part in 0.. {
        if text.len() >= characters {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text += &word(seed * 97 + part, 3);
    }
    text.truncate(characters);
    text.trim_end().to_owned()
}

/// Pairs as blocking proposes them: a third alike but for an edit or two, a third that begin alike, a third unlike.
pub fn pairs(characters: usize) -> Vec<(String, String)> {
    (0..512u64)
        .map(|n| {
            let a = text(n, characters);
            let b = match n % 3 {
                0 => edited(&a, n),
                1 => a[..a.len() / 2].to_owned() + &text(n + 7_000, characters - a.len() / 2),
                _ => text(n + 9_000, characters),
            };
            (a, b)
        })
        .collect()
}

/// One or two edits.
fn edited(text: &str, seed: u64) -> String {
    let mut letters: Vec<u8> = text.bytes().collect();
    for round in 0..1 + seed % 2 {
        let at = (splitmix(seed + round) % (letters.len() as u64 - 1)) as usize;
        match splitmix(seed * 3 + round) % 3 {
            0 => letters.swap(at, at + 1),
            1 => letters[at] = b'e',
            _ => drop(letters.remove(at)),
        }
    }
    letters.into_iter().map(char::from).collect()
}

/// Invented customers, nearly one and a half records each: frequent and rare names, shared homes, typing errors, gaps.
pub fn population(records: usize) -> Table {
    let mut columns: [Vec<Option<String>>; 8] = Default::default();
    let mut person = 0;
    while columns[0].len() < records {
        let copies = 1 + u64::from(splitmix(person) % 10 >= 7) + u64::from(splitmix(person) % 100 >= 90);
        for copy in 0..copies {
            row(&mut columns, person, copy);
        }
        person += 1;
    }
    let names = ["record_id", "first_name", "last_name", "dob", "email", "phone", "postcode", "city"];
    let columns = names
        .iter()
        .zip(&columns)
        .map(|(name, values)| Column::new(name, values[..records].iter().map(|value| value.as_deref())));
    #[allow(clippy::expect_used, reason = "the columns are of one length")]
    Table::new("records", columns.collect()).expect("a table")
}

fn row(columns: &mut [Vec<Option<String>>; 8], person: u64, copy: u64) {
    let draw = |salt: u64| splitmix(person * 64 + salt);
    // Squaring a share makes low numbers frequent, as names are.
    let skewed = |salt: u64, most: f64| ((draw(salt) >> 11) as f64 / (1u64 << 53) as f64).powi(3) * most;
    let home = if draw(1) % 4 == 0 { person.saturating_sub(1) } else { person };
    let first = word(skewed(2, 4_000.0) as u64, 2);
    let last = word(1_000_000 + skewed(3, 25_000.0) as u64, 3);
    let (year, month, day) = (1930 + draw(4) % 78, 1 + draw(5) % 12, 1 + draw(6) % 28);
    let mailbox = format!("{first}.{last}{}@example.org", draw(7) % 10_000);
    let id = columns[0].len();
    let noise = |salt: u64| splitmix(id as u64 * 64 + salt);
    let spelled = |text: &str, salt: u64| {
        if copy > 0 && noise(salt) % 10 == 0 { edited(text, noise(salt + 1)) } else { text.to_owned() }
    };
    let there = |salt: u64, gaps: u64, value: String| (noise(salt) % 100 >= gaps).then_some(value);
    let values = [
        Some(id.to_string()),
        there(10, 2, spelled(&first, 11)),
        there(12, 1, spelled(&last, 13)),
        there(14, 8, format!("{year}-{month:02}-{day:02}")),
        there(15, 20, spelled(&mailbox, 16)),
        there(17, 18, format!("07{:09}", splitmix(home) % 1_000_000_000)),
        there(18, 10, format!("{}{} {}AB", ["LS", "M", "SW", "B"][(home % 4) as usize], home / 40 % 90, home % 9)),
        there(19, 12, word(2_000_000 + splitmix(home / 360) % 300, 3)),
    ];
    columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
}
