//! From untrusted values to safe text: HTML and JSON-in-HTML escaping, shortening, masking, numbers.

use serde::Serialize;

/// The longest value shown, in characters.
const SHOWN_CHARACTERS: usize = 160;

/// A document under construction. Text goes in escaped; only [`Html::raw`] takes markup.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup of our own.
    pub(super) fn raw(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text of anybody's.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&escaped(text));
        self
    }

    /// An element with text in it.
    pub(super) fn element(&mut self, tag: &str, text: &str) -> &mut Self {
        self.raw(&format!("<{tag}>")).text(text).raw(&format!("</{tag}>"))
    }

    /// A table cell holding a value of the data, which may be written in any direction.
    pub(super) fn value_cell(&mut self, value: &str) -> &mut Self {
        self.raw("<td>").value(value).raw("</td>")
    }

    /// A value of the data, which may be written in any direction.
    pub(super) fn value(&mut self, value: &str) -> &mut Self {
        self.element("bdi", value)
    }

    /// A table cell with a number in it.
    pub(super) fn number_cell(&mut self, number: &str) -> &mut Self {
        self.raw("<td class=\"number\">").text(number).raw("</td>")
    }

    /// A bar as long as a share of its cell.
    pub(super) fn bar_cell(&mut self, share: f64) -> &mut Self {
        let percent = share.clamp(0.0, 1.0) * 100.0;
        self.raw(&format!("<td class=\"bar\" aria-hidden=\"true\"><span style=\"width:{percent:.1}%\"></span></td>"))
    }

    /// The head of a table: an accessible name and the columns; a name starting with `#` is a column of numbers.
    pub(super) fn table_head(&mut self, caption: &str, columns: &[&str]) -> &mut Self {
        self.raw("<div class=\"scroll\"><table>\n").element("caption", caption).raw("<thead><tr>");
        for column in columns {
            if column.is_empty() {
                // Above bars there is nothing to say.
                self.raw("<td class=\"bar\"></td>");
                continue;
            }
            match column.strip_prefix('#') {
                Some(name) => self.raw("<th scope=\"col\" class=\"number\">").text(name).raw("</th>"),
                None => self.raw("<th scope=\"col\">").text(column).raw("</th>"),
            };
        }
        self.raw("</tr></thead>\n<tbody>\n")
    }

    /// The head of a table of combinations: a column for each set, then how many are in it.
    pub(super) fn overlap_head(&mut self, names: &[&str]) -> &mut Self {
        self.raw("<div class=\"scroll\"><table class=\"overlaps\">\n");
        self.element("caption", "People by the combination of segments they are in").raw("<thead><tr>");
        for name in names {
            self.raw("<th scope=\"col\" class=\"dot\">").value(&shorten(name)).raw("</th>");
        }
        self.raw("<th scope=\"col\" class=\"number\">People</th><td class=\"bar\"></td></tr></thead>\n<tbody>\n")
    }

    /// The end of a table.
    pub(super) fn table_end(&mut self) -> &mut Self {
        self.raw("</tbody></table></div>\n")
    }

    /// The start of a section that the navigation leads to.
    pub(super) fn section(&mut self, id: &str, title: &str) -> &mut Self {
        self.raw(&format!("<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">"));
        self.text(title).raw("</h2>\n")
    }

    /// The document.
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

/// Text that is safe inside an element and inside a quoted attribute. Control characters, which HTML forbids, are dropped.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(character),
            control if control.is_control() => safe.push('\u{FFFD}'),
            other => safe.push(other),
        }
    }
    safe
}

/// JSON that is safe inside a `<script type="application/json">`: it cannot end the element, whatever the data says.
pub(super) fn json_in_html(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// The beginning of a text too long to show.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `12,345`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `12 records`, `1 record`.
pub(super) fn counted(number: u64, noun: &str) -> String {
    let plural = match noun {
        "person" => "people".to_owned(),
        _ => format!("{noun}s"),
    };
    format!("{} {}", count(number), if number == 1 { noun } else { &plural })
}

/// `97.3%`; a share that is not quite all is never shown as all.
pub(super) fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "not known".to_owned();
    }
    let percent = if share < 1.0 { (share * 1000.0).floor() / 10.0 } else { 100.0 };
    format!("{percent:.1}%")
}

/// `+3.2`, `−1.0`: bits of evidence.
pub(super) fn bits(weight: f64) -> String {
    format!("{}{:.1}", if weight < 0.0 { "−" } else { "+" }, weight.abs())
}

/// `part` of `whole`, and 0 of nothing.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
