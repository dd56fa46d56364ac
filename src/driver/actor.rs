//! Who plays a peer.

use std::net::SocketAddrV4;

use crate::endpoint::{Endpoint, Happening, Outbox, Receipt};
use crate::peer::Peer;
use crate::time::Time;

/// Who plays a peer. Our own peers lie side by side, where a million of them are quickly found; all
/// others are elsewhere.
pub enum Actor {
    /// A peer of ours.
    Peer(Peer),
    /// A peer with something around it, or somebody else.
    Other(Box<dyn Endpoint>),
}

impl Actor {
    /// Somebody else.
    #[must_use]
    pub fn other(endpoint: impl Endpoint + 'static) -> Self {
        Self::Other(Box::new(endpoint))
    }

    /// Reads something of it, so that it is at hand when its turn comes.
    pub(super) fn look(&self) -> usize {
        match self {
            Self::Peer(peer) => peer.degree(),
            Self::Other(_) => 0,
        }
    }

    /// Reads something of what lies elsewhere and is needed when it floods, once it has been looked at
    /// itself. Who remembers a search will hardly flood it again.
    pub(super) fn look_further(&self, now: Time) -> usize {
        match self {
            Self::Peer(peer) if !peer.remembers_something(now) => {
                // The list may lie on two lines of the cache.
                let neighbours = peer.neighbours();
                let ends = neighbours.first().into_iter().chain(neighbours.last());
                ends.map(|neighbour| usize::from(neighbour.port())).sum()
            }
            Self::Peer(_) | Self::Other(_) => 0,
        }
    }
}

impl Endpoint for Actor {
    fn handle_datagram(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Receipt {
        match self {
            Self::Peer(peer) => peer.handle_datagram(now, from, datagram, out),
            Self::Other(other) => other.handle_datagram(now, from, datagram, out),
        }
    }

    fn handle_deadline(&mut self, now: Time, out: &mut Outbox) {
        match self {
            Self::Peer(peer) => peer.handle_deadline(now, out),
            Self::Other(other) => other.handle_deadline(now, out),
        }
    }

    fn poll_deadline(&self) -> Option<Time> {
        match self {
            Self::Peer(peer) => peer.poll_deadline(),
            Self::Other(other) => other.poll_deadline(),
        }
    }

    fn handle_happening(&mut self, now: Time, happening: Happening) {
        match self {
            Self::Peer(peer) => peer.handle_happening(now, happening),
            Self::Other(other) => other.handle_happening(now, happening),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_takes_no_more_than_a_peer() {
        assert_eq!(size_of::<Actor>(), size_of::<Peer>());
        assert!(size_of::<Actor>() <= 64);
    }
}
