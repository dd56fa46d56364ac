//! A scenario: an overlay, who holds which chunk, what clients ask for, and the rules.
//!
//! [`Scenario::load`] reads the TOML file, finds *all* its problems at once, and gives either a
//! scenario without a single open question or the list of [`Problem`]s with file, line and column.
//! Reading binds nothing and depends on nothing of the machine but the files it names.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::chunks::ChunkStore;
use crate::roster::{EndpointId, Roster};
use crate::rules::{Choose, Duplicates, Patience, Ttl};
use crate::wire::ChunkId;

/// A checked scenario: every name resolved, every default filled in.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file that it was read from, as it was named.
    pub file: PathBuf,
    /// The file's name without its ending: what output calls it.
    pub name: String,
    /// What to look at, in the scenario's own words; may be empty.
    pub description: String,
    /// What every draw of the run comes from.
    pub seed: u64,
    /// What contacts put into the QUERYs of a new search.
    pub ttl: Ttl,
    /// What peers do with QUERYs of a search that they had before.
    pub duplicates: Duplicates,
    /// How long each datagram travels.
    pub delay: Duration,
    /// Findings that do not fail the run, by the name of their check.
    pub allow: Vec<Allowed>,
    /// Peers, clients, and addresses where nobody is, numbered in this order.
    pub roster: Roster,
    /// The peers, in the order of the roster.
    pub peers: Vec<PeerSpec>,
    /// The clients, in the order of the roster.
    pub clients: Vec<ClientSpec>,
}

/// A finding that a scenario may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowed {
    /// Policy `first` may miss peers within TTL hops when delays differ.
    ReachLost,
}

/// A peer of a scenario.
#[derive(Clone, Debug)]
pub struct PeerSpec {
    /// Its place in the roster, which knows its name and address.
    pub endpoint: EndpointId,
    /// What it holds.
    pub chunks: Arc<ChunkStore>,
    /// Its neighbours as written, its own address and repeated entries included: the peer itself
    /// takes them out.
    pub neighbours: Vec<SocketAddrV4>,
}

/// A client of a scenario.
#[derive(Clone, Debug)]
pub struct ClientSpec {
    /// Its place in the roster, which knows its name and address.
    pub endpoint: EndpointId,
    /// The peer that it asks.
    pub contact: EndpointId,
    /// What it wants, each id once, in the order written; never empty.
    pub chunks: Vec<ChunkId>,
    /// When it sends its first HELLO, after the run's beginning.
    pub start: Duration,
    /// How it chooses among holders.
    pub choose: Choose,
    /// How long it waits and how often it repeats.
    pub patience: Patience,
    /// What must come out for some of its chunks, instead of what the oracle says.
    pub expect: BTreeMap<ChunkId, Expect>,
}

/// What a scenario says must come out for a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// It comes from one of these peers.
    From(Vec<EndpointId>),
    /// It is logged as missing.
    Missing,
}

impl Scenario {
    /// The peer at place `endpoint` of the roster, if a peer is there.
    #[must_use]
    pub fn peer(&self, endpoint: EndpointId) -> Option<&PeerSpec> {
        self.peers.get(endpoint.index())
    }
}
