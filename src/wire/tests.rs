//! Literal bytes both ways, every truncation, and any bytes at all.

use proptest::prelude::*;

use super::*;

fn ids(numbers: &[u16]) -> IdList {
    IdList::new(numbers.iter().copied().map(ChunkId).collect()).unwrap()
}

fn chunk(bytes: &'static [u8]) -> Chunk {
    Chunk::new(Bytes::from_static(bytes)).unwrap()
}

/// One message of each type with the bytes that docs/protocol.md gives it.
fn spelled_out() -> Vec<(Message, &'static [u8])> {
    vec![
        (
            Message::Hello(ids(&[5, 6, 0x0102])),
            &[0, 1, 0, 3, 0, 5, 0, 6, 1, 2],
        ),
        (
            Message::Query(Query {
                client: "10.0.0.1:5001".parse().unwrap(),
                ttl: Ttl(3),
                ids: ids(&[65_535]),
            }),
            &[0, 2, 10, 0, 0, 1, 0x13, 0x89, 0, 3, 0, 1, 0xff, 0xff],
        ),
        (Message::ChunksInfo(ids(&[0])), &[0, 3, 0, 1, 0, 0]),
        (Message::Get(ids(&[])), &[0, 4, 0, 0]),
        (
            Message::Response {
                id: ChunkId(7),
                chunk: chunk(b"abc"),
            },
            &[0, 5, 0, 7, 0, 3, b'a', b'b', b'c'],
        ),
    ]
}

#[test]
fn messages_are_their_bytes_both_ways() {
    for (message, bytes) in spelled_out() {
        assert_eq!(message.encode(), bytes, "{message}");
        assert_eq!(message.encoded_len(), bytes.len(), "{message}");
        let decoded = Message::decode(bytes).unwrap();
        assert_eq!(decoded, Decoded { message, tail: 0 });
    }
}

#[test]
fn a_tail_is_counted_and_not_kept() {
    for (message, bytes) in spelled_out() {
        let padded = [bytes, &[0xa5; 9]].concat();
        let decoded = Message::decode(&padded).unwrap();
        assert_eq!(decoded.tail, 9);
        assert_eq!(decoded.message, message);
        assert_eq!(decoded.message.encode(), bytes);
    }
}

#[test]
fn every_truncation_is_refused() {
    for (message, bytes) in spelled_out() {
        for cut in 0..bytes.len() {
            let refused = Message::decode(&bytes[..cut]);
            assert!(
                refused.is_err(),
                "{message} cut to {cut} bytes: {refused:?}"
            );
        }
    }
}

#[test]
fn each_refusal_has_its_reason() {
    let too_long = [&[0, 5, 0, 1, 4, 1][..], &[0; 1025]].concat();
    let cases: [(&[u8], DecodeError, &str); 9] = [
        (
            &[],
            DecodeError::TooShort { need: 2, got: 0 },
            "too short: 0 of the 2 bytes of its fixed fields",
        ),
        (
            &[0],
            DecodeError::TooShort { need: 2, got: 1 },
            "too short: 1 of the 2 bytes of its fixed fields",
        ),
        (
            &[0, 1, 0],
            DecodeError::TooShort { need: 4, got: 3 },
            "too short: 3 of the 4 bytes of its fixed fields",
        ),
        (
            &[0, 2, 1, 1, 1, 1, 0, 1, 0, 3, 0],
            DecodeError::TooShort { need: 12, got: 11 },
            "too short: 11 of the 12 bytes of its fixed fields",
        ),
        (
            &[1, 0, 0, 0],
            DecodeError::UnknownType(256),
            "unknown type 256",
        ),
        (&[0, 0], DecodeError::UnknownType(0), "unknown type 0"),
        (
            &[0, 4, 0, 2, 0, 1],
            DecodeError::IdsMissing {
                count: 2,
                need: 8,
                got: 6,
            },
            "count 2 needs 8 bytes, the datagram has 6",
        ),
        (
            &[0, 5, 0, 1, 0, 3, 1, 2],
            DecodeError::ChunkMissing {
                size: 3,
                need: 9,
                got: 8,
            },
            "size 3 needs 9 bytes, the datagram has 8",
        ),
        (
            &too_long,
            DecodeError::ChunkTooLong { size: 1025 },
            "size 1025 is over the 1024 bytes of a chunk",
        ),
    ];
    for (bytes, error, sentence) in cases {
        assert_eq!(Message::decode(bytes), Err(error), "{bytes:?}");
        assert_eq!(error.to_string(), sentence);
    }
}

