//! What peers allocate.

use std::net::SocketAddrV4;
use std::sync::Arc;
use std::time::Duration;

use allocation_counter::{AllocationInfo, measure};
use p2p_sim::chunks::ChunkStore;
use p2p_sim::endpoint::{Endpoint, Outbox};
use p2p_sim::peer::{Config, Peer};
use p2p_sim::rules::{Duplicates, Ttl};
use p2p_sim::time::Time;
use p2p_sim::wire::{Chunk, ChunkId, IdList, Message, Query};

fn address(number: u16) -> SocketAddrV4 {
    SocketAddrV4::new([127, 0, 0, 1].into(), 5_000 + number)
}

fn ids(numbers: &[u16]) -> IdList {
    IdList::distinct(numbers.iter().copied().map(ChunkId))
}

/// A peer with six neighbours that holds `held`.
fn peer(duplicates: Duplicates, held: &[u16]) -> Peer {
    let held = ids(held);
    let held = held.iter().map(|id| (id, Chunk::generated(id)));
    Peer::new(Config {
        address: address(0),
        neighbours: (1..=6).map(address).collect(),
        chunks: Arc::new(held.collect::<ChunkStore>()),
        ttl: Ttl(7),
        duplicates,
        answer_anywhere: false,
    })
}

/// A QUERY of the client called `number` for `wanted`.
fn query(number: u16, ttl: u16, wanted: &[u16]) -> Message {
    Message::Query(Query {
        client: address(number),
        ttl: Ttl(ttl),
        ids: ids(wanted),
    })
}

/// What it takes `peer` to handle `messages`, a second apart, each from neighbour 1; and how many
/// datagrams it sends. The outbox has grown before.
fn handled(mut peer: Peer, messages: &[Message]) -> (AllocationInfo, usize) {
    let datagrams: Vec<_> = messages.iter().map(Message::encode).collect();
    let mut out = Outbox::default();
    for _ in 0..64 {
        out.send(address(1), &[0; 1_100]);
    }
    out.clear();
    let mut sent = 0;
    let info = measure(|| {
        for (second, datagram) in (1..).zip(&datagrams) {
            let now = Time::from_start(Duration::from_secs(second));
            peer.handle_datagram(now, address(1), datagram, &mut out);
            sent += out.len();
            out.clear();
        }
    });
    (info, sent)
}

#[test]
fn a_query_on_its_way_costs_no_allocation() {
    // Searches that come one after another, each in several copies.
    let searches = (0..50).flat_map(|search| [4, 5, 4].map(|ttl| query(100 + search, ttl, &[7])));
    let mut searches: Vec<Message> = searches.collect();
    let long: Vec<u16> = (0..1_000).collect();
    searches.push(query(99, 4, &long));
    for (duplicates, forwarded) in [
        (Duplicates::Literal, 151),
        (Duplicates::First, 51),
        (Duplicates::Best, 101),
    ] {
        let (info, sent) = handled(peer(duplicates, &[]), &searches);
        assert_eq!((info.count_total, sent), (0, 5 * forwarded), "{duplicates}");
    }
}

#[test]
fn an_answer_costs_none_either() {
    let asked = [5, 6, 7];
    let messages = [
        query(100, 4, &asked),
        Message::Hello(ids(&asked)),
        Message::Get(ids(&asked)),
    ];
    let (info, sent) = handled(peer(Duplicates::Literal, &[5, 7]), &messages);
    assert_eq!((info.count_total, sent), (0, (1 + 5) + (1 + 6) + 2));
}

#[test]
fn forged_searches_take_no_more_than_64_mib() {
    let mut peer = peer(Duplicates::Best, &[]);
    let mut out = Outbox::default();
    let info = measure(|| {
        for number in 0..600_000_u32 {
            let [_, high, low, id] = number.to_be_bytes();
            let query = [0, 2, 127, 1, high, low, 1, 1, 0, 1, 0, 1, 0, id];
            peer.handle_datagram(Time::ZERO, address(1), &query, &mut out);
            out.clear();
        }
    });
    let mib = info.bytes_max >> 20;
    assert!((20..64).contains(&mib), "{mib} MiB");
}
