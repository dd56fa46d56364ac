//! Who is whose neighbour: the overlay's links, what `neighbours` says instead, and what `links`
//! adds.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddrV4;
use std::ops::Range;

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
use crate::adjacency::Adjacency;
use crate::luck;
use crate::neighbours::Neighbours;
use crate::threads;

/// With so many peers it is worth a thread to list the neighbours of half of them.
const WORTH_A_THREAD: usize = 50_000;

/// The neighbours of all peers.
pub(super) struct Linked {
    /// Those of each peer, as written.
    pub(super) of: Vec<Neighbours>,
    /// Addresses of neighbours that are not there, each once.
    pub(super) nobody: Vec<SocketAddrV4>,
    pub(super) outside: Vec<OutsideNeighbour>,
}

/// Finds out who is whose neighbour.
pub(super) struct Linker<'a> {
    seed: u64,
    names: &'a Names,
    places: &'a Places<'a>,
    problems: &'a mut Problems,
    /// The lists that tables say instead of the overlay's, one behind the other.
    lists: Vec<SocketAddrV4>,
    /// Where in them each peer's is that has one.
    list_of: BTreeMap<usize, Range<usize>>,
    /// What `links` adds to some peers.
    more: BTreeMap<usize, Vec<SocketAddrV4>>,
    known: BTreeSet<SocketAddrV4>,
    nobody: Vec<SocketAddrV4>,
    outside: Vec<OutsideNeighbour>,
}

impl<'a> Linker<'a> {
    pub(super) fn new(
        seed: u64,
        names: &'a Names,
        places: &'a Places<'a>,
        problems: &'a mut Problems,
    ) -> Self {
        Self {
            seed,
            names,
            places,
            problems,
            lists: Vec::new(),
            list_of: BTreeMap::new(),
            more: BTreeMap::new(),
            known: BTreeSet::new(),
            nobody: Vec::new(),
            outside: Vec::new(),
        }
    }

    /// The neighbours of all peers; `overlay` are those that the overlay gives its peers, who are
    /// first among the peers.
    pub(super) fn link(mut self, file: &File, overlay: &Adjacency) -> Linked {
        let mut sum = overlay.links() as u64;
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
                    let start = self.lists.len();
                    let listed = self.listed(copies.start, table);
                    self.lists.extend(listed);
                    let list = start..self.lists.len();
                    self.list_of.extend(copies.map(|copy| (copy, list.clone())));
                }
                Some(NeighboursText::Random(count)) => self.draw(copies, count),
                None => {}
            }
        }
        self.add_links(file);
        Linked {
            of: self.lists(overlay),
            nobody: self.nobody,
            outside: self.outside,
        }
    }

    /// The neighbours of each peer: what its table says, or else the links of the overlay, and then
    /// what `links` adds.
    fn lists(&self, overlay: &Adjacency) -> Vec<Neighbours> {
        let peers = self.names.people().peers();
        let (places, lists, list_of, more) = (self.places, &self.lists, &self.list_of, &self.more);
        let of = |peers: Range<usize>| {
            let mut all = Vec::with_capacity(overlay.links() + lists.len());
            let mut counts = Vec::with_capacity(peers.len());
            for peer in peers {
                let start = all.len();
                match list_of.get(&peer) {
                    Some(list) => all.extend_from_slice(&lists[list.clone()]),
                    None if peer < overlay.nodes() => {
                        let list = overlay.list(count(peer)).iter();
                        all.extend(list.map(|other| places.address(*other as usize)));
                    }
                    None => {}
                }
                all.extend(more.get(&peer).into_iter().flatten());
                counts.push(count(all.len() - start));
            }
            (all, counts)
        };
        let middle = peers / 2;
        let (others, (mut all, mut counts)) = threads::both(
            peers >= WORTH_A_THREAD,
            || of(middle..peers),
            || of(0..middle),
        );
        all.extend(others.0);
        counts.extend(others.1);
        Neighbours::parts(all, counts).collect()
    }

    /// Notes what `links` adds, in the order of the file.
    fn add_links(&mut self, file: &File) {
        for [one, other] in &file.links {
            let one = self.names.peer(one, self.problems);
            let other = self.names.peer(other, self.problems);
            if let (Some(one), Some(other)) = (one, other) {
                for (from, to) in [(one, other), (other, one)] {
                    let address = self.places.address(to);
                    self.more.entry(from).or_default().push(address);
                }
            }
        }
    }

    /// Draws `count` other peers as neighbours of each of `copies`.
    fn draw(&mut self, copies: Range<usize>, count: &Spanned<usize>) {
        let others = self.names.people().peers().saturating_sub(1);
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
            let start = self.lists.len();
            self.lists.extend(addresses);
            self.list_of.insert(peer, start..self.lists.len());
        }
    }

    /// The addresses of the `neighbours` that `table`, which is about `peer`, lists.
    fn listed(&mut self, peer: usize, table: &PeerTable) -> Vec<SocketAddrV4> {
        let Some(NeighboursText::Listed(listed)) = &table.neighbours else {
            return Vec::new();
        };
        let mut addresses = Vec::new();
        for written in listed {
            // No name has a colon.
            let looks_like_address = written.get_ref().contains(':')
                || written.get_ref().parse::<std::net::Ipv4Addr>().is_ok();
            addresses.extend(match looks_like_address {
                true => self.at(peer, written),
                false => {
                    let peer = self.names.peer(written, self.problems);
                    peer.map(|peer| self.places.address(peer))
                }
            });
        }
        addresses
    }

    /// The neighbour of `peer` that is written as an address.
    fn at(&mut self, peer: usize, written: &Spanned<String>) -> Option<SocketAddrV4> {
        match self.places.find(written, self.problems)? {
            Found::Peer(peer) => Some(self.places.address(peer)),
            Found::Nobody(address) => {
                if self.known.insert(address) {
                    self.nobody.push(address);
                }
                Some(address)
            }
            Found::Outside(address) => {
                let title = format!("the neighbour {address} is outside this machine's loopback");
                let label = "nothing is sent there unless the run is live";
                let mut problem = self.problems.problem(written.span(), title, label);
                problem.help("run with --real-time, or use an address of 127.0.0.0/8");
                self.outside.push(OutsideNeighbour {
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
        let label = match &name {
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

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("there are at most 50 million neighbours")
}
