//! A history of calls whose messages contradict and repeat each other, come late and share devices.

use super::common::Random;
use cdp_core::instant;

const START: i64 = 1_714_557_600_000;

/// Identifiers that are limited in each way, and segments by events and by values.
pub(crate) const RULES: &str = r#"
[sources.crm]
id = "id"
observed_at = "at"
[sources.crm.fields]
email = "email"
first = "given_name"
card = "loyalty_id"
[identifiers.customer_id]
priority = 1
unique = true
[identifiers.loyalty_id]
priority = 2
max_per_profile = 2
[identifiers.email]
priority = 3
max_profiles = 3
[segments]
recent = "count(Bought WITHIN 2 DAYS) >= 1"
named = "given_name IS PRESENT AND email IS PRESENT"
"#;

/// When a call arrived.
pub(crate) fn received(call: u64) -> i64 {
    START + call as i64 * 60_000
}

/// The messages of a call: people with rows, users and devices, some of them shared; late ones, ones that others contradict under
/// the same id, and ones that come twice. There are so many calls in all.
pub(crate) fn messages(call: u64, calls: u64) -> String {
    let mut random = Random(call * 7_919 + 13);
    random.below(1);
    let mut one = |n: u64| {
        let (person, other) = (random.below(calls / 6 + 2), random.below(9));
        let at = instant::text(received(call) - random.below(3) as i64 * 86_400_000);
        let id =
            if random.below(12) == 0 { format!("m{}", random.below(calls / 4 + 1)) } else { format!("c{call}-{n}") };
        let device = if random.below(6) == 0 { person / 5 } else { person + 100_000 };
        let head = format!(r#""messageId":"{id}","source":"web","timestamp":"{at}","anonymousId":"d{device}""#);
        match random.below(7) {
            0 | 1 => format!(
                r#"{{"type":"record","messageId":"{id}","source":"crm","record":{{"id":"{person}-{}","at":"{at}","email":"p{}@mail.example","first":"Ann{other}","card":"c{}"}}}}"#,
                other % 2,
                person - person % 2 * (other / 8),
                person / 3 * 3 + other % 2,
            ),
            2 => format!(
                r#"{{"type":"identify","userId":"u{person}",{head},"traits":{{"email":"p{person}@mail.example"}}}}"#
            ),
            3 => format!(r#"{{"type":"track","event":"Bought","userId":"u{person}",{head}}}"#),
            4 => format!(r#"{{"type":"alias","userId":"u{person}","previousId":"u{}",{head}}}"#, person + calls),
            5 => format!(r#"{{"type":"track","event":"Bought",{head}}}"#),
            _ => format!(r#"{{"type":"page","name":"Home",{head}}}"#),
        }
    };
    format!("[{},{},{}]", one(0), one(1), one(2))
}
