//! A peer: answers clients and floods searches, exactly as docs/protocol.md says.
//!
//! It is a sans-IO state machine without deadlines: a remembered search expires when it is next
//! looked at. It owns no generator; equal datagrams at equal times give equal answers.
//!
//! | in | condition | out |
//! |---|---|---|
//! | HELLO | sender can be answered, list not empty | CHUNKS_INFO of what is held; QUERY to each neighbour |
//! | QUERY | client can be answered, list not empty, not suppressed | CHUNKS_INFO to the client; QUERY on, but never back |
//! | QUERY | policy `best`, more TTL than every copy before | QUERY on, but never back |
//! | GET | sender can be answered | a RESPONSE for each listed chunk that is held |
//! | anything else | | nothing |

mod memory;
mod scope;

use std::collections::BTreeSet;
use std::net::SocketAddrV4;
use std::sync::Arc;

use crate::chunks::ChunkStore;
use crate::endpoint::{Endpoint, Happening, Ignored, Outbox, Receipt};
use crate::neighbours::Neighbours;
use crate::rules::{Duplicates, Ttl};
use crate::time::Time;
use crate::wire::{Ids, MessageRef, QueryRef, Type, distinct, writing};

use memory::{Copies, Memory, Search};
pub use scope::Scope;

/// Looking for repeats among more neighbours than these takes longer than making a set of them.
const FEW_NEIGHBOURS: usize = 32;

/// What a peer is told when it is made.
#[derive(Clone, Debug)]
pub struct Config {
    /// Its own address, as it is bound.
    pub address: SocketAddrV4,
    /// Whom it floods, in this order; its own address and repeats are taken out. It shares what it
    /// is given when there is none of them.
    pub neighbours: Neighbours,
    /// What it holds.
    pub chunks: Arc<ChunkStore>,
    /// What it puts into the QUERYs of a search that a client starts here.
    pub ttl: Ttl,
    /// What it does with further copies of a search.
    pub duplicates: Duplicates,
    /// Whether it answers addresses outside its own [`Scope`] too.
    pub answer_anywhere: bool,
}

/// A peer: 64 bytes, since there may be a million of them, and what they share. Each lies on a line of
/// the processor's cache of its own.
#[derive(Debug)]
#[repr(align(64))]
pub struct Peer {
    neighbours: Neighbours,
    chunks: Arc<ChunkStore>,
    memory: Memory,
}

/// The rules of one peer.
#[derive(Clone, Copy, Debug)]
struct Rules {
    ttl: Ttl,
    duplicates: Duplicates,
    /// Whom it answers; [`Scope::Public`] answers anywhere.
    answers: Scope,
}

/// Whether `neighbour` is the peer at `own` itself.
fn is_self(own: SocketAddrV4, neighbour: SocketAddrV4) -> bool {
    // Bound to 0.0.0.0, the peer is at each address of its machine; the loopback ones are certain.
    let everywhere = own.ip().is_unspecified() && neighbour.ip().is_loopback();
    own == neighbour || (everywhere && own.port() == neighbour.port())
}

/// The neighbours of the peer at `own`, without itself and each once where it first came: what was
/// given when that is all of it.
fn weeded(own: SocketAddrV4, given: Neighbours) -> Neighbours {
    if given.len() <= FEW_NEIGHBOURS {
        let is_kept = |index: &usize| {
            let neighbour = given[*index];
            !is_self(own, neighbour) && !given[..*index].contains(&neighbour)
        };
        let all = 0..given.len();
        return match all.clone().all(|index| is_kept(&index)) {
            true => given,
            false => all.filter(is_kept).map(|index| given[index]).collect(),
        };
    }
    let mut seen = BTreeSet::new();
    let others = given.iter().filter(|neighbour| !is_self(own, **neighbour));
    let kept: Vec<SocketAddrV4> = others
        .copied()
        .filter(|other| seen.insert(*other))
        .collect();
    match kept.len() == given.len() {
        true => given,
        false => kept.into(),
    }
}

