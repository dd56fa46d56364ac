//! Counts that are read off the events: datagrams by type, what became of them, how far each
//! search went.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddrV4;
use std::num::NonZeroU32;

use super::acknowledge::{self, Acknowledged};
use super::books::Accounting;
use super::finding::Findings;
use super::meanings::Meanings;
use super::reached::Reached;
use crate::driver::Ran;
use crate::event::{DropReason, Event, EventId, PayloadId, Recording, What};
use crate::roster::{EndpointId, Role, Roster};
use crate::scenario::Scenario;
use crate::wire::{Message, Type};

/// What the events of a run add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Datagrams that endpoints of the run sent, by type; those without a type are not here.
    pub sent_by_type: BTreeMap<Type, u64>,
    /// Acknowledgements of the reliable flood.
    pub acks: u64,
    /// QUERYs that the reliable flood sent again; those sent first are in `sent_by_type`.
    pub resent: u64,
    /// HELLOs that each client sent; those that sent none are not here.
    pub hellos: BTreeMap<EndpointId, u64>,
    /// Where datagrams came from and what became of them.
    pub accounting: Accounting,
    /// How often a link damaged a datagram.
    pub corrupted: u64,
    /// How often a link held a datagram back.
    pub delayed: u64,
    /// Datagrams that endpoints did not act on, by the reason that they gave.
    pub ignored: BTreeMap<&'static str, u64>,
    /// Datagrams with bytes behind their message.
    pub tails: u64,
    /// Each HELLO that reached its contact, with what it set off.
    pub searches: Vec<Search>,
}

/// A search: a HELLO that reached its contact, and the QUERYs that it set off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The client, if it is one of the run.
    pub client: Option<EndpointId>,
    /// The event that delivered its HELLO.
    pub hello: EventId,
    /// The peers that had the HELLO or a QUERY of it, each with the first event that brought one.
    pub reached: Reached,
    /// QUERYs sent, those of the first hop first.
    pub queries_by_hop: Vec<u64>,
    /// CHUNKS_INFO sent.
    pub chunks_info: u64,
    /// QUERYs delivered to a peer that had the search already, copies that links made included.
    pub duplicates: u64,
    /// QUERYs of it that did not arrive as they were sent.
    pub lost: u64,
}

impl Search {
    /// QUERYs sent, over all hops.
    #[must_use]
    pub fn queries(&self) -> u64 {
        self.queries_by_hop.iter().sum()
    }
}

/// Where in a search an event stands: the number of a [`Stage`], counted from 1. One is kept for each
/// event, in four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step(NonZeroU32);

/// What is so many hops from the contact of a search.
struct Stage {
    /// The place of its search among all.
    search: usize,
    /// Hops made so far: 0 at the contact.
    hop: usize,
    /// One hop farther, once somebody has gone there.
    next: Option<Step>,
}

/// Reads events one by one, keeping what the next ones need.
struct Reader<'a> {
    census: Census,
    recording: &'a Recording,
    roster: &'a Roster,
    acknowledged: &'a Acknowledged<'a>,
    meanings: &'a Meanings,
    /// Whether peers may speak the reliable flood: then payloads have to be unwrapped.
    may_wrap: bool,
    /// What `sent_by_type` will say, at the places of [`Type::ALL`].
    sent_by_type: [u64; Type::ALL.len()],
    /// For each event so far, whether it began a datagram that has not ended.
    open: Vec<bool>,
    /// For each event so far, where in a search it stands, if in one.
    steps: Vec<Option<Step>>,
    stages: Vec<Stage>,
}

impl Census {
    /// Reads what happened in `ran`, a run of `scenario`.
    #[must_use]
    pub fn take(scenario: &Scenario, ran: &Ran) -> Self {
        let acknowledged = acknowledge::check(scenario, ran, &mut Findings::default());
        Self::read(
            ran,
            scenario,
            &acknowledged,
            &Meanings::read(&ran.recording),
        )
    }

    /// Reads what happened in `ran`, of which `acknowledged` belongs to the reliable flood alone.
    pub(super) fn read(
        ran: &Ran,
        scenario: &Scenario,
        acknowledged: &Acknowledged<'_>,
        meanings: &Meanings,
    ) -> Self {
        let recording = &ran.recording;
        let mut reader = Reader {
            census: Self::default(),
            recording,
            roster: &scenario.roster,
            acknowledged,
            meanings,
            may_wrap: scenario.reliable.is_some(),
            sent_by_type: [0; Type::ALL.len()],
            open: vec![false; recording.len()],
            steps: Vec::with_capacity(recording.len()),
            stages: Vec::new(),
        };
        for (id, event) in recording.iter() {
            reader.count(id, &event.what);
            let step = reader.follow(id, event);
            reader.steps.push(step);
        }
        for search in &mut reader.census.searches {
            search.reached.sort();
        }
        let mut census = reader.census;
        let by_type = Type::ALL.into_iter().zip(reader.sent_by_type);
        census.sent_by_type = by_type.filter(|(_, sent)| *sent > 0).collect();
        census.accounting.in_flight = ran.in_flight;
        (census.acks, census.resent) = acknowledged.counts();
        census
    }

