//! What a peer remembers of searches, under the policies `first` and `best` (docs/protocol.md,
//! "Duplicates").
//!
//! A search is its client's address and port and its list of ids. It is forgotten [`MEMORY`] after
//! its first copy, whatever came since.
//!
//! Most peers of a large overlay know one search at a time, and there may be a million of them: so
//! a search is put into 128 bits, and the first one lies in the memory itself.

use std::collections::{BTreeMap, VecDeque};
use std::hash::Hasher;
use std::net::SocketAddrV4;

use siphasher::sip128::{Hasher128, SipHasher13};

use super::Rules;
use crate::rules::{MEMORY, Ttl};
use crate::time::Time;
use crate::wire::ChunkId;

/// Forged searches must not fill the memory of the machine: beyond so many the oldest are forgotten
/// early. They take some 60 MB. 20,000 honest clients with 26 HELLOs each, of 500 ids or of one,
/// stay below it.
const MAX_SEARCHES: usize = 1 << 19;

/// What makes two QUERYs copies of one search: the client and the list, in 128 bits.
///
/// Up to four ids, which most lists have, it is these themselves. A longer list is known by a hash,
/// SipHash-1-3, which takes two that differ for one with a probability of 2^-112. Its key is fixed,
/// so that runs are alike. Whoever forges a search that is taken for another's silences that one for
/// a while, which a QUERY with the other's own client and list does just as well: the protocol has
/// nothing against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Search(u64, u64);

/// Ids of two bytes each that fit into half of a search.
const FEW_IDS: usize = size_of::<u64>();

/// Stands for the length of a list whose ids do not fit.
const HASHED: u16 = u16::MAX;

impl Search {
    /// The search of `client` for the list of ids whose bytes are `ids`.
    pub(super) fn of(client: SocketAddrV4, ids: &[u8]) -> Self {
        let ends = |high: u64, low: u16| (high & !u64::from(u16::MAX)) | u64::from(low);
        if ids.len() > FEW_IDS {
            let mut hasher = SipHasher13::new();
            hasher.write(&client.ip().octets());
            hasher.write(&client.port().to_be_bytes());
            hasher.write(ids);
            let hash = hasher.finish128();
            return Self(ends(hash.h1, HASHED), hash.h2);
        }
        let address = (u64::from(client.ip().to_bits()) << 16) | u64::from(client.port());
        let length = u16::try_from(ids.len()).expect("there are few");
        let ids = ids.iter().fold(0, |ids, id| (ids << 8) | u64::from(*id));
        Self(ends(address << 16, length), ids)
    }

    /// The search of `client` for a list of these ids.
    pub(super) fn of_ids(client: SocketAddrV4, ids: impl Iterator<Item = ChunkId>) -> Self {
        let ids: Vec<u8> = ids.flat_map(|id| id.0.to_be_bytes()).collect();
        Self::of(client, &ids)
    }
}

/// The searches that a peer remembers.
#[derive(Debug)]
pub(super) struct Memory {
    /// The search that came when this place was free.
    first: Option<Remembered>,
    /// All that came beside it.
    others: Option<Box<Others>>,
    /// The peer's rules. They lie here because there is room: in a peer they would cost 8 bytes.
    pub(super) rules: Rules,
}

/// A search that lies in the memory itself, without gaps, so that the memory takes 40 bytes. Its
/// fields can only be copied out.
#[derive(Clone, Copy, Debug)]
#[repr(Rust, packed(2))]
struct Remembered {
    search: Search,
    seen: Seen,
}

/// What is remembered of one search.
#[derive(Clone, Copy, Debug)]
#[repr(Rust, packed(2))]
struct Seen {
    first: Time,
    /// The most TTL that a copy had left; the contact counts as having had one more than it sends.
    most_ttl: u16,
}

impl Remembered {
    /// Whether this is `search`.
    fn is(&self, search: Search) -> bool {
        let this = self.search;
        this == search
    }
}

impl Seen {
    /// Whether the first copy came at `time`.
    fn began_at(&self, time: Time) -> bool {
        let first = self.first;
        first == time
    }

    /// Whether it has been remembered for long enough.
    fn is_over(&self, now: Time) -> bool {
        let first = self.first;
        now >= first + MEMORY
    }
}

/// Searches by what they are and by their age.
#[derive(Debug, Default)]
struct Others {
    searches: BTreeMap<Search, Seen>,
    /// Each search with its first copy's time, oldest first. One that was begun anew since stands
    /// here twice, the older entry meaning nothing.
    by_age: VecDeque<(Time, Search)>,
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
    /// A memory of nothing.
    pub(super) const fn new(rules: Rules) -> Self {
        Self {
            first: None,
            others: None,
            rules,
        }
    }

    /// Whether a search is remembered in the memory itself: one that is alone is, and no other place
    /// is looked at.
    pub(super) fn remembers_any(&self, now: Time) -> bool {
        self.first.is_some_and(|first| !first.seen.is_over(now))
    }

