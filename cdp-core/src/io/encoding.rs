//! Text in whatever encoding, as UTF-8.
//!
//! A byte-order mark says UTF-8 or UTF-16. Otherwise text that is ASCII, or UTF-8, is passed on as it is; of other text the encoding
//! is found by its bytes, as browsers do it.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, UTF_8};
use std::io::Read;

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// Bytes looked at to find the encoding, from the first that is not ASCII on.
const LOOK_AHEAD: usize = 512 * 1024;
/// The longest byte-order mark.
const MARK: usize = 3;

/// A text as UTF-8. What is damaged UTF-8 stays so.
pub(super) struct Decoded<R> {
    reader: R,
    state: State,
    /// Bytes as they came.
    raw: Vec<u8>,
    /// Bytes to pass on, of which so many were.
    ready: Vec<u8>,
    passed: usize,
    ended: bool,
    /// The encoding where it was found by its bytes.
    found: Option<&'static str>,
}

enum State {
    Start,
    /// Nothing but ASCII so far.
    Ascii,
    Utf8,
    Other(Decoder),
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(reader: R) -> Decoded<R> {
        let (raw, ready) = (Vec::new(), Vec::new());
        Decoded { reader, state: State::Start, raw, ready, passed: 0, ended: false, found: None }
    }

    /// The encoding that the text was taken to be in, where neither a mark nor the text being UTF-8 tells.
    pub(super) fn found(&self) -> Option<&'static str> {
        self.found
    }

    /// Reads until there are so many raw bytes, or no more.
    fn gather(&mut self, bytes: usize) -> std::io::Result<()> {
        let missing = bytes.saturating_sub(self.raw.len()) as u64;
        self.reader.by_ref().take(missing).read_to_end(&mut self.raw)?;
        self.ended |= self.raw.len() < bytes;
        Ok(())
    }

    /// Makes further bytes ready; none at the end of the text.
    fn fill(&mut self) -> std::io::Result<()> {
        (self.passed, self.ready) = (0, Vec::new());
        if matches!(self.state, State::Start) {
            self.gather(MARK)?;
            self.begin();
        }
        while self.ready.is_empty() && !(self.ended && self.raw.is_empty()) {
            self.gather(CHUNK)?;
            if matches!(self.state, State::Ascii) && !self.raw.is_ascii() {
                self.gather(LOOK_AHEAD)?;
                self.decide();
            }
            match &mut self.state {
                State::Other(decoder) => {
                    let needed = decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(4 * self.raw.len() + 16);
                    let mut text = String::with_capacity(needed);
                    // There is room for all of it.
                    let _ = decoder.decode_to_string(&self.raw, &mut text, self.ended);
                    self.raw.clear();
                    self.ready = text.into_bytes();
                }
                _ => self.ready = std::mem::take(&mut self.raw),
            }
        }
        Ok(())
    }

    /// Reads the byte-order mark, if there is one.
    fn begin(&mut self) {
        self.state = match Encoding::for_bom(&self.raw) {
            Some((encoding, length)) => {
                self.raw.drain(..length);
                if encoding == UTF_8 { State::Utf8 } else { State::Other(encoding.new_decoder_without_bom_handling()) }
            }
            None => State::Ascii,
        };
    }

    /// Finds out what the bytes that are not ASCII are.
    fn decide(&mut self) {
        if is_utf8(&self.raw) {
            self.state = State::Utf8;
            return;
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(&self.raw, self.ended);
        let encoding = detector.guess(None, Utf8Detection::Deny);
        self.found = Some(encoding.name());
        self.state = State::Other(encoding.new_decoder_without_bom_handling());
    }
}

