//! The texts of a message in one allocation: a message is read, looked at and let go within a call, and a text of its own for each
//! word of it would cost more than all that is done with them.

use crate::record::TextPool;
use std::borrow::Cow;
use std::ops::Range;

/// A name with what is said under it.
pub(super) type Leaf<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The texts that a message has itself, by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Id,
    Source,
    UserId,
    AnonymousId,
    PreviousId,
    Name,
}

/// How many of them there are.
const WORDS: usize = Word::ALL.len();

impl Word {
    const ALL: [Word; 6] = [Word::Id, Word::Source, Word::UserId, Word::AnonymousId, Word::PreviousId, Word::Name];
}

/// The words of a message and its leaves. Equal ones have equal parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Words {
    /// The words in their order, an absent one empty, then each leaf's name and text.
    texts: TextPool,
    /// How many of the leaves are traits; the others are properties.
    traits: usize,
}

impl Words {
    pub(super) fn new(words: [Option<&str>; WORDS], traits: &[Leaf<'_>], properties: &[Leaf<'_>]) -> Words {
        let bytes = |leaves: &[Leaf<'_>]| leaves.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>();
        let own: usize = words.iter().flatten().map(|word| word.len()).sum();
        let count = WORDS + 2 * (traits.len() + properties.len());
        let mut texts = TextPool::with_capacity(count, own + bytes(traits) + bytes(properties));
        for word in words {
            texts.push(word.unwrap_or_default());
        }
        for leaves in [traits, properties] {
            for (name, text) in leaves {
                texts.push(name);
                texts.push(text);
            }
        }
        Words { texts, traits: traits.len() }
    }

    pub(super) fn get(&self, word: Word) -> Option<&str> {
        Some(self.texts.get(word as u32)).filter(|text| !text.is_empty())
    }

    /// All words, in their order.
    pub(super) fn all(&self) -> [Option<&str>; WORDS] {
        Word::ALL.map(|word| self.get(word))
    }

    /// Traits, or the cells of a row, by name, in order of that; nested ones as `address.city`.
    pub(super) fn traits(&self) -> impl Iterator<Item = (&str, &str)> {
        self.leaves(0..self.traits)
    }

    /// Of an event, its properties by name; a list is its JSON.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&str, &str)> {
        self.leaves(self.traits..(self.texts.len() - WORDS) / 2)
    }

    fn leaves(&self, places: Range<usize>) -> impl Iterator<Item = (&str, &str)> {
        let part = |place: usize| self.texts.get(place as u32);
        places.map(move |place| (part(WORDS + 2 * place), part(WORDS + 2 * place + 1)))
    }

    /// The same without one of the words.
    pub(super) fn without(&self, word: Word) -> Words {
        let mut words = self.all();
        words[word as usize] = None;
        let traits: Vec<Leaf<'_>> = self.traits().map(|(name, text)| (name.into(), text.into())).collect();
        let properties: Vec<Leaf<'_>> = self.properties().map(|(name, text)| (name.into(), text.into())).collect();
        Words::new(words, &traits, &properties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_put_in_comes_out(
            words in prop::array::uniform6(prop::option::of("[aé]{1,2}")),
            traits in prop::collection::vec(("[aé]{0,2}", "[aé]{0,2}"), 0..4),
            properties in prop::collection::vec(("[aé]{0,2}", "[aé]{0,2}"), 0..4),
            gone in 0..WORDS,
        ) {
            let leaves = |of: &[(String, String)]| -> Vec<Leaf<'static>> {
                of.iter().map(|(name, text)| (name.clone().into(), text.clone().into())).collect()
            };
            let mut given = words.each_ref().map(Option::as_deref);
            let made = Words::new(given, &leaves(&traits), &leaves(&properties));
            prop_assert_eq!(made.all(), given);
            let texts = |of: &mut dyn Iterator<Item = (&str, &str)>| -> Vec<(String, String)> {
                of.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
            };
            prop_assert_eq!(texts(&mut made.traits()), traits.clone());
            prop_assert_eq!(texts(&mut made.properties()), properties.clone());
            given[gone] = None;
            prop_assert_eq!(made.without(Word::ALL[gone]), Words::new(given, &leaves(&traits), &leaves(&properties)));
        }
    }
}
