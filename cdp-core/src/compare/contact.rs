//! E-mail addresses and telephone numbers.

use super::build::{Texts, hash, numbered};
use super::frequency::{Counts, mailbox_share, share, sums};
use super::letters::similarity;
use super::short::Digits;
use super::{Class, Letters, Level, Outcome, PART, frequent, neutral, plain};
use crate::normalize::nickname;
use crate::record::{Interner, NULL, TextPool};
use crate::similarity::osa;
use hashbrown::HashMap;

/// Levels of e-mail addresses.
pub(super) const EMAIL: &[Level] = &[
    frequent("same mailbox", 60),
    Level { follows_from_name: true, ..frequent("same mailbox, made of the name", 10) },
    frequent("same local part", 6),
    frequent("one typing error", 7),
    plain("similar local part", 5),
    Level { follows_from_name: true, ..frequent("same domain", 6) },
    Level { follows_from_name: true, ..plain("different", 6) },
    neutral("both made of the name"),
];
/// The level of one mailbox that anybody of that name could have.
pub(crate) const NAME_MAILBOX: usize = 1;
const MADE_OF_NAME: usize = 7;

/// Levels of telephone numbers.
pub(super) const PHONE: &[Level] =
    &[frequent("same", 75), plain("one typing error", 6), frequent("same ending", 4), plain("different", 15)];

/// Addresses fewer than this are taken apart by one thread.
const FEW: usize = 4_096;

/// E-mail addresses as they are compared.
#[derive(Debug, Clone, Default)]
pub struct Emails {
    list: Vec<EmailValue>,
    mailboxes: u32,
    /// Mailboxes by their local part and domain; made when the first address is appended.
    by_parts: HashMap<(u32, u32), u32>,
    locals: Interner,
    /// How common each local part is.
    local_classes: Vec<Class>,
    domains: Texts,
    rests: Interner,
}

/// One address, its parts by number.
#[derive(Debug, Clone, Copy, PartialEq)]
struct EmailValue {
    mailbox: u32,
    local: u32,
    domain: u32,
    /// Of the local part: most comparisons end here, without a look at another table.
    letters: Letters,
    /// What is left of the local part without the person's own names; [`NULL`] where it has none of them.
    rest: u32,
    /// Whether nothing but the person's names stands before the `@`.
    is_made_of_name: bool,
    /// Of the mailbox.
    class: Class,
}

impl Emails {
    /// From keys: a mailbox, and what is left of its local part without the names where it has any.
    pub(super) fn new(keys: &TextPool) -> Emails {
        let parts = || keys.iter().map(EmailKey::of);
        let others = || {
            let mut emails = Emails::default();
            for key in parts() {
                let domain = emails.domains.number(key.domain);
                emails.add(&key, NULL, NULL, domain);
            }
            emails
        };
        let mailboxes = || numbered(parts().map(|key| key.mailbox));
        let locals = || numbered(parts().map(|key| key.local));
        let ((mailboxes, numbers), ((locals, local_numbers), mut emails)) = match keys.len() {
            // Few are no reason to wake other threads.
            0..FEW => (mailboxes(), (locals(), others())),
            _ => rayon::join(mailboxes, || rayon::join(locals, others)),
        };
        for (email, (mailbox, local)) in emails.list.iter_mut().zip(numbers.into_iter().zip(local_numbers)) {
            (email.mailbox, email.local) = (mailbox, local);
        }
        let local_classes = vec![Class::default(); locals.len()];
        Emails { mailboxes: mailboxes.len() as u32, locals, local_classes, ..emails }
    }

    pub(super) fn push(&mut self, key: &str) {
        let key = EmailKey::of(key);
        if self.by_parts.is_empty() {
            self.by_parts = self.list.iter().map(|email| ((email.local, email.domain), email.mailbox)).collect();
        }
        let (local, domain) = (self.locals.intern(key.local), self.domains.number(key.domain));
        self.local_classes.resize(self.locals.len(), Class::default());
        let mailbox = *self.by_parts.entry((local, domain)).or_insert(self.mailboxes);
        self.mailboxes = self.mailboxes.max(mailbox + 1);
        self.add(&key, mailbox, local, domain);
    }

    fn add(&mut self, key: &EmailKey<'_>, mailbox: u32, local: u32, domain: u32) {
        self.list.push(EmailValue {
            mailbox,
            local,
            domain,
            letters: Letters::of(key.local),
            rest: key.rest.map_or(NULL, |rest| self.rests.intern(rest)),
            is_made_of_name: key.rest.is_some_and(|rest| rest.len() < 2),
            class: Class::default(),
        });
    }

    pub(super) fn part_count(&self, part: usize) -> u32 {
        [self.mailboxes, self.locals.len() as u32, self.domains.len()][part]
    }

