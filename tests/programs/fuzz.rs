//! The program `peer` under a million datagrams of nonsense.

use std::net::SocketAddrV4;

use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt, SeedableRng};

use super::common::{Stranger, address, be, ip, peer, store};
use crate::args;

const DATAGRAMS: u64 = 1_000_000;
/// After so many a HELLO is answered, so that the peer's receive buffer never overflows.
const ROUND: u64 = 100;

/// Nonsense that is now and then nearly a message: valid types, small counts, a client that may be
/// answered.
fn nonsense(luck: &mut ChaCha8Rng, client: SocketAddrV4) -> Vec<u8> {
    let mut bytes = vec![0; luck.random_range(0..48)];
    luck.fill_bytes(&mut bytes);
    if bytes.len() >= 4 && luck.random_range(0..8) > 0 {
        let message_type = luck.random_range(0..=6);
        bytes[..2].copy_from_slice(&[0, message_type]);
        let count = if message_type == 2 { 10 } else { 2 };
        if let Some(count) = bytes.get_mut(count..count + 2) {
            count.copy_from_slice(&[0, luck.random_range(0..12)]);
        }
        if message_type == 2 && bytes.len() >= 12 && luck.random() {
            bytes[2..6].copy_from_slice(&client.ip().octets());
            bytes[8..10].copy_from_slice(&[0, luck.random_range(0..10)]);
        }
        // Ids that the peer may hold.
        for id in bytes.chunks_exact_mut(2).skip(2) {
            if luck.random_range(0..4) == 0 {
                id.copy_from_slice(&[0, luck.random_range(0..10)]);
            }
        }
    }
    bytes
}

#[test]
fn survives_a_million_datagrams_and_counts_each() {
    let dir = tempfile::tempdir().unwrap();
    store(dir.path(), &[5, 6, 7, 8]);
    let nobody = address(20, 99);
    let peer = peer(SocketAddrV4::new(ip(20, 1), 0), dir.path(), args![nobody]);
    let at = peer.address();
    // Two sockets: what answers nonsense must not push out the answers to HELLOs.
    let (fuzzer, client) = (Stranger::at(ip(20, 2)), Stranger::at(ip(20, 9)));
    let mut luck = ChaCha8Rng::seed_from_u64(20);
    for round in 0..DATAGRAMS / ROUND {
        for _ in 0..ROUND {
            fuzzer.send(at, &nonsense(&mut luck, fuzzer.address));
        }
        client.send(at, &be(&[1, 1, 5]));
        assert_eq!(client.hear(at), be(&[3, 1, 5]), "round {round}");
    }
    peer.process.signal("TERM");
    let ended = peer.process.end();
    assert_eq!(ended.code, Some(0));
    let received = ended.stdout.lines().filter_map(|line| {
        let rows = [
            "HELLO",
            "QUERY",
            "CHUNKS_INFO",
            "GET",
            "RESPONSE",
            "no message",
        ];
        let label = rows.iter().find(|label| line.starts_with(**label))?;
        line[label.len()..]
            .split_whitespace()
            .next()?
            .parse::<u64>()
            .ok()
    });
    assert_eq!(
        received.sum::<u64>(),
        DATAGRAMS + DATAGRAMS / ROUND,
        "{}",
        ended.stdout
    );
}
