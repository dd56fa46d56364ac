//! What may, must and cannot come out when links, faults and changes interfere.
//!
//! All of it is worked out before the run, from the graph and from what may go wrong when; nothing
//! depends on what does. The one invariant: what really happens always lies between. Where the truth
//! is not known, more is called possible and less is called sure (docs/verdict.md).
//!
//! | file | what |
//! |---|---|
//! | `span` | stretches of time; what is never, maybe or always so |
//! | `timeline` | who is there, who holds what and which links are cut, over time |
//! | `passage` | one datagram |
//! | `queries` | the QUERYs of one flood |
//! | `walk`, `arriving` | the copies of one search, the most and the least; those of one hop |
//! | `even` | the same where all QUERYs fare alike |
//! | `flood`, `hearing` | one HELLO: who may and must hear it |
//! | `search`, `round` | the HELLOs of one list of ids |
//! | `found` | what comes of them for one id |
//! | `download` | GETs and RESPONSEs |
//! | `client` | all requests of a client |

mod arriving;
mod client;
mod download;
mod even;
mod flood;
mod found;
mod hearing;
mod passage;
mod queries;
mod round;
mod search;
mod span;
mod timeline;
mod walk;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use super::flood::Rules;
use super::overlay::Overlay;
use super::{ClientPrediction, Told};
use crate::roster::EndpointId;
use crate::rules::Duplicates;
use crate::scenario::{ClientSpec, Scenario};
use crate::wire::{ChunkId, Type};

use flood::{Flood, Start};
use passage::Ways;
use span::{Chance, Span};

/// What each client of `scenario` may, must and cannot find, and bounds of the counts.
pub(super) fn predict(
    scenario: &Scenario,
    overlay: &Overlay,
    rules: Rules,
    told: Told<'_>,
) -> Vec<ClientPrediction> {
    let mut conditions = scenario.faults.links.conditions();
    // A queue that can't overflow loses nothing: known once the datagrams are counted.
    let has_rates = conditions.any(|conditions| conditions.rate.is_some());
    let clients = scenario.clients.len() as u64;
    let all = clients * if has_rates { 2 } else { 1 };
    let of = |crowd: u128, before: u64| {
        told(before, all);
        let world = World::of(scenario, overlay, rules, crowd);
        // Floods are as large as the overlay: they are kept as long as they have the same contact.
        let mut clients: Vec<(usize, &ClientSpec)> = scenario.clients.iter().enumerate().collect();
        clients.sort_by_key(|(_, client)| client.contact);
        let mut predictions = Vec::with_capacity(clients.len());
        for (place, client) in clients {
            world.forget_others(client.contact.index());
            predictions.push((place, client::predict(&world, client)));
            told(before + predictions.len() as u64, all);
        }
        predictions.sort_by_key(|(place, _)| *place);
        let predictions = predictions.into_iter();
        predictions
            .map(|(_, prediction)| prediction)
            .collect::<Vec<_>>()
    };
    let predictions = of(u128::MAX, 0);
    if !has_rates {
        return predictions;
    }
    let crowds = predictions.iter().map(|client| {
        let chunks = client.sources.len() as u128;
        let spec = scenario
            .clients
            .iter()
            .find(|spec| spec.endpoint == client.client);
        let gets = spec.map_or(u128::MAX, |spec| most_gets(spec).saturating_mul(chunks));
        let searching = client.hello + client.query + client.chunks_info;
        searching.max.saturating_add(gets)
    });
    // Each QUERY of the reliable flood may go out so often, and be acknowledged each time.
    let reliable = scenario.reliable.as_ref();
    let again = reliable.map_or(1, |flood| 2 * (u128::from(flood.retries) + 1));
    let crowd = crowds.fold(0, u128::saturating_add).saturating_mul(again);
    of(crowd, clients)
}

/// How many GETs or RESPONSEs one chunk of `client` may take with one holder.
fn most_gets(client: &ClientSpec) -> u128 {
    let repeats = client.requests.iter().map(|r| r.patience.repeats);
    // Each may go out twice, each of those may be doubled by each fault, and each bring two.
    8 * (u128::from(repeats.max().unwrap_or(0)) + 1)
}

/// A scenario as it is looked at here.
struct World<'a> {
    ways: Ways<'a>,
    overlay: &'a Overlay,
    ttl: u16,
    duplicates: Duplicates,
    /// From when on the time makes no difference any more.
    settled: Duration,
    /// Whether what becomes of a search depends on what it is for.
    reads_lists: bool,
    holders: BTreeMap<ChunkId, Vec<usize>>,
    /// Whether what becomes of a search does not depend on when it begins.
    any_time: bool,
    /// Floods that have been worked out, where they do not depend on the list.
    floods: RefCell<BTreeMap<Start, Rc<Flood>>>,
}

impl<'a> World<'a> {
    fn of(scenario: &'a Scenario, overlay: &'a Overlay, rules: Rules, crowd: u128) -> Self {
        let ways = Ways::of(scenario, rules.order, crowd);
        Self {
            holders: holders(scenario, &ways),
            settled: ways.settled(),
            reads_lists: ways.reads_chunks(Type::Hello) || ways.reads_chunks(Type::Query),
            any_time: ways.are_timeless(Type::Query),
            ways,
            overlay,
            ttl: rules.ttl,
            duplicates: rules.duplicates,
            floods: RefCell::new(BTreeMap::new()),
        }
    }

    /// The peers that hold `id` at some time, in the order of their numbers.
    fn holders_of(&self, id: ChunkId) -> &[usize] {
        self.holders.get(&id).map_or(&[], Vec::as_slice)
    }

    /// What `start` causes with a list of which `names` tells what is in it.
    fn flood(&self, mut start: Start, names: &dyn Fn(ChunkId) -> Chance) -> Rc<Flood> {
        if self.any_time {
            start.base = Span::default();
        }
        let make = || Rc::new(Flood::of(&self.ways, self.overlay, start, names));
        if self.reads_lists {
            return make();
        }
        if let Some(known) = self.floods.borrow().get(&start) {
            return Rc::clone(known);
        }
        let flood = make();
        self.floods.borrow_mut().insert(start, Rc::clone(&flood));
        flood
    }

    /// Gives back the floods that do not begin at `contact`.
    fn forget_others(&self, contact: usize) {
        let mut floods = self.floods.borrow_mut();
        floods.retain(|start, _| start.contact == contact);
    }
}

/// Who holds each chunk that some client wants, at some time.
fn holders(scenario: &Scenario, ways: &Ways<'_>) -> BTreeMap<ChunkId, Vec<usize>> {
    let wanted = scenario.clients.iter().flat_map(|client| &client.chunks);
    let wanted: BTreeSet<ChunkId> = wanted.copied().collect();
    let mut holders: BTreeMap<ChunkId, Vec<usize>> = BTreeMap::new();
    for (peer, spec) in scenario.peers.iter().enumerate() {
        for id in spec.chunks.ids().filter(|id| wanted.contains(id)) {
            holders.entry(id).or_default().push(peer);
        }
    }
    for (peer, id) in ways.timeline.changing() {
        let known = holders.entry(id).or_default();
        if let Err(place) = known.binary_search(&peer) {
            known.insert(place, peer);
        }
    }
    holders
}

fn peer_at(index: usize) -> EndpointId {
    EndpointId(u32::try_from(index).expect("fewer than 2^32 peers"))
}
