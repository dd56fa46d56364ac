//! A client: searches for chunks, chooses a holder for each, downloads, and tells what came of it,
//! exactly as docs/protocol.md says ("A search", "Time, repeats and loss").
//!
//! It is a sans-IO state machine. Each wanted chunk goes through these stages:
//!
//! | stage | left when | for |
//! |---|---|---|
//! | searching | each id of its HELLO has had a holder for the gathering time, or the wait ends and it has one | chosen |
//! | searching | the last wait ends without a holder | missing |
//! | searching | it would be chosen, and the client sends no GETs | missing |
//! | chosen | the burst has room for a GET | asked |
//! | asked | its RESPONSE comes from a peer that was asked | arrived |
//! | asked | the holder stayed silent through all GETs and another is known | chosen |
//! | asked | the holder stayed silent and no other is known | missing |
//! | chosen | a RESPONSE comes late from a holder asked before | arrived |
//!
//! A client that sends no GETs ([`Gets::Never`]) thus searches as all do, and logs each chunk when
//! others would choose its holder. [`Script`] plays several clients one after another.

mod download;
mod script;
mod search;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddrV4;

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::endpoint::{ClientEndpoint, Endpoint, Ignored, Outbox, Outcome, Receipt};
use crate::rules::{Choose, Gets, MAX_IDS_IN_REQUEST, Patience};
use crate::time::Time;
use crate::wire::{Chunk, ChunkId, ChunkRef, Ids, MessageRef};

use download::Downloads;
pub use script::{Later, Script};
use search::Search;

/// What a client is told when it is made.
#[derive(Debug)]
pub struct Config {
    /// The peer that it asks.
    pub contact: SocketAddrV4,
    /// What it wants; a repeated id is wanted once.
    pub chunks: Vec<ChunkId>,
    /// When it sends its first HELLO.
    pub start: Time,
    /// How it chooses among holders.
    pub choose: Choose,
    /// How long it waits and how often it repeats.
    pub patience: Patience,
    /// How often it sends each GET.
    pub gets: Gets,
    /// Where its choices come from.
    pub luck: ChaCha8Rng,
}

/// A client.
#[derive(Debug)]
pub struct Client {
    contact: SocketAddrV4,
    /// `None` once it has started.
    start: Option<Time>,
    choose: Choose,
    patience: Patience,
    gets: Gets,
    luck: ChaCha8Rng,
    wanted: BTreeMap<ChunkId, Wanted>,
    unsettled: usize,
    searches: Vec<Search>,
    downloads: Downloads,
    outcomes: VecDeque<Outcome>,
}

/// What the client knows of a chunk that it wants.
#[derive(Debug)]
struct Wanted {
    /// Which of the searches asks for it.
    search: usize,
    /// Who announced it, in the order in which they did.
    holders: Vec<SocketAddrV4>,
    /// The same, to be found among many.
    known: BTreeSet<SocketAddrV4>,
    /// The holders that have been chosen, the last one last.
    chosen: Vec<SocketAddrV4>,
    stage: Stage,
}

/// The stages of the table above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Searching,
    Chosen,
    Asked,
    Arrived,
    Missing,
}

impl Stage {
    fn is_settled(self) -> bool {
        matches!(self, Self::Arrived | Self::Missing)
    }
}

