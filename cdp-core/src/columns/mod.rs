//! Whole columns: their values normalised, and a picture of what they hold before anything is matched.

mod exchanged;
mod profile;
pub(crate) mod shared;

pub use exchanged::exchanged_names;
pub use profile::{ColumnProfile, Counted, Problem, profile};
pub use shared::Shared;

use crate::error::Result;
use crate::normalize::details::{details, part_names};
use crate::normalize::{Options, Verdict, normalize as normalize_value};
use crate::progress::Control;
use crate::record::{Column, NULL, Table};
use crate::schema::Kind;
use rayon::prelude::*;

/// The normalised values of a column, row by row: columns `display`, `key`, `verdict` (`ok`, `invalid` or `placeholder`) and
/// `reason`, and with `parts` those of [`part_names`]. Missing values stay missing in all of them; so do a key that there is
/// none of, and a part that a value does not have. Each distinct value is normalised once.
///
/// ```
/// use cdp_core::{columns, normalize::Options, progress::Control, record::Column, schema::Kind};
/// let column = Column::new("tel", [Some("06 12 34 56 79"), None, Some("n/a")]);
/// let options = Options { region: Some("FR".to_owned()), ..Options::default() };
/// let table = columns::normalize(&column, Kind::Phone, &options, false, &Control::default()).unwrap();
/// assert_eq!(table.column("key").unwrap().iter().collect::<Vec<_>>(), [Some("+33612345679"), None, None]);
/// assert_eq!(table.column("verdict").unwrap().get(2), Some("placeholder"));
/// ```
///
/// # Errors
/// `cancelled`.
pub fn normalize(column: &Column, kind: Kind, options: &Options, parts: bool, control: &Control) -> Result<Table> {
    let values: Vec<&str> = column.distinct().iter().collect();
    let rows: Vec<Vec<String>> = values
        .par_iter()
        .map(|raw| {
            control.check()?;
            let (value, parts) = if parts {
                let found = details(kind, raw, options);
                (found.value, found.parts)
            } else {
                (normalize_value(kind, raw, options), Vec::new())
            };
            let (verdict, reason) = match value.verdict {
                Verdict::Ok => ("ok", ""),
                Verdict::Invalid(reason) => ("invalid", reason),
                Verdict::Placeholder(rule) => ("placeholder", rule),
            };
            let forms = [value.display, value.key, verdict.to_owned(), reason.to_owned()];
            Ok(forms.into_iter().chain(parts.into_iter().map(|(_, part)| part)).collect())
        })
        .collect::<Result<_>>()?;
    let further = if parts { part_names(kind) } else { &[] };
    let names = ["display", "key", "verdict", "reason"].iter().chain(further);
    let column = |(index, name): (usize, &&str)| {
        let cell = |&code: &u32| Some(rows.get(code as usize)?[index].as_str()).filter(|text| !text.is_empty());
        Column::new(name, column.codes().iter().map(|code| if *code == NULL { None } else { cell(code) }))
    };
    Table::new("normalized", names.enumerate().map(column).collect())
}
