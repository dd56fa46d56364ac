//! Messages read where they lie, in the bytes of their datagram: nothing is allocated. The one
//! reading of the protocol; [`Message::decode`] is made of it.

use std::net::{Ipv4Addr, SocketAddrV4};

use bytes::Bytes;

use super::writing::put16;
use super::{
    Chunk, ChunkId, DecodeError, Decoded, IdList, MAX_CHUNK, Message, Query, Type, be16, field,
};
use crate::rules::Ttl;

/// A [`Message`] in the bytes of its datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageRef<'a> {
    /// Client to contact: search for these.
    Hello(Ids<'a>),
    /// Peer to neighbour: somebody searches.
    Query(QueryRef<'a>),
    /// Peer to client: I hold these.
    ChunksInfo(Ids<'a>),
    /// Client to peer: send me these.
    Get(Ids<'a>),
    /// Peer to client: here is one.
    Response {
        /// Which chunk it is.
        id: ChunkId,
        /// Its bytes.
        chunk: ChunkRef<'a>,
    },
}

/// A message and how many bytes lie behind it in its datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodedRef<'a> {
    /// The message.
    pub message: MessageRef<'a>,
    /// Bytes behind it, which mean nothing and are never passed on.
    pub tail: usize,
}

/// The ids of one message, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ids<'a> {
    /// Two bytes an id; no more ids than a count can say.
    bytes: &'a [u8],
}

/// What a QUERY says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryRef<'a> {
    /// The whole QUERY, without what lies behind it.
    bytes: &'a [u8],
}

/// The bytes of a chunk: never more than a RESPONSE carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkRef<'a> {
    bytes: &'a [u8],
}

impl<'a> MessageRef<'a> {
    /// Reads the message at the start of `datagram`; what lies behind it is only counted.
    pub fn decode(datagram: &'a [u8]) -> Result<DecodedRef<'a>, DecodeError> {
        let got = datagram.len();
        let fixed = |need: usize| match got < need {
            true => Err(DecodeError::TooShort { need, got }),
            false => Ok(()),
        };
        fixed(field::TYPE.end)?;
        let Some(message_type) = Type::of_datagram(datagram) else {
            return Err(DecodeError::UnknownType(be16(&datagram[field::TYPE])));
        };
        // Where the ids end that begin at byte `start`.
        let end_of_ids = |start: usize, count: u16| {
            let need = start + 2 * usize::from(count);
            match got < need {
                true => Err(DecodeError::IdsMissing { count, need, got }),
                false => Ok(need),
            }
        };
        let (message, end) = match message_type {
            Type::Hello | Type::ChunksInfo | Type::Get => {
                fixed(field::IDS)?;
                let end = end_of_ids(field::IDS, be16(&datagram[field::COUNT]))?;
                let bytes = &datagram[field::IDS..end];
                let ids = Ids { bytes };
                let message = match message_type {
                    Type::Hello => Self::Hello(ids),
                    Type::ChunksInfo => Self::ChunksInfo(ids),
                    _ => Self::Get(ids),
                };
                (message, end)
            }
            Type::Query => {
                fixed(field::QUERY_IDS)?;
                let end = end_of_ids(field::QUERY_IDS, be16(&datagram[field::QUERY_COUNT]))?;
                let bytes = &datagram[..end];
                (Self::Query(QueryRef { bytes }), end)
            }
            Type::Response => {
                fixed(field::CHUNK)?;
                let id = ChunkId(be16(&datagram[field::ID]));
                let end = end_of_chunk(datagram)?;
                let bytes = &datagram[field::CHUNK..end];
                let chunk = ChunkRef { bytes };
                (Self::Response { id, chunk }, end)
            }
        };
        let tail = got - end;
        Ok(DecodedRef { message, tail })
    }

    /// The same with bytes of its own.
    #[must_use]
    pub fn to_message(self) -> Message {
        match self {
            Self::Hello(ids) => Message::Hello(ids.to_list()),
            Self::Query(query) => Message::Query(Query {
                client: query.client(),
                ttl: query.ttl(),
                ids: query.ids().to_list(),
            }),
            Self::ChunksInfo(ids) => Message::ChunksInfo(ids.to_list()),
            Self::Get(ids) => Message::Get(ids.to_list()),
            Self::Response { id, chunk } => Message::Response {
                id,
                chunk: chunk.to_chunk(),
            },
        }
    }
}

/// Where the chunk ends of a RESPONSE whose fixed fields are there.
fn end_of_chunk(datagram: &[u8]) -> Result<usize, DecodeError> {
    let size = be16(&datagram[field::SIZE]);
    if usize::from(size) > MAX_CHUNK {
        return Err(DecodeError::ChunkTooLong { size });
    }
    let need = field::CHUNK + usize::from(size);
    let got = datagram.len();
    match got < need {
        true => Err(DecodeError::ChunkMissing { size, need, got }),
        false => Ok(need),
    }
}

impl Message {
    /// Reads the message at the start of `datagram`; what lies behind it is only counted.
    pub fn decode(datagram: &[u8]) -> Result<Decoded, DecodeError> {
        let DecodedRef { message, tail } = MessageRef::decode(datagram)?;
        let message = message.to_message();
        Ok(Decoded { message, tail })
    }
}

impl<'a> Ids<'a> {
    /// How many ids there are.
    #[must_use]
    pub const fn count(self) -> usize {
        self.bytes.len() / 2
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    /// The ids, one after the other.
    pub fn iter(self) -> impl ExactSizeIterator<Item = ChunkId> + Clone + 'a {
        self.bytes.chunks_exact(2).map(|id| ChunkId(be16(id)))
    }

    /// The same as they are written: two bytes an id.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// The same in a list.
    #[must_use]
    pub fn to_list(self) -> IdList {
        IdList::new(self.iter().collect()).expect("a 16-bit count")
    }
}

impl<'a> QueryRef<'a> {
    /// The client to be answered, as its contact saw it.
    #[must_use]
    pub fn client(self) -> SocketAddrV4 {
        let ip = &self.bytes[field::CLIENT_IP];
        let ip = Ipv4Addr::new(ip[0], ip[1], ip[2], ip[3]);
        SocketAddrV4::new(ip, be16(&self.bytes[field::CLIENT_PORT]))
    }

    /// How many hops it may still make, this arrival included.
    #[must_use]
    pub fn ttl(self) -> Ttl {
        Ttl(be16(&self.bytes[field::TTL]))
    }

    /// The ids that the client wants.
    #[must_use]
    pub fn ids(self) -> Ids<'a> {
        let bytes = &self.bytes[field::QUERY_IDS..];
        Ids { bytes }
    }

    /// Appends the same QUERY with another TTL: nothing else of it changes on its way.
    pub fn write_with_ttl(self, ttl: Ttl, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(self.bytes);
        put16(&mut out[start..], field::TTL, ttl.0);
    }
}

impl<'a> ChunkRef<'a> {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// The same with bytes of its own.
    #[must_use]
    pub fn to_chunk(self) -> Chunk {
        Chunk::new(Bytes::copy_from_slice(self.bytes)).expect("no longer than a RESPONSE carries")
    }
}
