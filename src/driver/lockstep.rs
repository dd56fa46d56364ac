//! The default driver: one queue, one clock that jumps, one datagram under way at a time.
//!
//! The order of a run is the queue's; the wire is the carrier's. When a datagram's turn comes it
//! crosses from its sender's own socket to its receiver's own socket, is read there and handed to
//! the receiver, so no receive queue ever holds more than one and nothing is lost but what links
//! drop. These rules settle ties: at one instant changes come before datagrams and datagrams before
//! deadlines; changes in the order of the file, datagrams in the order in which they were sent but
//! those first that a pause kept waiting, and deadlines in the order of endpoints.
//!
//! A run ends when nothing is in flight and nobody waits for anything: a change that is due later
//! never happens. What waits for a peer that stands still is in flight.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hint::black_box;
use std::net::SocketAddrV4;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;

use super::copies::Copies;
use super::queue::{InFlight, Queue};
use super::timeline::{Happened, Sent, Standing, Timeline};
use super::{Actor, Carried, Carrier, Cast, Control, Ended, Ran};
use crate::endpoint::{Endpoint, Outbox, Transmit};
use crate::event::{DropReason, EventId, PayloadId, Recording, What};
use crate::link::{Datagram, Fate, Network, Scribe, World};
use crate::log::{ClientLog, LogError};
use crate::roster::EndpointId;
use crate::scenario::Scenario;
use crate::time::Time;
use crate::wire::MAX_DATAGRAM;

/// Runs `scenario` with `cast`, every datagram crossing `carrier`, and writes what the clients log
/// into `logs`, which has a log for each client in the order of the scenario.
///
/// Returns when all clients are done and nothing is in flight, or when `control` ends it.
pub fn run<'a>(
    scenario: &'a Scenario,
    cast: Cast,
    carrier: &'a mut dyn Carrier,
    logs: Vec<ClientLog>,
    control: Control<'a>,
) -> Result<Ran, LogError> {
    let paths = logs.iter().map(|log| log.path().to_owned()).collect();
    let mut run = Run {
        scenario,
        carrier,
        alarms: BTreeMap::new(),
        finished: vec![false; scenario.clients.len()],
        cast,
        logs,
        control,
        recording: Recording::default(),
        queue: Queue::default(),
        network: Network::new(&scenario.faults, scenario.seed),
        timeline: Timeline::new(&scenario.faults),
        waiting: BTreeMap::new(),
        resumed: VecDeque::new(),
        deadlines: BTreeSet::new(),
        sent: 0,
        now: Time::ZERO,
        received: Vec::new(),
        strangers: Vec::new(),
        out: Outbox::default(),
        looked_ahead: 0,
    };
    for client in scenario.clients.iter().map(|spec| spec.endpoint) {
        run.set_alarm(client, None);
    }
    let ended = run.go_on()?;
    let in_flight = run.in_flight();
    Ok(Ran {
        recording: run.recording,
        ended,
        in_flight,
        clock: run.now,
        logs: paths,
    })
}

/// How many datagrams are looked at ahead: as many cache misses as a processor has under way at once,
/// about.
const AHEAD: usize = 16;

/// When an endpoint wants to be woken, and the event after which it said so.
#[derive(Clone, Copy, Debug)]
struct Alarm {
    at: Time,
    cause: Option<EventId>,
}

/// A run under way.
struct Run<'a> {
    scenario: &'a Scenario,
    cast: Cast,
    carrier: &'a mut dyn Carrier,
    logs: Vec<ClientLog>,
    control: Control<'a>,
    recording: Recording,
    queue: Queue,
    network: Network,
    timeline: Timeline,
    /// What waits for peers that stand still.
    waiting: BTreeMap<EndpointId, VecDeque<InFlight>>,
    /// What waited and is to be handed on now.
    resumed: VecDeque<InFlight>,
    /// All alarms that are set, earliest first.
    deadlines: BTreeSet<(Time, EndpointId)>,
    alarms: BTreeMap<EndpointId, Alarm>,
    finished: Vec<bool>,
    sent: u64,
    now: Time,
    received: Vec<u8>,
    strangers: Vec<(SocketAddrV4, Bytes)>,
    /// What the endpoint that is handling something sends.
    out: Outbox,
    /// Of so many datagrams that come next, the receivers have been looked at.
    looked_ahead: usize,
}

