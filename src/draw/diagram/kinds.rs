//! The types of messages that a diagram tells apart, and the short text of a datagram.

use crate::draw::chunks;
use crate::wire::{Extension, Message, Type, carried};

/// A type of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Hello,
    /// Numbered or not.
    Query,
    ChunksInfo,
    Get,
    Response,
    Ack,
    /// No message at all.
    Other,
}

impl Kind {
    /// The type that a datagram says it has.
    pub(super) fn of(datagram: &[u8]) -> Self {
        if let Some(Extension::Ack { .. }) = Extension::decode(datagram) {
            return Self::Ack;
        }
        match Type::of_datagram(carried(datagram)) {
            Some(Type::Hello) => Self::Hello,
            Some(Type::Query) => Self::Query,
            Some(Type::ChunksInfo) => Self::ChunksInfo,
            Some(Type::Get) => Self::Get,
            Some(Type::Response) => Self::Response,
            None => Self::Other,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Hello => Type::Hello.name(),
            Self::Query => Type::Query.name(),
            Self::ChunksInfo => Type::ChunksInfo.name(),
            Self::Get => Type::Get.name(),
            Self::Response => Type::Response.name(),
            Self::Ack => "ACK",
            Self::Other => "no message",
        }
    }
}

/// The names by which a datagram can be picked.
pub(super) fn names(datagram: &[u8]) -> [&'static str; 2] {
    let name = Kind::of(datagram).name();
    match Extension::decode(datagram) {
        Some(Extension::NumberedQuery { .. }) => [name, "NUMBERED_QUERY"],
        _ => [name, name],
    }
}

/// What stands beside an arrow: `QUERY ttl 3`, `CHUNKS_INFO 6-8`, `GET 5`, `RESPONSE 5`.
pub(super) fn short(datagram: &[u8]) -> String {
    let kind = Kind::of(datagram);
    let name = kind.name();
    match Message::decode(carried(datagram)).map(|decoded| decoded.message) {
        Ok(Message::Hello(ids) | Message::ChunksInfo(ids) | Message::Get(ids)) => {
            match ids.is_empty() {
                true => format!("{name} without ids"),
                false => format!("{name} {}", chunks(ids.as_slice())),
            }
        }
        Ok(Message::Query(query)) => format!("{name} ttl {}", query.ttl.0),
        Ok(Message::Response { id, .. }) => format!("{name} {id}"),
        Err(_) => match kind {
            Kind::Ack => name.to_owned(),
            Kind::Other => format!("{} bytes", datagram.len()),
            _ => format!("malformed {name}"),
        },
    }
}
