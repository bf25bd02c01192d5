//! Human decisions in a file: a table with two records and an answer a row, in any format that tables are read and written in.

use crate::error::Result;
use crate::resolve::Decisions;
use std::path::Path;

/// Reads decisions; see [`Decisions::from_table`] for the columns.
///
/// # Errors
/// Those of [`super::read`] and of [`Decisions::from_table`].
pub fn load(path: impl AsRef<Path>) -> Result<Decisions> {
    let path = path.as_ref();
    Decisions::from_table(&super::read(path, Some("decisions"))?).map_err(|error| error.file(super::file_name(path)))
}

/// Saves decisions; a file of that name is replaced.
///
/// # Errors
/// Those of [`super::write`].
#[cfg(feature = "arrow")]
pub fn save(path: impl AsRef<Path>, decisions: &Decisions) -> Result<()> {
    super::write(path, &super::tables::of_table(&decisions.to_table()?)?)
}
