//! What becomes of what endpoints send, until it is in flight or lost.

use std::net::SocketAddrV4;
use std::time::Duration;

use super::Run;
use crate::driver::copies::Copies;
use crate::driver::queue::InFlight;
use crate::driver::timeline::{Sent, Standing};
use crate::endpoint::Transmit;
use crate::event::{DropReason, EventId, PayloadId, What};
use crate::link::{Datagram, Fate, Scribe, World};
use crate::roster::EndpointId;
use crate::wire::MAX_DATAGRAM;

impl Run<'_> {
    /// Sends what is in the outbox; copies share their payload.
    pub(super) fn send_all(&mut self, from: EndpointId, cause: EventId) {
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
}

impl Scribe for Run<'_> {
    fn intern(&mut self, payload: &[u8]) -> PayloadId {
        self.recording.intern(payload)
    }

    fn record(&mut self, cause: EventId, what: What) -> EventId {
        Run::record(self, Some(cause), what)
    }
}
