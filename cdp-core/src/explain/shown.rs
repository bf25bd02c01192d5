//! Explanations as they are shown: as a waterfall, and without personal values.

use super::{How, Part, PathStep, RecordName, Why, WhyNot};
use crate::privacy::{is_personal, mask, mask_reason};

/// One step of a waterfall: from a sum to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The field, or `before any field`, `related people`, `match weight`.
    pub step: String,
    /// How well the two values agree; empty where no field was compared.
    pub level: String,
    /// The two values.
    pub values: [Option<String>; 2],
    /// The bits it adds; of the last step, the sum.
    pub weight: f64,
    /// The sum before it.
    pub from: f64,
    /// The sum after it.
    pub to: f64,
}

impl Why {
    /// The weight as steps from nothing to the sum: the prior, each field, the correction for related people, and the sum itself.
    pub fn waterfall(&self) -> Vec<Step> {
        let mut sum = 0.0;
        let mut step = |step: &str, level: &str, values: [Option<String>; 2], weight: f64| {
            let from = sum;
            sum += weight;
            Step { step: step.to_owned(), level: level.to_owned(), values, weight, from, to: sum }
        };
        let mut steps = vec![step("before any field", "", [None, None], self.prior)];
        let parts = self.parts.iter();
        steps.extend(parts.map(|part| step(&part.field, &part.level, part.values.clone(), part.weight)));
        steps.push(step("related people", "", [None, None], self.related));
        let (name, values) = ("match weight".to_owned(), [None, None]);
        steps.push(Step { step: name, level: String::new(), values, weight: self.weight, from: 0.0, to: self.weight });
        steps
    }

    /// The same without personal values and record ids: their first letters stay.
    #[must_use]
    pub fn masked(&self) -> Why {
        let mut why = self.clone();
        why.records.iter_mut().for_each(hide);
        why.parts.iter_mut().for_each(hide_values);
        why.path.iter_mut().chain(&mut why.links).for_each(hide_step);
        for refused in &mut why.refused {
            refused.records.iter_mut().for_each(hide);
            refused.reason = mask_reason(&refused.reason);
        }
        why.text = why.in_words();
        why
    }
}

impl WhyNot {
    /// The same without record ids and values: their first letters stay.
    #[must_use]
    pub fn masked(&self) -> WhyNot {
        let mut told = self.clone();
        told.records.iter_mut().for_each(hide);
        for obstacle in &mut told.obstacles {
            obstacle.records.iter_mut().flatten().for_each(hide);
            obstacle.reason = mask_reason(&obstacle.reason);
        }
        told.needed.iter_mut().for_each(|need| need.text = mask_reason(&need.text));
        told.text = told.in_words();
        told
    }
}

impl How {
    /// The same without record ids: their first letters stay.
    #[must_use]
    pub fn masked(&self) -> How {
        let mut how = self.clone();
        how.members.iter_mut().for_each(hide);
        how.merges.iter_mut().for_each(hide_step);
        how.tree.iter_mut().for_each(|merge| hide_step(&mut merge.link));
        for bridge in &mut how.bridges {
            hide_step(&mut bridge.link);
            bridge.part.iter_mut().for_each(hide);
        }
        // What did it can name records.
        how.history.iter_mut().for_each(|told| told.cause = mask(&told.cause));
        how.text = how.in_words();
        how
    }
}

fn hide(name: &mut RecordName) {
    name.record_id = mask(&name.record_id);
}

fn hide_step(step: &mut PathStep) {
    step.records.iter_mut().for_each(hide);
}

/// Fields that are no kinds of their own, such as places, count as personal.
fn hide_values(part: &mut Part) {
    if is_personal(part.field.parse().ok()) {
        part.values.iter_mut().flatten().for_each(|value| *value = mask(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::RefusedStep;

    fn why() -> Why {
        let name = |id: &str| RecordName { source: "crm".to_owned(), record_id: id.to_owned() };
        let part = |field: &str, weight| Part {
            field: field.to_owned(),
            values: [Some("Quux".to_owned()), None],
            level: "same".to_owned(),
            weight,
            frequency: 0.0,
        };
        Why {
            records: [name("c17"), name("c18")],
            same_profile: true,
            weight: 2.5,
            probability: 0.85,
            prior: -10.0,
            parts: vec![part("family_name", 9.0), part("city", 4.0)],
            related: -0.5,
            threshold: 0.0,
            links: vec![],
            refused: vec![RefusedStep {
                records: [name("c17"), name("c18")],
                rule: "identifier:email".to_owned(),
                reason: "email is unique, and the two sides have 'pat.o'brien@x.fr' and 'Quux18'".to_owned(),
            }],
            path: vec![],
            weakest: None,
            text: String::new(),
        }
    }

    #[test]
    fn a_waterfall_ends_at_the_weight() {
        let steps = why().waterfall();
        let ends: Vec<(f64, f64)> = steps.iter().map(|step| (step.from, step.to)).collect();
        assert_eq!(ends, [(0.0, -10.0), (-10.0, -1.0), (-1.0, 3.0), (3.0, 2.5), (0.0, 2.5)]);
        assert_eq!(steps[1].step, "family_name");
    }

    #[test]
    fn masking_leaves_first_letters_and_what_is_harmless() {
        let masked = why().masked();
        assert!(!masked.text.contains("c17") && !masked.text.contains("family_name: same (Quux"));
        assert_eq!(masked.records[0].record_id, "c•••");
        assert_eq!(masked.parts[0].values, [Some("Q•••".to_owned()), None]);
        assert_eq!(masked.parts[1].values[0].as_deref(), Some("Quux"), "a city is nobody's");
        assert_eq!(masked.weight, why().weight);
        assert_eq!(masked.refused[0].reason, "email is unique, and the two sides have •••");
        assert!(!["brien", "Quux1"].iter().any(|part| masked.text.contains(part)), "{}", masked.text);
    }
}
