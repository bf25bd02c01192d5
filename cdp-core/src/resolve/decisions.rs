//! Human decisions: pairs of records that somebody confirmed to be one person, or refused.
//!
//! A decision is evidence. It names records, not profiles, so it holds in every later run; it can be taken back.

use crate::error::{Code, Error, Result};
use crate::explain::RecordName;
use crate::identity::Decided;
use crate::record::{Column, NULL, Table};
use crate::schema::Config;
use std::collections::{BTreeMap, HashMap};

use super::prepare::{Origin, RecordIds};

/// Decided pairs of records. A later decision about a pair replaces the earlier one.
///
/// ```
/// use cdp_core::explain::RecordName;
/// use cdp_core::resolve::Decisions;
/// let record = |source: &str, id: &str| RecordName { source: source.into(), record_id: id.into() };
/// let mut decisions = Decisions::default();
/// decisions.confirm(record("crm", "17"), record("shop", "A3")).unwrap();
/// decisions.refuse(record("crm", "17"), record("crm", "18")).unwrap();
/// assert_eq!(Decisions::from_table(&decisions.to_table().unwrap()).unwrap(), decisions);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions(BTreeMap<(RecordName, RecordName), bool>);

/// The columns that name a pair of records.
const ENDS: [&str; 4] = ["source_a", "record_id_a", "source_b", "record_id_b"];
/// The column of answers.
const SAME: &str = "same";

impl Decisions {
    /// Says that two records are one person.
    ///
    /// # Errors
    /// `invalid_input` if they are one and the same record.
    pub fn confirm(&mut self, a: RecordName, b: RecordName) -> Result<()> {
        self.decide(a, b, true)
    }

    /// Says that two records are different people.
    ///
    /// # Errors
    /// `invalid_input` if they are one and the same record.
    pub fn refuse(&mut self, a: RecordName, b: RecordName) -> Result<()> {
        self.decide(a, b, false)
    }

    /// Takes the decision about two records back; tells whether there was one.
    pub fn forget(&mut self, a: RecordName, b: RecordName) -> bool {
        self.0.remove(&in_order(a, b)).is_some()
    }

    /// Whether two records were decided to be one person; `None` where nothing was decided.
    pub fn get(&self, a: RecordName, b: RecordName) -> Option<bool> {
        self.0.get(&in_order(a, b)).copied()
    }

    /// How many pairs are decided.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is decided.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The decided pairs, and whether each is one person, in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&RecordName, &RecordName, bool)> {
        self.0.iter().map(|((a, b), same)| (a, b, *same))
    }

    fn decide(&mut self, a: RecordName, b: RecordName, same: bool) -> Result<()> {
        if a == b {
            return Err(Error::new(Code::InvalidInput, "the two records of a decision are one and the same")
                .source(a.source)
                .help("name two records"));
        }
        self.0.insert(in_order(a, b), same);
        Ok(())
    }

    /// Reads decisions from a table with the columns `source_a`, `record_id_a`, `source_b`, `record_id_b` and `same`
    /// (`true`, `yes`, `y`, `1` or their opposites), such as the filled-in table of a review. Rows without an answer are left
    /// out; of two answers about one pair the later one counts.
    ///
    /// # Errors
    /// `invalid_input` where one of these is missing, and for an answer that is none, with its row.
    pub fn from_table(table: &Table) -> Result<Self> {
        let column = |name: &str| {
            table.column(name).ok_or_else(|| {
                Error::new(Code::InvalidInput, format!("decisions need a column '{name}'"))
                    .source(table.source())
                    .help(format!("the columns are: {}, {SAME}", ENDS.join(", ")))
            })
        };
        let [source_a, id_a, source_b, id_b] = ENDS.map(column);
        let (ends, same) = ([(source_a?, id_a?), (source_b?, id_b?)], column(SAME)?);
        let mut decisions = Decisions::default();
        for row in 0..table.len() {
            let Some(answer) = same.get(row).map(str::trim).filter(|answer| !answer.is_empty()) else { continue };
            let fault = |error: Error| error.source(table.source()).row(row as u64);
            let same = match answer.to_lowercase().as_str() {
                "true" | "yes" | "y" | "1" | "1.0" => true,
                "false" | "no" | "n" | "0" | "0.0" => false,
                _ => {
                    let fault = fault(Error::hiding(Code::InvalidInput, "'{}' is no answer", [answer])).field(SAME);
                    return Err(fault.help("answer true or false, or leave it empty"));
                }
            };
            let name = |(source, id): (&Column, &Column), field: &str| {
                let (source, id) = (source.get(row), id.get(row));
                source
                    .zip(id)
                    .map(|(source, id)| RecordName { source: source.to_owned(), record_id: id.to_owned() })
                    .ok_or_else(|| {
                        let unnamed = Error::new(Code::InvalidInput, "the record is not named");
                        fault(unnamed).field(field).help("give its source and its id")
                    })
            };
            decisions.decide(name(ends[0], ENDS[1])?, name(ends[1], ENDS[3])?, same).map_err(|e| e.row(row as u64))?;
        }
        Ok(decisions)
    }

    /// The decisions as a table that [`Decisions::from_table`] reads.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn to_table(&self) -> Result<Table> {
        let column = |name: &str, cell: &dyn Fn(&RecordName, &RecordName, bool) -> String| {
            let cells: Vec<String> = self.iter().map(|(a, b, same)| cell(a, b, same)).collect();
            Column::new(name, cells.iter().map(|cell| Some(cell.as_str())))
        };
        let columns = vec![
            column(ENDS[0], &|a, _, _| a.source.clone()),
            column(ENDS[1], &|a, _, _| a.record_id.clone()),
            column(ENDS[2], &|_, b, _| b.source.clone()),
            column(ENDS[3], &|_, b, _| b.record_id.clone()),
            column(SAME, &|_, _, same| same.to_string()),
        ];
        Table::new("decisions", columns)
    }
}

fn in_order(a: RecordName, b: RecordName) -> (RecordName, RecordName) {
    if a <= b { (a, b) } else { (b, a) }
}

/// The decisions about the records of one run by their canonical numbers, and how many name a record that is not there.
pub(super) fn decided(
    decisions: &Decisions,
    tables: &[Table],
    config: &Config,
    origins: &[Origin],
) -> Result<(Decided, usize)> {
    if decisions.is_empty() {
        return Ok(Default::default());
    }
    let mut numbers: HashMap<&str, HashMap<&str, u32>> = HashMap::new();
    for name in decisions.iter().flat_map(|(a, b, _)| [a, b]) {
        numbers.entry(&name.source).or_default().insert(&name.record_id, NULL);
    }
    let mut ids = Vec::new();
    for table in tables {
        ids.push(RecordIds::new(table, config.sources.get(table.source()))?);
    }
    for (number, origin) in (0..).zip(origins) {
        let table = origin.table as usize;
        let id = ids[table].get(origin.row);
        if let Some(slot) = numbers.get_mut(tables[table].source()).and_then(|ids| ids.get_mut(&*id)) {
            *slot = number;
        }
    }
    let number = |name: &RecordName| numbers[name.source.as_str()][name.record_id.as_str()];
    let pairs: Vec<_> = decisions.iter().map(|(a, b, same)| (number(a), number(b), same)).collect();
    let known = pairs.iter().copied().filter(|&(a, b, _)| a != NULL && b != NULL);
    let decided = Decided::new(known);
    let unknown = pairs.len() - decided.pairs.len();
    Ok((decided, unknown))
}
