//! The reliable flood (docs/reliable.md): takes its numbers and acknowledgements off, so that all
//! other checks see the base protocol, and holds them against its own rules.
//!
//! What other checks see: each numbered QUERY once when it is first sent, and once when it first
//! comes. Without `[reliable]` nothing is taken off, and whoever speaks the extension all the same
//! sends what is no message.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Check, Finding, Findings};
use crate::driver::Ran;
use crate::event::{EventId, Recording, What, describe};
use crate::faults::Change;
use crate::roster::{EndpointId, Role};
use crate::scenario::{ReliableFlood, Scenario};
use crate::time::Time;
use crate::wire::{Extension, Type, carried};

/// How much later than it should a machine may send again.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

/// Which events belong to the reliable flood alone.
#[derive(Debug, Default)]
pub(super) struct Acknowledged<'a> {
    scenario: Option<&'a Scenario>,
    /// QUERYs that were sent again, with the event that sent each first.
    resent: BTreeMap<EventId, EventId>,
    /// ACKs that were sent.
    acks: BTreeSet<EventId>,
    /// Deliveries of ACKs, and of QUERYs that had come before.
    aside: BTreeSet<EventId>,
}

impl<'a> Acknowledged<'a> {
    /// How many ACKs were sent, and how many QUERYs were sent again.
    pub(super) fn counts(&self) -> (u64, u64) {
        (self.acks.len() as u64, self.resent.len() as u64)
    }

    /// Whether the base protocol knows nothing of `event`, which sent or delivered something.
    pub(super) fn is_aside(&self, event: EventId) -> bool {
        self.acks.contains(&event)
            || self.resent.contains_key(&event)
            || self.aside.contains(&event)
    }

    /// The event that first sent what event `sent` sent again.
    pub(super) fn first(&self, sent: EventId) -> Option<EventId> {
        self.resent.get(&sent).copied()
    }

    /// What `payload` between these two is in the base protocol.
    pub(super) fn plain<'p>(
        &self,
        from: Option<EndpointId>,
        to: Option<EndpointId>,
        payload: &'p [u8],
    ) -> &'p [u8] {
        match self.speak(from, to) {
            true => carried(payload),
            false => payload,
        }
    }

    /// Whether both speak the extension.
    fn speak(&self, from: Option<EndpointId>, to: Option<EndpointId>) -> bool {
        let speaks = |end: Option<EndpointId>| {
            self.scenario.zip(end).is_some_and(|(scenario, end)| {
                let flood = scenario.reliable.as_ref();
                scenario.roster.role(end) == Role::Peer
                    && flood.is_some_and(|flood| flood.is_spoken_by(end))
            })
        };
        speaks(from) && speaks(to)
    }
}

/// Reads what the reliable flood did, and finds what was against its rules.
pub(super) fn check<'a>(
    scenario: &'a Scenario,
    ran: &Ran,
    findings: &mut Findings,
) -> Acknowledged<'a> {
    let Some(flood) = &scenario.reliable else {
        return Acknowledged::default();
    };
    let mut reader = Reader {
        scenario,
        recording: &ran.recording,
        flood,
        seen: Acknowledged {
            scenario: Some(scenario),
            ..Acknowledged::default()
        },
        flights: BTreeMap::new(),
        heard: BTreeSet::new(),
        owed: BTreeMap::new(),
        findings,
    };
    for (id, event) in ran.recording.iter() {
        match &event.what {
            What::Sent { from, to, payload } => {
                let to = scenario.roster.at(*to);
                let payload = ran.recording.bytes(*payload);
                reader.sent((id, event.time), event.cause, *from, to, payload);
            }
            What::Delivered { datagram, to, .. } => reader.delivered(id, *datagram, *to),
            What::Changed { change, .. } => {
                if let Change::Crash(peer) = **change {
                    reader.forget(peer);
                }
            }
            _ => {}
        }
    }
    reader.end(ran.clock);
    reader.seen
}

/// A numbered QUERY on its way.
struct Flight {
    first: EventId,
    to: EndpointId,
    last: Time,
    times: u32,
    acknowledged: bool,
}

/// An ACK that has to be sent.
struct Owed {
    by: EndpointId,
    to: EndpointId,
    number: u64,
}

struct Reader<'r, 'a> {
    scenario: &'a Scenario,
    recording: &'r Recording,
    flood: &'a ReliableFlood,
    seen: Acknowledged<'a>,
    /// By sender and number.
    flights: BTreeMap<(EndpointId, u64), Flight>,
    /// What each peer has had: receiver, sender, number.
    heard: BTreeSet<(EndpointId, EndpointId, u64)>,
    /// By the delivery that calls for it.
    owed: BTreeMap<EventId, Owed>,
    findings: &'r mut Findings,
}

impl Reader<'_, '_> {
    fn wrong(&mut self, who: EndpointId, shown_by: EventId, expected: String, got: String) {
        let finding = Finding::new(Check::Acknowledge, expected, got);
        self.findings.add(finding.about(who).shown_by(shown_by));
    }

