//! The five messages of docs/protocol.md, exact to the byte.
//!
//! A [`Message`] that exists can be written: counts fit their field and a chunk fits a RESPONSE.
//! [`MessageRef::decode`] reads any bytes where they lie, and [`Message::decode`] makes a message of
//! its own of them, which allocates only for ids and bytes that are there; neither ever panics.
//! Bytes behind a message are counted, never kept.

mod borrowed;
mod extension;
mod ids;
pub mod layout;
mod refusal;
pub(crate) mod writing;

use std::fmt;
use std::net::SocketAddrV4;

use bytes::Bytes;

pub use borrowed::{ChunkRef, DecodedRef, Ids, MessageRef, QueryRef};
pub use extension::{Extension, carried};
pub use ids::{ChunkId, IdList, IdListError, TooManyIds, distinct, parse_ids, write_ids};
pub use refusal::{DecodeError, Defect};

use crate::rules::Ttl;

/// The most bytes of a chunk that one RESPONSE carries.
pub const MAX_CHUNK: usize = 1024;
/// The most bytes that a UDP datagram over IPv4 carries.
pub const MAX_DATAGRAM: usize = 65_507;

/// Where each field of a message lies, in bytes from its start: constants made of the layouts.
mod field {
    use std::ops::Range;

    use super::layout::{HELLO, QUERY, RESPONSE};

    pub(super) const TYPE: Range<usize> = HELLO.place("type");
    /// HELLO, CHUNKS_INFO and GET.
    pub(super) const COUNT: Range<usize> = HELLO.place("count");
    pub(super) const IDS: usize = HELLO.place("ids").start;
    /// QUERY.
    pub(super) const CLIENT_IP: Range<usize> = QUERY.place("client_ip");
    pub(super) const CLIENT_PORT: Range<usize> = QUERY.place("client_port");
    pub(super) const TTL: Range<usize> = QUERY.place("ttl");
    pub(super) const QUERY_COUNT: Range<usize> = QUERY.place("count");
    pub(super) const QUERY_IDS: usize = QUERY.place("ids").start;
    /// RESPONSE.
    pub(super) const ID: Range<usize> = RESPONSE.place("id");
    pub(super) const SIZE: Range<usize> = RESPONSE.place("size");
    pub(super) const CHUNK: usize = RESPONSE.place("chunk").start;
}

/// The type of a message: its first field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Type {
    /// A client asks its contact to search.
    Hello = layout::HELLO.number,
    /// A search on its way from peer to peer.
    Query = layout::QUERY.number,
    /// A peer tells the client which chunks it holds.
    ChunksInfo = layout::CHUNKS_INFO.number,
    /// A client asks a holder for chunks.
    Get = layout::GET.number,
    /// A chunk.
    Response = layout::RESPONSE.number,
}

