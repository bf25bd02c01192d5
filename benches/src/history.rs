//! A history of a retailer: what browsers, a till and a customer file say about people, as messages.

/// Messages about so many people, in the order they come: devices seen before anybody is known on them, logins, purchases,
/// cards at the till, rows of a customer file, devices that several people use, and messages that come late.
#[derive(Debug)]
pub struct History {
    people: u64,
    left: u64,
    clock: u64,
    state: u64,
    number: u64,
    late: Option<String>,
}

/// When it begins: 2026-01-01, in milliseconds.
const START: u64 = 1_767_225_600_000;

impl History {
    /// `messages` about `people`.
    #[must_use]
    pub fn new(messages: u64, people: u64) -> Self {
        History { people, left: messages, clock: START, state: people ^ 0x5DEE_CE66, number: 0, late: None }
    }

    /// A number below `end`, from Knuth's linear congruential generator.
    fn below(&mut self, end: u64) -> u64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % end
    }

    fn message(&mut self) -> String {
        self.number += 1;
        // A year, whatever the number of messages: sessions are told apart.
        self.clock += self.below(2_000) * 100_000 / (self.people / 50 + 1) + 1;
        let (number, person) = (self.number, self.below(self.people));
        // Half of the people have a telephone too; every hundredth device is the tablet of a household.
        let device = match self.below(100) {
            0 => format!("tablet-{:06}", person / 4),
            1..=30 if person % 2 == 0 => format!("phone-{person:07}"),
            _ => format!("laptop-{person:07}"),
        };
        let time = cdp_core::instant::text(self.clock as i64);
        let head = format!(
            r#""messageId":"{number:016x}","anonymousId":"{device}","timestamp":"{time}","context":{{"ip":"10.{}.{}.7","userAgent":"Mozilla/5.0","locale":"fr-FR"}}"#,
            person % 250,
            number % 250
        );
        let email = format!("person{person}@mail{}.example", person % 40);
        let product = self.below(5_000);
        match self.below(100) {
            0..=54 => format!(
                r#"{{"type":"page","name":"Product","properties":{{"path":"/p/{product}","title":"Product {product}"}},{head}}}"#
            ),
            55..=69 => format!(
                r#"{{"type":"track","event":"Product Added","userId":"u{person}","properties":{{"sku":"{product}"}},{head}}}"#
            ),
            70..=79 => format!(
                r#"{{"type":"track","event":"Order Completed","userId":"u{person}","properties":{{"revenue":{}.9,"order_id":"o{number}"}},{head}}}"#,
                product % 200
            ),
            80..=89 => format!(
                r#"{{"type":"identify","userId":"u{person}","traits":{{"email":"{email}","firstName":"Name{}","lastName":"Family{}"}},{head}}}"#,
                person % 700,
                person % 9_000
            ),
            90..=94 => format!(
                r#"{{"type":"record","source":"till","record":{{"id":"c{person}","at":"{time}","card":"LC{person:08}","email":"{email}"}}}}"#
            ),
            _ => format!(
                r#"{{"type":"record","source":"crm","record":{{"id":"{person}","at":"{time}","user":"u{person}","email":"{email}","phone":"06{:08}","city":"City{}"}}}}"#,
                person % 100_000_000,
                person % 300
            ),
        }
    }
}

impl Iterator for History {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if self.left == 0 {
            return self.late.take();
        }
        self.left -= 1;
        let message = self.message();
        // One in twenty is held back, and comes when the next one is.
        match self.below(20) {
            0 => self.late.replace(message).or_else(|| self.next()),
            _ => Some(message),
        }
    }
}

/// The configuration of the sources of a [`History`].
#[must_use]
pub fn rules() -> cdp_core::Config {
    let text = "[sources.till]\nid = 'id'\nobserved_at = 'at'\n[sources.till.fields]\ncard = 'loyalty_id'\nemail = 'email'\n\
         [sources.crm]\nid = 'id'\nobserved_at = 'at'\n[sources.crm.fields]\nuser = 'customer_id'\nemail = 'email'\n\
         phone = { kind = 'phone', region = 'FR' }\ncity = 'city'\n";
    cdp_core::Config::from_toml(text).unwrap_or_default()
}
