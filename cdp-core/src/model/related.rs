//! Classes of related people: which fields they share, and which are as among strangers.

use crate::compare::{Level, Role};

/// A class of pairs of different people, or organisations, that share some fields.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelatedClass {
    /// Its name in the saved model.
    pub name: &'static str,
    /// Fields with shares of their own; all others are as among strangers.
    pub shared: &'static [Role],
    /// At least one field of each of these groups must exist for the class to mean anything.
    needs: &'static [&'static [Role]],
    /// Share of all pairs of different records it starts from, per record.
    pub start: f64,
    /// What tells the class: pairs in which it is missing are not of it.
    told_by: Option<Role>,
    /// Whether the data tells homes, and so that its pairs live together.
    pub(super) at_home: bool,
}

/// Pairs that every class is taken to have beside those that are found.
const PAIRS: f64 = 0.1;
/// The same of twins, where homes are told, and the share they start from. Twins and one person of two given names explain the same
/// pairs as well as each other where all else agrees, and so divide them as they are expected beforehand; of matches it is one or two.
const TWIN_PAIRS: f64 = 5.0;
const TWIN_START: f64 = 0.1;

const CLASSES: &[RelatedClass] = &[
    // Other given name and birth date, the rest in common: spouses, parents and children.
    RelatedClass {
        name: "household",
        shared: &[Role::Family, Role::Email, Role::Phone, Role::Street, Role::Place, Role::Attribute],
        needs: &[&[Role::Given], &[Role::Street, Role::Place, Role::Phone]],
        start: 0.3,
        told_by: None,
        at_home: false,
    },
    // Other given name, the rest in common, birth date too: twins.
    RelatedClass {
        name: TWINS,
        shared: &[Role::Family, Role::Email, Role::Phone, Role::Street, Role::Place, Role::Birth],
        needs: &[&[Role::Given], &[Role::Birth], &[Role::Street, Role::Place, Role::Phone]],
        start: 0.02,
        told_by: None,
        at_home: false,
    },
    // Same name at the same place, other birth date: father and son.
    RelatedClass {
        name: "same_name_household",
        shared: &[Role::Given, Role::Family, Role::OtherNames, Role::Phone, Role::Street, Role::Place],
        needs: &[
            &[Role::Given],
            &[Role::Family],
            &[Role::Birth, Role::Personal],
            &[Role::Street, Role::Place, Role::Phone],
        ],
        start: 0.01,
        told_by: None,
        at_home: false,
    },
    // Same name, and so the same kind of address, elsewhere: namesakes.
    RelatedClass {
        name: NAMESAKES,
        shared: &[Role::Given, Role::Family, Role::OtherNames, Role::Email],
        needs: &[
            &[Role::Given],
            &[Role::Family],
            &[Role::Email, Role::Birth, Role::Personal, Role::Phone, Role::Street],
        ],
        start: 0.1,
        told_by: None,
        at_home: false,
    },
    // Other people of one organisation: its address, its telephone, addresses of its domain, and what else is said of it.
    RelatedClass {
        name: COLLEAGUES,
        shared: &[Role::Organisation, Role::Email, Role::Phone, Role::Street, Role::Place, Role::Attribute],
        needs: &[&[Role::Given, Role::Family], &[Role::Organisation]],
        start: 0.3,
        told_by: None,
        at_home: false,
    },
    // Two organisations of one town: nothing but the place in common.
    RelatedClass {
        name: "same_town",
        shared: &[Role::Street, Role::Place],
        needs: &[&[Role::Organisation], &[Role::Street], &[Role::Place]],
        start: 5.0,
        told_by: None,
        at_home: false,
    },
    // Two organisations, or branches, in one place.
    RelatedClass {
        name: "same_site",
        shared: &[Role::Street, Role::Place, Role::Phone, Role::Email],
        needs: &[&[Role::Organisation], &[Role::Street, Role::Place]],
        start: 0.2,
        told_by: None,
        at_home: false,
    },
    // Branches of one organisation, of one town at times.
    RelatedClass {
        name: BRANCHES,
        shared: &[
            Role::Organisation,
            Role::Email,
            Role::Phone,
            Role::Place,
            Role::Attribute,
            Role::Given,
            Role::Family,
            Role::OtherNames,
        ],
        needs: &[&[Role::Organisation], &[Role::Street, Role::Place]],
        start: 0.2,
        told_by: Some(Role::Organisation),
        at_home: false,
    },
];

impl RelatedClass {
    /// The class in data with these fields: a street or a telephone tells homes; in a town alone anybody is anybody's twin.
    fn in_data(self, roles: &[Role]) -> Self {
        match self.name == TWINS && (roles.contains(&Role::Street) || roles.contains(&Role::Phone)) {
            true => RelatedClass { start: TWIN_START, at_home: true, ..self },
            false => self,
        }
    }

    /// The pairs it is taken to have beside those that are found.
    pub(super) fn expected_pairs(&self) -> f64 {
        if self.at_home { TWIN_PAIRS } else { PAIRS }
    }

    /// Whether the class has a share of its own for a level of a field it shares: namesakes and colleagues have only those e-mail
    /// addresses in common that follow from the name, or of which the domain alone is the same.
    pub(super) fn owns(&self, role: Role, level: &Level) -> bool {
        !(matches!(self.name, NAMESAKES | COLLEAGUES) && role == Role::Email && !level.follows_from_name)
    }
}

/// The name of the class of people born on one day into one household.
const TWINS: &str = "twins";

/// The name of the class of people who share nothing but their name.
pub(super) const NAMESAKES: &str = "namesakes";

/// The name of the class of people of one organisation.
pub(super) const COLLEAGUES: &str = "colleagues";

/// The name of the class of branches of one organisation.
pub(super) const BRANCHES: &str = "branches";

/// What tells the class of this name, if anything alone does.
pub(super) fn told_by(name: &str) -> Option<Role> {
    CLASSES.iter().find(|class| class.name == name)?.told_by
}

/// The classes that make sense for features of these roles.
pub fn related_classes(roles: &[Role]) -> Vec<RelatedClass> {
    let has = |group: &[Role]| group.iter().any(|role| roles.contains(role));
    let fit = CLASSES.iter().filter(|class| class.needs.iter().all(|group| has(group)));
    fit.map(|class| class.in_data(roles)).collect()
}
