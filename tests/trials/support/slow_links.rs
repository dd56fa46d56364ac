//! A driver whose datagrams take their own time each, as on real networks: copies of a search come
//! in orders that lockstep never shows.

use std::collections::BTreeMap;
use std::time::Duration;

use p2p_sim::driver::{self, Cast, Ended, Ran};
use p2p_sim::endpoint::{Endpoint, Outbox, Transmit};
use p2p_sim::event::{DropReason, EventId, Recording, What};
use p2p_sim::log::ClientLog;
use p2p_sim::oracle::{self, Order};
use p2p_sim::roster::{EndpointId, Role};
use p2p_sim::scenario::Scenario;
use p2p_sim::time::Time;

use super::stage::Played;

/// Plays `scenario` with sound endpoints; `delay` says how long the next datagram from one to the
/// other takes. The prediction is that for any order.
pub(crate) fn play(
    scenario: &Scenario,
    delay: impl FnMut(EndpointId, EndpointId) -> Duration,
) -> Played {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let logs = driver::open_logs(scenario, dir.path()).expect("logs");
    let paths = logs.iter().map(|log| log.path().to_owned()).collect();
    let mut play = Play {
        scenario,
        delay,
        logs,
        cast: Cast::of(scenario),
        out: Outbox::default(),
        recording: Recording::default(),
        in_flight: BTreeMap::new(),
        now: Time::ZERO,
        done: vec![false; scenario.clients.len()],
    };
    while play.step() {}
    Played {
        scenario: scenario.clone(),
        prediction: oracle::predict(scenario, Order::Live),
        ran: Ran {
            recording: play.recording,
            ended: Ended::Complete,
            in_flight: 0,
            clock: play.now,
            logs: paths,
        },
        _dir: dir,
    }
}

struct Play<'a, D> {
    scenario: &'a Scenario,
    delay: D,
    logs: Vec<ClientLog>,
    cast: Cast,
    out: Outbox,
    recording: Recording,
    /// By arrival and order of sending: the datagram and whose it is.
    in_flight: BTreeMap<(Time, EventId), EndpointId>,
    now: Time,
    done: Vec<bool>,
}

impl<D: FnMut(EndpointId, EndpointId) -> Duration> Play<'_, D> {
    /// Does what comes next, if anything does.
    fn step(&mut self) -> bool {
        let clients = self.cast.clients.iter().enumerate();
        let due = clients.filter_map(|(index, client)| Some((client.poll_deadline()?, index)));
        let due = due.min();
        let arrival = self.in_flight.first_key_value().map(|((time, _), _)| *time);
        match (arrival, due) {
            (Some(arrival), Some((time, client))) if time < arrival => self.wake(time, client),
            (None, Some((time, client))) => self.wake(time, client),
            (Some(_), _) => self.arrive(),
            (None, None) => return false,
        }
        true
    }

    fn record(&mut self, cause: Option<EventId>, what: What) -> EventId {
        self.recording.record(self.now, cause, what)
    }

    fn wake(&mut self, time: Time, index: usize) {
        self.now = self.now.max(time);
        let client = self.scenario.clients[index].endpoint;
        let woke = self.record(None, What::Woke { endpoint: client });
        self.cast.clients[index].handle_deadline(self.now, &mut self.out);
        self.drain(client, woke);
    }

    fn arrive(&mut self) {
        let ((time, datagram), to) = self.in_flight.pop_first().expect("somebody looked");
        self.now = time;
        let payload = self.recording.payload(datagram).expect("bytes").to_owned();
        let from = self.recording.sender(datagram, &self.scenario.roster);
        let from = from.expect("a sender");
        let index = to.index();
        let out = &mut self.out;
        let receipt = match self.scenario.roster.role(to) {
            Role::Peer => self.cast.peers[index].handle_datagram(time, from, &payload, out),
            Role::Client => {
                let client = &mut self.cast.clients[index - self.scenario.peers.len()];
                client.handle_datagram(time, from, &payload, out)
            }
            Role::Nobody => {
                let reason = DropReason::NobodyThere;
                self.record(Some(datagram), What::Dropped { datagram, reason });
                return;
            }
        };
        let delivered = What::Delivered {
            datagram,
            to,
            receipt,
        };
        let delivered = self.record(Some(datagram), delivered);
        self.drain(to, delivered);
    }

    fn drain(&mut self, endpoint: EndpointId, cause: EventId) {
        let client = endpoint.index().checked_sub(self.scenario.peers.len());
        let mut out = std::mem::take(&mut self.out);
        for Transmit { to, payload } in out.iter() {
            let sent = What::Sent {
                from: endpoint,
                to,
                payload: self.recording.intern(payload),
            };
            let datagram = self.record(Some(cause), sent);
            let to = self.scenario.roster.at(to).expect("of the run");
            let arrival = self.now + (self.delay)(endpoint, to);
            self.in_flight.insert((arrival, datagram), to);
        }
        out.clear();
        self.out = out;
        let Some(index) = client else { return };
        while let Some(outcome) = self.cast.clients[index].poll_outcome() {
            self.logs[index].record(&outcome).expect("a log");
            let logged = What::Logged {
                client: endpoint,
                id: outcome.id,
                source: outcome.arrival.map(|(source, _)| source),
            };
            self.record(Some(cause), logged);
        }
        if self.cast.clients[index].is_done() && !self.done[index] {
            self.done[index] = true;
            self.record(Some(cause), What::Done { client: endpoint });
        }
    }
}