    /// Forgets all searches.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.rules);
    }

    /// Notes that a client began `search` here, which floods it with `ttl`: a new one, whatever is
    /// remembered.
    pub(super) fn begin(&mut self, now: Time, search: Search, ttl: Ttl) {
        self.forget(now);
        // No copy has more than the largest TTL, so that nothing is above it.
        self.remember(now, search, ttl.0.saturating_add(1));
    }

    /// Notes a copy of `search` that a neighbour sent, its TTL as it arrived.
    pub(super) fn note(&mut self, now: Time, search: Search, ttl: Ttl) -> Copies {
        self.forget(now);
        let Some(seen) = self.find(search) else {
            self.remember(now, search, ttl.0);
            return Copies::First;
        };
        if ttl.0 <= seen.most_ttl {
            return Copies::Another;
        }
        seen.most_ttl = ttl.0;
        Copies::MoreTtl
    }

    /// What is remembered of `search`.
    fn find(&mut self, search: Search) -> Option<&mut Seen> {
        match &mut self.first {
            Some(first) if first.is(search) => Some(&mut first.seen),
            _ => self.others.as_mut()?.searches.get_mut(&search),
        }
    }

    /// Remembers `search` as one whose first copy has come now.
    fn remember(&mut self, now: Time, search: Search, most_ttl: u16) {
        let seen = Seen {
            first: now,
            most_ttl,
        };
        // One that is begun anew may stand among the others too. It is found here first, and
        // forgotten there before it is forgotten here.
        let is_first = self.first.is_none_or(|first| first.is(search));
        if is_first {
            self.first = Some(Remembered { search, seen });
        } else {
            self.others.get_or_insert_default().remember(search, seen);
        }
    }

    /// Drops what is too old, and the oldest while there is too much.
    fn forget(&mut self, now: Time) {
        if self.first.is_some_and(|first| first.seen.is_over(now)) {
            self.first = None;
        }
        if let Some(others) = &mut self.others {
            others.forget(now);
        }
    }
}

impl Others {
    fn remember(&mut self, search: Search, seen: Seen) {
        self.by_age.push_back((seen.first, search));
        self.searches.insert(search, seen);
    }

