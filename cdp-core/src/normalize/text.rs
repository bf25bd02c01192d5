//! Text: the folded form every key is built from, the display form, and transliteration.
//!
//! Knows characters only: no words, no names, no kinds.

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// What an apostrophe becomes when text is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Apostrophe {
    /// Nothing: `O'Brien` is `obrien`.
    Joined,
    /// A space after `l` and `d` (`rue de l'Eglise` is `rue de l eglise`), elsewhere nothing (`King's Lynn` is `kings lynn`).
    Elision,
}

/// The comparable form: compatibility characters and accents resolved, case folded, apostrophes removed (`O'Brien` is
/// `obrien`), every other punctuation mark a space, single spaces. Letters of every script are kept.
///
/// ```
/// use cdp_core::normalize::text::fold;
/// assert_eq!(fold("  Jean-Pierre  VALÉRY "), "jean pierre valery");
/// assert_eq!(fold("d’Artagnan"), "dartagnan");
/// assert_eq!(fold("Straße Ναυσικά"), "strasse ναυσικα");
/// ```
pub fn fold(raw: &str) -> String {
    fold_with(raw, Apostrophe::Joined)
}

/// [`fold`], of a text that may be folded already, as keys mostly are.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    if is_folded(text.as_bytes()) { text.into() } else { fold_anew(text, Apostrophe::Joined).into() }
}

/// Whether a text is of lower-case letters and digits of ASCII, with single spaces between.
fn is_folded(text: &[u8]) -> bool {
    is_spaced_singly(text, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Whether a text is of such bytes, with single spaces between.
fn is_spaced_singly(text: &[u8], is_kept: impl Fn(u8) -> bool) -> bool {
    let mut before = b' ';
    for &byte in text {
        let fits = if byte == b' ' { before != b' ' } else { is_kept(byte) };
        if !fits {
            return false;
        }
        before = byte;
    }
    before != b' '
}

/// [`fold`] with the signs of a grade kept behind the last letter: `A+` is not `A-`.
pub(super) fn fold_graded(raw: &str) -> String {
    let rest = raw.trim_end_matches(['+', '-', '\u{2212}']);
    let mut folded = fold(raw);
    let is_letter = |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
    if rest.ends_with(is_letter) && !folded.is_empty() {
        folded.extend(raw[rest.len()..].chars().map(|sign| if sign == '+' { '+' } else { '-' }));
    }
    folded
}

/// [`fold`] with a choice for apostrophes.
pub(super) fn fold_with(raw: &str, apostrophe: Apostrophe) -> String {
    if is_folded(raw.as_bytes()) { raw.to_owned() } else { fold_anew(raw, apostrophe) }
}

fn fold_anew(raw: &str, apostrophe: Apostrophe) -> String {
    if raw.is_ascii() {
        return fold_ascii(raw.as_bytes(), apostrophe);
    }
    let mut folded = Folded { text: String::with_capacity(raw.len()), gap: false, geminate: false, apostrophe };
    // Apostrophes and dashes first: some of them decompose into a space and an accent.
    for c in raw.chars().map(plain_mark).nfkd() {
        folded.push(c);
    }
    if folded.text.is_ascii() { folded.text } else { compose(folded.text) }
}

/// [`fold_with`] for ASCII alone, which most texts are.
fn fold_ascii(raw: &[u8], apostrophe: Apostrophe) -> String {
    let mut folded = Vec::with_capacity(raw.len());
    let mut gap = false;
    for &byte in raw {
        if byte.is_ascii_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(b' ');
            }
            gap = false;
            folded.push(byte.to_ascii_lowercase());
        } else if matches!(byte, b'\'' | b'`') {
            gap |= apostrophe == Apostrophe::Elision && ends_elided(&folded);
        } else {
            gap = true;
        }
    }
    String::from_utf8(folded).unwrap_or_default()
}

