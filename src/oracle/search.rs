//! One client's searches: a HELLO for each list of at most 500 ids, its repeats, and its waits.
//!
//! HELLO and answer travel like any datagram, so whoever is h hops from the contact answers
//! (h + 2) delays after the HELLO. As long as each such answer comes while the client waits, repeats
//! name only chunks that nobody within reach holds, and draw no answer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::flood::{Flood, Heard, Rules};
use super::prediction::{ClientPrediction, Loose, Sources};
use super::reach::Reach;
use super::{Count, Order};
use crate::roster::EndpointId;
use crate::rules::{Duplicates, Gets, MAX_IDS_IN_REQUEST};
use crate::scenario::{ClientSpec, Request, Scenario};
use crate::wire::ChunkId;

/// A client and what each of its HELLOs causes.
pub(super) struct Searches<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) client: &'a ClientSpec,
    pub(super) flood: &'a Flood,
    pub(super) holders: &'a Holders,
    pub(super) rules: Rules,
}

impl Searches<'_> {
    /// What must come out for the client, which reaches `reach`.
    pub(super) fn predict(&self, reach: Reach) -> ClientPrediction {
        let mut prediction = ClientPrediction {
            client: self.client.endpoint,
            loose: self.loose(&reach),
            reach,
            sources: BTreeMap::new(),
            hello: Count::ZERO,
            query: Count::ZERO,
            chunks_info: Count::ZERO,
            queries_by_hop: self.flood.by_hop.clone(),
            largest_flood: 0,
        };
        for request in &self.client.requests {
            for ids in request.chunks.chunks(MAX_IDS_IN_REQUEST) {
                self.search(request, ids, &mut prediction);
            }
        }
        prediction
    }

    /// Why what each HELLO causes is not exact.
    fn loose(&self, reach: &Reach) -> BTreeSet<Loose> {
        let remembers = self.rules.duplicates != Duplicates::Literal;
        let vague = !(self.flood.queries.is_exact() && reach.is_certain());
        let any_order = remembers && vague && self.rules.order == Order::Live;
        let forgets = self.rules.forgets.then_some(Loose::Forgets);
        let any_order = any_order.then_some(Loose::AnyOrder);
        forgets.into_iter().chain(any_order).collect()
    }

    /// Adds the search for one list of `ids` of `request`.
    fn search(&self, request: &Request, ids: &[ChunkId], prediction: &mut ClientPrediction) {
        let list = List::of(ids, self.holders, self.flood);
        let late = self.is_late(request, &list);
        let doubtful = |id: &ChunkId| list.wanted[id].is_doubtful(late);

        // What nobody holds is asked for to the end; what is found for sure never again.
        let all = u128::from(request.patience.repeats);
        let repeats = match list.wanted.values().any(|wanted| wanted.holders.is_empty()) {
            true => Count::exact(all),
            false if ids.iter().any(doubtful) => Count::between(0, all),
            false => Count::ZERO,
        };
        let queries_of_repeat = match self.rules.forgets {
            // Peers that remember the former HELLO anew may suppress this one, if its list is alike.
            true => Count::between(self.flood.from_contact, self.flood.queries.max),
            false => self.flood.queries,
        };
        let answering = list.answering.iter();
        let answers: Count = answering.clone().map(|(heard, _)| heard.answers).sum();
        let answering_again = answering.filter(|(_, held)| held.iter().any(doubtful));
        let answers_again: Count = answering_again.map(|(heard, _)| heard.answers).sum();

        prediction.hello = prediction.hello + Count::exact(1) + repeats;
        prediction.query = prediction.query + self.flood.queries + queries_of_repeat * repeats;
        prediction.chunks_info =
            prediction.chunks_info + answers + Count::between(0, answers_again.max) * repeats;
        let datagrams = self.flood.queries.max.saturating_add(answers.max);
        prediction.largest_flood = prediction.largest_flood.max(datagrams);
        if late {
            prediction.loose.insert(Loose::LateAnswers);
        }
        for (id, wanted) in list.wanted {
            let sources = match self.client.gets {
                // It asks nobody, so whatever it logged as a source would be wrong.
                Gets::Never => Sources::default(),
                Gets::Once | Gets::Twice => Sources {
                    may_be_missing: !wanted.holders.is_empty()
                        && (!wanted.sure || self.is_too_late(request, late, &wanted)),
                    holders: wanted.holders,
                },
            };
            prediction.sources.insert(id, sources);
        }
    }

    /// Whether a wait may end while a chunk that is held within reach has no known holder.
    fn is_late(&self, request: &Request, list: &List) -> bool {
        let nearest = list.wanted.values().filter_map(|wanted| wanted.nearest);
        let Some(farthest) = nearest.max() else {
            return false;
        };
        let wait = request.patience.wait;
        if self.rules.order == Order::Live {
            return self.answer_after(farthest) >= wait;
        }
        // Each holder's first answer names a new pair of id and holder, so the wait starts anew.
        // Datagrams come before deadlines: an answer at the very end of the wait is in time.
        let answering = list.answering.iter().map(|(heard, _)| heard.hops);
        let hops: BTreeSet<u32> = answering.filter(|hops| *hops <= farthest).collect();
        let mut end = wait;
        for hops in hops {
            let answer = self.answer_after(hops);
            if answer > end {
                return true;
            }
            end = answer.saturating_add(wait);
        }
        false
    }

    /// Whether a chunk may be given up before its nearest holder has answered, or sent it.
    fn is_too_late(&self, request: &Request, late: bool, wanted: &Wanted) -> bool {
        let Some(nearest) = wanted.nearest.filter(|_| late) else {
            return false;
        };
        // No chunk is given up before each HELLO has had its wait, nor before a GET has.
        let wait = request.patience.wait;
        let waits = wait.saturating_mul(u32::from(request.patience.repeats) + 1);
        let answer = self.answer_after(nearest);
        let chunk = self.scenario.faults.links.peers.delay.saturating_mul(2);
        match self.rules.order {
            Order::Lockstep => answer > waits || chunk > wait,
            Order::Live => answer >= waits || chunk >= wait,
        }
    }

    /// How long after a HELLO the slowest first answer from `hops` away comes.
    fn answer_after(&self, hops: u32) -> Duration {
        let hops = match (self.rules.order, hops) {
            (Order::Lockstep, _) | (_, 0) => hops,
            // The first copy may have come any way.
            (Order::Live, _) => u32::from(self.rules.ttl),
        };
        self.scenario
            .faults
            .links
            .peers
            .delay
            .saturating_mul(hops + 2)
    }
}

