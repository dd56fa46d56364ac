//! Datagrams in, datagrams out: the rules of docs/protocol.md, one by one.

use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::wire::{Chunk, ChunkId, IdList, Message, Query};

const CLIENT: &str = "127.0.0.9:6001";

fn address(text: &str) -> SocketAddrV4 {
    text.parse().unwrap()
}

fn neighbour(number: u16) -> SocketAddrV4 {
    SocketAddrV4::new([127, 0, 0, 1].into(), 5000 + number)
}

fn ids(numbers: &[u16]) -> IdList {
    IdList::new(numbers.iter().copied().map(ChunkId).collect()).unwrap()
}

/// A peer at port 5001 with neighbours 2 and 3 that holds 5 and 6.
fn config() -> Config {
    let held = [5, 6].map(|id| (ChunkId(id), Chunk::generated(ChunkId(id))));
    Config {
        address: neighbour(1),
        neighbours: [neighbour(3), neighbour(2)].into(),
        chunks: Arc::new(held.into_iter().collect()),
        ttl: Ttl::DEFAULT,
        duplicates: Duplicates::Literal,
        answer_anywhere: false,
    }
}

/// Hands `message` to `peer` and takes what it sends.
fn tell(
    peer: &mut Peer,
    at: Time,
    from: SocketAddrV4,
    message: &Message,
) -> Vec<(SocketAddrV4, Message)> {
    hand(peer, at, from, &message.encode()).1
}

/// Hands `datagram` to `peer`, and gives what it makes of it and what it sends.
fn hand(
    peer: &mut Peer,
    at: Time,
    from: SocketAddrV4,
    datagram: &[u8],
) -> (Receipt, Vec<(SocketAddrV4, Message)>) {
    let mut out = Outbox::default();
    let receipt = peer.handle_datagram(at, from, datagram, &mut out);
    let sent = out.iter().map(|t| {
        let decoded = Message::decode(t.payload).unwrap();
        assert_eq!(decoded.tail, 0, "a peer never sends bytes behind a message");
        (t.to, decoded.message)
    });
    (receipt, sent.collect())
}

fn query(ttl: u16, numbers: &[u16]) -> Message {
    Message::Query(Query {
        client: address(CLIENT),
        ttl: Ttl(ttl),
        ids: ids(numbers),
    })
}

#[test]
fn a_hello_is_answered_and_then_flooded_in_neighbour_order() {
    let mut peer = Peer::new(config());
    let hello = Message::Hello(ids(&[7, 6, 5]));
    assert_eq!(
        tell(&mut peer, Time::ZERO, address(CLIENT), &hello),
        [
            (address(CLIENT), Message::ChunksInfo(ids(&[6, 5]))),
            (neighbour(3), query(3, &[7, 6, 5])),
            (neighbour(2), query(3, &[7, 6, 5])),
        ]
    );
}

#[test]
fn nothing_held_means_no_chunks_info() {
    let mut peer = Peer::new(config());
    let sent = tell(
        &mut peer,
        Time::ZERO,
        address(CLIENT),
        &Message::Hello(ids(&[1])),
    );
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|(_, m)| matches!(m, Message::Query(_))));
}

