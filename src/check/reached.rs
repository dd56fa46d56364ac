//! Who had a search: of a million peers a bit each, so that asking again and again is quick.

use crate::event::EventId;
use crate::roster::EndpointId;

/// The peers that had a search, each with the first event that brought it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Bit p of the whole is set when peer p had it.
    bits: Vec<u64>,
    /// In the order of the peers, once nobody is added any more.
    first: Vec<(EndpointId, EventId)>,
}

impl Reached {
    /// The contact, which had the HELLO with event `hello`, and nobody else so far.
    pub(super) fn from_contact(contact: EndpointId, hello: EventId) -> Self {
        let mut reached = Self::default();
        reached.add(contact, hello);
        reached
    }

    /// Adds that `peer` had it with `event`; says whether that was the first time.
    pub(super) fn add(&mut self, peer: EndpointId, event: EventId) -> bool {
        let (word, bit) = place(peer);
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        let is_first = self.bits[word] & bit == 0;
        if is_first {
            self.bits[word] |= bit;
            self.first.push((peer, event));
        }
        is_first
    }

    /// Puts the peers in order; nobody is added after it.
    pub(super) fn sort(&mut self) {
        let mut before = 0;
        let count = |word: &u64| {
            let start = before;
            before += word.count_ones();
            start
        };
        // How many peers there are before those of each word. With that nobody is compared.
        let starts: Vec<u32> = self.bits.iter().map(count).collect();
        let mut sorted = self.first.clone();
        for (peer, event) in &self.first {
            let (word, bit) = place(*peer);
            let before = starts[word] + (self.bits[word] & (bit - 1)).count_ones();
            sorted[before as usize] = (*peer, *event);
        }
        self.first = sorted;
    }

    /// Whether `peer` had it.
    #[must_use]
    pub fn contains(&self, peer: EndpointId) -> bool {
        let (word, bit) = place(peer);
        self.bits.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// How many peers had it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.first.len()
    }

    /// Whether nobody had it, which no search comes to.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Each peer that had it with the first event that brought it, in the order of their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (EndpointId, EventId)> + '_ {
        self.first.iter().copied()
    }
}

/// In which word the bit of `peer` is, and which it is there.
const fn place(peer: EndpointId) -> (usize, u64) {
    (peer.index() / 64, 1 << (peer.index() % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_event_counts_and_peers_are_in_order() {
        let mut reached = Reached::from_contact(EndpointId(70), EventId(3));
        assert!(reached.add(EndpointId(2), EventId(5)));
        assert!(!reached.add(EndpointId(70), EventId(6)));
        assert!(reached.add(EndpointId(63), EventId(7)));
        reached.sort();
        let told: Vec<_> = reached
            .iter()
            .map(|(peer, event)| (peer.0, event.0))
            .collect();
        assert_eq!(told, [(2, 5), (63, 7), (70, 3)]);
        assert_eq!((reached.len(), reached.is_empty()), (3, false));
        let asked = [0, 2, 62, 63, 64, 70, 1_000].map(|peer| reached.contains(EndpointId(peer)));
        assert_eq!(asked, [false, true, false, true, false, true, false]);
    }
}