    fn part(email: &EmailValue, part: usize) -> u32 {
        [email.mailbox, email.local, email.domain][part]
    }

    pub(super) fn part_of(&self, email: u32, part: usize) -> u32 {
        Self::part(&self.list[email as usize], part)
    }

    pub(super) fn part_text(key: &str, part: usize) -> &str {
        let key = EmailKey::of(key);
        [key.mailbox, key.local, key.domain][part]
    }

    pub(super) fn sum_parts(&self, part: usize, counts: &[f64]) -> Vec<f64> {
        let of = self.list.iter().map(|email| Self::part(email, part));
        sums(of.zip(counts.iter().copied()), self.part_count(part))
    }

    pub(super) fn set_class(&mut self, email: u32, counts: &Counts) {
        let email = &mut self.list[email as usize];
        let count = |part: usize| counts.parts[part][Self::part(email, part) as usize];
        let mailbox = Class::of(mailbox_share(count(0), counts.total));
        let [local, domain] = [1, 2].map(|part| Class::of(share(count(part), counts.total)));
        self.local_classes[email.local as usize] = local;
        self.domains.classes[email.domain as usize] = domain;
        email.class = mailbox;
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Reads what comparing an address begins with; see [`super::Features::fetch`].
    pub(super) fn touch(&self, email: u32) -> u32 {
        self.list[email as usize].mailbox
    }

    /// What stands before the `@`.
    pub fn local(&self, email: u32) -> &str {
        self.locals.get(self.list[email as usize].local)
    }

    fn similar_locals(&self, a: &EmailValue, b: &EmailValue, least: f64) -> bool {
        a.letters.can_be_similar(b.letters, least)
            && similarity(self.locals.get(a.local), self.locals.get(b.local)) >= least
    }

    fn one_error(&self, a: &EmailValue, b: &EmailValue) -> bool {
        if !a.letters.can_be_within(b.letters, 2) {
            return false;
        }
        let (x, y) = (self.locals.get(a.local), self.locals.get(b.local));
        let edits = if x.len().min(y.len()) > 8 { 2 } else { 1 };
        same_digits(x, y) && osa::within(x, y, edits).is_some()
    }
}

/// The parts of an address's key.
struct EmailKey<'a> {
    mailbox: &'a str,
    local: &'a str,
    domain: &'a str,
    rest: Option<&'a str>,
}

impl EmailKey<'_> {
    fn of(key: &str) -> EmailKey<'_> {
        let (mailbox, rest) = key.split_once(PART).map_or((key, None), |(mailbox, rest)| (mailbox, Some(rest)));
        let (local, domain) = mailbox.rsplit_once('@').unwrap_or((mailbox, ""));
        EmailKey { mailbox, local, domain, rest }
    }
}

/// Compares two addresses.
pub(super) fn compare_email(emails: &Emails, a: u32, b: u32) -> Outcome {
    let (a, b) = (&emails.list[a as usize], &emails.list[b as usize]);
    if a.mailbox == b.mailbox {
        return Outcome::classed(if a.is_made_of_name || b.is_made_of_name { NAME_MAILBOX } else { 0 }, a.class);
    }
    let same_domain = a.domain == b.domain;
    let common = a.class.commoner(b.class);
    // Namesakes have like addresses for no other reason than their names, which are compared as names already.
    let both_of_names = a.rest != NULL && b.rest != NULL && (a.rest != b.rest || a.is_made_of_name);
    if both_of_names && emails.similar_locals(a, b, 0.8) {
        return Outcome::plain(MADE_OF_NAME);
    }
    if a.local == b.local {
        let near_domain = osa::within(emails.domains.get(a.domain), emails.domains.get(b.domain), 2).is_some();
        let local = emails.local_classes[a.local as usize];
        return if near_domain { Outcome::classed(3, common) } else { Outcome::classed(2, local) };
    }
    if same_domain && emails.one_error(a, b) {
        return Outcome::classed(3, common);
    }
    if emails.similar_locals(a, b, 0.9) {
        Outcome::plain(4)
    } else if same_domain {
        Outcome::classed(5, emails.domains.classes[a.domain as usize])
    } else {
        Outcome::plain(6)
    }
}

/// Whether two local parts have the same digits in order: `user41` and `user42` are two customers, not a typing error.
fn same_digits(a: &str, b: &str) -> bool {
    a.bytes().filter(u8::is_ascii_digit).eq(b.bytes().filter(u8::is_ascii_digit))
}

/// What is left of a local part without these names, their short forms, near spellings and initials; `None` if it has
/// none of them.
pub fn rest_of_local<'a>(local: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    let mut found = false;
    let mut rest = String::new();
    for word in local.split(|c: char| !c.is_alphanumeric()) {
        let letters = word.trim_matches(|c: char| c.is_ascii_digit());
        if names.iter().any(|name| is_name(letters, name)) {
            found = true;
            rest.push_str(&word.replacen(letters, "", 1));
        } else {
            let (left, contained) = without_names(word, &names);
            found |= contained;
            rest.push_str(&left);
        }
    }
    found.then_some(rest)
}