/// Whether the bytes are UTF-8, or more of them are than are not: then it is damaged, and no other encoding.
fn is_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0, 0);
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        // What is looked at may end inside a character.
        broken += usize::from(!chunk.invalid().is_empty() && chunks.peek().is_some());
        broken += usize::from(chunks.peek().is_none() && chunk.invalid().len() == 1 && chunk.invalid()[0] < 0xC2);
    }
    sound > broken || broken == 0
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.passed == self.ready.len() {
            self.fill()?;
        }
        let read = (&self.ready[self.passed..]).read(buffer)?;
        self.passed += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, EUC_KR, GBK, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

    fn read(bytes: &[u8]) -> (String, Option<&'static str>) {
        let mut decoded = Decoded::new(bytes);
        let mut text = Vec::new();
        decoded.read_to_end(&mut text).unwrap();
        (String::from_utf8(text).unwrap(), decoded.found())
    }

    /// Lines of names, after so many that are ASCII.
    fn names(names: &[&str], ascii: usize) -> String {
        let plain = "id;name;city\n".repeat(ascii);
        let lines = (0..40).map(|row| format!("{row};{};{}\n", names[row % names.len()], names[row * 7 % names.len()]));
        plain + &lines.collect::<String>()
    }

    #[test]
    fn encodings_are_found() {
        let french = ["Lef\u{e8}vre H\u{e9}l\u{e8}ne", "Fran\u{e7}ois No\u{eb}l", "B\u{e9}n\u{e9}dicte C\u{f4}t\u{e9}"];
        let polish =
            ["Wa\u{142}\u{119}sa \u{141}ukasz", "Zieli\u{144}ska Ma\u{142}gorzata", "\u{15a}wi\u{105}tek J\u{f3}zef"];
        let russian = [
            "\u{418}\u{432}\u{430}\u{43d}\u{43e}\u{432} \u{41f}\u{451}\u{442}\u{440}",
            "\u{421}\u{43c}\u{438}\u{440}\u{43d}\u{43e}\u{432}\u{430} \u{410}\u{43d}\u{43d}\u{430}",
        ];
        let japanese = [
            "\u{4f50}\u{85e4} \u{592a}\u{90ce}",
            "\u{9234}\u{6728} \u{82b1}\u{5b50}",
            "\u{6771}\u{4eac}\u{90fd}\u{65b0}\u{5bbf}\u{533a}",
        ];
        let chinese = ["\u{738b}\u{5c0f}\u{660e}", "\u{674e}\u{534e} \u{5317}\u{4eac}\u{5e02}\u{671d}\u{9633}\u{533a}"];
        let korean = ["\u{ae40}\u{bbfc}\u{c218} \u{c11c}\u{c6b8}\u{d2b9}\u{bcc4}\u{c2dc}", "\u{c774}\u{c601}\u{d76c}"];
        let taiwanese = [
            "\u{9673}\u{5efa}\u{5b8f} \u{53f0}\u{5317}\u{5e02}",
            "\u{6797}\u{6dd1}\u{82ac} \u{65b0}\u{5317}\u{5e02}\u{677f}\u{6a4b}\u{5340}",
        ];
        let cases: [(&[&str], &'static Encoding); 7] = [
            (&french, WINDOWS_1252),
            (&polish, WINDOWS_1250),
            (&russian, WINDOWS_1251),
            (&japanese, SHIFT_JIS),
            (&chinese, GBK),
            (&korean, EUC_KR),
            (&taiwanese, BIG5),
        ];
        for (words, encoding) in cases {
            for ascii in [0, 9_000] {
                let text = names(words, ascii);
                assert_eq!(read(&encoding.encode(&text).0), (text, Some(encoding.name())));
            }
        }
    }

    #[test]
    fn marks_tell_the_encoding() {
        let text = names(&["Lef\u{e8}vre", "\u{738b}\u{5c0f}\u{660e}"], 9_000);
        assert_eq!(read(format!("\u{feff}{text}").as_bytes()), (text.clone(), None));
        let little: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let big: Vec<u8> = [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(Encoding::for_bom(&little).map(|(encoding, _)| encoding), Some(UTF_16LE));
        assert_eq!(Encoding::for_bom(&big).map(|(encoding, _)| encoding), Some(UTF_16BE));
        assert_eq!(read(&little), (text.clone(), None));
        assert_eq!(read(&big), (text, None));
        assert_eq!(read(b""), (String::new(), None));
        assert_eq!(read(b"a"), ("a".to_owned(), None));
    }

    #[test]
    fn utf8_stays_as_it_is_wherever_it_is_cut() {
        let text = "\u{20ac}".repeat(LOOK_AHEAD / 2);
        for shift in 0..3 {
            let text = "x".repeat(shift) + &text;
            assert_eq!(read(text.as_bytes()), (text, None));
        }
    }

    #[test]
    fn damaged_utf8_is_no_other_encoding() {
        let mut bytes = "H\u{e9}l\u{e8}ne\n".repeat(3).into_bytes();
        bytes.push(0xFF);
        let mut decoded = Decoded::new(bytes.as_slice());
        let mut text = Vec::new();
        decoded.read_to_end(&mut text).unwrap();
        assert_eq!((text, decoded.found()), (bytes, None));
    }
}
