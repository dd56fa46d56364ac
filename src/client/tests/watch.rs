//! What must hold at every step of a client, whatever its world is.
//!
//! Worked out from what goes in and comes out alone: it shares no state with the client.

use std::collections::BTreeSet;

use super::*;

/// What must hold at every step, worked out from what goes in and out of the client alone.
pub(super) struct Watch {
    contact: SocketAddrV4,
    start: Time,
    patience: Patience,
    searches: Vec<Searched>,
    search_of: BTreeMap<ChunkId, usize>,
    /// Who has announced what is wanted.
    announced: BTreeSet<(ChunkId, SocketAddrV4)>,
    /// How many GETs listed a chunk, by holder.
    asked: BTreeMap<(ChunkId, SocketAddrV4), u32>,
    /// What is asked of whom and has neither arrived nor been given up.
    outstanding: BTreeMap<ChunkId, SocketAddrV4>,
    silence_ends: BTreeMap<SocketAddrV4, Time>,
    pub(super) outcomes: BTreeMap<ChunkId, Option<SocketAddrV4>>,
    pub(super) gets: usize,
    pub(super) most_outstanding: usize,
}

/// One HELLO of at most 500 ids with its repeats.
struct Searched {
    ids: Vec<ChunkId>,
    hellos: u32,
    wait_ends: Time,
}

impl Watch {
    pub(super) fn new(config: &Config) -> Self {
        let distinct = IdList::distinct(config.chunks.iter().copied());
        let groups = distinct.as_slice().chunks(500);
        let searches: Vec<Searched> = groups
            .map(|ids| Searched {
                ids: ids.to_vec(),
                hellos: 0,
                wait_ends: config.start,
            })
            .collect();
        let numbered = searches.iter().enumerate();
        Self {
            contact: config.contact,
            start: config.start,
            patience: config.patience,
            search_of: numbered
                .flat_map(|(number, search)| search.ids.iter().map(move |id| (*id, number)))
                .collect(),
            searches,
            announced: BTreeSet::new(),
            asked: BTreeMap::new(),
            outstanding: BTreeMap::new(),
            silence_ends: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            gets: 0,
            most_outstanding: 0,
        }
    }

    fn most_sends(&self) -> u32 {
        1 + u32::from(self.patience.repeats)
    }

    pub(super) fn delivered(&mut self, now: Time, from: SocketAddrV4, bytes: &[u8]) {
        let Ok(decoded) = Message::decode(bytes) else {
            return;
        };
        if let Message::ChunksInfo(ids) = decoded.message
            && now >= self.start
        {
            for id in ids.iter() {
                if let Some(search) = self.search_of.get(&id)
                    && self.announced.insert((id, from))
                {
                    self.searches[*search].wait_ends = now + self.patience.wait;
                }
            }
        }
    }

    /// Gives up what was asked for often enough.
    pub(super) fn silences_end(&mut self, now: Time) {
        let most = self.most_sends();
        let (asked, ends) = (&self.asked, &self.silence_ends);
        self.outstanding
            .retain(|id, holder| asked[&(*id, *holder)] < most || ends[holder] > now);
    }

    pub(super) fn sent(&mut self, now: Time, to: SocketAddrV4, message: &Message) {
        match message {
            Message::Hello(ids) => self.hello(now, to, ids),
            Message::Get(ids) => self.get(now, to, ids),
            other => panic!("a client never sends {other}"),
        }
    }

    fn hello(&mut self, now: Time, to: SocketAddrV4, ids: &IdList) {
        assert_eq!(to, self.contact);
        let first = ids.iter().next().expect("a HELLO lists something");
        let most = self.most_sends();
        let search = &mut self.searches[self.search_of[&first]];
        let has_holder = |id: &ChunkId| {
            let all = (*id, SocketAddrV4::new([0; 4].into(), 0))..;
            self.announced
                .range(all)
                .next()
                .is_some_and(|(other, _)| other == id)
        };
        let expected = search.ids.iter().filter(|id| !has_holder(id)).copied();
        assert_eq!(ids.as_slice(), expected.collect::<Vec<_>>());
        assert_eq!(
            now, search.wait_ends,
            "exactly when the wait before it ends"
        );
        search.hellos += 1;
        assert!(search.hellos <= most);
        search.wait_ends = now + self.patience.wait;
    }

    fn get(&mut self, now: Time, to: SocketAddrV4, ids: &IdList) {
        self.gets += 1;
        assert!(!ids.is_empty());
        let owed = self.outstanding.iter().filter(|(_, holder)| **holder == to);
        let owed: BTreeSet<ChunkId> = owed.map(|(id, _)| *id).collect();
        let listed: BTreeSet<ChunkId> = ids.iter().collect();
        assert_eq!(listed.len(), ids.as_slice().len(), "each id once");
        if listed.iter().any(|id| self.asked.contains_key(&(*id, to))) {
            assert_eq!(listed, owed, "a repeat lists what has not arrived");
            assert!(self.silence_ends[&to] <= now, "not before the silence ends");
        }
        for id in listed {
            assert!(
                self.announced.contains(&(id, to)),
                "{to} never announced {id}"
            );
            assert!(!self.outcomes.contains_key(&id), "{id} is settled");
            let times = self.asked.entry((id, to)).or_default();
            *times += 1;
            assert!(*times <= 1 + u32::from(self.patience.repeats));
            let other = self.outstanding.insert(id, to);
            assert!(
                other.is_none_or(|other| other == to),
                "{id} is asked of two"
            );
        }
        self.silence_ends.insert(to, now + self.patience.wait);
        self.most_outstanding = self.most_outstanding.max(self.outstanding.len());
        assert!(self.outstanding.len() <= 64, "the burst");
    }

    pub(super) fn outcome(&mut self, now: Time, outcome: &Outcome) {
        let id = outcome.id;
        let source = outcome.arrival.as_ref().map(|(from, _)| *from);
        assert!(self.search_of.contains_key(&id), "{id} is not wanted");
        let before = self.outcomes.insert(id, source);
        assert_eq!(before, None, "a second outcome of {id}");
        match source {
            Some(from) => {
                assert!(self.asked.contains_key(&(id, from)), "{from} was not asked");
                self.silence_ends.insert(from, now + self.patience.wait);
                self.outstanding.remove(&id);
            }
            None => assert!(!self.outstanding.contains_key(&id), "{id} was not given up"),
        }
    }
}
