//! From what a file says to a scenario without an open question: names become endpoints, endpoints
//! get addresses, and what was not said gets its default. This is the one place of defaults.

use std::collections::BTreeMap;
use std::iter;
use std::net::SocketAddrV4;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use toml::Spanned;

use super::faults::faults;
use super::file::{ClientTable, ExpectText, File};
use super::holdings::Holdings;
use super::limits::MOST_CHUNKS;
use super::links::{Linked, Linker};
use super::names::Names;
use super::overlay::Network;
use super::people::People;
use super::placement::Spread;
use super::places::Places;
use super::problem::Problems;
use super::reliable_table::ReliableTable;
use super::requests::{note_repeated_chunks, requests};
use super::wishes::{Contacts, Offer, Wishes, note_too_many};
use super::world::{World, endpoint_id};
use super::{ClientSpec, Expect, PeerSpec, Request, Scenario};
use crate::roster::{Entry, Net, Role, Roster};
use crate::rules::{Duplicates, MEMORY, Patience};
use crate::threads;
use crate::wire::ChunkId;

/// How long a datagram travels when the scenario does not say: so that hops are seen in time.
pub(super) const DELAY: Duration = Duration::from_millis(1);

/// With so many peers and clients listing them is worth a thread.
const WORTH_A_THREAD: usize = 50_000;

/// The scenario that `file`, read from `path`, describes; nothing when it has problems.
pub(super) fn resolve(
    file: File,
    path: &Path,
    net: Option<Net>,
    seed: Option<u64>,
    problems: &mut Problems,
) -> Option<Scenario> {
    let seed = seed.or(file.seed).unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new(""));
    // Without the overlay nobody knows whom the rest of the file names.
    let mut network = match &file.overlay {
        Some(overlay) => overlay.make(seed, folder, problems)?,
        None => Network::default(),
    };
    let overlay = std::mem::take(&mut network.links);
    let people = People::gather(&file, network, problems)?;
    let names = Names::gather(people, problems);
    let places = Places::assign(&file, &names, net, problems);
    let before_peers = problems.len();
    let linker = Linker::new(seed, &names, &places, problems);
    let Linked {
        of: neighbours,
        nobody,
        outside,
    } = linker.link(&file, &overlay);
    drop(overlay);
    let mut holdings = Holdings::within(folder);
    let hand_out = || {
        let spread = Spread {
            seed,
            names: &names,
            places: &places,
            neighbours: &neighbours,
            problems,
        };
        let placed = spread.place(&file.placement);
        let stores = holdings.of(&file, &names, &placed, seed, problems);
        stores.map(|stores| (stores, placed.popularity))
    };
    let people = names.people().count();
    // It is complete only if the scenario has no problem.
    let list = || roster(&names, &places, nobody);
    let (roster, handed_out) = threads::both(people >= WORTH_A_THREAD, list, hand_out);
    let (stores, popularity) = handed_out?;
    let peers = stores.into_iter().zip(neighbours).enumerate();
    let peers: Vec<PeerSpec> = peers
        .map(|(index, (chunks, neighbours))| PeerSpec {
            endpoint: endpoint_id(index),
            chunks,
            neighbours,
        })
        .collect();
    let knows_peers = problems.len() == before_peers;
    let offer = Offer::of(&peers, popularity);
    let mut resolver = Resolver {
        seed,
        names: &names,
        offer: &offer,
        wanted: 0,
        problems,
    };
    let mut clients = Vec::new();
    for (index, client) in file.clients.iter().enumerate() {
        let endpoints = names.people().of_client_table(index);
        let resolved = resolver.clients(endpoints, client, file.duplicates.as_ref());
        clients.extend(resolved.unwrap_or_default());
    }
    let count = people - peers.len();
    let reliable = file.reliable.as_ref();
    let world = World {
        seed,
        ttl: file.ttl.unwrap_or_default(),
        resends: reliable.map(ReliableTable::longest).unwrap_or_default(),
        names: &names,
        roster: &roster,
        peers: &peers,
        clients: &clients,
        has_all_clients: clients.len() == count,
        knows_peers,
    };
    let faults = faults(&file, DELAY, &world, &mut holdings, problems);
    let reliable = reliable.map(|table| table.resolve(&world, problems));
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
        reliable,
        carriage: file.carrier,
        allow: file.allow.into_iter().map(Spanned::into_inner).collect(),
        expect,
        roster,
        peers,
        clients,
        outside,
    })
}