    /// Peers that had a HELLO or QUERY in the run, contacts included.
    #[must_use]
    pub fn peers_reached(&self) -> usize {
        match self.searches.as_slice() {
            [only] => only.reached.len(),
            many => {
                let reached = many.iter().flat_map(|search| search.reached.iter());
                reached.map(|(peer, _)| peer).collect::<BTreeSet<_>>().len()
            }
        }
    }

    /// The searches of each client of the run, in the order in which they reached its contact.
    #[must_use]
    pub fn by_client(&self) -> BTreeMap<EndpointId, Vec<&Search>> {
        let mut by_client: BTreeMap<EndpointId, Vec<&Search>> = BTreeMap::new();
        for search in &self.searches {
            if let Some(client) = search.client {
                by_client.entry(client).or_default().push(search);
            }
        }
        by_client
    }

    /// QUERYs delivered to a peer that had that search already.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.searches.iter().map(|search| search.duplicates).sum()
    }

    /// QUERYs sent by hop, over all searches, those of the first hop first.
    #[must_use]
    pub fn queries_by_hop(&self) -> Vec<u64> {
        let mut sums = Vec::new();
        for search in &self.searches {
            let hops = search.queries_by_hop.len();
            sums.resize(sums.len().max(hops), 0);
            for (sum, queries) in sums.iter_mut().zip(&search.queries_by_hop) {
                *sum += queries;
            }
        }
        sums
    }

    /// How many datagrams of type `message_type` endpoints of the run sent.
    #[must_use]
    pub fn sent(&self, message_type: Type) -> u64 {
        self.sent_by_type.get(&message_type).copied().unwrap_or(0)
    }
}

