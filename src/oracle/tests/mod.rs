//! The oracle against numbers worked out on paper and against naive simulations.

mod bounds;
mod chaos;
mod counted;
mod evenly;
mod exhaustive;
mod hand_made;
mod naive;
mod parts;
mod shapes;
mod storms;
mod telling;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::faults::{Conditions, Faults, Links};
use crate::roster::{EndpointId, Entry, Role, Roster};
use crate::rules::{Choose, Duplicates, Gets, Patience, Ttl};
use crate::scenario::{ClientSpec, ExpectRun, PeerSpec, Request, Scenario};
use crate::wire::{Chunk, ChunkId};

pub(super) use bounds::random_net;

pub(super) const POLICIES: [Duplicates; 3] =
    [Duplicates::Literal, Duplicates::First, Duplicates::Best];

/// A scenario in the making, its peers and clients numbered from 0.
#[derive(Clone, Default)]
pub(super) struct Net {
    neighbours: Vec<Vec<SocketAddrV4>>,
    chunks: Vec<Vec<u16>>,
    clients: Vec<(usize, Vec<u16>)>,
}

/// Where peer `index` is.
fn address(index: usize) -> SocketAddrV4 {
    let block = u8::try_from(1 + index / 250).unwrap();
    let port = u16::try_from(5001 + index % 250).unwrap();
    SocketAddrV4::new(Ipv4Addr::new(127, 0, 0, block), port)
}

/// An address where nobody is.
fn stranger(number: u16) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::new(127, 0, 200, 1), 7000 + number)
}

fn endpoint(index: usize) -> EndpointId {
    EndpointId(u32::try_from(index).unwrap())
}

impl Net {
    pub(super) fn of(peers: usize) -> Self {
        Self {
            neighbours: vec![Vec::new(); peers],
            chunks: vec![Vec::new(); peers],
            clients: Vec::new(),
        }
    }

    fn one_way(mut self, from: usize, to: usize) -> Self {
        self.neighbours[from].push(address(to));
        self
    }

    fn link(self, a: usize, b: usize) -> Self {
        self.one_way(a, b).one_way(b, a)
    }

    pub(super) fn links(self, links: impl IntoIterator<Item = (usize, usize)>) -> Self {
        links.into_iter().fold(self, |net, (a, b)| net.link(a, b))
    }

    fn stranger(mut self, from: usize, number: u16) -> Self {
        self.neighbours[from].push(stranger(number));
        self
    }

    fn holds(mut self, peer: usize, chunks: impl IntoIterator<Item = u16>) -> Self {
        self.chunks[peer].extend(chunks);
        self
    }

    pub(super) fn client(mut self, contact: usize, wants: impl IntoIterator<Item = u16>) -> Self {
        self.clients.push((contact, wants.into_iter().collect()));
        self
    }

    pub(super) fn scenario(&self, ttl: u16, duplicates: Duplicates) -> Scenario {
        let peers = self.chunks.len();
        let of_peers = (0..peers).map(|i| (address(i), Role::Peer));
        let clients = peers..peers + self.clients.len();
        let of_clients = clients.map(|i| (address(i), Role::Client));
        // Half of the strangers are bound as nobody's, the others are not of the run at all.
        let of_nobody = (0..5).map(|number| (stranger(number), Role::Nobody));
        let mut roster = Roster::default();
        for (address, role) in of_peers.chain(of_clients).chain(of_nobody) {
            roster.push(Entry {
                name: &format!("e{}", roster.len()),
                address,
                role,
            });
        }
        let specs = self.neighbours.iter().zip(&self.chunks).enumerate();
        let peer_specs = specs.map(|(index, (neighbours, chunks))| PeerSpec {
            endpoint: endpoint(index),
            chunks: Arc::new(
                chunks
                    .iter()
                    .map(|id| (ChunkId(*id), Chunk::default()))
                    .collect(),
            ),
            neighbours: neighbours.clone().into(),
        });
        let clients = self.clients.iter().enumerate();
        let client_specs = clients.map(|(index, (contact, wants))| ClientSpec {
            endpoint: endpoint(peers + index),
            contact: endpoint(*contact),
            chunks: wants.iter().copied().map(ChunkId).collect(),
            requests: vec![Request {
                chunks: wants.iter().copied().map(ChunkId).collect(),
                after: Duration::ZERO,
                choose: Choose::default(),
                patience: Patience::of(Choose::default()),
            }],
            gets: Gets::default(),
            expect: BTreeMap::new(),
            most_queries: None,
            done_by: None,
            assemble: None,
        });
        Scenario {
            file: "net.toml".into(),
            name: "net".to_owned(),
            description: String::new(),
            seed: 1,
            ttl: Ttl(ttl),
            duplicates,
            faults: Faults {
                links: Links::all_taking(Duration::from_millis(1)),
                ..Faults::default()
            },
            expect: ExpectRun::default(),
            reliable: None,
            carriage: None,
            allow: Vec::new(),
            outside: Vec::new(),
            peers: peer_specs.collect(),
            clients: client_specs.collect(),
            roster,
        }
    }

    fn predict(&self, ttl: u16, duplicates: Duplicates) -> Prediction {
        predict(&self.scenario(ttl, duplicates), Order::Lockstep)
    }

    /// The QUERYs of the whole run, which must be exact.
    fn queries(&self, ttl: u16, duplicates: Duplicates) -> u128 {
        let count = self.predict(ttl, duplicates).query;
        assert!(count.is_exact(), "{count}");
        count.max
    }
}
