//! What a datagram is, as the screen tells them apart.

use crate::wire::{Extension, Type, carried};

/// The kind of a datagram: its type, an acknowledgement of the reliable flood, or no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One of the five types; a QUERY with a number is a QUERY.
    Message(Type),
    /// An acknowledgement of the reliable flood.
    Ack,
    /// No message.
    Other,
}

impl Kind {
    /// The kind of the datagram `payload`.
    #[must_use]
    pub fn of(payload: &[u8]) -> Self {
        if let Some(Extension::Ack { .. }) = Extension::decode(payload) {
            return Self::Ack;
        }
        Type::of_datagram(carried(payload)).map_or(Self::Other, Self::Message)
    }

    /// Its name in lists.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Message(kind) => kind.name(),
            Self::Ack => "ACK",
            Self::Other => "no message",
        }
    }

    /// The letter that stands for it where there is room for one.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Message(Type::Hello) => 'H',
            Self::Message(Type::Query) => 'Q',
            Self::Message(Type::ChunksInfo) => 'C',
            Self::Message(Type::Get) => 'G',
            Self::Message(Type::Response) => 'R',
            Self::Ack => 'A',
            Self::Other => '?',
        }
    }
}
