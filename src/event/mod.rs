//! The one stream of events that every reader of a run reads.
//!
//! Each datagram's life is recorded once, with the run's clock and the event that caused it:
//! *sent*, then *delivered*, *dropped* or *lost by the kernel*. Progress, tables, checks and traces
//! are readers; none keeps books of its own. Nothing of the machine is in it, so that two lockstep
//! runs with one seed and one net give the same stream to the byte.
//!
//! A large flood records two events a datagram, so an [`Event`] has 32 bytes: payloads are kept once
//! for all datagrams that have them and known by a [`PayloadId`], and what seldom happens is boxed.

mod payloads;
mod recording;

use std::fmt;
use std::net::SocketAddrV4;
use std::sync::Arc;
use std::time::Duration;

use crate::endpoint::Receipt;
use crate::faults::Change;
use crate::roster::EndpointId;
use crate::time::Time;
use crate::wire::ChunkId;

pub use payloads::PayloadId;
use payloads::Payloads;
pub use recording::Recording;
pub(crate) use recording::describe;

/// An event by its place in the stream; the first is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub u32);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, by the run's clock.
    pub time: Time,
    /// The event that made it happen; a client's start has none, nor has a datagram from outside.
    pub cause: Option<EventId>,
    /// What.
    pub what: What,
}

/// What can happen. A datagram is known by the event that brought it into the run: its
/// [`Sent`](What::Sent), [`Duplicated`](What::Duplicated) or [`Outside`](What::Outside).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A deadline came: a client's start, the end of a wait, or a peer's time to send again.
    Woke {
        /// Whose.
        endpoint: EndpointId,
    },
    /// An endpoint sent a datagram.
    Sent {
        /// Who sent it.
        from: EndpointId,
        /// Where it goes.
        to: SocketAddrV4,
        /// Its bytes.
        payload: PayloadId,
    },
    /// A link made a copy of a datagram.
    Duplicated {
        /// The datagram that was copied.
        original: EventId,
        /// What made it do so.
        culprit: Culprit,
    },
    /// A link holds a datagram back for longer than it takes others.
    Delayed {
        /// The datagram.
        datagram: EventId,
        /// For how long, and why.
        hold: Box<Hold>,
    },
    /// A link damaged a datagram: from here on it is these bytes.
    Corrupted {
        /// The datagram.
        datagram: EventId,
        /// What it is now, and why.
        damage: Box<Damage>,
    },
    /// Something changed in time: a peer, a link, or what a peer holds.
    Changed {
        /// Its place in the scenario's timeline; that of the pause for a peer that goes on.
        place: u32,
        /// What changed.
        change: Arc<Change>,
    },
    /// A datagram came from an address that is not of the run, or from another than its sender's.
    Outside {
        /// Whose socket it arrived at.
        at: EndpointId,
        /// Where it says it came from.
        from: SocketAddrV4,
        /// Its bytes.
        payload: PayloadId,
    },
    /// A datagram reached its endpoint, which handled it.
    Delivered {
        /// The datagram.
        datagram: EventId,
        /// Who got it.
        to: EndpointId,
        /// What the endpoint made of it.
        receipt: Receipt,
    },
    /// A datagram ended on its way, and why.
    Dropped {
        /// The datagram.
        datagram: EventId,
        /// Why.
        reason: DropReason,
    },
    /// The kernel took a datagram and never gave it to its receiver's socket.
    LostByKernel {
        /// The datagram.
        datagram: EventId,
    },
    /// A client wrote a line into its log.
    Logged {
        /// The client.
        client: EndpointId,
        /// The chunk.
        id: ChunkId,
        /// Where it came from; `None` when it is missing.
        source: Option<SocketAddrV4>,
    },
    /// A client has logged every chunk.
    Done {
        /// The client.
        client: EndpointId,
    },
}

