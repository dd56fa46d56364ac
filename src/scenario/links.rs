//! Who is whose neighbour: the overlay's links, what `neighbours` says instead, and what `links`
//! adds.

use std::collections::BTreeSet;
use std::net::SocketAddrV4;

use toml::Spanned;

use super::OutsideNeighbour;
use super::draws::distinct;
use super::file::{File, PeerTable};
use super::limits::MOST_LINKS;
use super::names::Names;
use super::places::{Found, Places};
use super::problem::Problems;
use super::random::NeighboursText;
use super::words::{counted, many};
use super::world::endpoint_id;
use crate::luck;

/// The neighbours of all peers.
#[derive(Default)]
pub(super) struct Neighbours {
    /// Those of each peer, as written.
    pub(super) of: Vec<Vec<SocketAddrV4>>,
    /// Addresses of neighbours that are not there, each once.
    pub(super) nobody: Vec<SocketAddrV4>,
    pub(super) outside: Vec<OutsideNeighbour>,
}

/// Finds out who is whose neighbour.
pub(super) struct Linker<'a> {
    pub(super) seed: u64,
    pub(super) names: &'a Names,
    pub(super) places: &'a Places,
    pub(super) problems: &'a mut Problems,
}

impl Linker<'_> {
    /// The neighbours of all peers; `overlay` are the links of the overlay, whose peers are first
    /// among the peers.
    pub(super) fn link(mut self, file: &File, overlay: &[(u32, u32)]) -> Neighbours {
        let mut neighbours = Neighbours {
            of: vec![Vec::new(); self.names.people().peers()],
            ..Neighbours::default()
        };
        self.add_overlay(file, overlay, &mut neighbours);
        let mut known = BTreeSet::new();
        let mut sum = overlay.len() as u64;
        for (index, table) in file.peers.iter().enumerate() {
            let copies = self.names.people().of_peer_table(index);
            let each = match &table.neighbours {
                Some(NeighboursText::Listed(listed)) => listed.len(),
                Some(NeighboursText::Random(count)) => *count.get_ref(),
                None => continue,
            };
            sum += (each as u64).saturating_mul(copies.len() as u64);
            if sum > MOST_LINKS {
                let title = format!("the peers have {} neighbours", many(sum.into()));
                let label = format!("from here on more than {}", many(MOST_LINKS.into()));
                self.problems.add(table.header.clone(), title, label);
                break;
            }
            match &table.neighbours {
                Some(NeighboursText::Listed(_)) => {
                    let first = copies.start;
                    let listed = self.listed(first, table, &mut known, &mut neighbours);
                    for copy in copies {
                        neighbours.of[copy].clone_from(&listed);
                    }
                }
                Some(NeighboursText::Random(count)) => {
                    self.draw(copies, count, &mut neighbours.of);
                }
                None => {}
            }
        }
        self.add_links(file, &mut neighbours.of);
        neighbours
    }

    /// The links of the overlay, but for those of peers whose tables say otherwise.
    fn add_overlay(&self, file: &File, overlay: &[(u32, u32)], neighbours: &mut Neighbours) {
        let people = self.names.people().all();
        let says = |person: usize| {
            let table = people[person].table;
            table.is_some_and(|table| file.peers[table].neighbours.is_some())
        };
        let mut counts = vec![0_usize; neighbours.of.len()];
        for (from, _) in overlay {
            counts[*from as usize] += 1;
        }
        for (peer, count) in counts.iter_mut().enumerate() {
            match says(peer) {
                true => *count = 0,
                false => neighbours.of[peer].reserve_exact(*count),
            }
        }
        for (from, to) in overlay {
            let from = *from as usize;
            if counts[from] > 0 {
                neighbours.of[from].push(self.places.address(*to as usize));
            }
        }
    }

    /// What `links` adds, in the order of the file.
    fn add_links(&mut self, file: &File, neighbours: &mut [Vec<SocketAddrV4>]) {
        for [one, other] in &file.links {
            let one = self.names.peer(one, self.problems);
            let other = self.names.peer(other, self.problems);
            if let (Some(one), Some(other)) = (one, other) {
                neighbours[one].push(self.places.address(other));
                neighbours[other].push(self.places.address(one));
            }
        }
    }

    /// Draws `count` other peers as neighbours of each of `copies`.
    fn draw(
        &mut self,
        copies: std::ops::Range<usize>,
        count: &Spanned<usize>,
        neighbours: &mut [Vec<SocketAddrV4>],
    ) {
        let others = neighbours.len().saturating_sub(1);
        if *count.get_ref() > others {
            let title = format!("there are too few peers to draw {}", count.get_ref());
            let label = format!("beside the peer itself there {}", counted(others, "peer"));
            let problem = self.problems.add(count.span(), title, label);
            problem.help("draw fewer, or add peers");
            return;
        }
        for peer in copies {
            let Some(name) = self.names.of(peer) else {
                continue;
            };
            let mut luck = luck::stream(self.seed, &format!("neighbours {}", name.get_ref()));
            let drawn = distinct(&mut luck, others, *count.get_ref()).into_iter();
            let other = |drawn: usize| drawn + usize::from(drawn >= peer);
            let addresses = drawn.map(|drawn| self.places.address(other(drawn)));
            neighbours[peer] = addresses.collect();
        }
    }

    /// The addresses of the `neighbours` that `table`, which is about `peer`, lists.
    fn listed(
        &mut self,
        peer: usize,
        table: &PeerTable,
        known: &mut BTreeSet<SocketAddrV4>,
        neighbours: &mut Neighbours,
    ) -> Vec<SocketAddrV4> {
        let Some(NeighboursText::Listed(listed)) = &table.neighbours else {
            return Vec::new();
        };
        let mut addresses = Vec::new();
        for written in listed {
            // No name has a colon.
            let looks_like_address = written.get_ref().contains(':')
                || written.get_ref().parse::<std::net::Ipv4Addr>().is_ok();
            addresses.extend(match looks_like_address {
                true => self.at(peer, written, known, neighbours),
                false => {
                    let peer = self.names.peer(written, self.problems);
                    peer.map(|peer| self.places.address(peer))
                }
            });
        }
        addresses
    }

    /// The neighbour of `peer` that is written as an address.
    fn at(
        &mut self,
        peer: usize,
        written: &Spanned<String>,
        known: &mut BTreeSet<SocketAddrV4>,
        neighbours: &mut Neighbours,
    ) -> Option<SocketAddrV4> {
        match self.places.find(written, self.problems)? {
            Found::Peer(peer) => Some(self.places.address(peer)),
            Found::Nobody(address) => {
                if known.insert(address) {
                    neighbours.nobody.push(address);
                }
                Some(address)
            }
            Found::Outside(address) => {
                let title = format!("the neighbour {address} is outside this machine's loopback");
                let label = "nothing is sent there unless the run is live";
                let mut problem = self.problems.problem(written.span(), title, label);
                problem.help("run with --real-time, or use an address of 127.0.0.0/8");
                neighbours.outside.push(OutsideNeighbour {
                    peer: endpoint_id(peer),
                    address,
                    problem,
                });
                Some(address)
            }
            Found::Client(client) => {
                self.note_client_as_neighbour(client, written);
                None
            }
        }
    }

    fn note_client_as_neighbour(&mut self, client: usize, written: &Spanned<String>) {
        let name = self.names.of(client);
        let source = self.problems.source().clone();
        let title = "a client can't be a neighbour";
        let label = match name {
            Some(name) => format!("the address of the client `{}`", name.get_ref()),
            None => "the address of a client".to_owned(),
        };
        let problem = self.problems.add(written.span(), title, label);
        if let Some(name) = name {
            problem.label(&source, name.span(), "this client");
        }
        problem.help("name a peer, or an address where nobody is");
    }
}
