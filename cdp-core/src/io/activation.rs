//! Exports for activation as files: one CSV file a batch, and one that says what they are for.

use super::{csv, file_name, system_error, write_text};
use crate::activation::{Destination, Export};
use crate::error::{Code, Error, Result};
use serde_json::json;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Writes the batches into a folder, which is made if it is not there: `uid2@1-001.csv`, ..., and `uid2@1.json` with the purpose,
/// what each file holds, and how many were left out and why. The paths of the CSV files.
///
/// # Errors
/// `io`, naming the file.
pub fn save(folder: impl AsRef<Path>, export: &Export) -> Result<Vec<PathBuf>> {
    let folder = folder.as_ref();
    let destination = Destination::named(export.destination)?;
    let failed = |path: &Path, error: &std::io::Error| system_error(error).file(file_name(path));
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    let digits = export.batches.len().to_string().len().max(3);
    let mut paths = Vec::new();
    let mut files = Vec::new();
    for (number, batch) in (1..).zip(&export.batches) {
        let name = format!("{}-{number:0digits$}.csv", export.destination);
        let path = folder.join(&name);
        let headers: Vec<String> = batch.table.columns().iter().map(|c| destination.header(c.name())).collect();
        let file = File::create(&path).map_err(|error| failed(&path, &error))?;
        csv::write_table(file, headers.iter().map(String::as_str), &batch.table)
            .map_err(|error| error.file(file_name(&path)))?;
        files.push(json!({"file": name, "people": batch.table.len(), "signal": batch.signal}));
        paths.push(path);
    }
    let told = json!({
        "destination": export.destination,
        "purpose": export.purpose,
        "people": export.people(),
        "files": files,
        "left_out": export.left_out_by_word(),
        "values_left_out": export.values_left_out_by_word(),
    });
    let text = serde_json::to_string_pretty(&told).map_err(|error| Error::new(Code::Internal, error.to_string()))?;
    write_text(folder.join(format!("{}.json", export.destination)), &(text + "\n"))?;
    Ok(paths)
}
