//! The default driver: one queue, one clock that jumps, one datagram under way at a time.
//!
//! The order of a run is the queue's; the wire is the carrier's. A datagram crosses from its sender's
//! own socket to its receiver's own socket and is read there before the next one is sent, so no
//! receive queue ever holds more than one and nothing is lost but what links drop. At its turn it is
//! handed to the receiver.
//!
//! These rules settle ties: at one instant changes come before datagrams and datagrams before
//! deadlines; changes in the order of the file, datagrams in the order in which they were sent but
//! those first that a pause kept waiting, and deadlines in the order of endpoints.
//!
//! A run ends when nothing is in flight and nobody waits for anything: a change that is due later
//! never happens. What waits for a peer that stands still is in flight.

mod alarms;
mod crossing;
mod looking;
mod sending;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddrV4;
use std::sync::atomic::Ordering;

use alarms::Alarms;
use bytes::Bytes;
use crossing::{Crossed, Crossing};

use super::queue::{InFlight, Queue};
use super::timeline::{Happened, Standing, Timeline};
use super::{Actor, Carried, Carrier, Cast, Control, Ended, Ran};
use crate::endpoint::{Endpoint, Outbox};
use crate::event::{DropReason, EventId, Recording, What};
use crate::link::Network;
use crate::log::{ClientLog, LogError};
use crate::roster::EndpointId;
use crate::scenario::Scenario;
use crate::time::Time;

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
        crossing: Crossing::by(carrier),
        // Who goes through a run step by step may look at the wire, too.
        may_cross_ahead: !control.watcher.goes_step_by_step(),
        alarms: Alarms::default(),
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
        sent: 0,
        now: Time::ZERO,
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

/// A run under way.
struct Run<'a> {
    scenario: &'a Scenario,
    cast: Cast,
    crossing: Crossing<'a>,
    may_cross_ahead: bool,
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
    alarms: Alarms,
    finished: Vec<bool>,
    sent: u64,
    now: Time,
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
                    let next = self.alarms.pop();
                    next.map_or(Ok(()), |(endpoint, cause)| self.wake(endpoint, cause))?;
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
        if self.crossing.is_ahead() {
            return Some((self.now, Turn::Datagram));
        }
        let arrival = match self.resumed.is_empty() {
            true => self.queue.next_arrival(),
            false => Some(self.now),
        };
        let deadline = self.alarms.next();
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
        if self.may_cross_ahead && !self.crossing.is_ahead() && self.timeline.is_calm() {
            self.crossing.ahead(&mut self.queue, &self.recording);
        }
        if self.looked_ahead == 0 {
            self.look_ahead();
        }
        self.looked_ahead = self.looked_ahead.saturating_sub(1);
        self.queue.pop().map(|(_, next)| next)
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
        let Crossed { carried, strangers } = self.crossing.cross(datagram, &self.recording);
        let InFlight {
            datagram,
            from,
            to,
            payload,
        } = datagram;
        self.drop_strangers(to, strangers);
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
        let bytes = self.recording.bytes(payload);
        let (now, out) = (self.now, &mut self.out);
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
    fn drop_strangers(&mut self, at: EndpointId, strangers: Vec<(SocketAddrV4, Bytes)>) {
        for (from, payload) in strangers {
            let payload = self.recording.intern(&payload);
            let outside = self.record(None, What::Outside { at, from, payload });
            self.drop_datagram(outside, DropReason::Stranger);
        }
    }

    fn drop_datagram(&mut self, datagram: EventId, reason: DropReason) {
        self.record(Some(datagram), What::Dropped { datagram, reason });
    }

    fn wake(&mut self, endpoint: EndpointId, cause: Option<EventId>) -> Result<(), LogError> {
        let woke = self.record(cause, What::Woke { endpoint });
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

    /// Asks `endpoint` when it wants to be woken.
    fn set_alarm(&mut self, endpoint: EndpointId, cause: Option<EventId>) {
        let at = self.cast.endpoint(endpoint).poll_deadline();
        self.alarms.set(endpoint, at, cause);
    }
}
