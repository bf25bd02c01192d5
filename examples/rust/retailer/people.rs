//! The invented population: households at one address, and how their people change with time.

use super::random::{Day, Random};
use super::text::{capitalise, fold};
use super::words::{FAMILIES, MEN, PROVIDERS, STREETS, TOWNS, TWINS, WOMEN};
use std::collections::BTreeSet;

/// Where somebody lives.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// House number, perhaps with `bis`.
    pub number: String,
    /// Street.
    pub street: &'static str,
    /// Town, postal code, first digits of landlines.
    pub town: (&'static str, &'static str, &'static str),
}

/// One person, with what was true before and after the changes of a life.
#[derive(Debug, Clone)]
pub struct Person {
    /// Number in the truth.
    pub entity: usize,
    /// Whether a woman or a girl.
    pub woman: bool,
    /// Given name.
    pub given: String,
    /// Family name today.
    pub family: String,
    /// Family name at birth and the day it was given up.
    pub birth_name: Option<(String, Day)>,
    /// Day of birth.
    pub born: Day,
    /// International number without the plus, e.g. `33612345678`.
    pub mobile: String,
    /// The household's telephone.
    pub landline: String,
    /// Own address.
    pub email: String,
    /// The address used before, and until when.
    pub former_email: Option<(String, Day)>,
    /// The address somebody of the household uses instead.
    pub shared_email: Option<String>,
    /// Home today.
    pub home: Address,
    /// Home before, and until when.
    pub former_home: Option<(Address, Day)>,
    /// The first member of the same household, whose card is sometimes shown.
    pub head: usize,
}

impl Person {
    /// The family name on a day.
    pub fn family_on(&self, day: Day) -> &str {
        before(&self.birth_name, day).map_or(self.family.as_str(), String::as_str)
    }

    /// The home on a day.
    pub fn home_on(&self, day: Day) -> &Address {
        before(&self.former_home, day).unwrap_or(&self.home)
    }

    /// The e-mail address on a day.
    pub fn email_on(&self, day: Day) -> &str {
        before(&self.former_email, day).map_or(self.email.as_str(), String::as_str)
    }
}

/// What was true before its end.
fn before<T>(former: &Option<(T, Day)>, day: Day) -> Option<&T> {
    former.as_ref().filter(|(_, until)| day < *until).map(|(value, _)| value)
}

/// The first day of the data.
pub const FIRST_DAY: Day = Day(17_897); // 2019-01-01
/// The last day of the data.
pub const LAST_DAY: Day = Day(20_453); // 2025-12-31

/// At least `count` people, household by household.
pub fn population(random: &mut Random, count: usize) -> Vec<Person> {
    let mut builder = Builder { random, people: Vec::new(), emails: BTreeSet::new() };
    while builder.people.len() < count {
        builder.household();
    }
    builder.people
}

struct Builder<'a> {
    random: &'a mut Random,
    people: Vec<Person>,
    emails: BTreeSet<String>,
}

