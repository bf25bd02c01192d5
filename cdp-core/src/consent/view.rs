//! The effective view of statements: granted, denied or unknown, why, and until when.

use super::entry::{Bearing, Heard};
use super::statement::{ANY, Statement, Status, Subject};
use crate::instant::Instant;
use serde::Serialize;

/// What may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effective {
    /// A grant counts and no refusal stands.
    Granted,
    /// A refusal stands.
    Denied,
    /// Nothing that counts was said.
    Unknown,
}

impl Effective {
    /// Its word: `granted`, `denied`, `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Effective::Granted => "granted",
            Effective::Denied => "denied",
            Effective::Unknown => "unknown",
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'a> {
    /// The purpose.
    pub purpose: &'a str,
    /// The channel; without one, or for [`ANY`], a statement about any channel answers, and what was refused of all channels
    /// stands until all of them are granted.
    pub channel: Option<&'a str>,
    /// The address that is to be used; without one, the person is asked about.
    pub address: Option<&'a Subject>,
}

/// The answer, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// What may be done.
    pub effective: Effective,
    /// The places of the statements that decide: refusals that stand, or grants that count.
    pub because: Vec<usize>,
    /// When the answer can next change by itself: a grant runs out, or a statement of the future begins to count.
    #[serde(with = "super::statement::some_instant")]
    pub until: Option<Instant>,
}

/// The answer to a question by statements, or entries of a ledger, in any order, as of `now`.
///
/// ```
/// use cdp_core::consent::{Effective, Question, Statement, effective};
/// let ledger: Vec<Statement> = serde_json::from_str(r#"[
///     {"subjects": [{"kind": "anonymous_id", "key": "a1"}], "purpose": "*", "status": "denied", "at": "2026-01-01"},
///     {"subjects": [{"kind": "customer_id", "key": "u1"}], "purpose": "ads", "status": "granted", "at": "2026-02-01", "authenticated": true}
/// ]"#).unwrap();
/// let question = Question { purpose: "ads", channel: None, address: None };
/// let now = cdp_core::instant::parse("2026-03-01").unwrap();
/// assert_eq!(effective(&ledger[1..], &question, now).effective, Effective::Granted);
/// // The browser said no, and the grant does not speak of that browser.
/// assert_eq!(effective(&ledger, &question, now).effective, Effective::Denied);
/// ```
pub fn effective<S: Heard>(statements: &[S], question: &Question<'_>, now: Instant) -> View {
    // All channels are none in particular.
    let question = &Question { channel: question.channel.filter(|channel| *channel != ANY), ..*question };
    let at = |i: usize| statements[i].statement();
    let asked: Vec<usize> = (0..statements.len()).filter(|&i| answers(at(i), question)).collect();
    let said = |i: &usize| at(*i).at <= now;
    let mut grants: Vec<usize> =
        asked.iter().copied().filter(|i| said(i) && counts(statements, &asked, *i, now)).collect();
    let is_lifted = |i: usize| grants.iter().any(|&grant| lifts(at(grant), &statements[i], question));
    let stands = |i: &usize| said(i) && at(*i).status.refuses() && !is_lifted(*i);
    let refusals: Vec<usize> = asked.iter().copied().filter(stands).collect();
    let until = asked.iter().filter_map(|&i| next_change(at(i), now)).min();
    grants.retain(|&grant| !matches!(statements[grant].bearing(), Bearing::Others(_)));
    let (effective, because) = match (refusals.is_empty(), grants.is_empty()) {
        (false, _) => (Effective::Denied, refusals),
        (true, false) => (Effective::Granted, grants),
        (true, true) => (Effective::Unknown, Vec::new()),
    };
    View { effective, because, until }
}

/// A span of time for which the answer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Granted, or denied.
    pub granted: bool,
    /// From when on.
    pub from: Instant,
    /// Until when; `None`: without end.
    pub until: Option<Instant>,
}

