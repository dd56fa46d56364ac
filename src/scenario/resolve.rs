//! From what a file says to a scenario without an open question: names become endpoints, endpoints
//! get addresses, and what was not said gets its default. This is the one place of defaults.

use std::collections::BTreeMap;
use std::iter;
use std::net::SocketAddrV4;
use std::path::Path;
use std::time::Duration;

use toml::Spanned;

use super::addresses::Net;
use super::faults::faults;
use super::file::{ClientTable, ExpectText, File, PeerTable};
use super::holdings::Holdings;
use super::names::Names;
use super::places::{Found, Places};
use super::problem::Problems;
use super::requests::{note_repeated_chunks, requests};
use super::world::{World, endpoint_id};
use super::{ClientSpec, Expect, OutsideNeighbour, PeerSpec, Request, Scenario};
use crate::roster::{EndpointId, Entry, Role, Roster};
use crate::rules::{Duplicates, MEMORY, Patience};
use crate::wire::ChunkId;

/// How long a datagram travels when the scenario does not say: so that hops are seen in time.
const DELAY: Duration = Duration::from_millis(1);

/// The scenario that `file`, read from `path`, describes; nothing when it has problems.
pub(super) fn resolve(
    file: File,
    path: &Path,
    net: Option<Net>,
    seed: Option<u64>,
    problems: &mut Problems,
) -> Option<Scenario> {
    let names = Names::gather(&file, problems);
    let places = Places::assign(&file, &names, net, problems);
    let mut resolver = Resolver {
        names: &names,
        places: &places,
        nobody: Vec::new(),
        outside: Vec::new(),
        problems,
    };
    let before_peers = resolver.problems.len();
    let linked = resolver.links(&file);
    let mut holdings = Holdings::beside(path);
    let mut peers = Vec::new();
    for ((index, peer), linked) in file.peers.iter().enumerate().zip(linked) {
        let mut neighbours = resolver.neighbours(index, peer);
        neighbours.extend(linked);
        peers.push(PeerSpec {
            endpoint: endpoint_id(index),
            chunks: holdings.of(peer, resolver.problems),
            neighbours,
        });
    }
    let knows_peers = resolver.problems.len() == before_peers;
    let mut clients = Vec::new();
    for (index, client) in file.clients.iter().enumerate() {
        let endpoint = endpoint_id(file.peers.len() + index);
        clients.extend(resolver.client(endpoint, client, file.duplicates.as_ref()));
    }
    let Resolver {
        nobody, outside, ..
    } = resolver;
    let roster = roster(peers.len(), file.clients.len(), &names, &places, nobody);
    let seed = seed.or(file.seed).unwrap_or_default();
    let world = World {
        seed,
        ttl: file.ttl.unwrap_or_default(),
        names: &names,
        roster: &roster,
        peers: &peers,
        clients: &clients,
        has_all_clients: clients.len() == roster.with_role(Role::Client).count(),
        knows_peers,
    };
    let faults = faults(&file, DELAY, &world, &mut holdings, problems);
    let expect = file.expect.resolve(&file.allow, &world, problems);
    if !problems.is_empty() {
        return None;
    }
    let stem = path.file_stem().unwrap_or(path.as_os_str());
    Some(Scenario {
        file: path.to_owned(),
        name: stem.to_string_lossy().into_owned(),
        description: file.description.unwrap_or_default(),
        seed,
        ttl: file.ttl.unwrap_or_default(),
        duplicates: file.duplicates.map(Spanned::into_inner).unwrap_or_default(),
        faults,
        allow: file.allow.into_iter().map(Spanned::into_inner).collect(),
        expect,
        roster,
        peers,
        clients,
        outside,
    })
}

/// The roster of a scenario without problems.
fn roster(
    peers: usize,
    clients: usize,
    names: &Names,
    places: &Places,
    nobody: Vec<SocketAddrV4>,
) -> Roster {
    let endpoints = (0..peers + clients).map(|index| Entry {
        name: names
            .of(index)
            .map(|name| name.get_ref().clone())
            .unwrap_or_default(),
        address: places.address(index),
        role: match index < peers {
            true => Role::Peer,
            false => Role::Client,
        },
    });
    let nobody = nobody.into_iter().map(|address| Entry {
        name: address.to_string(),
        address,
        role: Role::Nobody,
    });
    Roster::new(endpoints.chain(nobody).collect())
}

struct Resolver<'a> {
    names: &'a Names,
    places: &'a Places,
    /// Addresses of neighbours that are not there, each once.
    nobody: Vec<SocketAddrV4>,
    outside: Vec<OutsideNeighbour>,
    problems: &'a mut Problems,
}