/// The ids of one HELLO and who holds which of them.
struct List {
    wanted: BTreeMap<ChunkId, Wanted>,
    /// Who holds any of them, and which.
    answering: Vec<(Heard, Vec<ChunkId>)>,
}

/// What the graph says of one id.
#[derive(Default)]
struct Wanted {
    /// Its holders within TTL hops.
    holders: Vec<EndpointId>,
    /// How far the nearest of them is from the contact.
    nearest: Option<u32>,
    /// Whether the search reaches one of them for sure.
    sure: bool,
}

impl Wanted {
    /// Whether a wait may end before a holder is known, though there is one.
    fn is_doubtful(&self, late: bool) -> bool {
        !self.holders.is_empty() && (late || !self.sure)
    }
}

impl List {
    fn of(ids: &[ChunkId], holders: &Holders, flood: &Flood) -> Self {
        let mut wanted: BTreeMap<ChunkId, Wanted> = BTreeMap::new();
        let mut held: Vec<(usize, ChunkId)> = Vec::new();
        for id in ids {
            let wanted = wanted.entry(*id).or_default();
            for peer in holders.of_chunk(*id) {
                let Some(heard) = flood.of_peer(peer.index()) else {
                    continue;
                };
                wanted.holders.push(*peer);
                wanted.nearest = Some(wanted.nearest.map_or(heard.hops, |n| n.min(heard.hops)));
                wanted.sure |= heard.answers.min > 0;
                held.push((heard.peer, *id));
            }
        }
        held.sort_unstable();
        let by_peer = held.chunk_by(|one, other| one.0 == other.0);
        let answering = by_peer.filter_map(|held| {
            let heard = flood.of_peer(held[0].0)?;
            Some((heard, held.iter().map(|(_, id)| *id).collect()))
        });
        Self {
            answering: answering.collect(),
            wanted,
        }
    }
}

/// Who holds the chunks that some client wants: all peers are asked once, however many lists there
/// are.
pub(super) struct Holders(BTreeMap<ChunkId, Vec<EndpointId>>);

impl Holders {
    /// The holders in `scenario`.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let wanted = scenario.clients.iter().flat_map(|client| &client.requests);
        let wanted = wanted.flat_map(|request| &request.chunks);
        let mut holders: BTreeMap<ChunkId, Vec<EndpointId>> =
            wanted.map(|id| (*id, Vec::new())).collect();
        for spec in scenario.peers.iter().filter(|spec| !spec.chunks.is_empty()) {
            if spec.chunks.len() <= holders.len() {
                for id in spec.chunks.ids() {
                    if let Some(holders) = holders.get_mut(&id) {
                        holders.push(spec.endpoint);
                    }
                }
                continue;
            }
            for (id, holders) in &mut holders {
                if spec.chunks.holds(*id) {
                    holders.push(spec.endpoint);
                }
            }
        }
        Self(holders)
    }

    /// The holders of `id`, in the order of the roster.
    fn of_chunk(&self, id: ChunkId) -> &[EndpointId] {
        self.0.get(&id).map_or(&[], Vec::as_slice)
    }
}
