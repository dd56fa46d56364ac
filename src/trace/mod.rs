//! A run as it is kept: who took part, all that happened, and what the checks said of it.
//!
//! A [`Trace`] is what a page, a capture and a diagram are made of, at once or much later: it can
//! be written to a file and read back (docs/trace.md). It needs no scenario and judges nothing. The
//! events are those of [`Recording`]; [`Journeys`] reads each datagram's life off them.

mod datagrams;
mod following;
mod journeys;
mod line;
mod reading;
mod writing;

use crate::event::{EventId, Recording};
use crate::neighbours::Neighbours;
use crate::roster::{EndpointId, Roster};
use crate::time::Time;
use crate::wire::ChunkId;

pub use datagrams::Datagrams;
pub use following::Follower;
pub use journeys::{Fate, Hop, Journey, Journeys, Search};
pub use reading::{Problem, Unreadable, read};
pub use writing::write;

/// A run as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// What was run.
    pub about: About,
    /// Peers, clients, and addresses where nobody is.
    pub roster: Roster,
    /// Each peer as it began, in the order of the roster.
    pub peers: Vec<Peer>,
    /// Each client, in the order of the roster, which has them behind the peers.
    pub clients: Vec<Client>,
    /// All that happened.
    pub recording: Recording,
    /// What the checks found to be wrong.
    pub findings: Vec<Finding>,
    /// How it ended; none when the trace breaks off before that.
    pub end: Option<End>,
}

/// What was run, and by which rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The scenario's name: its file's, without the ending.
    pub scenario: String,
    /// What it says of itself; may be empty.
    pub description: String,
    /// The seed of the run.
    pub seed: u64,
    /// `lockstep` or `real-time`.
    pub mode: String,
    /// The initial TTL.
    pub ttl: u16,
    /// The duplicate policy.
    pub duplicates: String,
    /// Whether peers acknowledge QUERYs to each other, an extension.
    pub reliable: bool,
}

/// A peer as it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its neighbours as the scenario has them.
    pub neighbours: Neighbours,
    /// What it holds, in rising order.
    pub chunks: Vec<ChunkId>,
}

/// A client as it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The peer that it asks.
    pub contact: EndpointId,
    /// What it wants, in the order written.
    pub chunks: Vec<ChunkId>,
}

/// Something that a check found to be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check that it breaks.
    pub check: String,
    /// The peer or client that it is about, if it is about one.
    pub who: Option<EndpointId>,
    /// The chunk that it is about, if it is about one.
    pub chunk: Option<ChunkId>,
    /// What in the scenario it is about, if it is about one thing.
    pub entry: Option<String>,
    /// What should have been, as a fragment that fits behind "expected".
    pub expected: String,
    /// What was, as a fragment that fits behind "got".
    pub got: String,
    /// The event that shows it, if one does.
    pub event: Option<EventId>,
    /// How many more like it there are.
    pub more: u64,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// `complete`, `interrupted` or `limit-reached`.
    pub ended: String,
    /// The run's clock.
    pub clock: Time,
    /// How many datagrams were still on their way.
    pub in_flight: u64,
    /// `pass` or `fail`.
    pub verdict: String,
    /// Each check with its verdict, as reports name them.
    pub checks: Vec<(String, String)>,
}
