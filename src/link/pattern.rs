//! Whether a pattern is about a datagram.

use crate::faults::Pattern;
use crate::roster::EndpointId;
use crate::wire::{ChunkId, Message, Type, carried};

/// Whether `pattern` matches the datagram `payload` from `from` to `to`, which is nobody of the run
/// when it leaves the run. Of a datagram that is no message, its type counts and it names no chunk.
#[must_use]
pub fn matches(
    pattern: &Pattern,
    from: EndpointId,
    to: Option<EndpointId>,
    payload: &[u8],
) -> bool {
    let payload = carried(payload);
    let message = Type::of_datagram(payload);
    pattern.matches(from, to, message, |chunk| names(payload, chunk))
}

/// Whether the message of `payload` names `chunk`.
fn names(payload: &[u8], chunk: ChunkId) -> bool {
    match Message::decode(payload).map(|decoded| decoded.message) {
        Ok(Message::Hello(ids) | Message::ChunksInfo(ids) | Message::Get(ids)) => {
            ids.as_slice().contains(&chunk)
        }
        Ok(Message::Query(query)) => query.ids.as_slice().contains(&chunk),
        Ok(Message::Response { id, .. }) => id == chunk,
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Ttl;
    use crate::wire::{Chunk, IdList, Query};

    #[test]
    fn every_message_names_its_chunks() {
        let ids = || IdList::distinct([ChunkId(5), ChunkId(7)]);
        let client = "127.0.0.1:5001".parse().unwrap();
        let ttl = Ttl(3);
        let messages = [
            Message::Hello(ids()),
            Message::Query(Query {
                client,
                ttl,
                ids: ids(),
            }),
            Message::ChunksInfo(ids()),
            Message::Get(ids()),
            Message::Response {
                id: ChunkId(7),
                chunk: Chunk::default(),
            },
        ];
        for (message, kind) in messages.iter().zip(Type::ALL) {
            let payload = message.encode();
            let about = |chunk, message| {
                let pattern = Pattern {
                    chunk: Some(ChunkId(chunk)),
                    message,
                    ..Pattern::default()
                };
                matches(&pattern, EndpointId(0), None, &payload)
            };
            assert!(about(7, None) && about(7, Some(kind)), "{kind}");
            assert!(!about(8, None), "{kind}");
            let other = if kind == Type::Get {
                Type::Hello
            } else {
                Type::Get
            };
            assert!(!about(7, Some(other)), "{kind}");
        }
        let get = Pattern {
            message: Some(Type::Get),
            ..Pattern::default()
        };
        assert!(matches(&get, EndpointId(0), None, &[0, 4]));
        let seven = Pattern {
            chunk: Some(ChunkId(7)),
            ..get
        };
        assert!(!matches(&seven, EndpointId(0), None, &[0, 4, 0, 7]));
    }
}