/// Whether a word of an address is this name, a short form of it, or it with a typing error.
fn is_name(word: &str, name: &str) -> bool {
    let long = word.len().min(name.len()) >= 4;
    word.len() >= 2 && (word == name || nickname::related(word, name) || (long && osa::within(word, name, 1).is_some()))
}

/// A word without the names run together in it and their initials, and whether it had any.
fn without_names(word: &str, names: &[&str]) -> (String, bool) {
    let mut rest = word.to_owned();
    let mut initials = String::new();
    let mut contained = false;
    for name in names {
        if name.len() >= 3 && rest.contains(name) {
            rest = rest.replacen(name, "", 1);
            contained = true;
        } else {
            initials.extend(name.chars().next());
        }
    }
    let rest = if contained || rest.len() == 1 { rest.trim_start_matches(|c| initials.contains(c)) } else { &rest };
    (rest.to_owned(), contained)
}

/// Telephone numbers as they are compared; the text of a number is its key.
#[derive(Debug, Clone, Default)]
pub struct Phones {
    list: Vec<PhoneValue>,
    endings: u32,
    /// Endings by their hash; made when the first number is appended.
    by_hash: HashMap<u64, u32>,
}

/// One number.
#[derive(Debug, Clone, Copy, PartialEq)]
struct PhoneValue {
    digits: Option<Digits>,
    /// Its last digits, by number; of the whole where it is shorter.
    ending: u32,
    class: Class,
    ending_class: Class,
}

/// How many last digits identify a line when the prefix was written differently.
pub(crate) const ENDING_DIGITS: usize = 7;

impl Phones {
    pub(super) fn new(keys: &TextPool) -> Phones {
        let (endings, numbers) = numbered(keys.iter().map(ending_or_all));
        let mut phones = Phones { endings: endings.len() as u32, ..Phones::default() };
        keys.iter().zip(numbers).for_each(|(key, ending)| phones.add(key, ending));
        phones
    }

    pub(super) fn push(&mut self, keys: &TextPool, key: &str) {
        if self.by_hash.is_empty() {
            let known = self.list.iter().zip(keys.iter());
            self.by_hash = known.map(|(phone, key)| (hash(ending_or_all(key)), phone.ending)).collect();
        }
        let ending = *self.by_hash.entry(hash(ending_or_all(key))).or_insert(self.endings);
        self.endings = self.endings.max(ending + 1);
        self.add(key, ending);
    }

    fn add(&mut self, key: &str, ending: u32) {
        let (class, ending_class) = Default::default();
        self.list.push(PhoneValue { digits: Digits::of(key), ending, class, ending_class });
    }

    pub(super) fn part_count(&self) -> u32 {
        self.endings
    }

    pub(super) fn each_part<'k>(&self, key: &'k str, phone: u32, visit: &mut dyn FnMut(u32, &'k str)) {
        visit(self.list[phone as usize].ending, ending_or_all(key));
    }

    pub(super) fn sum_parts(&self, counts: &[f64]) -> Vec<f64> {
        sums(self.list.iter().map(|phone| phone.ending).zip(counts.iter().copied()), self.endings)
    }

    pub(super) fn set_class(&mut self, phone: u32, counts: &Counts) {
        let value = &mut self.list[phone as usize];
        value.class = Class::of(share(counts.values[phone as usize], counts.total));
        value.ending_class = Class::of(share(counts.parts[0][value.ending as usize], counts.total));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Reads what comparing a number begins with; see [`super::Features::fetch`].
    pub(super) fn touch(&self, phone: u32) -> u32 {
        self.list[phone as usize].ending
    }
}

/// Compares two different numbers, whose texts are their keys.
pub(super) fn compare_phone(phones: &Phones, keys: &TextPool, a: u32, b: u32) -> Outcome {
    let (x, y) = (&phones.list[a as usize], &phones.list[b as usize]);
    if x.ending == y.ending {
        return Outcome::classed(2, x.ending_class.commoner(y.ending_class));
    }
    let near = match (x.digits, y.digits) {
        (Some(x), Some(y)) => x.one_edit_from(y),
        _ => osa::within(keys.get(a), keys.get(b), 1).is_some(),
    };
    Outcome::plain(if near { 1 } else { 3 })
}

/// The last digits of a number; of a short one all.
fn ending_or_all(digits: &str) -> &str {
    ending(digits).unwrap_or(digits)
}

/// The last digits of a number.
pub(crate) fn ending(digits: &str) -> Option<&str> {
    digits.len().checked_sub(ENDING_DIGITS).and_then(|start| digits.get(start..))
}
