//! The payloads of a run, each kept once however many datagrams have it.
//!
//! A flood sends one list of ids over and over, with a handful of TTLs: a million QUERYs have some
//! ten payloads. Whoever reads events can do what depends on a payload alone once for each of them.

use foldhash::quality::RandomState;
use indexmap::IndexSet;

/// A payload by its place in its [`Recording`](super::Recording); equal payloads have one id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayloadId(u32);

impl PayloadId {
    /// Its place in lists that have one entry for each payload.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// All payloads, in the order in which they first came.
#[derive(Clone, Debug, Default)]
pub(super) struct Payloads(IndexSet<Box<[u8]>, RandomState>);

impl Payloads {
    /// The id of `payload`, which is kept from now on.
    pub(super) fn intern(&mut self, payload: &[u8]) -> PayloadId {
        let known = self.0.get_index_of(payload);
        let index = known.unwrap_or_else(|| self.0.insert_full(payload.into()).0);
        id(index)
    }

    /// The bytes of `payload`.
    pub(super) fn bytes(&self, payload: PayloadId) -> &[u8] {
        &self.0[payload.index()]
    }

    /// All with their ids.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (PayloadId, &[u8])> + '_ {
        let numbered = self.0.iter().enumerate();
        numbered.map(|(index, payload)| (id(index), &**payload))
    }
}

fn id(index: usize) -> PayloadId {
    PayloadId(u32::try_from(index).expect("fewer payloads than events"))
}

/// Equal when they have equal ids for equal bytes.
impl PartialEq for Payloads {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().eq(&other.0)
    }
}

impl Eq for Payloads {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_kept_once_and_known_by_its_place() {
        let mut payloads = Payloads::default();
        let words: [&[u8]; 4] = [b"one", b"two", b"", b"one"];
        let ids = words.map(|word| payloads.intern(word));
        assert_eq!(ids.map(PayloadId::index), [0, 1, 2, 0]);
        assert_eq!(ids.map(|id| payloads.bytes(id)), words);
        let all: Vec<_> = payloads
            .iter()
            .map(|(id, bytes)| (id.index(), bytes))
            .collect();
        assert_eq!(all, [(0, words[0]), (1, words[1]), (2, words[2])]);
    }

    #[test]
    fn the_order_counts() {
        let of = |words: [&[u8]; 2]| {
            let mut payloads = Payloads::default();
            for word in words {
                payloads.intern(word);
            }
            payloads
        };
        assert_eq!(of([b"a", b"b"]), of([b"a", b"b"]));
        assert_ne!(of([b"a", b"b"]), of([b"b", b"a"]));
    }
}
