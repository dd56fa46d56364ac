//! Reads each datagram's life off the events, one after the other.
//!
//! A flood has two events a datagram and one payload for many, so nothing is looked up here that has
//! a place by event, by payload or by endpoint.

use std::collections::BTreeMap;

use super::journeys::{Fate, Hop, Journey, Journeys, Search, number_of};
use crate::endpoint::{Ignored, Receipt};
use crate::event::{EventId, PayloadId, Recording, What};
use crate::roster::{EndpointId, Role, Roster};
use crate::wire::{Extension, MessageRef, Type, carried};

/// Reads journeys event by event, for who looks at a run while it goes on.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    journeys: Journeys,
    /// By event, the number of the datagram that came into the run with it; [`NONE`] for others.
    numbers: Vec<u32>,
    /// By payload, what it says, where that was asked for.
    said: Vec<Option<Said>>,
    /// Where in a search the datagrams stood that peers have taken, with the events that delivered
    /// them, in their order.
    heard: Vec<(EventId, Hop)>,
    /// By endpoint, the search that reached it last, or [`NONE`]: most QUERYs are copies of it.
    latest: Vec<u32>,
    /// Where the QUERYs of the reliable flood stand, by sender and number.
    numbered: BTreeMap<(EndpointId, u64), Hop>,
}

/// No datagram, or no search.
const NONE: u32 = u32::MAX;

/// What a payload says, as far as searches need it.
#[derive(Clone, Copy, Debug)]
struct Said {
    /// The type that it names, of the QUERY in it if it is a numbered one.
    names: Option<Type>,
    /// Whether all of that message is there.
    is_whole: bool,
    /// The number of a numbered QUERY.
    number: Option<u64>,
}

impl Said {
    fn of(payload: &[u8]) -> Self {
        let number = match Extension::decode(payload) {
            Some(Extension::NumberedQuery { number, .. }) => Some(number),
            _ => None,
        };
        let message = carried(payload);
        Self {
            names: Type::of_datagram(message),
            is_whole: MessageRef::decode(message).is_ok(),
            number,
        }
    }
}

impl Follower {
    /// With room for what is read of all of `recording`.
    pub(super) fn with_room(recording: &Recording) -> Self {
        let mut follower = Self::default();
        follower.numbers.reserve_exact(recording.len());
        // Nearly every datagram has two events.
        let datagrams = &mut follower.journeys.datagrams;
        datagrams.reserve_exact(recording.len() / 2);
        follower
    }

    /// What has been read, for good.
    pub(super) fn into_journeys(self) -> Journeys {
        self.journeys
    }

    /// What has been read so far.
    #[must_use]
    pub const fn journeys(&self) -> &Journeys {
        &self.journeys
    }

    /// Reads event `id` of `recording`, a run among those of `roster`; each event once, in order.
    pub fn read(&mut self, recording: &Recording, roster: &Roster, id: EventId) {
        let event = recording.event(id);
        self.numbers.push(NONE);
        match &event.what {
            What::Sent { from, to, payload } => {
                let said = self.said(recording, *payload);
                let hop = self.hop_of_sent(event.cause, *from, said);
                let journey = Journey::new(id, roster.address(*from), *to, hop);
                self.begin(journey);
            }
            What::Outside { at, from, .. } => {
                let journey = Journey::new(id, *from, roster.address(*at), None);
                self.begin(journey);
            }
            What::Duplicated { original, .. } => {
                if let Some(original) = self.number(*original) {
                    let copied = self.journeys.datagrams[original as usize];
                    self.begin(Journey {
                        copy_of: Some(original),
                        damaged: copied.damaged,
                        ..Journey::new(id, copied.from, copied.to, copied.hop)
                    });
                }
            }
            What::Delayed { datagram, .. } => {
                if let Some(journey) = self.journey(*datagram) {
                    journey.delayed = Some(id);
                }
            }
            What::Corrupted { datagram, .. } => {
                if let Some(journey) = self.journey(*datagram) {
                    journey.damaged = Some(id);
                }
            }
            What::Delivered {
                datagram,
                to,
                receipt,
            } => {
                if let Some(journey) = self.journey(*datagram) {
                    journey.fate = Fate::Delivered(id);
                }
                if roster.role(*to) == Role::Peer && is_heard(receipt) {
                    self.hear(recording, roster, id, *datagram, *to);
                }
            }
            What::Dropped { datagram, reason } => {
                if let Some(journey) = self.journey(*datagram) {
                    journey.fate = Fate::Dropped(id, *reason);
                }
            }
            What::LostByKernel { datagram } => {
                if let Some(journey) = self.journey(*datagram) {
                    journey.fate = Fate::LostByKernel(id);
                }
            }
            What::Changed { .. } | What::Woke { .. } | What::Logged { .. } | What::Done { .. } => {}
        }
    }