/// Whether a folded text ends with the word `l` or `d`.
fn ends_elided(folded: &[u8]) -> bool {
    matches!(folded, [b'l' | b'd'] | [.., b' ', b'l' | b'd'])
}

pub(super) fn compose(text: String) -> String {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes { text } else { text.nfc().collect() }
}

struct Folded {
    text: String,
    gap: bool,
    /// The gap is no more than the dot of the Catalan `l·l`.
    geminate: bool,
    apostrophe: Apostrophe,
}

impl Folded {
    fn push_ascii(&mut self, byte: u8) {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => self.keep(byte as char),
            b'A'..=b'Z' => self.keep(byte.to_ascii_lowercase() as char),
            b'\'' | b'`' => self.gap |= self.apostrophe == Apostrophe::Elision && ends_elided(self.text.as_bytes()),
            _ => (self.gap, self.geminate) = (true, false),
        }
    }

    fn push(&mut self, c: char) {
        if c.is_ascii() {
            return self.push_ascii(c as u8);
        }
        let c = plain_mark(c);
        if c == '\'' {
            return self.push_ascii(b'\'');
        }
        if is_stripped_mark(c) || is_invisible(c) {
            return;
        }
        if let Some(plain) = plain_letters(c) {
            return plain.chars().for_each(|c| self.keep(c));
        }
        if let Some(digit) = decimal_digit(c) {
            return self.keep(digit);
        }
        if unicode_normalization::char::is_combining_mark(c) {
            // A mark without its letter would change places when folded again.
            if !self.text.is_empty() && !self.gap {
                self.text.push(c);
            }
        } else if c.is_alphanumeric() {
            // The lower case of a letter can again be one with a plain spelling.
            for lower in c.to_lowercase() {
                match plain_letters(lower) {
                    Some(plain) => plain.chars().for_each(|c| self.keep(c)),
                    None if is_stripped_mark(lower) => {}
                    None => self.keep(lower),
                }
            }
        } else {
            self.geminate = c == '·' && self.text.ends_with('l') && !self.gap;
            self.gap = true;
        }
    }

    fn keep(&mut self, c: char) {
        if self.gap && !self.text.is_empty() && !(self.geminate && c == 'l') {
            self.text.push(' ');
        }
        (self.gap, self.geminate) = (false, false);
        self.text.push(c);
    }
}

/// Typographic apostrophes, accents standing alone, and the half rings of Arabic in Latin letters become the ASCII apostrophe.
fn plain_mark(c: char) -> char {
    match c {
        '\u{2018}'
        | '\u{2019}'
        | '\u{201b}'
        | '\u{2b9}'
        | '\u{2bb}'..='\u{2bf}'
        | '\u{2032}'
        | '\u{b4}'
        | '\u{ff07}'
        | '\u{55a}'
        | '\u{5f3}' => '\'',
        _ => c,
    }
}

/// Whether a character is read as an apostrophe.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(plain_mark(c), '\'' | '`')
}

/// Accents of Latin, Greek and Cyrillic, and the vowel points of Arabic and Hebrew. The vowel signs of Indic scripts stay.
fn is_stripped_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}'
        | '\u{5c4}'..='\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Characters without a width, which separate nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

/// Latin letters that Unicode does not decompose, as CLDR's Latin-ASCII and ICAO Doc 9303-3 (for `ə`) write them, and the
/// Greek final sigma.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' | 'ɖ' | 'Ɖ' | 'ɗ' | 'Ɗ' => "d",
        'ł' | 'Ł' => "l",
        'þ' | 'Þ' => "th",
        'ħ' | 'Ħ' => "h",
        'ŧ' | 'Ŧ' => "t",
        'ŋ' | 'Ŋ' => "n",
        'ı' => "i",
        'ĸ' => "q",
        'ɓ' | 'Ɓ' => "b",
        'ƙ' | 'Ƙ' => "k",
        'ƴ' | 'Ƴ' => "y",
        'ɲ' | 'Ɲ' => "n",
        'ə' | 'Ə' | 'ɛ' | 'Ɛ' => "e",
        'ς' => "σ",
        _ => return None,
    })
}

