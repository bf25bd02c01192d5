//! Small tables for notebooks.

/// The text with what HTML would read as markup made harmless.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A table; the cells are HTML already.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let cells = |tag: &str, cells: &[String]| -> String {
        cells.iter().map(|cell| format!("<{tag} style=\"text-align:left\">{cell}</{tag}>")).collect()
    };
    let header: Vec<String> = header.iter().map(|name| escape(name)).collect();
    let body: String = rows.into_iter().map(|row| format!("<tr>{}</tr>", cells("td", &row))).collect();
    format!("<table><thead><tr>{}</tr></thead><tbody>{body}</tbody></table>", cells("th", &header))
}

/// A match weight as a bar: green to the right for, red to the left against. 20 bits fill its half.
pub fn bar(weight_bits: f64) -> String {
    let width = (weight_bits.abs() * 4.0).min(80.0);
    let (left, colour) = if weight_bits < 0.0 { (80.0 - width, "#c0392b") } else { (80.0, "#27865a") };
    format!(
        "<div style=\"width:160px;background:linear-gradient(#999,#999) 80px 0/1px 100% no-repeat\"><div \
         style=\"margin-left:{left:.0}px;width:{width:.0}px;height:12px;background:{colour}\"></div></div>"
    )
}