#[test]
fn the_largest_messages_fit() {
    let all = IdList::distinct((0..u16::MAX).map(ChunkId));
    let bytes = Message::ChunksInfo(all.clone()).encode();
    assert_eq!(bytes.len(), 4 + 2 * 65_535);
    assert_eq!(
        Message::decode(&bytes).unwrap().message,
        Message::ChunksInfo(all)
    );
    let full = Chunk::new(Bytes::from_static(&[7; MAX_CHUNK])).unwrap();
    let response = Message::Response {
        id: ChunkId(1),
        chunk: full,
    };
    assert_eq!(response.encode().len(), 1030);
    let over = Chunk::new(Bytes::from_static(&[7; MAX_CHUNK + 1]));
    assert_eq!(over, Err(ChunkTooLong(1025)));
}

#[test]
fn a_line_says_each_message() {
    let lines: Vec<String> = spelled_out().iter().map(|(m, _)| m.to_string()).collect();
    assert_eq!(
        lines,
        [
            "HELLO ids 5,6,258",
            "QUERY client 10.0.0.1:5001 ttl 3 ids 65535",
            "CHUNKS_INFO ids 0",
            "GET without ids",
            "RESPONSE id 7 size 3",
        ]
    );
}

#[test]
fn a_query_goes_on_as_it_came_but_for_its_ttl_and_its_tail() {
    let came = [
        0, 2, 10, 0, 0, 1, 0x13, 0x89, 0xff, 0xff, 0, 2, 0, 5, 0, 5, 0xa5, 0xa5,
    ];
    let decoded = MessageRef::decode(&came).unwrap();
    let MessageRef::Query(query) = decoded.message else {
        panic!("{decoded:?}");
    };
    assert_eq!((query.ids().count(), query.ids().is_empty()), (2, false));
    let mut out = vec![7];
    query.write_with_ttl(Ttl(0x0102), &mut out);
    let expected = [7, 0, 2, 10, 0, 0, 1, 0x13, 0x89, 1, 2, 0, 2, 0, 5, 0, 5];
    assert_eq!(out, expected);
}

#[test]
fn messages_are_appended_to_what_is_there() {
    let mut out = Vec::new();
    for (message, _) in spelled_out() {
        message.encode_into(&mut out);
    }
    let all: Vec<u8> = spelled_out().iter().flat_map(|(_, b)| b.to_vec()).collect();
    assert_eq!(out, all);
}

fn any_ids() -> impl Strategy<Value = IdList> {
    proptest::collection::vec(any::<u16>(), 0..40).prop_map(|numbers| ids(&numbers))
}

pub(super) fn any_message() -> impl Strategy<Value = Message> {
    prop_oneof![
        any_ids().prop_map(Message::Hello),
        (any::<[u8; 4]>(), any::<u16>(), any::<u16>(), any_ids()).prop_map(
            |(ip, port, ttl, ids)| Message::Query(Query {
                client: SocketAddrV4::new(ip.into(), port),
                ttl: Ttl(ttl),
                ids,
            })
        ),
        any_ids().prop_map(Message::ChunksInfo),
        any_ids().prop_map(Message::Get),
        (
            any::<u16>(),
            proptest::collection::vec(any::<u8>(), 0..=MAX_CHUNK)
        )
            .prop_map(|(id, bytes)| Message::Response {
                id: ChunkId(id),
                chunk: Chunk::new(bytes.into()).unwrap(),
            }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read(message in any_message(), tail in proptest::collection::vec(any::<u8>(), 0..9)) {
        let bytes = [&message.encode()[..], &tail].concat();
        prop_assert_eq!(Message::decode(&bytes), Ok(Decoded { message, tail: tail.len() }));
    }

    #[test]
    fn what_is_read_is_written_as_it_was(first in 0_u16..8, rest in proptest::collection::vec(any::<u8>(), 0..60)) {
        let bytes = [&first.to_be_bytes()[..], &rest].concat();
        if let Ok(Decoded { message, tail }) = Message::decode(&bytes) {
            prop_assert_eq!(&message.encode()[..], &bytes[..bytes.len() - tail]);
        }
    }

    #[test]
    fn small_counts_are_read_too(kind in 1_u16..6, count in 0_u16..20, rest in proptest::collection::vec(any::<u8>(), 0..60)) {
        let middle: &[u8] = if kind == 2 { &[127, 0, 0, 1, 0, 9, 0, 3] } else if kind == 5 { &[0, 1] } else { &[] };
        let bytes = [&kind.to_be_bytes()[..], middle, &count.to_be_bytes(), &rest].concat();
        match Message::decode(&bytes) {
            Ok(Decoded { message, tail }) => prop_assert_eq!(&message.encode()[..], &bytes[..bytes.len() - tail]),
            Err(error) => prop_assert!(rest.len() < 2 * usize::from(count), "{}", error),
        }
    }
}
