//! `LIKE` patterns: `%` any characters, `_` one character, `\` takes the next one literally.

/// A `LIKE` pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Piece {
    Char(char),
    AnyChar,
    AnyChars,
}

/// The longest `LIKE` pattern, in characters: bounds the time of a match.
pub(super) const MAX_PATTERN: usize = 256;

impl Pattern {
    /// Reads `%`, `_` and `\`; `None` if a `\` stands before anything but `%`, `_` or `\`.
    pub(super) fn new(pattern: &str) -> Option<Pattern> {
        let mut chars = pattern.chars();
        let mut pieces = Vec::new();
        while let Some(c) = chars.next() {
            pieces.push(match c {
                '%' => Piece::AnyChars,
                '_' => Piece::AnyChar,
                '\\' => Piece::Char(chars.next().filter(|c| ['%', '_', '\\'].contains(c))?),
                c => Piece::Char(c),
            });
        }
        Some(Pattern(pieces))
    }

    /// The pattern as it is written.
    pub(super) fn text(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::AnyChars => "%".to_owned(),
            Piece::AnyChar => "_".to_owned(),
            Piece::Char(c @ ('%' | '_' | '\\')) => format!("\\{c}"),
            Piece::Char(c) => c.to_string(),
        };
        self.0.iter().map(piece).collect()
    }

    /// Whether the whole text fits. Keeps one point to return to, so takes at most pattern times text steps.
    pub(super) fn matches(&self, text: &str) -> bool {
        let pieces = &self.0;
        let (mut piece, mut rest) = (0, text.chars());
        let mut retry = None;
        loop {
            let mut ahead = rest.clone();
            match (pieces.get(piece), ahead.next()) {
                (Some(Piece::AnyChars), _) => {
                    retry = Some((piece, rest.clone()));
                    piece += 1;
                    continue;
                }
                (None, None) => return true,
                (Some(Piece::AnyChar), Some(_)) => {}
                (Some(Piece::Char(wanted)), Some(found)) if *wanted == found => {}
                (_, next) => {
                    // The last `%` takes one character more; once nothing is left, no retry helps.
                    let Some((start, mut from)) = retry.take() else { return false };
                    if next.is_none() || from.next().is_none() {
                        return false;
                    }
                    retry = Some((start, from.clone()));
                    (piece, rest) = (start + 1, from);
                    continue;
                }
            }
            (piece, rest) = (piece + 1, ahead);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, by recursion.
    fn matches_slowly(pieces: &[Piece], text: &[char]) -> bool {
        match (pieces.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((Piece::AnyChars, more)), _) => (0..=text.len()).any(|from| matches_slowly(more, &text[from..])),
            (Some((Piece::AnyChar, more)), Some((_, rest))) => matches_slowly(more, rest),
            (Some((Piece::Char(c), more)), Some((found, rest))) => c == found && matches_slowly(more, rest),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn like_is_its_definition(pattern in "[ab%_]{0,8}", text in "[abc]{0,10}") {
            let pattern = Pattern::new(&pattern).unwrap();
            let chars: Vec<char> = text.chars().collect();
            prop_assert_eq!(pattern.matches(&text), matches_slowly(&pattern.0, &chars));
        }
    }

    #[test]
    fn like_escapes() {
        assert!(Pattern::new(r"100\%").unwrap().matches("100%"));
        assert!(!Pattern::new(r"100\%").unwrap().matches("1000"));
        assert!(Pattern::new(r"a\\b\_").unwrap().matches(r"a\b_"));
        assert_eq!(Pattern::new(r"a\b"), None);
        assert_eq!(Pattern::new(r"a\"), None);
    }
}