    fn forget(&mut self, now: Time) {
        while let Some((first, search)) = self.by_age.front().copied() {
            if now < first + MEMORY && self.by_age.len() <= MAX_SEARCHES {
                return;
            }
            self.by_age.pop_front();
            let seen = self.searches.get(&search);
            if seen.is_some_and(|seen| seen.began_at(first)) {
                self.searches.remove(&search);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::peer::Scope;
    use crate::rules::Duplicates;

    fn memory() -> Memory {
        Memory::new(Rules {
            ttl: Ttl::DEFAULT,
            duplicates: Duplicates::Best,
            answers: Scope::Loopback,
        })
    }

    fn search(port: u16, ids: &[u16]) -> Search {
        let client = SocketAddrV4::new([127, 0, 0, 1].into(), port);
        Search::of_ids(client, ids.iter().copied().map(ChunkId))
    }

    /// Notes a copy with `ttl` of the search of the client at `port` for chunk 5.
    fn note(memory: &mut Memory, now: Time, port: u16, ttl: u16) -> Copies {
        memory.note(now, search(port, &[5]), Ttl(ttl))
    }

    fn begin(memory: &mut Memory, now: Time, port: u16, ttl: u16) {
        memory.begin(now, search(port, &[5]), Ttl(ttl));
    }

    fn at(millis: u64) -> Time {
        Time::from_start(Duration::from_millis(millis))
    }

    /// A memory of nothing, and one in which another search of the same age came first.
    fn alone_and_beside() -> [Memory; 2] {
        let mut beside = memory();
        note(&mut beside, at(0), 9, 3);
        [memory(), beside]
    }

    #[test]
    fn a_search_in_the_memory_itself_is_one_until_it_is_over() {
        let mut memory = memory();
        assert!(!memory.remembers_any(at(0)));
        note(&mut memory, at(0), 1, 3);
        assert!(memory.remembers_any(at(0)));
        assert!(!memory.remembers_any(at(0) + MEMORY));
    }

    #[test]
    fn it_takes_40_bytes() {
        assert_eq!(size_of::<Memory>(), 40);
    }

    #[test]
    fn a_search_is_its_client_and_its_list_in_order() {
        let client = |ip: [u8; 4], port| SocketAddrV4::new(ip.into(), port);
        let of = |client, ids: &[u16]| Search::of_ids(client, ids.iter().copied().map(ChunkId));
        let all = [
            of(client([127, 0, 0, 1], 1), &[5]),
            of(client([127, 0, 0, 1], 2), &[5]),
            of(client([127, 0, 0, 2], 1), &[5]),
            of(client([127, 0, 0, 1], 1), &[6]),
            of(client([127, 0, 0, 1], 1), &[5, 6]),
            of(client([127, 0, 0, 1], 1), &[6, 5]),
            of(client([127, 0, 0, 1], 1), &[5, 5]),
            of(client([127, 0, 0, 1], 1), &[]),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(!all[..index].contains(one), "{index}");
        }
        let bytes = Search::of(client([127, 0, 0, 1], 1), &[0, 5, 0, 6]);
        assert_eq!(bytes, all[4]);
    }

    /// Up to four ids it is exact; beyond, each of them counts all the same.
    #[test]
    fn lists_of_any_length_are_told_apart() {
        let client = SocketAddrV4::new([255, 255, 255, 255].into(), 65_535);
        let ids = |length: u16| (0..length).map(|id| ChunkId(if id == 0 { 9 } else { 0 }));
        let mut all: Vec<Search> = (0..=6).map(|n| Search::of_ids(client, ids(n))).collect();
        for changed in 0..6 {
            let ids = (0..6).map(|place| ChunkId(if place == changed { 1 } else { 0 }));
            all.push(Search::of_ids(client, ids));
        }
        for (index, one) in all.iter().enumerate() {
            assert!(!all[..index].contains(one), "{index}");
        }
    }

    #[test]
    fn copies_of_one_search_are_told_from_another() {
        for mut memory in alone_and_beside() {
            let now = Time::ZERO;
            assert_eq!(note(&mut memory, now, 1, 3), Copies::First);
            assert_eq!(note(&mut memory, now, 2, 3), Copies::First);
            assert_eq!(memory.note(now, search(1, &[6]), Ttl(3)), Copies::First);
            assert_eq!(note(&mut memory, now, 1, 3), Copies::Another);
            assert_eq!(note(&mut memory, now, 1, 4), Copies::MoreTtl);
            assert_eq!(note(&mut memory, now, 1, 4), Copies::Another);
            assert_eq!(note(&mut memory, now, 2, 3), Copies::Another);
        }
    }

    #[test]
    fn a_search_is_forgotten_after_its_first_copy_not_its_last() {
        for mut memory in alone_and_beside() {
            assert_eq!(note(&mut memory, at(0), 1, 3), Copies::First);
            assert_eq!(note(&mut memory, at(2_499), 1, 3), Copies::Another);
            assert_eq!(note(&mut memory, at(2_500), 1, 3), Copies::First);
            assert_eq!(note(&mut memory, at(4_999), 1, 3), Copies::Another);
        }
    }

    #[test]
    fn the_contact_had_more_than_it_sends() {
        for mut memory in alone_and_beside() {
            begin(&mut memory, Time::ZERO, 1, 3);
            assert_eq!(note(&mut memory, Time::ZERO, 1, 4), Copies::Another);
            assert_eq!(note(&mut memory, Time::ZERO, 1, 5), Copies::MoreTtl);
            begin(&mut memory, Time::ZERO, 2, u16::MAX);
            assert_eq!(note(&mut memory, Time::ZERO, 2, u16::MAX), Copies::Another);
        }
    }

    #[test]
    fn a_search_begun_anew_is_remembered_from_then() {
        for mut memory in alone_and_beside() {
            begin(&mut memory, at(0), 1, 3);
            begin(&mut memory, at(2_000), 1, 3);
            assert_eq!(note(&mut memory, at(4_499), 1, 3), Copies::Another);
            assert_eq!(note(&mut memory, at(4_500), 1, 3), Copies::First);
        }
    }

    /// The place of the first search is free again while others are remembered.
    #[test]
    fn a_search_begun_anew_stays_where_it_is() {
        let mut memory = memory();
        note(&mut memory, at(0), 9, 3);
        begin(&mut memory, at(1_000), 1, 3);
        begin(&mut memory, at(3_000), 1, 3);
        assert_eq!(note(&mut memory, at(3_100), 2, 3), Copies::First);
        assert_eq!(note(&mut memory, at(3_500), 1, 3), Copies::Another);
        assert_eq!(note(&mut memory, at(5_499), 1, 3), Copies::Another);
        assert_eq!(note(&mut memory, at(5_500), 1, 3), Copies::First);
        assert_eq!(note(&mut memory, at(5_599), 2, 3), Copies::Another);
    }

    #[test]
    fn forged_searches_do_not_fill_the_machine() {
        let mut memory = memory();
        let forged = |number: usize| Search(0, number as u64);
        for number in 0..MAX_SEARCHES + 1_000 {
            memory.note(Time::ZERO, forged(number), Ttl(3));
        }
        let others = memory.others.as_deref().expect("many");
        assert!(others.by_age.len() <= MAX_SEARCHES + 1);
        assert_eq!(others.searches.len(), others.by_age.len());
        let last = forged(MAX_SEARCHES + 999);
        assert_eq!(memory.note(Time::ZERO, last, Ttl(3)), Copies::Another);
        assert_eq!(memory.note(Time::ZERO, forged(1), Ttl(3)), Copies::First);
    }

    #[test]
    fn one_search_begun_again_and_again_does_not_fill_it_either() {
        let [_, mut memory] = alone_and_beside();
        for _ in 0..MAX_SEARCHES + 1_000 {
            memory.begin(Time::ZERO, Search(0, 1), Ttl(3));
        }
        let others = memory.others.as_deref().expect("one");
        assert!(others.by_age.len() <= MAX_SEARCHES + 1);
    }
}
