//! Reads each datagram's life off the events, one after the other.
//!
//! A flood has two events a datagram and one payload for many, so nothing is looked up here that has
//! a place by event, by payload or by endpoint.

use std::collections::BTreeMap;

use super::journeys::{Fate, Hop, Journey, Journeys, Search};
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
    /// What a peer has heard last: the event that delivered it, and where in a search it stands.
    heard: Option<(EventId, Hop)>,
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
        datagrams.reserve(recording.len() / 2);
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
                let hop = self.hop_of_sent(recording, roster, event.cause, *from, said);
                let journey = Journey::new(id, roster.address(*from), *to, hop);
                self.begin(journey);
            }
            What::Outside { at, from, .. } => {
                let journey = Journey::new(id, *from, roster.address(*at), None);
                self.begin(journey);
            }
            What::Duplicated { original, .. } => {
                if let Some(original) = self.number(*original) {
                    let copied = self.journeys.datagrams.get(original);
                    self.begin(Journey {
                        copy_of: Some(original),
                        damaged: copied.damaged,
                        ..Journey::new(id, copied.from, copied.to, copied.hop)
                    });
                }
            }
            What::Delayed { datagram, .. } => {
                if let Some(number) = self.number(*datagram) {
                    self.journeys.datagrams.delay(number, id);
                }
            }
            What::Corrupted { datagram, .. } => {
                if let Some(number) = self.number(*datagram) {
                    self.journeys.datagrams.damage(number, id);
                }
            }
            What::Delivered {
                datagram,
                to,
                receipt,
            } => {
                let Some(number) = self.number(*datagram) else {
                    return;
                };
                self.journeys.datagrams.end(number, Fate::Delivered(id));
                if roster.role(*to) == Role::Peer && is_heard(receipt) {
                    self.hear(recording, roster, id, (*datagram, number), *to);
                }
            }
            What::Dropped { datagram, reason } => {
                self.end(*datagram, Fate::Dropped(id, *reason));
            }
            What::LostByKernel { datagram } => {
                self.end(*datagram, Fate::LostByKernel(id));
            }
            What::Changed { .. } | What::Woke { .. } | What::Logged { .. } | What::Done { .. } => {}
        }
    }

    /// Begins the journey of the datagram that came into the run with the event that is read.
    fn begin(&mut self, journey: Journey) {
        let number = self.journeys.datagrams.push(journey);
        if let Some(last) = self.numbers.last_mut() {
            *last = number;
        }
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

    /// Notes what became of the datagram of event `datagram`.
    fn end(&mut self, datagram: EventId, fate: Fate) {
        if let Some(number) = self.number(datagram) {
            self.journeys.datagrams.end(number, fate);
        }
    }

    /// Where in a search a datagram stands that `from` sent because of `cause`.
    fn hop_of_sent(
        &mut self,
        recording: &Recording,
        roster: &Roster,
        cause: Option<EventId>,
        from: EndpointId,
        said: Said,
    ) -> Option<Hop> {
        let number = said.number.map(|number| (from, number));
        if let Some(first) = number.and_then(|number| self.numbered.get(&number)) {
            return Some(*first);
        }
        let heard = self.heard_with(recording, roster, cause?)?;
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

    /// Where in a search the datagram stands that event `cause` delivered, if a peer has heard it.
    fn heard_with(
        &mut self,
        recording: &Recording,
        roster: &Roster,
        cause: EventId,
    ) -> Option<Hop> {
        match self.heard {
            // Nearly always what was just delivered makes a peer send.
            Some((event, hop)) if event == cause => Some(hop),
            _ => {
                let What::Delivered {
                    datagram,
                    to,
                    receipt,
                } = &recording.event(cause).what
                else {
                    return None;
                };
                let is_heard = roster.role(*to) == Role::Peer && is_heard(receipt);
                self.named(recording, *datagram).filter(|_| is_heard)?;
                self.journeys.datagrams.hop(self.number(*datagram)?)
            }
        }
    }

    /// What type of message of a search arrived of `datagram`, if one did and all of it.
    fn named(&mut self, recording: &Recording, datagram: EventId) -> Option<Type> {
        let arrived = recording.arrived_payload(datagram)?;
        let said = self.said(recording, arrived);
        let names = said.names.filter(|_| said.is_whole);
        names.filter(|names| matches!(names, Type::Hello | Type::Query))
    }

    /// Notes what the delivery `id` of `datagram` to the peer `to` does for a search.
    fn hear(
        &mut self,
        recording: &Recording,
        roster: &Roster,
        id: EventId,
        (datagram, number): (EventId, u32),
        to: EndpointId,
    ) {
        let Some(names) = self.named(recording, datagram) else {
            return;
        };
        let Journeys {
            datagrams,
            searches,
        } = &mut self.journeys;
        if to.index() >= self.latest.len() {
            self.latest.resize(roster.len(), NONE);
        }
        let latest = &mut self.latest[to.index()];
        match names {
            Type::Hello => {
                let search = u32::try_from(searches.len()).expect("fewer searches than events");
                searches.push(Search {
                    client: roster.at(datagrams.get(number).from),
                    contact: to,
                    hello: number,
                    reached: std::iter::once((to, id)).collect(),
                });
                let hop = Hop { search, number: 0 };
                datagrams.stand(number, hop);
                *latest = search;
                self.heard = Some((id, hop));
            }
            Type::Query => {
                let Some(hop) = datagrams.hop(number) else {
                    return;
                };
                let mut had_it = true;
                if *latest != hop.search {
                    *latest = hop.search;
                    let reached = &mut searches[hop.search as usize].reached;
                    reached.entry(to).or_insert_with(|| {
                        had_it = false;
                        id
                    });
                }
                if had_it {
                    datagrams.repeat(number);
                }
                self.heard = Some((id, hop));
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
