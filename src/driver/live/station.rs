//! What is done around one endpoint of a live run: recording, logging, handing datagrams to the hub.

use std::io;
use std::net::SocketAddrV4;
use std::sync::Arc;

use tokio::net::UdpSocket;

use super::hub::Hub;
use crate::endpoint::{Happening, Outcome, Receipt, Transmit};
use crate::event::{EventId, What};
use crate::host::{Admission, Station};
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
    /// Whether it was a datagram, and not all that came of it was sent.
    is_handling: bool,
}

impl LiveStation {
    pub(super) fn new(hub: Arc<Hub>, endpoint: EndpointId, log: Option<ClientLog>) -> Self {
        Self {
            hub,
            endpoint,
            log,
            cause: None,
            since: Time::ZERO,
            is_handling: false,
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
        self.hub.admit(now, self.endpoint, from, datagram)
    }

    fn happened(&mut self) -> Vec<Happening> {
        self.hub.happened(self.endpoint)
    }

    fn received(&mut self, now: Time, from: SocketAddrV4, datagram: &[u8], receipt: Receipt) {
        self.since = now;
        self.is_handling = true;
        self.cause = Some(
            self.hub
                .received(now, self.endpoint, from, datagram, receipt),
        );
    }

    fn woke(&mut self, now: Time) {
        self.since = now;
        self.cause = Some(self.hub.woke(now, self.cause, self.endpoint));
    }

    async fn transmit(&mut self, now: Time, _: &UdpSocket, transmit: Transmit<'_>) {
        self.hub.send(now, self.cause, self.endpoint, transmit);
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

    fn finished(&mut self, deadline: Option<Time>) {
        self.hub.finished(self.endpoint, deadline);
        if std::mem::take(&mut self.is_handling) {
            self.hub.handled();
        }
    }

    /// Linux reports none on sockets that are not connected; what was sent stays accounted for.
    fn receive_failed(&mut self, _: Time, _: &io::Error) {}
}