/// The ASCII digit of a decimal digit of Arabic, Persian, Indian and Thai writing (Unicode's Nd; full-width ones decompose).
pub(super) fn decimal_digit(c: char) -> Option<char> {
    let zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50];
    let zero = zeros.into_iter().find(|&zero| (zero..zero + 10).contains(&u32::from(c)))?;
    char::from_digit(u32::from(c) - zero, 10)
}

/// The form shown to people: NFC, trimmed, single spaces, without control characters.
///
/// ```
/// assert_eq!(cdp_core::normalize::text::display(" Vale\u{301}ry\t\n Dupont "), "Val\u{e9}ry Dupont");
/// ```
pub fn display(raw: &str) -> String {
    if is_clean(raw.as_bytes()) {
        return raw.to_owned();
    }
    let composed: Cow<'_, str> = match is_nfc_quick(raw.chars()) {
        IsNormalized::Yes => Cow::Borrowed(raw),
        _ => Cow::Owned(raw.nfc().collect()),
    };
    let mut shown = String::with_capacity(composed.len());
    let mut gap = false;
    let mut removed = false;
    for c in composed.chars() {
        if c.is_whitespace() {
            gap = true;
        } else if c.is_control() || is_hidden(c) {
            removed = true;
        } else {
            if gap && !shown.is_empty() {
                shown.push(' ');
            }
            gap = false;
            shown.push(c);
        }
    }
    // What was removed may have kept a letter and its accent apart.
    if removed { compose(shown) } else { shown }
}

/// Whether a text is ASCII without control characters, and without blanks but single ones inside it.
fn is_clean(raw: &[u8]) -> bool {
    is_spaced_singly(raw, |byte| byte.is_ascii_graphic())
}

/// Invisible characters that never carry meaning; joiners stay, some scripts are spelt with them.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a text is one ASCII digit or more, and nothing else.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A whole number, signed or not, without the `.0` that a spreadsheet put behind it; any other text as it is.
pub(super) fn without_idle_decimal(text: &str) -> &str {
    let is_whole = |whole: &&str| {
        let digits = whole.strip_prefix(['+', '-']).unwrap_or(whole);
        is_digits(digits)
    };
    text.strip_suffix(".0").filter(is_whole).unwrap_or(text)
}

/// Whether a character stands on the one before it.
pub(super) fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// The words of a folded text.
pub fn tokens(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|token| !token.is_empty())
}

/// A folded text in Latin letters, as an additional key; `None` where it is Latin already or has no reading. Characters
/// that stand for a syllable each become words.
///
/// ```
/// use cdp_core::normalize::text::{fold, latin};
/// assert_eq!(latin(&fold("Иван")).as_deref(), Some("ivan"));
/// assert_eq!(latin("王秀英").as_deref(), Some("wang xiu ying"));
/// assert_eq!(latin("ivan"), None);
/// ```
pub fn latin(folded: &str) -> Option<String> {
    if folded.is_ascii() {
        return None;
    }
    let mut spelt = String::with_capacity(folded.len() * 2);
    for c in folded.chars() {
        spelt.push_str(any_ascii::any_ascii_char(c));
        if is_syllable(c) {
            spelt.push(' ');
        }
    }
    let latin = fold(&spelt);
    (!latin.is_empty() && latin != folded).then_some(latin)
}

/// Chinese characters, Korean syllables and Japanese kana.
pub(crate) fn is_eastern(c: char) -> bool {
    is_syllable(c) || matches!(c, '\u{3005}' | '\u{3041}'..='\u{30ff}')
}

/// Chinese characters and Korean syllables.
pub(crate) fn is_syllable(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3134f}')
}
