//! Messages appended to a buffer, of what is at hand: nothing has to be put together first.

use std::net::SocketAddrV4;
use std::ops::Range;

use super::{Chunk, ChunkId, Type, field};
use crate::rules::Ttl;

/// Appends a HELLO, CHUNKS_INFO or GET, whatever `message_type` says, that lists `ids`: at most
/// 65,535.
pub(crate) fn list(out: &mut Vec<u8>, message_type: Type, ids: impl Iterator<Item = ChunkId>) {
    let message = begin(out, message_type, field::IDS);
    let count = append_ids(out, ids);
    put16(&mut out[message..], field::COUNT, count);
}

/// Appends a QUERY for `client` that lists `ids`: at most 65,535.
pub(crate) fn query(
    out: &mut Vec<u8>,
    client: SocketAddrV4,
    ttl: Ttl,
    ids: impl Iterator<Item = ChunkId>,
) {
    let message = begin(out, Type::Query, field::QUERY_IDS);
    let count = append_ids(out, ids);
    let message = &mut out[message..];
    message[field::CLIENT_IP].copy_from_slice(&client.ip().octets());
    put16(message, field::CLIENT_PORT, client.port());
    put16(message, field::TTL, ttl.0);
    put16(message, field::QUERY_COUNT, count);
}

/// Appends a RESPONSE.
pub(crate) fn response(out: &mut Vec<u8>, id: ChunkId, chunk: &Chunk) {
    let message = begin(out, Type::Response, field::CHUNK);
    put16(&mut out[message..], field::ID, id.0);
    put16(&mut out[message..], field::SIZE, chunk.size());
    out.extend_from_slice(chunk.as_bytes());
}

/// Appends fixed fields that are zero but for the type, and says where they begin.
fn begin(out: &mut Vec<u8>, message_type: Type, fixed: usize) -> usize {
    let message = out.len();
    out.resize(message + fixed, 0);
    put16(&mut out[message..], field::TYPE, message_type as u16);
    message
}

/// Appends ids, and says how many they were.
fn append_ids(out: &mut Vec<u8>, ids: impl Iterator<Item = ChunkId>) -> u16 {
    let before = out.len();
    for id in ids {
        out.extend_from_slice(&id.0.to_be_bytes());
    }
    let count = (out.len() - before) / 2;
    u16::try_from(count).expect("no list has more ids than its count can say")
}

/// Writes `number` at its place, in network byte order.
pub(super) fn put16(message: &mut [u8], place: Range<usize>, number: u16) {
    message[place].copy_from_slice(&number.to_be_bytes());
}
