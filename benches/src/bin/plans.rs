//! Writes `cdp-core/src/normalize/data/phone_plans.txt` from the metadata of libphonenumber, as the crate
//! `rlibphonenumber` has it: `cargo run -p cdp-benches --bin plans -- .../rlibphonenumber-*/src/generated/metadata/metadata.bin`.
//!
//! To be run when the crate is updated; the tests of the core compare both on many numbers.

// A command line tool speaks through its output.
#![allow(clippy::print_stdout, clippy::print_stderr, deprecated)]

use prost::Message;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneMetadata, PhoneMetadataCollection, PhoneNumberDesc};
use std::collections::BTreeMap;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: plans METADATA.bin")?;
    let collection = PhoneMetadataCollection::decode(std::fs::read(path)?.as_slice())?;
    let regions: BTreeMap<&str, &PhoneMetadata> = collection.metadata.iter().map(|m| (m.id.as_str(), m)).collect();
    println!("# Numbering plans of libphonenumber (Apache License 2.0), written by benches/src/bin/plans.rs.");
    println!("# A country code with its regions, the main one first, and its formats; then what each region has.");
    for code in 1..1000 {
        let Some(list) = PHONE_NUMBER_UTIL.get_regions_for_country_calling_code(code) else { continue };
        let list: Option<Vec<&PhoneMetadata>> =
            list.map(|region| regions.get(&*region.as_region_str()).copied()).collect();
        // Codes of no country are left to the library.
        let Some(list) = list.filter(|list| list.iter().all(|region| region.id != "001")) else { continue };
        country(code, &list)?;
    }
    Ok(())
}

fn country(code: i32, regions: &[&PhoneMetadata]) -> Result<(), Box<dyn Error>> {
    println!("code\t{code}");
    let main = regions.first().ok_or("a code without regions")?;
    let formats = if main.intl_number_format.is_empty() { &main.number_format } else { &main.intl_number_format };
    for format in formats {
        let leading = format.leading_digits_pattern.last().map(|leading| bare(leading)).transpose()?;
        println!("format\t{}\t{}\t{}", bare(&format.pattern)?, format.format, leading.unwrap_or_default());
    }
    for region in regions {
        println!("region\t{}", region.id);
        line("leading", region.leading_digits.as_deref(), "")?;
        line("abroad", region.international_prefix.as_deref(), "")?;
        let rule = region.national_prefix_transform_rule.as_deref().unwrap_or_default();
        line("prefix", region.national_prefix_for_parsing.as_deref(), if rule.is_empty() { "" } else { "\trule" })?;
        let uses = [
            ("any", &region.general_desc),
            ("premium_rate", &region.premium_rate),
            ("toll_free", &region.toll_free),
            ("shared_cost", &region.shared_cost),
            ("voip", &region.voip),
            ("personal", &region.personal_number),
            ("pager", &region.pager),
            ("uan", &region.uan),
            ("voicemail", &region.voicemail),
            ("fixed", &region.fixed_line),
            ("mobile", &region.mobile),
        ];
        for (name, numbers) in uses {
            let Some(numbers) = numbers else { continue };
            line(name, numbers.national_number_pattern.as_deref(), &lengths(numbers))?;
        }
    }
    Ok(())
}

/// The lengths that numbers can have, and those of the any where they are local only.
fn lengths(numbers: &PhoneNumberDesc) -> String {
    let list = |lengths: &[i32]| lengths.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    format!("\t{}\t{}", list(&numbers.possible_length), list(&numbers.possible_length_local_only))
}

fn line(name: &str, pattern: Option<&str>, rest: &str) -> Result<(), Box<dyn Error>> {
    if let Some(pattern) = pattern {
        println!("{name}\t{}{rest}", bare(pattern)?);
    }
    Ok(())
}

/// Without the anchors that the crate's data has around each pattern.
fn bare(pattern: &str) -> Result<&str, Box<dyn Error>> {
    let inner = pattern.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$"));
    inner.filter(|inner| !inner.is_empty()).ok_or_else(|| format!("not a pattern with anchors: '{pattern}'").into())
}
