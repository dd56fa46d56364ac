//! What is known of a run so far, as far as the screen shows it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ending, EventLine, Flight, Kind, Sight, Traffic};
use crate::event::{EventId, Recording, What};
use crate::faults::Change;
use crate::oracle::{Count, Prediction};
use crate::roster::{EndpointId, Role, Roster};
use crate::scenario::Scenario;
use crate::time::Time;
use crate::trace::{Follower, Journey};
use crate::wire::Type;

/// So many of the last events are kept as lines.
const LAST_EVENTS: usize = 60;

/// A run so far.
#[derive(Clone, Debug)]
pub struct Model {
    /// The name of the scenario.
    pub scenario: String,
    /// Who takes part.
    pub roster: Roster,
    /// The seed of the run.
    pub seed: u64,
    /// How many hops a search makes.
    pub ttl: u32,
    /// The word for what peers do with duplicates.
    pub duplicate_policy: String,
    /// The overlay as each client sees it.
    pub sights: Vec<Sight>,
    /// How many events there have been.
    pub events: usize,
    /// Datagrams sent, by kind; those that were not are not here.
    pub sent: BTreeMap<Kind, u64>,
    /// Datagrams predicted, by kind; those of which nothing is are not here.
    pub predicted: BTreeMap<Kind, Count>,
    /// QUERYs that reached a peer which had that search before.
    pub duplicates: u64,
    /// Datagrams that ended on their way, by reason.
    pub lost: BTreeMap<&'static str, u64>,
    /// Datagrams that links copied, held back and damaged, by what they did.
    pub touched: BTreeMap<&'static str, u64>,
    /// Peers that are not there.
    pub absent: BTreeSet<EndpointId>,
    /// Peers that stand still.
    pub still: BTreeSet<EndpointId>,
    /// Peers that have just got a duplicate.
    pub flashing: BTreeSet<EndpointId>,
    /// Datagrams that have just ended on their way, by their number.
    pub just_lost: BTreeSet<u32>,
    /// The last events, oldest first, as of the last [`tell`](Self::tell).
    pub lines: Vec<EventLine>,
    /// How the run ended, once it has been judged.
    pub ending: Option<Ending>,
    follower: Follower,
    /// Datagrams on their way, by their number.
    under_way: BTreeMap<u32, Flight>,
    moves: u64,
    now: Time,
}

impl Model {
    /// A run of `scenario` before its first event.
    #[must_use]
    pub fn new(scenario: &Scenario, prediction: &Prediction) -> Self {
        let clients = scenario.clients.iter();
        let predicted = [
            (Type::Hello, prediction.hello),
            (Type::Query, prediction.query),
            (Type::ChunksInfo, prediction.chunks_info),
        ];
        Self {
            scenario: scenario.name.clone(),
            roster: scenario.roster.clone(),
            seed: scenario.seed,
            ttl: u32::from(scenario.ttl.0),
            duplicate_policy: scenario.duplicates.to_string(),
            sights: clients.map(|spec| Sight::of(scenario, spec)).collect(),
            events: 0,
            sent: BTreeMap::new(),
            predicted: predicted
                .map(|(kind, count)| (Kind::Message(kind), count))
                .into(),
            duplicates: 0,
            lost: BTreeMap::new(),
            touched: BTreeMap::new(),
            absent: BTreeSet::new(),
            still: BTreeSet::new(),
            flashing: BTreeSet::new(),
            just_lost: BTreeSet::new(),
            lines: Vec::new(),
            ending: None,
            follower: Follower::default(),
            under_way: BTreeMap::new(),
            moves: 0,
            now: Time::ZERO,
        }
    }

    /// Event `id` has just been added to `recording`; each event once, in order.
    pub fn event(&mut self, recording: &Recording, id: EventId) {
        let event = recording.event(id);
        if event.time > self.now {
            self.now = event.time;
            self.flashing.clear();
            self.just_lost.clear();
        }
        self.events += 1;
        self.follower.read(recording, &self.roster, id);
        match &event.what {
            What::Sent { payload, .. } => {
                let kind = Kind::of(recording.bytes(*payload));
                *self.sent.entry(kind).or_default() += 1;
                self.begin(id, kind);
            }
            What::Outside { payload, .. } => {
                self.begin(id, Kind::of(recording.bytes(*payload)));
            }
            What::Duplicated { original, .. } => {
                *self.touched.entry("copied").or_default() += 1;
                let payload = recording.payload(*original);
                self.begin(id, payload.map_or(Kind::Other, Kind::of));
            }
            What::Delayed { .. } => *self.touched.entry("held back").or_default() += 1,
            What::Corrupted { .. } => *self.touched.entry("damaged").or_default() += 1,
            What::Delivered { datagram, to, .. } => {
                if let Some(number) = self.end(*datagram) {
                    self.hear(number, *to);
                }
            }
            What::Dropped { datagram, reason } => self.lose(*datagram, reason.name()),
            What::LostByKernel { datagram } => self.lose(*datagram, "kernel"),
            What::Changed { change, .. } => self.change(change),
            What::Woke { .. } | What::Logged { .. } | What::Done { .. } => {}
        }
    }

