//! Texts that many events share, each once.

use std::collections::BTreeMap;

/// Texts in the order in which they were first met.
#[derive(Default)]
pub(super) struct Words {
    list: Vec<String>,
    places: BTreeMap<String, usize>,
}

impl Words {
    /// The place of `word` in the list, to which it is added when it is new.
    pub(super) fn place(&mut self, word: String) -> usize {
        if let Some(place) = self.places.get(&word) {
            return *place;
        }
        let place = self.list.len();
        self.list.push(word.clone());
        self.places.insert(word, place);
        place
    }

    pub(super) fn into_list(self) -> Vec<String> {
        self.list
    }
}