impl Reader<'_> {
    /// Keeps the books.
    fn count(&mut self, id: EventId, what: &What) {
        let books = &mut self.census.accounting;
        let ended = match what {
            What::Sent { from, to, payload } => {
                books.sent += 1;
                self.open[id.0 as usize] = true;
                let message_type = self.type_sent(*from, *to, *payload);
                if let Some(message_type) = message_type.filter(|_| !self.acknowledged.is_aside(id))
                {
                    self.sent_by_type[message_type as usize - 1] += 1;
                    let is_clients = self.roster.role(*from) == Role::Client;
                    if is_clients && message_type == Type::Hello {
                        *self.census.hellos.entry(*from).or_default() += 1;
                    }
                }
                return;
            }
            What::Duplicated { .. } => {
                books.duplicated += 1;
                self.open[id.0 as usize] = true;
                return;
            }
            What::Outside { .. } => {
                books.outside += 1;
                self.open[id.0 as usize] = true;
                return;
            }
            What::Delivered {
                datagram, receipt, ..
            } => {
                books.delivered += 1;
                self.census.tails += u64::from(receipt.tail > 0);
                if let Some(reason) = receipt.ignored {
                    *self.census.ignored.entry(reason.name()).or_default() += 1;
                }
                datagram
            }
            What::Dropped { datagram, reason } => {
                *books.dropped.entry(*reason).or_default() += 1;
                datagram
            }
            What::LostByKernel { datagram } => {
                books.lost += 1;
                datagram
            }
            What::Delayed { .. } => {
                self.census.delayed += 1;
                return;
            }
            What::Corrupted { .. } => {
                self.census.corrupted += 1;
                return;
            }
            What::Woke { .. } | What::Changed { .. } | What::Logged { .. } | What::Done { .. } => {
                return;
            }
        };
        let is_open = self.open.get_mut(ended.0 as usize);
        if !is_open.is_some_and(std::mem::take) {
            books.ended_twice += 1;
        }
    }

    /// Follows searches from cause to effect: where `event` stands in one.
    fn follow(&mut self, id: EventId, event: &Event) -> Option<Step> {
        match &event.what {
            What::Dropped { datagram, reason } => {
                if is_a_fault(*reason) {
                    self.lose(*datagram);
                }
                None
            }
            What::LostByKernel { datagram } => {
                self.lose(*datagram);
                None
            }
            What::Delivered { datagram, to, .. } if self.roster.role(*to) == Role::Peer => {
                if self.acknowledged.is_aside(id) {
                    return None;
                }
                let payload = self.recording.arrived_payload(*datagram)?;
                match self.type_heard(*datagram, *to, payload) {
                    Some(Type::Hello) => Some(self.begin_search(id, *datagram, *to)),
                    Some(Type::Query) => self.hear(id, *datagram, *to),
                    _ => {
                        self.lose(*datagram);
                        None
                    }
                }
            }
            What::Sent { from, to, payload } => {
                if let Some(first) = self.acknowledged.first(id) {
                    return self.step(first);
                }
                let message_type = self.type_sent(*from, *to, *payload);
                let step = (*self.steps.get(event.cause?.0 as usize)?)?;
                match message_type {
                    Some(Type::ChunksInfo) => {
                        self.search(step).chunks_info += 1;
                        None
                    }
                    Some(Type::Query) => {
                        let hop = self.stage(step).hop;
                        let by_hop = &mut self.search(step).queries_by_hop;
                        by_hop.resize(by_hop.len().max(hop + 1), 0);
                        by_hop[hop] += 1;
                        Some(self.next_hop(step))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn begin_search(&mut self, hello: EventId, datagram: EventId, contact: EndpointId) -> Step {
        let sender = self.recording.sender(datagram, self.roster);
        let searches = &mut self.census.searches;
        searches.push(Search {
            client: sender.and_then(|address| self.roster.at(address)),
            hello,
            reached: Reached::from_contact(contact, hello),
            queries_by_hop: Vec::new(),
            chunks_info: 0,
            duplicates: 0,
            lost: 0,
        });
        let search = searches.len() - 1;
        self.add_stage(search, 0)
    }

    fn add_stage(&mut self, search: usize, hop: usize) -> Step {
        self.stages.push(Stage {
            search,
            hop,
            next: None,
        });
        let number = u32::try_from(self.stages.len()).ok();
        let number = number.and_then(NonZeroU32::new);
        Step(number.expect("there are fewer stages than events"))
    }

    fn stage(&mut self, step: Step) -> &mut Stage {
        &mut self.stages[step.0.get() as usize - 1]
    }

    /// The search in which `step` is.
    fn search(&mut self, step: Step) -> &mut Search {
        let search = self.stage(step).search;
        &mut self.census.searches[search]
    }

    /// One hop farther than `step`.
    fn next_hop(&mut self, step: Step) -> Step {
        let Stage { search, hop, next } = *self.stage(step);
        next.unwrap_or_else(|| {
            let next = self.add_stage(search, hop + 1);
            self.stage(step).next = Some(next);
            next
        })
    }

    /// The type that what `from` sends `to` somebody names, without what the reliable flood wraps
    /// around it.
    fn type_sent(&self, from: EndpointId, to: SocketAddrV4, payload: PayloadId) -> Option<Type> {
        if !self.may_wrap {
            return self.meanings.of(payload).names;
        }
        let payload = self.recording.bytes(payload);
        let plain = self
            .acknowledged
            .plain(Some(from), self.roster.at(to), payload);
        Type::of_datagram(plain)
    }

    /// The type of the message that `datagram`, of this `payload`, is for `to`, likewise.
    fn type_heard(&self, datagram: EventId, to: EndpointId, payload: PayloadId) -> Option<Type> {
        if !self.may_wrap {
            return self.meanings.of(payload).message;
        }
        let from = self.recording.sender(datagram, self.roster)?;
        let from = self.roster.at(from);
        let payload = self.recording.bytes(payload);
        let plain = self.acknowledged.plain(from, Some(to), payload);
        let decoded = Message::decode(plain).ok()?;
        Some(decoded.message.message_type())
    }

    /// Where in a search the datagram of event `datagram` stands, if it is of one.
    fn step(&self, datagram: EventId) -> Option<Step> {
        let origin = self.recording.origin(datagram);
        *self.steps.get(origin.0 as usize)?
    }

    /// Notes that `datagram` did not arrive as it was sent, which matters if it was a QUERY.
    fn lose(&mut self, datagram: EventId) {
        if let Some(step) = self.step(datagram) {
            self.search(step).lost += 1;
        }
    }

    /// Notes that the QUERY `datagram` reached `peer` with event `delivered`.
    fn hear(&mut self, delivered: EventId, datagram: EventId, peer: EndpointId) -> Option<Step> {
        let step = self.step(datagram)?;
        let search = self.search(step);
        let is_first = search.reached.add(peer, delivered);
        search.duplicates += u64::from(!is_first);
        Some(step)
    }
}

/// Whether what is dropped for `reason` would have reached a peer if nothing had gone wrong.
const fn is_a_fault(reason: DropReason) -> bool {
    match reason {
        DropReason::Loss
        | DropReason::QueueFull
        | DropReason::Cut
        | DropReason::Down
        | DropReason::Fault(_)
        | DropReason::TooLong
        | DropReason::CannotSend => true,
        DropReason::NobodyThere
        | DropReason::Unroutable
        | DropReason::LeftTheRun
        | DropReason::Stranger => false,
    }
}
