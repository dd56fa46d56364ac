//! Holds every reaction of every peer against the protocol.
//!
//! For each datagram that a peer was handed, a small model of the protocol says what it had to send
//! because of it; what it did send is in the events. What counts is what arrived: of a datagram that
//! a link damaged its new bytes, of one that a link copied each copy. The model is written from docs/protocol.md and
//! shares nothing with the peers but the wire codec, so that it would not agree with their bugs.

mod ahead;
mod comparison;
mod model;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use super::acknowledge::Acknowledged;
use super::finding::{Check, Finding};
use super::gathered::{self, Gathered};
use super::holdings::Holdings;
use super::meanings::{Asks, Meanings};
use crate::event::{EventId, PayloadId, Recording, What, describe};
use crate::faults::Change;
use crate::roster::{EndpointId, Role};
use crate::scenario::Scenario;

use comparison::Comparison;
use model::{Decision, Models, Reaction};

/// What conduct is judged by.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) recording: &'a Recording,
    pub(super) holdings: &'a Holdings<'a>,
    pub(super) acknowledged: &'a Acknowledged<'a>,
    pub(super) meanings: &'a Meanings,
    pub(super) gathered: &'a Gathered,
}

/// What peers did against the protocol.
pub(super) fn check(ground: Ground<'_>) -> Vec<Finding> {
    let Ground {
        scenario,
        recording,
        acknowledged,
        gathered,
        ..
    } = ground;
    let mut rest = gathered.sent_by_cause.as_slice();
    let mut models = Models::of(scenario);
    let mut searches = ground.meanings.searches();
    let mut had_to_send: BTreeMap<EndpointId, EventId> = BTreeMap::new();
    let mut wrongs = Vec::new();
    for (id, event) in recording.iter() {
        ahead::look(id, recording, &models);
        let (datagram, peer) = match &event.what {
            What::Delivered { datagram, to, .. } => (*datagram, *to),
            What::Changed { change, .. } => {
                if let Change::Crash(peer) = **change {
                    models.forget(peer);
                }
                continue;
            }
            _ => continue,
        };
        if scenario.roster.role(peer) != Role::Peer {
            continue;
        }
        let from = recording.sender(datagram, &scenario.roster);
        let (Some(payload), Some(from)) = (recording.arrived_payload(datagram), from) else {
            continue; // What never was a datagram is a matter of the accounting.
        };
        if acknowledged.is_aside(id) {
            continue;
        }
        let caused = |such: Ordering| {
            move |sent: &EventId| gathered::cause(recording, *sent).cmp(&id) == such
        };
        let (before, from_here) = split(rest, caused(Ordering::Less));
        let (sent, after) = split(from_here, caused(Ordering::Equal));
        rest = after;
        let asks = match scenario.reliable {
            None => ground.meanings.of(payload).query.as_ref(),
            Some(_) => None,
        };
        let expected = match asks {
            Some(asks) => {
                let decision = models.decide(peer, event.time, asks.search, &asks.query);
                if before.is_empty()
                    && ground.is_plainly_right((peer, from), &models, decision, (asks, sent))
                {
                    continue;
                }
                decision.map_or_else(Reaction::default, |decision| {
                    let query = asks.query.clone();
                    models.reaction_to_query(ground, (peer, id), from, query, decision)
                })
            }
            None => {
                let payload = recording.bytes(payload);
                let payload = acknowledged.plain(scenario.roster.at(from), Some(peer), payload);
                let now = event.time;
                models.react((ground, &mut searches), (peer, id, now), from, payload)
            }
        };
        if !expected.is_nothing() {
            had_to_send.entry(peer).or_insert(id);
        }
        let of_others = |sent: &&EventId| !is_sent_by(recording, **sent, peer);
        before
            .iter()
            .chain(sent.iter().filter(of_others))
            .for_each(|sent| unasked(recording, *sent, &mut wrongs));
        let mut comparison = Comparison {
            ground,
            peer,
            delivered: id,
            wrongs: &mut wrongs,
        };
        comparison.compare(&expected, sent);
    }
    for sent in rest {
        unasked(recording, *sent, &mut wrongs);
    }
    // The peers that had to send something, with the first event that made them, and sent nothing.
    let mut silent = had_to_send;
    silent.retain(|peer, _| !gathered.has_sent(*peer));
    let of_silent = silent.iter().map(|(peer, event)| {
        let finding = Finding::new(Check::Silent, "answers and QUERYs", "not one datagram");
        finding.about(*peer).shown_by(*event)
    });
    let is_silent = |who: &EndpointId| silent.contains_key(who);
    let of_others = wrongs.into_iter();
    let of_others = of_others.filter(|wrong| !wrong.who.as_ref().is_some_and(is_silent));
    of_silent.chain(of_others).collect()
}

impl Ground<'_> {
    /// Whether `peer` did exactly what its model decided about a QUERY `from` somebody, in the order of
    /// its neighbours, and held nothing that it had to announce. Nearly all of a large flood is that;
    /// whatever is not is compared word by word.
    fn is_plainly_right(
        self,
        (peer, from): (EndpointId, SocketAddrV4),
        models: &Models<'_>,
        decision: Option<Decision>,
        (asks, sent): (&Asks, &[EventId]),
    ) -> bool {
        let Some(Decision { answers, forwards }) = decision else {
            return sent.is_empty();
        };
        if answers && self.holdings.may_hold_any(peer, &asks.query.ids) {
            return false;
        }
        let Some(ttl) = forwards else {
            return sent.is_empty();
        };
        let is_it = |payload: PayloadId| {
            let query = self.meanings.of(payload).query.as_ref();
            query.is_some_and(|sent| {
                sent.search == asks.search && sent.query.ttl == ttl && !sent.has_tail
            })
        };
        let mut last_right = None;
        let mut others = models.others_than(peer, from);
        sent.iter().all(|id| match self.recording.event(*id).what {
            What::Sent { from, to, payload } => {
                let right = last_right == Some(payload) || is_it(payload);
                last_right = Some(payload);
                right && from == peer && others.next() == Some(to)
            }
            _ => false,
        }) && others.next().is_none()
    }
}

/// The beginning of `sent` that is all `such`, and the rest.
fn split(sent: &[EventId], such: impl Fn(&EventId) -> bool) -> (&[EventId], &[EventId]) {
    let length = sent.iter().take_while(|sent| such(sent)).count();
    sent.split_at(length)
}

fn is_sent_by(recording: &Recording, sent: EventId, peer: EndpointId) -> bool {
    matches!(recording.event(sent).what, What::Sent { from, .. } if from == peer)
}

/// Tells of what a peer sent although it had been handed nothing.
fn unasked(recording: &Recording, sent: EventId, wrongs: &mut Vec<Finding>) {
    if let What::Sent { from, .. } = recording.event(sent).what {
        let finding = Finding::new(Check::Stray, "nothing", said(recording, sent));
        wrongs.push(finding.about(from).shown_by(sent));
    }
}

/// The line of text for the datagram that event `sent` sent.
pub(super) fn said(recording: &Recording, sent: EventId) -> String {
    describe(recording.payload(sent).expect("a datagram has bytes"))
}