/// The answers to a question over all time, in order; where no span is, it is unknown.
///
/// ```
/// use cdp_core::consent::{Question, Statement, timeline};
/// let ledger: Vec<Statement> = serde_json::from_str(r#"[
///     {"subjects": [], "purpose": "ads", "status": "granted", "at": "2026-01-01", "expires_at": "2026-07-01"}
/// ]"#).unwrap();
/// let held = timeline(&ledger, &Question { purpose: "ads", channel: None, address: None });
/// assert_eq!((held.len(), held[0].granted), (1, true));
/// assert_eq!(held[0].until, cdp_core::instant::parse("2026-07-01"));
/// ```
pub fn timeline<S: Heard>(statements: &[S], question: &Question<'_>) -> Vec<Held> {
    let mut spans: Vec<Held> = Vec::new();
    let mut next = Some(Instant::MIN);
    while let Some(from) = next {
        let view = effective(statements, question, from);
        next = view.until;
        let granted = match view.effective {
            Effective::Granted => true,
            Effective::Denied => false,
            Effective::Unknown => continue,
        };
        match spans.last_mut().filter(|last| last.granted == granted && last.until == Some(from)) {
            Some(last) => last.until = view.until,
            None => spans.push(Held { granted, from, until: view.until }),
        }
    }
    spans
}

/// Whether a statement bears on a question at all.
fn answers(statement: &Statement, question: &Question<'_>) -> bool {
    let purpose = statement.purpose == ANY || statement.purpose == question.purpose;
    let channel = match (statement.channel.as_deref(), question.channel) {
        (None | Some(ANY), _) => true,
        (Some(said), Some(asked)) => said == asked,
        // Asked about no channel in particular, what was said of any of them bears on it.
        (Some(_), None) => true,
    };
    // A grant permits the addresses that it names and no other; a refusal is the person's, whatever it names.
    let permits = |address| statement.status != Status::Granted || statement.subjects.contains(address);
    purpose && channel && question.address.is_none_or(permits)
}

/// Whether a grant counts: it has not run out, by itself or by what was said later of the same identifiers.
fn counts<S: Heard>(statements: &[S], asked: &[usize], i: usize, now: Instant) -> bool {
    let grant = statements[i].statement();
    let ended = |&&other: &&usize| {
        let later = statements[other].statement();
        let is_theirs = match (statements[other].bearing(), statements[i].bearing()) {
            (Bearing::Others(one), Bearing::Others(other)) => one == other,
            (Bearing::Others(_), _) => false,
            _ => true,
        };
        let ends = later.status == Status::Expired && later.at >= grant.at && later.at <= now;
        ends && is_theirs && later.shares_identifier(grant)
    };
    grant.status == Status::Granted
        && grant.expires_at.is_none_or(|expires| now < expires)
        && asked.iter().find(ended).is_none()
}

/// Whether a grant that counts lifts a refusal, for the question at hand.
fn lifts(grant: &Statement, refused: &impl Heard, question: &Question<'_>) -> bool {
    let refusal = refused.statement();
    grant.authenticated
        && grant.at > refusal.at
        && is_as_wide(grant, refusal, question)
        && is_of_who_refused(grant, refusal, refused.bearing())
}

/// Whether a grant can be speaking of what was refused.
fn is_of_who_refused(grant: &Statement, refusal: &Statement, bearing: &Bearing) -> bool {
    let is_named = |subject: &Subject| grant.subjects.contains(subject);
    match bearing {
        Bearing::User(user) => is_named(user) && grant.shares_identifier(refusal),
        Bearing::Own | Bearing::Others(_) => refusal.lifted_by().any(is_named),
    }
}

/// Whether a grant is about what the refusal is about: a refusal of one channel is lifted by a grant of all, not by a grant of
/// another. A refusal of all is lifted for the one channel that was granted and no other, so not for who asks about none in
/// particular. (Both already bear on the purpose and the channel asked.)
fn is_as_wide(grant: &Statement, refusal: &Statement, question: &Question<'_>) -> bool {
    match (grant.channel.as_deref(), refusal.channel.as_deref()) {
        (None | Some(ANY), _) => true,
        (Some(_), None | Some(ANY)) => question.channel.is_some(),
        (Some(granted), Some(refused)) => granted == refused,
    }
}

