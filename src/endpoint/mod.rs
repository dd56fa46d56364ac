//! The contract that peers and clients keep: sans-IO state machines.
//!
//! Datagrams and the time go in, datagrams and the next deadline come out. An endpoint owns no
//! socket, reads no clock and prints nothing, so lockstep, live mode, the standalone programs and
//! the tests drive the very same code. The invariant of whoever drives one:
//!
//! **each `handle_*` that may send is lent an empty [`Outbox`]; after it, send what is in there,
//! (for a client) poll [`ClientEndpoint::poll_outcome`] until it gives `None`, then ask for the
//! deadline again.**
//!
//! 1. wait for a datagram, or for the deadline if there is one;
//! 2. call [`Endpoint::handle_datagram`] or [`Endpoint::handle_deadline`];
//! 3. send every [`Transmit`] of the outbox, and clear it;
//! 4. write every [`Outcome`] to the log;
//! 5. go on at 1, or end when [`ClientEndpoint::is_done`].

mod outbox;

use std::net::SocketAddrV4;
use std::sync::Arc;

pub use outbox::{Outbox, Transmit};

use crate::chunks::ChunkStore;
use crate::time::Time;
use crate::wire::{Chunk, ChunkId, DecodedRef, Defect, MessageRef};

/// What became of a datagram that an endpoint was handed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Bytes behind the message, which were ignored; 65,535 stand for more.
    pub tail: u16,
    /// Why the endpoint did not act on it, if it did not.
    pub ignored: Option<Ignored>,
}

impl Receipt {
    /// The receipt of `datagram`, once `act` has acted on its message, if it is one.
    pub(crate) fn of<'a>(
        datagram: &'a [u8],
        act: impl FnOnce(MessageRef<'a>) -> Result<(), Ignored>,
    ) -> Self {
        match MessageRef::decode(datagram) {
            Ok(DecodedRef { message, tail }) => Self {
                tail: u16::try_from(tail).unwrap_or(u16::MAX),
                ignored: act(message).err(),
            },
            Err(error) => Self::ignored(Ignored::Malformed(error.defect())),
        }
    }

    /// The receipt of a datagram that was not acted on because of `reason`.
    #[must_use]
    pub const fn ignored(reason: Ignored) -> Self {
        Self {
            tail: 0,
            ignored: Some(reason),
        }
    }
}

/// Why an endpoint did not act on a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ignored {
    /// It is no message.
    Malformed(Defect),
    /// A message that is never for such an endpoint: a RESPONSE at a peer, a HELLO at a client.
    NotForMe,
    /// A list without ids.
    EmptyList,
    /// Peer: a QUERY names a client that nobody can be: port 0, 0.0.0.0/8, multicast, broadcast,
    /// 240/4.
    ImpossibleClient,
    /// Peer: the address to be answered is outside its own scope.
    OutOfScope,
    /// Peer: another copy of a search that its policy suppresses.
    Duplicate,
    /// Peer with the reliable flood: a QUERY that was sent again although it had come.
    SentAgain,
    /// Peer: a GET for nothing that it holds.
    NothingHeld,
    /// Client: it names no chunk that is wanted, or that still is.
    NotWanted,
    /// Client: each holder that it names was known.
    NothingNew,
    /// Client: a RESPONSE with a chunk that nobody was asked for.
    Unasked,
    /// Client: a RESPONSE from an address that was not asked for that chunk.
    NotAsked,
    /// Client: another copy of a chunk that has arrived.
    SecondCopy,
    /// Client: a chunk that it had given up and logged as missing.
    TooLate,
}

impl Ignored {
    /// The reason in one word, for counting and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed(defect) => defect.name(),
            Self::NotForMe => "not-for-me",
            Self::EmptyList => "empty-list",
            Self::ImpossibleClient => "impossible-client",
            Self::OutOfScope => "out-of-scope",
            Self::Duplicate => "duplicate",
            Self::SentAgain => "sent-again",
            Self::NothingHeld => "nothing-held",
            Self::NotWanted => "not-wanted",
            Self::NothingNew => "nothing-new",
            Self::Unasked => "unasked",
            Self::NotAsked => "not-asked",
            Self::SecondCopy => "second-copy",
            Self::TooLate => "too-late",
        }
    }
}

/// What a client has to tell of one chunk, once: where it came from, or that it is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The chunk.
    pub id: ChunkId,
    /// Its source and bytes; `None` when it is missing.
    pub arrival: Option<(SocketAddrV4, Chunk)>,
}

/// Something that happens to an endpoint itself, beside datagrams and deadlines. It sends nothing
/// because of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It has forgotten the searches that it remembered.
    Forgot,
    /// From now on it holds these chunks and no others.
    Holds(Arc<ChunkStore>),
}

/// A sans-IO peer or client.
pub trait Endpoint: Send {
    /// Takes a datagram that arrived from `from`; what it sends because of it goes into `out`.
    fn handle_datagram(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Receipt;

    /// Takes note that [`poll_deadline`](Self::poll_deadline) has come; what it sends because of it
    /// goes into `out`. Peers have none.
    fn handle_deadline(&mut self, _now: Time, _out: &mut Outbox) {}

    /// When to call [`handle_deadline`](Self::handle_deadline), if ever.
    fn poll_deadline(&self) -> Option<Time> {
        None
    }

    /// Takes note of something that happened to it. Only peers have anything to forget or to hold.
    fn handle_happening(&mut self, _now: Time, _happening: Happening) {}
}

impl<E: Endpoint + ?Sized> Endpoint for Box<E> {
    fn handle_datagram(
        &mut self,
        now: Time,
        from: SocketAddrV4,
        datagram: &[u8],
        out: &mut Outbox,
    ) -> Receipt {
        (**self).handle_datagram(now, from, datagram, out)
    }

    fn handle_deadline(&mut self, now: Time, out: &mut Outbox) {
        (**self).handle_deadline(now, out);
    }

    fn poll_deadline(&self) -> Option<Time> {
        (**self).poll_deadline()
    }

    fn handle_happening(&mut self, now: Time, happening: Happening) {
        (**self).handle_happening(now, happening);
    }
}

/// A sans-IO client: an endpoint with something to log and an end.
pub trait ClientEndpoint: Endpoint {
    /// The next line for the log.
    fn poll_outcome(&mut self) -> Option<Outcome>;

    /// Whether each wanted chunk has had its outcome. A client that is done still takes
    /// datagrams, and ignores them.
    fn is_done(&self) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_small_since_every_event_of_a_delivery_has_one() {
        assert!(size_of::<Receipt>() <= 4);
    }

    #[test]
    fn a_tail_too_long_for_its_field_is_the_longest() {
        let mut datagram = vec![0, 1, 0, 0];
        datagram.resize(4 + 70_000, 0);
        let receipt = Receipt::of(&datagram, |_| Ok(()));
        assert_eq!((receipt.tail, receipt.ignored), (u16::MAX, None));
    }
}