impl Type {
    /// Every type, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Hello,
        Self::Query,
        Self::ChunksInfo,
        Self::Get,
        Self::Response,
    ];

    /// The name of docs/protocol.md.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hello => layout::HELLO.name,
            Self::Query => layout::QUERY.name,
            Self::ChunksInfo => layout::CHUNKS_INFO.name,
            Self::Get => layout::GET.name,
            Self::Response => layout::RESPONSE.name,
        }
    }

    /// The type that a datagram's first two bytes name, if they name one. The rest may be anything.
    #[must_use]
    pub fn of_datagram(datagram: &[u8]) -> Option<Self> {
        let number = datagram.get(field::TYPE).map(be16)?;
        Self::ALL.into_iter().find(|t| *t as u16 == number)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The bytes of a chunk: never more than a RESPONSE carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Chunk(Bytes);

/// A chunk is longer than the 1,024 bytes that a RESPONSE carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a chunk of {0} bytes does not fit into a RESPONSE, which carries at most 1024")]
pub struct ChunkTooLong(pub usize);

impl Chunk {
    /// Makes a chunk of `bytes`, or says that they are too many.
    pub fn new(bytes: Bytes) -> Result<Self, ChunkTooLong> {
        if bytes.len() > MAX_CHUNK {
            return Err(ChunkTooLong(bytes.len()));
        }
        Ok(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    fn size(&self) -> u16 {
        u16::try_from(self.0.len()).expect("made with no more than MAX_CHUNK bytes")
    }
}

/// A search on its way: what a QUERY says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// The client to be answered, as its contact saw it.
    pub client: SocketAddrV4,
    /// How many hops it may still make, this arrival included.
    pub ttl: Ttl,
    /// The ids that the client wants.
    pub ids: IdList,
}

/// A message of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Client to contact: search for these.
    Hello(IdList),
    /// Peer to neighbour: somebody searches.
    Query(Query),
    /// Peer to client: I hold these.
    ChunksInfo(IdList),
    /// Client to peer: send me these.
    Get(IdList),
    /// Peer to client: here is one.
    Response {
        /// Which chunk it is.
        id: ChunkId,
        /// Its bytes.
        chunk: Chunk,
    },
}

/// A message and how many bytes lay behind it in its datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The message.
    pub message: Message,
    /// Bytes behind it, which mean nothing and are never passed on.
    pub tail: usize,
}

impl Message {
    /// The type that the message's first field names.
    #[must_use]
    pub const fn message_type(&self) -> Type {
        match self {
            Self::Hello(_) => Type::Hello,
            Self::Query(_) => Type::Query,
            Self::ChunksInfo(_) => Type::ChunksInfo,
            Self::Get(_) => Type::Get,
            Self::Response { .. } => Type::Response,
        }
    }

    /// How many bytes [`encode`](Self::encode) makes.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        match self {
            Self::Hello(ids) | Self::ChunksInfo(ids) | Self::Get(ids) => {
                field::IDS + 2 * ids.as_slice().len()
            }
            Self::Query(query) => field::QUERY_IDS + 2 * query.ids.as_slice().len(),
            Self::Response { chunk, .. } => field::CHUNK + chunk.0.len(),
        }
    }

    /// Writes the message as its datagram. One with more ids than a datagram holds comes out longer
    /// than [`MAX_DATAGRAM`]; whoever sends it is told so by the socket.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        let mut out = Vec::with_capacity(self.encoded_len());
        self.encode_into(&mut out);
        out.into()
    }

    /// Appends the datagram that [`encode`](Self::encode) makes.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        match self {
            Self::Hello(ids) | Self::ChunksInfo(ids) | Self::Get(ids) => {
                writing::list(out, self.message_type(), ids.iter());
            }
            Self::Query(Query { client, ttl, ids }) => {
                writing::query(out, *client, *ttl, ids.iter());
            }
            Self::Response { id, chunk } => writing::response(out, *id, chunk),
        }
    }
}

/// The number that two bytes say in network byte order.
fn be16(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], bytes[1]])
}

/// Writes the line that traces and errors show: `QUERY client 127.0.0.1:5006 ttl 3 ids 5-7`.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message_type = self.message_type();
        match self {
            Self::Hello(ids) | Self::ChunksInfo(ids) | Self::Get(ids) if ids.is_empty() => {
                write!(f, "{message_type} without ids")
            }
            Self::Hello(ids) | Self::ChunksInfo(ids) | Self::Get(ids) => {
                write!(f, "{message_type} ids {ids}")
            }
            Self::Query(Query { client, ttl, ids }) if ids.is_empty() => {
                write!(f, "{message_type} client {client} ttl {ttl} without ids")
            }
            Self::Query(Query { client, ttl, ids }) => {
                write!(f, "{message_type} client {client} ttl {ttl} ids {ids}")
            }
            Self::Response { id, chunk } => {
                write!(f, "{message_type} id {id} size {}", chunk.0.len())
            }
        }
    }
}

#[cfg(test)]
mod tests;