/// What comes next; at one instant in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Change,
    Datagram,
    Deadline,
}

impl Run<'_> {
    fn go_on(&mut self) -> Result<Ended, LogError> {
        while let Some((time, turn)) = self.next_turn() {
            // What is set for the past is due now: the clock never goes back.
            let next = self.now.max(time);
            self.control.watcher.before(&self.recording, next);
            if self.control.stop.load(Ordering::Relaxed) {
                return Ok(Ended::Interrupted);
            }
            self.now = next;
            match turn {
                Turn::Change => self.change(),
                Turn::Datagram => {
                    let next = self.next_datagram();
                    next.map_or(Ok(()), |datagram| self.arrive(datagram))?;
                }
                Turn::Deadline => {
                    let next = self.deadlines.pop_first();
                    next.map_or(Ok(()), |(_, endpoint)| self.wake(endpoint))?;
                }
            }
            if self.sent > self.control.max_datagrams {
                return Ok(Ended::LimitReached);
            }
        }
        Ok(Ended::Complete)
    }

    /// What comes next, and when it is due.
    fn next_turn(&self) -> Option<(Time, Turn)> {
        let arrival = match self.resumed.is_empty() {
            true => self.queue.next_arrival(),
            false => Some(self.now),
        };
        let deadline = self.deadlines.first().map(|(time, _)| *time);
        let is_over = arrival.is_none() && deadline.is_none() && self.waiting.is_empty();
        let change = self.timeline.next().filter(|_| !is_over);
        let turns = [
            change.map(|due| (due.at, Turn::Change)),
            arrival.map(|time| (time, Turn::Datagram)),
            deadline.map(|time| (time, Turn::Deadline)),
        ];
        turns.into_iter().flatten().min()
    }

    fn next_datagram(&mut self) -> Option<InFlight> {
        if let Some(resumed) = self.resumed.pop_front() {
            return Some(resumed);
        }
        if self.looked_ahead == 0 {
            self.look_ahead();
        }
        self.looked_ahead = self.looked_ahead.saturating_sub(1);
        self.queue.pop().map(|(_, next)| next)
    }

    /// Looks at the peers whose turn comes next, before it comes. In a large overlay none of them is in
    /// the processor's cache: it waits for many at once hardly longer than for one, and would wait for
    /// one after the other if each were looked at when its turn comes. Five of six copies find that
    /// their receiver has flooded the search already: what is only needed for flooding is left alone.
    fn look_ahead(&mut self) {
        let Self { cast, network, .. } = self;
        let next = self.queue.next_together().take(AHEAD);
        let mut ahead = [None; AHEAD];
        self.looked_ahead = 0;
        for (place, next) in ahead.iter_mut().zip(next) {
            let actor = cast.peers.get(next.to.index());
            *place = actor.map(|actor| (next.to, actor));
            self.looked_ahead += 1;
        }
        let actors = || ahead.into_iter().flatten();
        black_box(actors().map(|(_, actor)| actor.look()).sum::<usize>());
        let now = self.now;
        let flooding = actors().filter(|(_, actor)| actor.may_flood(now));
        let further = flooding.map(|(id, actor)| actor.look_further() + network.look(id));
        black_box(further.sum::<usize>());
    }

    fn in_flight(&self) -> u64 {
        let waiting: usize = self.waiting.values().map(VecDeque::len).sum();
        (self.queue.len() + self.resumed.len() + waiting) as u64
    }

    /// Makes the change that is due.
    fn change(&mut self) {
        let happened = self
            .timeline
            .happen(self.scenario, &mut self.network, self.now);
        let Some(Happened {
            what,
            cause,
            tell,
            releases,
        }) = happened
        else {
            return;
        };
        self.record(cause, what);
        if let Some((peer, happening)) = tell {
            self.cast.peers[peer.index()].handle_happening(self.now, happening);
            self.set_alarm(peer, cause);
        }
        if let Some(waiting) = releases.and_then(|peer| self.waiting.remove(&peer)) {
            self.resumed.extend(waiting);
        }
    }

    fn record(&mut self, cause: Option<EventId>, what: What) -> EventId {
        let id = self.recording.record(self.now, cause, what);
        self.control.watcher.event(&self.recording, id);
        id
    }

    /// Carries `datagram` across and hands it to its receiver.
    fn arrive(&mut self, datagram: InFlight) -> Result<(), LogError> {
        let standing = self.timeline.standing(datagram.to);
        if standing == Standing::Paused {
            self.waiting
                .entry(datagram.to)
                .or_default()
                .push_back(datagram);
            return Ok(());
        }
        let InFlight {
            datagram,
            from,
            to,
            payload,
        } = datagram;
        let payload = self.recording.bytes(payload);
        let carrier = &mut self.carrier;
        let carried = carrier.carry(from, to, payload, &mut self.received, &mut self.strangers);
        if !self.strangers.is_empty() {
            self.drop_strangers(to);
        }
        match carried {
            Carried::Arrived => {}
            Carried::Lost => {
                self.record(Some(datagram), What::LostByKernel { datagram });
                return Ok(());
            }
            Carried::CannotSend => {
                self.drop_datagram(datagram, DropReason::CannotSend);
                return Ok(());
            }
        }
        let source = self.scenario.roster.address(from);
        let (now, bytes, out) = (self.now, &self.received, &mut self.out);
        let receipt = match self.cast.peers.get_mut(to.index()) {
            Some(_) if standing == Standing::Gone => {
                self.drop_datagram(datagram, DropReason::Down);
                return Ok(());
            }
            Some(peer) => peer.handle_datagram(now, source, bytes, out),
            None => {
                let client = to.index() - self.cast.peers.len();
                let Some(client) = self.cast.clients.get_mut(client) else {
                    self.drop_datagram(datagram, DropReason::NobodyThere);
                    return Ok(());
                };
                client.handle_datagram(now, source, bytes, out)
            }
        };
        let cause = self.recording.delivered(now, datagram, to, receipt);
        self.control.watcher.event(&self.recording, cause);
        self.drain(to, cause)
    }

    /// Records what strangers sent to `at`; lockstep hands it to nobody.
    fn drop_strangers(&mut self, at: EndpointId) {
        for (from, payload) in std::mem::take(&mut self.strangers) {
            let payload = self.recording.intern(&payload);
            let outside = self.record(None, What::Outside { at, from, payload });
            self.drop_datagram(outside, DropReason::Stranger);
        }
    }

    fn drop_datagram(&mut self, datagram: EventId, reason: DropReason) {
        self.record(Some(datagram), What::Dropped { datagram, reason });
    }

    fn wake(&mut self, endpoint: EndpointId) -> Result<(), LogError> {
        let alarm = self.alarms.remove(&endpoint);
        let woke = self.record(alarm.and_then(|alarm| alarm.cause), What::Woke { endpoint });
        let actor = self.cast.endpoint(endpoint);
        actor.handle_deadline(self.now, &mut self.out);
        self.drain(endpoint, woke)
    }

    /// Takes everything that `endpoint` has to say after event `cause`.
    fn drain(&mut self, endpoint: EndpointId, cause: EventId) -> Result<(), LogError> {
        self.send_all(endpoint, cause);
        let Some(client) = endpoint.index().checked_sub(self.cast.peers.len()) else {
            // A peer of ours has no deadlines.
            if matches!(self.cast.peers[endpoint.index()], Actor::Other(_)) {
                self.set_alarm(endpoint, Some(cause));
            }
            return Ok(());
        };
        while let Some(outcome) = self.cast.clients[client].poll_outcome() {
            self.logs[client].record(&outcome)?;
            let logged = What::Logged {
                client: endpoint,
                id: outcome.id,
                source: outcome.arrival.map(|(source, _)| source),
            };
            self.record(Some(cause), logged);
        }
        if self.cast.clients[client].is_done() && !self.finished[client] {
            self.finished[client] = true;
            self.record(Some(cause), What::Done { client: endpoint });
        }
        self.set_alarm(endpoint, Some(cause));
        Ok(())
    }

    /// Sends what is in the outbox; copies share their payload.
    fn send_all(&mut self, from: EndpointId, cause: EventId) {
        let out = std::mem::take(&mut self.out);
        let mut copies = Copies::default();
        for Transmit { to, payload } in out.iter() {
            let payload = copies.intern(&mut self.recording, payload);
            self.send(from, cause, to, payload);
        }
        self.out = out;
        self.out.clear();
    }

    fn send(&mut self, from: EndpointId, cause: EventId, to: SocketAddrV4, payload: PayloadId) {
        self.sent += 1;
        let datagram = self.recording.sent(self.now, cause, from, to, payload);
        self.control.watcher.event(&self.recording, datagram);
        if self.timeline.standing(from) == Standing::Gone {
            // A peer that is gone still has its deadlines.
            self.drop_datagram(datagram, DropReason::Down);
            return;
        }
        let receiver = self.scenario.roster.at(to);
        let bytes = self.recording.bytes(payload);
        let sent = Sent {
            datagram,
            from,
            to: receiver,
            payload: bytes,
        };
        self.timeline.note(&self.scenario.faults, self.now, &sent);
        if bytes.len() > MAX_DATAGRAM {
            self.drop_datagram(datagram, DropReason::TooLong);
            return;
        }
        let Some(to) = receiver else {
            self.drop_datagram(datagram, DropReason::Unroutable);
            return;
        };
        let world = World {
            faults: &self.scenario.faults,
            roster: &self.scenario.roster,
        };
        let on_link = Datagram {
            from,
            to,
            payload: bytes,
        };
        let fate = self.network.send(world, self.now, on_link);
        let in_flight = InFlight {
            datagram,
            from,
            to,
            payload,
        };
        self.meet(in_flight, fate);
    }

    /// Lets `fate` happen to a datagram.
    fn meet(&mut self, sent: InFlight, fate: Fate) {
        if let Fate::Arrives(after) = fate {
            self.put_under_way(after, sent);
            return;
        }
        for (datagram, after) in fate.tell(sent.datagram, self) {
            let payload = self.recording.arrived_payload(datagram);
            let payload = payload.expect("only datagrams arrive");
            let in_flight = InFlight {
                datagram,
                payload,
                ..sent
            };
            self.put_under_way(after, in_flight);
        }
    }

    /// Lets a datagram arrive `after` so long.
    fn put_under_way(&mut self, after: Duration, in_flight: InFlight) {
        let arrives = self.now + after;
        self.control.watcher.under_way(in_flight.datagram, arrives);
        self.queue.push(arrives, in_flight);
    }

    /// Asks `endpoint` when it wants to be woken. The cause of an alarm is the event after which it
    /// was set to this instant.
    fn set_alarm(&mut self, endpoint: EndpointId, cause: Option<EventId>) {
        let at = self.cast.endpoint(endpoint).poll_deadline();
        let before = self.alarms.get(&endpoint).map(|alarm| alarm.at);
        if at == before {
            return;
        }
        if let Some(old) = before {
            self.alarms.remove(&endpoint);
            self.deadlines.remove(&(old, endpoint));
        }
        if let Some(at) = at {
            self.deadlines.insert((at, endpoint));
            self.alarms.insert(endpoint, Alarm { at, cause });
        }
    }
}

impl Scribe for Run<'_> {
    fn intern(&mut self, payload: &[u8]) -> PayloadId {
        self.recording.intern(payload)
    }

    fn record(&mut self, cause: EventId, what: What) -> EventId {
        Run::record(self, Some(cause), what)
    }
}