    fn sent(
        &mut self,
        (id, now): (EventId, Time),
        cause: Option<EventId>,
        from: EndpointId,
        to: Option<EndpointId>,
        payload: &[u8],
    ) {
        let speak = self.seen.speak(Some(from), to);
        let Some(to) = to.filter(|_| speak) else {
            if Extension::decode(payload).is_some() && self.scenario.roster.role(from) == Role::Peer
            {
                let expected = "the base protocol to one who speaks no other".to_owned();
                self.wrong(from, id, expected, describe(payload));
            }
            return;
        };
        match Extension::decode(payload) {
            None if Type::of_datagram(payload) == Some(Type::Query) => {
                let expected = "a QUERY with a number".to_owned();
                self.wrong(from, id, expected, describe(payload));
                let by_itself =
                    |cause| matches!(self.recording.event(cause).what, What::Woke { .. });
                if cause.is_some_and(by_itself) {
                    // Sent again, and told of: nothing that nobody asked for.
                    self.seen.aside.insert(id);
                }
            }
            None => {}
            Some(Extension::Ack { number }) => {
                self.seen.acks.insert(id);
                let owed = cause.and_then(|cause| self.owed.remove(&cause));
                let is_it = |owed: &Owed| owed.by == from && owed.to == to && owed.number == number;
                if !owed.is_some_and(|owed| is_it(&owed)) {
                    let expected = "an ACK for each QUERY that comes, and no other".to_owned();
                    self.wrong(from, id, expected, describe(payload));
                }
            }
            Some(Extension::NumberedQuery { number, .. }) => {
                self.numbered((id, now), (from, to), number, payload);
            }
        }
    }

    fn numbered(
        &mut self,
        (id, now): (EventId, Time),
        (from, to): (EndpointId, EndpointId),
        number: u64,
        payload: &[u8],
    ) {
        let Some(flight) = self.flights.get_mut(&(from, number)) else {
            let flight = Flight {
                first: id,
                to,
                last: now,
                times: 1,
                acknowledged: false,
            };
            self.flights.insert((from, number), flight);
            return;
        };
        let first = self.recording.payload(flight.first);
        let is_same = flight.to == to && first.is_some_and(|first| first == payload);
        let all = 1 + u32::from(self.flood.retries);
        let fault = if !is_same {
            Some("a number for each QUERY, used once")
        } else if flight.acknowledged {
            Some("nothing: it had been acknowledged")
        } else if flight.times >= all {
            Some("no more than the retries")
        } else if now < flight.last + self.flood.timeout {
            Some("nothing before the timeout")
        } else {
            None
        };
        if is_same {
            flight.times += 1;
            flight.last = now;
            let first = flight.first;
            self.seen.resent.insert(id, first);
        }
        if let Some(expected) = fault {
            self.wrong(from, id, expected.to_owned(), describe(payload));
        }
    }

    fn delivered(&mut self, id: EventId, datagram: EventId, to: EndpointId) {
        let roster = &self.scenario.roster;
        let from = self.recording.sender(datagram, roster);
        let from = from.and_then(|address| roster.at(address));
        let payload = self.recording.arrived(datagram);
        let (Some(from), Some(payload)) = (from, payload) else {
            return;
        };
        if !self.seen.speak(Some(from), Some(to)) {
            return;
        }
        match Extension::decode(payload) {
            None => {}
            Some(Extension::Ack { number }) => {
                self.seen.aside.insert(id);
                let flight = self.flights.get_mut(&(to, number));
                if let Some(flight) = flight.filter(|flight| flight.to == from) {
                    flight.acknowledged = true;
                }
            }
            Some(Extension::NumberedQuery { number, .. }) => {
                let owed = Owed {
                    by: to,
                    to: from,
                    number,
                };
                self.owed.insert(id, owed);
                if !self.heard.insert((to, from, number)) {
                    self.seen.aside.insert(id);
                }
            }
        }
    }

    /// `peer` crashes, and forgets what it has sent and heard.
    fn forget(&mut self, peer: EndpointId) {
        self.flights.retain(|(from, _), _| *from != peer);
        self.heard.retain(|(to, ..)| *to != peer);
    }

    /// What was still to be done when the run ended at `clock`.
    fn end(&mut self, clock: Time) {
        let name = |end| self.scenario.roster.name(end).to_owned();
        let mut missing = Vec::new();
        for (delivered, owed) in &self.owed {
            let expected = format!("ACK number {} to {}", owed.number, name(owed.to));
            missing.push((owed.by, *delivered, expected));
        }
        let all = 1 + u32::from(self.flood.retries);
        for ((from, number), flight) in &self.flights {
            let due = flight.last + self.flood.timeout + PATIENCE;
            if !flight.acknowledged && flight.times < all && due < clock {
                let expected = format!("QUERY number {number} to {} again", name(flight.to));
                missing.push((*from, flight.first, expected));
            }
        }
        for (who, event, expected) in missing {
            self.wrong(who, event, expected, "nothing".to_owned());
        }
    }
}