    /// The datagram of event `datagram` is on its way until `arrives`.
    pub fn under_way(&mut self, datagram: EventId, arrives: Time) {
        let number = self.follower.journeys().number(datagram);
        if let Some(flight) = number.and_then(|number| self.under_way.get_mut(&number)) {
            flight.arrives = Some(arrives);
        }
    }

    /// Takes the last events of `recording` as lines.
    pub fn tell(&mut self, recording: &Recording) {
        let last = recording.iter().rev().take(LAST_EVENTS);
        let lines = last.map(|(id, _)| EventLine::of(recording, id, &self.roster));
        self.lines = lines.collect();
        self.lines.reverse();
    }

    /// What the pace looks at.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        let begun = self.follower.journeys().datagrams.len();
        Traffic {
            begun: u32::try_from(begun).unwrap_or(u32::MAX),
            moves: self.moves,
            oldest: self.under_way.keys().next().copied(),
        }
    }

    /// How many datagrams are on their way.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.under_way.len()
    }

    /// The datagrams on their way that belong to the searches and downloads of `client`.
    pub fn flights(&self, client: EndpointId) -> impl Iterator<Item = (Journey, &Flight)> + '_ {
        let flights = self.under_way.iter();
        let journeys = flights.map(|(number, flight)| (self.journey(*number), flight));
        journeys.filter(move |(journey, _)| self.is_of(client, journey))
    }

    /// The datagrams that have just ended on their way, of those of `client`.
    pub fn losses(&self, client: EndpointId) -> impl Iterator<Item = Journey> + '_ {
        let journeys = self.just_lost.iter().map(|number| self.journey(*number));
        journeys.filter(move |journey| self.is_of(client, journey))
    }

    /// Whether a datagram belongs to a search or a download of `client`.
    fn is_of(&self, client: EndpointId, journey: &Journey) -> bool {
        let own = self.roster.address(client);
        match journey.hop {
            Some(hop) => {
                let searches = &self.follower.journeys().searches;
                searches[hop.search as usize].client == Some(client)
            }
            None => journey.from == own || journey.to == own,
        }
    }

    fn journey(&self, number: u32) -> Journey {
        self.follower.journeys().datagrams.get(number)
    }

    fn begin(&mut self, id: EventId, kind: Kind) {
        self.moves += 1;
        if let Some(number) = self.follower.journeys().number(id) {
            let flight = Flight {
                kind,
                begun: self.now,
                arrives: None,
            };
            self.under_way.insert(number, flight);
        }
    }

    /// Takes the datagram of event `datagram` off its way and gives its number.
    fn end(&mut self, datagram: EventId) -> Option<u32> {
        self.moves += 1;
        let number = self.follower.journeys().number(datagram)?;
        self.under_way.remove(&number);
        Some(number)
    }

    fn lose(&mut self, datagram: EventId, reason: &'static str) {
        *self.lost.entry(reason).or_default() += 1;
        if let Some(number) = self.end(datagram) {
            self.just_lost.insert(number);
        }
    }

    /// Datagram `number` has reached `to`: a peer may have heard of a search.
    fn hear(&mut self, number: u32, to: EndpointId) {
        let journeys = self.follower.journeys();
        let journey = journeys.datagrams.get(number);
        let Some(hop) = journey.hop.filter(|_| self.roster.role(to) == Role::Peer) else {
            return;
        };
        if journey.is_duplicate {
            self.duplicates += 1;
            self.flashing.insert(to);
        }
        let search = &journeys.searches[hop.search as usize];
        if !search.reached.contains_key(&to) {
            return;
        }
        // Sights are in the order of clients, which is that of the roster.
        let place = search.client.map(|client| {
            let sights = &self.sights;
            sights.binary_search_by_key(&client, |sight| sight.client)
        });
        if let Some(Ok(place)) = place {
            self.sights[place].hear(to, hop);
        }
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::Stop(peer) | Change::Crash(peer) => {
                // A pause that this ends has no end of its own.
                self.still.remove(peer);
                self.absent.insert(*peer);
            }
            Change::Start(peer) => {
                self.absent.remove(peer);
            }
            Change::Pause(peer, _) => {
                if !self.absent.contains(peer) {
                    self.still.insert(*peer);
                }
            }
            Change::Resume(peer) => {
                self.still.remove(peer);
            }
            Change::Cut(_)
            | Change::Heal(_)
            | Change::HealAll
            | Change::Gain(..)
            | Change::Lose(..) => {}
        }
    }
}
