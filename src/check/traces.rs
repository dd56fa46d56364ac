//! What the events say of each client: what reached it, and when it logged what.

use std::collections::BTreeMap;
use std::net::SocketAddrV4;

use bytes::Bytes;

use crate::event::{EventId, Recording, What};
use crate::roster::Role;
use crate::scenario::Scenario;
use crate::wire::{ChunkId, Message};

/// What the events say of one client.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// RESPONSEs that reached it undamaged, by source and chunk: the event that made its sender send
    /// it, and the bytes of the chunk.
    pub(super) received: BTreeMap<(SocketAddrV4, ChunkId), (EventId, Bytes)>,
    /// The event that logged each chunk.
    pub(super) logged: BTreeMap<ChunkId, EventId>,
}

/// Gathers what the events say of each client, in the scenario's order; `of_clients` are those that
/// are about clients.
pub(super) fn read(
    scenario: &Scenario,
    recording: &Recording,
    of_clients: &[EventId],
) -> Vec<Trace> {
    let first = scenario.peers.len();
    let mut traces: Vec<Trace> = scenario.clients.iter().map(|_| Trace::default()).collect();
    for id in of_clients.iter().copied() {
        match &recording.event(id).what {
            What::Logged {
                client, id: chunk, ..
            } => {
                traces[client.index() - first].logged.insert(*chunk, id);
            }
            What::Delivered { datagram, to, .. } if scenario.roster.role(*to) == Role::Client => {
                let payload = recording.arrived(*datagram).map(Message::decode);
                let Some(Ok(decoded)) = payload else { continue };
                let source = recording.sender(*datagram, &scenario.roster);
                if let (Some(source), Message::Response { id, chunk }) = (source, decoded.message) {
                    let sent = recording.origin(*datagram);
                    let received = &mut traces[to.index() - first].received;
                    let reason = recording.event(sent).cause.unwrap_or(sent);
                    received.insert((source, id), (reason, chunk.as_bytes().clone()));
                }
            }
            _ => {}
        }
    }
    traces
}