    /// Begins the journey of the datagram that came into the run with the event that is read.
    fn begin(&mut self, journey: Journey) {
        if let Some(number) = self.numbers.last_mut() {
            *number = number_of(self.journeys.datagrams.len());
        }
        self.journeys.datagrams.push(journey);
    }

    /// What [`Journeys::number`] says, without a search.
    fn number(&self, datagram: EventId) -> Option<u32> {
        let number = self.numbers.get(datagram.0 as usize).copied();
        number.filter(|number| *number != NONE)
    }

    fn said(&mut self, recording: &Recording, payload: PayloadId) -> Said {
        let index = payload.index();
        if index >= self.said.len() {
            self.said.resize(recording.payloads().len(), None);
        }
        *self.said[index].get_or_insert_with(|| Said::of(recording.bytes(payload)))
    }

    /// Where in a search the datagram stood that event `cause` delivered, if a peer has taken it.
    fn heard(&self, cause: EventId) -> Option<Hop> {
        match self.heard.last() {
            // Nearly always what was just delivered makes a peer send.
            Some((event, hop)) if *event == cause => Some(*hop),
            _ => {
                let found = self.heard.binary_search_by_key(&cause, |(event, _)| *event);
                found.ok().map(|place| self.heard[place].1)
            }
        }
    }

    fn journey(&mut self, datagram: EventId) -> Option<&mut Journey> {
        let number = self.number(datagram)?;
        self.journeys.datagrams.get_mut(number as usize)
    }

    /// Where in a search a datagram stands that `from` sent because of `cause`.
    fn hop_of_sent(&mut self, cause: Option<EventId>, from: EndpointId, said: Said) -> Option<Hop> {
        let number = said.number.map(|number| (from, number));
        if let Some(first) = number.and_then(|number| self.numbered.get(&number)) {
            return Some(*first);
        }
        let heard = self.heard(cause?)?;
        let hop = match said.names? {
            Type::Query => Hop {
                number: heard.number + 1,
                ..heard
            },
            Type::ChunksInfo => heard,
            _ => return None,
        };
        if let Some(number) = number {
            self.numbered.insert(number, hop);
        }
        Some(hop)
    }

    /// Notes what the delivery `id` of `datagram` to the peer `to` does for a search.
    fn hear(
        &mut self,
        recording: &Recording,
        roster: &Roster,
        id: EventId,
        datagram: EventId,
        to: EndpointId,
    ) {
        let Some(number) = self.number(datagram) else {
            return;
        };
        let Some(arrived) = recording.arrived_payload(datagram) else {
            return;
        };
        let said = self.said(recording, arrived);
        if !said.is_whole {
            return;
        }
        let journey = &mut self.journeys.datagrams[number as usize];
        let searches = &mut self.journeys.searches;
        if to.index() >= self.latest.len() {
            self.latest.resize(roster.len(), NONE);
        }
        let latest = &mut self.latest[to.index()];
        match said.names {
            Some(Type::Hello) => {
                let search = u32::try_from(searches.len()).expect("fewer searches than events");
                searches.push(Search {
                    client: roster.at(journey.from),
                    contact: to,
                    hello: number,
                    reached: BTreeMap::from([(to, id)]),
                });
                let hop = Hop { search, number: 0 };
                self.heard.push((id, hop));
                journey.hop = Some(hop);
                *latest = search;
            }
            Some(Type::Query) => {
                let Some(hop) = journey.hop else { return };
                self.heard.push((id, hop));
                let mut had_it = true;
                if *latest != hop.search {
                    *latest = hop.search;
                    let reached = &mut searches[hop.search as usize].reached;
                    reached.entry(to).or_insert_with(|| {
                        had_it = false;
                        id
                    });
                }
                journey.is_duplicate = had_it;
            }
            _ => {}
        }
    }
}

/// Whether a peer has taken what it got for the message that is in it. It has not where it does not
/// speak the reliable flood, or has had that number.
const fn is_heard(receipt: &Receipt) -> bool {
    !matches!(
        receipt.ignored,
        Some(Ignored::Malformed(_) | Ignored::NotForMe | Ignored::SentAgain)
    )
}