impl Peer {
    /// Makes a peer that has heard nothing yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let rules = Rules {
            ttl: config.ttl,
            duplicates: config.duplicates,
            answers: match config.answer_anywhere {
                true => Scope::Public,
                false => Scope::of_bound(*config.address.ip()),
            },
        };
        Self {
            neighbours: weeded(config.address, config.neighbours),
            chunks: config.chunks,
            memory: Memory::new(rules),
        }
    }

    /// Its neighbours, without itself and each once.
    #[must_use]
    pub fn neighbours(&self) -> &[SocketAddrV4] {
        &self.neighbours
    }

    /// How many neighbours it has.
    #[must_use]
    pub fn degree(&self) -> usize {
        self.neighbours.count()
    }

    /// Whom it answers.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        self.memory.rules.answers
    }

    /// Whether it remembers a search, and so has probably flooded already what comes next. A guess:
    /// that search may be another, and a peer that once knew several may still know one.
    #[must_use]
    pub fn remembers_any(&self, now: Time) -> bool {
        self.memory.remembers_any(now)
    }

    /// Whether `client` may be answered, or why not (docs/protocol.md, "What programs of other
    /// people do" and "Abuse").
    fn may_answer(&self, client: SocketAddrV4) -> Result<(), Ignored> {
        if !scope::can_be_a_client(client) {
            return Err(Ignored::ImpossibleClient);
        }
        if !self.scope().answers(*client.ip()) {
            return Err(Ignored::OutOfScope);
        }
        Ok(())
    }

    fn handle_hello(
        &mut self,
        now: Time,
        client: SocketAddrV4,
        ids: Ids<'_>,
        out: &mut Outbox,
    ) -> Handled {
        self.may_answer(client)?;
        if ids.is_empty() {
            return Err(Ignored::EmptyList);
        }
        let Rules {
            ttl, duplicates, ..
        } = self.memory.rules;
        let wanted = || distinct(ids.iter());
        if duplicates != Duplicates::Literal {
            self.memory
                .begin(now, Search::of_ids(client, wanted()), ttl);
        }
        self.answer(client, ids, out);
        if ttl > Ttl(0) {
            let neighbours = self.neighbours.iter().copied();
            out.send_to_all(neighbours, |bytes| {
                writing::query(bytes, client, ttl, wanted());
            });
        }
        Ok(())
    }

    fn handle_query(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        query: QueryRef<'_>,
        out: &mut Outbox,
    ) -> Handled {
        let (client, ids) = (query.client(), query.ids());
        self.may_answer(client)?;
        if ids.is_empty() {
            return Err(Ignored::EmptyList);
        }
        let rules = self.memory.rules;
        let ttl = query.ttl().min(rules.ttl.cap());
        let (answers, forwards) = match rules.duplicates {
            Duplicates::Literal => (true, true),
            policy => match self
                .memory
                .note(now, Search::of(client, ids.as_bytes()), ttl)
            {
                Copies::First => (true, true),
                Copies::MoreTtl => (false, policy == Duplicates::Best),
                Copies::Another => (false, false),
            },
        };
        if answers {
            self.answer(client, ids, out);
        }
        if forwards && ttl > Ttl(1) {
            let neighbours = self.neighbours.iter().copied();
            let others = neighbours.filter(|neighbour| *neighbour != from);
            out.send_to_all(others, |bytes| query.write_with_ttl(Ttl(ttl.0 - 1), bytes));
        }
        match answers || forwards {
            true => Ok(()),
            false => Err(Ignored::Duplicate),
        }
    }

    fn handle_get(&self, client: SocketAddrV4, ids: Ids<'_>, out: &mut Outbox) -> Handled {
        self.may_answer(client)?;
        if ids.is_empty() {
            return Err(Ignored::EmptyList);
        }
        let before = out.len();
        for id in distinct(ids.iter()) {
            if let Some(chunk) = self.chunks.chunk(id) {
                out.send_to_all([client], |bytes| writing::response(bytes, id, chunk));
            }
        }
        match out.len() > before {
            true => Ok(()),
            false => Err(Ignored::NothingHeld),
        }
    }

    /// Tells the client which of the ids are held, if any are.
    fn answer(&self, client: SocketAddrV4, ids: Ids<'_>, out: &mut Outbox) {
        let chunks = &self.chunks;
        let mut held = distinct(ids.iter().filter(|id| chunks.holds(*id))).peekable();
        if held.peek().is_some() {
            out.send_to_all([client], |bytes| {
                writing::list(bytes, Type::ChunksInfo, held);
            });
        }
    }
}

/// Whether a message was acted on, or why not.
type Handled = Result<(), Ignored>;

impl Endpoint for Peer {
    fn handle_datagram(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Receipt {
        Receipt::of(datagram, |message| match message {
            MessageRef::Hello(ids) => self.handle_hello(now, from, ids, out),
            MessageRef::Query(query) => self.handle_query(now, from, query, out),
            MessageRef::Get(ids) => self.handle_get(from, ids, out),
            MessageRef::ChunksInfo(_) | MessageRef::Response { .. } => Err(Ignored::NotForMe),
        })
    }

    fn handle_happening(&mut self, _: Time, happening: Happening) {
        match happening {
            Happening::Forgot => self.memory.clear(),
            Happening::Holds(chunks) => self.chunks = chunks,
        }
    }
}

#[cfg(test)]
mod tests;
