//! What is done around one endpoint of a live run: recording, logging, handing datagrams to the hub.

use std::io;
use std::net::SocketAddrV4;
use std::sync::Arc;

use tokio::net::UdpSocket;

use super::hub::{Hub, Load};
use crate::endpoint::{Happening, Outcome};
use crate::event::{EventId, What};
use crate::host::{Admission, Reaction, Station};
use crate::log::{ClientLog, LogError};
use crate::roster::EndpointId;
use crate::time::Time;

/// The station of one endpoint.
pub(super) struct LiveStation {
    hub: Arc<Hub>,
    endpoint: EndpointId,
    /// A client's.
    log: Option<ClientLog>,
    /// What the endpoint handled last: the cause of what it does now.
    cause: Option<EventId>,
    /// When that was.
    since: Time,
    /// What it sends into receive buffers.
    load: Load,
}

impl LiveStation {
    pub(super) fn new(hub: Arc<Hub>, endpoint: EndpointId, log: Option<ClientLog>) -> Self {
        Self {
            hub,
            endpoint,
            log,
            cause: None,
            since: Time::ZERO,
            load: Load::default(),
        }
    }

    /// The client has logged everything.
    pub(super) fn done(&mut self) {
        self.hub.done(self.since, self.cause, self.endpoint);
    }
}

impl Station for LiveStation {
    type Error = LogError;

    fn admit(&mut self, now: Time, from: SocketAddrV4, datagram: &[u8]) -> Admission {
        let read = (from, datagram);
        self.hub.admit(now, self.endpoint, read, &mut self.load)
    }

    fn happened(&mut self) -> Vec<Happening> {
        self.hub.happened(self.endpoint)
    }

    async fn reacted(&mut self, _: &UdpSocket, reaction: Reaction<'_>) {
        self.since = reaction.now;
        let handled = self
            .hub
            .reacted(self.endpoint, self.cause, reaction, &mut self.load);
        self.cause = Some(handled);
    }

    fn outcome(&mut self, now: Time, outcome: &Outcome) -> Result<(), LogError> {
        if let Some(log) = &mut self.log {
            log.record(outcome)?;
        }
        let logged = What::Logged {
            client: self.endpoint,
            id: outcome.id,
            source: outcome.arrival.as_ref().map(|(source, _)| *source),
        };
        self.hub.record(now, self.cause, logged);
        Ok(())
    }

    /// Linux reports none on sockets that are not connected; what was sent stays accounted for.
    fn receive_failed(&mut self, _: Time, _: &io::Error) {}
}
