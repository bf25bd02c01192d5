//! Rows whose given and family names stand in each other's column.

use crate::normalize::{name, text};
use crate::record::{Column, Interner, NULL};

/// How many times likelier the exchanged reading must be.
const TIMES: f64 = 100.0;

/// The rows whose given and family name look exchanged, by the two columns themselves: among the other rows, what stands
/// under `given` is mostly a family name, what stands under `family` mostly a given name, and both together are a hundred times
/// likelier the other way round (frequencies with half an observation added). A name that nobody else has says nothing.
///
/// ```
/// use cdp_core::{columns::exchanged_names, record::Column};
/// let mut people = vec![("Jean", "Dupont"), ("Marie", "Durand"), ("Jean", "Durand"), ("Marie", "Dupont")].repeat(5);
/// people.push(("Dupont", "Marie"));
/// let given = Column::new("prenom", people.iter().map(|(given, _)| Some(*given)));
/// let family = Column::new("nom", people.iter().map(|(_, family)| Some(*family)));
/// assert_eq!(exchanged_names(&given, &family), [20]);
/// ```
pub fn exchanged_names(given: &Column, family: &Column) -> Vec<u32> {
    let mut names = Interner::default();
    let mut keys = |column: &Column, key: fn(&str) -> String| -> Vec<Option<u32>> {
        let keys = column.distinct().iter().map(key);
        keys.map(|key| (!key.is_empty()).then(|| names.intern(&key))).collect()
    };
    let given_keys = keys(given, |raw| name::parse_given(&text::display(raw)).key);
    let family_keys = keys(family, |raw| name::parse_family(&text::display(raw)).key);
    let of = |column: &Column, keys: &[Option<u32>], row: usize| {
        Some(column.codes()[row]).filter(|&code| code != NULL).and_then(|code| keys[code as usize])
    };
    let rows = given.len().min(family.len());
    let (mut as_given, mut as_family) = (vec![0.0; names.len()], vec![0.0; names.len()]);
    for row in 0..rows {
        of(given, &given_keys, row).into_iter().for_each(|name| as_given[name as usize] += 1.0);
        of(family, &family_keys, row).into_iter().for_each(|name| as_family[name as usize] += 1.0);
    }
    let is_exchanged = |&row: &usize| {
        let both = of(given, &given_keys, row).zip(of(family, &family_keys, row));
        both.is_some_and(|(given, family)| {
            let (given, family) = (given as usize, family as usize);
            // Without the row itself.
            let first: f64 = (as_family[given] + 0.5) / (as_given[given] - 0.5);
            let last: f64 = (as_given[family] + 0.5) / (as_family[family] - 0.5);
            first > 1.0 && last > 1.0 && first * last >= TIMES
        })
    };
    (0..rows).filter(is_exchanged).map(|row| row as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(people: &[(&str, &str)]) -> (Column, Column) {
        (
            Column::new("given", people.iter().map(|(given, _)| Some(*given).filter(|name| !name.is_empty()))),
            Column::new("family", people.iter().map(|(_, family)| Some(*family).filter(|name| !name.is_empty()))),
        )
    }

    #[test]
    fn names_that_are_both_and_names_nobody_else_has_are_left_alone() {
        let mut people =
            [("Martin", "Bernard"), ("Bernard", "Martin"), ("Paul", "Martin"), ("Thomas", "Bernard")].repeat(10);
        people.extend([("Zébulon", "Quix"), ("", "Paul"), ("Thomas", "")]);
        let (given, family) = columns(&people);
        assert!(exchanged_names(&given, &family).is_empty());
    }

    #[test]
    fn spelling_does_not_matter() {
        let mut people = [("Hélène", "LEFÈVRE"), ("Jean-Paul", "de la Tour"), ("Helene", "de la tour")].repeat(8);
        people.push(("Lefevre", "HELENE"));
        let (given, family) = columns(&people);
        assert_eq!(exchanged_names(&given, &family), [24]);
    }
}