#[test]
fn each_id_is_answered_once() {
    let mut peer = Peer::new(config());
    let hello = Message::Hello(ids(&[5, 5, 6, 5]));
    let sent = tell(&mut peer, Time::ZERO, address(CLIENT), &hello);
    assert_eq!(sent[0].1, Message::ChunksInfo(ids(&[5, 6])));
    assert_eq!(sent[1].1, query(3, &[5, 6]));
    let sent = tell(
        &mut peer,
        Time::ZERO,
        address(CLIENT),
        &Message::Get(ids(&[6, 6, 9, 5])),
    );
    let got: Vec<u16> = sent
        .iter()
        .map(|(to, message)| match message {
            Message::Response { id, chunk } => {
                assert_eq!(*to, address(CLIENT));
                assert_eq!(*chunk, Chunk::generated(*id));
                id.0
            }
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(got, [6, 5]);
}

#[test]
fn a_query_goes_on_with_one_hop_less_and_never_back() {
    let mut peer = Peer::new(config());
    for (ttl, forwarded) in [
        (0, None),
        (1, None),
        (2, Some(1)),
        (3, Some(2)),
        (8, Some(7)),
        (9, Some(7)),
        (65_535, Some(7)),
    ] {
        let mut expected = vec![(address(CLIENT), Message::ChunksInfo(ids(&[5])))];
        expected.extend(forwarded.map(|ttl| (neighbour(3), query(ttl, &[5, 7]))));
        assert_eq!(
            tell(&mut peer, Time::ZERO, neighbour(2), &query(ttl, &[5, 7])),
            expected,
            "TTL {ttl}"
        );
    }
}

#[test]
fn a_repeated_id_in_a_query_is_passed_on_as_it_came() {
    let mut peer = Peer::new(config());
    let sent = tell(&mut peer, Time::ZERO, neighbour(2), &query(3, &[5, 7, 5]));
    assert_eq!(sent[0].1, Message::ChunksInfo(ids(&[5])));
    assert_eq!(sent[1].1, query(2, &[5, 7, 5]));
}

#[test]
fn a_larger_initial_ttl_raises_the_cap() {
    let mut peer = Peer::new(Config {
        ttl: Ttl(20),
        ..config()
    });
    let sent = tell(&mut peer, Time::ZERO, neighbour(2), &query(65_535, &[7]));
    assert_eq!(sent, [(neighbour(3), query(19, &[7]))]);
}

#[test]
fn an_initial_ttl_of_0_asks_the_contact_alone() {
    let mut peer = Peer::new(Config {
        ttl: Ttl(0),
        ..config()
    });
    let sent = tell(
        &mut peer,
        Time::ZERO,
        address(CLIENT),
        &Message::Hello(ids(&[5])),
    );
    assert_eq!(sent, [(address(CLIENT), Message::ChunksInfo(ids(&[5])))]);
}

#[test]
fn a_peer_takes_64_bytes() {
    assert!(size_of::<Peer>() <= 64);
}

#[test]
fn its_own_address_and_repeats_are_no_neighbours() {
    let given = |given: &[SocketAddrV4]| Config {
        neighbours: given.into(),
        ..config()
    };
    let of = |some: &[SocketAddrV4]| Peer::new(given(some)).neighbours().to_vec();
    let neighbours = [neighbour(1), neighbour(2), neighbour(3), neighbour(2)];
    assert_eq!(of(&neighbours), [neighbour(2), neighbour(3)]);
    let many: Vec<SocketAddrV4> = (2..100).map(neighbour).collect();
    let doubled: Vec<SocketAddrV4> = (1..100).flat_map(|n| [neighbour(n); 2]).collect();
    assert_eq!(of(&many), many);
    assert_eq!(of(&doubled), many);
    let everywhere = Peer::new(Config {
        address: address("0.0.0.0:5001"),
        ..given(&[neighbour(1), address("10.0.0.1:5001")])
    });
    assert_eq!(everywhere.neighbours(), [address("10.0.0.1:5001")]);
}

#[test]
fn neighbours_with_nothing_to_take_out_are_shared() {
    for count in [2, FEW_NEIGHBOURS, 100] {
        let neighbours: Neighbours = (2..).map(neighbour).take(count).collect();
        let peer = Peer::new(Config {
            neighbours: neighbours.clone(),
            ..config()
        });
        assert!(std::ptr::eq(&*peer.neighbours, &*neighbours), "{count}");
    }
}

#[test]
fn what_is_not_for_peers_is_ignored_with_its_reason() {
    let client = |text: &str, ttl| {
        Message::Query(Query {
            client: address(text),
            ttl: Ttl(ttl),
            ids: ids(&[5]),
        })
        .encode()
    };
    let cases: Vec<(&str, Bytes, Ignored)> = vec![
        (
            CLIENT,
            Message::ChunksInfo(ids(&[5])).encode(),
            Ignored::NotForMe,
        ),
        (
            CLIENT,
            Message::Response {
                id: ChunkId(5),
                chunk: Chunk::default(),
            }
            .encode(),
            Ignored::NotForMe,
        ),
        (
            CLIENT,
            Message::Hello(ids(&[])).encode(),
            Ignored::EmptyList,
        ),
        (CLIENT, Message::Get(ids(&[])).encode(), Ignored::EmptyList),
        (CLIENT, query(3, &[]).encode(), Ignored::EmptyList),
        (
            CLIENT,
            Message::Get(ids(&[1])).encode(),
            Ignored::NothingHeld,
        ),
        (CLIENT, client("127.0.0.1:0", 3), Ignored::ImpossibleClient),
        (CLIENT, client("0.0.0.0:5", 3), Ignored::ImpossibleClient),
        (CLIENT, client("224.0.0.1:5", 3), Ignored::ImpossibleClient),
        (
            CLIENT,
            client("255.255.255.255:5", 3),
            Ignored::ImpossibleClient,
        ),
        (CLIENT, client("10.0.0.1:5", 3), Ignored::OutOfScope),
        (CLIENT, client("8.8.8.8:53", 3), Ignored::OutOfScope),
        (
            "8.8.8.8:53",
            Message::Hello(ids(&[5])).encode(),
            Ignored::OutOfScope,
        ),
        (
            "10.0.0.1:53",
            Message::Get(ids(&[5])).encode(),
            Ignored::OutOfScope,
        ),
        (
            "127.0.0.1:0",
            Message::Get(ids(&[5])).encode(),
            Ignored::ImpossibleClient,
        ),
    ];
    for (from, datagram, reason) in cases {
        let mut peer = Peer::new(config());
        let handled = hand(&mut peer, Time::ZERO, address(from), &datagram);
        assert_eq!(handled, (Receipt::ignored(reason), vec![]), "{datagram:?}");
    }
    let mut anywhere = Peer::new(Config {
        answer_anywhere: true,
        ..config()
    });
    let query = client("8.8.8.8:53", 3);
    let (_, sent) = hand(&mut anywhere, Time::ZERO, address(CLIENT), &query);
    assert_eq!(sent[0].0, address("8.8.8.8:53"));
}

#[test]
fn a_tail_is_noted_and_not_passed_on() {
    let mut peer = Peer::new(config());
    let padded = [&query(3, &[7]).encode()[..], &[0, 0, 1]].concat();
    let (receipt, sent) = hand(&mut peer, Time::ZERO, neighbour(2), &padded);
    assert_eq!(
        receipt,
        Receipt {
            tail: 3,
            ignored: None
        }
    );
    assert_eq!(sent, [(neighbour(3), query(2, &[7]))]);
}

/// What a peer does with copies of one search that arrive with these TTLs: `a` answers, `f`
/// forwards.
fn copies(duplicates: Duplicates, ttls: &[u16]) -> String {
    let mut peer = Peer::new(Config {
        duplicates,
        ..config()
    });
    let done = ttls.iter().map(|ttl| {
        let sent = tell(&mut peer, Time::ZERO, neighbour(2), &query(*ttl, &[5]));
        let letter = |(_, message): &(SocketAddrV4, Message)| match message {
            Message::ChunksInfo(_) => 'a',
            Message::Query(_) => 'f',
            other => panic!("{other}"),
        };
        sent.iter().map(letter).collect::<String>()
    });
    done.collect::<Vec<_>>().join(" ")
}

#[test]
fn each_policy_treats_copies_in_its_way() {
    assert_eq!(copies(Duplicates::Literal, &[2, 2, 3, 1]), "af af af a");
    assert_eq!(copies(Duplicates::First, &[2, 2, 3, 1]), "af   ");
    // The trap: a copy that came the long way round must not silence a later one with more TTL.
    assert_eq!(copies(Duplicates::Best, &[2, 2, 3, 3, 1, 4]), "af  f   f");
    // More TTL than 1 but not enough to go on.
    assert_eq!(copies(Duplicates::Best, &[0, 1, 2]), "a  f");
}

#[test]
fn the_contact_never_forwards_its_own_search_again() {
    for duplicates in [Duplicates::First, Duplicates::Best] {
        let mut peer = Peer::new(Config {
            duplicates,
            ..config()
        });
        let hello = Message::Hello(ids(&[5, 7]));
        assert_eq!(
            tell(&mut peer, Time::ZERO, address(CLIENT), &hello).len(),
            3
        );
        assert_eq!(
            tell(&mut peer, Time::ZERO, neighbour(2), &query(3, &[5, 7])),
            []
        );
        // Every HELLO at the contact is a new search, however soon.
        assert_eq!(
            tell(&mut peer, Time::ZERO, address(CLIENT), &hello).len(),
            3
        );
    }
}

#[test]
fn a_search_is_answered_again_once_forgotten() {
    let mut peer = Peer::new(Config {
        duplicates: Duplicates::First,
        ..config()
    });
    let at = |millis| Time::from_start(Duration::from_millis(millis));
    assert_eq!(
        tell(&mut peer, at(0), neighbour(2), &query(3, &[5])).len(),
        2
    );
    assert_eq!(
        tell(&mut peer, at(2_499), neighbour(2), &query(3, &[5])).len(),
        0
    );
    assert_eq!(
        tell(&mut peer, at(2_500), neighbour(2), &query(3, &[5])).len(),
        2
    );
}

proptest! {
    #[test]
    fn any_bytes_leave_a_peer_that_works(
        datagrams in proptest::collection::vec((0_u16..8, proptest::collection::vec(any::<u8>(), 0..80)), 1..30),
    ) {
        for (_, duplicates) in [(0, Duplicates::Literal), (1, Duplicates::Best)] {
            let mut peer = Peer::new(Config { duplicates, ..config() });
            for (first, rest) in &datagrams {
                let bytes = [&first.to_be_bytes()[..], rest].concat();
                for (to, message) in hand(&mut peer, Time::ZERO, neighbour(2), &bytes).1 {
                    prop_assert!(message.encoded_len() > 4, "{} to {}", message, to);
                    if let Message::Query(query) = message {
                        prop_assert!(query.ttl > Ttl(0) && query.ttl < Ttl(8));
                        // Never back to the sender; but a HELLO goes to every neighbour, even
                        // when one of them sent it.
                        prop_assert!(to == neighbour(3) || *first == 1);
                        prop_assert!(query.client.ip().is_loopback());
                    }
                }
            }
            let hello = Message::Hello(ids(&[5, 7]));
            prop_assert_eq!(tell(&mut peer, Time::ZERO, address("127.0.0.8:9"), &hello).len(), 3);
        }
    }
}