/// How a link holds a datagram back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// How much longer than others it takes.
    pub by: Duration,
    /// What made the link do so.
    pub culprit: Culprit,
}

/// How a link damaged a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Its bytes from here on.
    pub payload: PayloadId,
    /// What made the link do so.
    pub culprit: Culprit,
}

/// The words for all kinds of events, as traces and pages have them.
pub const KINDS: [&str; 12] = [
    "woke",
    "sent",
    "duplicated",
    "delayed",
    "corrupted",
    "changed",
    "outside",
    "delivered",
    "dropped",
    "lost-by-kernel",
    "logged",
    "done",
];

impl What {
    /// Its place in [`KINDS`].
    #[must_use]
    pub const fn kind(&self) -> usize {
        match self {
            Self::Woke { .. } => 0,
            Self::Sent { .. } => 1,
            Self::Duplicated { .. } => 2,
            Self::Delayed { .. } => 3,
            Self::Corrupted { .. } => 4,
            Self::Changed { .. } => 5,
            Self::Outside { .. } => 6,
            Self::Delivered { .. } => 7,
            Self::Dropped { .. } => 8,
            Self::LostByKernel { .. } => 9,
            Self::Logged { .. } => 10,
            Self::Done { .. } => 11,
        }
    }

    /// The datagram that it is about, if it is about one; `id` is its own event.
    #[must_use]
    pub const fn datagram(&self, id: EventId) -> Option<EventId> {
        match self {
            Self::Sent { .. } | Self::Duplicated { .. } | Self::Outside { .. } => Some(id),
            Self::Delayed { datagram, .. }
            | Self::Corrupted { datagram, .. }
            | Self::Delivered { datagram, .. }
            | Self::Dropped { datagram, .. }
            | Self::LostByKernel { datagram } => Some(*datagram),
            Self::Woke { .. } | Self::Changed { .. } | Self::Logged { .. } | Self::Done { .. } => {
                None
            }
        }
    }
}

/// Why a datagram ended on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DropReason {
    /// It crossed and was read, but no endpoint is at its address.
    NobodyThere,
    /// It goes to an address outside the run: lockstep sends none there, and in live mode no way
    /// led to it.
    Unroutable,
    /// Live mode sent it to an address outside the run; what became of it is not known.
    LeftTheRun,
    /// It is longer than a datagram over IPv4 can be.
    TooLong,
    /// The system refused to send it.
    CannotSend,
    /// Lockstep hands nothing to an endpoint that the run did not send.
    Stranger,
    /// Its link lost it by chance.
    Loss,
    /// It found the queue of its link full.
    QueueFull,
    /// Its link was cut when it was sent.
    Cut,
    /// It crossed and was read, but the peer there was stopped, had crashed or had not joined.
    Down,
    /// The fault of this number dropped it, counted from 0 in the order of the file.
    Fault(u32),
}

/// What made a link do something to a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Culprit {
    /// The chances of the link.
    Chance,
    /// The fault of this number, counted from 0 in the order of the file.
    Fault(u32),
}

/// Writes what goes behind "by": `chance`, `fault 2`. People count from 1.
impl fmt::Display for Culprit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chance => f.write_str("chance"),
            Self::Fault(number) => write!(f, "fault {}", u64::from(*number) + 1),
        }
    }
}

impl DropReason {
    /// The reason in one word, for counting and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NobodyThere => "nobody-there",
            Self::Unroutable => "unroutable",
            Self::LeftTheRun => "left-the-run",
            Self::TooLong => "too-long",
            Self::CannotSend => "cannot-send",
            Self::Stranger => "stranger",
            Self::Loss => "loss",
            Self::QueueFull => "queue-full",
            Self::Cut => "cut",
            Self::Down => "peer-down",
            Self::Fault(_) => "fault",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two of these are kept of every datagram.
    #[test]
    fn an_event_takes_32_bytes() {
        assert_eq!(size_of::<Event>(), 32);
    }
}
