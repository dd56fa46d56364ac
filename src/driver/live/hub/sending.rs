//! What endpoints send, and what its link makes of it.

use std::net::SocketAddrV4;

use super::Hub;
use super::state::State;
use crate::driver::copies::Copies;
use crate::driver::queue::InFlight;
use crate::driver::timeline::{Sent, Standing};
use crate::endpoint::{Outbox, Transmit};
use crate::event::{DropReason, EventId, PayloadId, What};
use crate::link::{Datagram, Fate, World};
use crate::roster::EndpointId;
use crate::scenario::Scenario;
use crate::time::Time;
use crate::wire::MAX_DATAGRAM;

impl Hub {
    /// Takes all that `out` has in it: `sender` sends it, an endpoint and the event because of which it
    /// does.
    pub(super) fn send(
        &self,
        state: &mut State,
        now: Time,
        sender: (EndpointId, EventId),
        out: &Outbox,
    ) {
        let mut copies = Copies::default();
        for Transmit { to, payload } in out.iter() {
            let kept = copies.intern(&mut state.recording, payload);
            self.send_one(state, now, sender, (to, payload, kept));
        }
    }

    /// Takes one datagram: its link says whether and when it arrives.
    fn send_one(
        &self,
        state: &mut State,
        now: Time,
        (from, cause): (EndpointId, EventId),
        (to, bytes, payload): (SocketAddrV4, &[u8], PayloadId),
    ) {
        state.sent += 1;
        let datagram = state.record(now, Some(cause), What::Sent { from, to, payload });
        if state.timeline.standing(from) == Standing::Gone {
            state.end(now, datagram, DropReason::Down);
            return;
        }
        let Scenario { faults, roster, .. } = &*self.scenario;
        let receiver = roster.at(to);
        let sent = Sent {
            datagram,
            from,
            to: receiver,
            payload: bytes,
        };
        if state.timeline.note(faults, now, &sent) {
            self.due[0].notify_one();
        }
        if bytes.len() > MAX_DATAGRAM {
            state.end(now, datagram, DropReason::TooLong);
            return;
        }
        let Some(to) = receiver.filter(|to| self.socket(*to).is_some()) else {
            let socket = self.socket(from);
            let gone = socket.map(|socket| socket.try_send_to(bytes, to.into()));
            let reason = match gone {
                Some(Ok(_)) => DropReason::LeftTheRun,
                _ => DropReason::Unroutable,
            };
            state.end(now, datagram, reason);
            return;
        };
        let on_link = Datagram {
            from,
            to,
            payload: bytes,
        };
        let fate = state.network.send(World { faults, roster }, now, on_link);
        let in_flight = InFlight {
            datagram,
            from,
            to,
            payload,
        };
        if let Fate::Arrives(after) = fate {
            self.launch(state, now + after, in_flight);
            return;
        }
        for (datagram, after) in fate.tell(datagram, &mut state.at(now)) {
            let payload = state.recording.arrived_payload(datagram);
            let in_flight = InFlight {
                datagram,
                payload: payload.expect("only datagrams arrive"),
                ..in_flight
            };
            self.launch(state, now + after, in_flight);
        }
    }

    /// Sends `datagram` on its way, at whose end it `arrives` then.
    fn launch(&self, state: &mut State, arrives: Time, datagram: InFlight) {
        let shard = self.shard_of(datagram.to);
        state.under_way[shard].delayed.push(arrives, datagram);
        self.look_at(state, shard, arrives);
    }
}
