//! Reads a census off the events, one after another.

use std::net::SocketAddrV4;

use super::super::acknowledge::Acknowledged;
use super::super::meanings::Meanings;
use super::super::reached::Reached;
use super::steps::{Step, Steps};
use super::{Census, Search};
use crate::event::{DropReason, Event, EventId, PayloadId, Recording, What};
use crate::roster::{EndpointId, Role, Roster};
use crate::scenario::Scenario;
use crate::wire::{Message, Type};

/// Reads events one by one, keeping what the next ones need.
pub(super) struct Reader<'a> {
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
    steps: Steps,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        recording: &'a Recording,
        scenario: &'a Scenario,
        acknowledged: &'a Acknowledged<'a>,
        meanings: &'a Meanings,
    ) -> Self {
        Self {
            census: Census::default(),
            recording,
            roster: &scenario.roster,
            acknowledged,
            meanings,
            may_wrap: scenario.reliable.is_some(),
            sent_by_type: [0; Type::ALL.len()],
            open: vec![false; recording.len()],
            steps: Steps::with_capacity(recording.len()),
        }
    }

    /// Reads all events.
    pub(super) fn read(mut self) -> Census {
        for (id, event) in self.recording.iter() {
            self.count(id, &event.what);
            let step = self.follow(id, event);
            self.steps.push(step);
        }
        let by_type = Type::ALL.into_iter().zip(self.sent_by_type);
        let mut census = self.census;
        census.sent_by_type = by_type.filter(|(_, sent)| *sent > 0).collect();
        census
    }

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
                let step = self.steps.of(event.cause?)?;
                match message_type {
                    Some(Type::ChunksInfo) => {
                        self.search(step).chunks_info += 1;
                        None
                    }
                    Some(Type::Query) => {
                        let hop = self.steps.hop(step);
                        let by_hop = &mut self.search(step).queries_by_hop;
                        by_hop.resize(by_hop.len().max(hop + 1), 0);
                        by_hop[hop] += 1;
                        Some(self.steps.next_hop(step))
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
        self.steps.begin(search)
    }

    /// The search in which `step` is.
    fn search(&mut self, step: Step) -> &mut Search {
        &mut self.census.searches[self.steps.search(step)]
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
        self.steps.of(origin)
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