impl Resolver<'_> {
    /// What `links` adds to the neighbours of each peer, in the order of the file.
    fn links(&mut self, file: &File) -> Vec<Vec<SocketAddrV4>> {
        let mut linked = vec![Vec::new(); file.peers.len()];
        for [one, other] in &file.links {
            let one = self.names.peer(one, self.problems);
            let other = self.names.peer(other, self.problems);
            if let (Some(one), Some(other)) = (one, other) {
                linked[one].push(self.places.address(other));
                linked[other].push(self.places.address(one));
            }
        }
        linked
    }

    /// The addresses of the `neighbours` of the peer `index`, in their order.
    fn neighbours(&mut self, index: usize, peer: &PeerTable) -> Vec<SocketAddrV4> {
        let mut addresses = Vec::new();
        for written in &peer.neighbours {
            // No name has a colon.
            let looks_like_address = written.get_ref().contains(':')
                || written.get_ref().parse::<std::net::Ipv4Addr>().is_ok();
            addresses.extend(match looks_like_address {
                true => self.neighbour_at(index, written),
                false => {
                    let peer = self.names.peer(written, self.problems);
                    peer.map(|peer| self.places.address(peer))
                }
            });
        }
        addresses
    }

    /// The neighbour of the peer `index` that is written as an address.
    fn neighbour_at(&mut self, index: usize, written: &Spanned<String>) -> Option<SocketAddrV4> {
        match self.places.find(written, self.problems)? {
            Found::Peer(peer) => Some(self.places.address(peer)),
            Found::Nobody(address) => {
                if !self.nobody.contains(&address) {
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
                    peer: endpoint_id(index),
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

    /// The client at `endpoint`; nothing when it has problems, all of which are noted.
    fn client(
        &mut self,
        endpoint: EndpointId,
        client: &ClientTable,
        duplicates: Option<&Spanned<Duplicates>>,
    ) -> Option<ClientSpec> {
        let contact = client.contact.as_ref();
        let contact = contact.and_then(|name| self.names.peer(name, self.problems));
        let waits = client.then.iter().map(|then| &then.wait);
        for wait in iter::once(&client.wait).chain(waits).flatten() {
            self.check_wait(wait, duplicates);
        }
        let chunks = client.chunks.as_ref();
        let chunks = chunks.map(|chunks| (chunks.get_ref().as_slice(), chunks.span()));
        note_repeated_chunks(chunks, &client.then, self.problems);
        let expect = self.expect(client);
        let choose = client.choose.unwrap_or_default();
        let patience = Patience::of(choose);
        let first = Request {
            chunks: client.chunks.as_ref()?.get_ref().clone(),
            after: client.start.unwrap_or_default(),
            choose,
            patience: Patience {
                wait: client
                    .wait
                    .as_ref()
                    .map_or(patience.wait, |wait| *wait.get_ref()),
                repeats: client.repeats.unwrap_or(patience.repeats),
                gather: client.gather.unwrap_or(patience.gather),
            },
        };
        let requests = requests(first, client.gather, &client.then)?;
        Some(ClientSpec {
            endpoint,
            contact: endpoint_id(contact?),
            chunks: requests.iter().flat_map(|r| r.chunks.clone()).collect(),
            requests,
            gets: client.gets.unwrap_or_default(),
            expect,
            most_queries: client.most_queries,
            done_by: client.done_by,
        })
    }

    /// Notes a wait that ends a search before it began, or before peers have forgotten it
    /// (docs/protocol.md, "Duplicates").
    fn check_wait(&mut self, wait: &Spanned<Duration>, duplicates: Option<&Spanned<Duplicates>>) {
        if wait.get_ref().is_zero() {
            let title = "a client has to wait for its answers";
            let problem = self.problems.add(wait.span(), title, "no time at all");
            problem.help("the protocol suggests \"5s\"");
            return;
        }
        let remembering = duplicates.filter(|policy| *policy.get_ref() != Duplicates::Literal);
        let Some(policy) = remembering.filter(|_| *wait.get_ref() <= MEMORY) else {
            return;
        };
        let source = self.problems.source().clone();
        let title = "the wait is not longer than the memory of the peers";
        let label = "a HELLO repeated this early finds nobody";
        let problem = self.problems.add(wait.span(), title, label);
        let why = format!("with this, peers remember a search for {MEMORY:?}");
        problem.label(&source, policy.span(), why).help(format!(
            "wait longer than {MEMORY:?}, or write duplicates = \"literal\""
        ));
    }

    /// What must come out for some chunks of `client`.
    fn expect(&mut self, client: &ClientTable) -> BTreeMap<ChunkId, Expect> {
        let mut expect = BTreeMap::new();
        for (id, (span, text)) in &client.expect {
            let mut later = client.then.iter().filter_map(|then| then.chunks.as_ref());
            let is_wanted_later = later.any(|later| later.get_ref().contains(id));
            let wanted = client.chunks.as_ref().filter(|_| !is_wanted_later);
            if let Some(wanted) = wanted.filter(|wanted| !wanted.get_ref().contains(id)) {
                let source = self.problems.source().clone();
                let title = format!("chunk {id} is expected, but not wanted");
                let label = "not among the client's chunks";
                let problem = self.problems.add(span.clone(), title, label);
                problem.label(&source, wanted.span(), "these are wanted");
            }
            let outcome = match text {
                ExpectText::Missing => Expect::Missing,
                ExpectText::From(peers) => {
                    let peers = peers.iter();
                    let peers = peers.filter_map(|name| self.names.peer(name, self.problems));
                    Expect::From(peers.map(endpoint_id).collect())
                }
            };
            expect.insert(*id, outcome);
        }
        expect
    }
}