impl Client {
    /// Makes a client that has not started.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let mut wanted = BTreeMap::new();
        let mut distinct = Vec::new();
        for id in config.chunks {
            let fresh = Wanted {
                search: distinct.len() / MAX_IDS_IN_REQUEST,
                holders: Vec::new(),
                known: BTreeSet::new(),
                chosen: Vec::new(),
                stage: Stage::Searching,
            };
            if let std::collections::btree_map::Entry::Vacant(place) = wanted.entry(id) {
                place.insert(fresh);
                distinct.push(id);
            }
        }
        let groups = distinct.chunks(MAX_IDS_IN_REQUEST);
        Self {
            contact: config.contact,
            start: Some(config.start),
            choose: config.choose,
            patience: config.patience,
            gets: config.gets,
            luck: config.luck,
            unsettled: wanted.len(),
            wanted,
            searches: groups.map(|ids| Search::new(ids.to_vec())).collect(),
            downloads: Downloads::default(),
            outcomes: VecDeque::new(),
        }
    }

    /// Takes note of a new line for the log: the chunk is settled.
    fn settle(&mut self, id: ChunkId, arrival: Option<(SocketAddrV4, Chunk)>) {
        let wanted = self.wanted.get_mut(&id).expect("only wanted chunks settle");
        wanted.stage = match arrival {
            Some(_) => Stage::Arrived,
            None => Stage::Missing,
        };
        self.unsettled -= 1;
        self.outcomes.push_back(Outcome { id, arrival });
    }

    fn handle_chunks_info(&mut self, now: Time, from: SocketAddrV4, ids: Ids<'_>) -> Handled {
        if ids.is_empty() {
            return Err(Ignored::EmptyList);
        }
        // What comes before the first HELLO is the answer to somebody else's: taken for ours, its
        // ids would be left out of our HELLO, and nobody would choose their holders.
        if self.start.is_some() {
            return Err(Ignored::NotWanted);
        }
        let mut any_known = false;
        let mut any_new = false;
        for id in ids.iter() {
            let Some(wanted) = self.wanted.get_mut(&id) else {
                continue;
            };
            let search = &mut self.searches[wanted.search];
            if wanted.known.contains(&from) {
                any_known = true;
            } else if !wanted.stage.is_settled() || search.is_waiting() {
                // Even of a chunk that has arrived, a new pair shows that the flood is not over.
                wanted.known.insert(from);
                wanted.holders.push(from);
                any_new = true;
                let is_first = wanted.holders.len() == 1;
                search.note_holder(now, is_first, self.patience.wait);
            }
        }
        match (any_new, any_known) {
            (true, _) => Ok(()),
            (false, true) => Err(Ignored::NothingNew),
            (false, false) => Err(Ignored::NotWanted),
        }
    }

    fn handle_response(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        id: ChunkId,
        chunk: ChunkRef<'_>,
        out: &mut Outbox,
    ) -> Handled {
        let Some(wanted) = self.wanted.get(&id) else {
            return Err(Ignored::Unasked);
        };
        let Some((current, before)) = wanted.chosen.split_last() else {
            return Err(Ignored::Unasked);
        };
        let asked_now = *current == from && wanted.stage != Stage::Chosen;
        match wanted.stage {
            Stage::Arrived => return Err(Ignored::SecondCopy),
            Stage::Missing => return Err(Ignored::TooLate),
            Stage::Chosen if before.is_empty() => return Err(Ignored::Unasked),
            _ if !asked_now && !before.contains(&from) => return Err(Ignored::NotAsked),
            _ => {}
        }
        let current = *current;
        self.downloads.forget(current, id);
        self.downloads.heard(now, from, self.patience.wait);
        self.settle(id, Some((from, chunk.to_chunk())));
        self.request(now, out);
        Ok(())
    }

    /// Chooses a holder for `id` that has not been chosen before, if one is known.
    fn choose_holder(&mut self, id: ChunkId) -> Option<SocketAddrV4> {
        let wanted = self.wanted.get_mut(&id)?;
        let untried = wanted.holders.iter().filter(|h| !wanted.chosen.contains(h));
        let untried: Vec<SocketAddrV4> = untried.copied().collect();
        let holder = match (self.choose, untried.as_slice()) {
            (_, []) => return None,
            (Choose::Random, some) => some[self.luck.random_range(0..some.len())],
            (Choose::First, [first, ..]) => *first,
            (Choose::Spread, some) => *some
                .iter()
                .min_by_key(|holder| self.downloads.chosen_for(**holder))
                .expect("some are untried"),
        };
        wanted.chosen.push(holder);
        wanted.stage = Stage::Chosen;
        self.downloads.choose(holder, id);
        Some(holder)
    }
}

/// Whether a message was acted on, or why not.
type Handled = Result<(), Ignored>;

impl Endpoint for Client {
    fn handle_datagram(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Receipt {
        Receipt::of(datagram, |message| match message {
            MessageRef::ChunksInfo(ids) => self.handle_chunks_info(now, from, ids),
            MessageRef::Response { id, chunk } => self.handle_response(now, from, id, chunk, out),
            MessageRef::Hello(_) | MessageRef::Query(_) | MessageRef::Get(_) => {
                Err(Ignored::NotForMe)
            }
        })
    }

    fn handle_deadline(&mut self, now: Time, out: &mut Outbox) {
        if self.start.is_some_and(|start| start <= now) {
            self.start = None;
            for search in 0..self.searches.len() {
                self.send_hello(now, search, out);
            }
        }
        self.end_waits(now, out);
        self.end_silences(now, out);
        self.request(now, out);
    }

    fn poll_deadline(&self) -> Option<Time> {
        if self.unsettled == 0 {
            return None;
        }
        if self.start.is_some() {
            return self.start;
        }
        let gather = self.patience.gather;
        let searches = self.searches.iter().filter_map(|s| s.deadline(gather));
        searches.chain(self.downloads.deadline()).min()
    }
}

impl ClientEndpoint for Client {
    fn poll_outcome(&mut self) -> Option<Outcome> {
        self.outcomes.pop_front()
    }

    fn is_done(&self) -> bool {
        self.unsettled == 0 && self.outcomes.is_empty()
    }
}

#[cfg(test)]
mod tests;
