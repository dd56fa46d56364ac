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

    /// Whether it may well send something to its neighbours when its turn comes, as far as can be told
    /// beforehand.
    pub(super) fn may_flood(&self, now: Time) -> bool {
        match self {
            Self::Peer(peer) => !peer.remembers_any(now),
            Self::Other(_) => false,
        }
    }

    /// Reads something of what lies elsewhere, once it has been looked at itself.
    pub(super) fn look_further(&self) -> usize {
        match self {
            Self::Peer(peer) => peer.neighbours().first().map_or(0, |n| n.port().into()),
            Self::Other(_) => 0,
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