/// The roster of a scenario without problems.
fn roster(names: &Names, places: &Places<'_>, nobody: Vec<SocketAddrV4>) -> Roster {
    let people = names.people();
    let endpoints = (0..people.count()).map(|index| Entry {
        name: people.name(index).unwrap_or_default(),
        address: places.address(index),
        role: match index < people.peers() {
            true => Role::Peer,
            false => Role::Client,
        },
    });
    let mut roster = Roster::new(endpoints);
    for address in nobody {
        roster.push(Entry {
            name: &address.to_string(),
            address,
            role: Role::Nobody,
        });
    }
    roster
}

struct Resolver<'a> {
    seed: u64,
    names: &'a Names,
    offer: &'a Offer,
    /// How many chunks all clients want so far.
    wanted: u64,
    problems: &'a mut Problems,
}

impl Resolver<'_> {
    /// The clients at `endpoints`, all of them from one table; nothing when it has problems, all of
    /// which are noted.
    fn clients(
        &mut self,
        endpoints: Range<usize>,
        client: &ClientTable,
        duplicates: Option<&Spanned<Duplicates>>,
    ) -> Option<Vec<ClientSpec>> {
        let contacts = client.contact.as_ref();
        let contacts = contacts.and_then(|c| Contacts::of(c, self.names, self.problems));
        let wishes = client.chunks.as_ref();
        let wishes = wishes.and_then(|c| Wishes::of(c, self.offer, self.problems));
        let waits = client.then.iter().map(|then| &then.wait);
        for wait in iter::once(&client.wait).chain(waits).flatten() {
            self.check_wait(wait, duplicates);
        }
        let first = wishes.as_ref().zip(client.chunks.as_ref());
        let first = first.map(|(wishes, chunks)| (wishes.pool(), chunks.span()));
        note_repeated_chunks(first, &client.then, self.problems);
        let expect = self.expect(client, wishes.as_ref());
        let (contacts, wishes) = (contacts?, wishes?);
        let later: usize = requests(request(client, Vec::new()), client.gather, &client.then)?
            .iter()
            .map(|request| request.chunks.len())
            .sum();
        self.wanted += (wishes.each() + later) as u64 * endpoints.len() as u64;
        if self.wanted > MOST_CHUNKS {
            note_too_many(
                client.header.clone(),
                self.wanted,
                MOST_CHUNKS,
                self.problems,
            );
            return None;
        }
        let clients = endpoints.filter_map(|index| {
            let name = self.names.people().name(index)?;
            let first = request(client, wishes.of_client(self.seed, name));
            let requests = requests(first, client.gather, &client.then)?;
            let chunks: Vec<ChunkId> = requests.iter().flat_map(|r| r.chunks.clone()).collect();
            let mut expect = expect.clone();
            expect.retain(|id, _| chunks.contains(id));
            Some(ClientSpec {
                endpoint: endpoint_id(index),
                contact: endpoint_id(contacts.of_client(self.seed, name)),
                chunks,
                requests,
                gets: client.gets.unwrap_or_default(),
                expect,
                most_queries: client.most_queries,
                done_by: client.done_by,
                assemble: client.assemble.clone(),
            })
        });
        Some(clients.collect())
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
    fn expect(
        &mut self,
        client: &ClientTable,
        wishes: Option<&Wishes<'_>>,
    ) -> BTreeMap<ChunkId, Expect> {
        let mut expect = BTreeMap::new();
        for (id, (span, text)) in &client.expect {
            let mut later = client.then.iter().filter_map(|then| then.chunks.as_ref());
            let is_wanted_later = later.any(|later| later.get_ref().contains(id));
            let wanted = client.chunks.as_ref().zip(wishes);
            let wanted = wanted.filter(|_| !is_wanted_later);
            if let Some((wanted, _)) = wanted.filter(|(_, may)| !may.pool().contains(id)) {
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

/// The request of a client of the table `client` for `chunks`.
fn request(client: &ClientTable, chunks: Vec<ChunkId>) -> Request {
    let choose = client.choose.unwrap_or_default();
    let patience = Patience::of(choose);
    Request {
        chunks,
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
    }
}