impl Builder<'_> {
    fn household(&mut self) {
        let head = self.people.len();
        let home = self.address();
        let landline = self.landline(&home);
        let born = self.adult_birthday();
        let woman = self.random.chance(50.0);
        let family = (*self.random.pick_skewed(FAMILIES)).to_owned();
        let given = self.given(woman);
        self.person(woman, given, &family, born, &home, &landline, head);
        if self.random.chance(60.0) {
            self.partner(head);
            if self.random.chance(50.0) {
                self.children(head);
            }
        }
        self.family_mailbox(head);
    }

    #[allow(clippy::too_many_arguments)] // A person is that many facts; a struct of them would be Person again.
    fn person(
        &mut self,
        woman: bool,
        given: String,
        family: &str,
        born: Day,
        home: &Address,
        landline: &str,
        head: usize,
    ) {
        let email = self.email(&given, family, born);
        let former_email = self.random.chance(15.0).then(|| (self.email(&given, family, born), self.change_day()));
        let former_home = self.random.chance(14.0).then(|| (self.address(), self.change_day()));
        let person = Person {
            entity: self.people.len(),
            woman,
            given,
            family: family.to_owned(),
            birth_name: None,
            born,
            mobile: self.mobile(),
            landline: landline.to_owned(),
            email,
            former_email,
            shared_email: None,
            home: home.clone(),
            former_home,
            head,
        };
        self.people.push(person);
    }

    /// A spouse; two in three take the head's name, some of them within the time of the data.
    fn partner(&mut self, head: usize) {
        let first = self.people[head].clone();
        let woman = if self.random.chance(94.0) { !first.woman } else { first.woman };
        let born = Day(first.born.0 + self.random.between(-2500, 2500)).min(Day::new(2003, 12, 31));
        let own = (*self.random.pick_skewed(FAMILIES)).to_owned();
        let shares = self.random.chance(65.0);
        let family = if shares { first.family.clone() } else { own.clone() };
        let given = self.given(woman);
        self.person(woman, given, &family, born, &first.home, &first.landline, head);
        if shares && own != family && self.random.chance(45.0) {
            let wedding = self.change_day();
            let partner = self.people.len() - 1;
            let (given, born) = (self.people[partner].given.clone(), self.people[partner].born);
            self.people[partner].former_email = Some((self.email(&given, &own, born), wedding));
            self.people[partner].birth_name = Some((own, wedding));
        }
        let former_home = self.people[head].former_home.clone();
        if self.random.chance(70.0) {
            self.people[head + 1].former_home = former_home;
        }
    }

    /// One to three children of the age to hold a card: twins, and sons named after their father, among them.
    fn children(&mut self, head: usize) {
        let first = self.people[head].clone();
        let birth = self.child_birthday();
        if self.random.chance(14.0) {
            let &(woman, one, other) = self.random.pick(TWINS);
            for given in [one, other] {
                self.person(woman, given.to_owned(), &first.family, birth, &first.home, &first.landline, head);
            }
            return;
        }
        for nth in 0..1 + self.random.below(3) {
            let woman = self.random.chance(50.0);
            let junior = nth == 0 && !woman && !first.woman && self.random.chance(18.0);
            let given = if junior { first.given.clone() } else { self.given(woman) };
            let born = self.child_birthday();
            self.person(woman, given, &first.family, born, &first.home, &first.landline, head);
            self.leave_home(head);
        }
    }

    /// One child in four moves out during the time of the data.
    fn leave_home(&mut self, head: usize) {
        if !self.random.chance(25.0) {
            return;
        }
        let parents = self.people[head].home.clone();
        let home = self.address();
        let landline = self.landline(&home);
        let day = self.change_day();
        if let Some(child) = self.people.last_mut() {
            child.former_home = Some((parents, day));
            child.home = home;
            child.landline = landline;
        }
    }

    /// One household in six has a mailbox that several of its people give.
    fn family_mailbox(&mut self, head: usize) {
        if self.people.len() < head + 2 || !self.random.chance(16.0) {
            return;
        }
        let family = fold(&self.people[head].family).replace([' ', '\'', '-'], "");
        let box_name = format!("famille.{family}{}@{}", head % 97, self.random.pick(PROVIDERS));
        let address = if self.random.chance(60.0) { box_name } else { self.people[head].email.clone() };
        for index in head..self.people.len() {
            if self.random.chance(70.0) {
                self.people[index].shared_email = Some(address.clone());
            }
        }
    }

    fn given(&mut self, woman: bool) -> String {
        (*self.random.pick_skewed(if woman { WOMEN } else { MEN })).to_owned()
    }

    fn address(&mut self) -> Address {
        let number = self.random.between(1, 140);
        let bis = if self.random.chance(6.0) { " bis" } else { "" };
        let street = *self.random.pick(STREETS);
        Address { number: format!("{number}{bis}"), street, town: *self.random.pick_skewed(TOWNS) }
    }

    /// A mobile number: French, or in one case of thirty from abroad or overseas.
    fn mobile(&mut self) -> String {
        let prefix = match self.random.below(120) {
            0 => "3247",   // Belgium
            1 => "41791",  // Switzerland
            2 => "447700", // United Kingdom
            3 => "262692", // La Réunion
            _ if self.random.chance(20.0) => "337",
            _ => "336",
        };
        let missing = match &prefix[..2] {
            "32" | "41" => 11 - prefix.len(),
            "44" | "26" => 12 - prefix.len(),
            _ => 11 - prefix.len(),
        };
        let digits: String = (0..missing).map(|_| char::from(b'1' + self.random.below(9) as u8)).collect();
        // 37x is no French block of mobile numbers from 0 on: keep the second digit within what is given out.
        if prefix == "337" { format!("3375{}", &digits[1..]) } else { format!("{prefix}{digits}") }
    }

    fn landline(&mut self, home: &Address) -> String {
        let block = match home.town.2 {
            "01" => "145",
            "02" => "240",
            "03" => "388",
            "04" => "472",
            _ => "561",
        };
        format!("33{block}{:06}", self.random.below(1_000_000))
    }

    fn email(&mut self, given: &str, family: &str, born: Day) -> String {
        let clean = |name: &str| fold(name).replace([' ', '\'', '-'], "");
        let (given, family) = (clean(given), clean(family));
        let provider = *self.random.pick_skewed(PROVIDERS);
        let year = born.date().0 % 100;
        let local = match self.random.below(8) {
            0 | 1 => format!("{given}.{family}"),
            2 => format!("{}{family}", &given[..1]),
            3 => format!("{given}{year:02}"),
            4 => format!("{family}.{given}"),
            5 => format!("{given}_{family}{year:02}"),
            6 => format!("{}.{family}{}", &given[..1], self.random.below(1000)),
            _ => format!("{}{}{}", self.random.pick(HOBBIES), self.random.pick(HOBBIES), self.random.below(100)),
        };
        let mut address = format!("{local}@{provider}");
        while !self.emails.insert(address.clone()) {
            address = format!("{local}{}@{provider}", self.random.below(1000));
        }
        address
    }

    fn change_day(&mut self) -> Day {
        Day(self.random.between(FIRST_DAY.0 + 300, LAST_DAY.0 - 300))
    }

    fn adult_birthday(&mut self) -> Day {
        Day(self.random.between(Day::new(1942, 1, 1).0, Day::new(2001, 12, 31).0))
    }

    fn child_birthday(&mut self) -> Day {
        Day(self.random.between(Day::new(2000, 1, 1).0, Day::new(2008, 12, 31).0))
    }
}

/// What addresses without a name in them are made of.
const HOBBIES: &[&str] =
    &["soleil", "foot", "chat", "lune", "velo", "mimi", "loulou", "tango", "breizh", "cigale", "pixel", "nuage"];

/// The form of address on a card or ticket.
pub fn civility(person: &Person) -> &'static str {
    if person.woman { "Mme" } else { "M." }
}

/// Given and family name as a shop would print them.
pub fn display_name(given: &str, family: &str) -> String {
    format!("{} {}", capitalise(given), family)
}
