//! What a peer remembers of searches, under the policies `first` and `best` (docs/protocol.md,
//! "Duplicates").
//!
//! A search is its client's address and port and its list of ids. It is forgotten [`MEMORY`] after
//! its first copy, whatever came since.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddrV4;

use crate::rules::{MEMORY, Ttl};
use crate::time::Time;
use crate::wire::{ChunkId, IdList};

/// Forged searches must not fill the memory of the machine: beyond so many bytes of id lists the
/// oldest searches are forgotten early. 20,000 honest clients with 500 ids each stay below it.
const MAX_LIST_BYTES: usize = 64 << 20;

/// What makes two QUERYs copies of one search.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Search {
    client: SocketAddrV4,
    ids: IdList,
}

impl Search {
    /// The search of `client` for `ids`: at most 65,535.
    pub(super) fn of(client: SocketAddrV4, ids: impl Iterator<Item = ChunkId>) -> Self {
        let ids = IdList::new(ids.collect()).expect("as many as a count can say");
        Self { client, ids }
    }
}

/// The searches that a peer remembers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    searches: BTreeMap<Search, Seen>,
    /// Each search with its first copy's time, oldest first. One that was begun anew since stands
    /// here twice, the older entry meaning nothing.
    by_age: VecDeque<(Time, Search)>,
    list_bytes: usize,
}

/// What is remembered of one search.
#[derive(Debug)]
struct Seen {
    first: Time,
    /// The most TTL that a copy had left; the contact counts as having had one more than it sends.
    most_ttl: u32,
}

/// How a copy of a search compares with those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copies {
    /// There was none before it.
    First,
    /// It has more TTL left than each before it.
    MoreTtl,
    /// It brings nothing.
    Another,
}

impl Memory {
    /// Notes that a client began `search` here, which floods it with `ttl`: a new one, whatever is
    /// remembered.
    pub(super) fn begin(&mut self, now: Time, search: Search, ttl: Ttl) {
        self.forget(now);
        self.remember(now, search, u32::from(ttl.0) + 1);
    }

    /// Notes a copy of `search` that a neighbour sent, its TTL as it arrived.
    pub(super) fn note(&mut self, now: Time, search: Search, ttl: Ttl) -> Copies {
        self.forget(now);
        let ttl = u32::from(ttl.0);
        match self.searches.get_mut(&search) {
            None => {
                self.remember(now, search, ttl);
                Copies::First
            }
            Some(seen) if ttl > seen.most_ttl => {
                seen.most_ttl = ttl;
                Copies::MoreTtl
            }
            Some(_) => Copies::Another,
        }
    }

    fn remember(&mut self, now: Time, search: Search, most_ttl: u32) {
        self.list_bytes += list_bytes(&search);
        self.by_age.push_back((now, search.clone()));
        let first = now;
        self.searches.insert(search, Seen { first, most_ttl });
    }

    /// Drops what is too old, and the oldest while there is too much.
    fn forget(&mut self, now: Time) {
        while let Some((first, _)) = self.by_age.front() {
            if now < *first + MEMORY && self.list_bytes <= MAX_LIST_BYTES {
                return;
            }
            let Some((first, search)) = self.by_age.pop_front() else {
                return;
            };
            self.list_bytes -= list_bytes(&search);
            if self
                .searches
                .get(&search)
                .is_some_and(|seen| seen.first == first)
            {
                self.searches.remove(&search);
            }
        }
    }
}

/// What a search costs, about: its ids twice, once in each collection.
fn list_bytes(search: &Search) -> usize {
    64 + 2 * 2 * search.ids.as_slice().len()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn search(port: u16, ids: &[u16]) -> Search {
        let client = SocketAddrV4::new([127, 0, 0, 1].into(), port);
        Search::of(client, ids.iter().copied().map(ChunkId))
    }

    /// Notes a copy with `ttl` of the search of the client at `port` for chunk 5.
    fn note(memory: &mut Memory, now: Time, port: u16, ttl: u16) -> Copies {
        memory.note(now, search(port, &[5]), Ttl(ttl))
    }

    fn at(millis: u64) -> Time {
        Time::from_start(Duration::from_millis(millis))
    }

    #[test]
    fn a_search_is_client_and_list() {
        let mut memory = Memory::default();
        let now = Time::ZERO;
        assert_eq!(note(&mut memory, now, 1, 3), Copies::First);
        assert_eq!(note(&mut memory, now, 2, 3), Copies::First);
        assert_eq!(memory.note(now, search(1, &[6]), Ttl(3)), Copies::First);
        assert_eq!(note(&mut memory, now, 1, 3), Copies::Another);
        assert_eq!(note(&mut memory, now, 1, 4), Copies::MoreTtl);
        assert_eq!(note(&mut memory, now, 1, 4), Copies::Another);
    }

    #[test]
    fn a_search_is_forgotten_after_its_first_copy_not_its_last() {
        let mut memory = Memory::default();
        assert_eq!(note(&mut memory, at(0), 1, 3), Copies::First);
        assert_eq!(note(&mut memory, at(2_499), 1, 3), Copies::Another);
        assert_eq!(note(&mut memory, at(2_500), 1, 3), Copies::First);
        assert_eq!(note(&mut memory, at(4_999), 1, 3), Copies::Another);
    }

    #[test]
    fn the_contact_had_more_than_it_sends() {
        let mut memory = Memory::default();
        memory.begin(Time::ZERO, search(1, &[5]), Ttl(3));
        assert_eq!(note(&mut memory, Time::ZERO, 1, 4), Copies::Another);
        assert_eq!(note(&mut memory, Time::ZERO, 1, 5), Copies::MoreTtl);
    }

    #[test]
    fn a_search_begun_anew_is_remembered_from_then() {
        let mut memory = Memory::default();
        memory.begin(at(0), search(1, &[5]), Ttl(3));
        memory.begin(at(2_000), search(1, &[5]), Ttl(3));
        assert_eq!(note(&mut memory, at(4_499), 1, 3), Copies::Another);
        assert_eq!(note(&mut memory, at(4_500), 1, 3), Copies::First);
    }

    #[test]
    fn forged_searches_do_not_fill_the_machine() {
        let mut memory = Memory::default();
        let long: Vec<u16> = (0..30_000).collect();
        for port in 1..2_000 {
            memory.note(Time::ZERO, search(port, &long), Ttl(3));
        }
        assert!(memory.list_bytes <= MAX_LIST_BYTES + 200_000);
        assert!(memory.searches.len() < 700);
        assert_eq!(
            memory.note(Time::ZERO, search(1_999, &long), Ttl(3)),
            Copies::Another
        );
    }
}