fn next_change(statement: &Statement, now: Instant) -> Option<Instant> {
    if statement.at > now {
        return Some(statement.at);
    }
    statement.expires_at.filter(|&expires| statement.status == Status::Granted && expires > now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Kind;
    use proptest::prelude::*;

    fn subject(kind: Kind, key: &str) -> Subject {
        Subject { kind, key: key.to_owned() }
    }

    fn say(status: Status, at: Instant, subjects: &[Subject]) -> Statement {
        Statement {
            subjects: subjects.to_vec(),
            purpose: "ads".to_owned(),
            channel: None,
            status,
            at,
            expires_at: None,
            authenticated: subjects.iter().any(|subject| subject.kind == Kind::CustomerId),
            source: String::new(),
            legal_basis: None,
            document_version: None,
            proof: None,
        }
    }

    const ASKED: Question<'_> = Question { purpose: "ads", channel: None, address: None };

    fn answer(statements: &[Statement], now: Instant) -> Effective {
        effective(statements, &ASKED, now).effective
    }

    #[test]
    fn of_two_statements_of_one_instant_the_refusal_stands() {
        let user = [subject(Kind::CustomerId, "u1")];
        let both = [say(Status::Granted, 5, &user), say(Status::Denied, 5, &user)];
        assert_eq!(answer(&both, 9), Effective::Denied);
    }

    #[test]
    fn a_grant_for_one_address_is_none_for_another() {
        let (user, old, new) =
            (subject(Kind::CustomerId, "u1"), subject(Kind::Email, "old@b.fr"), subject(Kind::Email, "new@b.fr"));
        let mut ledger = vec![say(Status::Granted, 1, &[user.clone(), old.clone()])];
        let ask = |ledger: &[Statement], address| {
            effective(ledger, &Question { address: Some(address), ..ASKED }, 9).effective
        };
        assert_eq!((ask(&ledger, &old), ask(&ledger, &new)), (Effective::Granted, Effective::Unknown));
        // Refused, then granted for the new one alone: the old one stays refused.
        ledger.push(say(Status::Withdrawn, 2, std::slice::from_ref(&user)));
        ledger.push(say(Status::Granted, 3, &[user, new.clone()]));
        assert_eq!((ask(&ledger, &old), ask(&ledger, &new)), (Effective::Denied, Effective::Granted));
    }

    #[test]
    fn a_lapsed_grant_lifts_nothing_any_more() {
        let user = [subject(Kind::CustomerId, "u1")];
        let mut again = say(Status::Granted, 5, &user);
        again.expires_at = Some(20);
        let ledger = [say(Status::Denied, 1, &user), again];
        assert_eq!((answer(&ledger, 19), answer(&ledger, 20)), (Effective::Granted, Effective::Denied));
        assert_eq!(effective(&ledger, &ASKED, 10).until, Some(20));
        assert_eq!(effective(&ledger, &ASKED, 0).until, Some(1));
    }

    #[test]
    fn what_was_refused_of_all_channels_is_lifted_for_the_one_that_is_granted() {
        let user = [subject(Kind::CustomerId, "u1")];
        for all in [None, Some(ANY.to_owned())] {
            let refused = Statement { channel: all.clone(), ..say(Status::Denied, 1, &user) };
            let granted = Statement { channel: Some("email".to_owned()), ..say(Status::Granted, 2, &user) };
            let mut ledger = vec![refused, granted];
            let ask = |ledger: &[Statement], channel| effective(ledger, &Question { channel, ..ASKED }, 9).effective;
            let answers = |ledger: &[Statement]| {
                [None, Some(ANY), Some("sms"), Some("email")].map(|channel| ask(ledger, channel))
            };
            let (no, yes) = (Effective::Denied, Effective::Granted);
            assert_eq!(answers(&ledger), [no, no, no, yes]);
            ledger.push(Statement { channel: all, ..say(Status::Granted, 3, &user) });
            assert_eq!(answers(&ledger), [yes; 4]);
        }
    }

    fn statement() -> impl Strategy<Value = Statement> {
        let subjects = proptest::collection::vec((0..3_usize, 0..3_u8), 1..3);
        let status = prop_oneof![
            Just(Status::Granted),
            Just(Status::Granted),
            Just(Status::Denied),
            Just(Status::Withdrawn),
            Just(Status::Expired)
        ];
        let purpose = prop_oneof![Just("ads"), Just("ads"), Just("other"), Just(ANY)];
        let channel = prop_oneof![Just(None), Just(Some("email")), Just(Some("sms")), Just(Some(ANY))];
        let rest = (0..20_i64, proptest::option::of(0..25_i64), any::<bool>());
        (subjects, status, purpose, channel, rest).prop_map(|(subjects, status, purpose, channel, rest)| {
            let kinds = [Kind::CustomerId, Kind::Email, Kind::AnonymousId];
            let subjects: Vec<Subject> =
                subjects.into_iter().map(|(kind, key)| subject(kinds[kind], &key.to_string())).collect();
            Statement {
                purpose: purpose.to_owned(),
                channel: channel.map(str::to_owned),
                expires_at: rest.1,
                authenticated: rest.2,
                ..say(status, rest.0, &subjects)
            }
        })
    }

    fn question() -> impl Strategy<Value = (Option<&'static str>, Option<Subject>)> {
        let address = proptest::option::of((0..3_u8).prop_map(|key| subject(Kind::Email, &key.to_string())));
        (prop_oneof![Just(None), Just(Some("email")), Just(Some("sms")), Just(Some(ANY))], address)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The order of statements says nothing.
        #[test]
        fn order_does_not_matter(ledger in proptest::collection::vec(statement(), 0..8), now in 0..26_i64, q in question()) {
            let question = Question { purpose: "ads", channel: q.0, address: q.1.as_ref() };
            let mut other = ledger.clone();
            other.reverse();
            let (a, b) = (effective(&ledger, &question, now), effective(&other, &question, now));
            prop_assert_eq!((a.effective, a.until, a.because.len()), (b.effective, b.until, b.because.len()));
        }

        /// The answers over all time are the answer at each.
        #[test]
        fn a_timeline_says_what_each_instant_does(ledger in proptest::collection::vec(statement(), 0..8), q in question()) {
            let question = Question { purpose: "ads", channel: q.0, address: q.1.as_ref() };
            let held = timeline(&ledger, &question);
            for now in -1..27 {
                let mut spans = held.iter().filter(|held| held.from <= now && held.until.is_none_or(|until| now < until));
                let told = match spans.next().map(|held| held.granted) {
                    Some(true) => Effective::Granted,
                    Some(false) => Effective::Denied,
                    None => Effective::Unknown,
                };
                prop_assert_eq!(told, effective(&ledger, &question, now).effective);
                prop_assert!(spans.next().is_none());
            }
        }

        /// Whatever is refused of a channel is refused to whoever asks about none in particular.
        #[test]
        fn what_is_permitted_of_none_in_particular_is_refused_of_none(ledger in proptest::collection::vec(statement(), 0..8), now in 0..26_i64, q in question()) {
            let ask = |channel| effective(&ledger, &Question { purpose: "ads", channel, address: q.1.as_ref() }, now).effective;
            if [Some("email"), Some("sms"), Some("post")].into_iter().any(|one| ask(one) == Effective::Denied) {
                prop_assert_eq!((ask(None), ask(Some(ANY))), (Effective::Denied, Effective::Denied));
            }
        }

        /// Of people who share no identifier, a refusal of either is one of both.
        #[test]
        fn no_merge_turns_a_refusal_into_a_permission(
            mine in proptest::collection::vec(statement(), 0..6),
            theirs in proptest::collection::vec(statement(), 0..6),
            now in 0..26_i64,
            q in question(),
        ) {
            let apart = |statement: &Statement| Statement {
                subjects: statement.subjects.iter().map(|s| subject(s.kind, &format!("other {}", s.key))).collect(),
                ..statement.clone()
            };
            let theirs: Vec<Statement> = theirs.iter().map(apart).collect();
            let question = Question { purpose: "ads", channel: q.0, address: q.1.as_ref() };
            let answer = |ledger: &[Statement]| effective(ledger, &question, now).effective;
            let both: Vec<Statement> = mine.iter().chain(&theirs).cloned().collect();
            let denied = [&mine, &theirs].iter().any(|side| answer(side) == Effective::Denied);
            prop_assert_eq!(answer(&both) == Effective::Denied, denied);
            if answer(&both) == Effective::Granted {
                prop_assert!(answer(&mine) == Effective::Granted || answer(&theirs) == Effective::Granted);
            }
        }

        /// Until the instant it tells, an answer stays as it is.
        #[test]
        fn an_answer_holds_until_it_says(ledger in proptest::collection::vec(statement(), 0..8), now in 0..26_i64, q in question()) {
            let question = Question { purpose: "ads", channel: q.0, address: q.1.as_ref() };
            let view = effective(&ledger, &question, now);
            for later in now..view.until.unwrap_or(30) {
                prop_assert_eq!(effective(&ledger, &question, later).effective, view.effective);
            }
        }
    }
}
