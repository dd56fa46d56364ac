//! Each datagram's life, read off the events: where it came from, what became of it, and where in a
//! search it stands.
//!
//! A datagram has the number of its place here: the first that came into the run is 0. A capture
//! has them in the same order, so datagram 0 is its frame 1.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use crate::endpoint::{Ignored, Receipt};
use crate::event::{DropReason, EventId, Recording, What};
use crate::roster::{EndpointId, Role, Roster};
use crate::wire::{Extension, Message, Type, carried};

/// The life of every datagram of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journeys {
    /// Each datagram, in the order in which they came into the run.
    pub datagrams: Vec<Journey>,
    /// Each HELLO that reached a peer, in the order in which they did.
    pub searches: Vec<Search>,
}

/// The life of one datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Journey {
    /// The event that brought it into the run: it was sent, copied by a link, or came from outside.
    pub born: EventId,
    /// The address that it says it comes from.
    pub from: SocketAddrV4,
    /// The address that it goes to.
    pub to: SocketAddrV4,
    /// The datagram of which a link made it a copy, if one did.
    pub copy_of: Option<u32>,
    /// The event that damaged it, if a link did.
    pub damaged: Option<EventId>,
    /// The event that held it back, if a link did.
    pub delayed: Option<EventId>,
    /// What became of it.
    pub fate: Fate,
    /// Where in a search it stands; none when it is no HELLO, QUERY or CHUNKS_INFO of one.
    pub hop: Option<Hop>,
    /// Whether it is a QUERY that reached a peer which had that search before.
    pub is_duplicate: bool,
}

/// What became of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was on its way when the events end.
    InFlight,
    /// It reached its endpoint with this event.
    Delivered(EventId),
    /// It ended on its way with this event, for this reason.
    Dropped(EventId, DropReason),
    /// The kernel lost it, as this event says.
    LostByKernel(EventId),
}

/// Where in a search a datagram stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The search, by its number.
    pub search: u32,
    /// A HELLO is hop 0, what the contact floods hop 1, and so on; a CHUNKS_INFO has the hop of the
    /// datagram that it answers.
    pub number: u32,
}

/// A search: a HELLO that reached a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Who sent the HELLO, if it is one of the run.
    pub client: Option<EndpointId>,
    /// The peer that it reached.
    pub contact: EndpointId,
    /// The number of the HELLO among the datagrams.
    pub hello: u32,
    /// The peers that had the HELLO or a QUERY of it, each with the event that first delivered one.
    pub reached: BTreeMap<EndpointId, EventId>,
}

impl Fate {
    /// The event that ended the datagram, if one did.
    #[must_use]
    pub const fn event(self) -> Option<EventId> {
        match self {
            Self::InFlight => None,
            Self::Delivered(event) | Self::Dropped(event, _) | Self::LostByKernel(event) => {
                Some(event)
            }
        }
    }
}

impl Journeys {
    /// Reads what happened among those of `roster`.
    #[must_use]
    pub fn read(recording: &Recording, roster: &Roster) -> Self {
        let mut follower = Follower::default();
        for (id, _) in recording.iter() {
            follower.read(recording, roster, id);
        }
        follower.journeys
    }

    /// The number of the datagram that came into the run with `event`, if one did.
    #[must_use]
    pub fn number(&self, event: EventId) -> Option<u32> {
        // Datagrams are in the order of the events that brought them.
        let found = self.datagrams.binary_search_by_key(&event, |j| j.born);
        found.ok().map(number_of)
    }
}

/// Reads journeys event by event, for who looks at a run while it goes on.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    journeys: Journeys,
    /// Where in a search the datagram stood whose delivery an event is.
    heard: BTreeMap<EventId, Hop>,
    /// Where the QUERYs of the reliable flood stand, by sender and number.
    numbered: BTreeMap<(EndpointId, u64), Hop>,
}

impl Follower {
    /// What has been read so far.
    #[must_use]
    pub const fn journeys(&self) -> &Journeys {
        &self.journeys
    }

    /// Reads event `id` of `recording`, a run among those of `roster`; each event once, in order.
    pub fn read(&mut self, recording: &Recording, roster: &Roster, id: EventId) {
        let event = recording.event(id);
        match &event.what {
            What::Sent { from, to, payload } => {
                let hop = self.hop_of_sent(event.cause, *from, recording.bytes(*payload));
                let journey = Journey::new(id, roster.address(*from), *to, hop);
                self.begin(journey);
            }
            What::Outside { at, from, .. } => {
                let journey = Journey::new(id, *from, roster.address(*at), None);
                self.begin(journey);
            }
            What::Duplicated { original, .. } => {
                if let Some(original) = self.journeys.number(*original) {
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

    fn begin(&mut self, journey: Journey) {
        self.journeys.datagrams.push(journey);
    }

    fn journey(&mut self, datagram: EventId) -> Option<&mut Journey> {
        let number = self.journeys.number(datagram)?;
        self.journeys.datagrams.get_mut(number as usize)
    }

    /// Where in a search a datagram stands that `from` sent because of `cause`.
    fn hop_of_sent(
        &mut self,
        cause: Option<EventId>,
        from: EndpointId,
        payload: &[u8],
    ) -> Option<Hop> {
        let number = match Extension::decode(payload) {
            Some(Extension::NumberedQuery { number, .. }) => Some((from, number)),
            _ => None,
        };
        if let Some(first) = number.and_then(|number| self.numbered.get(&number)) {
            return Some(*first);
        }
        let heard = *self.heard.get(&cause?)?;
        let hop = match Type::of_datagram(carried(payload))? {
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
        let Some(number) = self.journeys.number(datagram) else {
            return;
        };
        let Some(arrived) = recording.arrived(datagram) else {
            return;
        };
        let journey = self.journeys.datagrams[number as usize];
        match Message::decode(carried(arrived)).map(|decoded| decoded.message) {
            Ok(Message::Hello(_)) => {
                let searches = &mut self.journeys.searches;
                let search = u32::try_from(searches.len()).expect("fewer searches than events");
                searches.push(Search {
                    client: roster.at(journey.from),
                    contact: to,
                    hello: number,
                    reached: BTreeMap::from([(to, id)]),
                });
                let hop = Hop { search, number: 0 };
                self.heard.insert(id, hop);
                self.journeys.datagrams[number as usize].hop = Some(hop);
            }
            Ok(Message::Query(_)) => {
                let Some(hop) = journey.hop else { return };
                self.heard.insert(id, hop);
                let reached = &mut self.journeys.searches[hop.search as usize].reached;
                let had_it = reached.contains_key(&to);
                reached.entry(to).or_insert(id);
                self.journeys.datagrams[number as usize].is_duplicate = had_it;
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

/// The number of the datagram at `index`.
fn number_of(index: usize) -> u32 {
    u32::try_from(index).expect("fewer datagrams than events")
}

impl Journey {
    /// A datagram that has just come into the run.
    const fn new(born: EventId, from: SocketAddrV4, to: SocketAddrV4, hop: Option<Hop>) -> Self {
        Self {
            born,
            from,
            to,
            copy_of: None,
            damaged: None,
            delayed: None,
            fate: Fate::InFlight,
            hop,
            is_duplicate: false,
        }
    }
}
